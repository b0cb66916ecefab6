"""Builds the web page of the running program and the server that serves it."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import asdict
from functools import partial
from pathlib import Path

from aiohttp import web

from bot.cli.platforms import Mounted
from bot.commands.desk import Desk
from bot.parts import Parts
from bot.ports import Platform
from bot.runtime import Runtime
from bot.settings import Settings
from handlers.web.app import make_app
from handlers.web.guard import Guard
from handlers.web.metrics import exposition
from handlers.web.proxies import networks
from handlers.web.run import served
from handlers.web.sessions import Keys, Sessions, common_keys, own_keys
from handlers.web.site import Site


class Watched:
    """What the page asks of the running program, answered by the runtime."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    def troubles(self) -> list[str]:
        return self._runtime.troubles()

    def busy(self) -> int:
        return self._runtime.lanes.busy

    def metrics(self) -> str:
        polls = asdict(self._runtime.poller.counts)
        counts = self._runtime.pipeline.counts
        known = counts.entries - counts.stories - counts.grown - counts.duplicates
        entries = {"new": counts.stories, "grown": counts.grown, "known": known, "duplicate": counts.duplicates}
        outcomes = {name: n for name, n in polls.items() if name not in ("polls", "bytes")}
        vitals = self._runtime.vitals
        return exposition(outcomes, entries, vitals.errors + self._runtime.poller.kinds, vitals)


@asynccontextmanager
async def page(settings: Settings, parts: Parts, runtime: Runtime, *, terminal: bool) -> AsyncIterator[str]:
    """Serve the page within the context. Gives a line with its address; "" if it is off or its port is taken.

    On a `terminal`, the line shows a generated token. Elsewhere, where a log would store the line, the token is in a
    file beside the database that only its owner can read; it is removed at the end unless the token outlives the run.
    """
    if not settings.web.enabled or "web" not in parts.roles:
        yield ""
        return
    keys = await _keys(settings, parts)
    desk = Desk(parts.store, parts.rules, parts.words, parts.clock, parts.platforms)
    site = Site(desk, Watched(runtime), partial(_size, "" if parts.store.shared else settings.store.path))
    guard = Guard(
        keys, Sessions(parts.store, keys.token, parts.clock), settings.web.hosts, proxies=networks(settings.web.proxies)
    )
    app = make_app(site, guard, partial(_mounted, parts.platforms), open_metrics=settings.web.open_metrics)
    file = Path(settings.store.path).with_name("page-token")
    async with served(app, settings.web.host, settings.web.port) as address:
        if settings.secrets.web_token or terminal or not address:
            token = "WEB_TOKEN" if settings.secrets.web_token else keys.token
            yield f"Page: {address} · sign in with {token}" if address else ""
            return
        try:
            yield f"Page: {address} · {_kept(file, keys.token)}"
        finally:
            if not parts.store.shared and _holds(file, keys.token):
                file.unlink(missing_ok=True)


def _mounted(platforms: Mapping[str, Platform]) -> list[web.RouteDef]:
    """The routes of platforms that receive HTTP requests, served beside the page."""
    return [route for platform in platforms.values() if isinstance(platform, Mounted) for route in platform.routes()]


async def _keys(settings: Settings, parts: Parts) -> Keys:
    """The keys for tokens: programs over one database accept the same token, whichever a load balancer chooses."""
    token = settings.secrets.web_token
    return await common_keys(parts.store, token) if parts.store.shared else own_keys(token)


def _kept(file: Path, token: str) -> str:
    """Write the token into a new file, which nobody can have open, and which only its owner can read from the start."""
    new = file.with_name(f"{file.name}.new")
    try:
        new.unlink(missing_ok=True)
        with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as out:
            out.write(f"{token}\n")
        new.replace(file)
    except OSError as error:
        return f"nobody can sign in: the token can't be written to {file}: {error.strerror}"
    return f"the token for signing in is in {file.absolute()}"


def _holds(file: Path, token: str) -> bool:
    """Whether the token in the file is this one: another program over the same database may have written its own."""
    try:
        return file.read_text(encoding="utf-8") == f"{token}\n"
    except (OSError, UnicodeDecodeError):
        return False


def _size(path: str) -> int:
    """The total size of the database's files, in bytes; 0 for a server's."""
    return sum(os.path.getsize(name) for name in (path, f"{path}-wal") if os.path.exists(name))
