"""Names for queries: given, changed and removed, so that others in the server or workspace can subscribe to them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial

from bot.commands.presses import in_lines
from bot.commands.talk import Talk
from bot.core.errors import QueryError
from bot.core.matching.lexer import shown
from bot.core.matching.owntopics import MOST, OwnTopic, checked
from bot.core.message import Button
from bot.core.model import Channel
from bot.ports import Home, News, Voice
from bot.ports.notices import Notice
from bot.rules.rulebook import Rule

_SHOWN = 300
"""How many characters of a query a notice shows."""


@dataclass(frozen=True, slots=True)
class Naming:
    """A request to name a query: the name and where it holds. `before`: the query with this name now, which `channels`
    follow.
    """

    home: Home
    own: OwnTopic
    before: OwnTopic | None = None
    channels: int = 0

    @property
    def seen(self) -> str:
        """What a button carries: which query its reader was told has the name, "" for none."""
        return hashlib.sha256(self.before.text.encode()).hexdigest()[:16] if self.before else ""


async def naming_of(talk: Talk, rule: Rule, args: Mapping[str, str]) -> Naming | None:
    """The request to name a query; None if there is none, or nothing to change. Raises `QueryError` for a bad name."""
    if not args.get("name", "").strip():
        return None
    name, home = checked(args["name"]), talk.home
    if home is None or talk.alone:
        raise QueryError("names can only be given in a channel of a server or workspace")
    if not rule.query:
        raise QueryError("“name” is for keywords of your own; a topic already has a name")
    if talk.rules.shipped(name):
        raise QueryError("a topic or company already has this name; choose another")
    own, before = OwnTopic(name, rule.text), await talk.own_topic(name)
    if own == before:
        return None
    if name == rule.text:
        raise QueryError("a name can't be the same as its keywords")
    if before is None and len(await talk.store.own_topics(home)) >= MOST:
        raise QueryError(
            f"{MOST} names are already given here, the most there can be; to remove one, use unsubscribe with forget"
        )
    return Naming(home, own, before, await talk.store.named_so(home, before.name) if before else 0)


def confirmed(naming: Naming | None, args: Mapping[str, str]) -> bool:
    """Whether the asker confirmed the request after being told which query has the name now."""
    known = naming is None or naming.before is None or args.get("instead") == naming.seen
    return args.get("confirmed") == "yes" and known


async def named(talk: Talk, naming: Naming, rule: Rule) -> Rule:
    """Store the name of a stored query, and tell the channels that follow the name, except the asker's own.

    Raises `QueryError` if another query got the name meanwhile.
    """
    news = News(talk.clock(), partial(_told, talk, naming))
    if await talk.store.name_topic(naming.home, naming.before, naming.own, rule.id, news) is None:
        raise QueryError("somebody else has just changed this name; please look again. Nothing was changed")
    talk.rules.put_own(naming.home, naming.own)
    return replace(rule, label=naming.own.name, named=True)


def _told(talk: Talk, naming: Naming, channel: Channel) -> Notice | None:
    """The notice for a channel whose alerts change with the name; the asker reads the answer instead."""
    here = (talk.asker.platform, talk.asker.scope, talk.asker.channel) == (channel.platform, channel.scope, channel.ref)
    if here or naming.before is None or channel.settings.get("notices") == "off":
        return None
    say, name = Voice.at(talk.desk.say, channel), naming.own.name
    was, now = shown(naming.before.query, _SHOWN), shown(naming.own.query, _SHOWN)
    return Notice(channel.id, (), say("notice.name", name=name), say("notice.keywords", before=was, query=now))


def preview_lines(talk: Talk, naming: Naming | None) -> tuple[str, ...]:
    """What the name will do, before it is given."""
    if naming is None:
        return ()
    if naming.before is None:
        return (talk.say("own.new", name=naming.own.name),)
    names = {"name": naming.before.name, "query": naming.before.query, "n": naming.channels}
    return (talk.say("own.instead", **names),)


def lines(talk: Talk, rule: Rule, naming: Naming | None) -> tuple[str, ...]:
    """What a name stands for, and what naming it changed."""
    if not rule.named:
        return ()
    said = [talk.say("own.is", name=rule.label, query=rule.text)]
    if naming and naming.before:
        said.append(talk.say("own.changed", n=naming.channels))
    elif naming:
        said.append(talk.say("own.named", name=rule.label))
    return tuple(said)


def back(talk: Talk, naming: Naming | None) -> tuple[Button, ...]:
    """The way to give a name back to the query that had it."""
    if naming is None or naming.before is None:
        return ()
    now = replace(naming, before=naming.own, own=naming.before)
    args = {"what": now.own.query, "name": now.own.name, "instead": now.seen}
    return (talk.button("undo", "confirm", in_lines(args)),)


async def forgotten(talk: Talk, name: str, leaving: bool) -> tuple[str, str]:
    """Remove a name; tell which channels still follow its query, apart from the one `leaving` it, and how to undo it.

    Raises `QueryError` if nothing has this name.
    """
    home, own = talk.home, await talk.own_topic(name)
    if home is None or own is None or talk.alone:
        raise QueryError("there is no such name here, or names can't be removed here. Nothing was changed")
    n = await talk.store.unname_topic(home, own) - leaving
    talk.rules.put_own(home, own, gone=True)
    line = talk.typed({"what": own.query, "name": own.name})
    said = talk.say("own.gone.others" if n > 0 else "own.gone", name=own.name, n=n)
    undo = talk.say("undo.typed", line=f"subscribe {line}")
    return said, talk.say("unsubscribe.undo", undo=undo)
