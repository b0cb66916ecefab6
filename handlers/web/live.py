"""Server-sent events: new and updated stories for open pages. One look at the store serves all of these."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import Mapping, Sequence
from contextlib import suppress

from aiohttp import web

from bot.core.errors import StoreError
from bot.core.language.text import is_number
from bot.core.model import Story
from handlers.web.guard import HEADERS
from handlers.web.pages import Pages
from handlers.web.site import Filter, Site

LOOK_S, BEAT_LOOKS, MOST, WAITING = 2.0, 10, 200, 50
"""A look every two seconds while somebody watches, a heartbeat every tenth look; the most watchers, and how many events
one may be behind."""
_HEADERS = {
    **HEADERS,  # the guard comes too late: they are sent before the first event
    "Content-Type": "text/event-stream",
    "Cache-Control": "no-store",
    "X-Accel-Buffering": "no",  # nginx else keeps events back until it has some kilobytes of them
}
PATIENCE_S = 30.0
"""How long a watcher may accept nothing: one that fell behind is no longer counted, and must not stay for ever."""


class Live:
    """Open event streams, and the one task that feeds them."""

    def __init__(self, site: Site, pages: Pages, look_s: float = LOOK_S) -> None:
        self._site = site
        self._pages = pages
        self._look_s = look_s
        self._watchers: dict[asyncio.Queue[bytes | None], web.Request] = {}
        self._task: asyncio.Task[None] | None = None

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/events", self.events)]

    async def events(self, request: web.Request) -> web.StreamResponse:
        """Stories changed since the last event that the browser saw, then each as it changes."""
        if len(self._watchers) >= MOST:
            raise web.HTTPServiceUnavailable
        response = web.StreamResponse(headers=_HEADERS)
        queue: asyncio.Queue[bytes | None] = asyncio.Queue(WAITING + 1)
        try:
            await response.prepare(request)
            if request.method == "HEAD":
                return response
            self._watchers[queue] = request
            if self._task is None or self._task.done():
                self._task = asyncio.create_task(self._look(), name="wire")
            await _write(request, response, b"retry: 3000\n\n")
            await self._missed(request, response)
            while (event := await queue.get()) is not None:
                await _write(request, response, event)
        except (ConnectionResetError, TimeoutError, StoreError):  # it asks again in three seconds
            return response
        finally:
            self._watchers.pop(queue, None)
        return response

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    async def _missed(self, request: web.Request, response: web.StreamResponse) -> None:
        last = request.headers.get("Last-Event-ID") or request.query.get("since", "")
        if is_number(last):
            found = await self._site.stories(Filter())
            for event in await self._events([story for story in found if story.last_at > int(last)]):
                await _write(request, response, event)

    async def _look(self) -> None:
        """Run until nobody watches. However it ends, watchers are let go: browsers reconnect, which starts it again."""
        try:
            await self._looks()
        finally:
            for queue in self._watchers:
                queue.put_nowait(None)
            self._watchers.clear()

    async def _looks(self) -> None:
        seen: Mapping[int, int] | None = None
        for looks in itertools.count(1):
            self._forget_who_left()
            with suppress(StoreError):  # it can't be read for now; the next look tells what came meanwhile
                seen = await self._told(seen)
            if looks % BEAT_LOOKS == 0:
                self._tell(b": still here\n\n")
            await asyncio.sleep(self._look_s)
            if not self._watchers:
                return

    async def _told(self, seen: Mapping[int, int] | None) -> Mapping[int, int]:
        """Send what changed since `seen`, reports by story (at first, for None, nothing); returns what is seen now."""
        now = await self._site.stories(Filter())
        changed = [] if seen is None else [story for story in now if seen.get(story.id) != story.entries]
        for event in await self._events(changed):
            self._tell(event)
        return {story.id: story.entries for story in now}

    def _tell(self, event: bytes) -> None:
        for queue in list(self._watchers):
            if queue.qsize() < WAITING:
                queue.put_nowait(event)
            else:  # it asks again with the last event that it saw
                self._let_go(queue)

    def _forget_who_left(self) -> None:
        """Free the places of watchers that left, at once, not with the next event."""
        for queue, request in list(self._watchers.items()):
            if request.transport is None or request.transport.is_closing():
                self._let_go(queue)

    def _let_go(self, queue: asyncio.Queue[bytes | None]) -> None:
        del self._watchers[queue]
        queue.put_nowait(None)

    async def _events(self, stories: Sequence[Story]) -> list[bytes]:
        """One event for each story, oldest first; `stories` are newest first."""
        spreads = await self._site.store.spread([story.id for story in stories]) if stories else {}
        return [self._event(story, spreads.get(story.id, ())) for story in reversed(stories)]

    def _event(self, story: Story, times: Sequence[int]) -> bytes:
        data = json.dumps({"id": story.id, "html": self._pages.row_html(story, times)}, ensure_ascii=False)
        return f"id: {story.last_at}\nevent: story\ndata: {data}\n\n".encode()


async def _write(request: web.Request, response: web.StreamResponse, data: bytes) -> None:
    """Write to a watcher. Raises `ConnectionResetError`, or `TimeoutError` after closing a stalled connection."""
    try:
        async with asyncio.timeout(PATIENCE_S):
            await response.write(data)
    except TimeoutError:
        if request.transport is not None:
            request.transport.abort()
        raise
