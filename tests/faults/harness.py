"""The real program between loopback feeds, a Discord and a Slack that fail; killed, started again, and counted.

What each channel should have received is known from what the feeds published, what it received from the platforms'
own records: nothing here asks the program or its database what it thinks it did, until all is over.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import sqlite3
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, closing, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import psycopg

from bot.core.matching.query import parse, unparse
from bot.faultpoint import POINTS
from bot.ports import FeedSpec
from bot.store import open_store
from tests.fakes.discord.server import TOKEN, FakeDiscord
from tests.fakes.slack import FakeSlack
from tests.faults.figures import Figures
from tests.faults.lives import Forked, Lives, Real, heeds_stop
from tests.faults.mischief import Mischief
from tests.faults.news import KEYWORDS, Feeds, tokens

FEEDS = ("alpha", "beta", "gamma")
BASELINE = 1
"""Items that each feed holds when it is first polled: they are no news."""
DRAIN_S, LIFE_S, FIRST_S = 300.0, 6.0, 60.0
"""How long the last life may take, so that what is late is not taken for lost; how long a point may be waited for: most
come within a second, but not where others use the processor. One that was not come to yet is waited for until it is."""
REAL = 16
"""Every so many lives one is a process of its own, imports and shipped tables and all; the others are forks."""

_TOPIC = '[[topic]]\nid = "birds"\ntitle = { en = "Birds" }\nany = ["kestrel"]\n'


@dataclass
class Rig:
    """The servers, the channels on them, and the environment of the program that lives between them.

    `lean` is what a fork that is to be killed is told beside it: tables without names and no page, which are most of
    what a birth costs and have no part between fetch and settle.
    """

    folder: Path
    feeds: Feeds
    discord: FakeDiscord
    slack: FakeSlack
    rooms: dict[str, Callable[[], list[str]]] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)
    env: dict[str, str] = field(default_factory=dict)
    lean: dict[str, str] = field(default_factory=dict)
    address: str = ""

    @property
    def database(self) -> Path:
        return self.folder / "t.db"

    @property
    def log(self) -> Path:
        return self.folder / "log"

    def received(self) -> dict[str, list[str]]:
        """The tokens that each channel shows, in order; a message that shows none, or two, is told as it is."""
        return {name: read() for name, read in self.rooms.items()}

    def owed(self, room: str, baseline: int) -> dict[str, list[str]]:
        """By feed, what a channel should have received: what holds its word, after the feed's baseline."""
        word, words = self.words[room], self.feeds.words
        return {
            name: [mark for mark in marks[baseline:] if word in words[mark]]
            for name, marks in self.feeds.published.items()
        }

    def baselined(self) -> bool:
        """Has every feed been seen once?"""
        return self.ask("select count(*) from feed where baselined = 1") == [(len(FEEDS),)]

    def missing(self, baseline: int) -> int:
        """How many alerts have not come yet."""
        came = self.received()
        return sum(len(set(marks) - set(came[room])) for room in came for marks in self.owed(room, baseline).values())

    def ask(self, question: str) -> list[tuple[object, ...]]:
        """Look into the program's database, without disturbing it."""
        if self.address:
            with psycopg.connect(self.address) as server:
                return server.execute(question.encode()).fetchall()
        with closing(sqlite3.connect(f"{self.database.as_uri()}?mode=ro", uri=True, timeout=5)) as db:
            return db.execute(question).fetchall()


@asynccontextmanager
async def rig(folder: Path, seed: int, channels: int = 2, address: str = "", **settings: str) -> AsyncIterator[Rig]:
    """Servers that run, a database with `channels` subscribed channels on each platform, an environment."""
    async with Feeds(FEEDS, seed) as feeds, FakeDiscord() as discord, FakeSlack() as slack:
        slack.methods.now = time.time
        discord.window_s = 2.0  # a kill a second makes in a minute what is otherwise news for hours
        made = Rig(folder, feeds, discord, slack, address=address)
        topics = folder / "topics"
        topics.mkdir()
        (topics / "birds.toml").write_text(_TOPIC)  # its own: the shipped ones may be edited meanwhile
        made.lean["TOCSIN_WEB_ENABLED"] = "false"
        for table in ("entities", "glossary"):
            (folder / f"{table}.toml").write_text("")
            made.lean[f"TOCSIN_TOPICS_{table.upper()}"] = str(folder / f"{table}.toml")
        made.env = environment(made, {"TOCSIN_TOPICS_DIR": str(topics), **settings})
        await _subscribe(made, channels)
        yield made
        assert discord.violations == []
        assert slack.problems == []


