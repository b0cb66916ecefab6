"""`template`: shows, tries, sets and clears the template of a subscription's alerts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot.commands.manage import sample, the_subscription
from bot.commands.talk import Talk
from bot.core.alerts.shape import shaped
from bot.core.alerts.template import NAMES, in_a_line, typed_template
from bot.core.commands.line import quoted
from bot.core.errors import QueryError
from bot.core.language.zones import zone_of
from bot.core.message import Alert, Button, OutletLine, Reply, TopicLine
from bot.core.model import Channel, Story, Subscription


async def template(talk: Talk, args: Mapping[str, str]) -> Reply:
    """Show the shape of a subscription's alerts, try another, save or clear it. Raises `QueryError`."""
    channel, found = await the_subscription(talk, {"what": args.get("what", "")})
    if sum(bool(args.get(name)) for name in ("try", "set", "clear")) > 1:
        raise QueryError("“try” shows a shape, “set” saves one, “clear” takes it away; give one of them")
    kept = found.options.get("template", "")
    if args.get("clear"):
        await _save(talk, channel, found, "")
        return _said(talk, found, "template.cleared", undo=_undo(talk, found) if kept else None)
    wanted = typed_template(args.get("set") or args.get("try") or "")
    if not wanted and not kept:
        return _said(talk, found, "template.usual")
    shown = await _example(talk, channel, found, wanted or kept)
    if not shown.form:
        return talk.refuse("template.empty")
    if args.get("set"):
        await _save(talk, channel, found, wanted)
        return _said(
            talk, found, "template.reshaped" if kept else "template.saved", shown, wanted, undo=_undo(talk, found)
        )
    return _said(talk, found, "template.tried" if wanted else "template.shown", shown, wanted or kept)


async def _save(talk: Talk, channel: Channel, found: Subscription, text: str) -> None:
    options = {name: value for name, value in found.options.items() if name != "template"}
    options |= {"template": text} if text else {}
    await talk.store.amend(channel, found.id, found.rule, found.label, options, talk.clock())


def _undo(talk: Talk, before: Subscription) -> Button:
    """The way to restore the former template."""
    text = before.options.get("template", "")
    back = ("reshape", f"what={before.id}\nset={in_a_line(text)}") if text else ("shapeless", str(before.id))
    return talk.button("undo", *back)


def _said(
    talk: Talk, found: Subscription, key: str, shown: Alert | None = None, text: str = "", undo: Button | None = None
) -> Reply:
    what = talk.title(found.rule, found.label)
    before = in_a_line(found.options.get("template", ""))
    back = f"set={quoted(before)}" if before else "clear=yes"
    head = talk.say(key, what=what, undo=talk.undo(f"template {found.id} {back}"))
    names = talk.say("template.names", names=" ".join(f"{{{name}}}" for name in NAMES))
    lines = (*text.split("\n"), names) if text else (names,)
    return Reply(head, lines, buttons=(undo,) if undo else (), alert=shown)


async def _example(talk: Talk, channel: Channel, found: Subscription, text: str) -> Alert:
    """The newest story of the subscription in this template, or a made-up one."""
    label = talk.title(found.rule, found.label)
    zone = zone_of(channel.settings.get("timezone", ""))
    made_up = replace(sample(talk, talk.clock()), delivery_id=0, url="https://example.com/")
    newest = await talk.store.latest(found.rule, 1)
    alert = replace(_of_story(newest[0]) if newest else made_up, topics=(TopicLine("", label, ()),))
    return shaped(alert, text, zone) if zone else shaped(alert, text)


def _of_story(story: Story) -> Alert:
    outlets = tuple(OutletLine(name, "", story.first_at) for name in story.outlets)
    return Alert(0, "sample", 0, story.title, story.url, story.summary, outlets, (), story.first_at)
