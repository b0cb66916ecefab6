"""The bolt app: routes requests to listeners, the same for Socket Mode and signed HTTP.

Requests are acknowledged first and handled afterwards: Slack waits three seconds, and bolt loses an acknowledgement if
the listener raises within ten milliseconds of it.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.response import BoltResponse

from bot.core.errors import TocsinError
from handlers.slack.asking import Json, once_key, read_place
from handlers.slack.blocks import PRESS
from handlers.slack.events import ACCESS, HANDLED, Happenings
from handlers.slack.forms import Forms
from handlers.slack.home import CHANNEL, read_meta
from handlers.slack.interactions import Interactions
from handlers.slack.modals import COMPLETE, FORM
from handlers.slack.once import Once
from handlers.slack.removals import Removals
from handlers.slack.surfaces import Surfaces
from handlers.slack.tasks import Tasks
from handlers.slack.ways import COMMAND
from handlers.slack.workspaces import Workspaces

log = logging.getLogger(__name__)
Ack = Callable[..., Awaitable[Any]]
FIND, SEARCH = "find_story", "search"


class Parts(NamedTuple):
    """The handlers that requests are routed to."""

    interactions: Interactions
    forms: Forms
    surfaces: Surfaces
    happenings: Happenings
    removals: Removals
    workspaces: Workspaces
    tasks: Tasks
    once: Once


def build_app(parts: Parts, signing_secret: str) -> AsyncApp:
    """The app with its listeners.

    Tokens come from `authorize` alone. Left to itself, bolt reads SLACK_CLIENT_ID and SLACK_BOT_TOKEN from the
    environment, and with both set would leave the token unused.
    """
    its_log = logging.getLogger("slack_bolt.tocsin")
    with _unsaid(its_log):
        app = AsyncApp(
            name="tocsin",
            logger=its_log,
            signing_secret=signing_secret,
            client=parts.workspaces.bare(),
            authorize=_authorize(parts.workspaces),
            user_facing_authorize_error_message="Tocsin is not installed in this workspace; an admin can add it.",
        )
    listeners = _Listeners(parts)
    app.middleware(listeners.org)
    app.middleware(listeners.once)
    app.command(COMMAND)(listeners.command)
    app.shortcut(FIND)(listeners.find_story)
    app.shortcut(SEARCH)(listeners.search)
    app.options(COMPLETE)(listeners.options)
    app.view(re.compile(f"^{FORM}:"))(listeners.submitted)
    app.action(re.compile(f"^{PRESS}:"))(listeners.pressed)
    app.action(CHANNEL)(listeners.chosen)
    app.action(re.compile(""))(listeners.stale)
    app.event("app_home_opened")(listeners.home)
    for name in HANDLED:
        app.event(name)(listeners.channel)
    for name in ("member_joined_channel", "member_left_channel"):
        app.event(name)(listeners.membership)
    for name in ("app_uninstalled", "tokens_revoked"):
        app.event(name)(listeners.uninstalled)
    for name in ACCESS:
        app.event(name)(listeners.access)
    return app


@contextmanager
def _unsaid(logger: logging.Logger) -> Iterator[None]:
    """Suppress bolt's warnings that the token in the environment is unused: nobody could do anything about it."""
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(level)


def _authorize(workspaces: Workspaces) -> Callable[..., Awaitable[Any]]:
    """The app's identity in the workspace of a request; None for a workspace that did not install it."""

    async def authorize(
        team_id: str | None, enterprise_id: str | None, context: AsyncBoltContext
    ) -> AuthorizeResult | None:
        who, token = await workspaces.identity_in(_org(context) or team_id or "")
        if who is None:
            return None
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=team_id or who.team,
            bot_token=token,
            bot_id=who.bot_id,
            bot_user_id=who.bot_user,
        )

    return authorize


def _org(context: AsyncBoltContext) -> str:
    """The organisation whose install a payload is for; "" for a workspace's own."""
    return (context.enterprise_id or "") if context.is_enterprise_install else ""


