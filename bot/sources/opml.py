"""Reads and writes feed lists as OPML: nested folders, no entities, no network; what we know beyond a URL is kept.

Extra facts are attributes in our own namespace, which other readers ignore.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from html import escape, unescape

from lxml import etree

from bot.core.errors import NotAFeed
from bot.core.language.languages import language_of
from bot.core.urls import as_web, is_web, take_credentials
from bot.ports import TIERS, FeedSpec
from bot.sources.feedlist import is_sound

NAMESPACE = "urn:tocsin:opml"
LIMIT = 10_000
_OURS = f"{{{NAMESPACE}}}"
_SIZE = 8 << 20
_BARE_AMPERSAND = re.compile(rb"&(?!(?:#\d{1,7}|#x[0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});)")
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_NAME = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos);)[A-Za-z][A-Za-z0-9]{1,30};")
_TAGS = re.compile(rb"(?=</?(?:outline|body)[\s>])", re.IGNORECASE)
_NAMED = re.compile(
    rb'<[^<>]*>|\s(text|title|description|category|xmlurl|htmlurl|type|version|language)\s?=\s?"', re.IGNORECASE
)
_FREE = (b"text", b"title", b"description", b"category")  # free text by people, perhaps with quotation marks
_KEPT = ("kind", "source", "lang", "tier")


def read(data: bytes) -> list[FeedSpec]:
    """The feeds of an OPML document, each URL once, its folder in `options["folder"]` as "News/China".

    Raises `NotAFeed` in one line: no OPML, over 8 MiB or 10,000 feeds, or entities are declared.
    """
    outlines = _root(data).iter("outline")
    specs = {spec.url: spec for spec in map(_spec, outlines) if spec is not None}
    if not specs:
        raise NotAFeed("the file lists no feeds: no outline has an xmlUrl")
    if len(specs) > LIMIT:
        raise NotAFeed(f"{len(specs):,} feeds, over {LIMIT:,}; split the file")
    return list(specs.values())


def _root(data: bytes) -> etree._Element:
    if len(data) > _SIZE:
        raise NotAFeed(f"{len(data):,} bytes, over {_SIZE:,}")
    if re.search(rb"<!\s*(DOCTYPE|ENTITY)", data[:100_000], re.IGNORECASE):
        raise NotAFeed("the file has a DOCTYPE, which no feed list needs; remove that line")
    text = _BARE_AMPERSAND.sub(b"&amp;", _CONTROL.sub(b"", data.lstrip()))
    try:
        root = _tree(text)
    except (etree.XMLSyntaxError, ValueError) as error:
        try:
            root = _tree(b"".join(map(_mended, _TAGS.split(_NAME.sub(_character, text)))))
        except (etree.XMLSyntaxError, ValueError):
            raise NotAFeed(f"not readable as XML: {str(error).removesuffix(' (<string>, line 1)')[:200]}") from None
    if etree.QName(root).localname.lower() != "opml":
        raise NotAFeed(f"the file is <{etree.QName(root).localname}>, not <opml>")
    return root


def _tree(text: bytes) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    return etree.fromstring(text, parser)


def _character(name: re.Match[bytes]) -> bytes:
    """A named reference that XML doesn't know as a numeric one; as text if HTML doesn't know the name either."""
    return escape(unescape(name[0].decode()), quote=False).encode("ascii", "xmlcharrefreplace")


def _mended(tag: bytes) -> bytes:
    """An outline's tag with unescaped quotation marks and markup in its attributes escaped."""
    end = tag.rfind(b">")
    found = [match for match in _NAMED.finditer(tag, 1, max(end, 1)) if match[1]]  # not those of tags inside
    starts = {match[1].lower(): match for match in reversed(found)}
    if not tag.lower().startswith(b"<outline") or not starts:
        return tag
    named = sorted(starts.values(), key=lambda match: match.start())
    out = [tag[: named[0].start()]]
    for match, following in zip(named, [*(match.start() for match in named[1:]), end], strict=True):
        value = tag[match.end() : following]
        close = value.rfind(b'"') if match[1].lower() in _FREE else value.find(b'"')
        out += [match[0], value[:close].replace(b"<", b"&lt;").replace(b'"', b"&quot;"), value[close:]]
    return b"".join([*out, tag[end:]])


def _spec(outline: etree._Element) -> FeedSpec | None:
    said = {name.lower(): value.strip() for name, value in outline.attrib.items() if isinstance(name, str)}
    url = as_web(said.get("xmlurl", ""))
    if not is_web(url):
        return None
    ours = {name: said[_OURS + name] for name in _KEPT if said.get(_OURS + name)}
    if "lang" in ours:
        ours["lang"] = language_of(ours["lang"])
    if ours.get("tier") not in TIERS:
        ours.pop("tier", None)
    options = _options(outline, said, ours.get("kind", "feed"))
    return FeedSpec(url, title=said.get("title") or said.get("text", ""), options=options, **ours)


def _options(outline: etree._Element, said: dict[str, str], kind: str) -> dict[str, object]:
    """The options that our own feed list could have too: a list from elsewhere may contain anything."""
    try:
        given = json.loads(said.get(_OURS + "options", "{}"))
    except (ValueError, RecursionError):
        given = {}
    options = {n: value for n, value in given.items() if is_sound(kind, n, value)} if isinstance(given, dict) else {}
    folder = "/".join(reversed(list(_folders(outline))))
    return options | ({"folder": folder} if folder else {})


def _folders(outline: etree._Element) -> Iterator[str]:
    """The names of the outlines around an outline, innermost first."""
    for parent in outline.iterancestors("outline"):
        name = (parent.get("title") or parent.get("text") or "").strip().replace("/", "∕")
        if name:
            yield name


def write(specs: Iterable[FeedSpec], title: str = "Tocsin feeds") -> bytes:
    """An OPML 2.0 document of feeds in their folders (a feed without a folder is under its tier).

    User name and password in a URL are left out, since lists are made to be shared.
    """
    root = etree.Element("opml", {"version": "2.0"}, nsmap={"tocsin": NAMESPACE})
    etree.SubElement(etree.SubElement(root, "head"), "title").text = _xml(title)
    body = etree.SubElement(root, "body")
    folders: dict[str, etree._Element] = {}
    for spec in specs:
        _outline(_folder(body, folders, str(spec.options.get("folder") or spec.tier)), spec)
    document: bytes = etree.tostring(root, encoding="utf-8", xml_declaration=True, pretty_print=True)
    return document


def _folder(body: etree._Element, folders: dict[str, etree._Element], path: str) -> etree._Element:
    if not path:
        return body
    if path not in folders:
        above, _, name = path.rpartition("/")
        parent = _folder(body, folders, above)
        folders[path] = etree.SubElement(parent, "outline", {"text": _xml(name), "title": _xml(name)})
    return folders[path]


def _outline(parent: etree._Element, spec: FeedSpec) -> None:
    options = {name: value for name, value in spec.options.items() if name != "folder"}
    url = _xml(take_credentials(spec.url)[0])
    name, title = _xml(spec.source or spec.title) or url, _xml(spec.title or spec.source) or url
    said = {"type": "rss", "text": name, "title": title, "xmlUrl": url}
    said |= {_OURS + key: _xml(getattr(spec, key)) for key in _KEPT if getattr(spec, key)}
    if options:
        said[_OURS + "options"] = _xml(json.dumps(options, ensure_ascii=False, sort_keys=True))
    etree.SubElement(parent, "outline", said)


def _xml(text: str) -> str:
    """Text without the characters that XML can't hold."""
    return re.sub("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "", text)
