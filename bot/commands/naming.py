"""Names for queries: given, changed and removed, so that others in the server or workspace can subscribe to them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial

from bot.commands.desk import Desk, home_of, is_chat, typed
from bot.core.errors import QueryError
from bot.core.lexer import shown
from bot.core.message import Button
from bot.core.model import Channel
from bot.core.owntopics import MOST, OwnTopic, checked
from bot.ports import Asker, Home, News
from bot.ports.notices import Notice
from bot.rulebook import Rule

_SHOWN = 300
"""Characters of a query that a notice says."""


@dataclass(frozen=True, slots=True)
class Naming:
    """What a query is to be called where; `before` is what is called so now, by which `channels` get alerts."""

    home: Home
    own: OwnTopic
    before: OwnTopic | None = None
    channels: int = 0

    @property
    def seen(self) -> str:
        """What a button carries of what its reader was told is called so, "" for nothing."""
        return hashlib.sha256(self.before.text.encode()).hexdigest()[:16] if self.before else ""


async def naming_of(desk: Desk, asker: Asker, rule: Rule, args: Mapping[str, str]) -> Naming | None:
    """What is to be named, None when nothing is (any more). Raises `QueryError` for what can't be."""
    if not args.get("name", "").strip():
        return None
    name, home = checked(args["name"]), home_of(asker)
    if home is None or (asker.private and is_chat(asker.platform)):
        raise QueryError("names can only be given in a channel of a server or workspace")
    if not rule.query:
        raise QueryError("“name” is for keywords of your own; a topic already has a name")
    if desk.rules.shipped(name):
        raise QueryError("a topic or company already has this name; choose another")
    own, before = OwnTopic(name, rule.text), await desk.own_topic(asker, name)
    if own == before:
        return None
    if name == rule.text:
        raise QueryError("a name can't be the same as its keywords")
    if before is None and len(await desk.store.own_topics(home)) >= MOST:
        raise QueryError(
            f"{MOST} names are already given here, the most there can be; to remove one, use unsubscribe with forget"
        )
    return Naming(home, own, before, await desk.store.named_so(home, before.name) if before else 0)


def confirmed(naming: Naming | None, args: Mapping[str, str]) -> bool:
    """Whether somebody wants it who was told what is called so now."""
    known = naming is None or naming.before is None or args.get("instead") == naming.seen
    return args.get("confirmed") == "yes" and known


async def named(desk: Desk, asker: Asker, naming: Naming, rule: Rule) -> Rule:
    """Keep the name of a kept query; channels that follow it, but the asker's own, are told.

    Raises `QueryError` when another query was called so meanwhile.
    """
    news = News(desk.clock(), partial(_told, desk, asker, naming))
    if await desk.store.name_topic(naming.home, naming.before, naming.own, rule.id, news) is None:
        raise QueryError("somebody else has just changed this name; please look again. Nothing was changed")
    desk.rules.put_own(naming.home, naming.own)
    return replace(rule, label=naming.own.name, named=True)


def _told(desk: Desk, asker: Asker, naming: Naming, channel: Channel) -> Notice | None:
    """What a channel reads that gets other alerts by the name; the asker reads the answer."""
    here = (asker.platform, asker.scope, asker.channel) == (channel.platform, channel.scope, channel.ref)
    if here or naming.before is None or channel.settings.get("notices") == "off":
        return None
    told = desk.say.at(channel.platform, channel.scope, channel.ref)
    say, name = partial(told, channel.settings.get("language", "en")), naming.own.name
    was, now = shown(naming.before.query, _SHOWN), shown(naming.own.query, _SHOWN)
    return Notice(channel.id, (), say("notice.name", name=name), say("notice.keywords", before=was, query=now))


def preview_lines(desk: Desk, asker: Asker, naming: Naming | None) -> tuple[str, ...]:
    """What the name will do, before it is given."""
    if naming is None:
        return ()
    if naming.before is None:
        return (desk.say(asker.locale, "own.new", name=naming.own.name),)
    names = {"name": naming.before.name, "query": naming.before.query, "n": naming.channels}
    return (desk.say(asker.locale, "own.instead", **names),)


def lines(desk: Desk, asker: Asker, rule: Rule, naming: Naming | None) -> tuple[str, ...]:
    """What a name stands for and did."""
    if not rule.named:
        return ()
    said = [desk.say(asker.locale, "own.is", name=rule.label, query=rule.text)]
    if naming and naming.before:
        said.append(desk.say(asker.locale, "own.changed", n=naming.channels))
    elif naming:
        said.append(desk.say(asker.locale, "own.named", name=rule.label))
    return tuple(said)


def back(desk: Desk, asker: Asker, naming: Naming | None) -> tuple[Button, ...]:
    """What gives a name back to the query that had it."""
    if naming is None or naming.before is None:
        return ()
    now = replace(naming, before=naming.own, own=naming.before)
    args = {"what": now.own.query, "name": now.own.name, "instead": now.seen}
    value = "\n".join(f"{name}={text}" for name, text in args.items())
    return (Button(desk.say(asker.locale, "button.undo"), "confirm", value),)


async def forgotten(desk: Desk, asker: Asker, name: str, leaving: bool) -> tuple[str, str]:
    """Take a name away, and say who goes on with its query, besides the channel `leaving` it; and what undoes it.

    Raises `QueryError` where nothing is called so.
    """
    home, own = home_of(asker), await desk.own_topic(asker, name)
    if home is None or own is None or (asker.private and is_chat(asker.platform)):
        raise QueryError("there is no such name here, or names can't be removed here. Nothing was changed")
    n = await desk.store.unname_topic(home, own) - leaving
    desk.rules.put_own(home, own, gone=True)
    line = typed(asker, {"what": own.query, "name": own.name})
    said = desk.say(asker.locale, "own.gone.others" if n > 0 else "own.gone", name=own.name, n=n)
    undo = desk.say(asker.locale, "undo.typed", line=f"subscribe {line}")
    return said, desk.say(asker.locale, "unsubscribe.undo", undo=undo)
