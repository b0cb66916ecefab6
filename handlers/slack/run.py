"""Slack as a `Platform`: wires its parts, starts and stops them. Sending needs no connection of its own."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from aiohttp import web
from slack_bolt.async_app import AsyncApp

from bot.commands.api import Commands
from bot.core.errors import ConfigError, TocsinError
from bot.core.message import Alert
from bot.core.model import Channel
from bot.core.units import Clock
from bot.delivery.departures import Departures
from bot.ports import Delivery, Finding, Memory, Pace, Receipt, Say, Subscriptions
from bot.proxies import Proxies
from handlers.chat import Chat
from handlers.seal import Seal
from handlers.slack.access import Access, Policy, lacking, unsure
from handlers.slack.answer import Answers
from handlers.slack.app import Parts, build_app
from handlers.slack.calls import Fault, ask
from handlers.slack.events import Happenings
from handlers.slack.forms import Forms
from handlers.slack.installs import Installations, InstalledTokens
from handlers.slack.interactions import Interactions
from handlers.slack.once import Once
from handlers.slack.receipts import UNINSTALLED, about_workspace, explain
from handlers.slack.removals import Removals
from handlers.slack.returns import Returns
from handlers.slack.send import Sender
from handlers.slack.socket import Patience, Socket
from handlers.slack.surfaces import Surfaces
from handlers.slack.tasks import Tasks
from handlers.slack.web import Endpoint, Installer, routes, serve
from handlers.slack.workspaces import Tokens, Workspaces

log = logging.getLogger(__name__)

CHANNEL_EVERY_MS = 1100
"""One message a second in a channel (docs.slack.dev, Rate limits, chat.postMessage), and room for a late first one."""
WORKSPACE_EVERY_MS, WORKSPACE_BURST = 200, 5
""""Several hundred" messages a minute in a workspace, in Slack's words: 300."""
FINISH_S = 5.0
_APP_TOKEN = "take one with connections:write, under Basic Information → App-Level Tokens"  # noqa: S105 - a sentence


def _now() -> int:
    return int(time.time() * 1000)


@dataclass(frozen=True, slots=True)
class SlackOptions:
    """Tokens and manners. `listen` serves HTTP on a port of its own; without it, mount `SlackPlatform.routes`.

    `keys` are encryption keys for installed tokens, comma-separated, the one in use first. The token is tested every
    `check_every_s` seconds. Without `hears`, the program only sends: no socket, no port.
    """

    bot_token: str = field(default="", repr=False)
    app_token: str = field(default="", repr=False)
    signing_secret: str = field(default="", repr=False)
    client_id: str = field(default="", repr=False)
    client_secret: str = field(default="", repr=False)
    keys: str = field(default="", repr=False)
    api_base: str = ""
    proxies: Proxies = field(default_factory=Proxies)
    listen: tuple[str, int] | None = None
    policy: Policy = "members"
    check_every_s: float = 600.0
    hears: bool = True
    patience: Patience = field(default_factory=Patience)

    @property
    def installable(self) -> bool:
        """Whether many workspaces can install the app."""
        return bool(self.client_id and self.client_secret)


def advice(options: SlackOptions) -> list[str]:
    """Problems of the configuration, one sentence each, before anything is tried."""
    said = []
    if options.client_id and options.bot_token:
        said.append(
            "SLACK_CLIENT_ID is set beside SLACK_BOT_TOKEN: the token serves its own workspace, installs all others; "
            "for one workspace unset SLACK_CLIENT_ID"
        )
    if bool(options.client_id) != bool(options.client_secret):
        said.append("SLACK_CLIENT_ID and SLACK_CLIENT_SECRET go together: workspaces can't install the app with one")
    if options.bot_token and not options.bot_token.startswith(("xoxb-", "xoxe.")):
        said.append("SLACK_BOT_TOKEN does not begin with xoxb-: take the Bot User OAuth Token")
    if options.app_token and not options.app_token.startswith("xapp-"):
        said.append("SLACK_APP_TOKEN does not begin with xapp-: take an app-level token with connections:write")
    if not options.app_token and not options.signing_secret:
        said.append("neither SLACK_APP_TOKEN nor SLACK_SIGNING_SECRET is set: alerts go out, commands can't come in")
    if options.installable and not options.keys:
        said.append("TOCSIN_ENCRYPTION_KEY is not set: the tokens of installed workspaces are kept unencrypted")
    return said


