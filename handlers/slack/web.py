"""Signed HTTP: Slack's requests at /slack/events, and the install pages for an app that many workspaces use."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import logging
import re
import time
from collections.abc import Awaitable, Callable

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncApp
from slack_bolt.oauth.async_callback_options import AsyncCallbackOptions, AsyncFailureArgs, AsyncSuccessArgs
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_bolt.response import BoltResponse
from slack_sdk.oauth.installation_store import Installation
from slack_sdk.web.async_client import AsyncWebClient

from bot.core.errors import ConfigError, StoreError
from handlers import patience
from handlers.slack.calls import Fault, ask
from handlers.slack.installs import Installations, States, installed_in
from handlers.slack.payloads import checked
from handlers.slack.workspaces import SCOPES

log = logging.getLogger(__name__)
_UNREADABLE = (ValueError, LookupError, AttributeError, TypeError, RecursionError)
"""What bolt raises for JSON and forms that it can't parse."""

EVENTS, INSTALL, REDIRECT = "/slack/events", "/slack/install", "/slack/oauth_redirect"
FRESH_S = 300
"""For how many seconds a signature is valid; Slack's advice against replays."""
BODY = 1 << 20
"""Bytes of a request; Slack's largest payloads, views with their state, are far smaller."""


class Endpoint:
    """Slack's requests over HTTP. Nothing in a request is used before its signature was checked."""

    def __init__(self, app: AsyncApp, signing_secret: str) -> None:
        if not signing_secret:
            raise ValueError("without a signing secret anybody could sign")
        self._app = app
        self._secret = signing_secret.encode()

    async def events(self, request: web.Request) -> web.Response:
        """POST /slack/events: 401 for a signature that is wrong or older than five minutes."""
        try:
            async with asyncio.timeout(patience.BODY_S):
                body = await request.read()
        except (TimeoutError, web.RequestPayloadError):  # late, or not in the coding that it names
            return _unreadable()
        if not self._signed(body, request):
            extra = {"path": EVENTS, "peer": request.remote or ""}
            log.warning("a request to %s was not signed by Slack, or long ago", EVENTS, extra=extra)
            return web.json_response({"error": "invalid request"}, status=401)
        try:
            asked = await to_bolt_request(request)
        except _UNREADABLE:
            return _unreadable()
        payload = checked(asked.body)
        if payload is None:
            return _unreadable()
        asked.body = payload
        return await to_aiohttp_response(await self._app.async_dispatch(asked))

    def _signed(self, body: bytes, request: web.Request) -> bool:
        """docs.slack.dev, Verifying requests. bolt checks again; but it can't read every body, and logs forged ones."""
        stamp = request.headers.get("x-slack-request-timestamp", "")
        signature = request.headers.get("x-slack-signature", "")
        if not re.fullmatch(r"[0-9]{1,12}", stamp) or abs(time.time() - int(stamp)) > FRESH_S:
            return False
        made = hmac.new(self._secret, b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
        return hmac.compare_digest(f"v0={made}".encode(), signature.encode("utf-8", "surrogateescape"))


def _unreadable() -> web.Response:
    return web.json_response({"error": "unreadable request"}, status=400)


class _Flow(AsyncOAuthFlow):
    """bolt's flow, with the exchange of the code by our own call: the client's warns that aiohttp 4 will break it."""

    bare: Callable[[str], AsyncWebClient]

    async def run_installation(self, code: str) -> Installation | None:
        """What the workspace granted; None if Slack does not know the code. Raises `Fault` if Slack is unavailable."""
        settings = self.settings
        asked = {"code": code, "client_id": settings.client_id, "client_secret": settings.client_secret}
        try:
            said = await ask(self.client, "oauth.v2.access", asked, form=True)
            who = await ask(self.bare(said["access_token"]), "auth.test", {})
        except Fault as fault:
            if fault.doubt or fault.code == "unreachable":
                raise
            extra = {"client": settings.client_id, "code": fault.code}
            log.warning("slack did not confirm an install: %s", fault, extra=extra)
            return None
        team, org = said.get("team") or {}, said.get("enterprise") or {}
        wide = bool(said.get("is_enterprise_install"))
        if not (org if wide else team).get("id"):
            log.warning("slack named nobody who installed the app", extra={"client": settings.client_id})
            return None
        return Installation(
            app_id=said.get("app_id"),
            enterprise_id=org.get("id"),
            enterprise_name=org.get("name"),
            is_enterprise_install=wide,
            team_id=None if wide else team.get("id"),
            team_name=None if wide else team.get("name"),
            user_id=(said.get("authed_user") or {}).get("id") or "",
            bot_id=who.get("bot_id"),
            bot_user_id=said.get("bot_user_id"),
            bot_token=said["access_token"],
            bot_scopes=said.get("scope") or "",
            bot_refresh_token=said.get("refresh_token"),
            bot_token_expires_in=said.get("expires_in"),
        )


class Installer:
    """The OAuth pages. `installed` is told of each workspace or organisation that was added."""

    def __init__(
        self,
        bare: Callable[[str], AsyncWebClient],
        client_id: str,
        client_secret: str,
        installations: Installations,
        installed: Callable[[str], Awaitable[None]],
    ) -> None:
        self._installed = installed
        self._flow = _Flow(
            client=bare(""),
            logger=logging.getLogger("slack_bolt.oauth.tocsin"),
            settings=AsyncOAuthSettings(
                client_id=client_id,
                client_secret=client_secret,
                scopes=list(SCOPES),
                installation_store=installations,
                state_store=States(client_secret),
                install_page_rendering_enabled=False,
                callback_options=AsyncCallbackOptions(success=self._success, failure=self._failure),
            ),
        )
        self._flow.bare = bare

    async def install(self, request: web.Request) -> web.Response:
        """GET /slack/install: on to Slack's own page."""
        return await to_aiohttp_response(await self._flow.handle_installation(await to_bolt_request(request)))

    async def redirect(self, request: web.Request) -> web.Response:
        """GET /slack/oauth_redirect: Slack sends the user back with a code."""
        try:
            answer = await self._flow.handle_callback(await to_bolt_request(request))
        except (Fault, StoreError) as error:
            extra = {"client": self._flow.settings.client_id}
            log.warning("an install came to nothing: %s", error, extra=extra)
            answer = _UNREACHED if isinstance(error, Fault) else _UNKEPT
        return await to_aiohttp_response(answer)

    async def _success(self, args: AsyncSuccessArgs) -> BoltResponse:
        made = args.installation
        await self._installed(installed_in(made))
        if not made.is_enterprise_install:
            return _page(200, f"Tocsin is in your workspace. {_NEXT}")
        add = f"https://app.slack.com/manage/{made.enterprise_id}/integrations/profile/{made.app_id}/workspaces/add"
        return _page(200, f"Tocsin is in your organisation. Choose its workspaces at {add} . {_NEXT}")

    async def _failure(self, args: AsyncFailureArgs) -> BoltResponse:
        extra = {"client": self._flow.settings.client_id, "status": args.suggested_status_code}
        log.warning("an install failed: %s", args.reason, extra=extra)
        return _page(args.suggested_status_code, "Tocsin was not installed. Please start again at /slack/install.")


def _page(status: int, text: str) -> BoltResponse:
    return BoltResponse(status=status, body=text, headers={"content-type": ["text/plain; charset=utf-8"]})


_NEXT = "In Slack, type /tocsin help in the channel that wants alerts."
_UNREACHED = _page(502, "Slack could not be reached to confirm this. Please start again at /slack/install.")
_UNKEPT = _page(503, "Tocsin can't keep this for now. Please start again at /slack/install in a moment.")


def routes(endpoint: Endpoint | None, installer: Installer | None) -> list[web.RouteDef]:
    """The routes: Slack's requests if there is a signing secret, the install pages if there is a client id."""
    made = [web.post(EVENTS, endpoint.events)] if endpoint else []
    pages = [web.get(INSTALL, installer.install), web.get(REDIRECT, installer.redirect)] if installer else []
    return made + pages


async def serve(made: list[web.RouteDef], host: str, port: int) -> web.AppRunner:
    """A server of our own for these routes; `cleanup` on the runner stops it. Raises `ConfigError` for a taken port."""
    app = web.Application(client_max_size=BODY)
    app.add_routes(made)
    runner = web.AppRunner(app, access_log=None, keepalive_timeout=patience.IDLE_S)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError as error:
        await runner.cleanup()
        raise ConfigError(f"Slack: can't listen on {host}:{port}: {error.strerror}; choose another port") from None
    return runner
