"""Programs whose steps meet in any order, beside people who edit, mute, pause and merge: nothing lost, nothing doubled.

`python -m tests.faults.interleaved [--worlds 300] [--seed 1]`

The lanes are the program's own, over a real store in virtual time. Each call of the store takes a drawn time before and
after it, so that between any two steps of one program anything of another may happen; a program stands still or dies
there too. A seed is a world: what it found is found again by it.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import random
import sys
from collections import defaultdict
from collections.abc import Callable, Coroutine, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any, NamedTuple, cast
from unittest import mock

from bot.core.message import Alert
from bot.core.model import BY_HAND, Channel
from bot.lanes import LaneOptions, Lanes
from bot.ports import Absent, Ambiguous, Delivery, Finding, Gone, IngestTx, Pace, Receipt, Retry, Sent, Store
from bot.store import open_store
from tests.faults.steps import OneByOne, Steps, lived
from tests.faults.virtual import Clock, VirtualLoop, played
from tests.store.build import HOUR, MINUTE, T0, hit, outcome, tell

DEADLINE_S = 4.0
LANES = LaneOptions(workers=2, lease_ms=MINUTE, deadline_ms=round(DEADLINE_S * 1000), poll_ms=5_000)
NONCE_S = 120.0
"""For how long a platform with nonces takes a second send for the first one."""
FATES = ("well",) * 8 + ("silent", "silent death", "lost", "lost slowly", "limited", "refused")
"""Of sends: a silent one arrives within the deadline, its sender may be dead by then."""
TOPIC = "topic:chips"
CHANNELS: dict[str, dict[str, str]] = {
    "plain": {},
    "threads": {"thread": "topic"},
    "hourly": {"mode": "hourly"},
    "bursty": {},
}
EDITED: tuple[dict[str, str], ...] = ({}, {"thread": "topic"}, {"thread": "story"}, {"mode": "hourly"})
"""What an edit makes of the options of a channel, but of one with digests alone."""


class Message(NamedTuple):
    """What stands on the wall: `told` is the newest entry that it tells, `asked` when its send was called (s),
    `said` what it says is new, `stories` those of a digest.
    """

    channel: str
    delivery: int
    kind: str
    story: int
    told: int
    asked: float
    said: str = ""
    stories: tuple[int, ...] = ()


@dataclass
class Wall:
    """A platform that can be searched; with `nonces`, one that takes a second send for the first, for two minutes."""

    loop: VirtualLoop
    nonces: bool
    messages: list[Message] = field(default_factory=list)
    firsts: dict[tuple[str, int, str], float] = field(default_factory=dict)

    def post(self, made: Message, place: str, after_s: float) -> asyncio.TimerHandle | None:
        """It stands there after so many seconds, if its sender is dead or not; but for a nonce that is known."""

        def stand() -> None:
            first = self.firsts.setdefault((made.channel, made.delivery, place), self.loop.now)
            if not (self.nonces and first < self.loop.now <= first + NONCE_S):
                self.messages.append(made)

        if after_s:
            return self.loop.call_later(after_s, stand)
        stand()
        return None


@dataclass
class Hand:
    """One program's way to the wall. It knows its own sends, as the platforms of `handlers` do."""

    wall: Wall
    steps: Steps
    sent_at: dict[int, float] = field(default_factory=dict)
    name: str = "console"

    def paces(self, channel: Channel) -> list[Pace]:
        return []

    async def send(self, channel: Channel, alert: Alert, delivery: Delivery) -> Receipt:
        wall = self.wall
        fate = self.steps.die.choice(FATES) if self.steps.busy else "well"
        stories, told = tuple(line.story_id for line in alert.lines), (delivery.told, wall.loop.now, alert.said)
        made = Message(channel.ref, delivery.id, alert.kind, delivery.story_id, *told, stories)
        if fate == "limited":
            return Retry(self.steps.die.choice((0.0, 1.0, 30.0)), "a limit")
        if fate == "refused":
            return Gone("an outage")
        self.sent_at.setdefault(delivery.id, wall.loop.now)
        late = None
        if "lost" not in fate:
            late = wall.post(made, delivery.thread, self.steps.die.uniform(0, DEADLINE_S) if "silent" in fate else 0.0)
        if fate == "silent death":
            self.steps.dead.set()
        if "silent" in fate or fate == "lost slowly":
            await self._hang(late)
        return Sent(f"message {delivery.id}") if fate == "well" else Ambiguous("no answer")

    async def _hang(self, late: asyncio.TimerHandle | None) -> None:
        """No answer comes. Who is cut off while it lives takes back what has not arrived."""
        try:
            await asyncio.sleep(3600)
        finally:
            if late and not self.steps.dead.is_set():
                late.cancel()

    async def find(self, channel: Channel, delivery: Delivery) -> Finding:
        wall = self.wall
        if self.steps.busy and self.steps.die.random() < 0.2:
            return Retry(5.0, "an outage")
        first = self.sent_at.get(delivery.id)
        if wall.nonces and first is not None and wall.loop.now < first + NONCE_S - 2 * DEADLINE_S:
            return Absent("the same nonce", unseen=True)
        there = any(one.channel == channel.ref and one.delivery == delivery.id for one in wall.messages)
        return Sent(f"message {delivery.id}") if there else Absent("not there")

    async def start(self) -> None: ...
    async def check(self, channel: Channel) -> str:
        return ""

    async def close(self) -> None: ...


