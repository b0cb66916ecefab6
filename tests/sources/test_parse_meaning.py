"""feedparser says what a feed means: over real feeds we agree with it, and where we don't there is a reason."""

from __future__ import annotations

import calendar
import io
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import feedparser
import pytest

from bot.core.language.html import to_text
from bot.core.model import ParsedEntry
from bot.sources.feed import parse
from tests.shared import SHARED, needs_shared

pytestmark = needs_shared

OURS = {
    "bst-zone-and-xsl.xml": "BST is British summer time, an hour ahead of UTC; feedparser takes unknown zones for UTC",
    "cz-dotted-date.xml": "22.11.2022 12:16:00 is a date; feedparser has None",
    "fda-slash-date.xml": "the <time> element in pubDate says when; feedparser has None",
    "hi-news18-china.xml": "Friday, January 29, 2021 … PM is a date; feedparser has None",
    "zh-gb18030-kc0011.rss": "2020-1-10 14:33:00 lies in January; feedparser reads November",
    "nyt-us-2022.xml": "UTF-8 that was read as windows-1252 and encoded again is undone; feedparser keeps â€™",
    "relative-url.atom": "without any base a relative link leads nowhere: none",
    "bad-prolog-prefixed-rss.xml": "a broken prolog and undeclared prefixes: 35 items; feedparser finds none",
    "json-feed-sample.json": "feedparser does not read JSON Feed",
    "ndtv.xml": "a picture's media:description is no summary where the item has one; feedparser gives the caption",
    "restofworld.xml": "the same",
    "nyt-world.xml": "a picture's media:description is not the article's content, as feedparser has it",
    "google-cloud-blog.rss": "a description inside an unknown <og> element is not the item's, as feedparser has it",
}
"""Files in which we differ on purpose, and why."""


def sample_files() -> list[Path]:
    feeds = SHARED / "samples"
    return sorted([*feeds.glob("feeds/*/*"), *feeds.glob("sec/*.atom")]) if feeds.is_dir() else []


FILES = [pytest.param(path, id=path.name) for path in sample_files()]


def reference(path: Path) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return feedparser.parse(io.BytesIO(path.read_bytes())).entries


def differences(theirs: Any, ours: ParsedEntry) -> Iterator[str]:
    when = dict.get(theirs, "published_parsed") or dict.get(theirs, "updated_parsed")
    content = theirs["content"][0]["value"] if theirs.get("content") else ""
    date = ours.published and int(ours.published.timestamp())
    pairs = {
        "id": (theirs.get("id", ""), ours.id),
        "link": (theirs.get("link", ""), ours.link),
        "date": (when and calendar.timegm(when), date),
        "title": (to_text(theirs.get("title", "")), to_text(ours.title)),
        "summary": (to_text(theirs.get("summary", "")), to_text(ours.summary)),
        "content": (to_text(content), to_text(ours.content)),
    }
    return (f"{field}: {a!r} != {b!r}" for field, (a, b) in pairs.items() if a != b)


@pytest.mark.usefixtures("untraced")
@pytest.mark.parametrize("path", FILES)
def test_we_agree_with_feedparser(path: Path) -> None:
    theirs, ours = reference(path), parse(path.read_bytes(), {}).entries
    found = [] if len(theirs) == len(ours) else [f"{len(theirs)} items != {len(ours)}"]
    found += [line for a, b in zip(theirs, ours, strict=False) for line in differences(a, b)]
    if path.name in OURS:
        assert found, f"{path.name} agrees now: {OURS[path.name]} is no longer true"
    else:
        assert found == []


@pytest.mark.parametrize("path", FILES)
def test_real_feeds_are_whole_and_dated_and_linked(path: Path) -> None:
    feed = parse(path.read_bytes(), {"content-location": "https://example.com/feed"})
    assert feed.complete
    assert feed.entries
    assert all("â€" not in entry.title and "\ufffd" not in entry.title for entry in feed.entries)
    assert all(entry.link == "" or entry.link.startswith(("http://", "https://")) for entry in feed.entries)
