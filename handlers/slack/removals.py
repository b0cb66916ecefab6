"""Workspaces that removed the app while nobody listened: Slack tells of it once, and by a refused token ever after."""

from __future__ import annotations

from bot.core.model import Channel
from handlers.slack.calls import Fault, ask
from handlers.slack.events import Happenings
from handlers.slack.installs import Installations, installed_in
from handlers.slack.tasks import Tasks
from handlers.slack.workspaces import Workspaces

_REMOVED = frozenset({"account_inactive", "token_revoked"})
"""What Slack says of the token of an app that was removed (docs.slack.dev, auth.test, Errors). Not `invalid_auth`,
which it says to an address that a workspace does not let in, too.
"""


class Removals:
    """Does what the event would have asked for, where an installed token is good no more."""

    def __init__(
        self, workspaces: Workspaces, installations: Installations, happenings: Happenings, tasks: Tasks
    ) -> None:
        self._workspaces = workspaces
        self._installations = installations
        self._happenings = happenings
        self._tasks = tasks

    def refused(self, channel: Channel, fault: Fault) -> None:
        """Slack refused a call for this channel: where that may be a removal, look in the background."""
        if fault.code in _REMOVED:
            team = channel.scope
            self._tasks.spawn(self._happenings.heard(lambda: self._look(team)), {"workspace": team})

    async def _look(self, team: str) -> None:
        """The token of now is asked: the refused one may have been replaced. The program's own is nobody's install."""
        found = await self._installations.async_find_installation(enterprise_id=None, team_id=team)
        if found is None or not found.bot_token or await self._workspaces.tokens.of(team) != found.bot_token:
            return
        try:
            await ask(self._workspaces.bare(found.bot_token), "auth.test", {})
        except Fault as fault:
            if fault.code in _REMOVED:
                await self._happenings.uninstalled(installed_in(found))
