"""Isolates items whose markup is broken inside a field, so that the rest of the feed still parses."""

from __future__ import annotations

import re

_FIELDS = (
    "title|link|guid|id|description|summary|content|encoded|body|pubdate|published|updated|date|modified|issued|created"
    "|language|category|creator|subject|comments"
)
_FIELD = re.compile(rf"<((?:[\w.-]{{1,40}}:)?(?:{_FIELDS}))((?:\s[^<>]*)?)>", re.IGNORECASE)
_NAME = re.compile(rf"(?:[\w.-]{{1,40}}:)?(?:{_FIELDS})", re.IGNORECASE)
_TAG = re.compile(r"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)|<(/?)([\w:.-]+)([^<>]*)>", re.DOTALL)
_DEEPEST = 256  # open elements that an end tag may close; no parser goes deeper
_ATTRIBUTE = re.compile(r"""(\s+[\w:.-]+)(?:\s*=\s*(?:("[^"<]*"|'[^'<]*')|([^\s"'<>]*[^\s"'<>/])))?""")


def isolate(item: str) -> str:
    """The item with each field that contains a `<` turned into CDATA, attributes quoted and tags balanced."""
    out: list[str] = []
    at = 0
    unclosed: set[str] = set()
    for match in _FIELD.finditer(item):
        name = match[1]
        if match.start() < at or name in unclosed or match[2].endswith("/"):
            continue
        end = item.find(f"</{name}", match.end())
        if end < 0:
            unclosed.add(name)
            continue
        out += [item[at : match.end()], _fenced(item[match.end() : end])]
        at = end
    out.append(item[at:])
    return _balanced("".join(out))


def _fenced(text: str) -> str:
    """Turn markup into one CDATA section; plain text, and text that is a single section, stay unchanged."""
    whole = text.strip()
    if "<" not in text or (whole.startswith("<![CDATA[") and whole.find("]]>") == len(whole) - 3):
        return text
    return f"<![CDATA[{text.replace('<![CDATA[', '').replace(']]>', '')}]]>"


def _balanced(item: str) -> str:
    """Close every tag in order: an end tag closes all that is open in its element, or is dropped if it has none."""
    out: list[str] = []
    opened: list[str] = []
    at = 0
    for match in _TAG.finditer(item):
        out.append(item[at : match.start()])
        at = match.end()
        if match[2] is None:
            out.append(match[0])
        elif match[1]:
            out += _closed(opened, match[2])
        else:
            if opened and _NAME.fullmatch(opened[-1]) and _NAME.fullmatch(match[2]):
                out += _closed(opened, opened[-1])  # a field that was never closed ends where the next one begins
            attributes = _ATTRIBUTE.sub(_attribute, match[3]) if match[3] else ""
            out.append(f"<{match[2]}{attributes}>")
            if not attributes.endswith("/"):
                opened.append(match[2])
    return "".join([*out, item[at:], *_closed(opened, opened[0])]) if opened else "".join([*out, item[at:]])


def _closed(opened: list[str], name: str) -> list[str]:
    """The end tags up to the one of `name`; none when no such element is open."""
    if name not in opened[-_DEEPEST:]:
        return []
    ends = []
    while opened:
        last = opened.pop()
        ends.append(f"</{last}>")
        if last == name:
            break
    return ends


def _attribute(match: re.Match[str]) -> str:
    name, quoted, bare = match.groups()
    return f"{name}={quoted or chr(34) + (bare or '') + chr(34)}"
