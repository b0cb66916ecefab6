"""Edits a subscription in place: its number, its feedback and its queued deliveries stay."""

from __future__ import annotations

from collections.abc import Mapping

from bot.commands import naming
from bot.commands.desk import Desk, typed
from bot.commands.feedback import taste_words
from bot.commands.manage import find_subscription, text_of
from bot.commands.preview import preview
from bot.commands.show import numbered
from bot.commands.subscribing import ask, kept, rhythm, strangers
from bot.commands.undoing import topic_of, undoing
from bot.core.changing import changed
from bot.core.forms import PARTS, about
from bot.core.message import Button, Reply
from bot.core.model import Channel, Subscription
from bot.core.options import CHECKS
from bot.ports import Asker
from bot.rulebook import QUERY, Rule


async def edit(desk: Desk, asker: Asker, args: Mapping[str, str]) -> Reply:
    """Change what is named, leave the rest; show the subscription when nothing is named. Raises `QueryError`."""
    channel = await desk.seen_channel(asker, args)
    found = await find_subscription(desk, asker, channel, args.get("what", "")) if channel else None
    if channel is None or found is None:
        return desk.no_subscription(asker, args.get("what", ""))
    wanted = desk.fitted(changed(found.options, args), channel)
    rule = await _other_rule(desk, asker, found, args.get("to", ""))
    if args.get("name", "").strip():
        return await _named(desk, asker, args, channel, found, wanted)
    if rule is None and wanted == found.options:
        said = desk.say(asker.locale, "edit.head", what=_label(desk, asker, found), channel=desk.where(asker, channel))
        return Reply(said, await _lines(desk, asker, channel, found), buttons=_ways(desk, asker, channel, found))
    shown = await preview(desk, asker, rule) if rule else Reply("")
    return await _amended(desk, asker, channel, found, wanted, rule, shown) if shown.ok else shown


async def _other_rule(desk: Desk, asker: Asker, found: Subscription, to: str) -> Rule | None:
    """What it is to be about from now on; None when that is what it is about already."""
    if not to.strip():
        return None
    rule = await desk.resolve(asker, to)
    if rule.query:
        return None if rule.label == found.label and rule.id in ("", found.rule) else rule
    return None if rule.id == found.rule else rule


async def _named(
    desk: Desk,
    asker: Asker,
    args: Mapping[str, str],
    channel: Channel,
    found: Subscription,
    wanted: Mapping[str, str],
) -> Reply:
    """Give its query, or the one that takes its place, a name; where that is another's, ask first."""
    rule = await desk.resolve(asker, args.get("to", "").strip() or topic_of(found) or text_of(desk, found))
    new = await naming.naming_of(desk, asker, rule, args)
    if new is None:
        rule = await desk.resolve(asker, args["name"])
        return await _amended(desk, asker, channel, found, wanted, rule, Reply(""))
    shown = await preview(desk, asker, rule)
    if not shown.ok:
        return shown
    if new.before is not None:
        elsewhere = {} if channel.ref == asker.channel else {"channel": channel.ref}
        return await ask(desk, asker, {"what": rule.text, "name": new.own.name, **elsewhere}, shown, new)
    return await _amended(desk, asker, channel, found, wanted, rule, shown, new)


async def _amended(
    desk: Desk,
    asker: Asker,
    channel: Channel,
    found: Subscription,
    wanted: Mapping[str, str],
    rule: Rule | None,
    shown: Reply,
    new: naming.Naming | None = None,
) -> Reply:
    """Keep the change; `shown` is what another query would have brought, `new` its name."""
    rule = await kept(desk, asker, rule, new) if rule else None
    about = (rule.id, rule.label) if rule else (found.rule, found.label)
    after = await desk.store.amend(channel, found.id, *about, wanted, desk.clock())
    if rule:
        desk.rules.keep(rule)
    if any(name.startswith(QUERY) for name in (found.rule, about[0])):
        await desk.rules.load_queries(desk.store)
    if after is None:
        return desk.refuse(asker, "edit.taken", what=desk.rules.label(*about, asker.locale))
    said = desk.say(asker.locale, "edit.done", what=_label(desk, asker, after), channel=desk.where(asker, channel))
    named = naming.lines(desk, asker, rule, new) if rule else ()
    own = await desk.own_topic(asker, found.label) if found.label != after.label else None
    if own and found.rule.startswith(QUERY) and after.rule.startswith(QUERY):
        line = typed(asker, {"what": text_of(desk, after), "name": own.name})
        named = (*named, desk.say(asker.locale, "own.left", name=own.name, line=line))
    lines = (*named, *await _lines(desk, asker, channel, after))
    undo, revert = undoing(desk, asker, channel, found, after)
    buttons = (revert, *_ways(desk, asker, channel, after))
    return Reply(said, tuple(line for line in (shown.text, *lines, undo) if line), buttons=buttons)


def _ways(desk: Desk, asker: Asker, channel: Channel, found: Subscription) -> tuple[Button, ...]:
    """The ways into the form, and the end."""
    value = numbered(asker, channel, found)
    forms = (Button(desk.say(asker.locale, f"edit.form.{part}"), "form", f"edit:{part}:{value}") for part in PARTS)
    remove = Button(desk.say(asker.locale, "button.unsubscribe"), "unsubscribe", value, style="danger")
    return (*forms, remove)


async def _lines(desk: Desk, asker: Asker, channel: Channel, found: Subscription) -> tuple[str, ...]:
    """What the subscription does, its options by name, what the channel said of its alerts."""
    options = " · ".join(f"{name}={found.options[name]}" for name in CHECKS if name in found.options)
    said = (await taste_words(desk, asker, channel)).get(found.rule, [])
    reason = desk.say.told(asker.locale, found.paused)
    paused = desk.say(asker.locale, "subscription.paused", reason=reason) if reason else ""
    unheard = await strangers(desk, asker, found.options)
    lines = (await rhythm(desk, asker, channel, found), options, *unheard, " · ".join(said), paused)
    return tuple(line for line in lines if line)


def _label(desk: Desk, asker: Asker, found: Subscription) -> str:
    return desk.label(asker, found.rule, found.label)


async def filled(desk: Desk, asker: Asker, value: str) -> dict[str, str]:
    """What a form for an edit shows as it stands, arguments by name; {} when there is no such subscription here."""
    args = about(value)
    channel = await desk.seen_channel(asker, args)
    found = await find_subscription(desk, asker, channel, args["what"]) if channel else None
    return {**args, "to": topic_of(found) or found.label, **found.options} if found else {}
