"""`topics`: lists the catalogue, or shows one topic in full."""

from __future__ import annotations

from collections.abc import Mapping

from bot.commands.desk import Desk, home_of
from bot.commands.searching import meant
from bot.commands.show import paged
from bot.core.errors import QueryError
from bot.core.match import TOPIC
from bot.core.message import Button, Item, Reply
from bot.core.owntopics import OwnTopic
from bot.core.text import shortened
from bot.core.topics import Topic
from bot.ports import Asker
from bot.translations import nearest


async def topics(desk: Desk, asker: Asker, args: Mapping[str, str]) -> Reply:
    """What people here gave a name, and the catalogue; or one of these."""
    if what := args.get("what", "").strip():
        return await _named(desk, asker, what)
    home = home_of(asker)
    named = await desk.store.own_topics(home) if home else []
    every = [_own_item(desk, asker, own) for own in named]
    shipped = sorted(desk.rules.topics.values(), key=lambda topic: topic.id)
    every += [_topic_item(desk, asker, topic) for topic in shipped]
    rows, page, pages = paged(every, args.get("page", "1"))
    lines = (desk.say(asker.locale, "topics.own", n=len(named)),) if named else ()
    return Reply(desk.say(asker.locale, "topics.head", n=len(every)), lines, tuple(rows), page=page, pages=pages)


def _topic_item(desk: Desk, asker: Asker, topic: Topic) -> Item:
    told = topic.description(nearest(asker.locale))
    return Item(_title(asker, topic), "", told, buttons=(_subscribe_button(desk, asker, topic.id),))


def _title(asker: Asker, topic: Topic) -> str:
    return f"{topic.title(nearest(asker.locale))} ({topic.id})"


def _own_item(desk: Desk, asker: Asker, own: OwnTopic) -> Item:
    said = desk.say(asker.locale, "own.item", query=own.query)
    return Item(own.name, "", said, buttons=(_subscribe_button(desk, asker, own.name),))


def _subscribe_button(desk: Desk, asker: Asker, what: str) -> Button:
    return Button(desk.say(asker.locale, "button.subscribe"), "subscribe", what)


async def _named(desk: Desk, asker: Asker, what: str) -> Reply:
    """A topic by its id, its title, or the name that people here gave it."""
    try:
        rule = await desk.resolve(asker, what)
    except QueryError:
        return desk.refuse(asker, "topics.none", what=shortened(what))
    if topic := desk.rules.topics.get(rule.id.removeprefix(TOPIC)):
        return _in_full(desk, asker, topic)
    if rule.named:
        return _told(desk, asker, rule.label, rule.label, desk.say(asker.locale, "own.item", query=rule.text))
    near = await desk.near_topic(asker, what)
    if not near:
        return desk.refuse(asker, "topics.none", what=shortened(what))
    return meant(desk, asker, desk.refuse(asker, "topics.near", what=shortened(what)), "topics", near)


def _in_full(desk: Desk, asker: Asker, topic: Topic) -> Reply:
    terms = topic.terms()
    chinese = sum(term.chinese for term in terms)
    said = desk.say(asker.locale, "topics.terms", n=len(terms), english=len(terms) - chinese, chinese=chinese)
    return _told(desk, asker, topic.id, _title(asker, topic), topic.description(nearest(asker.locale)), said)


def _told(desk: Desk, asker: Asker, what: str, title: str, *lines: str) -> Reply:
    """A topic's title, what is known of it, and what can be done with it."""
    how = desk.say(asker.locale, "topics.how", what=what)
    told = tuple(line for line in (*lines, how) if line)
    return Reply(title, told, buttons=(_subscribe_button(desk, asker, what),))
