"""What the elements of an item mean, with the order and precedence that feedparser gives them.

A handler takes the draft of an item (or of the feed) and one of its elements. Precedence in short: the first title
wins over later ones and over media titles; the last link wins; a permalink guid stands in for a missing link; a second
description is content; content stands in for a missing summary.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from html import escape
from typing import TYPE_CHECKING, Any

from lxml import etree

from bot.sources.parsing.links import absolute

if TYPE_CHECKING:
    from bot.sources.parsing.vocabulary import Vocabulary

Element = Any
"""An lxml element; the library has no types of its own."""

Handler = Callable[["Draft", Element], None]

XML_BASE = "{http://www.w3.org/XML/1998/namespace}base"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_PAGES = ("text/html", "html", "application/xhtml+xml", "xhtml")
_UNFINISHED_REFERENCE = re.compile(r"&(\w+);")
_DECLARATION = re.compile(r"\sxmlns(?::[\w.-]+)?=\"[^\"]*\"")
_PREFIX = re.compile(r"(</?)[\w.-]+:(?=\w)")
_WRAPPER = re.compile(r"<div(?:\s[^<>]*)?>")


class Draft:
    """An item while its elements are read. Class attributes are the defaults: most items set few of them."""

    vocabulary: Vocabulary
    base = ""
    id = ""
    link: str | None = None
    title = ""
    titled = False  # has a title of its own, which no later one replaces
    nested = False  # inside media:group or media:content
    summary: str | None = None
    content = ""
    spare = ""  # a second description
    caption = ""  # of a picture or film
    has_content = False
    published = ""
    updated = ""
    created = ""
    outlet = ""
    form = ""
    lang = ""
    ttl = ""
    period = ""
    frequency = ""


def text(element: Element) -> str:
    """The text of an element, with its markup when it holds any, stripped."""
    if len(element):
        return _inner(element)
    found = element.text
    return found.strip() if found else ""


def title(draft: Draft, element: Element) -> None:
    if not draft.titled and (found := text(element)):
        draft.title = found
        draft.titled = True


def media_title(draft: Draft, element: Element) -> None:
    if not draft.titled and not (draft.nested and draft.title):
        draft.title = text(element) or draft.title


def link(draft: Draft, element: Element) -> None:
    href = element.get("href")
    if href is None:
        found = text(element)
        if "&" in found:
            found = _UNFINISHED_REFERENCE.sub(r"&\1", found.replace("&amp;", "&"))
        if found:
            draft.link = absolute(draft.base, found)
    elif element.get("rel", "alternate").lower() == "alternate" and element.get("type", "html").lower() in _PAGES:
        own = element.get(XML_BASE) if draft.vocabulary.has_bases else None
        draft.link = absolute(absolute(draft.base, own) if own else draft.base, href.strip())


def identity(draft: Draft, element: Element) -> None:
    found = text(element)
    draft.id = found
    if found != draft.link and found and _is_permalink(element):
        draft.id = absolute(draft.base, found)
        if draft.link is None and "/" in found:  # without a slash it is no address, whatever it claims
            draft.link = draft.id


def _is_permalink(element: Element) -> bool:
    """Whether a guid is an address: it is, unless the attribute, whose name may be in any case, says otherwise."""
    said = element.get("isPermaLink")
    if said is None:
        values = element.values()
        if not values:
            return True
        said = dict(zip(map(str.lower, element.keys()), values, strict=True)).get("ispermalink", "true")
    return bool(said == "true")


def published(draft: Draft, element: Element) -> None:
    draft.published = _date(element)


def updated(draft: Draft, element: Element) -> None:
    draft.updated = _date(element)


def created(draft: Draft, element: Element) -> None:
    draft.created = _date(element)


def _date(element: Element) -> str:
    """A date's text; if it holds an HTML `<time>`, the machine-readable form of that."""
    return str(element[0].get("datetime") or text(element)) if len(element) else (element.text or "").strip()


def description(draft: Draft, element: Element) -> None:
    if draft.summary is None or draft.has_content:
        draft.summary = text(element) or draft.summary or ""
        return
    draft.has_content = True
    draft.spare = draft.spare or text(element)


def media_description(draft: Draft, element: Element) -> None:
    """A description of a picture or film: it is the item's summary only if the item has no words of its own."""
    draft.caption = draft.caption or text(element)


def content(draft: Draft, element: Element) -> None:
    draft.has_content = True
    found = _decoded(element)
    draft.content = draft.content or found
    if draft.summary is None:
        draft.summary = found


def body(draft: Draft, element: Element) -> None:
    draft.content = draft.content or text(element)
    if draft.summary is None:
        draft.summary = draft.content


def _decoded(element: Element) -> str:
    """Content, decoded from base64 if its mode (Atom 0.3) or media type (Atom 1.0) says so and it is text."""
    found = text(element)
    kind = element.get("type", "text").lower()
    plain = "/" not in kind or kind.startswith("text/") or kind.endswith(("+xml", "/xml"))
    if plain and element.get("mode") != "base64":
        return found
    try:
        return base64.b64decode(found, validate=False).decode().strip()
    except (binascii.Error, ValueError):
        return found


def source(draft: Draft, element: Element) -> None:
    """The outlet. In RSS it is the element's text; in Atom the title of the feed that the entry came from."""
    for child in element:
        if draft.vocabulary[child.tag] is title:
            draft.outlet = text(child)
            return
    draft.outlet = (element.text or "").strip()


def language(draft: Draft, element: Element) -> None:
    draft.lang = text(element)


def category(draft: Draft, element: Element) -> None:
    """EDGAR names a filing's form as the term of a category of its own scheme."""
    if not draft.form and "sec.gov" in (element.get("scheme") or ""):
        draft.form = (element.get("term") or "").strip()


def nested(draft: Draft, element: Element) -> None:
    """media:group and media:content: their elements count if the item itself has none."""
    if len(element):
        draft.nested = True
        for child in element:
            if handler := draft.vocabulary[child.tag]:
                handler(draft, child)
        draft.nested = False


def ttl(draft: Draft, element: Element) -> None:
    draft.ttl = text(element)


def period(draft: Draft, element: Element) -> None:
    draft.period = text(element)


def frequency(draft: Draft, element: Element) -> None:
    draft.frequency = text(element)


def _inner(element: Any) -> str:
    """The content of an element as HTML, without a single wrapping `<div>` (Atom's xhtml content)."""
    html = escape(element.text or "", quote=False) + "".join(
        etree.tostring(child, encoding="unicode") for child in element
    )
    html = _PREFIX.sub(r"\1", _DECLARATION.sub("", html)).strip()
    wrapper = _WRAPPER.match(html)
    if wrapper and len(element) == 1 and html.endswith("</div>"):
        return html[wrapper.end() : -len("</div>")].strip()
    return html
