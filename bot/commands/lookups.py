"""Read-only commands: latest stories, search, a story's timeline, sources, trend."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping

from bot.commands.desk import Desk, whose
from bot.commands.feedback import pair_buttons
from bot.commands.searching import counted_back, find_stories, meant, nearest_query
from bot.commands.show import PAGE, paged, report_item, story_item
from bot.core.health import FINE
from bot.core.match import TOPIC
from bot.core.message import Button, Item, Reply
from bot.core.model import Story
from bot.core.text import shortened
from bot.core.trend import NOTHING, Bucket, Drawn, buckets, peak, sparkline
from bot.core.units import DAY_MS
from bot.core.urls import redacted
from bot.feedstate import health_of
from bot.ports import Asker, Feed
from bot.rulebook import Rule

_PEAK_STORIES = 50
_FOUND = 100  # stories that can be paged through


async def latest(desk: Desk, asker: Asker, args: Mapping[str, str]) -> Reply:
    """The newest stories, of all or of one topic or query; `n` a page."""
    what = args.get("what", "")
    rule = await desk.resolve(asker, what) if what else None
    found = await _latest(desk, rule, _FOUND)
    if not found:
        none = desk.say(asker.locale, "latest.none" if rule else "latest.empty", what=shortened(what))
        return meant(desk, asker, Reply(none), "latest", await _near_topic(desk, asker, rule, what))
    rows, page, pages = paged(found, args.get("page", "1"), int(args.get("n") or PAGE))
    items = tuple(story_item(desk, asker, story) for story in rows)
    label = shortened(desk.rules.label(rule.id, rule.label, asker.locale)) if rule else ""
    text = desk.say(asker.locale, "latest.about" if rule else "latest.head", what=label)
    return Reply(text, items=items, page=page, pages=pages)


async def _near_topic(desk: Desk, asker: Asker, rule: Rule | None, what: str) -> str:
    """Of keywords that find nothing: the topic that may have been meant, or ""."""
    return await desk.near_topic(asker, what) if rule and rule.query else ""


async def _latest(desk: Desk, rule: Rule | None, n: int) -> list[Story]:
    if rule is None:
        return await desk.store.latest(None, n)
    found = await desk.store.latest(rule.id, n) if rule.id else []
    return found or (await find_stories(desk, rule.tree, n) if rule.query else [])  # a new query has hit nothing yet


async def search(desk: Desk, asker: Asker, args: Mapping[str, str]) -> Reply:
    """Stories that a query finds, best first."""
    query = args.get("query", "")
    tree = await desk.query(asker, query)
    found = await find_stories(desk, tree, _FOUND)
    desk.rules.note_query(whose(asker), query)
    if not found:
        none = desk.reply(asker, "search.none", query=shortened(query))
        return meant(desk, asker, none, "search", await nearest_query(desk, tree))
    rows, page, pages = paged(found, args.get("page", "1"))
    items = tuple(story_item(desk, asker, story) for story in rows)
    text = desk.say(asker.locale, "search.head", n=len(found), query=shortened(query))
    return Reply(text, items=items, page=page, pages=pages)


async def story(desk: Desk, asker: Asker, args: Mapping[str, str]) -> Reply:
    """A story with its reports in order of time."""
    found = await desk.story(args.get("story", ""))
    if found is None:
        return desk.no_story(asker, args.get("story", ""))
    reports = await desk.store.timeline(found.id)
    ids = await desk.store.entry_ids(found.id)
    items = [report_item(*row, pair_buttons(desk, asker, ids, place)) for place, row in enumerate(reports)]
    rows, page, pages = paged(items, args.get("page", "1"))
    mute = Button(desk.say(asker.locale, "button.mute"), "mute", str(found.id))
    why = Button(desk.say(asker.locale, "button.why"), "why", str(found.id))
    lines = tuple(line for line in (found.summary, _line(desk, asker, found)) if line)
    return Reply(found.title, lines, tuple(rows), (why, mute), page=page, pages=pages)


def _line(desk: Desk, asker: Asker, found: Story) -> str:
    return desk.say(
        asker.locale, "story.line", outlets=", ".join(found.outlets[:5]), reports=found.entries, id=found.id
    )


async def sources(desk: Desk, asker: Asker, args: Mapping[str, str]) -> Reply:
    """What is watched, and how well it answers: what is not well first. Feeds of one outlet say which they are."""
    now = desk.clock()
    feeds = [(health_of(feed, now), feed) for feed in await desk.store.feeds()]
    feeds.sort(key=lambda row: (row[0].word in FINE, row[1].source.casefold(), row[1].url))
    ailing = sum(health.word not in FINE for health, _ in feeds)
    rows, page, pages = paged(feeds, args.get("page", "1"), 20)
    named = Counter(feed.source for _, feed in feeds if feed.source)
    items = tuple(
        Item(
            feed.source or feed.title or feed.kind,
            "",
            _joined(_feed_name(feed) if named[feed.source] > 1 else "", desk.say.told(asker.locale, health.line)),
        )
        for health, feed in rows
    )
    text = desk.say(asker.locale, "sources.head", n=len(feeds), failing=ailing)
    return Reply(text, items=items, page=page, pages=pages)


def _joined(*parts: str) -> str:
    return " · ".join(filter(None, parts))


def _feed_name(feed: Feed) -> str:
    """What tells a feed from others of its outlet."""
    return feed.title or redacted(feed.url)


async def trend(desk: Desk, asker: Asker, args: Mapping[str, str]) -> Reply:
    """How often a topic or query came up, an hour or a day at a time; a query that nobody has is counted now."""
    rule = await desk.resolve(asker, args.get("what", ""))
    days = int(args.get("days") or 7)
    now = desk.clock()
    since = now - days * DAY_MS
    counts = await (desk.store.trend(rule.id, since) if rule.id else counted_back(desk, rule.tree, since))
    line, total = sparkline(counts, now, days), sum(n for _, n in counts)
    told = desk.say.told(asker.locale, line)
    label = desk.label(asker, rule.id, rule.label)
    picture = await _picture(
        desk, rule, _title(desk, asker, rule), buckets(counts, now, days), dark=asker.platform == "discord"
    )
    head = desk.say(asker.locale, "trend.head", what=label, days=days, n=total)
    near = "" if total else await _near_topic(desk, asker, rule, args.get("what", ""))
    return meant(desk, asker, Reply(head, (told,), picture=picture), "trend", near)


def _title(desk: Desk, asker: Asker, rule: Rule) -> Drawn:
    """A topic with its id, in English where that alone can be drawn; keywords as they are."""
    if rule.query:
        return Drawn(desk.rules.label(rule.id, rule.label, asker.locale))
    texts = (desk.rules.label(rule.id, rule.label, locale) for locale in (asker.locale, "en"))
    return Drawn(*(f"{text} ({rule.id.removeprefix(TOPIC)})" for text in texts))


async def _picture(desk: Desk, rule: Rule, title: Drawn, found: list[Bucket], *, dark: bool) -> bytes:
    """The trend as a PNG; b"" where none can be drawn or nothing was counted."""
    top = peak(found)
    if desk.draw is None or top is None:
        return b""
    width = found[1].at - found[0].at  # a day has 24 buckets of an hour, so there are always two or more
    end = top.at + width
    near = await _near(desk, rule, end)
    told = [story for story in near if story.first_at < end and story.last_at >= top.at]
    most = max(told, key=lambda story: story.entries, default=None)
    headline = Drawn(most.title, f"story {most.id}") if most else NOTHING
    return await asyncio.to_thread(desk.draw, title, found, headline=headline, dark=dark)


async def _near(desk: Desk, rule: Rule, end: int) -> list[Story]:
    """Stories of which one may be the peak's; of a query that nobody has, those that a search finds."""
    if not rule.id:
        return await find_stories(desk, rule.tree, _PEAK_STORIES)
    return [*await desk.store.latest(rule.id, _PEAK_STORIES), *await desk.store.latest(rule.id, _PEAK_STORIES, end)]
