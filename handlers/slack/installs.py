"""Workspaces that installed the app: their tokens, sealed where a key is set, and the states of installs under way."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import logging
import secrets
import time
from collections.abc import Callable

from slack_sdk.oauth.installation_store import Installation
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore
from slack_sdk.web.async_client import AsyncWebClient

from bot.ports import Memory
from handlers.seal import Seal
from handlers.slack.answers import Fault, call
from handlers.slack.once import Once

log = logging.getLogger(__name__)
STATE_S = 600
REFRESH_S = 7200
"""A rotating token lives for twelve hours (docs.slack.dev, Using token rotation)."""
_KEPT = (
    "app_id",
    "team_id",
    "team_name",
    "user_id",
    "bot_id",
    "bot_user_id",
    "bot_token",
    "bot_scopes",
    "bot_refresh_token",
    "bot_token_expires_at",
    "installed_at",
)


class Installations(AsyncInstallationStore):
    """bolt's store of installations, over a `Memory`: one record a workspace, with what is needed to speak there."""

    def __init__(self, memory: Memory, seal: Seal) -> None:
        self._memory = memory
        self._seal = seal

    async def async_save(self, installation: Installation) -> None:
        """Keep what a workspace granted."""
        record = {name: getattr(installation, name) for name in _KEPT}
        await self._memory.keep(_key(installation.team_id or ""), self._seal.close(json.dumps(record)))

    async def async_find_installation(
        self,
        *,
        enterprise_id: str | None,
        team_id: str | None,
        user_id: str | None = None,
        is_enterprise_install: bool | None = False,
    ) -> Installation | None:
        """What a workspace granted, None when it did not install the app. Seals anew what was kept otherwise."""
        kept = await self._memory.recall(_key(team_id)) if team_id else ""
        text = self._seal.open(kept) if kept else ""
        if not text or not team_id:
            return None
        if self._seal.stale(kept):
            await self._memory.keep(_key(team_id), self._seal.close(text))
        return Installation(**json.loads(text))

    async def forget(self, team_id: str) -> None:
        """The workspace removed the app: its token is worth nothing and is not kept."""
        await self._memory.keep(_key(team_id), "")


class InstalledTokens:
    """The token of a workspace that installed the app, refreshed two hours before it expires."""

    def __init__(
        self,
        installations: Installations,
        client: Callable[[], AsyncWebClient],
        client_id: str,
        client_secret: str,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._clock = clock
        self._installations = installations
        self._client = client
        self._client_id = client_id
        self._client_secret = client_secret
        self._refreshing = asyncio.Lock()

    async def of(self, team: str) -> str:
        """The token, "" where the app is not installed."""
        found = await self._find(team)
        if found is None or found.bot_token_expires_at is None:
            return (found.bot_token if found else "") or ""
        async with self._refreshing:  # a refresh token is good once
            found = await self._find(team) or found
            await self._refresh(found)
        return found.bot_token or ""

    async def _find(self, team: str) -> Installation | None:
        return await self._installations.async_find_installation(enterprise_id=None, team_id=team)

    async def _refresh(self, found: Installation) -> None:
        if not found.bot_token_expires_at or found.bot_token_expires_at > self._clock() + REFRESH_S:
            return
        asked = {
            "client_id": self._client_id,
            "client_secret": self._client_secret,
            "grant_type": "refresh_token",
            "refresh_token": found.bot_refresh_token,
        }
        try:
            said = (await call(self._client(), "oauth.v2.access", asked, form=True)).data
        except Fault as fault:
            log.warning("a token was not refreshed: %s", fault, extra={"workspace": found.team_id})
            return
        found.bot_token, found.bot_refresh_token = said["access_token"], said["refresh_token"]
        found.bot_token_expires_at = int(self._clock()) + int(said["expires_in"])
        await self._installations.async_save(found)


class States(AsyncOAuthStateStore):
    """States of installs under way: signed, so that nothing is kept for whoever only asks; good once, ten minutes."""

    def __init__(self, secret: str, clock: Callable[[], float] = time.time) -> None:
        self._secret = secret.encode()
        self._clock = clock
        self._used = Once(remember_s=STATE_S)

    async def async_issue(self, *args: object, **kwargs: object) -> str:
        """A new state."""
        said = f"{int(self._clock()) + STATE_S}.{secrets.token_urlsafe(18)}"
        return f"{said}.{self._sign(said)}"

    async def async_consume(self, state: str) -> bool:
        """Was this state issued here, not long ago, and not used yet?"""
        said, _, signature = (state or "").rpartition(".")
        if not hmac.compare_digest(signature.encode(), self._sign(said).encode()):
            return False
        return self._clock() < int(said.partition(".")[0]) and self._used.first(state)

    def _sign(self, said: str) -> str:
        return hmac.new(self._secret, said.encode(), hashlib.sha256).hexdigest()


def _key(team_id: str) -> str:
    return f"slack.install.{team_id}"
