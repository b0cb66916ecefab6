"""Autocomplete suggestions, answered from memory (a channel's own subscriptions excepted)."""

from __future__ import annotations

from collections.abc import Mapping

from bot.commands.api import Choice
from bot.commands.talk import Talk
from bot.commands.wording import command_help
from bot.core.commands.spec import COMMANDS, Arg, Command
from bot.core.language.text import fold
from bot.core.matching.match import TOPIC, topic_of
from bot.core.matching.suggest import has_words

NO_MORE: Mapping[str, str] = {}
_TELLING = 4  # letters: shorter beginnings stand in too many descriptions


def suggestions(talk: Talk, arg: Arg, text: str) -> list[Choice]:
    """Suggestions for one argument: first those that begin with the text, then those that contain it, then those with
    its words (topics also by their descriptions); each complete, as it would be typed.

    A value that is longer than a platform allows is not offered there: cut, it would mean something else.
    """
    if arg.kind in ("rule", "topic"):
        topics = (Choice(t.title(talk.language), t.id) for t in talk.rules.topics.values())
        queries = (Choice(text, text) for text in talk.rules.lately.asked.get(talk.whose, ()) if arg.kind != "topic")
        every = [*_named(talk), *topics, *queries, *(_who(talk) if arg.kind == "rule" else ())]
        titles = {topic.id: " ".join(topic.titles.values()) for topic in talk.rules.topics.values()}
        told = {topic.id: topic.description(talk.language) for topic in talk.rules.topics.values()}
        return _ranked(every, text, titles, told)
    if arg.kind == "story":
        return _ranked([Choice(title, str(number)) for number, title in talk.rules.lately.stories], text)
    if arg.name == "command":
        names = {c.name: f"{c.name}: {c.help}" for c in COMMANDS}
        return _ranked([Choice(_command(talk, c), c.name) for c in COMMANDS], text, names)
    if arg.name == "query":
        return _ranked(_asked(talk), text)
    return []


async def subscribed(talk: Talk, text: str, channel: str, *, names: bool) -> list[Choice]:
    """What a channel subscribes to, keywords by their number; with `names`, other queries that people here named.

    Raises `StoreError`.
    """
    found = await talk.seen_channel({"channel": channel})
    mine = [one for _, one in await talk.store.subscriptions(found)] if found else []
    here = [Choice(talk.title(one.rule, one.label), topic_of(one.rule) or str(one.id)) for one in mine]
    labels = {choice.label for choice in here}
    others = [choice for choice in _named(talk) if choice.label not in labels] if names else []
    return _ranked([*here, *others], text)


def _named(talk: Talk) -> list[Choice]:
    """The queries that people of the asker's server or workspace named."""
    home = talk.home
    return [Choice(own.name, own.name) for own in talk.rules.names.get(home, {}).values()] if home else []


def _asked(talk: Talk) -> list[Choice]:
    """Past queries of this workspace, topics, who is who, and outlets that report."""
    past = [Choice(text, text) for text in talk.rules.lately.asked.get(talk.whose, ())]
    topics = [Choice(f"{TOPIC}{name}", f"{TOPIC}{name}") for name in talk.rules.topics]
    reports = talk.rules.lately.outlets
    outlets = [f'source:"{name}"' for name in sorted(reports, key=lambda name: -reports[name])]
    return past + topics + _who(talk) + [Choice(text, text) for text in outlets]


def _who(talk: Talk) -> list[Choice]:
    """Companies, laboratories and agencies of the entity table, by all their names in a query."""
    return [Choice(label, value) for label, value in talk.rules.who]


def _command(talk: Talk, command: Command) -> str:
    called = talk.say(key := f"command.{command.name}.name")
    name = command.name if called == key else called
    return talk.say("label", name=name, text=command_help(talk.say, command))


def _ranked(
    choices: list[Choice], text: str, other: Mapping[str, str] = NO_MORE, told: Mapping[str, str] = NO_MORE
) -> list[Choice]:
    """Rank values by a text. `other`: their names in other languages; `told`: their descriptions."""
    wanted = fold(text).strip()
    ranked = [
        (rank, n, choice)
        for n, choice in enumerate(choices)
        if (rank := _rank(choice, wanted, other.get(choice.value, ""), told.get(choice.value, ""))) is not None
    ]
    return [Choice(choice.label[:100], choice.value) for _, _, choice in sorted(ranked)]


def _rank(choice: Choice, wanted: str, other: str, told: str) -> int | None:
    label, value, other = fold(choice.label), fold(choice.value), fold(other)
    if label.startswith(wanted) or value.startswith(wanted):
        return 0
    if wanted in label or wanted in value:
        return 1
    if wanted in other or has_words(f"{label} {value} {other}", wanted):
        return 2
    return 3 if len(wanted) >= _TELLING and has_words(f"{label} {value} {other} {fold(told)}", wanted) else None