def environment(made: Rig, settings: Mapping[str, str]) -> dict[str, str]:
    """What the program is told: nothing of the developer's own."""
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "VIRTUAL_ENV")}
    return kept | {
        "PYTHONDONTWRITEBYTECODE": "1",
        "DISCORD_TOKEN": TOKEN,
        "DISCORD_API_BASE": made.discord.api,
        "DISCORD_GATEWAY_URL": made.discord.gateway.url,
        "SLACK_BOT_TOKEN": "xoxb-1",
        "SLACK_APP_TOKEN": "xapp-1",
        "SLACK_API_BASE": made.slack.api,
        "TOCSIN_STORE_PATH": str(made.database),
        "DATABASE_URL": made.address,
        "TOCSIN_FEEDS_FILE": "",
        "TOCSIN_FETCH_ALLOW_PRIVATE": "127.0.0.0/8",
        "TOCSIN_FETCH_HOST_INTERVAL_MS": "0",
        "TOCSIN_ALERTS_BURST": "0",
        "TOCSIN_POLL_FLOOR_S": "1",
        "TOCSIN_POLL_CEILING_S": "1",
        "TOCSIN_LANES_SEND_DEADLINE_S": "4",
        "TOCSIN_LANES_LEASE_S": "20",
        "TOCSIN_WEB_PORT": "0",
        "TOCSIN_LOG_FORMAT": "json",
        **settings,
    }


