"""Sends replies: into the interaction while its token lives, else as a message.

The asker sees "thinking" until the answer arrives: rate limits are waited out, and after a broken connection everything
is sent again that may be sent twice.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NamedTuple

import aiohttp
import discord

from bot.core.errors import StoreError
from bot.core.message import Reply
from bot.ports import Asker, Say, Voice
from handlers.discord.asking import DIRECT
from handlers.discord.buttons import Buttons
from handlers.discord.channelkinds import Places
from handlers.discord.fallbacks import reply_plain
from handlers.discord.layout import EPHEMERAL, PICTURE, Asked, Rendered, reply_layouts
from handlers.discord.rest import FAILURES, Rest, said
from handlers.discord.who import about

log = logging.getLogger(__name__)

MODAL = 9
_LATE = (10062, 10015, 10008, 50027)
_BAD_BODY = (50035, 50006)
_UNOPENED = (discord.HTTPException, discord.RateLimited, aiohttp.ClientConnectorError)
_TRIES, _PATIENCE_S, _BROKEN_S = 4, 60.0, 0.5


class _Hook(NamedTuple):
    """The endpoint that answers an interaction, and its log context."""

    path: str
    about: Mapping[str, object]


class Answers:
    """Sends replies. `rest` is shared with the deliveries, so answers work whenever sends do."""

    def __init__(self, rest: Rest, places: Places, buttons: Buttons, say: Say) -> None:
        self._rest = rest
        self._places = places
        self._buttons = buttons
        self._say = say

    async def answer(
        self, interaction: discord.Interaction[Any], reply: Reply, asked: Asked, asker: Asker, *, private: bool
    ) -> None:
        """Answer a deferred interaction. `private`: whether it was deferred as private.

        A refusal is shown to the asker alone, even if the command was to be shared.
        """
        messages = reply_layouts(reply, Voice(self._say, asker.locale), asked)
        hook = _Hook(f"/webhooks/{interaction.application_id}/{interaction.token}", about(interaction))
        await self._keep(messages, hook.about)
        try:
            await self._into(hook, messages, reply, hide=not private and reply.private, private=private)
        except discord.HTTPException as error:
            if error.code not in _LATE and error.status != 404:
                raise
            log.info("an answer came too late: %s", error, extra=about(interaction))
            await self.message(asker, reply)
        except FAILURES as error:
            log.warning("an answer could not be given: %s", said(error), extra=about(interaction))
            if isinstance(error, discord.RateLimited):
                await self.message(asker, reply)

    async def _keep(self, messages: list[Rendered], about: Mapping[str, object]) -> None:
        """Store what buttons stand for; if that fails, the answer is given all the same."""
        try:
            for message in messages:
                await self._buttons.keep(message.kept)
        except StoreError as error:
            log.warning("an answer's buttons will be stale: %s", error, extra=about)

    async def _into(self, hook: _Hook, messages: list[Rendered], reply: Reply, *, hide: bool, private: bool) -> None:
        if hide:
            await self._asked("DELETE", f"{hook.path}/messages/@original")
        for number, message in enumerate(messages):
            body = dict(message.body)
            first = number == 0 and not hide
            if not first and (hide or private):
                body["flags"] = body["flags"] | EPHEMERAL
            await self._one(hook, replace(message, body=body), reply, first=first)

    async def _one(self, hook: _Hook, message: Rendered, reply: Reply, *, first: bool) -> None:
        png = (PICTURE, message.picture) if message.picture else None
        method, path = ("PATCH", f"{hook.path}/messages/@original") if first else ("POST", hook.path)
        try:
            await self._asked(method, path, json=message.body, png=png)
        except discord.HTTPException as error:
            if error.code not in _BAD_BODY:
                raise
            extra = {**hook.about, "status": error.status, "code": error.code}
            log.error("Discord did not take an answer: %s", error, extra=extra)
            plain = reply_plain(reply)
            hidden = 0 if first else message.body["flags"] & EPHEMERAL
            await self._asked(method, path, json={**plain, "flags": plain["flags"] | hidden})

    async def _asked(self, method: str, path: str, **body: Any) -> None:
        """One call, repeated after a rate limit; after a broken connection or a server error only if idempotent."""
        again = method != "POST"
        for left in reversed(range(_TRIES)):
            try:
                await self._rest.call(method, path, once=not again, **body)
            except discord.RateLimited as error:
                if not left or error.retry_after > _PATIENCE_S:
                    raise
                await asyncio.sleep(error.retry_after)
            except (aiohttp.ClientError, OSError, TimeoutError):
                if not left or not again:
                    raise
                await asyncio.sleep(_BROKEN_S)
            else:
                return

    async def form(self, interaction: discord.Interaction[Any], modal: Mapping[str, Any]) -> bool:
        """Open a form as the first answer; False if Discord refused. If no answer came, the form may be open."""
        path = f"/interactions/{interaction.id}/{interaction.token}/callback"
        try:
            await self._rest.call("POST", path, json={"type": MODAL, "data": modal})
        except FAILURES as error:
            log.warning("a form could not be opened: %s", said(error), extra=about(interaction))
            return not isinstance(error, _UNOPENED)
        return True

    async def message(self, asker: Asker, reply: Reply) -> None:
        """A reply as an ordinary message: shared ones in the channel, private ones to the person alone."""
        try:
            where = asker.channel if asker.channel and not reply.private else await self._places.direct(asker.user)
            await self._rest.call("POST", f"/channels/{where}/messages", json=reply_plain(reply))
        except FAILURES as error:
            extra = {"scope": asker.scope or DIRECT, "place": asker.channel}
            log.warning("an answer could not be delivered at all: %s", error, extra=extra)