class SlackPlatform(Chat):
    """Slack. `store` knows channels and subscriptions, `memory` keeps installed workspaces (a `Store` is both)."""

    name, directs = "slack", ""

    def __init__(
        self,
        options: SlackOptions,
        commands: Commands,
        say: Say,
        store: Subscriptions,
        memory: Memory,
        now: Clock = _now,
    ) -> None:
        self._options = options
        self._store = store
        self.installations = Installations(memory, Seal(options.keys))
        self._tokens = InstalledTokens(
            self.installations, lambda: self.workspaces.bare(), options.client_id, options.client_secret
        )
        installed = self._tokens.of if options.installable else None
        tokens = Tokens(options.bot_token, self.installations, installed)
        self.workspaces = Workspaces(tokens, options.api_base, proxies=options.proxies)
        say = say.at("slack")
        self.tasks = Tasks()
        access = Access(self.workspaces, say, store, options.policy)
        surfaces = Surfaces(self.workspaces, commands, access)
        interactions = Interactions(commands, access, Answers(self.workspaces), surfaces)
        self.forms = Forms(interactions, surfaces, access, self.tasks)
        departures = Departures(self.name, UNINSTALLED, store, memory, now)
        self._happenings = Happenings(store, departures, self._left, self.installations.among)
        removals = Removals(self.workspaces, self.installations, self._happenings, self.tasks)
        self._sender = Sender(self.workspaces, say, removals.refused)
        self.parts = Parts(
            interactions, self.forms, surfaces, self._happenings, removals, self.workspaces, self.tasks, Once()
        )
        self._app: AsyncApp | None = None
        self.socket: Socket | None = None
        self._socket_task: asyncio.Task[None] | None = None
        self._checking: asyncio.Task[None] | None = None
        self._runner: web.AppRunner | None = None
        self._trouble = ""

    @property
    def trouble(self) -> str:
        """What keeps Slack from working, in one sentence; "" for nothing."""
        own = self.workspaces.tokens.own
        resting = self.workspaces.resting(own.team) if own else None
        return self._trouble or (resting[1] if resting else "") or (self.socket.trouble if self.socket else "")

    def paces(self, channel: Channel) -> Sequence[Pace]:
        """One a second in the channel, three hundred a minute in its workspace."""
        return (
            Pace(f"slack:{channel.scope}", WORKSPACE_EVERY_MS, WORKSPACE_BURST),
            Pace(f"slack:{channel.scope}:{channel.ref}", CHANNEL_EVERY_MS, alone=True),
        )

    async def start(self) -> None:
        """Authenticate, then listen. Raises `ConfigError` for a refused token, `Fault` while Slack is unavailable.

        May be called again after it raised.
        """
        if not self._options.bot_token and not self._options.installable:
            raise ConfigError(
                "Slack: set SLACK_BOT_TOKEN, or SLACK_CLIENT_ID and SLACK_CLIENT_SECRET for many workspaces"
            )
        for line in advice(self._options):
            log.warning("slack: %s", line, extra={"platform": "slack"})
        if self._options.bot_token:
            await self._introduce()
        if self._app is None:
            self._app = build_app(self.parts, self._options.signing_secret)
        if self._checking is None:
            self._checking = asyncio.create_task(self._keep_checking(), name="slack-token")
            self._checking.add_done_callback(self._checked)
        if not self._options.hears:
            return
        if self._options.app_token and self._socket_task is None:
            self.socket = Socket(self._app, self._options.app_token, self.workspaces, self._options.patience)
            self._socket_task = asyncio.create_task(self.socket.run(), name="slack-socket")
            self._socket_task.add_done_callback(self.socket.ended)
        if self._options.listen and self._runner is None and (made := self.routes()):
            self._runner = await serve(made, *self._options.listen)

    def routes(self) -> list[web.RouteDef]:
        """The routes to mount on a web server, after `start`: Slack's requests and the install pages, if configured."""
        options = self._options
        endpoint = Endpoint(self._app, options.signing_secret) if self._app and options.signing_secret else None
        installer = None
        if options.installable:
            bare = self.workspaces.bare
            installer = Installer(bare, options.client_id, options.client_secret, self.installations, self._joined)
        return routes(endpoint, installer)

    @property
    def port(self) -> int:
        """The port that HTTP is served on, 0 when it is not."""
        return self._runner.addresses[0][1] if self._runner else 0

    async def send(self, channel: Channel, alert: Alert, delivery: Delivery) -> Receipt:
        """Post, or edit and reply in the thread."""
        return await self._sender.send(channel, alert, delivery)

    async def find(self, channel: Channel, delivery: Delivery) -> Finding:
        """Find out whether a delivery was posted."""
        return await self._sender.find(channel, delivery)

    async def check(self, channel: Channel) -> str:
        """ "" when alerts can be posted there, else what is missing and who can grant it."""
        return await self._sender.check(channel)

    @property
    def advice(self) -> list[str]:
        """What is odd about the configuration, a sentence each."""
        return advice(self._options)

    async def diagnose(self) -> list[str]:
        """For `doctor`: a sentence for each token or scope that is not right, none when all is well."""
        options, said = self._options, []
        try:
            who = await self.workspaces.identity(options.bot_token) if options.bot_token else None
            said += [*lacking(who), *unsure(who, options.policy)] if who else []
        except Fault as fault:
            said.append(explain(fault))
        try:
            if options.app_token:
                await ask(self.workspaces.bare(options.app_token), "apps.connections.open", {})
        except Fault as fault:
            said.append(f"SLACK_APP_TOKEN: {fault}; {_APP_TOKEN}")
        return said

    async def close(self) -> None:
        """Stop listening, let running work end within seconds, close connections; idempotent."""
        for task in filter(None, (self._socket_task, self._checking)):
            task.cancel()
            await asyncio.wait([task])
        self._socket_task = self._checking = None
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None
        await self.tasks.finish(FINISH_S)
        await self.workspaces.close()

    async def recheck(self) -> None:
        """Test the token again, so that a revoked one is known before the next alert."""
        if own := self.workspaces.tokens.own:
            self.workspaces.forget(own.team)
        try:
            await self._introduce()
        except TocsinError as error:
            log.error("slack: %s", error, extra={"workspace": own.team if own else ""})

    async def _keep_checking(self) -> None:
        looks = [Returns(self.workspaces, self._store, self._happenings).look()] if self._options.hears else []
        await asyncio.gather(self._rechecking(), *looks)

    async def _rechecking(self) -> None:
        while self._options.bot_token:
            await asyncio.sleep(self._options.check_every_s)
            await self.recheck()

    def _checked(self, running: asyncio.Task[None]) -> None:
        """Report at once what ended `_keep_checking`: a token that is revoked later would seem valid."""
        if not running.cancelled() and (error := running.exception()):
            self._trouble = f"the token is checked no more ({type(error).__name__}); see the log, and restart"
            log.error("%s", self._trouble, extra={"platform": "slack"}, exc_info=error)

    async def _introduce(self) -> None:
        try:
            who = await self.workspaces.identity(self._options.bot_token)
        except Fault as fault:
            self._trouble = about_workspace(fault) or str(fault)
            if about_workspace(fault):
                raise ConfigError(f"Slack: {self._trouble}") from None
            raise
        if who != self.workspaces.tokens.own:
            log.info("slack: speaking as %s in %s", who.bot_user, who.team_name, extra={"workspace": who.team})
        self.workspaces.tokens.own = who
        self._trouble = " ".join([*lacking(who), *unsure(who, self._options.policy)])
        await self._joined(who.team)

    async def _joined(self, team: str) -> None:
        """The app is in a workspace or organisation, for the first time or again."""
        rested = await self.installations.among(team, self.workspaces.asleep)
        for one in rested:
            self.workspaces.woken(one)
        if rested:  # its channels wait too, longer than the workspace
            await self._store.rouse(self.name)
        await self._happenings.installed(team)

    async def _left(self, team: str) -> None:
        """A workspace or organisation removed the app."""
        await self.installations.forget(team)
        self.workspaces.forget(team)
        self.workspaces.rest(team, 600.0, "the app was removed from the workspace")
