"""Edits a subscription in place: its number, its feedback and its queued deliveries stay."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from bot.commands import naming
from bot.commands.feedback import taste_words
from bot.commands.manage import find_subscription, text_of, the_subscription
from bot.commands.preview import preview
from bot.commands.show import elsewhere, numbered, options_line
from bot.commands.subscribing import ask, its_zone, kept, rhythm, strangers
from bot.commands.talk import Talk
from bot.commands.undoing import undoing
from bot.core.commands.changing import changed
from bot.core.commands.forms import PARTS, about
from bot.core.matching.match import topic_of
from bot.core.message import Button, Reply
from bot.core.model import Channel, Subscription
from bot.rules.rulebook import QUERY, Rule


class _Change(NamedTuple):
    """The result of an edit of a channel's subscription: its options, a new rule in place of its own, a name for it."""

    channel: Channel
    found: Subscription
    options: Mapping[str, str]
    rule: Rule | None
    name: naming.Naming | None = None


async def edit(talk: Talk, args: Mapping[str, str]) -> Reply:
    """Change the options that are named, leave the rest; without any, show the subscription. Raises `QueryError`."""
    channel, found = await the_subscription(talk, args)
    options = talk.desk.fitted(changed(found.options, args), channel)
    change = _Change(channel, found, options, await _other_rule(talk, found, args.get("to", "")))
    if args.get("name", "").strip():
        return await _named(talk, args, change)
    if change.rule is None and options == found.options:
        said = talk.say("edit.head", what=talk.label(found.rule, found.label), channel=talk.where(channel))
        return Reply(said, await _lines(talk, channel, found), buttons=_ways(talk, channel, found))
    shown = await preview(talk, change.rule) if change.rule else Reply("")
    return await _amended(talk, change, shown) if shown.ok else shown


async def _other_rule(talk: Talk, found: Subscription, to: str) -> Rule | None:
    """The rule that it gets in place of its own; None if that is the same."""
    if not to.strip():
        return None
    rule = await talk.resolve(to)
    if rule.query:
        return None if rule.label == found.label and rule.id in ("", found.rule) else rule
    return None if rule.id == found.rule else rule


async def _named(talk: Talk, args: Mapping[str, str], change: _Change) -> Reply:
    """Name its query, or the one that replaces it; if another query has that name, ask first."""
    found = change.found
    rule = await talk.resolve(args.get("to", "").strip() or topic_of(found.rule) or text_of(talk, found))
    new = await naming.naming_of(talk, rule, args)
    if new is None:
        return await _amended(talk, change._replace(rule=await talk.resolve(args["name"])), Reply(""))
    shown = await preview(talk, rule)
    if not shown.ok:
        return shown
    if new.before is not None:
        args = {"what": rule.text, "name": new.own.name, **elsewhere(talk, change.channel)}
        return await ask(talk, args, shown, new)
    return await _amended(talk, change._replace(rule=rule, name=new), shown)


async def _amended(talk: Talk, change: _Change, shown: Reply) -> Reply:
    """Store the change; `shown` is the preview of a new query."""
    channel, found = change.channel, change.found
    rule = await kept(talk, change.rule, change.name) if change.rule else None
    about = (rule.id, rule.label) if rule else (found.rule, found.label)
    about = (about[0], talk.told_as(channel, *about))
    after = await talk.store.amend(channel, found.id, *about, change.options, talk.clock())
    if rule:
        talk.rules.keep(rule)
    if any(name.startswith(QUERY) for name in (found.rule, about[0])):
        await talk.rules.load_queries(talk.store)
    if after is None:
        return talk.refuse("edit.taken", what=talk.title(*about))
    said = talk.say("edit.done", what=talk.label(after.rule, after.label), channel=talk.where(channel))
    named = naming.lines(talk, rule, change.name) if rule else ()
    own = await talk.own_topic(found.label) if found.label != after.label else None
    if own and found.rule.startswith(QUERY) and after.rule.startswith(QUERY):
        line = talk.typed({"what": text_of(talk, after), "name": own.name})
        named = (*named, talk.say("own.left", name=own.name, line=line))
    lines = (*named, *await _lines(talk, channel, after))
    undo, revert = undoing(talk, channel, found, after)
    buttons = (revert, *_ways(talk, channel, after))
    return Reply(said, tuple(line for line in (shown.text, *lines, undo) if line), buttons=buttons)


def _ways(talk: Talk, channel: Channel, found: Subscription) -> tuple[Button, ...]:
    """The buttons that open the form, and the one that ends the subscription."""
    value = numbered(talk, channel, found)
    forms = (Button(talk.say(f"edit.form.{part}"), "form", f"edit:{part}:{value}") for part in PARTS)
    remove = talk.button("unsubscribe", "unsubscribe", value, style="danger")
    return (*forms, remove)


async def _lines(talk: Talk, channel: Channel, found: Subscription) -> tuple[str, ...]:
    """What the subscription does, its options by name, and the channel's feedback on its alerts."""
    said = (await taste_words(talk, channel)).get(found.rule, [])
    reason = talk.say.told(found.paused)
    paused = talk.say("subscription.paused", reason=reason) if reason else ""
    unheard = await strangers(talk, found.options)
    when = (await rhythm(talk, channel, found), *its_zone(talk, channel, found))
    lines = (*when, options_line(found), *unheard, " · ".join(said), paused)
    return tuple(line for line in lines if line)


async def filled(talk: Talk, value: str) -> dict[str, str]:
    """The present values that a form for an edit shows, by argument; {} if there is no such subscription here."""
    args = about(value)
    channel = await talk.seen_channel(args)
    found = await find_subscription(talk, channel, args["what"])
    return {**args, "to": topic_of(found.rule) or found.label, **found.options} if found else {}