@dataclass
class Desk:
    """News and people. It knows who must be told what: `owed` are (channel, entry) by story."""

    loop: VirtualLoop
    store: Store
    clock: Clock
    die: random.Random
    channels: dict[str, Channel] = field(default_factory=dict)
    subscriptions: dict[str, int] = field(default_factory=dict)
    paused: set[str] = field(default_factory=set)
    muted: set[tuple[str, int]] = field(default_factory=set)
    ever_muted: set[tuple[str, int]] = field(default_factory=set)
    owed: dict[int, list[tuple[str, int]]] = field(default_factory=lambda: defaultdict(list))
    grown: list[tuple[int, float]] = field(default_factory=list)
    """Which story grew, and when (s)."""
    into: dict[int, tuple[int, float]] = field(default_factory=dict)
    """What a merged story is part of, and since when (s)."""

    async def open(self) -> None:
        """The channels subscribe."""
        for ref, options in CHANNELS.items():
            channel = await self.store.channel("console", "", ref)
            self.channels[ref] = await self.store.configure(channel, {"burst": "3" if ref == "bursty" else "0"})
            subscription = await self.store.subscribe(self.channels[ref], TOPIC, "Chips", options, self.clock())
            self.subscriptions[ref] = subscription.id

    async def work(self, until_s: float) -> None:
        """Something happens every few seconds."""
        doings = [self._news] * 3 + [self._growth] * 5 + [self._merge, self._mute, self._mute, self._pause, self._edit]
        while self.loop.now < until_s:
            await asyncio.sleep(self.die.choice((0.1, 1.0, 4.0)))
            await self.die.choice(doings)()

    async def peace(self) -> None:
        """All is resumed and unmuted."""
        for channel, story in sorted(self.muted):
            await self.store.mute(self.channels[channel], story, False, self.clock())
        for channel in sorted(self.paused):
            await self.store.pause(self.channels[channel], "")
        await self.store.rouse("console")

    def home(self, story: int) -> int:
        """The story that it is part of by now."""
        while story in self.into:
            story = self.into[story][0]
        return story

    def _stories(self) -> list[int]:
        return sorted({self.home(story) for story in self.owed})

    async def _news(self) -> None:
        def work(tx: IngestTx) -> tuple[int, int]:
            saved = tx.save(0, outcome(f"Story at {self.loop.now}", hits=[hit()]))
            tell(tx, saved.story_id, now=self.clock())
            return saved.story_id, saved.entry_id

        story, entry = await self.store.transact(work)
        self.owed[story] += [(ref, entry) for ref in CHANNELS if ref not in self.paused]

    async def _growth(self) -> None:
        if not (stories := self._stories()):
            return
        story = self.die.choice(stories)

        def work(tx: IngestTx) -> int:
            saved = tx.save(0, outcome(f"More at {self.loop.now}", story, placed={"news": f"news {self.loop.now}"}))
            tell(tx, story, "update", (), self.clock())
            return saved.entry_id

        entry = await self.store.transact(work)
        self.grown.append((story, self.loop.now))
        told = {ref for ref, _ in self.owed[story]}
        self.owed[story] += [(ref, entry) for ref in CHANNELS if ref in told - self.paused - {"hourly"}]

    async def _merge(self) -> None:
        if len(stories := self._stories()) < 2:
            return
        kept, gone = sorted(self.die.sample(stories, 2))
        placed = {"merges": (gone,)}
        await self.store.transact(
            lambda tx: tx.save(0, outcome(f"Both at {self.loop.now}", kept, "known", placed=placed))
        )
        self.into[gone] = kept, self.loop.now
        self.owed[kept] = [(ref, 1) for ref in {ref for ref, _ in (*self.owed[kept], *self.owed[gone])}]
        self.ever_muted |= {(ref, kept) for ref, story in self.ever_muted if story == gone}
        self.muted = {(ref, kept if story == gone else story) for ref, story in self.muted}

    async def _mute(self) -> None:
        if not (stories := self._stories()):
            return
        one = self.die.choice(list(CHANNELS)), self.die.choice(stories)
        await self.store.mute(self.channels[one[0]], one[1], one not in self.muted, self.clock())
        self.muted ^= {one}
        self.ever_muted.add(one)

    async def _pause(self) -> None:
        ref = self.die.choice(list(CHANNELS))
        await self.store.pause(self.channels[ref], "" if ref in self.paused else BY_HAND)
        self.paused ^= {ref}

    async def _edit(self) -> None:
        ref, options = self.die.choice(("plain", "threads", "bursty")), self.die.choice(EDITED)
        await self.store.amend(self.channels[ref], self.subscriptions[ref], TOPIC, "Chips", options, self.clock())


