"""Repairs broken XML until a strict parser accepts it, or item by item. Whatever is dropped is reported."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from html.entities import html5
from typing import NamedTuple

from bot.sources.parsing.vocabulary import NAMESPACES

_ROOT = re.compile(r"<(?:[\w.-]{1,40}:)?(?:rss|feed|rdf|channel)(?=[\s>/])", re.IGNORECASE)
_ENTITY = re.compile(r"""<!ENTITY\s+([\w.-]{1,60})\s+(?:"([^"&%<]{0,200})"|'([^'&%<]{0,200})')\s*>""")
_DECLARED = re.compile(r"""<!ENTITY\s+([\w.-]{1,60})\s+(?:"(&#\w{1,8};)"|'(&#\w{1,8};)')\s*>""")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]+")
_STRAY = re.compile(
    r"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)"
    r"|&(?!(?:amp|lt|gt|quot|apos|#(?:3[2-9]|[4-9]\d|[1-9]\d{2,3}|x[2-9a-fA-F][0-9a-fA-F]|x[1-9a-cA-C][0-9a-fA-F]{2,3}));)"
    r"(#[0-9]{1,12};|#[xX][0-9a-fA-F]{1,12};|[A-Za-z][\w.-]{0,60};)?"
    r"|<(?![\w/!?:])",
    re.DOTALL,
)
_NUMERIC = re.compile(r"&#([0-9]{1,12}|[xX][0-9a-fA-F]{1,12});")
_SECTION = "<![CDATA["
_ITEM_END = re.compile(r"</(?:[\w.-]{1,40}:)?(?:item|entry)\s*>", re.IGNORECASE)
_ITEM = re.compile(
    r"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)|<(/?)((?:[\w.-]{1,40}:)?(?:item|entry))(?=[\s>/])([^<>]*>)?",
    re.DOTALL | re.IGNORECASE,
)
_DECLARATION = re.compile(r"""\sxmlns(?::([\w.-]{1,60}))?\s?=\s?(?:"([^"<>]{0,500})"|'([^"'<>]{0,500})')""")
_PREFIX = re.compile(r"</?([\w.-]{1,60}):\w|\s([\w.-]{1,60}):[\w.-]{1,60}\s?=")
_ROOT_END = re.compile(r"</(?:[\w.-]{1,40}:)?(?:rss|feed|rdf|channel)\s*>", re.IGNORECASE)
_ASIDES = (("<!--", "-->"), ("<?", "?>"))


def mend_text(text: str) -> str:
    """The document from its root on: forbidden characters removed, references unknown to XML decoded or escaped.

    As in feedparser, entities of a DOCTYPE count only if they are plain text: none can name another entity or a file.
    """
    root = _ROOT.search(text)
    start = root.start() if root else 0
    own = {
        name: _FORBIDDEN.sub("", a or b)
        for pattern in (_ENTITY, _DECLARED)
        for name, a, b in pattern.findall(text[: min(start, 65_536)])
    }

    def fix(match: re.Match[str]) -> str:
        whole, reference = match[0], match[1]
        if whole[0] == "<":
            return whole if len(whole) > 1 else "&lt;"
        if reference is None:
            return "&amp;" + whole[1:]
        return _number(reference[1:-1]) if reference[0] == "#" else _named(reference, own)

    return _STRAY.sub(fix, _without_open_sections(_FORBIDDEN.sub("", text[start:])))


def _without_open_sections(text: str) -> str:
    """Turn the start of a CDATA section into text if the section was not closed: it runs over an item's end into the
    next section, or never ends. Each search goes on where the last one ended, so that one pass is enough."""
    out: list[str] = []
    at = end = item = 0
    start = text.find(_SECTION)
    while start >= 0:
        following = text.find(_SECTION, start + 1)
        if 0 <= end < start:
            end = text.find("]]>", start)
        if item < start:
            item = next((match.start() for match in [_ITEM_END.search(text, start)] if match), len(text))
        if (end < 0 or 0 <= following < end) and item < (end if end >= 0 else len(text)):
            out += [text[at:start], "&lt;"]
            at = start + 1
        start = following
    return "".join([*out, text[at:]]) if out else text


def mend_references(text: str) -> str:
    """The text with numeric references replaced that stand for no character; all else stays."""
    return _NUMERIC.sub(lambda match: _number(match[1]), _FORBIDDEN.sub("", text))


def _number(digits: str) -> str:
    code = int(digits[1:], 16) if digits[0] in "xX" else int(digits)
    if code in (9, 10, 13) or 32 <= code < 0xD800 or 0xE000 <= code < 0xFFFE or 0x10000 <= code <= 0x10FFFF:
        return f"&#{code};"
    return "" if code < 32 or code in (0xFFFE, 0xFFFF) else "\ufffd"


def _named(reference: str, own: dict[str, str]) -> str:
    found = own.get(reference[:-1]) or html5.get(reference)
    if found is None:
        return "&amp;" + reference
    return _number(found[2:-1]) if found.startswith("&#") else escape(found, quote=False)


class Piece(NamedTuple):
    """One item of a broken document. `closed` is False when its end tag is missing."""

    xml: str
    closed: bool


def head(text: str) -> str:
    """The part with the feed's own fields: all that comes before the first item."""
    return text[: next((match.start() for match in _tags(text)), len(text))]


def is_whole(text: str) -> bool:
    """Whether the root's end tag closes the document."""
    tail = text[-4000:]
    return any(not behind_asides(tail[match.end() :]) for match in _ROOT_END.finditer(tail))


def behind_asides(text: str) -> str:
    """The text without the white space, comments and instructions at its beginning."""
    text = text.lstrip()
    while end := next((end for begin, end in _ASIDES if text.startswith(begin) and end in text), ""):
        text = text.partition(end)[2].lstrip()
    return text


def pieces(text: str, most: int) -> Iterator[Piece]:
    """The first `most` items, unchanged."""
    start = -1
    for match in _tags(text):
        opens = not match[1] and not (match[3] or "").endswith("/>")
        if start >= 0 and (match[1] or opens):
            yield Piece(text[start : match.end() if match[1] else match.start()], closed=bool(match[1]))
            most, start = most - 1, -1
        if opens:
            start = match.start()
        if most <= 0:
            return
    if start >= 0:
        yield Piece(text[start:], closed=False)


def wrapper(text: str) -> str:
    """A start tag `<channel …>` for items of a document; it declares all prefixes in use, if possible like the head."""
    before = head(text)[:20_000]
    declared = {prefix: a or b for prefix, a, b in _DECLARATION.findall(before) if prefix}
    by_default = next((a or b for prefix, a, b in _DECLARATION.findall(before.partition(">")[0]) if not prefix), "")
    used = {match[1] or match[2] for match in _PREFIX.finditer(text)} - {"xml", "xmlns"}
    spaces = {prefix: declared.get(prefix) or NAMESPACES.get(prefix, f"urn:prefix:{prefix}") for prefix in used}
    if by_default:
        spaces[""] = by_default
    names = "".join(f' xmlns{":" if prefix else ""}{prefix}="{uri}"' for prefix, uri in spaces.items())
    return f"<channel{names}>"


def _tags(text: str) -> Iterator[re.Match[str]]:
    """The tags that open and close items: `item` or `entry`, with the same prefix as the first of them."""
    prefix = None
    for match in _ITEM.finditer(text):
        if match[2]:
            own = match[2].rpartition(":")[0]
            prefix = own if prefix is None else prefix
            if own == prefix:
                yield match
