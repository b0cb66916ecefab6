"""Previews: what a query or a changed topic file would have matched, before it takes effect."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from bot.commands.searching import look_back, look_back_twice, meant, nearest_query
from bot.commands.talk import Talk
from bot.core.language.text import shortened
from bot.core.matching.backtest import Backtest, Match
from bot.core.matching.match import TOPIC
from bot.core.matching.topics import Topic
from bot.core.message import Item, Reply
from bot.rules.rulebook import Rule

_LISTED = 10


async def preview(talk: Talk, rule: Rule, *, asks: bool = False) -> Reply:
    """Counts, the latest matches, and the expected alerts a day; a refusal for a query that matches nearly everything.

    With `asks`, keywords that matched nothing lead to a question what was meant.
    """
    return await _shown(talk, rule, asks=asks) if rule.query else Reply("")


async def try_out(talk: Talk, args: Mapping[str, str]) -> Reply:
    """The same for any topic or query, subscribed to or not."""
    rule = await talk.resolve(args.get("what", ""))
    topic = await talk.near_topic(rule.text) if rule.query else ""
    return await _shown(talk, rule, topic, asks=True)


async def _shown(talk: Talk, rule: Rule, topic: str = "", *, asks: bool = False) -> Reply:
    said = await look_back(talk.desk, rule.tree)
    if said.too_broad and rule.query:
        return talk.refuse("subscribe.broad", query=shortened(rule.label), share=f"{said.share:.0%}")
    called = rule.query and rule.label != rule.text
    stands = (talk.say("own.is", name=rule.label, query=rule.text),) if called else ()
    joined = await talk.in_capitals(rule.text)
    if not said.latest:
        near = topic or joined or (await nearest_query(talk.desk, rule.tree) if asks and rule.query else "")
        key = "preview.none" if said.looked_at else "preview.empty"
        none = talk.say(key, query=shortened(rule.label), n=f"{said.looked_at:,}")
        return meant(talk, Reply(none, stands), "preview", near, capitals=near == joined)
    head = talk.say(
        "preview.head",
        query=shortened(rule.label),
        week=said.week,
        month=said.month,
        daily=said.daily,
    )
    lines = (*stands, *_young(talk, said), *((talk.say("preview.busy"),) if said.busy else ()))
    shown = meant(talk, Reply(head, lines), "preview", joined, capitals=True)
    return replace(shown, lines=(*shown.lines, talk.say("preview.latest")), items=tuple(map(_item, said.latest)))


def _young(talk: Talk, said: Backtest) -> tuple[str, ...]:
    """How far back the stored entries reach, if that is less than a week."""
    return (talk.say("preview.young", days=max(1.0, said.span_days)),) if said.young else ()


async def changed(talk: Talk, topic: Topic) -> Reply:
    """What a changed topic would gain and lose, compared with the loaded topic of the same id."""
    loaded = talk.rules.topics.get(topic.id)
    if loaded is None:
        return await _shown(talk, Rule(TOPIC + topic.id, topic.title("en"), topic.tree, query=False))
    said = await look_back_twice(talk.desk, loaded.tree, topic.tree)
    numbers = {"gained": len(said.gained), "lost": len(said.lost), "kept": said.kept}
    head = talk.say("compare.head", topic=topic.id, **numbers)
    return Reply(head, items=(*_marked("+", said.gained), *_marked("−", said.lost)))


def _marked(sign: str, found: Sequence[Match]) -> Iterator[Item]:
    for item in map(_item, found[:_LISTED]):
        yield replace(item, title=f"{sign} {item.title}")


def _item(match: Match) -> Item:
    return Item(match.entry.title, match.entry.url, match.entry.source, at=match.entry.at, bold=match.terms)
