"""Publishes an alert to followers of an announcement channel, on request, within Discord's ten an hour."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any

import discord

from handlers.discord.rest import FAILURES, Rest

log = logging.getLogger(__name__)

LIMIT, WINDOW_S = 10, 3600.0
_ALREADY = 40033


class Publisher:
    """Publishes, and counts per channel what it `published` within the hour: Discord has a limit."""

    def __init__(self, rest: Rest, clock: Callable[[], float]) -> None:
        self._rest = rest
        self._clock = clock
        self.published: dict[str, list[float]] = {}

    async def publish(self, channel: str, message: Mapping[str, Any]) -> str:
        """Publish one of our messages; returns the key of the sentence that tells the result."""
        if str(message.get("author", {}).get("id")) != self._rest.me:
            return "publish.foreign"
        now = self._clock()
        self._forget(now)
        recent = self.published.get(channel, [])
        if len(recent) >= LIMIT:
            return "publish.limit"
        self.published[channel] = [*recent, now]
        try:
            await self._rest.call("POST", f"/channels/{channel}/messages/{message['id']}/crosspost")
        except FAILURES as error:
            log.info("not published, or not for sure: %s", error, extra={"place": channel})
            return _outcome(error)
        return "publish.done"

    def _forget(self, now: float) -> None:
        """Forget everything that is older than the window, in any channel."""
        counted = ((channel, [at for at in times if at > now - WINDOW_S]) for channel, times in self.published.items())
        self.published = {channel: times for channel, times in counted if times}


def _outcome(error: BaseException) -> str:
    if isinstance(error, discord.RateLimited) or (isinstance(error, discord.HTTPException) and error.status == 429):
        return "publish.limit"  # another program, or this one before a restart, published too
    if not isinstance(error, discord.HTTPException) or error.status >= 500:
        return "publish.unsure"
    return "publish.done" if error.code == _ALREADY else "publish.refused"
