"""One client per workspace: its token, the bot's identity, and whether Slack accepts it."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from typing import NamedTuple

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.proxies import Proxies
from handlers.slack.calls import Fault, call
from handlers.slack.installs import Installations

SLACK_API = "https://slack.com/api/"
CALL_S = 12.0
"""Seconds for one call: shorter than a lane's deadline for a send, so that the call itself tells the outcome."""

SCOPES = (
    "channels:history",
    "channels:read",
    "chat:write",
    "commands",
    "files:write",
    "groups:history",
    "groups:read",
    "im:history",
    "im:read",
    "mpim:history",
    "mpim:read",
    "users:read",
)
"""The scopes of the app: to post, take commands, show charts, tell whether a channel accepts posts, look for a post in
doubt, and know readers' languages and admins.
"""
PICTURES, PEOPLE = "files:write", "users:read"
"""Optional scopes: without them, charts are text alone, and answers are in the channel's language."""

Monotonic = Callable[[], float]


class Identity(NamedTuple):
    """Who a token is: workspace, bot user, the scopes granted (empty when Slack did not say), and the organisation that
    it was granted for as a whole ("" for one workspace's).
    """

    team: str
    team_name: str
    bot_user: str
    bot_id: str
    scopes: frozenset[str] = frozenset()
    org: str = ""

    @property
    def missing(self) -> tuple[str, ...]:
        """The scopes of the manifest that the token lacks, without the optional ones."""
        needed = (scope for scope in SCOPES if scope not in (PICTURES, PEOPLE))
        return tuple(scope for scope in needed if scope not in self.scopes) if self.scopes else ()

    @property
    def knows_people(self) -> bool:
        """Whether languages and admins can be asked for, as far as Slack said."""
        return not self.scopes or PEOPLE in self.scopes

    @property
    def draws(self) -> bool:
        """Whether pictures may be sent, as far as Slack said."""
        return not self.scopes or PICTURES in self.scopes


class Tokens:
    """Which token to use in a workspace. `installed` looks up workspaces that installed the app themselves."""

    def __init__(
        self, bot_token: str, orgs: Installations, installed: Callable[[str], Awaitable[str]] | None = None
    ) -> None:
        self.bot_token = bot_token
        self.orgs = orgs
        self._installed = installed
        self.own: Identity | None = None

    async def of(self, team: str) -> str:
        """The token for a workspace; "" if the app is not installed there."""
        if self.bot_token and (self.own is None or await self.serves(self.own, team)):
            return self.bot_token
        return await self._installed(team) if self._installed else ""

    async def serves(self, who: Identity, team: str) -> bool:
        """Whether this identity's token is for the workspace."""
        return team in (who.team, who.org) or (bool(who.org) and await self.orgs.org_of(team) == who.org)


class Workspaces:
    """Web API clients that share one connection pool. Bound to the loop that first uses it."""

    def __init__(self, tokens: Tokens, api_base: str = "", proxies: Proxies | None = None) -> None:
        self.tokens = tokens
        self.base_url = (api_base or SLACK_API).rstrip("/") + "/"
        self.proxy = (proxies or Proxies()).of
        self._session: aiohttp.ClientSession | None = None
        self._identities: dict[str, Identity] = {}
        self._rests: dict[str, tuple[float, str]] = {}

    @property
    def session(self) -> aiohttp.ClientSession:
        """The pool, opened on first use."""
        if self._session is None or self._session.closed:
            timeout = aiohttp.ClientTimeout(total=CALL_S, connect=5.0)
            self._session = aiohttp.ClientSession(timeout=timeout)
        return self._session

    def bare(self, token: str = "") -> AsyncWebClient:
        """A client that never repeats a call by itself.

        The library's default handler posts again after a reset, although Slack may have accepted the first one: two
        messages, reported as one. Only a caller that can look for the first one may try again.
        """
        client = AsyncWebClient(token=token or None, base_url=self.base_url, session=self.session, retry_handlers=[])
        client.proxy = self.proxy(self.base_url)  # the library takes HTTPS_PROXY by itself, and never NO_PROXY
        return client

    async def client(self, team: str) -> AsyncWebClient:
        """The client for a workspace. Raises `Fault("not_installed")`."""
        token = await self.tokens.of(team)
        if not token:
            raise Fault("not_installed")
        return self.bare(token)

    async def identity(self, token: str) -> Identity:
        """The identity of a token, asked once. Raises `Fault`. A rotated token replaces the one before it."""
        if (known := self._identities.get(token)) is not None:
            return known
        who = await self._who(token)
        self._identities = {
            old: one for old, one in self._identities.items() if (one.team, one.org) != (who.team, who.org)
        }
        self._identities[token] = who
        return who

    async def identity_in(self, team: str) -> tuple[Identity | None, str]:
        """The app's identity in a workspace, and its token; (None, "") if it is not installed. Raises `Fault`."""
        token = await self.tokens.of(team)
        who = await self.identity(token) if token else None
        return (who, token) if who and await self.tokens.serves(who, team) else (None, "")

    def forget(self, team: str) -> None:
        """Forget the identity of a workspace's or organisation's token: it was removed or replaced."""
        self._identities = {token: who for token, who in self._identities.items() if team not in (who.team, who.org)}

    def rest(self, team: str, seconds: float, reason: str) -> None:
        """Make no calls for a workspace for a while: Slack said how long, or refused the token."""
        self._rests[team] = (time.monotonic() + seconds, reason)

    def resting(self, team: str) -> tuple[float, str] | None:
        """For how many seconds no calls are made for a workspace, and why; None if it may be called."""
        until, reason = self._rests.get(team, (0.0, ""))
        left = until - time.monotonic()
        return (left, reason) if left > 0 else None

    @property
    def asleep(self) -> set[str]:
        """The workspaces for which calls were stopped; some may be called again by now."""
        return set(self._rests)

    def woken(self, team: str) -> None:
        """The workspace answered: calls may go on."""
        self._rests.pop(team, None)

    async def close(self) -> None:
        """Close the pool; idempotent."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _who(self, token: str) -> Identity:
        response, headers = await call(self.bare(token), "auth.test", {})
        granted = next((value for name, value in headers.items() if name.lower() == "x-oauth-scopes"), "")
        scopes = frozenset(scope.strip() for scope in granted.split(",") if scope.strip())
        team, name, user, bot = (str(response.get(key) or "") for key in ("team_id", "team", "user_id", "bot_id"))
        org = str(response.get("enterprise_id") or "") if response.get("is_enterprise_install") else ""
        return Identity(team, name, user, bot, scopes, org)
