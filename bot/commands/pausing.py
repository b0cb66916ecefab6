"""Pause and resume a whole channel."""

from __future__ import annotations

from collections.abc import Mapping

from bot.commands.desk import Desk
from bot.core.message import Button, Reply
from bot.ports import Asker


async def pause(desk: Desk, asker: Asker, args: Mapping[str, str]) -> Reply:
    """No alerts in this channel until somebody resumes it."""
    channel = await desk.seen_channel(asker, args)
    reason = desk.say("en", "pause.reason")  # whoever reads it reads it in their own language
    changed = await desk.store.pause(channel, reason) if channel else 0
    where = desk.where(asker, channel, args.get("channel", ""))
    ref = channel.ref if channel and channel.ref != asker.channel else ""
    button = Button(desk.say(asker.locale, "button.resume"), "resume", ref)
    undo = desk.undo(asker, f"resume channel={ref}" if ref else "resume")
    said = desk.say(asker.locale, "pause.done" if changed else "pause.already", channel=where, undo=undo)
    return Reply(said, buttons=(button,) if changed else ())


async def resume(desk: Desk, asker: Asker, args: Mapping[str, str]) -> Reply:
    """Alerts again."""
    channel = await desk.seen_channel(asker, args)
    changed = await desk.store.pause(channel, "") if channel else 0
    if channel and changed:
        await desk.own(asker, channel)
    where = desk.where(asker, channel, args.get("channel", ""))
    return desk.reply(asker, "resume.done" if changed else "resume.already", channel=where)
