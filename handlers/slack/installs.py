"""Workspaces and organisations that installed the app: their tokens, sealed if a key is set; installs in progress.

An organisation (Enterprise Grid) grants one token for all of its workspaces. Slack says with each request which of them
the app is in; that is stored, so that alerts find the token after a restart.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import logging
import secrets
import time
from collections import defaultdict
from collections.abc import Callable, Iterable

from slack_sdk.oauth.installation_store import Installation
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore
from slack_sdk.web.async_client import AsyncWebClient

from bot.ports import Memory
from handlers.seal import Seal
from handlers.slack.calls import Fault, ask
from handlers.slack.once import Once

log = logging.getLogger(__name__)
STATE_S = 600
REFRESH_S = 7200
"""A rotating token lives for twelve hours (docs.slack.dev, Using token rotation)."""
_KEPT = (
    "app_id",
    "enterprise_id",
    "enterprise_name",
    "is_enterprise_install",
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
    """bolt's store of installations, over a `Memory`: one record a workspace or organisation, with what is needed to
    speak there.
    """

    def __init__(self, memory: Memory, seal: Seal) -> None:
        self._memory = memory
        self._seal = seal

    async def async_save(self, installation: Installation) -> None:
        """Store what a workspace or an organisation granted."""
        record = {name: getattr(installation, name) for name in _KEPT}
        await self._memory.keep(_key(installed_in(installation)), self._seal.close(json.dumps(record)))

    async def async_find_installation(
        self,
        *,
        enterprise_id: str | None,
        team_id: str | None,
        user_id: str | None = None,
        is_enterprise_install: bool | None = False,
    ) -> Installation | None:
        """What a workspace's organisation granted for all, else what the workspace granted; None if neither did.

        Seals again what was stored unsealed or with a former key.
        """
        org = (enterprise_id if is_enterprise_install else await self.org_of(team_id or "")) or ""
        return await self.of(org) or await self.of(team_id or "")

    async def of(self, ref: str) -> Installation | None:
        """What a workspace or an organisation itself granted."""
        kept = await self._memory.recall(_key(ref)) if ref else ""
        text = self._seal.open(kept, _key(ref)) if kept else ""
        if not text:
            return None
        if self._seal.stale(kept):
            await self._memory.keep(_key(ref), self._seal.close(text))
        return Installation(**json.loads(text))

    async def forget(self, ref: str) -> None:
        """The workspace or organisation removed the app: delete its token, which is no longer valid."""
        await self._memory.keep(_key(ref), "")

    async def org_of(self, team_id: str) -> str:
        """The organisation whose install serves a workspace, as far as known; else ""."""
        return await self._memory.recall(_org_key(team_id)) if team_id else ""

    async def joins(self, team_id: str, org: str) -> None:
        """Note that a workspace has the app by its organisation's install; org "": no longer."""
        if await self.org_of(team_id) != org:
            await self._memory.keep(_org_key(team_id), org)

    async def among(self, ref: str, teams: Iterable[str]) -> set[str]:
        """Those of some workspaces that are `ref`, or belong to the organisation `ref`."""
        return {team for team in set(teams) if ref and ref in (team, await self.org_of(team))}


class InstalledTokens:
    """The token of a workspace that has the app, its organisation's or its own; refreshed two hours before its end."""

    def __init__(
        self, installations: Installations, client: Callable[[], AsyncWebClient], client_id: str, client_secret: str
    ) -> None:
        self._installations = installations
        self._client = client
        self._client_id = client_id
        self._client_secret = client_secret
        self._refreshing = defaultdict[str, asyncio.Lock](asyncio.Lock)

    async def of(self, team: str) -> str:
        """The token; "" if the app is not installed."""
        found = await self._find(team)
        if found is not None and self._ends_soon(found):
            async with self._refreshing[installed_in(found)]:  # a refresh token is good once
                found = await self._find(team) or found
                if self._ends_soon(found):
                    await self._refresh(found)
        return (found.bot_token if found else "") or ""

    def _ends_soon(self, found: Installation) -> bool:
        ends_at = found.bot_token_expires_at or 0
        return 0 < ends_at <= time.time() + REFRESH_S

    async def _find(self, team: str) -> Installation | None:
        return await self._installations.async_find_installation(enterprise_id=None, team_id=team)

    async def _refresh(self, found: Installation) -> None:
        asked = {
            "client_id": self._client_id,
            "client_secret": self._client_secret,
            "grant_type": "refresh_token",
            "refresh_token": found.bot_refresh_token,
        }
        try:
            said = await ask(self._client(), "oauth.v2.access", asked, form=True)
        except Fault as fault:
            log.warning("a token was not refreshed: %s", fault, extra={"workspace": installed_in(found)})
            return
        found.bot_token, found.bot_refresh_token = said["access_token"], said["refresh_token"]
        found.bot_token_expires_at = int(time.time()) + int(said["expires_in"])
        await self._installations.async_save(found)


class States(AsyncOAuthStateStore):
    """States of installs in progress: signed, so that nothing is stored before they return; valid once, ten minutes."""

    def __init__(self, secret: str, clock: Callable[[], float] = time.time) -> None:
        self._secret = secret.encode()
        self._clock = clock
        self._used = Once(remember_s=STATE_S)

    async def async_issue(self, *args: object, **kwargs: object) -> str:
        said = f"{int(self._clock()) + STATE_S}.{secrets.token_urlsafe(18)}"
        return f"{said}.{self._sign(said)}"

    async def async_consume(self, state: str) -> bool:
        """Whether this state was issued here, not long ago, and is still unused."""
        said, _, signature = (state or "").rpartition(".")
        if not hmac.compare_digest(signature.encode(), self._sign(said).encode()):
            return False
        return self._clock() < int(said.partition(".")[0]) and self._used.first(state)

    def _sign(self, said: str) -> str:
        return hmac.new(self._secret, said.encode(), hashlib.sha256).hexdigest()


def installed_in(installation: Installation) -> str:
    """The id of the organisation (E…) or workspace (T…) that an install is for."""
    wide = installation.is_enterprise_install and installation.enterprise_id
    return wide or installation.team_id or ""


def _key(ref: str) -> str:
    return f"slack.install.{ref}"


def _org_key(team_id: str) -> str:
    return f"slack.org.{team_id}"
