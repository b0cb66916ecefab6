"""The application: pages, events, feeds, JSON, health and metrics, behind one guard."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from pathlib import Path

from aiohttp import web
from aiohttp.typedefs import Middleware

from bot.core.errors import StoreError
from handlers.web.api import Api
from handlers.web.changes import Changes
from handlers.web.guard import Guard, Handler
from handlers.web.live import LOOK_S, Live
from handlers.web.metrics import TYPE, gauges_text
from handlers.web.pages import Pages
from handlers.web.proxies import is_local
from handlers.web.site import Site
from handlers.web.tagged import tagged

log = logging.getLogger(__name__)
_SLACK = "/slack/"
Slack = Callable[[], Sequence[web.RouteDef]]
_STATIC = Path(__file__).with_name("static")
_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


def make_app(
    site: Site, guard: Guard, slack: Slack = list, *, open_metrics: bool = False, look_s: float = LOOK_S
) -> web.Application:
    """All routes. `slack` gives Slack's own, once it has started; the guard's host names do not concern them.

    `open_metrics` answers `/metrics` to others than this machine too.
    """
    pages = Pages(site, guard)
    live = Live(site, pages, look_s)
    app = web.Application(middlewares=[_but_for(guard)], client_max_size=1 << 20)
    doors = Doors(site, open_metrics=open_metrics)
    changes = Changes(site, guard, pages)
    app.add_routes([*pages.routes(), *changes.routes(), *live.routes(), *Api(site).routes(), *doors.routes()])

    async def passed_on(request: web.Request) -> web.StreamResponse:
        for route in slack():
            if (route.method, route.path) == (request.method, request.path):
                return await route.handler(request)
        raise web.HTTPNotFound

    app.router.add_route("*", f"{_SLACK}{{tail:.*}}", passed_on)

    app.router.add_get("/{tail:.*}", pages.nowhere)

    async def close(_: web.Application) -> None:
        await live.close()

    app.on_shutdown.append(close)
    return app


def _but_for(guard: Guard) -> Middleware:
    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        slack = request.rel_url.raw_path.startswith(_SLACK)  # as the router reads it: "/slack%2F" is a page's
        return await (handler(request) if slack else guard.watched(request, handler))

    return middleware


class Doors:
    """Handlers for static files, health and metrics."""

    def __init__(self, site: Site, *, open_metrics: bool) -> None:
        self._site = site
        self._open_metrics = open_metrics
        self._files = {path.name: path.read_bytes() for path in _STATIC.iterdir() if path.suffix in _TYPES}

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/static/{name}", self.static),
            web.get("/healthz", self.healthz),
            web.get("/readyz", self.readyz),
            web.get("/metrics", self.metrics),
        ]

    async def static(self, request: web.Request) -> web.Response:
        """A file of ours, read at the start. Browsers ask each time whether it is still so: an upgrade changes it."""
        name = request.match_info["name"]
        if name not in self._files:
            raise web.HTTPNotFound
        return tagged(request, self._files[name], _TYPES[Path(name).suffix], "no-cache")

    async def healthz(self, _: web.Request) -> web.Response:
        """The process answers."""
        return web.Response(text="ok\n")

    async def readyz(self, _: web.Request) -> web.Response:
        """Whether it can do its work; if not, why."""
        troubles = self._site.running.troubles() if self._site.running else []
        return web.Response(status=503 if troubles else 200, text="\n".join(troubles or ["ready"]) + "\n")

    async def metrics(self, request: web.Request) -> web.Response:
        """For Prometheus, from this machine unless the settings say otherwise."""
        if not self._open_metrics and not is_local(request.remote or ""):
            raise web.HTTPForbidden
        counted = self._site.running.metrics() if self._site.running else ""
        return web.Response(body=(counted + await self._gauges()).encode(), headers={"Content-Type": TYPE})

    async def _gauges(self) -> str:
        """What the store tells; "" while it is away, when the failures that are counted are wanted most."""
        try:
            return gauges_text(await self._site.gauges())
        except StoreError as error:
            log.info("metrics without the store's: %s", error)
            return ""
