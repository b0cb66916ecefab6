"""Form submissions: errors on their fields, else the answer in the form's place. Slack waits three seconds."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from bot.core.commands.spec import Command
from bot.core.message import Reply
from bot.ports import Voice
from handlers.slack.access import Access
from handlers.slack.answer import pager
from handlers.slack.asking import Json, Place, read_place
from handlers.slack.home import Meta, read_meta
from handlers.slack.interactions import Interactions
from handlers.slack.modals import blame, command_of, emptied, read_form, result, target_of
from handlers.slack.surfaces import Surfaces
from handlers.slack.tasks import Tasks

Ack = Callable[..., Awaitable[Any]]
Work = asyncio.Task[tuple[Reply, Voice]]

PATIENCE_S = 1.5
"""An answer within this time is part of the acknowledgement; for a slower one, a notice is shown first."""


class Forms:
    """Runs a submitted form once and shows the result."""

    def __init__(
        self,
        interactions: Interactions,
        surfaces: Surfaces,
        access: Access,
        tasks: Tasks,
        patience_s: float = PATIENCE_S,
    ) -> None:
        self._interactions = interactions
        self._surfaces = surfaces
        self._access = access
        self._tasks = tasks
        self.patience_s = patience_s

    async def submitted(self, ack: Ack, body: Json) -> None:
        """Acknowledge a submission: with errors on fields, with the answer, or with a notice that one follows."""
        view: Json = body.get("view") or {}
        command = command_of(str(view.get("callback_id") or ""))
        values = (view.get("state") or {}).get("values") or {}
        if command is None:
            await ack(response_action="clear")
            return
        meta = read_meta(dict(view))
        place = read_place(body)
        place = place._replace(channel=meta.channel or meta.own or place.user)
        voice = await self._access.voice_at(place)
        args, errors = read_form(command, values, voice)
        if errors:
            await ack(response_action="errors", errors=errors)
            return
        args |= emptied(command, values, args) | target_of(meta.about)
        work = self._tasks.spawn(self._interactions.run(place, command.name, args), place.ids())
        await asyncio.wait({work}, timeout=self.patience_s)
        if work.done():
            await self._answered(ack, place, view, command, _line(command, args), *self._outcome(work, voice))
        else:
            waiting = result(Reply(voice("slack.wait")), command.name, voice, meta.text())
            await ack(response_action="update", view=waiting)
            self._tasks.spawn(self._late(place, view, work, _line(command, args), voice), place.ids())

    def _outcome(self, work: Work, voice: Voice) -> tuple[Reply, Voice]:
        """The result of a form. A failure is shown in the form's place; `Tasks` logs the reason."""
        return (Reply(voice("broken"), ok=False), voice) if work.exception() else work.result()

    async def _answered(
        self, ack: Ack, place: Place, view: Json, command: Command, line: str, reply: Reply, voice: Voice
    ) -> None:
        if not reply.ok:
            values = (view.get("state") or {}).get("values") or {}
            await ack(response_action="errors", errors=blame(command, values, reply))
            return
        shown = result(reply, command.name, voice, str(view.get("private_metadata") or ""), pager(reply, line, voice))
        await ack(response_action="update", view=shown)
        self._refresh(place, read_meta(dict(view)))

    async def _late(self, place: Place, view: Json, work: Work, line: str, voice: Voice) -> None:
        await asyncio.wait({work})
        await self._surfaces.show_result(place, view, *self._outcome(work, voice), line)
        self._refresh(place, read_meta(dict(view)))

    def _refresh(self, place: Place, meta: Meta) -> None:
        """Refresh the Home tab after a form that was opened there."""
        if meta.own:
            self._tasks.spawn(self._surfaces.publish(place, meta), place.ids())


def _line(command: Command, args: Mapping[str, str]) -> str:
    """The typed line that is equivalent to a form, for further pages."""
    return f"{command.name} {args.get(command.args[0].name, '') if command.args else ''}".strip()
