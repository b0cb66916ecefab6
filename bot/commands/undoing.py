"""The undo of a change to a subscription: a line to type, and a button."""

from __future__ import annotations

from bot.commands.presses import in_lines
from bot.commands.show import numbered
from bot.commands.talk import Talk
from bot.core.changing import back
from bot.core.forms import about
from bot.core.match import topic_of
from bot.core.message import Button
from bot.core.model import Channel, Subscription
from bot.core.options import CHECKS


def undoing(talk: Talk, channel: Channel, before: Subscription, after: Subscription) -> tuple[str, Button]:
    """The sentence that tells how a change is undone, and its button. Both name what differs, and no more."""
    args = {**about(numbered(talk, channel, before)), **back(before.options, after.options, CHECKS)}
    if (before.rule, before.label) != (after.rule, after.label):
        args["to"] = topic_of(before.rule) or before.label
    said = talk.say("edit.undo", undo=talk.undo(f"edit {talk.typed(args)}"))
    return said, talk.button("undo", "revert", in_lines(args))
