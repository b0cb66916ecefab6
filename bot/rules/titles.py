"""What alerts call topics: a subscription keeps the title, in its channel's language."""

from __future__ import annotations

from bot.core.model import Channel
from bot.ports import Subscriptions
from bot.rules.rulebook import Rulebook


async def retitle(store: Subscriptions, rules: Rulebook, channel: Channel | None = None) -> None:
    """Take the titles of today, of one channel's or all topics, where they had others when they were subscribed to."""
    for its, held in await store.subscriptions(channel):
        label = rules.label(held.rule, held.label, its.language)
        if label != held.label:
            await store.relabel(held, label)
