"""The live program: starts what it is given, keeps it running, stops it in order. Knows no platform or source."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field

from bot import departures, fading
from bot.apart import grown_since, looked_again
from bot.core.entities import NOTHING, Lexicon
from bot.core.errors import TocsinError
from bot.core.units import DAY_MS, HOUR_MS
from bot.core.urls import redacted
from bot.hostqueue import Manners
from bot.lanes import LaneOptions, Lanes
from bot.llm import Summariser
from bot.logs import tallied
from bot.notices import NoticeOptions, Notices
from bot.pipeline import Pipeline, PipelineOptions
from bot.poller import Poller, PollOptions
from bot.ports import Feed, Platform, Source, Store
from bot.presence import Presence
from bot.reload import TopicFiles
from bot.retelling import Retelling
from bot.rulebook import Rulebook
from bot.translations import Words
from bot.verdicts import ANSWERS_AGAIN
from bot.vitals import Vitals

log = logging.getLogger(__name__)
_RESTART_S, _WELL_S = 5.0, 10.0
_STOP_S, _CLOSE_S, _SAY_S = 6.0, 3.0, 0.5
"""A stop takes ten seconds at most: so long for the loops, then for the platforms' connections, then to note it."""
_LOOK_S = 3.0
_QUERIES_S, _INBOX_S, _ALONE_S = 1.5, 0.25, 60.0
ROLES = ("poll", "ingest", "send", "gateway", "web")
"""What a program may do of the whole: fetch; place and tell; deliver; hear commands; serve the page."""
_LOOPS = ("poller", "inbox", "lanes", "upkeep", "topics", "queries", "rhythm", "notices", "summaries")
_TURN_S = 60.0


@dataclass(frozen=True, slots=True)
class Parts:
    """What the program is made of. `manners` is the fetcher's own pace per host.

    `fading`: how the keys begin that `bot.fading` forgets.
    """

    store: Store
    rules: Rulebook
    sources: Mapping[str, Source]
    platforms: Mapping[str, Platform]
    clock: Callable[[], int]
    manners: Manners
    poller: PollOptions
    pipeline: PipelineOptions
    lanes: LaneOptions
    lexicon: Lexicon = NOTHING
    topic_files: TopicFiles | None = None
    keep_ms: int = 90 * DAY_MS
    seen_ms: int = 180 * DAY_MS
    said: dict[str, str] = field(default_factory=dict)
    model: Summariser | None = None
    roles: Collection[str] = ROLES
    words: Words = field(default_factory=Words)
    notices: NoticeOptions = field(default_factory=NoticeOptions)
    fading: Collection[str] = ()


