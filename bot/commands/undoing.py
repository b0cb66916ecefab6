"""How to undo a change to a subscription, or a pause: as a line to type and as a button."""

from __future__ import annotations

from bot.commands.presses import in_lines
from bot.commands.show import elsewhere, numbered
from bot.commands.talk import Talk
from bot.core.commands.changing import back
from bot.core.commands.forms import about
from bot.core.commands.options import CHECKS
from bot.core.matching.match import topic_of
from bot.core.message import Button
from bot.core.model import Channel, Subscription


def undoing(talk: Talk, channel: Channel, before: Subscription, after: Subscription) -> tuple[str, Button]:
    """The sentence that tells how to undo a change, and its button. Both name only what differs."""
    args = {**about(numbered(talk, channel, before)), **back(before.options, after.options, CHECKS)}
    if (before.rule, before.label) != (after.rule, after.label):
        args["to"] = topic_of(before.rule) or before.label
    said = talk.say("edit.undo", undo=talk.undo(f"edit {talk.typed(args)}"))
    return said, talk.button("undo", "revert", in_lines(args))


def resuming(talk: Talk, channel: Channel) -> tuple[str, Button]:
    """How to resume a channel, for a sentence, and the button."""
    line = " ".join(("resume", *(f"{name}={ref}" for name, ref in elsewhere(talk, channel).items())))
    return talk.undo(line), talk.button("resume", "resume", elsewhere(talk, channel).get("channel", ""))
