"""Handles what users do on Slack: typed commands, buttons, shortcuts, forms. `bot.commands` does the work.

Every method here runs after Slack was told that the request arrived.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.commands.api import Commands
from bot.commands.presses import command_of
from bot.commands.wording import in_english
from bot.core.commands.forms import EDIT
from bot.core.commands.line import parse_line
from bot.core.commands.spec import BY_NAME
from bot.core.message import Reply
from bot.ports import Voice
from handlers.slack.access import Access
from handlers.slack.answer import PAGE, Answers
from handlers.slack.asking import (
    Json,
    Place,
    first_link,
    named_channel,
    plain_line,
    press_line,
    pressed_channel,
    read_place,
    story_of,
    wants_modal,
)
from handlers.slack.home import FORM, Meta, read_meta
from handlers.slack.modals import target_of
from handlers.slack.surfaces import Surfaces


class Interactions:
    """Typed commands and presses, from the request to the answer."""

    def __init__(self, commands: Commands, access: Access, answers: Answers, surfaces: Surfaces) -> None:
        self._commands = commands
        self._access = access
        self._answers = answers
        self._surfaces = surfaces

    async def typed(self, body: Json) -> None:
        """`/tocsin …`: an answer to the asker, or a form for a bare `subscribe` or `settings`."""
        place = read_place(body)
        line = in_english(self._access.voice("en").say, plain_line(str(body.get("text") or "")))
        if name := wants_modal(line):
            voice, trigger = await self._access.voice_at(place), str(body.get("trigger_id"))
            if await self._surfaces.open_form(place, trigger, name, voice, Meta(place.channel)):
                return
        reply, voice = await self._type(place, line)
        await self._answers.give(place, str(body.get("response_url") or ""), reply, voice, line=line)

    async def find_story(self, body: Json) -> None:
        """The message shortcut: the story that a message is about, by its number or its first link."""
        place = read_place(body)
        asker = await self._access.looker(place)
        voice = self._access.voice(asker.locale)
        message = body.get("message") or {}
        wanted = story_of(message) or first_link(message)
        if wanted:
            reply = await self._commands.run(asker, "story", {"story": wanted})
        else:
            reply = Reply(voice("no.link"), ok=False)
        line = press_line("story", wanted) if wanted else ""
        await self._answers.give(place, str(body.get("response_url") or ""), reply, voice, line=line)

    async def search(self, body: Json) -> None:
        """The global shortcut: a form for keywords."""
        place = read_place(body)
        await self._surfaces.open_form(
            place, str(body.get("trigger_id")), "search", await self._access.voice_at(place), Meta(place.channel)
        )

    async def pressed(self, body: Json, action_id: str, value: str) -> None:
        """A button: in a message, in a modal or on the Home tab; the answer appears where it was pressed."""
        view: Json = body.get("view") or {}
        meta = read_meta(dict(view))
        place = read_place(body)
        if view:
            place = place._replace(channel=meta.channel or meta.own or place.user)
            if not await self._still_theirs(place, view, meta):
                await self._show(body, place, *await self._foreign(place), "", turned=False)
                return
        name = action_id.rpartition(":")[2]
        if name in (FORM, EDIT.name):
            name, _, about = (value if name == FORM else f"{EDIT.name}::{value}").partition(":")
            if await self._opened(body, place, name, meta._replace(about=about)):
                return
            value = about.partition(":")[2]
        if name == "open":
            return  # a link button: the client opened the page
        reply, voice, line = await self._press(place, name, value)
        await self._show(body, place, reply, voice, line, turned=name == PAGE)

    async def _still_theirs(self, place: Place, view: Json, meta: Meta) -> bool:
        """Whether a view's reader is still in the channel that it is about: views stay open for long."""
        if not meta.channel:
            return True
        if view.get("type") != "home":
            return not await self._access.left(place)
        own = place._replace(channel=meta.own or place.user)
        return await self._access.asker(own, "subscriptions", meta.channel) is not None

    async def _opened(self, body: Json, place: Place, name: str, meta: Meta) -> bool:
        """Open the form that a button stands for; False if there is none, so that the press is answered."""
        view: Json = body.get("view") or {}
        asker = await self._access.asker(place, name, target_of(meta.about).get("channel", ""))
        if asker is None or not (asker.may_configure or name == "search"):
            return False
        meta = meta if view else meta._replace(channel=place.channel)
        over = str(view.get("id") or "") if view.get("type") == "modal" else ""
        voice = self._access.voice(asker.locale)
        return await self._surfaces.open_form(place, str(body.get("trigger_id")), name, voice, meta, over)

    async def _show(self, body: Json, place: Place, reply: Reply, voice: Voice, line: str, *, turned: bool) -> None:
        view: Json = body.get("view") or {}
        if view.get("type") == "home":
            await self._surfaces.after_press(place, view, reply, voice, line)
        elif view:
            await self._surfaces.show_result(place, view, reply, voice, line)
        else:
            own = bool((body.get("container") or {}).get("is_ephemeral"))
            replace_it = own or (turned and not reply.private)
            url = str(body.get("response_url") or "")
            await self._answers.give(place, url, reply, voice, line=line, replace=replace_it)

    async def _press(self, place: Place, name: str, value: str) -> tuple[Reply, Voice, str]:
        if name == PAGE:
            line = value.rpartition(" page=")[0]
            return (*await self._type(place, value), line)
        asker = await self._access.asker(place, command_of(name), pressed_channel(name, value))
        if asker is None:
            return (*await self._foreign(place), "")
        return await self._commands.press(asker, name, value), self._access.voice(asker.locale), press_line(name, value)

    async def _type(self, place: Place, line: str) -> tuple[Reply, Voice]:
        asker = await self._access.asker(place, parse_line(line).name, named_channel(line))
        if asker is None:
            return await self._foreign(place)
        return await self._commands.type(asker, line or "help"), self._access.voice(asker.locale)

    async def run(self, place: Place, name: str, args: Mapping[str, str]) -> tuple[Reply, Voice]:
        """A filled-in form."""
        left = await self._access.left(place)
        asker = None if left else await self._access.asker(place, name, args.get("channel", ""))
        if asker is None:
            return await self._foreign(place)
        return await self._commands.run(asker, name, args), self._access.voice(asker.locale)

    async def broken(self, body: Json) -> None:
        """Tell the asker of something that failed, in one line, where they asked for it."""
        place = read_place(body)
        voice = await self._access.voice_at(place)
        reply, view = Reply(voice("broken"), ok=False), body.get("view")
        if view:
            await self._show(body, place, reply, voice, "", turned=False)
        else:
            await self._answers.give(place, str(body.get("response_url") or ""), reply, voice)

    async def suggestions(self, body: Json) -> list[dict[str, Any]]:
        """Options for a select that asks as the user types."""
        view: Json = body.get("view") or {}
        name = str(view.get("callback_id") or "").partition(":")[2]
        if name not in BY_NAME:
            return []
        place = read_place(body)._replace(channel=read_meta(dict(view)).channel)
        asker = await self._access.looker(place)
        found = await self._commands.complete(
            asker, name, str(body.get("block_id") or ""), str(body.get("value") or "")[:100]
        )
        return self._surfaces.options(found)

    async def _foreign(self, place: Place) -> tuple[Reply, Voice]:
        voice = await self._access.voice_at(place)
        return Reply(voice("slack.foreign"), ok=False), voice
