"""Runs queries over everything stored, and suggests the nearest spelling for one that finds nothing.

Entries are read in a thread: some hundreds of long articles take seconds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from bot.commands.desk import Desk
from bot.commands.talk import Talk
from bot.core.language.text import fold
from bot.core.matching.backtest import Backtest, Change, backtest, compare, projected, readable
from bot.core.matching.judge import Judge
from bot.core.matching.query import unparse
from bot.core.matching.search import sought
from bot.core.matching.suggest import nearest, respelled
from bot.core.matching.tree import And, Meta, Node, Or, Phrase, children, leaves
from bot.core.message import Button, Reply
from bot.core.model import Entry, Story
from bot.core.units import DAY_MS, HOUR_MS

_CANDIDATES = 500
_PREVIEWED, _LOOKED_BACK = 3000, 300
_MONTH_MS = 30 * DAY_MS


async def find_stories(desk: Desk, tree: Node, n: int) -> list[Story]:
    """Stories with an entry that the query matches, best first; headlines in the language that was asked for."""
    asked = sought(tree)
    if _plain(tree):
        return await desk.store.search(asked.expression, n)
    judge = Judge(tree)
    rows = await _candidates(desk, tree, 0, _CANDIDATES)
    topics = _topics_of(desk, tree)
    held = await desk.beside(lambda: {story: entry for story, entry in rows if judge.matches(entry, topics(entry))})
    best = await desk.store.search(asked.expression, _CANDIDATES) if asked.expression else []
    found = [story for story in best if story.id in held][:n]
    others = held.keys() - {story.id for story in best} if asked.forms or asked.outlets else set()
    for number in [story for story in held if story in others][: n - len(found)]:
        found += filter(None, [await desk.store.story(number)])
    return [_headed(story, held[story.id], tree) for story in found]


async def _candidates(desk: Desk, tree: Node, since: int, n: int) -> list[tuple[int, Entry]]:
    """(story id, entry) of the newest entries that a query may match, newest first."""
    expression, forms, outlets = sought(tree)
    rows = await desk.store.scan(expression, since, n) if expression else []
    if not (forms or outlets):
        return rows
    both = dict.fromkeys([*rows, *await desk.store.filed(forms, outlets, since, n)])
    return sorted(both, key=lambda row: row[1].first_seen, reverse=True)[:n]


def _headed(story: Story, entry: Entry, tree: Node) -> Story:
    """A story with the headline of its report in the language that a query asks for."""
    asks = any(isinstance(leaf, Meta) and leaf.name == "lang" for leaf in leaves(tree))
    return (
        replace(story, title=entry.title, url=entry.url) if asks and entry.title and story.lang != entry.lang else story
    )


def _plain(node: Node) -> bool:
    """Whether the index alone can answer: words and phrases, joined by AND and OR."""
    if isinstance(node, Phrase):
        return not node.cased
    return isinstance(node, And | Or) and all(map(_plain, node.parts))


def _topics_of(desk: Desk, tree: Node) -> Callable[[Entry], frozenset[str]]:
    """A function that gives the topics of an entry, for a query that asks for them."""
    return desk.rules.topics_of if _asks_topic(tree) else lambda _: frozenset()


def _asks_topic(node: Node) -> bool:
    return (isinstance(node, Meta) and node.name == "topic") or any(map(_asks_topic, children(node)))


async def look_back(desk: Desk, tree: Node) -> Backtest:
    """What a query would have matched in the last 30 days, and how large a part of everything that is.

    The newest 300 candidates are read, fewer of whole articles; of a query that has more, the rest is reckoned.
    """
    now = desk.clock()
    found = await _candidates(desk, tree, now - _MONTH_MS, _LOOKED_BACK)
    rows = readable(found)
    said = await desk.beside(lambda: backtest(tree, rows, now, _topics_of(desk, tree)))
    hours = await desk.store.trend("", now - _MONTH_MS)
    first = min((hour for hour, _ in hours), default=now)
    cut = len(found) == _LOOKED_BACK or len(rows) < len(found)
    since = now - int(said.span_days * DAY_MS) if cut else first
    total = sum(n for hour, n in hours if hour >= since - since % HOUR_MS)
    age = min(30.0, (now - first) / DAY_MS)
    return (projected(said, age) if cut else said._replace(span_days=age))._replace(looked_at=total)


async def look_back_twice(desk: Desk, old: Node, new: Node) -> Change:
    """What another tree in place of the first would have gained and lost in the last 30 days."""
    since = desk.clock() - _MONTH_MS
    rows = {row[1]: row for tree in (old, new) for row in await _candidates(desk, tree, since, _PREVIEWED)}
    return compare(old, new, sorted(rows.values(), key=lambda row: row[1].at, reverse=True))


async def counted_back(desk: Desk, tree: Node, since: int) -> list[tuple[int, int]]:
    """(hour as ms, entries) of a query that was not counted at ingest: at most the newest 3,000 candidates are read."""
    judge = Judge(tree)
    rows = await _candidates(desk, tree, since, _PREVIEWED)
    topics = _topics_of(desk, tree)
    seen = await desk.beside(lambda: [e.first_seen for _, e in rows if judge.matches(e, topics(e))])
    return sorted(Counter(at - at % HOUR_MS for at in seen).items())


async def nearest_query(desk: Desk, tree: Node) -> str:
    """The query with every word that the store lacks, and every unknown outlet, replaced by its nearest spelling, if
    that finds something; else "", also if nothing changes.

    A word is compared with those that begin alike, in a thread: a query may have many unknown words.
    """
    instead: dict[str, str] = {}
    for word in _words(tree):
        seen = dict(await desk.store.spellings(word[:2], 2000))
        if word not in seen and not word.endswith("*"):
            instead[word] = await desk.beside(partial(nearest, word, seen)) or word
    for leaf in leaves(tree):
        if isinstance(leaf, Meta) and leaf.name == "source":
            names = [fold(name) for name in await desk.store.outlets(leaf.value[:2], 2000)]
            instead[f"source:{leaf.value}"] = await desk.beside(partial(_outlet, leaf.value, names))
    changed = respelled(tree, instead)
    return unparse(changed) if changed != tree and await find_stories(desk, changed, 1) else ""


def _outlet(typed: str, names: Sequence[str]) -> str:
    """The outlet with a similar name or beginning (harbor: Harbour Wire); else the text as typed."""
    many = len(typed.split())
    starts = {" ".join(name.split()[:many]): name for name in reversed(names)}
    near = typed if typed in starts else nearest(typed, dict.fromkeys((*starts, *names), 1))
    return starts.get(near, near) or typed


def meant(talk: Talk, reply: Reply, action: str, near: str, *, capitals: bool = False) -> Reply:
    """The reply with the question whether `near` was meant, and a button that runs `action` with it; unchanged if
    `near` is "". With `capitals` it explains that operators are written in capitals.
    """
    if not near:
        return reply
    line = talk.say("preview.capitals" if capitals else "preview.near", near=near)
    return replace(reply, lines=(*reply.lines, line), buttons=(*reply.buttons, Button(near, action, near)))


def _words(node: Node) -> set[str]:
    if isinstance(node, Phrase):
        return set(node.words)
    return {word for part in children(node) for word in _words(part)}