class _Listeners:
    """One method for each kind of request; bolt fills the arguments by name."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    async def org(self, body: Json, context: AsyncBoltContext, next: Callable[[], Awaitable[Any]]) -> None:  # noqa: A002
        """Note which install serves a workspace: alerts there use the organisation's token."""
        team, org = read_place(body).team, _org(context)
        if org and team.startswith("T") and not body.get("is_ext_shared_channel"):
            await self._parts.workspaces.tokens.orgs.joins(team, org)
        await next()

    async def once(self, body: Json, next: Callable[[], Awaitable[Any]]) -> BoltResponse | None:  # noqa: A002
        """Only acknowledge a payload that was handled before."""
        if not self._parts.once.first(once_key(body)):
            log.info("slack delivered a payload again; it was handled already")
            return BoltResponse(status=200, body="")
        await next()
        return None

    async def command(self, ack: Ack, body: Json) -> None:
        await ack()
        self._work(body, self._parts.interactions.typed(body))

    async def find_story(self, ack: Ack, body: Json) -> None:
        await ack()
        self._work(body, self._parts.interactions.find_story(body))

    async def search(self, ack: Ack, body: Json) -> None:
        await ack()
        self._work(body, self._parts.interactions.search(body))

    async def pressed(self, ack: Ack, body: Json, action: Json) -> None:
        await ack()
        pressed = self._parts.interactions.pressed(body, str(action.get("action_id")), str(action.get("value") or ""))
        self._work(body, pressed)

    async def chosen(self, ack: Ack, body: Json, action: Json) -> None:
        """Another channel was chosen on the Home tab."""
        await ack()
        view = body.get("view") or {}
        meta = read_meta(view)._replace(channel=str(action.get("selected_conversation") or ""))
        self._work(body, self._parts.surfaces.publish(read_place(body), meta, "", str(view.get("hash") or "")))

    async def stale(self, ack: Ack) -> None:
        """A button or select of another version: nothing to do."""
        await ack()

    async def options(self, ack: Ack, body: Json) -> None:
        await ack(options=await self._parts.interactions.suggestions(body))

    async def submitted(self, ack: Ack, body: Json) -> None:
        await self._parts.forms.submitted(ack, body)

    async def home(self, body: Json, event: Json) -> None:
        if event.get("tab") != "home":
            return
        view = event.get("view") or {}
        meta = read_meta(view)._replace(own=str(event.get("channel") or ""))
        place = read_place(body)._replace(user=str(event.get("user") or ""))
        publish = self._parts.surfaces.publish(place, meta, "", str(view.get("hash") or ""))
        self._parts.tasks.spawn(publish, place.ids())

    async def channel(self, body: Json, event: Json) -> None:
        place = read_place(body)
        self._heard(lambda: self._parts.happenings.channel(place.team, event), place.ids())

    async def membership(self, body: Json, event: Json) -> None:
        team = read_place(body).team
        who, _ = await self._parts.workspaces.identity_in(team)
        bot_user = who.bot_user if who else ""
        self._heard(lambda: self._parts.happenings.membership(team, event, bot_user), {"workspace": team})

    async def uninstalled(self, body: Json, event: Json, context: AsyncBoltContext) -> None:
        """`tokens_revoked` also reports users' tokens, of which this app has none."""
        tokens = event.get("tokens") or {}
        if event.get("type") == "app_uninstalled" or tokens.get("bot"):
            ref = _org(context) or read_place(body).team or context.enterprise_id or ""
            self._heard(lambda: self._parts.removals.told(ref), {"workspace": ref})

    async def access(self, event: Json, context: AsyncBoltContext) -> None:
        """An organisation lets the app into some of its workspaces, or out."""
        org = (context.enterprise_id or "") if event.get("type") == "team_access_granted" else ""
        self._heard(lambda: self._access(_teams(event), org), {"organisation": org})

    async def _access(self, teams: list[str], org: str) -> None:
        for team in teams:
            await self._parts.workspaces.tokens.orgs.joins(team, org)
            if org:
                self._parts.workspaces.woken(team)
                await self._parts.happenings.installed(team)
            elif not await self._parts.workspaces.tokens.of(team):  # it may have installed the app by itself
                await self._parts.happenings.shut_out(team)

    def _heard(self, work: Callable[[], Awaitable[None]], about: Mapping[str, str]) -> None:
        self._parts.tasks.spawn(self._parts.happenings.heard(work), about)

    def _work(self, body: Json, work: Any) -> None:
        self._parts.tasks.spawn(self._guarded(body, work), read_place(body).ids())

    async def _guarded(self, body: Json, work: Awaitable[None]) -> None:
        """Tell the asker of a failure in one line; `Tasks` logs it once."""
        try:
            await work
        except TocsinError as error:
            log.warning("a request could not be served: %s", error, extra=read_place(body).ids())
            await self._parts.interactions.broken(body)
        except Exception:
            await self._parts.interactions.broken(body)
            raise


def _teams(event: Json) -> list[str]:
    teams = event.get("team_ids")
    return [team for team in teams if isinstance(team, str) and team] if isinstance(teams, list) else []
