"""URLs: validated before a request, made safe to show, separated from credentials.

A URL is kept as its publisher wrote it. What is sent to a server goes through `checked` first, what people read
through `display_host`, and what is logged through `redacted`. The identity key is in `bot.core.urlkey`.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple
from urllib.parse import SplitResult, quote, unquote, urljoin, urlsplit, urlunsplit

import idna

from bot.core.errors import TocsinError

MAX_URL = 8192
"""Characters. Servers commonly refuse request lines over 8 kB (nginx `large_client_header_buffers`, Apache)."""
_SHOWN = 200  # characters of an address in a log or a message

_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f\\\u0085\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
_HOST = re.compile(r"[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?\Z")
_V6 = re.compile(r"[0-9a-f:.]+\Z")
_PART = re.compile(r"[A-Za-z0-9_-]{16,}")
_DEFAULT_PORT = {"http": 80, "https": 443}
# RFC 3986 characters that a request may hold as they are; "%" so that what is escaped stays so.
_PATH_SAFE = "/:@!$&'()*+,;=-._~%"
_QUERY_SAFE = _PATH_SAFE + "?[]|{}^`"
_QUAD = r"(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!/|:|\Z)|(?![\d.]))){4}"
_NUMBER = re.compile(r"(?:\d+|0x[0-9a-f]*)\Z")
_IS_QUAD = re.compile(_QUAD + r"\Z")
# Most URLs are in that form already: a plain host, path and query of allowed characters.
_PLAIN = re.compile(
    rf"https?://(?=[^/:]{{1,253}}[/:])(?:(?:[a-z0-9_][a-z0-9_-]*\.)*[a-z][a-z0-9_-]*|{_QUAD})(?<!-)(?::([1-9]\d{{0,4}}))?"
    r"/[\w/:@!$&'()*+,;=.~%-]*(?:\?[\w/:@!$&'()*+,;=.~%?\[\]|{}^`-]*)?\Z",
    re.ASCII,
)


class BadUrl(TocsinError):
    """Not a URL that Tocsin may ask for or show."""

    exit_code = 2


class Credentials(NamedTuple):
    """What stood before the `@`, with percent escapes undone."""

    user: str
    password: str


def checked(url: str) -> str:
    """The URL in the form that is sent: lower-case scheme and punycode host, escaped path, no fragment, no userinfo.

    Raises `BadUrl` for what a lenient client would guess at: backslashes, control characters, two `@`, no host,
    another scheme than http(s), a bad port, over `MAX_URL` characters.
    """
    if (plain := _PLAIN.match(url)) and len(url) <= MAX_URL and _is_odd_port(plain[1]):
        return url
    parts = _split(url)
    host = ascii_host(parts)
    port = _port(parts)
    netloc = host if port in (None, _DEFAULT_PORT[parts.scheme]) else f"{host}:{port}"
    path = quote(parts.path, safe=_PATH_SAFE) or "/"
    return urlunsplit((parts.scheme, netloc, path, quote(parts.query, safe=_QUERY_SAFE), ""))


def is_web(url: str) -> bool:
    """Whether `url` is an absolute http(s) URL that may be asked for and posted."""
    try:
        checked(url)
    except BadUrl:
        return False
    return True


def as_web(url: str) -> str:
    """`url`, or the web address that `feed:` in front of it stands for (`feed://a.org/x`, `feed:https://a.org/x`)."""
    scheme, colon, rest = url.strip().partition(":")
    if not colon or scheme.lower() != "feed":
        return url
    return f"http:{rest}" if rest.startswith("//") else rest


def resolve(link: str, base: str) -> str:
    """`link` made absolute against `base` (the feed's own URL or `xml:base`); "" when it is not an http(s) link."""
    if not (link := link.strip()):
        return ""
    try:
        absolute = urljoin(base, link) if base else link
    except ValueError:
        return ""
    return absolute if is_web(absolute) else ""


def take_credentials(url: str) -> tuple[str, Credentials | None]:
    """The URL without `user:password@`, and these. A URL without any comes back as it is."""
    head, at, _ = url.partition("@")
    if not at or "/" in head.partition("://")[2]:
        return url, None
    parts = _split(url)
    user, _, password = parts.netloc.rpartition("@")[0].partition(":")
    bare = urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
    return bare, Credentials(unquote(user), unquote(password))


def with_credentials(url: str, before: str) -> str:
    """Where a feed moved to, with the `user:password@` that it had: only on its own origin, as a request carries it."""
    bare, found = take_credentials(before)
    if not url or not found or "@" in url.split("/", 3)[2] or url.split("/", 3)[:3] != checked(bare).split("/", 3)[:3]:
        return url
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{before.partition('://')[2].partition('/')[0].rpartition('@')[0]}@{rest}"


def redacted(url: str) -> str:
    """For logs and messages: no userinfo, no query, nothing in the path that looks like a key (keys hide in all of
    these), no fragment, no control characters, short.
    """
    try:
        parts = _split(url)
        text = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{_PART.sub(_keyless, parts.path)}"
    except BadUrl:
        bare = re.sub(r"//[^/]*@", "//", _FORBIDDEN.sub("", url)).split("?")[0].split("#")[0]
        text = _PART.sub(_keyless, bare)
    return _cut(text + ("?…" if "?" in url else ""))


def _keyless(part: re.Match[str]) -> str:
    return "…" if _is_key(part[0]) else part[0]


def _is_key(part: str) -> bool:
    """Whether a part of a path was drawn by lot, as private feeds have it: letters and digits, small letters and
    capitals follow each other as in no word and no date.
    """
    bare = part.replace("-", "").replace("_", "")
    kinds = ["0" if char.isdecimal() else "a" if char.islower() else "A" for char in bare]
    numbers = sum((one == "0") != (other == "0") for one, other in pairwise(kinds))
    turns = sum(one != other for one, other in pairwise(kinds))
    whole = "0" in kinds and len(part) - len(bare) <= 3
    return len(bare) >= 16 and (numbers >= max(4, len(bare) // 8) or (whole and turns * 3 >= len(bare)))


def display_host(url: str) -> str:
    """The host as people should judge it: ASCII (punycode shows a look-alike for what it is), without `www.`; or ""."""
    try:
        return ascii_host(_split(url)).removeprefix("www.")
    except BadUrl:
        return ""


@lru_cache(maxsize=4096)
def host_of(url: str) -> str:
    """The host that a request to `url` goes to, lower case, "" when there is none. For pacing: cheap, never raises."""
    try:
        return (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return ""


def ascii_host(parts: SplitResult) -> str:
    """The host of a split URL in ASCII, lower case, no trailing dot; brackets around an IPv6 literal stay."""
    host = (parts.hostname or "").rstrip(".")
    if ":" in host:
        if not _V6.match(host):
            raise BadUrl(f"the address [{host[:60]}] is not an IPv6 address; check the URL")
        return f"[{host}]"
    if not host.isascii():
        host = _punycode(host)
    if not _HOST.match(host) or ".." in host or len(host) > 253:
        raise BadUrl(f"{host[:60]!r} is not a host name; check the URL")
    if _NUMBER.match(host.rpartition(".")[2]) and not _IS_QUAD.match(host):
        raise BadUrl(f"{host[:60]!r} is a number, not an address of the form 192.0.2.1; check the URL")
    return host


def _punycode(host: str) -> str:
    try:
        return idna.encode(host, uts46=True).decode("ascii")
    except (idna.IDNAError, UnicodeError):
        raise BadUrl(f"{host[:60]!r} is not a host name; check the URL") from None


def _split(url: str) -> SplitResult:
    """Split strictly. What browsers repair silently is refused: it is how checks and clients are made to disagree."""
    url = url.strip(" \t\r\n\f")
    if len(url) > MAX_URL:
        raise BadUrl(f"the URL has {len(url)} characters; at most {MAX_URL} can be asked for")
    if _FORBIDDEN.search(url):
        raise BadUrl("the URL holds a backslash or control character; write it percent-encoded")
    try:
        parts = urlsplit(url)
    except ValueError:
        raise BadUrl("the URL can't be read; check its host") from None
    if parts.scheme not in _DEFAULT_PORT:
        raise BadUrl(f"only http and https URLs are fetched, not {parts.scheme[:20] or 'a relative link'}")
    if parts.netloc.count("@") > 1 or not parts.hostname:
        raise BadUrl("the URL has no clear host; write it as https://host/path")
    return parts


def _is_odd_port(text: str | None) -> bool:
    """Whether a port stays in the URL: none to drop, or one that no scheme implies."""
    return text is None or (int(text) < 65536 and int(text) not in _DEFAULT_PORT.values())


def _port(parts: SplitResult) -> int | None:
    try:
        port = parts.port
    except ValueError:
        port = 0
    if port == 0:
        raise BadUrl("the port in the URL is not a number from 1 to 65535")
    return port


def _cut(text: str) -> str:
    """A long address, never cut inside a percent escape."""
    if len(text) <= _SHOWN:
        return text
    return re.sub(r"%[0-9A-Fa-f]?\Z", "", text[: _SHOWN - 1]) + "…"