async def _subscribe(made: Rig, channels: int) -> None:
    store = open_store(made.address or str(made.database), clock=lambda: time.time_ns() // 1_000_000)
    await store.add_feeds([FeedSpec(made.feeds.url(name), source=name) for name in FEEDS], 0)
    guild, team = made.discord.world.guild(), made.slack.team()
    for number in range(channels):
        word = KEYWORDS[number % len(KEYWORDS)]
        query = unparse(parse(word))
        rule = f"query:{await store.query(query)}"
        made.words |= {f"discord {number}": word, f"slack {number}": word}
        room = made.discord.world.channel(guild)
        made.rooms[f"discord {number}"] = partial(_all_told, room)
        there = await store.channel("discord", guild, room.id, room.name)
        await store.subscribe(there, rule, query, {}, 0)
        place = made.slack.channel(team, f"C{number + 1}")
        made.rooms[f"slack {number}"] = partial(_all_told, place)
        there = await store.channel("slack", team.id, place.id, place.name)
        await store.subscribe(there, rule, query, {}, 0)
    await store.close()


def _all_told(room: Any) -> list[str]:
    return [_told(message) for message in room.messages]


def _told(message: object) -> str:
    return " ".join(tokens(json.dumps(message)))


class Torture:
    """Kills the program again and again over one set of servers and one database."""

    def __init__(self, made: Rig, seed: int, *, mischief: bool = True) -> None:
        self._rig = made
        self._die = random.Random(seed)
        self._mischief = Mischief(self._die, made.discord, made.slack, made.feeds) if mischief else None
        self._forked: Lives = Forked(made.log)
        self.figures = Figures()
        self.drain_s = 0.0
        self.stop_s = 0.0

    async def run(self, kills: int) -> Figures:
        """All of it: a baseline, so many kills, a life in peace, a stop; then the count."""
        started = time.monotonic()
        try:
            await self._settle_in()
            points = self._plan(kills)
            for number, point in enumerate(points):
                await self._life(point, real=number % REAL == 0, calm=number > kills * 0.9)
            await self._peace()
        finally:
            await self._forked.close()
        count(self._rig, self.figures)
        self.figures.seconds = time.monotonic() - started
        return self.figures

    def _plan(self, kills: int) -> list[str]:
        """Every point in turn, and kills at any moment in between."""
        points = [*POINTS, "", "", "sent", "begun"]
        plan = [points[number % len(points)] for number in range(kills)]
        self._die.shuffle(plan)
        return plan

    async def _settle_in(self) -> None:
        """A first life that sees each feed once: what they hold then is no news."""
        for name in FEEDS:
            self._rig.feeds.publish(name)
        await self._forked.begin(self._rig.env)
        assert await until(self._rig.baselined, DRAIN_S), self._rig.log.read_text()[-3000:]
        os.kill(self._forked.pid, signal.SIGKILL)
        await self._forked.ended()

    async def _life(self, point: str, *, real: bool, calm: bool) -> None:
        """One life with fresh news, from its birth to its end at a point, or at any moment."""
        lives: Lives = Real(self._rig.log) if real else self._forked
        if self._mischief and not calm:
            self._mischief.plant()
        words = (self._die.choice(KEYWORDS),)
        self._rig.feeds.publish(self._die.choice(FEEDS), words)
        times, new = self._die.choice((1, 1, 1, 2)), point not in self.figures.kills
        fault = f"{point}:{1 if new else times}:kill" if point else ""
        await lives.begin(self._rig.env | ({} if real else self._rig.lean) | {"TOCSIN_FAULT": fault})
        patience = (FIRST_S if new else LIFE_S) if point else self._die.uniform(0.2, 2.5) + (0.8 if real else 0.0)
        try:
            async with asyncio.timeout(patience):
                code = await asyncio.shield(ending := asyncio.ensure_future(lives.ended()))
            assert code == -signal.SIGKILL, f"it ended by itself with {code}: {self._rig.log.read_text()[-3000:]}"
            self.figures.kills[point] += 1
        except TimeoutError:
            with suppress(ProcessLookupError):  # it may just have come to its own end
                os.kill(lives.pid, signal.SIGKILL)
            await ending
            self.figures.kills["any moment"] += 1

    async def _peace(self) -> None:
        """Everything answers; the program lives until every channel has what it is owed, then is asked to stop."""
        if self._mischief:
            self._mischief.end()
            self.figures.faults = self._mischief.planted
        await self._forked.begin(self._rig.env)
        began = time.monotonic()
        await until(lambda: not self._rig.missing(BASELINE), DRAIN_S)
        self.drain_s = time.monotonic() - began
        await asyncio.sleep(1.5)  # a second message would be on its way now
        self.figures.peak_mb = peak_mb(self._forked.pid)
        assert await until(lambda: heeds_stop(self._forked.pid), DRAIN_S)
        began = time.monotonic()
        os.kill(self._forked.pid, signal.SIGTERM)
        code = await self._forked.ended()
        self.stop_s = time.monotonic() - began
        assert code == 0, self._rig.log.read_text()[-3000:]
        assert self._rig.ask("select count(*) from memory where key = 'stopped'") == [(int(not self._rig.address),)]


def count(made: Rig, figures: Figures) -> None:
    """Compare what came with what is owed."""
    for room, came in made.received().items():
        owed = made.owed(room, BASELINE)
        wanted = [mark for marks in owed.values() for mark in marks]
        seen = Counter(came)
        figures.expected += len(wanted)
        figures.received += len(came)
        figures.lost += sum(mark not in seen for mark in wanted)
        figures.doubled += sum(n - 1 for n in seen.values())
        figures.doubled += sum(mark not in wanted for mark in seen)
        for marks in owed.values():
            mine = [mark for mark in dict.fromkeys(came) if mark in set(marks)]
            figures.disordered += mine != [mark for mark in marks if mark in seen]
    figures.published = len(made.feeds.words)


def peak_mb(pid: int) -> float:
    """The most memory that a process had (Linux; elsewhere 0)."""
    status = Path(f"/proc/{pid}/status")
    lines = status.read_text().splitlines() if status.exists() else []
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM")), 0.0)


async def until(true: Callable[[], bool], seconds: float) -> bool:
    """Wait until something of the world outside is true; False when it did not come about in time."""
    ends = time.monotonic() + seconds
    while not true():
        if time.monotonic() > ends:
            return False
        await asyncio.sleep(0.05)
    return True


async def torture(folder: Path, seed: int, kills: int, *, mischief: bool = True, address: str = "") -> Figures:
    """One torture from beginning to end."""
    async with rig(folder, seed, address=address) as made:
        return await Torture(made, seed, mischief=mischief).run(kills)
