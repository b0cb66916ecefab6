"""Slack users: language and admin status, where Slack tells them."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable

from bot.core.latest import Latest
from handlers.slack.asking import Json
from handlers.slack.calls import Fault, ask
from handlers.slack.workspaces import Workspaces

log = logging.getLogger(__name__)

REMEMBER_S, AGAIN_S = 3600.0, 600.0
PATIENCE_S = 1.0
"""How long to wait for a person's language: they wait for a form, and its trigger is valid for three seconds."""
_MOST = 20_000


class People:
    """Asks `users.info`. A language is remembered for an hour, and for ten minutes that it could not be learnt.

    If Slack does not answer, what was known stays in use.
    """

    def __init__(self, workspaces: Workspaces, clock: Callable[[], float] = time.monotonic) -> None:
        self._workspaces = workspaces
        self._clock = clock
        self._known: Latest[tuple[str, str], tuple[float, str]] = Latest(_MOST)

    async def language(self, team: str, user: str) -> str:
        """The person's language, such as `zh-TW`; "" if unknown, as without the scope users:read."""
        known = self._known.get((team, user))
        if known is None or known[0] < self._clock():
            try:
                async with asyncio.timeout(PATIENCE_S):
                    await self._asked(team, user)
            except TimeoutError:
                self._missed(team, user)
            known = self._known[team, user]
        return known[1]

    async def is_admin(self, team: str, user: str) -> bool:
        """Whether a person is an admin or owner of the workspace; asked each time, and False if Slack does not say."""
        found = await self._asked(team, user)
        return bool(found.get("is_admin") or found.get("is_owner"))

    async def _asked(self, team: str, user: str) -> Json:
        try:
            client = await self._workspaces.client(team)
            asked = {"user": user, "include_locale": True}
            found: Json = (await ask(client, "users.info", asked, get=True)).get("user") or {}
        except Fault as fault:
            log.info("slack does not say who a user is: %s", fault)
            self._missed(team, user)
            return {}
        locale = str(found.get("locale") or "")
        self._known[team, user] = (self._clock() + (REMEMBER_S if locale else AGAIN_S), locale)
        return found

    def _missed(self, team: str, user: str) -> None:
        """Note that nothing was learnt; what was known stays."""
        until, locale = self._known.get((team, user), (0.0, ""))
        self._known[team, user] = (max(until, self._clock() + AGAIN_S), locale)
