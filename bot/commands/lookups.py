"""Read-only commands: latest stories, search, a story's timeline, sources, trend."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping
from functools import partial

from bot.commands.feedback import pair_buttons
from bot.commands.searching import counted_back, find_stories, meant, nearest_query
from bot.commands.show import PAGE, paged, report_item, story_item
from bot.commands.talk import Talk
from bot.core.alerts.continuing import listed
from bot.core.commands.trend import NOTHING, Bucket, Drawn, buckets, peak, sparkline
from bot.core.language.text import shortened
from bot.core.matching.match import TOPIC
from bot.core.matching.search import sought
from bot.core.message import Item, Reply
from bot.core.model import Story
from bot.core.polling.health import FINE, Health
from bot.core.units import DAY_MS
from bot.core.urls import redacted
from bot.ingest.feedstate import worst_first
from bot.ports import Feed
from bot.rules.rulebook import Rule, may_see

_PEAK_STORIES = 50
_FOUND = 100  # stories that can be paged through


async def latest(talk: Talk, args: Mapping[str, str]) -> Reply:
    """The newest stories, of all or of one topic or query; `n` on a page."""
    what = args.get("what", "")
    rule = await talk.resolve(what) if what else None
    found = await _latest(talk, rule, _FOUND)
    if not found:
        none = talk.say("latest.none" if rule else "latest.empty", what=shortened(what))
        near = await _near_topic(talk, rule, what)
        joined = await talk.in_capitals(what) if not near else ""
        return meant(talk, Reply(none), "latest", near or joined, capitals=bool(joined))
    rows, page, pages = paged(found, args.get("page", "1"), int(args.get("n") or PAGE))
    items = tuple(story_item(talk, story) for story in rows)
    label = shortened(talk.title(rule.id, rule.label)) if rule else ""
    text = talk.say("latest.about" if rule else "latest.head", what=label)
    return Reply(text, items=items, page=page, pages=pages)


async def _near_topic(talk: Talk, rule: Rule | None, what: str) -> str:
    """For keywords that find nothing: the topic that may have been meant, or ""."""
    return await talk.near_topic(what) if rule and rule.query else ""


async def _latest(talk: Talk, rule: Rule | None, n: int) -> list[Story]:
    if rule is None:
        return await talk.store.latest(None, n)
    found = await talk.store.latest(rule.id, n) if rule.id else []
    if rule.query and not found:  # a new query has hit nothing yet
        found = await find_stories(talk.desk, rule.tree, n)
    return sorted(found, key=lambda story: (story.last_at, story.id), reverse=True)  # by the time that is shown


async def search(talk: Talk, args: Mapping[str, str]) -> Reply:
    """Stories that a query finds, best first; for a form or an outlet, newest first."""
    query = args.get("query", "")
    tree = await talk.query(query)
    found = await find_stories(talk.desk, tree, _FOUND)
    talk.rules.lately.note_query(talk.whose, query)
    if not found:
        none = talk.reply("search.none", query=shortened(query))
        joined = await talk.in_capitals(query)
        near = joined or await nearest_query(talk.desk, tree)
        return meant(talk, none, "search", near, capitals=bool(joined))
    rows, page, pages = paged(found, args.get("page", "1"))
    items = tuple(story_item(talk, story) for story in rows)
    key = "search.head" if sought(tree).expression else "search.newest"
    text = talk.say(key, n=len(found), query=shortened(query))
    return Reply(text, items=items, page=page, pages=pages)


async def story(talk: Talk, args: Mapping[str, str]) -> Reply:
    """A story with its reports in order of time."""
    found = await talk.story(args.get("story", ""))
    reports = await talk.store.timeline(found.id)
    ids = await talk.store.entry_ids(found.id)
    own = await talk.own_rules()
    items = [
        report_item(entry, [hit for hit in hits if may_see(hit.rule, own)], pair_buttons(talk, ids, place))
        for place, (entry, hits) in enumerate(reports)
    ]
    rows, page, pages = paged(items, args.get("page", "1"))
    mute = talk.button("mute", "mute", str(found.id))
    why = talk.button("why", "why", str(found.id))
    lines = tuple(line for line in (found.summary, _line(talk, found)) if line)
    return Reply(found.title, lines, tuple(rows), (why, mute), page=page, pages=pages)


def _line(talk: Talk, found: Story) -> str:
    return talk.say("story.line", outlets=listed(found.outlets, 5), reports=found.entries, id=found.id)


async def sources(talk: Talk, args: Mapping[str, str]) -> Reply:
    """The watched feeds and their health, unhealthy ones first. If an outlet has several, each says which it is."""
    feeds = worst_first(await talk.store.feeds(), talk.clock())
    ailing = sum(health.word not in FINE for health, _ in feeds)
    rows, page, pages = paged(feeds, args.get("page", "1"), 20)
    named = Counter(feed.source for _, feed in feeds if feed.source)
    items = tuple(_source_item(talk, feed, health, alone=named[feed.source] < 2) for health, feed in rows)
    text = talk.say("sources.head" if ailing else "sources.well", n=len(feeds), failing=ailing)
    return Reply(text, items=items, page=page, pages=pages)


def _source_item(talk: Talk, feed: Feed, health: Health, *, alone: bool) -> Item:
    """A feed and its health; if its outlet has others, also what tells it from them."""
    which = () if alone else (feed.title or redacted(feed.url),)
    return Item(feed.source or feed.title or feed.kind, "", " · ".join((*which, talk.say.told(health.line))))


async def trend(talk: Talk, args: Mapping[str, str]) -> Reply:
    """How often a topic or query came up, by hour or by day."""
    rule = await talk.resolve(args.get("what", ""))
    days = int(args.get("days") or 7)
    now = talk.clock()
    since = now - days * DAY_MS
    counts = await _counted(talk, rule, since)
    line, total = sparkline(counts, now, days), sum(n for _, n in counts)
    told = talk.say.told(line)
    label = talk.label(rule.id, rule.label)
    picture = await _picture(talk, rule, buckets(counts, now, days))
    head = talk.say("trend.head", what=label, days=days, n=total)
    near = "" if total else await _near_topic(talk, rule, args.get("what", ""))
    return meant(talk, Reply(head, (told,), picture=picture), "trend", near)


async def _counted(talk: Talk, rule: Rule, since: int) -> list[tuple[int, int]]:
    """(hour as ms, reports). Keywords are counted only while somebody subscribes to them; else stored entries are."""
    kept = await talk.store.trend(rule.id, since) if rule.id else []
    if not rule.query:
        return list(kept)
    found = dict(await counted_back(talk.desk, rule.tree, since))
    return sorted((found | {hour: max(n, found.get(hour, 0)) for hour, n in kept}).items())


def _title(talk: Talk, rule: Rule) -> Drawn:
    """A topic's title with its id (in English if only that can be drawn); keywords as they are."""
    if rule.query:
        return Drawn(talk.title(rule.id, rule.label))
    texts = (talk.rules.label(rule.id, rule.label, locale) for locale in (talk.asker.locale, "en"))
    return Drawn(*(f"{text} ({rule.id.removeprefix(TOPIC)})" for text in texts))


async def _picture(talk: Talk, rule: Rule, found: list[Bucket]) -> bytes:
    """The trend as a PNG; b"" where none can be drawn or nothing was counted."""
    top = peak(found)
    if talk.desk.draw is None or top is None:
        return b""
    width = found[1].at - found[0].at  # a day has 24 buckets of an hour, so there are always two or more
    end = top.at + width
    near = await _near(talk, rule, end)
    told = [story for story in near if story.first_at < end and story.last_at >= top.at]
    most = max(told, key=lambda story: story.entries, default=None)
    headline = Drawn(most.title, f"story {most.id}") if most else NOTHING
    draw = partial(talk.desk.draw, headline=headline, dark=talk.asker.dark)
    return await asyncio.to_thread(draw, _title(talk, rule), found)


async def _near(talk: Talk, rule: Rule, end: int) -> list[Story]:
    """Stories that may explain the peak; for a query that has no hits yet, those that a search finds."""
    found = [await talk.store.latest(rule.id, _PEAK_STORIES, until) for until in (None, end)] if rule.id else []
    return [story for some in found for story in some] or await find_stories(talk.desk, rule.tree, _PEAK_STORIES)
