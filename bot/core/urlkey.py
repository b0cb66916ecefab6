"""The identity key of a URL: different spellings of one page have the same key.

Only what is known not to choose the content is taken away. When in doubt a part stays: two keys for one page cost a
comparison of texts later, one key for two pages costs an alert.
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlencode, urlsplit

from bot.core.urls import BadUrl, ascii_host, checked

_SURE_NAMES = "fbclid gclid dclid gbraid wbraid msclkid yclid twclid ttclid igshid mc_cid mc_eid _hsenc _hsmi mkt_tok"
_SURE = frozenset(_SURE_NAMES.split())
"""Trackers by names that nothing else has."""
_TRACKER_NAMES = """
igsh mibextid srsltid wickedid vero_id __hssc __hstc __hsfp hsctatracking oly_enc_id oly_anon_id _ga _gl ved ei
guccounter guce_referrer guce_referrer_sig __twitter_impression s_cid sc_cid wt_mc wt_zmc xtor ncid ocid icid cmpid
taid smid smtyp ns_campaign ns_mchannel ns_source ns_linkname ns_fee at_medium at_campaign at_custom1 at_custom2
at_custom3 at_custom4 at_format at_link_id at_link_origin at_link_type at_ptr_name at_bbc_team traffic_source spm scm
share_token sharetoken share_source share_medium share_plat share_session_id isappinstalled nsukey feedtype feedname
fb_action_ids fb_action_types fb_ref fb_source trk trkcampaign rss_id soc_src soc_trk echobox maca .tsrc wprss
intcid n_cid i_cid ex_cid __source gclsrc gad_source gad_campaignid ysclid _openstat _bhlid ck_subscriber_id
_branch_match_id _branch_referrer vd_source spm_id_from mc_tc
"""
_TRACKERS = _SURE.union(_TRACKER_NAMES.split())
_TRACKER_PREFIXES = ("utm_", "pk_", "mtm_", "piwik_", "hsa_", "itm_", "dpg_")
# These choose content on some sites: they go only with a value that names a channel.
_PERHAPS_NAMES = "ref source src from via partner mod cmp emc rss feed output outputtype amp m"
_PERHAPS = frozenset(_PERHAPS_NAMES.split())
_CHANNELS = re.compile(
    r"(?:rss[\w-]*|feed\w*|twitter|facebook|linkedin|weixin|wechat|weibo|timeline|singlemessage|groupmessage|social\w*|"
    r"newsletter|email|hackernews|hn|reddit|producthunt|share\w*|amp|1|true)\Z"
)
_AMP_VALUES = re.compile(r"(?:amp|1|true|)\Z")
_SIGNED = re.compile(r"(?:[?&]|[-_])(?:sig|signature|hmac|hash|sign)=", re.IGNORECASE)
_MOBILE = re.compile(r"\.m\.(?=[^.]+\.)")  # en.m.wikipedia.org, but no site's own name
_TWINS = ("www.", "m.", "mobile.", "amp.", "wap.", "3g.")
_AMP_TAIL = re.compile(r"(?:/amp|[./]amp\.html?)\Z")
_INDEX_TAIL = re.compile(r"/(?:index|default)\.(?:html?|php|aspx?|jsp)\Z")
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_GOOGLE = re.compile(r"(?:www\.)?google\.[a-z.]{2,6}\Z")
_ARXIV = re.compile(r"/(?:abs|pdf|html)/((?:[a-z.-]+/)?\d{4}\.?\d{3,5})(?:v\d+)?(?:\.pdf)?\Z")
_FILING = re.compile(r"/Archives/edgar/data/\d+/(?:\d{18}/)?(\d{10}-\d{2}-\d{6})-index\.html?\Z")
_WEIXIN = ("__biz", "mid", "idx", "sn")  # account, post, place in it, signature; the rest is how it was shared
_SHORT = 1000  # characters of a URL that is remembered; hostile ones are long


def canonical(url: str) -> str:
    """The identity key of `url`, or "" where it has none (not http(s), or a redirector whose links name nothing).

    The key looks like a URL but is not to be fetched: always https, host without `www.` or mobile and AMP prefixes,
    no fragment, no tracking parameters, the rest sorted. Source of the rules: `tests/core/test_urls.py`.
    """
    return _remembered(url) if len(url) <= _SHORT else _canonical(url)


def untracked(url: str) -> str:
    """A URL as it is shown: without parameters that are surely there to follow readers, all else as it stands.

    Less goes than from the key, because it is fetched; of an address that is signed, nothing.
    """
    address, fragment, place = url.partition("#")
    head, mark, query = address.partition("?")
    if not mark or _SIGNED.search(address):
        return url
    kept = "&".join(pair for pair in query.split("&") if not _follows(pair))
    return url if kept == query else head + (f"?{kept}" if kept else "") + fragment + place


def _follows(pair: str) -> bool:
    name = pair.partition("=")[0].lower()
    return name in _SURE or name.startswith("utm_")


def _canonical(url: str) -> str:
    try:
        return _key(checked(_unwrapped(url)))
    except BadUrl:
        return ""


_remembered = lru_cache(maxsize=1024)(_canonical)  # an item's link is asked for as its link, as its id and by folding


def _key(url: str) -> str:
    parts = _split(url)
    host = _host(parts)
    if host == "news.google.com":
        return ""
    if special := _special(host, parts):
        return special
    query = _query(host, parts.query)
    path = _path(parts.path)
    return f"https://{host}{path}" + (f"?{query}" if query else "")


def _split(url: str) -> SplitResult:
    """As `urlsplit` does it, for a URL that was checked: it has a host, a path and no fragment."""
    scheme, _, rest = url.partition("://")
    host, _, rest = rest.partition("/")
    path, _, query = rest.partition("?")
    return SplitResult(scheme, host, f"/{path}", query, "")


def _unwrapped(url: str) -> str:
    """The target of a redirector that carries it in the open (Google's `url?q=`, Bing's news feeds, AMP caches); else
    the URL itself."""
    url = url.strip()
    if "google." not in url and "ampproject.org" not in url and "bing.com/news/" not in url:
        return url
    try:
        parts = urlsplit(url)
        host = ascii_host(parts)
    except ValueError:
        return url
    if f".{host}".endswith(".bing.com") and parts.path == "/news/apiclick.aspx":
        return dict(parse_qsl(parts.query)).get("url") or url
    if _GOOGLE.match(host) and parts.path == "/url":
        query = dict(parse_qsl(parts.query))
        return query.get("url") or query.get("q") or url
    if _GOOGLE.match(host) and parts.path.startswith("/amp/"):
        return _from_amp_path(parts.path.removeprefix("/amp/"), parts.query)
    if host.endswith(".cdn.ampproject.org") and parts.path.startswith(("/c/", "/v/")):
        return _from_amp_path(parts.path[3:], parts.query)
    return url


def _from_amp_path(path: str, query: str) -> str:
    """AMP cache paths are `s/host/path` (https) or `host/path`: amp.dev, "AMP cache URL format"."""
    return f"https://{path.removeprefix('s/')}" + (f"?{query}" if query else "")


def _host(parts: SplitResult) -> str:
    host = parts.netloc
    if ".m." in host:
        host = _MOBILE.sub(".", host, 1)
    for prefix in _TWINS:
        rest = host.removeprefix(prefix)
        if rest != host and "." in rest:
            return rest
    return host


def _special(host: str, parts: SplitResult) -> str:
    """Sites whose pages have an id of their own in the URL."""
    if host == "youtu.be" and len(parts.path) > 1:
        return f"https://youtube.com/watch?v={parts.path[1:]}"
    if host == "youtube.com" and parts.path == "/watch":
        video = dict(parse_qsl(parts.query)).get("v", "")
        return f"https://youtube.com/watch?v={video}" if video else ""
    if host == "mp.weixin.qq.com" and parts.path == "/s" and parts.query:
        query = dict(parse_qsl(parts.query))
        article = [f"{name}={quote(query[name])}" for name in _WEIXIN if name in query]
        return f"https://{host}/s?{'&'.join(article)}" if len(article) == len(_WEIXIN) else ""
    if host in ("arxiv.org", "export.arxiv.org") and (paper := _ARXIV.match(parts.path)):
        return f"https://arxiv.org/abs/{paper[1]}"
    if host == "sec.gov" and (filing := _FILING.match(parts.path)):  # it is listed under each of its parties
        return f"https://sec.gov/Archives/{filing[1]}"
    return ""


def _path(path: str) -> str:
    if "%" in path:
        path = _ESCAPE.sub(_unescape, path)
    path = _AMP_TAIL.sub(_html_again, path.rstrip("/"))
    if path.startswith("/amp/"):
        path = path[4:]
    return _INDEX_TAIL.sub("", path) or "/"


def _html_again(match: re.Match[str]) -> str:
    return ".html" if match[0].startswith(".amp.htm") else ""


def _unescape(match: re.Match[str]) -> str:
    """Escapes of plain characters undone, others in upper case (RFC 3986, 6.2.2)."""
    char = chr(int(match[1], 16))
    return char if char in _UNRESERVED else match[0].upper()


def _query(host: str, query: str) -> str:
    if not query:
        return ""
    if "=" not in query:
        return "" if query == "amp" else _ESCAPE.sub(_unescape, query)
    kept = [pair for pair in parse_qsl(query, keep_blank_values=True, max_num_fields=None) if _chooses(host, *pair)]
    return urlencode(sorted(kept), quote_via=lambda text, *_: quote(text, safe="-._~"))


def _chooses(host: str, name: str, value: str) -> bool:
    """Whether a parameter may choose what the page says."""
    name = unquote(name).lower()
    if name in _TRACKERS or name.startswith(_TRACKER_PREFIXES):
        return False
    if name not in _PERHAPS or host in ("github.com", "gitlab.com"):
        return True
    value = value.lower()
    if name in ("amp", "m", "output", "outputtype"):
        return not _AMP_VALUES.match(value)
    return not (_CHANNELS.match(value) or (name in ("ref", "source") and "." in value and "/" not in value))
