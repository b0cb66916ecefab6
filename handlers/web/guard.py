"""Access control of the page: host names, security headers, rate limits, sign-in, CSRF.

Reading needs no sign-in; channels, deliveries and every change need a session, which a token opens (`sessions`).
"""

from __future__ import annotations

import hmac
import logging
import math
import time
from collections.abc import Awaitable, Callable
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from aiohttp import web

from bot.core.errors import StoreError
from handlers.web.allowance import Allowance
from handlers.web.backoff import Backoff
from handlers.web.proxies import Networks, as_sent, is_local
from handlers.web.sessions import Keys, Sessions, raw

log = logging.getLogger(__name__)

COOKIE = "tocsin"
_INSIDE = web.RequestKey("inside", bool)
_BARE = ("/static/", "/healthz", "/readyz", "/metrics")
"""Paths for which nobody signs in: no session is looked up, and requests are not counted."""
_JSON = ("/api/", "/feeds/")
_AWAY = "the store can't be used for now; please try again soon"
_MANY = "too many requests from your address; please try again in a moment"

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",  # with "no-referrer" a browser sends its own forms with the origin "null"
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "interest-cohort=()",
}
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Guard:
    """Guards all requests. `hosts` are the allowed host names besides loopback, `proxies` the trusted proxies.

    `clock` gives monotonic seconds, for the waits after wrong tokens and too many requests.
    """

    def __init__(
        self,
        keys: Keys,
        sessions: Sessions,
        hosts: tuple[str, ...] = (),
        clock: Callable[[], float] = time.monotonic,
        proxies: Networks = (),
    ) -> None:
        self._keys = keys
        self._sessions = sessions
        self._hosts = frozenset(host.lower() for host in hosts)
        self._backoff = Backoff(clock)
        self._allowance = Allowance(clock)
        self._proxies = proxies

    def signed_in(self, request: web.Request) -> bool:
        """Whether the request has an open session, which was looked up before its handler."""
        return request.get(_INSIDE, False) is True

    def wait_s(self, request: web.Request) -> float:
        """How many seconds this client must wait before it may try a token again; 0.0 for none."""
        return self._backoff.wait_s(request.remote or "")

    async def sign_in(self, token: str, request: web.Request, response: web.Response) -> bool:
        """Open a session on a response if the token is right; call `wait_s` first."""
        client = request.remote or ""
        if not hmac.compare_digest(raw(token), raw(self._keys.token)):
            self._backoff.wrong(client)
            return False
        self._backoff.right(client)
        session = await self._sessions.open()
        secure = request.scheme == "https"
        response.set_cookie(COOKIE, session, httponly=True, samesite="Strict", secure=secure, path="/")
        return True

    async def sign_out(self, request: web.Request, response: web.Response) -> None:
        """End the request's session, here and in its browser."""
        await self._sessions.close(request.cookies.get(COOKIE, ""))
        response.del_cookie(COOKIE, path="/")

    def form(self, request: web.Request) -> str:
        """The token in our forms, which is valid for the request's own session only."""
        return hmac.digest(self._keys.forms, raw(request.cookies.get(COOKIE, "")), "sha256").hex()

    def own_form(self, request: web.Request, sent: str) -> bool:
        """Whether a change comes from a form on one of our own pages."""
        origin = request.headers.get("Origin") or request.headers.get("Referer", "")
        ours = _parts(origin).netloc == request.host if origin else False
        return ours and hmac.compare_digest(raw(sent), raw(self.form(request)))

    async def watched(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Refuse foreign host names (DNS rebinding); set the headers on every answer, even while the store is away."""
        if not self._known(request.host):
            return web.Response(status=421, text="This address is not served here; see web.hosts in the settings.\n")
        request = as_sent(request, self._proxies)
        try:
            response = await self._answered(request, handler)
        except web.HTTPException as error:
            response = web.Response(status=error.status, text=f"{error.status} {error.reason}\n", headers=error.headers)
        except StoreError as error:
            log.warning("%s can't be shown: %s", request.path, error)
            response = _later(request.path, 503, _AWAY, 5)
        if not response.prepared:
            response.headers.update(HEADERS)
        return response

    async def _answered(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """The page's answer, or the refusal that its sender sends too many requests. Requests of this machine are
        exempt, for they may come through a proxy that was not configured.
        """
        if request.path.startswith(_BARE):
            return await handler(request)
        sender = request.remote or ""
        if not is_local(sender) and (wait_s := self._allowance.wait_s(sender)):
            return _later(request.path, 429, _MANY, math.ceil(wait_s))
        request[_INSIDE] = await self._sessions.holds(request.cookies.get(COOKIE, ""))
        return await handler(request)

    def _known(self, host: str) -> bool:
        name = _parts(f"//{host}").hostname or ""
        if name == "localhost" or name in self._hosts:
            return True
        try:
            ip_address(name)
        except ValueError:
            return False
        return True


def _parts(address: str) -> SplitResult:
    """Parse an address that a client gave; empty for an invalid one, such as `//[::1` or `//localhost:99999`."""
    try:
        found = urlsplit(address)
        _ = found.port  # looked at when it is asked for
    except ValueError:
        return urlsplit("")
    return found


def _later(path: str, status: int, said: str, wait_s: int) -> web.Response:
    """The answer to a valid request that can't be served now, and may be repeated."""
    headers = {"Retry-After": str(wait_s)}
    if path.startswith(_JSON):
        return web.json_response({"error": said}, status=status, headers=headers)
    return web.Response(status=status, text=f"{said}\n", headers=headers)
