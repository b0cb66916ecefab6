"""Keeps the labels of subscriptions to topics up to date: the topic's title, in the channel's language."""

from __future__ import annotations

from bot.core.model import Channel
from bot.ports import Subscriptions
from bot.rules.rulebook import Rulebook


async def retitle(store: Subscriptions, rules: Rulebook, channel: Channel | None = None) -> None:
    """Give subscriptions, of one channel or of all, the present titles of their topics, where these have changed."""
    for its, held in await store.subscriptions(channel):
        label = rules.label(held.rule, held.label, its.language)
        if label != held.label:
            await store.relabel(held, label)
