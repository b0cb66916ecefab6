"""The undo of a change to a subscription: a line to type, and a button."""

from __future__ import annotations

from bot.commands.desk import Desk, typed
from bot.commands.show import numbered
from bot.core.changing import back
from bot.core.forms import about
from bot.core.match import TOPIC
from bot.core.message import Button
from bot.core.model import Channel, Subscription
from bot.core.options import CHECKS
from bot.ports import Asker


def undoing(
    desk: Desk, asker: Asker, channel: Channel, before: Subscription, after: Subscription
) -> tuple[str, Button]:
    """The sentence that tells how a change is undone, and its button. Both name what differs, and no more."""
    args = {**about(numbered(asker, channel, before)), **back(before.options, after.options, CHECKS)}
    if (before.rule, before.label) != (after.rule, after.label):
        args["to"] = topic_of(before) or before.label
    said = desk.say(asker.locale, "edit.undo", undo=desk.undo(asker, f"edit {typed(asker, args)}"))
    return said, Button(desk.say(asker.locale, "button.undo"), "revert", "\n".join(map("=".join, args.items())))


def topic_of(subscription: Subscription) -> str:
    """The id of the topic that it is about, "" for a query."""
    return subscription.rule.removeprefix(TOPIC) if subscription.rule.startswith(TOPIC) else ""
