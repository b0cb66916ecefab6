"""Finds channels that were restored while the bot was not listening: Slack reports that only once."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from bot.core.errors import StoreError
from bot.core.model import Channel
from bot.ports import Subscriptions
from handlers.slack.calls import Fault, ask
from handlers.slack.events import Happenings
from handlers.slack.receipts import COMES_BACK
from handlers.slack.send import obstacle
from handlers.slack.workspaces import Workspaces

log = logging.getLogger(__name__)
_EVERY_S = 1.5
"""`conversations.info` is a Tier 3 method: fifty a minute for a workspace (docs.slack.dev, Rate limits)."""


class Returns:
    """Resumes what is paused only because its channel was archived or left, if that is no longer so."""

    def __init__(
        self,
        workspaces: Workspaces,
        store: Subscriptions,
        happenings: Happenings,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._workspaces = workspaces
        self._store = store
        self._happenings = happenings
        self._pause = pause

    async def look(self) -> None:
        """Ask of each such channel, after a start."""
        try:
            rows = await self._store.subscriptions()
            slack = ((where, kept.paused) for where, kept in rows if where.platform == "slack")
            resting = {where.id: where for where, reason in slack if reason in COMES_BACK}
            for number, channel in enumerate(resting.values()):
                if number:
                    await self._pause(_EVERY_S)
                if await self._is_back(channel):
                    await self._happenings.goes_on(channel.scope, channel.ref)
        except StoreError as error:
            log.warning("whether channels came back is not known: %s", error)

    async def _is_back(self, channel: Channel) -> bool:
        try:
            client = await self._workspaces.client(channel.scope)
            data = await ask(client, "conversations.info", {"channel": channel.ref}, get=True)
        except Fault:  # it can't be told, or there is nothing to be told of
            return False
        return not obstacle(data.get("channel") or {}, "")
