"""Renders stories as Atom (RFC 4287) and JSON Feed 1.1. Pure."""

from __future__ import annotations

import json
from collections.abc import Sequence
from xml.etree import ElementTree as ET

from bot.core.model import Story
from handlers.web.formatting import when

_ATOM = "http://www.w3.org/2005/Atom"
_CONTROL = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 65534, 65535, *range(55296, 57344)))


def atom(title: str, own: str, home: str, stories: Sequence[Story]) -> bytes:
    """The stories, newest first. `own` is the feed's address, `home` the page's."""
    ET.register_namespace("", _ATOM)
    feed = ET.Element(f"{{{_ATOM}}}feed")
    _add(feed, "title", title)
    _add(feed, "id", own)
    _add(feed, "link", rel="self", href=own)
    _add(feed, "link", rel="alternate", href=home)
    _add(feed, "updated", when(max((story.last_at for story in stories), default=1)))
    for story in stories:
        entry = ET.SubElement(feed, f"{{{_ATOM}}}entry")
        _add(entry, "id", f"{home}story/{story.id}")
        _add(entry, "title", story.title or f"Story {story.id}")
        _add(entry, "link", rel="alternate", href=story.url or f"{home}story/{story.id}")
        _add(entry, "link", rel="related", href=f"{home}story/{story.id}")
        _add(entry, "published", when(story.first_at))
        _add(entry, "updated", when(story.last_at))
        _add(entry, "summary", _told(story))
        _add(_add(entry, "author"), "name", ", ".join(story.outlets[:3]) or "Tocsin")
    told: bytes = ET.tostring(feed, encoding="utf-8", xml_declaration=True)
    return told


def json_feed(title: str, own: str, home: str, stories: Sequence[Story]) -> bytes:
    """The same as JSON Feed."""
    items = [
        {
            "id": f"{home}story/{story.id}",
            "url": story.url or f"{home}story/{story.id}",
            "title": story.title,
            "content_text": _told(story),
            "date_published": when(story.first_at),
            "date_modified": when(story.last_at),
            "authors": [{"name": name} for name in story.outlets[:3]],
            **({"language": story.lang} if story.lang else {}),
        }
        for story in stories
    ]
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": title, "home_page_url": home, "feed_url": own}
    return json.dumps({**feed, "items": items}, ensure_ascii=False).encode("utf-8", "replace")


def _add(parent: ET.Element, name: str, text: str = "", **attributes: str) -> ET.Element:
    made = ET.SubElement(parent, f"{{{_ATOM}}}{name}", {key: _clean(value) for key, value in attributes.items()})
    made.text = _clean(text) or None
    return made


def _clean(text: str) -> str:
    return text.translate(_CONTROL)


def _told(story: Story) -> str:
    outlets = ", ".join(story.outlets[:8])
    return " — ".join(part for part in (story.summary, outlets) if part) or story.title
