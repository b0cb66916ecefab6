"""`template`: shows, tries, sets and clears the template of a subscription's alerts."""

from __future__ import annotations

from collections.abc import Mapping

from bot.commands.desk import Desk
from bot.commands.manage import find_subscription
from bot.core.cadence import zone_of
from bot.core.errors import QueryError
from bot.core.line import quoted
from bot.core.message import Alert, Button, OutletLine, Reply, TopicLine
from bot.core.model import Channel, Story, Subscription
from bot.core.shape import shaped
from bot.core.template import NAMES, in_a_line, typed_template
from bot.ports import Asker


async def template(desk: Desk, asker: Asker, args: Mapping[str, str]) -> Reply:
    """Show the shape of a subscription's alerts, try another, save or clear it. Raises `QueryError`."""
    channel = await desk.seen_channel(asker, {})
    found = await find_subscription(desk, asker, channel, args.get("what", "")) if channel else None
    if channel is None or found is None:
        return desk.no_subscription(asker, args.get("what", ""))
    if sum(bool(args.get(name)) for name in ("try", "set", "clear")) > 1:
        raise QueryError("“try” shows a shape, “set” saves one, “clear” takes it away; give one of them")
    kept = found.options.get("template", "")
    if args.get("clear"):
        await _save(desk, channel, found, "")
        return _said(desk, asker, found, "template.cleared", undo=_undo(desk, asker, found) if kept else None)
    wanted = typed_template(args.get("set") or args.get("try") or "")
    if not wanted and not kept:
        return _said(desk, asker, found, "template.usual")
    shown = await _example(desk, asker, channel, found, wanted or kept)
    if not shown.form:
        return desk.refuse(asker, "template.empty")
    if args.get("set"):
        await _save(desk, channel, found, wanted)
        return _said(
            desk,
            asker,
            found,
            "template.reshaped" if kept else "template.saved",
            shown,
            wanted,
            undo=_undo(desk, asker, found),
        )
    return _said(desk, asker, found, "template.tried" if wanted else "template.shown", shown, wanted or kept)


async def _save(desk: Desk, channel: Channel, found: Subscription, text: str) -> None:
    options = {name: value for name, value in found.options.items() if name != "template"}
    options |= {"template": text} if text else {}
    await desk.store.amend(channel, found.id, found.rule, found.label, options, desk.clock())


def _undo(desk: Desk, asker: Asker, before: Subscription) -> Button:
    """What brings back the shape that was."""
    text = before.options.get("template", "")
    back = ("reshape", f"what={before.id}\nset={in_a_line(text)}") if text else ("shapeless", str(before.id))
    return Button(desk.say(asker.locale, "button.undo"), *back)


def _said(
    desk: Desk,
    asker: Asker,
    found: Subscription,
    key: str,
    shown: Alert | None = None,
    text: str = "",
    undo: Button | None = None,
) -> Reply:
    what = desk.rules.label(found.rule, found.label, asker.locale)
    before = in_a_line(found.options.get("template", ""))
    back = f"set={quoted(before)}" if before else "clear=yes"
    head = desk.say(asker.locale, key, what=what, undo=desk.undo(asker, f"template {found.id} {back}"))
    names = desk.say(asker.locale, "template.names", names=" ".join(f"{{{name}}}" for name in NAMES))
    lines = (*text.split("\n"), names) if text else (names,)
    return Reply(head, lines, buttons=(undo,) if undo else (), alert=shown)


async def _example(desk: Desk, asker: Asker, channel: Channel, found: Subscription, text: str) -> Alert:
    """The newest story of the subscription in this shape, or a made-up one."""
    label = desk.rules.label(found.rule, found.label, asker.locale)
    newest = await desk.store.latest(found.rule, 1)
    zone = zone_of(channel.settings.get("timezone", ""))
    alert = _of_story(newest[0], label) if newest else _made_up(desk, asker, label)
    return shaped(alert, text, zone) if zone else shaped(alert, text)


def _of_story(story: Story, label: str) -> Alert:
    outlets = tuple(OutletLine(name, "", story.first_at) for name in story.outlets)
    topic = TopicLine("", label, ())
    return Alert(0, "sample", 0, story.title, story.url, story.summary, outlets, (topic,), story.first_at)


def _made_up(desk: Desk, asker: Asker, label: str) -> Alert:
    title, summary = desk.say(asker.locale, "sample.title"), desk.say(asker.locale, "sample.summary")
    now = desk.clock()
    outlets = (OutletLine("Tocsin", "", now),)
    return Alert(0, "sample", 0, title, "https://example.com/", summary, outlets, (TopicLine("", label, ()),), now)