class Runtime:
    """Poller, lanes, platforms and upkeep, each in a task of its own: one that fails is named and started again.

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
            options=parts.notices,
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
            said = self._presence.leave(alone=self._alone)
            await _within(_SAY_S, [asyncio.create_task(said, name="stop")])

    @property
    def _alone(self) -> bool:
        """This program does everything, over a store of its own; only a command in a terminal may come between."""
        return not self.parts.store.shared and set(ROLES) <= set(self.parts.roles)

    def _works(self) -> Iterator[tuple[str, Callable[[asyncio.Event], Awaitable[None]]]]:
        """The loops of this program's roles."""
        roles = self.parts.roles
        yield "topics", self._watch_topics
        yield "queries", self._watch_queries
        if "poll" in roles:
            yield "presence", self._presence.run
            yield "poller", self.poller.run
            yield "notices", self.notices.run
        if "ingest" in roles:
            yield "inbox", self._drain
            yield "upkeep", self._upkeep
        if "send" in roles:
            yield "lanes", self.lanes.run
            yield "rhythm", self._turn
            if self.retelling:
                yield "summaries", self.retelling.run

    def troubles(self) -> list[str]:
        """What keeps the program from doing its work, a line each: none of it is one feed's or one platform's."""
        sending = "" if self.lanes.ready else "sending rests: the store can't be used"
        found = [trouble for trouble in (self.poller.trouble(), sending, self.parts.store.trouble()) if trouble]
        return found + [f"{name}: {self.failed[name]}" for name in _LOOPS if name in self.failed]

    def _notice(self, feed: Feed, line: str) -> None:
        """A feed that needs a person: gone, closed to us, failing for long, or back again."""
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
        """One platform's failure never stops the others; it is tried again, less and less often.

        Its lanes open after the first try, well or not: a send that comes before a login would only wait longer.
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
            await self._pause(wait)
            wait = min(wait * 2, 600)

    async def _kept(self, name: str, work: Callable[[asyncio.Event], Awaitable[None]]) -> None:
        """Run a loop until the stop; what it did not expect is logged once and the loop begins again. One that goes on
        for a while is well again.
        """
        while not self.stop.is_set():
            well = asyncio.get_running_loop().call_later(_WELL_S, self.failed.pop, name, None)
            error = await _end_of(work(self.stop))
            well.cancel()
            if error:
                self._failed(name, error)
                await self._pause(_RESTART_S)

    def _failed(self, name: str, error: BaseException, what: str = "") -> None:
        expected = isinstance(error, TocsinError)
        self.vitals.errors[type(error).__name__] += 1
        self.failed[name] = str(error) if expected else f"failed unexpectedly ({type(error).__name__}); see the log"
        log.error("%s %s%s", name, what, error, extra={"part": name}, exc_info=None if expected else error)

    async def _pause(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self.stop.wait()
        except TimeoutError:
            return

    async def _watch_topics(self, stop: asyncio.Event) -> None:
        """Every few seconds: have the topic files changed?"""
        files = self.parts.topic_files
        while not stop.is_set():
            if files is not None:
                await asyncio.to_thread(files.look)
            await self._pause(_LOOK_S)

    async def _watch_queries(self, stop: asyncio.Event) -> None:
        """Has another program added queries? Asked more often than every two seconds, where there are others.

        Who neither matches nor answers commands asks once a minute.
        """
        often = not self._alone and not {"ingest", "gateway", "web"}.isdisjoint(self.parts.roles)
        while not stop.is_set():
            await self.parts.rules.refresh(self.parts.store)
            await self._pause(_QUERIES_S if often else _ALONE_S)

    async def _drain(self, stop: asyncio.Event) -> None:
        """Place what other programs fetched; where this one fetches too, there is seldom any."""
        rest = _ALONE_S if self._alone else _INBOX_S * (20 if "poll" in self.parts.roles else 1)
        while not stop.is_set():
            if not await self.pipeline.drain():
                await self._pause(rest)

    async def _turn(self, stop: asyncio.Event) -> None:
        """Has the time of a digest come? Asked when the next one is due, and once a minute."""
        while not stop.is_set():
            now = self.parts.clock()
            if await self.parts.store.turn(now):
                self.lanes.wake.set()
            due = await self.parts.store.next_turn()
            await self._pause(min(_TURN_S, max(0.5, (due - now) / 1000)) if due else _TURN_S)

    async def _upkeep(self, stop: asyncio.Event) -> None:
        """Once an hour: forget what is old enough, and look again at the stories that grew."""
        while not stop.is_set():
            now = self.parts.clock()
            if not await self.parts.store.claim("upkeep", now, 3_500_000):
                await self._pause(600)
                continue
            gone = await self.parts.store.retain(now, self.parts.keep_ms, self.parts.seen_ms)
            await departures.purge(self.parts.store, now, self.parts.keep_ms)
            await fading.purge(self.parts.store, self.parts.fading, now)
            if gone:
                log.info("upkeep: %d old entries forgotten", gone, extra={"entries": gone})
            await self._look_again(now)
            await self._pause(3600)

    async def _look_again(self, now: int) -> None:
        parts = self.parts
        grown = await grown_since(parts.store, now - 2 * HOUR_MS)
        if moved := await looked_again(parts.store, grown, parts.lexicon, parts.pipeline.weights):
            log.info("stories that were two: %d reports have their own now", len(moved), extra={"entries": len(moved)})


async def _end_of(work: Awaitable[None]) -> BaseException | None:
    """What ended it, None when it came to its end: in a task of its own, so that the unexpected is a value here."""
    task = asyncio.ensure_future(work)
    try:
        await asyncio.wait({task})
    finally:
        task.cancel()
    return None if task.cancelled() else task.exception()


async def _within(seconds: float, tasks: list[asyncio.Task[None]]) -> None:
    """Let them end; whoever does not in time is cancelled. Failures are logged, and stop nothing."""
    late = (await asyncio.wait(tasks, timeout=seconds))[1] if tasks else set()
    for task in late:
        task.cancel()
    for task, end in zip(tasks, await asyncio.gather(*tasks, return_exceptions=True), strict=True):
        if isinstance(end, Exception):
            seen = None if isinstance(end, TocsinError) else end
            log.error("%s ended badly: %s", task.get_name(), end, extra={"part": task.get_name()}, exc_info=seen)