async def turns(loop: VirtualLoop, store: Store, clock: Clock, until_s: float) -> None:
    """Digests are begun as the program does it."""
    while loop.now < until_s:
        await store.turn(clock())
        await asyncio.sleep(10.0)


async def world(loop: VirtualLoop, seed: int, busy_s: float = 400.0) -> list[str]:
    """Some minutes of trouble, then two hours of peace: what was lost or doubled."""
    die, end_s = random.Random(seed), busy_s + 2 * HOUR / 1000
    clock, wall = Clock(loop, T0), Wall(loop, nonces=die.random() < 0.5)
    memory = open_store("memory:", clock=clock)
    store = cast("Store", OneByOne(loop.watched(memory)))
    desk = Desk(loop, store, clock, die)
    await desk.open()

    async def program(name: str) -> None:
        def life(steps: Steps, stop: asyncio.Event) -> Coroutine[Any, Any, None]:
            hand = cast("Any", Hand(wall, steps))
            return Lanes(cast("Any", steps), {"console": hand}, clock, replace(LANES, owner=name)).run(stop)

        await lived(loop, store, name, life, busy_s, end_s)

    async def people() -> None:
        await desk.work(busy_s)
        await desk.peace()

    with mock.patch("bot.lanes.GRACE_S", die.choice((0.0, 5.0))):  # who is killed waits for nothing
        programs = [program(f"{seed} {name}") for name in ("one", "two")]
        await asyncio.gather(people(), turns(loop, store, clock, end_s), *programs)
    await memory.close()
    return [*doubled(desk, wall.messages), *lost(desk, wall.messages)]


def doubled(desk: Desk, messages: Sequence[Message]) -> Iterator[str]:
    """A story that was opened twice in a channel, though it was one by then; what grew, told twice.

    What is muted while it is in doubt is not looked for any more, so that it may be told again when
    it is one with another.
    """
    for ref in CHANNELS:
        here = [one for one in messages if one.channel == ref]
        yield from (f"{ref}: delivery {one.delivery} twice" for one in _twice(here))
        opening: dict[int, list[tuple[int, Message]]] = defaultdict(list)
        for one in here:
            for story in one.stories or ((one.story,) if one.kind == "new" else ()):
                opening[desk.home(story)].append((story, one))
        for story, openings in opening.items():
            for (first, before), (other, later) in pairwise(openings):
                again = first == other or later.asked > _since(desk, first, other) + 1.0
                if again and (ref, story) not in desk.ever_muted and not _is_news(desk, story, before, later):
                    yield f"{ref}: story {story} opened again by {later} after {before}"
        for before, after in pairwise([one for one in here if one.kind in ("new", "update") and not one.stories]):
            if after.kind == "update" and after.said and before.story == after.story and after.told <= before.told:
                yield f"{ref}: {after} tells nothing new after {before}"


def _is_news(desk: Desk, story: int, before: Message, later: Message) -> bool:
    """A digest names a story again that grew since."""
    grown = (at for one, at in desk.grown if desk.home(one) == story)
    return bool(later.stories) and any(before.asked - DEADLINE_S < at <= later.asked for at in grown)


def _twice(messages: Sequence[Message]) -> Iterator[Message]:
    seen: set[int] = set()
    for one in messages:
        if one.delivery in seen:
            yield one
        seen.add(one.delivery)


def _since(desk: Desk, one: int, other: int) -> float:
    """From when on (s) two stories were one."""
    since = 0.0
    for story in (one, other):
        while story in desk.into:
            story, at = desk.into[story]
            since = max(since, at)
    return since


def lost(desk: Desk, messages: Sequence[Message]) -> Iterator[str]:
    """What a channel was owed, and no message tells. A story that was muted meanwhile may be silent."""
    for ref in CHANNELS:
        newest: dict[int, int] = defaultdict(int)
        for one in messages:
            for story in one.stories or (one.story,):
                if one.channel == ref:
                    newest[desk.home(story)] = max(newest[desk.home(story)], sys.maxsize if one.stories else one.told)
        for story in desk._stories():
            owed = max((entry for where, entry in desk.owed[story] if where == ref), default=0)
            if newest[story] < owed and (ref, story) not in desk.ever_muted:
                yield f"{ref}: story {story} tells up to entry {newest[story]}, not {owed}"


def found(seed: int) -> list[str]:
    """What went wrong in one world."""
    return played(lambda loop: world(loop, seed))


def tried(what: str | None, found: Callable[[int], list[str]]) -> int:
    """Try as many worlds as the command line says; 1 when something was lost or doubled."""
    parser = argparse.ArgumentParser(description=what)
    parser.add_argument("--worlds", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    logging.disable()
    wrong = 0
    for seed in range(args.seed, args.seed + args.worlds):
        if problems := found(seed):
            wrong += 1
            print(f"seed {seed}: " + "; ".join(problems[:4]), flush=True)
    print(f"{args.worlds} worlds, {wrong} with something lost or doubled")
    return min(wrong, 1)


if __name__ == "__main__":
    sys.exit(tried(__doc__, found))
