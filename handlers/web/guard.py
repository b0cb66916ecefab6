"""Who may see and do what on the page: host names, headers, signing in, and forms that only our own pages can send.

Reading needs nothing; channels, deliveries and every change need a session, which a token printed at the start opens.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Awaitable, Callable
from ipaddress import ip_address
from urllib.parse import urlsplit

from aiohttp import web

COOKIE = "tocsin"
_TRIES = 10
"""Wrong tokens in a row after which signing in waits for the next start: a token can't be guessed, only tried."""

_HEADERS = {
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
    """`token` opens a session; sessions end with the program. `hosts` are names besides loopback that may be asked."""

    def __init__(self, token: str, hosts: tuple[str, ...] = ()) -> None:
        self._token = token
        self._hosts = frozenset(host.lower() for host in hosts)
        self._session = secrets.token_urlsafe(32)
        self._wrong = 0
        self.form = secrets.token_urlsafe(24)

    def signed_in(self, request: web.Request) -> bool:
        """Whether the request carries the session."""
        return hmac.compare_digest(request.cookies.get(COOKIE, "").encode(), self._session.encode())

    def sign_in(self, token: str, response: web.Response, *, secure: bool) -> bool:
        """Open the session on a response when the token is right."""
        if self._wrong >= _TRIES or not hmac.compare_digest(token.encode(), self._token.encode()):
            self._wrong += 1
            return False
        self._wrong = 0
        response.set_cookie(COOKIE, self._session, httponly=True, samesite="Strict", secure=secure, path="/")
        return True

    def own_form(self, request: web.Request, sent: str) -> bool:
        """Whether a change comes from a form on one of our own pages."""
        origin = request.headers.get("Origin") or request.headers.get("Referer", "")
        ours = urlsplit(origin).netloc == request.host if origin else False
        return ours and hmac.compare_digest(sent.encode(), self.form.encode())

    async def watched(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Refuse foreign host names (DNS rebinding); put the headers on every answer."""
        if not self._known(request.host):
            return web.Response(status=421, text="This address is not served here; see web.hosts in the settings.\n")
        try:
            response = await handler(request)
        except web.HTTPException as error:
            response = web.Response(status=error.status, text=f"{error.status} {error.reason}\n", headers=error.headers)
        if not response.prepared:
            response.headers.update(_HEADERS)
        return response

    def _known(self, host: str) -> bool:
        name = urlsplit(f"//{host}").hostname or ""
        if name == "localhost" or name in self._hosts:
            return True
        try:
            ip_address(name)
        except ValueError:
            return False
        return True
