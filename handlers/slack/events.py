"""What happens to channels and workspaces: renamed, archived, left, uninstalled. Subscriptions rest, none is lost."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

from bot.ports import Subscriptions
from handlers.slack.asking import Json
from handlers.slack.receipts import ARCHIVED, REMOVED, UNINSTALLED

log = logging.getLogger(__name__)

_RESTING = {"channel_archive": ARCHIVED, "group_archive": ARCHIVED}
_WAKING = ("channel_unarchive", "group_unarchive")
_DELETED = ("channel_deleted", "group_deleted")
_RENAMED = ("channel_rename", "group_rename")
HANDLED = (*_RESTING, *_WAKING, *_DELETED, *_RENAMED)


class Happenings:
    """Keeps the subscriptions of a workspace in step with it. `left` is called when a workspace removes the app."""

    def __init__(self, store: Subscriptions | None, left: Callable[[str], Awaitable[None]]) -> None:
        self._store = store
        self._left = left

    async def channel(self, team: str, event: Json) -> None:
        """A channel was archived, brought back, deleted or renamed."""
        kind = str(event.get("type"))
        about = event.get("channel")
        ref = about.get("id") if isinstance(about, dict) else about
        if not isinstance(ref, str) or not ref:
            return
        if kind in _RENAMED and isinstance(about, dict):
            await self._rename(team, ref, str(about.get("name") or ""))
        elif kind in _WAKING:
            await self._pause(team, ref, "")
        else:
            await self._pause(team, ref, _RESTING.get(kind, "the channel was deleted"))

    async def membership(self, team: str, event: Json, bot_user: str) -> None:
        """The bot was brought into a channel, or out of it. Other people's coming and going is nothing to us."""
        if event.get("user") == bot_user and bot_user:
            reason = "" if event.get("type") == "member_joined_channel" else REMOVED
            await self._pause(team, str(event.get("channel") or ""), reason)

    async def uninstalled(self, team: str) -> None:
        """The app was removed from the workspace, or its token revoked: rest everything, forget the token."""
        log.warning("slack workspace removed the app", extra={"workspace": team})
        await self._each(team, lambda paused: not paused, UNINSTALLED)
        await self._left(team)

    async def installed(self, team: str) -> None:
        """The app is in the workspace (again): what rested only because it was gone goes on."""
        await self._each(team, lambda paused: paused == UNINSTALLED, "")

    async def _each(self, team: str, which: Callable[[str], bool], reason: str) -> None:
        if self._store is None:
            return
        every = await self._store.subscriptions()
        ours = {
            channel.id: channel
            for channel, subscription in every
            if channel.platform == "slack" and channel.scope == team and which(subscription.paused)
        }
        for channel in ours.values():
            await self._store.pause(channel, reason)

    async def _pause(self, team: str, ref: str, reason: str) -> None:
        channel = await self._store.find_channel("slack", team, ref) if self._store else None
        if self._store and channel:
            changed = await self._store.pause(channel, reason)
            log.info("slack channel: %s", reason or "alerts go on", extra={"channel": ref, "changed": changed})

    async def _rename(self, team: str, ref: str, name: str) -> None:
        if self._store and name and await self._store.find_channel("slack", team, ref):
            await self._store.channel("slack", team, ref, name)
