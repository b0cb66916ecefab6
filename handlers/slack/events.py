"""Channel and workspace events: renamed, archived, left, uninstalled. Subscriptions are paused, none is lost."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable

from bot.core.errors import StoreError
from bot.core.model import BY_HAND
from bot.delivery.departures import Departures
from bot.ports import Subscriptions
from handlers.slack.asking import Json, shown_name
from handlers.slack.receipts import ARCHIVED, DELETED, REMOVED

log = logging.getLogger(__name__)

_RESTING = {"channel_archive": ARCHIVED, "group_archive": ARCHIVED}
_WAKING = ("channel_unarchive", "group_unarchive")
_DELETED = ("channel_deleted", "group_deleted")
_RENAMED = ("channel_rename", "group_rename")
ACCESS = ("team_access_granted", "team_access_revoked")
"""An organisation lets the app into some of its workspaces, or out."""
HANDLED = (*_RESTING, *_WAKING, *_DELETED, *_RENAMED)
WAITS_S = (1.0, 5.0, 15.0, *[60.0] * 10)
"""The waits between tries of an event while the store is unavailable: some ten minutes in all."""

Among = Callable[[str, Iterable[str]], Awaitable[set[str]]]
"""Of some workspaces, those that are a given one, or belong to it as their organisation."""


class Happenings:
    """Applies what happens in a workspace to its subscriptions. `left` is called when a workspace or an organisation
    removes the app.
    """

    def __init__(
        self, store: Subscriptions, departures: Departures, left: Callable[[str], Awaitable[None]], among: Among
    ) -> None:
        self._store = store
        self._departures = departures
        self._left = left
        self._among = among
        self._turn = asyncio.Lock()
        self.waits_s = WAITS_S

    async def heard(self, work: Callable[[], Awaitable[None]]) -> None:
        """Handle an event, after those before it; retry while the store is unavailable, for the event was acknowledged
        and Slack sends it only once.
        """
        async with self._turn:
            for wait_s in self.waits_s:
                try:
                    await work()
                except StoreError as error:
                    log.warning("an event waits for the store: %s", error)
                    await asyncio.sleep(wait_s)
                else:
                    return
            await work()

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
            await self._pause(team, ref, _RESTING.get(kind, DELETED))

    async def membership(self, team: str, event: Json, bot_user: str) -> None:
        """The bot was added to a channel, or removed from it. Other people's coming and going is ignored."""
        if event.get("user") == bot_user and bot_user:
            reason = "" if event.get("type") == "member_joined_channel" else REMOVED
            await self._pause(team, str(event.get("channel") or ""), reason)

    async def uninstalled(self, ref: str) -> None:
        """The app was removed from a workspace or an organisation, or its token was revoked: pause everything, forget
        the token.
        """
        log.warning("slack workspace removed the app", extra={"workspace": ref})
        await self.shut_out(ref)
        await self._left(ref)

    async def shut_out(self, ref: str) -> None:
        """The app is no longer in a workspace, or anywhere in an organisation."""
        for team in await self._teams(ref):
            await self._departures.left(team)

    async def installed(self, ref: str) -> None:
        """The app is in a workspace or organisation (again)."""
        for team in await self._teams(ref):
            await self._departures.back(team)

    async def goes_on(self, team: str, ref: str) -> None:
        """A channel can be posted to (again)."""
        await self._pause(team, ref, "")

    async def _teams(self, ref: str) -> set[str]:
        """The affected workspaces that have subscriptions."""
        return await self._among(ref, await self._store.scopes("slack"))

    async def _pause(self, team: str, ref: str, reason: str) -> None:
        """Pause a channel, or resume it if `reason` is ""; what a person paused stays paused."""
        channel = await self._store.find_channel("slack", team, ref)
        changed = await self._store.pause(channel, reason, but=BY_HAND) if channel else 0
        if changed:
            log.info("slack channel: %s", reason or "alerts go on", extra={"channel": ref, "changed": changed})

    async def _rename(self, team: str, ref: str, name: str) -> None:
        if name and await self._store.find_channel("slack", team, ref):
            await self._store.channel("slack", team, ref, shown_name(name))
