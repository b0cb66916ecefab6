"""Modals and the Home tab: opening, turning into results, publishing. Views are made in `modals` and `home`."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from bot.commands.api import Choice, Commands
from bot.core.commands.spec import BY_NAME
from bot.core.errors import StoreError
from bot.core.message import Reply
from bot.ports import Voice
from handlers.slack.access import Access
from handlers.slack.answer import pager
from handlers.slack.asking import Json, Place
from handlers.slack.blocks import plain
from handlers.slack.calls import Fault, ask
from handlers.slack.home import Meta, home_view, read_meta
from handlers.slack.modals import CHOICE, VALUE, form, result
from handlers.slack.workspaces import Workspaces
from handlers.text import utf16

log = logging.getLogger(__name__)


class Surfaces:
    """Views by the Web API. A view that Slack refuses is logged; the user can ask for it again."""

    def __init__(self, workspaces: Workspaces, commands: Commands, access: Access) -> None:
        self._workspaces = workspaces
        self._commands = commands
        self._access = access

    async def open_form(self, place: Place, trigger: str, name: str, voice: Voice, meta: Meta, over: str = "") -> bool:
        """Open the form of a command, filled with the present values; False if there is nothing to change, or if Slack
        refuses to open it.

        A trigger is valid for three seconds. `over` is the id of an open modal, which turns into the form.
        """
        command = BY_NAME.get(name)
        part, _, target = meta.about.partition(":")
        try:
            held = await self._commands.filled(await self._access.looker(place), name, target)
        except StoreError as error:
            log.warning("what a form shows can't be read: %s", error, extra=place.ids())
            return False
        if command is None or (target and not held):
            return False
        view = form(command, voice, meta.text(), held, part)
        if over:
            return not await self._call(place, "views.update", {"view_id": over, "view": view})
        return not await self._call(place, "views.open", {"trigger_id": trigger, "view": view})

    async def show_result(self, place: Place, view: Json, reply: Reply, voice: Voice, line: str = "") -> None:
        """Turn an open modal into an answer."""
        name = str(view.get("callback_id") or "").partition(":")[2] or "help"
        shown = result(reply, name, voice, str(view.get("private_metadata") or ""), pager(reply, line, voice))
        await self._call(place, "views.update", {"view_id": view.get("id"), "view": shown})

    async def publish(self, place: Place, meta: Meta, said: str = "", version: str = "") -> None:
        """Show the Home tab: what `meta.channel`, or the user's own conversation, gets.

        `version` is the hash of the view that the user saw, so that an older state never replaces a newer view. A state
        that was read after a change is the newest, so after a conflict it is published once more without `version`.
        """
        here = place._replace(channel=meta.channel or meta.own or place.user)
        own = place._replace(channel=meta.own or place.user)
        try:
            asker = await self._access.asker(own, "subscriptions", here.channel)
        except Fault as fault:
            log.warning("a Home tab is left as it is: %s", fault, extra=place.ids())
            return
        if asker is None:
            meta, here = Meta("", meta.own), own
        asker = await self._access.looker(here)
        reply = await self._commands.run(asker, "subscriptions", {})
        voice = self._access.voice(asker.locale)
        view = home_view(reply, voice, meta, said, pager(reply, "subscriptions", voice))
        payload = {"user_id": place.user, "view": view}
        refused = await self._call(place, "views.publish", {**payload, "hash": version} if version else payload)
        if refused == "hash_conflict" and said:
            await self._call(place, "views.publish", payload)

    async def after_press(self, place: Place, view: Json, reply: Reply, voice: Voice, line: str) -> None:
        """A press on the Home tab: a page of the list is shown as it is, anything else is told above a fresh list."""
        meta = read_meta(dict(view))
        if line == "subscriptions" and reply.ok:
            shown = home_view(reply, voice, meta, "", pager(reply, line, voice))
            await self._call(place, "views.publish", {"user_id": place.user, "view": shown, "hash": view.get("hash")})
            return
        said = " ".join((reply.text, *reply.lines))
        await self.publish(place, meta, said, str(view.get("hash") or ""))

    def options(self, choices: Sequence[Choice]) -> list[dict[str, Any]]:
        """Choices as a select's options; one whose value would be cut is left out."""
        return [
            {"text": plain(choice.label, CHOICE), "value": choice.value}
            for choice in choices
            if choice.value and utf16(choice.value) <= VALUE
        ]

    async def _call(self, place: Place, method: str, payload: Json) -> str:
        """Slack's error word; "" on success."""
        try:
            await ask(await self._workspaces.client(place.team), method, payload)
        except Fault as fault:
            log.warning("slack did not take a view: %s", fault, extra={"method": method, **place.ids()})
            return fault.code
        return ""
