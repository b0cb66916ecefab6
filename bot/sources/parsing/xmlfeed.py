"""A parsed XML tree → the feed: finds the items, reads each one, limits the fields."""

from __future__ import annotations

import re

from bot.core.model import FeedInfo, ParsedEntry, ParsedFeed
from bot.sources.parsing.dates import parse_date
from bot.sources.parsing.elements import XML_BASE, XML_LANG, Draft, Element
from bot.sources.parsing.fields import TITLE_BYTES, cap, finish, mend
from bot.sources.parsing.links import absolute, web_only
from bot.sources.parsing.vocabulary import NAMESPACES, container, entry, vocabulary

MOST_ITEMS = 500
_ABOUT = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"
_SPECIAL = re.compile(rb"x(?<=\sx)ml:(?:base|lang)")  # begins with one rare byte, which makes the search fast
_PERIODS = {"hourly": 3600, "daily": 86_400, "weekly": 604_800, "monthly": 2_592_000, "yearly": 31_536_000}
_LONGEST_TTL_S = 604_800


class Reader:
    """Reads the items of one document. `base` is its address, "" if unknown.

    What a document never uses (xml:base and xml:lang, attributes on its items, EDGAR's categories) is determined once,
    so that it need not be checked for each item.
    """

    def __init__(self, root: Element, utf8: bytes, base: str, *, suspect: bool) -> None:
        namespaces = root.nsmap
        self.special, forms = traits(utf8)
        self.vocabulary = vocabulary(namespaces.get(None), forms, self.special)
        is_cdf = self.vocabulary[root.tag] is container and root.tag.lower() == "channel"
        self.attributed = self.special or is_cdf or NAMESPACES["rdf"] in namespaces.values()
        self.suspect = suspect
        self.items: list[Element] = []
        self.feed = self._draft(base)
        self.root = root
        self._walk(root)
        if not self.items:
            self.take_items(root)

    def _draft(self, base: str) -> Draft:
        draft = Draft()
        draft.vocabulary = self.vocabulary
        draft.base = base
        return draft

    def _walk(self, element: Element) -> None:
        """Note the items under an element and read the feed's own fields."""
        vocabulary, feed, items = self.vocabulary, self.feed, self.items
        if self.special:
            _scope(feed, element)
        for child in element:
            handler = vocabulary[child.tag]
            if handler is entry:
                items.append(child)
            elif handler is container:
                self._walk(child)
            elif handler is not None:
                handler(feed, child)

    def take_items(self, root: Element | None) -> None:
        """Note the items anywhere under a root, itself included."""
        if root is None:
            return
        self.items += [element for element in root.iter() if self.vocabulary[element.tag] is entry]

    def is_feed(self, feed: ParsedFeed) -> bool:
        """Whether the root is a feed's, or else there are items with content under it and it is no web page's root."""
        if self.vocabulary[self.root.tag] in (container, entry):
            return True
        return bool(feed.entries) and not str(self.root.tag).lower().endswith("html")

    def result(self, *, complete: bool) -> ParsedFeed:
        """The feed with its newest 500 items by position, in document order."""
        feed, vocabulary, suspect = self.feed, self.vocabulary, self.suspect
        lang, base = feed.lang[:2].lower(), feed.base
        page = base or web_only("", feed.link or "")
        entries: list[ParsedEntry] = []
        for element in self._newest(lang):
            draft = Draft()
            draft.vocabulary = vocabulary
            draft.base = base
            if self.attributed:
                _attributes(draft, element)
            for child in element:
                handler = vocabulary[child.tag]
                if handler is not None:
                    handler(draft, child)
            found = finish(draft, page, lang, suspect=suspect)
            if found is not None:
                entries.append(found)
        title = mend(feed.title) if suspect else feed.title
        info = FeedInfo(cap(title, TITLE_BYTES), web_only(page, feed.link or ""))
        return ParsedFeed(info, tuple(entries), complete, _ttl_s(feed))

    def _newest(self, lang: str) -> list[Element]:
        """The newest 500 items. Feeds list the newest first; if dates rise from first to last, the last are taken."""
        items = self.items
        if len(items) <= MOST_ITEMS:
            return items
        first, last = (parse_date(self._date(items[at]), lang) for at in (0, -1))
        return items[-MOST_ITEMS:] if first and last and first < last else items[:MOST_ITEMS]

    def _date(self, element: Element) -> str:
        draft = self._draft("")
        for child in element:
            if handler := self.vocabulary[child.tag]:
                handler(draft, child)
        return draft.published or draft.updated


def traits(utf8: bytes) -> tuple[bool, bool]:
    """Whether a document uses xml:base or xml:lang, and whether it lists EDGAR's filings."""
    return _SPECIAL.search(utf8) is not None, b"sec.gov" in utf8[:4000]


def _scope(draft: Draft, element: Element) -> None:
    """Apply xml:base and xml:lang of an element, which hold for everything in it."""
    draft.lang = element.get(XML_LANG) or draft.lang
    if own := element.get(XML_BASE):
        draft.base = absolute(draft.base, own)


def _attributes(draft: Draft, element: Element) -> None:
    """Read an item's own attributes: rdf:about is its id, xml:base and xml:lang apply to it, CDF has link and date
    there.
    """
    names = element.keys()
    if not names:
        return
    _scope(draft, element)
    for name in names:
        if name == _ABOUT:
            draft.id = element.get(name).strip()
        elif name.lower() == "href":
            draft.link = absolute(draft.base, element.get(name).strip())
        elif name.lower() == "lastmod":
            draft.updated = element.get(name)


def _ttl_s(feed: Draft) -> int | None:
    """How long the feed asks not to be polled, in s: RSS ttl (minutes) or the syndication module's period."""
    seconds = int(feed.ttl) * 60 if re.fullmatch(r"[0-9]{1,6}", feed.ttl) else 0
    if not seconds and (period := _PERIODS.get(feed.period.lower())):
        times = int(feed.frequency) if re.fullmatch(r"[1-9][0-9]{0,3}", feed.frequency) else 1
        seconds = period // times
    return min(seconds, _LONGEST_TTL_S) or None
