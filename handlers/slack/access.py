"""Permissions: who may see and change which channel's alerts. Slack is asked; without an answer, access is denied."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import Literal

from slack_sdk.web.async_client import AsyncWebClient

from bot.core.commands.spec import BY_NAME, Command
from bot.core.errors import StoreError
from bot.ports import Asker, Say, Subscriptions, Voice
from handlers.slack.asking import Json, Place, is_channel, shown_name
from handlers.slack.calls import Fault, ask
from handlers.slack.people import People
from handlers.slack.receipts import transient
from handlers.slack.workspaces import Identity, Workspaces

log = logging.getLogger(__name__)

Policy = Literal["members", "admins"]
"""Who may change a channel's alerts: whoever is in it, or only the workspace's admins and owners."""

_PAGES = 10


class Access:
    """Permissions as Slack tells them. `store` knows each channel's language."""

    def __init__(self, workspaces: Workspaces, say: Say, store: Subscriptions, policy: Policy = "members") -> None:
        self._workspaces = workspaces
        self._say = say
        self._store = store
        self._policy = policy
        self._people = People(workspaces)

    async def asker(self, place: Place, name: str, channel: str = "") -> Asker | None:
        """The asker of a command about `channel` (their own place if ""); None if that channel is not theirs.

        A channel of another workspace, a private one without them and one that does not exist look the same.
        """
        elsewhere = channel and channel != place.channel
        info = await self._theirs(place, channel) if elsewhere else {}
        if info is None:
            return None
        command = BY_NAME.get(name)
        asker = replace(await self.looker(place), named=shown_name(str(info.get("name") or "")))
        if command is None or not command.configures:
            return asker
        return replace(asker, may_configure=await self._may_configure(place, command))

    async def looker(self, place: Place) -> Asker:
        """The asker of a look-up. A place that is no channel is the asker's own, as direct messages are."""
        return Asker(
            "slack",
            place.team,
            place.channel,
            place.user,
            shown_name(place.channel_name),
            may_configure=self._policy == "members",
            locale=await self._locale(place),
            private=place.channel.startswith("D") or not is_channel(place.channel),
        )

    async def _locale(self, place: Place) -> str:
        """The reader's own language, else the one that the channel chose, else English."""
        own = await self._people.language(place.team, place.user) if place.user else ""
        return own or await self._language(place.team, place.channel)

    async def _language(self, team: str, channel: str) -> str:
        try:
            known = await self._store.find_channel("slack", team, channel) if channel else None
        except StoreError:  # whoever asks is told so by what they asked for
            known = None
        return known.language if known else "en"

    def voice(self, locale: str) -> Voice:
        """The wording in a language."""
        return Voice(self._say, locale)

    async def voice_at(self, place: Place) -> Voice:
        """The wording for whoever asks there."""
        return self.voice(await self._locale(place))

    async def left(self, place: Place) -> bool:
        """Whether the person who opened a view about a channel has left that channel. Raises `Fault` for an outage.

        False for a channel that Slack does not show to the app, as before it is invited.
        """
        seen = await self._seen(place, place.channel)
        return seen is not None and not seen[1]

    async def _theirs(self, place: Place, channel: str) -> Json | None:
        """Slack's data on a channel that the asker may see; None for any other. Raises `Fault` for an outage."""
        info, inside = await self._seen(place, channel) or (None, False)
        return info if inside else None

    async def _seen(self, place: Place, channel: str) -> tuple[Json, bool] | None:
        """Slack's data on a channel, and whether the asker may see it; None for a channel that Slack does not show."""
        if not is_channel(channel):
            return None
        try:
            client = await self._workspaces.client(place.team)
            data = await ask(client, "conversations.info", {"channel": channel}, get=True)
            info: Json = data.get("channel") or {}
            return info, await self._inside(client, place.user, channel, info)
        except Fault as fault:
            if transient(fault):
                raise
            log.info("slack does not show a channel that was named: %s", fault, extra={"channel": channel})
            return None

    async def _inside(self, client: AsyncWebClient, user: str, channel: str, info: Json) -> bool:
        """Public channels are everyone's; others only their members'."""
        if info.get("is_im"):
            return info.get("user") == user
        if info.get("is_channel") and not info.get("is_private"):
            return True
        cursor = ""
        for _ in range(_PAGES):
            asked = {"channel": channel, "limit": 1000, **({"cursor": cursor} if cursor else {})}
            page = await ask(client, "conversations.members", asked, get=True)
            if user in (page.get("members") or ()):
                return True
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                break
        return False

    async def _may_configure(self, place: Place, command: Command) -> bool:
        anyone = self._policy == "members" and not command.admins
        return anyone or await self._people.is_admin(place.team, place.user)


def lacking(who: Identity) -> list[str]:
    """The scopes that the token lacks, in a sentence; none if it has all."""
    if not who.missing:
        return []
    many, scopes = len(who.missing) > 1, ", ".join(who.missing)
    lacks, them = (f"the scopes {scopes}", "them") if many else (f"the scope {scopes}", "it")
    return [f"The token lacks {lacks}: add {them} under OAuth & Permissions and install the app again."]


def unsure(who: Identity, policy: Policy) -> list[str]:
    """The problem that only admins may change anything, and Slack does not tell who is one."""
    if policy == "members" or who.knows_people:
        return []
    return ["slack.policy is admins, but the token lacks the scope users:read: nobody can change anything; add it."]
