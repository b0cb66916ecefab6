"""XML of a feed → the feed: strictly; after small repairs, strictly again; then item by item."""

from __future__ import annotations

import re
import threading
from typing import Any

from lxml import etree

from bot.core.errors import NotAFeed
from bot.core.model import ParsedFeed
from bot.sources.parsing.decode import Decoded
from bot.sources.parsing.elements import Element
from bot.sources.parsing.fields import is_suspect
from bot.sources.parsing.isolate import isolate
from bot.sources.parsing.repair import behind_asides, head, is_whole, mend_text, pieces, wrapper
from bot.sources.parsing.xmlfeed import MOST_ITEMS, Reader

_OPTIONS = {
    "encoding": "utf-8",  # ours, whatever the document says
    "resolve_entities": False,
    "load_dtd": False,
    "no_network": True,
    "remove_comments": True,
    "remove_pis": True,
    "collect_ids": False,
}
_THREAD = threading.local()
_FIRST_TAG = re.compile(rb"<[A-Za-z_]")
_PAGE = re.compile(r"<html[\s>]", re.IGNORECASE)
_PAGE_DOCTYPE = re.compile(r"<!doctype\s+html[^>]*>?", re.IGNORECASE)
_FEED = re.compile(r"<(?:rss|feed|rdf:rdf)[\s>]", re.IGNORECASE)
_ITEM = re.compile(rb"<(?:[\w.-]{1,40}:)?(?:item|entry)[\s>/]", re.IGNORECASE)


def read_strictly(body: Decoded, base: str) -> ParsedFeed | None:
    """The quick path, for well-formed XML without a DOCTYPE. None for any other body, or if it holds no feed."""
    start = _FIRST_TAG.search(body.utf8)
    if start is None or b"<!DOCTYPE" in body.utf8[: start.start()]:
        return None
    try:
        root = etree.fromstring(body.utf8, _parser())
    except etree.XMLSyntaxError:
        return None
    return _read(root, body, base)


def _parser() -> Any:
    """This thread's strict parser; making one costs as much as a small feed."""
    if not hasattr(_THREAD, "parser"):
        _THREAD.parser = etree.XMLParser(**_OPTIONS)
    return _THREAD.parser


def _read(root: Element, body: Decoded, base: str) -> ParsedFeed | None:
    reader = Reader(root, body.utf8, base, suspect=is_suspect(body.utf8))
    feed = reader.result(complete=not body.cut)
    return feed if reader.is_feed(feed) else None


def _is_page(utf8: bytes) -> bool:
    """Whether this is a web page. Some sites give their feed the DOCTYPE of their pages: what follows it counts."""
    start = behind_asides(utf8[:4000].decode("utf-8", "replace").removeprefix("\ufeff"))
    if doctype := _PAGE_DOCTYPE.match(start):
        return _FEED.match(behind_asides(start[doctype.end() :])) is None
    return _PAGE.match(start) is not None


def read_tolerantly(body: Decoded, base: str) -> ParsedFeed | None:
    """The feed after repairs; None if there are items that could not be read even so. Raises `NotAFeed`."""
    if _is_page(body.utf8):
        raise NotAFeed("this is a web page, not a feed")
    feed = _repaired(body, base)
    has_items = _ITEM.search(body.utf8) is not None
    if feed is not None and (feed.entries or not has_items or not feed.complete):
        return feed
    if not has_items:
        raise NotAFeed("this is neither RSS, Atom nor JSON Feed")
    return None


def _repaired(body: Decoded, base: str) -> ParsedFeed | None:
    text = mend_text(body.utf8.decode("utf-8", "replace"))
    utf8 = text.encode("utf-8", "replace")
    root = _tolerant(utf8)
    if root is not None:
        return _read(root, Decoded(utf8, body.cut), base)
    return _pieces(text, utf8, base)


def _tolerant(utf8: bytes) -> Element | None:
    """The tree of a document whose only fault may be undeclared prefixes."""
    parser = etree.XMLParser(recover=True, **_OPTIONS)
    try:
        root = etree.fromstring(utf8, parser)
    except etree.XMLSyntaxError:
        return None
    return None if any(error.level_name == "FATAL" for error in parser.error_log) else root


def _pieces(text: str, utf8: bytes, base: str) -> ParsedFeed | None:
    """The feed, read item by item. A last item without an end tag counts only if the document was not cut."""
    opening = _lenient(isolate(head(text)))
    if opening is None:
        return None
    reader = Reader(opening, utf8, base, suspect=is_suspect(utf8))
    whole = is_whole(text)
    found = list(pieces(text, MOST_ITEMS))
    if not whole and found and not found[-1].closed:
        found.pop()
    for root in _trees([piece.xml for piece in found], wrapper(text)):
        reader.take_items(root)
    feed = reader.result(complete=whole)
    return feed if reader.is_feed(feed) else None


def _trees(items: list[str], start: str) -> list[Element | None]:
    """The items as one tree if they are sound; else as one tree with their fields fenced off; else one by one."""
    end = "</channel>"
    for texts in (items, (isolate(item) for item in items)):
        together = _sound(start + "".join(texts) + end)
        if together is not None:
            return [together]
    return [_tree(start + item + end, start + isolate(item) + end) for item in items]


def _tree(item: str, fenced: str) -> Element | None:
    root = _sound(item)
    return _lenient(fenced) if root is None else root


def _sound(xml: str) -> Element | None:
    try:
        return etree.fromstring(xml.encode("utf-8", "replace"), _parser())
    except etree.XMLSyntaxError:
        return None


def _lenient(xml: str) -> Element | None:
    """A tree in any case: for the head, which is never closed, and for items of which one is broken."""
    try:
        return etree.fromstring(xml.encode("utf-8", "replace"), etree.XMLParser(recover=True, **_OPTIONS))
    except etree.XMLSyntaxError:
        return None
