"""Whether a workspace has removed the app: Slack reports it once, perhaps late, and refuses the token ever after."""

from __future__ import annotations

import logging

from bot.core.model import Channel
from handlers.slack.calls import Fault, ask
from handlers.slack.events import Happenings
from handlers.slack.installs import Installations, installed_in
from handlers.slack.tasks import Tasks
from handlers.slack.workspaces import Workspaces

log = logging.getLogger(__name__)
_REMOVED = frozenset({"account_inactive", "token_revoked"})
"""Slack's error words for the token of a removed app (docs.slack.dev, auth.test, Errors). Not `invalid_auth`, which is
also the answer to an address that a workspace does not allow.
"""


class Removals:
    """Tests the installed token: if it is valid, the app is installed (again)."""

    def __init__(
        self, workspaces: Workspaces, installations: Installations, happenings: Happenings, tasks: Tasks
    ) -> None:
        self._workspaces = workspaces
        self._installations = installations
        self._happenings = happenings
        self._tasks = tasks

    async def told(self, ref: str) -> None:
        """Slack reported that a workspace or organisation removed the app. Slack repeats unacknowledged events for an
        hour, and by then the app may have been installed again.
        """
        token = await self._token_of(ref)
        if token and await self._said_of(token) == "":
            log.info("slack tells of a removal that is over", extra={"workspace": ref})
            return
        await self._happenings.uninstalled(ref)

    async def _token_of(self, ref: str) -> str:
        """The token that a workspace or organisation granted; else the program's own, if it belongs there; else ""."""
        found, tokens = await self._installations.of(ref), self._workspaces.tokens
        if found is not None:
            return found.bot_token or ""
        return tokens.bot_token if tokens.own and await tokens.serves(tokens.own, ref) else ""

    def refused(self, channel: Channel, fault: Fault) -> None:
        """Slack refused a call for this channel: if that may mean a removal, check in the background."""
        if fault.code in _REMOVED:
            team = channel.scope
            self._tasks.spawn(self._happenings.heard(lambda: self._look(team)), {"workspace": team})

    async def _look(self, team: str) -> None:
        """Check the token, which may have been replaced since; the program's own token is nobody's install."""
        found = await self._installations.async_find_installation(enterprise_id=None, team_id=team)
        if found is None or await self._workspaces.tokens.of(team) != found.bot_token:
            return
        if await self._said_of(found.bot_token or "") in _REMOVED:
            await self._happenings.uninstalled(installed_in(found))

    async def _said_of(self, token: str) -> str:
        """Slack's error word for a token, "" for a good one."""
        try:
            await ask(self._workspaces.bare(token), "auth.test", {})
        except Fault as fault:
            return fault.code
        return ""
