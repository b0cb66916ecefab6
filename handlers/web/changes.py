"""The page's forms: signing in and out, pausing and resuming channels and feeds."""

from __future__ import annotations

import asyncio
import math

from aiohttp import web

from bot.core.model import BY_HAND
from handlers import patience
from handlers.web.guard import Guard
from handlers.web.pages import Pages
from handlers.web.site import Site

_FOREIGN = "This form is out of date or not from this page; please try again."
_WRONG = "That is not the token. Where it stands is said when the program starts."


class Changes:
    """Handlers of the page's own forms; all but signing in need a session."""

    def __init__(self, site: Site, guard: Guard, pages: Pages) -> None:
        self._site = site
        self._guard = guard
        self._pages = pages

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/signin", self.ask),
            web.post("/signin", self.sign_in),
            web.post("/signout", self.sign_out),
            web.post("/channels/{number:[0-9]{1,18}}/pause", self.pause_channel),
            web.post("/sources/{number:[0-9]{1,18}}/pause", self.pause_feed),
        ]

    async def ask(self, request: web.Request) -> web.Response:
        """The form for the token."""
        return self._pages.sign_in(request)

    async def sign_in(self, request: web.Request) -> web.Response:
        form = await _sent(request)
        if not self._guard.own_form(request, form.get("form", "")):
            return self._pages.sign_in(request, _FOREIGN)
        if wait := math.ceil(self._guard.wait_s(request)):
            said = f"Too many wrong tokens came from your address. Please wait {wait} s, then try again."
            return self._pages.sign_in(request, said, wait)
        response = _to("/channels")
        if await self._guard.sign_in(form.get("token", "")[:200].strip(), request, response):
            return response
        return self._pages.sign_in(request, _WRONG)

    async def sign_out(self, request: web.Request) -> web.Response:
        await self._own_form(request)
        response = _to("/")
        await self._guard.sign_out(request, response)
        return response

    async def pause_channel(self, request: web.Request) -> web.Response:
        """Pause a channel, or resume it."""
        on = await self._own_form(request)
        if channel := await self._site.store.channel_numbered(int(request.match_info["number"])):
            await self._site.store.pause(channel, BY_HAND if on else "")
        return _to("/channels")

    async def pause_feed(self, request: web.Request) -> web.Response:
        """Pause a feed, or let it be polled again, at once."""
        on = await self._own_form(request)
        number = int(request.match_info["number"])
        await self._site.store.rest_feed(number, on, self._site.desk.clock())
        return _to(f"/sources#f{number}")

    async def _own_form(self, request: web.Request) -> bool:
        """Refuse a form that is not of this session; returns whether it pauses (else it resumes)."""
        form = await _sent(request)
        if not self._guard.signed_in(request) or not self._guard.own_form(request, form.get("form", "")):
            raise web.HTTPForbidden
        return not form.get("resume")


async def _sent(request: web.Request) -> dict[str, str]:
    """The fields of a posted form; none if it can't be parsed."""
    try:
        async with asyncio.timeout(patience.BODY_S):
            fields = await request.post()
    except (TimeoutError, ValueError, LookupError, web.RequestPayloadError):  # late; no boundary, an unknown coding
        return {}
    return {name: value for name, value in fields.items() if isinstance(value, str)}


def _to(where: str) -> web.Response:
    return web.Response(status=303, headers={"Location": where})
