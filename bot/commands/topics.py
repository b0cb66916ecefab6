"""`topics`: lists the catalogue, or shows one topic in full."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bot.commands.searching import meant
from bot.commands.show import paged
from bot.commands.talk import Talk
from bot.core.errors import QueryError
from bot.core.language.text import shortened
from bot.core.matching.match import topic_of
from bot.core.matching.owntopics import OwnTopic
from bot.core.matching.topics import Topic
from bot.core.message import Button, Item, Reply

COMPANY = "company-"
"""The prefix of the ids of companies' topics; not every company has one."""


async def topics(talk: Talk, args: Mapping[str, str]) -> Reply:
    """List the queries that people here named, and the catalogue; or show one of these."""
    if what := args.get("what", "").strip():
        return await _named(talk, what)
    home = talk.home
    named = await talk.store.own_topics(home) if home else []
    every = [_own_item(talk, own) for own in named]
    every += [_topic_item(talk, topic) for topic in catalogue(talk.rules.topics.values())]
    rows, page, pages = paged(every, args.get("page", "1"))
    lines = (talk.say("topics.own", n=len(named)),) if named else ()
    return Reply(talk.say("topics.head", n=len(every)), lines, tuple(rows), page=page, pages=pages)


def catalogue(topics: Iterable[Topic]) -> list[Topic]:
    """The topics by id, subjects before companies: these would push most subjects off the first page."""
    return sorted(topics, key=lambda topic: (topic.id.startswith(COMPANY), topic.id))


def _topic_item(talk: Talk, topic: Topic) -> Item:
    told = topic.description(talk.language)
    return Item(_title(talk, topic), "", told, buttons=(_subscribe_button(talk, topic.id),))


def _title(talk: Talk, topic: Topic) -> str:
    return f"{topic.title(talk.language)} ({topic.id})"


def _own_item(talk: Talk, own: OwnTopic) -> Item:
    said = talk.say("own.item", query=own.query)
    return Item(own.name, "", said, buttons=(_subscribe_button(talk, own.name),))


def _subscribe_button(talk: Talk, what: str) -> Button:
    return talk.button("subscribe", "subscribe", what)


async def _named(talk: Talk, what: str) -> Reply:
    """A topic by its id, its title, or the name that people here gave it."""
    try:
        rule = await talk.resolve(what)
    except QueryError:
        return talk.refuse("topics.none", what=shortened(what))
    if topic := talk.rules.topics.get(topic_of(rule.id)):
        return _in_full(talk, topic)
    if rule.named:
        return _told(talk, rule.label, rule.label, talk.say("own.item", query=rule.text))
    near = await talk.near_topic(what)
    if not near:
        return talk.refuse("topics.none", what=shortened(what))
    return meant(talk, talk.refuse("topics.near", what=shortened(what)), "topics", near)


def _in_full(talk: Talk, topic: Topic) -> Reply:
    terms = topic.terms()
    chinese = sum(term.chinese for term in terms)
    said = talk.say("topics.terms", n=len(terms), english=len(terms) - chinese, chinese=chinese)
    return _told(talk, topic.id, _title(talk, topic), topic.description(talk.language), said)


def _told(talk: Talk, what: str, title: str, *lines: str) -> Reply:
    """A topic's title, description and buttons."""
    how = talk.say("topics.how", what=what)
    told = tuple(line for line in (*lines, how) if line)
    return Reply(title, told, buttons=(_subscribe_button(talk, what),))
