"""Finds the handler of an element: names and namespaces of RSS 0.9–2.0, RDF, Atom 0.3/1.0, CDF and their extensions."""

from __future__ import annotations

from functools import lru_cache

from bot.sources.parsing import elements as e
from bot.sources.parsing.elements import Draft, Element, Handler

NAMESPACES = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "media": "http://search.yahoo.com/mrss/",
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "sy": "http://purl.org/rss/1.0/modules/syndication/",
    "xhtml": "http://www.w3.org/1999/xhtml",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "atom": "http://www.w3.org/2005/Atom",
    "rss": "http://purl.org/rss/1.0/",
}
"""Usual prefixes, for documents that forgot to declare them."""


def _core(uri: str) -> str:
    """A namespace as it is compared: feeds write https, leave out the last slash, or put a space before."""
    return uri.strip().lower().replace("https://", "http://", 1).rstrip("/#")


_PREFIXES = {_core(uri): prefix for prefix, uri in NAMESPACES.items()} | {
    "http://purl.org/dc/elements/1.0": "dc",
    "http://www.rssboard.org/media-rss": "media",
    "http://example.com/dtds/podcast-1.0.dtd": "itunes",
}
_BARE = frozenset(
    (
        "",
        "atom",
        "rss",
        "http://backend.userland.com/rss",
        "http://blogs.law.harvard.edu/tech/rss",
        "http://my.netscape.com/rdf/simple/0.9",
        "http://channel.netscape.com/rdf/simple/0.9",
        "http://example.com/newformat",
        "http://example.com/necho",
        "http://purl.org/echo",
        "uri/of/echo/namespace",
        "http://purl.org/pie",
        "http://purl.org/atom/ns",
        "http://purl.org/rss/1.0/modules/rss091",
    )
)


def entry(draft: Draft, element: Element) -> None:
    """Marks the elements that are items; the reader of the feed takes them itself."""


def container(draft: Draft, element: Element) -> None:
    """Marks the elements that hold the feed's own fields and items."""


_PLAIN: dict[str, Handler] = {
    "item": entry,
    "entry": entry,
    "rss": container,
    "rdf": container,
    "feed": container,
    "channel": container,
    "title": e.title,
    "link": e.link,
    "guid": e.identity,
    "id": e.identity,
    "pubdate": e.published,
    "published": e.published,
    "issued": e.published,
    "updated": e.updated,
    "modified": e.updated,
    "lastbuilddate": e.updated,
    "created": e.created,
    "description": e.description,
    "abstract": e.description,
    "summary": e.description,
    "content": e.content,
    "fullitem": e.content,
    "body": e.body,
    "source": e.source,
    "language": e.language,
    "ttl": e.ttl,
    "category": e.category,
}
_PREFIXED: dict[tuple[str, str], Handler] = {
    ("rdf", "rdf"): container,
    ("dc", "title"): e.title,
    ("dc", "date"): e.updated,
    ("dc", "description"): e.description,
    ("dc", "language"): e.language,
    ("dcterms", "created"): e.created,
    ("dcterms", "issued"): e.published,
    ("dcterms", "modified"): e.updated,
    ("content", "encoded"): e.content,
    ("media", "title"): e.media_title,
    ("media", "description"): e.media_description,
    ("media", "group"): e.nested,
    ("media", "content"): e.nested,
    ("itunes", "summary"): e.description,
    ("sy", "updateperiod"): e.period,
    ("sy", "updatefrequency"): e.frequency,
    ("xhtml", "body"): e.body,
}


_MOST_TAGS = 4096  # of one vocabulary; feeds share most of theirs, hostile ones have any number


class Vocabulary(dict[str, Handler | None]):
    """Tag as lxml writes it → its handler, None for elements that we don't read. Learns each tag when it is first met.

    Names may be in any case. As in feedparser, an unknown default namespace counts as none, and an undeclared prefix
    as the namespace that usually has it.
    """

    def __init__(self, default_namespace: str | None, *, forms: bool, has_bases: bool) -> None:
        super().__init__()
        self.bare = _core(default_namespace or "")
        self.forms = forms
        self.has_bases = has_bases

    def __missing__(self, tag: object) -> Handler | None:
        found = _find(tag, self.bare) if isinstance(tag, str) else None
        if found is e.category and not self.forms:
            found = None
        if len(self) >= _MOST_TAGS:
            self.clear()
        self[tag] = found  # type: ignore[index]  # entities have functions for tags
        return found


@lru_cache(64)
def vocabulary(default_namespace: str | None, forms: bool, has_bases: bool) -> Vocabulary:
    """The vocabulary of all documents of a kind, with the tags that it learnt from earlier ones."""
    return Vocabulary(default_namespace, forms=forms, has_bases=has_bases)


def _find(tag: str, bare: str) -> Handler | None:
    uri, name = tag[1:].lower().split("}", 1) if tag[0] == "{" else ("", tag.lower())
    if not uri and ":" in name:
        uri, name = name.split(":", 1)
    uri = _core(uri)
    prefix = _PREFIXES.get(uri, uri)
    if prefix in _BARE or prefix == bare or "backend.userland.com/rss" in prefix:
        return _PLAIN.get(name)
    return _PREFIXED.get((prefix, name))
