"""A small loopback server that plays the recorded feeds back: conditional GET and all."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from importlib import resources

import xxhash
from aiohttp import web

from bot.demo.recording import LENGTH, START, Recording, read_recording
from bot.ports import FeedSpec

_TYPES = {"json": "application/feed+json", "atom": "application/atom+xml", "rdf": "application/rdf+xml"}
_FEEDS = (
    ("harbour-wire.rss", "Harbour Wire", "wire"),
    ("silicon-ledger.rss", "The Silicon Ledger", "trade"),
    ("pacific-business.atom", "Pacific Business Daily", "wire"),
    ("policy-desk.rss", "Policy Desk", "trade"),
    ("open-weights.json", "Open Weights", "trade"),
    ("byte-and-board.rss", "Byte & Board", "aggregator"),
    ("xinchao-gb18030.rss", "芯潮", "trade"),
    ("caijing-qianxian.rss", "财经前线", "wire"),
    ("ganggu.atom", "港股速遞", "trade"),
    ("kaiyuan.json", "开源日报", "trade"),
    ("edgar.atom", "EDGAR", "official"),
    ("rules-register.rss", "Rules Register", "official"),
    ("world-briefs.rdf", "World Briefs", "wire"),
    ("releases.atom", "Releases", "official"),
)


def load_recordings() -> dict[str, Recording]:
    """Every recorded feed by its file name."""
    folder = resources.files("bot.demo") / "feeds"
    return {name: read_recording((folder / name).read_bytes()) for name, _, _ in _FEEDS}


class DemoServer:
    """Serves the recording, `seconds` long in all (0: whole at once), once every feed has been asked.

    Until then only what was there before the recording is shown: it is the baseline, and takes as long as it takes.
    """

    def __init__(self, seconds: float = 12.0) -> None:
        self._seconds = seconds
        self._recordings = load_recordings()
        self._started: float | None = None
        self._asked: set[str] = set()
        self._shift = timedelta()
        self._runner: web.AppRunner | None = None
        self.url = ""
        self.port = 0

    @property
    def done(self) -> bool:
        return self._share() >= 1.0

    @property
    def items(self) -> int:
        return sum(len(recording.items) for recording in self._recordings.values())

    def _share(self) -> float:
        """How much of the recording has passed: 0 to 1; a little below 0 before it begins."""
        if not self._seconds:
            return 1.0
        return -0.001 if self._started is None else min((time.monotonic() - self._started) / self._seconds, 1.0)

    async def start(self, port: int = 0) -> None:
        """Listen on a loopback port (0: a free one)."""
        app = web.Application()
        app.router.add_get("/{name}", self._serve)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", port)
        await site.start()
        self.port = int(self._runner.addresses[0][1])
        self.url = f"http://127.0.0.1:{self.port}"
        self._shift = datetime.now(UTC).replace(microsecond=0) - (START + LENGTH)

    async def close(self) -> None:
        if self._runner:
            await self._runner.cleanup()

    def specs(self) -> list[FeedSpec]:
        """The feeds as `config/feeds.toml` would name them."""
        return [FeedSpec(f"{self.url}/{name}", source=source, tier=tier) for name, source, tier in _FEEDS]

    async def _serve(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        if name not in self._recordings:
            raise web.HTTPNotFound
        body = self._recordings[name].at(START + LENGTH * self._share(), self._shift)
        self._asked.add(name)
        if self._started is None and len(self._asked) == len(self._recordings):
            self._started = time.monotonic()
        etag = f'"{xxhash.xxh3_64_hexdigest(body)}"'
        if request.headers.get("If-None-Match") == etag:
            return web.Response(status=304, headers={"ETag": etag})
        kind = _TYPES.get(name.rpartition(".")[2], "application/rss+xml")
        return web.Response(body=body, headers={"ETag": etag, "Content-Type": kind})
