"""The live program: starts its parts, keeps them running, stops them in order. Knows no platform or source."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Awaitable, Callable, Iterator

from bot.chores import Chores
from bot.core.errors import TocsinError
from bot.core.urls import redacted
from bot.ingest.verdicts import ANSWERS_AGAIN
from bot.lanes import Lanes
from bot.logs import tallied
from bot.notices import Notices
from bot.parts import Parts
from bot.pipeline import Pipeline
from bot.poller import Poller
from bot.ports import Feed, Platform
from bot.presence import Presence
from bot.retelling import Retelling
from bot.vitals import Vitals
from bot.waiting import waited

log = logging.getLogger(__name__)
_RESTART_S, _WELL_S = 5.0, 10.0
_STOP_S, _CLOSE_S, _SAY_S = 6.0, 3.0, 0.5
"""A stop takes ten seconds at most: these are for the loops, for closing the platforms, and for recording the stop."""
_LOOPS = ("poller", "inbox", "lanes", "upkeep", "topics", "queries", "rhythm", "notices", "summaries")


class Runtime:
    """Runs poller, lanes, platforms and upkeep, each in a task of its own. A failed one is named and started again.

    `Parts.roles` says which of them this program runs.
    """

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self.stop = asyncio.Event()
        self.failed = parts.said
        self._open: dict[str, Platform] = {}
        self._presence = Presence(parts.store, parts.clock, parts.lanes.owner)
        self.vitals = Vitals()
        self.lanes = Lanes(parts.store, self._open, parts.clock, parts.lanes, self.vitals)
        self.pipeline = Pipeline(
            parts.store, parts.rules, parts.pipeline, parts.lexicon, on_alerts=self.lanes.wake.set, vitals=self.vitals
        )
        if parts.topic_files:
            parts.topic_files.on_names = self.pipeline.know
        self.retelling: Retelling | None = None
        if parts.model:
            self.retelling = Retelling(parts.store, parts.model, parts.clock, self.lanes.wake.set, parts.pipeline)
            self.pipeline.on_story = self.retelling.note
        self.poller = Poller(
            parts.store,
            parts.sources,
            self.pipeline.ingest,
            clock=parts.clock,
            options=parts.poller,
            manners=parts.manners,
            notice=self._notice,
        )
        self.notices = Notices(
            parts.store,
            parts.words,
            parts.clock,
            line_up=self.poller.line_up,
            wake=self.lanes.wake.set,
            after_ms=parts.notice_after_ms,
            said=self.failed,
        )

    async def run(self) -> None:
        """Run until `stop` is set (SIGINT, SIGTERM, SIGHUP), then stop in order: intake, lanes, platforms."""
        with tallied(self.vitals.problems):
            await self._run()

    async def _run(self) -> None:
        self._catch_signals()
        platforms = [
            asyncio.create_task(self._start(name, platform))
            for name, platform in self.parts.platforms.items()
            if not {"send", "gateway", "web"}.isdisjoint(self.parts.roles)
        ]
        loops = [asyncio.create_task(self._kept(name, work)) for name, work in self._works()]
        await self.stop.wait()
        await _within(_STOP_S, loops)
        await _within(0, platforms)
        closing = [asyncio.create_task(platform.close()) for platform in self.parts.platforms.values()]
        await _within(_CLOSE_S, closing)
        if "poll" in self.parts.roles:
            said = self._presence.leave(alone=self.parts.alone)
            await _within(_SAY_S, [asyncio.create_task(said, name="stop")])

    def _works(self) -> Iterator[tuple[str, Callable[[asyncio.Event], Awaitable[None]]]]:
        """The loops of this program's roles."""
        roles, chores = self.parts.roles, Chores(self.parts, self.pipeline, self.lanes.wake)
        yield "topics", chores.watch_topics
        yield "queries", chores.watch_queries
        if "poll" in roles:
            yield "presence", self._presence.run
            yield "poller", self.poller.run
            yield "notices", self.notices.run
        if "ingest" in roles:
            yield "inbox", chores.drain
            yield "upkeep", chores.upkeep
            if self.retelling:  # the program that places stories knows which were told
                yield "summaries", self.retelling.run
        if "send" in roles:
            yield "lanes", self.lanes.run
        if not {"ingest", "send"}.isdisjoint(roles):  # quiet hours begin even while no program sends
            yield "rhythm", chores.turn

    def troubles(self) -> list[str]:
        """What keeps the program from doing its work, one line each, without trouble of one feed or one platform."""
        sending = "" if self.lanes.ready else "sending rests: the store can't be used"
        found = [trouble for trouble in (self.poller.trouble(), sending, self.parts.store.trouble()) if trouble]
        return found + [f"{name}: {self.failed[name]}" for name in _LOOPS if name in self.failed]

    def _notice(self, feed: Feed, line: str) -> None:
        """Report a feed that needs a person: gone, closed to us, failing for long, or back again."""
        name = feed.source or feed.title or redacted(feed.url)
        log.warning("feed %s: %s", name, line, extra={"feed": feed.id})
        self.failed[name] = line
        if line == ANSWERS_AGAIN:
            del self.failed[name]

    def _catch_signals(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(number) != signal.SIG_IGN:  # as `nohup` has it
                loop.add_signal_handler(number, self.stop.set)

    async def _start(self, name: str, platform: Platform) -> None:
        """Start a platform. Its failure never stops the others; it is tried again, less and less often.

        Its lanes open after the first try, whether that succeeds or not: until a login, sends just wait.
        """
        wait = _RESTART_S
        while not self.stop.is_set():
            error = await _end_of(platform.start())
            self._open[name] = platform
            self.lanes.wake.set()
            if error is None:
                self.failed.pop(name, None)
                return
            self._failed(name, error, "can't start: ")
            await waited(self.stop, wait)
            wait = min(wait * 2, 600)

    async def _kept(self, name: str, work: Callable[[asyncio.Event], Awaitable[None]]) -> None:
        """Run a loop until the stop. A failure is logged once, and the loop is started again; when it has then run for
        a while, the failure is forgotten.
        """
        while not self.stop.is_set():
            well = asyncio.get_running_loop().call_later(_WELL_S, self.failed.pop, name, None)
            error = await _end_of(work(self.stop))
            well.cancel()
            if error:
                self._failed(name, error)
                await waited(self.stop, _RESTART_S)

    def _failed(self, name: str, error: BaseException, what: str = "") -> None:
        expected = isinstance(error, TocsinError)
        self.vitals.errors[type(error).__name__] += 1
        self.failed[name] = str(error) if expected else f"failed unexpectedly ({type(error).__name__}); see the log"
        log.error("%s %s%s", name, what, error, extra={"part": name}, exc_info=None if expected else error)


async def _end_of(work: Awaitable[None]) -> BaseException | None:
    """The exception that ended `work`, or None. `work` runs in a task of its own, so that its end is a value here."""
    task = asyncio.ensure_future(work)
    try:
        await asyncio.wait({task})
    finally:
        task.cancel()
    return None if task.cancelled() else task.exception()


async def _within(seconds: float, tasks: list[asyncio.Task[None]]) -> None:
    """Let tasks end, and cancel those that do not in time. Failures are logged and stop nothing."""
    late = (await asyncio.wait(tasks, timeout=seconds))[1] if tasks else set()
    for task in late:
        task.cancel()
    for task, end in zip(tasks, await asyncio.gather(*tasks, return_exceptions=True), strict=True):
        if isinstance(end, Exception):
            seen = None if isinstance(end, TocsinError) else end
            log.error("%s ended badly: %s", task.get_name(), end, extra={"part": task.get_name()}, exc_info=seen)
