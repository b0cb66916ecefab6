"""Several real programs that share the work over one PostgreSQL database, each killed again and again.

The same servers, news and count as in `tests.faults.harness`: what a channel should have is known from the feeds, what
it has from the platforms' own records.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import time
from contextlib import suppress
from pathlib import Path

from bot.faultpoint import POINTS
from tests.faults.figures import Figures
from tests.faults.harness import BASELINE, DRAIN_S, FEEDS, Rig, count, rig, until
from tests.faults.lives import ROLES, Forked
from tests.faults.mischief import Mischief
from tests.faults.news import KEYWORDS

CREW = ("poll", "ingest", "ingest", "send", "send")
_MINE = {
    "poll": ("fetch", "parsed", "commit", "committed"),
    "ingest": ("commit", "committed", "stored", "gathered"),
    "send": ("leased", "begin", "begun", "sent", "settled", "released", "commit", "committed"),
}
assert {point for points in _MINE.values() for point in points} <= set(POINTS)


class Worker:
    """One place in the crew: a program of a role or several, and the next one when it is killed."""

    def __init__(self, made: Rig, role: str) -> None:
        self.role = role
        self._rig = made
        self._lives = Forked(made.log)
        self.ending: asyncio.Task[int] | None = None

    async def begin(self, point: str = "") -> None:
        """A new life, which ends at a point, if one is named."""
        fault = f"{point}:{1 + (point in ('commit', 'committed'))}:kill" if point else ""
        await self._lives.begin(self._rig.env | {"TOCSIN_FAULT": fault, ROLES: self.role})
        self.ending = asyncio.create_task(self._lives.ended())

    def send(self, number: signal.Signals) -> None:
        """A signal to the program, unless it has just come to its end."""
        with suppress(ProcessLookupError):
            os.kill(self._lives.pid, number)

    async def close(self) -> None:
        """Its end, and that of whoever starts it."""
        await self._lives.close()
        if self.ending is not None:
            self.ending.cancel()
            await asyncio.wait([self.ending])


class Crew:
    """Kills programs of all roles under load, each of which is started again at once."""

    def __init__(self, made: Rig, seed: int, roles: tuple[str, ...] = CREW) -> None:
        self._rig = made
        self._die = random.Random(seed)
        self._mischief = Mischief(self._die, made.discord, made.slack, made.feeds)
        self._workers = [Worker(made, role) for role in roles]
        self.figures = Figures()

    async def run(self, kills: int) -> Figures:
        """A baseline, so many kills, peace, a stop; then the count."""
        started = time.monotonic()
        try:
            for name in FEEDS:
                self._rig.feeds.publish(name)
            await asyncio.gather(*(worker.begin() for worker in self._workers))
            assert await until(self._placed, DRAIN_S), self._said()
            while self.figures.kills.total() < kills:
                await self._turn(calm=self.figures.kills.total() > kills * 0.9)
            await self._peace()
        finally:
            await asyncio.gather(*(worker.close() for worker in self._workers))
        count(self._rig, self.figures)
        self.figures.seconds = time.monotonic() - started
        return self.figures

    def _placed(self) -> bool:
        return self._rig.baselined() and self._rig.ask("select count(*) from entry") == [(len(FEEDS),)]

    async def _turn(self, *, calm: bool) -> None:
        """Fresh news; whoever came to its end is started again, and one that lives is killed."""
        if not calm:
            self._mischief.plant()
        for _ in range(self._die.choice((1, 2, 3))):
            self._rig.feeds.publish(self._die.choice(FEEDS), (self._die.choice(KEYWORDS),))
        worker = self._die.choice(self._workers)
        await asyncio.sleep(self._die.uniform(0.1, 0.9))
        worker.send(signal.SIGKILL)
        assert worker.ending is not None
        await asyncio.wait([worker.ending])
        for one in self._workers:
            if one.ending is not None and one.ending.done():
                await self._again(one)

    async def _again(self, worker: Worker) -> None:
        assert worker.ending is not None
        code = worker.ending.result()
        assert code == -signal.SIGKILL, f"{worker.role} ended by itself with {code}: {self._said()}"
        self.figures.kills[worker.role] += 1
        points = [point for role in worker.role.split() for point in _MINE[role]]
        await worker.begin(self._die.choice(["", *points]))

    async def _peace(self) -> None:
        """Everything answers; all live until every channel has what it is owed, then are asked to stop."""
        self._mischief.end()
        self.figures.faults = self._mischief.planted
        for worker in self._workers:
            worker.send(signal.SIGKILL)  # some have a point before them
            assert worker.ending is not None
            await asyncio.wait([worker.ending])
            await worker.begin()
        await until(lambda: not self._rig.missing(BASELINE), DRAIN_S)
        await asyncio.sleep(1.5)  # a second message would be on its way now
        for worker in self._workers:
            worker.send(signal.SIGTERM)
        codes = [await worker.ending for worker in self._workers if worker.ending is not None]
        assert codes == [0] * len(codes), self._said()

    def _said(self) -> str:
        return self._rig.log.read_text()[-3000:]


async def crewed(folder: Path, seed: int, kills: int, address: str, roles: tuple[str, ...] = CREW) -> Figures:
    """One torture of a crew from beginning to end."""
    async with rig(folder, seed, address=address) as made:
        return await Crew(made, seed, roles).run(kills)
