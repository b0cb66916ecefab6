"""A send in doubt, and a platform that can't be asked: lanes over a real store, in virtual time."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from typing import Any, ClassVar

import pytest

from bot.core.errors import StoreError
from bot.core.message import Alert
from bot.core.model import Channel
from bot.lanes import LaneOptions, Lanes
from bot.logs import JsonLine
from bot.ports import (
    Absent,
    Ambiguous,
    Delivery,
    Finding,
    Gone,
    IngestTx,
    Lease,
    Pace,
    Receipt,
    Rejected,
    Retry,
    Sent,
    Store,
)
from bot.store import open_store
from tests.faults.virtual import Clock, VirtualLoop, played
from tests.store.build import MINUTE, T0, hit, outcome, tell

pytestmark = pytest.mark.usefixtures("untraced")
LANES = LaneOptions(workers=2, lease_ms=MINUTE, deadline_ms=4_000, poll_ms=5_000)


class Doubtful:
    """A wall. `sends` are the fates of sends (then all go well); while `away` nothing can be looked for."""

    name = "console"

    def __init__(self, loop: VirtualLoop, sends: list[str], away_s: float = 0.0, tells: Finding | None = None) -> None:
        self._loop = loop
        self._sends = sends
        self._away_s = away_s
        self._tells = tells
        self.wall: list[tuple[str, int]] = []
        self.looks = 0

    def paces(self, channel: Channel) -> list[Pace]:
        return []

    async def send(self, channel: Channel, alert: Alert, delivery: Delivery) -> Receipt:
        fate = self._sends.pop(0) if self._sends else "well"
        if fate == "read late":
            asyncio.get_running_loop().call_later(3.0, self.wall.append, (channel.ref, delivery.id))
        if fate == "broken":
            raise TypeError("a defect")
        if fate == "limited":
            return Retry(1.0, "a limit")
        if fate in ("read late", "never read"):
            await asyncio.sleep(3600)
        if fate != "lost":
            self.wall.append((channel.ref, delivery.id))
        if fate == "silent":
            await asyncio.sleep(3600)
        return Sent(str(delivery.id)) if fate == "well" else Ambiguous("no answer")

    async def find(self, channel: Channel, delivery: Delivery) -> Finding:
        self.looks += 1
        if self._loop.now < self._away_s:
            return Retry(5.0, "an outage") if self.looks % 2 else await asyncio.sleep(3600, Retry(0, "never comes"))
        if self._tells is not None:
            return self._tells
        there = (channel.ref, delivery.id) in self.wall
        return Sent(str(delivery.id)) if there else Absent("not there")

    async def start(self) -> None: ...
    async def check(self, channel: Channel) -> str:
        return ""

    async def close(self) -> None: ...


def delivered(make: Callable[[VirtualLoop], Doubtful], seconds: float) -> tuple[Doubtful, dict[str, int]]:
    """Three stories to one channel, so many seconds of lanes: the wall, and how many deliveries ended how."""

    async def life(loop: VirtualLoop) -> tuple[Doubtful, dict[str, int]]:
        clock, wall = Clock(loop, T0), make(loop)
        store = open_store("memory:", clock=clock)
        await _told(store)
        stop = asyncio.Event()
        serving = asyncio.create_task(Lanes(loop.watched(store), {"console": wall}, clock, LANES).run(stop))
        await asyncio.sleep(seconds)
        stop.set()
        await serving
        stats = await store.stats()
        await store.close()
        return wall, {name.removeprefix("deliveries_"): n for name, n in stats.items() if "deliveries_" in name}

    return played(life)


async def _grows(store: Store, story: int, news: str, now: int) -> None:
    """One more report of a story adds something."""
    await store.transact(lambda tx: tx.save(0, outcome(f"More at {now}", story, placed={"news": news})))
    await store.transact(lambda tx: tell(tx, story, "update", (), now))


async def _told(store: Store) -> None:
    channel = await store.channel("console", "", "desk")
    await store.subscribe(channel, "topic:chips", "Chips", {}, T0)
    for n in range(3):

        def work(tx: IngestTx, n: int = n) -> None:
            saved = tx.save(0, outcome(f"Story {n}", hits=[hit()]))
            tell(tx, saved.story_id)

        await store.transact(work)


class Slow(Doubtful):
    """A wall on which a send takes `takes_s` seconds; `begun` is when each began."""

    takes_s = 20.0

    def __init__(self, loop: VirtualLoop) -> None:
        super().__init__(loop, [])
        self.begun: list[float] = []

    async def send(self, channel: Channel, alert: Alert, delivery: Delivery) -> Receipt:
        self.begun.append(self._loop.now)
        await asyncio.sleep(self.takes_s)
        return await super().send(channel, alert, delivery)


class Counted:
    """A store that notes until when (s) lanes were leased."""

    def __init__(self, store: Any) -> None:
        self._store = store
        self.until: list[float] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    async def lease_channels(self, *asked: Any) -> list[Lease]:
        leases: list[Lease] = await self._store.lease_channels(*asked)
        self.until += [(lease.until - T0) / 1000 for lease in leases]
        return leases


def slowly(options: LaneOptions, seconds: float) -> tuple[Slow, Counted, float]:
    """Three stories told slowly, for so many seconds: the wall, the leases, and how long the stop took."""

    async def life(loop: VirtualLoop) -> tuple[Slow, Counted, float]:
        clock, wall = Clock(loop, T0), Slow(loop)
        store = open_store("memory:", clock=clock)
        await _told(store)
        counted, stop = Counted(loop.watched(store)), asyncio.Event()
        serving = asyncio.create_task(Lanes(counted, {"console": wall}, clock, options).run(stop))  # type: ignore[arg-type]
        await asyncio.sleep(seconds)
        stop.set()
        began = loop.now
        await serving
        await store.close()
        return wall, counted, loop.now - began

    return played(life)


def test_a_send_begins_only_while_the_lease_outlives_its_deadline() -> None:
    """Sends of 20 s, a lease of 60 s, a deadline of 40 s: when the first is done the lease ends with the deadline."""
    wall, counted, _ = slowly(replace(LANES, deadline_ms=40_000), 90)
    assert [number for _, number in wall.wall] == [1, 2, 3]
    assert len(counted.until) == 3, "each send has a lease of its own"
    assert all(until - begun > 40 for until, begun in zip(counted.until, wall.begun, strict=True))


def test_a_stop_begins_no_further_send_of_a_lane() -> None:
    wall, _, took = slowly(replace(LANES, deadline_ms=25_000, lease_ms=10 * MINUTE), 17)
    assert [number for _, number in wall.wall] == [1]
    assert took == pytest.approx(3.0)


def test_a_stop_waits_for_a_send_no_longer_than_five_seconds(caplog: pytest.LogCaptureFixture) -> None:
    async def life(loop: VirtualLoop) -> float:
        clock, store = Clock(loop, T0), open_store("memory:", clock=Clock(loop, T0))
        await _told(store)
        stop, options = asyncio.Event(), replace(LANES, deadline_ms=20_000)
        lanes = Lanes(loop.watched(store), {"console": Doubtful(loop, ["never read"])}, clock, options)
        serving = asyncio.create_task(lanes.run(stop))
        await asyncio.sleep(1)
        stop.set()
        began = loop.now
        await serving
        await store.close()
        return loop.now - began

    assert played(life) == pytest.approx(5.0)
    assert caplog.records == [], "a lane that is cut off at the stop is no failure"


@pytest.mark.case_id(132)
@pytest.mark.parametrize("fate", ["arrived", "silent", "lost"])
def test_case_132_an_outage_of_hours_after_a_doubtful_send_ends_in_one_message(fate: str) -> None:
    """Looks that could not be made are not counted; one that can be made decides; the others wait their turn."""
    wall, ended = delivered(lambda loop: Doubtful(loop, [fate], away_s=2 * 3600), 2.5 * 3600)
    assert wall.looks > 200
    assert [number for _, number in wall.wall] == [1, 2, 3]
    assert ended == {"sent": 3}


@pytest.mark.parametrize(
    ("fate", "put_back_s", "seconds"), [("read late", 0, 10.0), ("never read", 0, 10.0), ("never read", 3600, 6.0)]
)
def test_after_a_kill_absent_is_believed_once_the_request_can_no_longer_come(
    fate: str, put_back_s: int, seconds: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A platform may read the request of a program that died later than the next program looks for its message."""

    async def life(loop: VirtualLoop) -> Doubtful:
        clock, wall = Clock(loop, T0), Doubtful(loop, [fate])
        store = open_store("memory:", clock=clock)
        await _told(store)
        for grace_s, lives_s in ((0.0, 0.5), (5.0, seconds)):
            monkeypatch.setattr("bot.lanes.GRACE_S", grace_s)  # what is cut off is not settled
            stop = asyncio.Event()
            serving = asyncio.create_task(Lanes(loop.watched(store), {"console": wall}, clock, LANES).run(stop))
            await asyncio.sleep(lives_s)
            stop.set()
            await serving
            clock.offset_ms -= put_back_s * 1000
        await store.close()
        return wall

    assert [number for _, number in played(life).wall] == [1, 2, 3]


@pytest.mark.parametrize(("times", "dead"), [(1, 0), (3, 0), (4, 1)])
def test_a_message_that_a_defect_keeps_from_being_sent_blocks_no_channel(times: int, dead: int) -> None:
    """It is tried a few times, for a defect may be of the moment; then the others go on without it."""
    wall, ended = delivered(lambda loop: Doubtful(loop, ["broken"] * times), 600)
    assert ended == {"sent": 3 - dead} | ({"dead": 1} if dead else {})
    assert [number for _, number in wall.wall] == [1, 2, 3][dead:]


def test_what_waited_out_a_limit_is_not_given_up_at_its_first_defect() -> None:
    wall, ended = delivered(lambda loop: Doubtful(loop, ["limited"] * 6 + ["broken"]), 600)
    assert ended == {"sent": 3}
    assert [number for _, number in wall.wall] == [1, 2, 3]


@pytest.mark.parametrize(("took_s", "made"), [(0.0, [(0.0, 4.0)]), (3.0, [(3.0, 4.0)]), (5.0, [])])
def test_a_send_is_over_when_others_believe_it_is(took_s: float, made: list[tuple[float, float]]) -> None:
    """Who finds it after a kill counts its deadline from when it was begun, however long that took to be stored."""

    class Cut(Doubtful):
        sends: ClassVar[list[tuple[float, float]]] = []

        async def send(self, channel: Channel, alert: Alert, delivery: Delivery) -> Receipt:
            asked = self._loop.now
            try:
                return await super().send(channel, alert, delivery)
            finally:
                self.sends.append((asked, self._loop.now))

    class Slowly(Counted):
        async def begin(self, *given: Any) -> bool:
            done: bool = await self._store.begin(*given)
            await asyncio.sleep(took_s)
            return done

    async def life(loop: VirtualLoop) -> list[tuple[float, float]]:
        clock, wall, stop = Clock(loop, T0), Cut(loop, ["never read"]), asyncio.Event()
        wall.sends.clear()
        store = open_store("memory:", clock=clock)
        await _told(store)
        slow = Slowly(loop.watched(store))
        serving = asyncio.create_task(Lanes(slow, {"console": wall}, clock, LANES).run(stop))  # type: ignore[arg-type]
        await asyncio.sleep(5.0)
        stop.set()
        await serving
        await store.close()
        return wall.sends[:1]

    assert played(life) == made


class Blind(Doubtful):
    """A wall that can't be looked at: each look fails by a defect."""

    async def find(self, channel: Channel, delivery: Delivery) -> Finding:
        self.looks += 1
        raise TypeError("a defect")


def test_a_look_that_a_defect_keeps_from_telling_blocks_no_channel() -> None:
    """Whether the first arrived is never known; the others go on after some minutes, and no look follows at once."""
    wall, ended = delivered(lambda loop: Blind(loop, ["lost"]), 900)
    assert ended == {"ambiguous": 1, "sent": 2}
    assert [number for _, number in wall.wall] == [2, 3]
    assert wall.looks == 5


class Misread:
    """A store of which the first delivery's alert can't be put together, so many times; and receipts not be kept."""

    def __init__(self, store: Any, times: int, unkept: int = 0) -> None:
        self._store = store
        self._times = times
        self._unkept = unkept
        self.asked = self.settled = 0
        self.failed_at: list[float] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    async def alert(self, delivery: Delivery) -> Alert | None:
        self.asked += 1
        if delivery.id == 1 and self.asked <= self._times:
            self.failed_at.append(asyncio.get_running_loop().time())
            raise KeyError("a defect")
        found: Alert | None = await self._store.alert(delivery)
        return found

    async def settle(self, *given: Any) -> bool:
        self.settled += 1
        self._unkept -= 1
        if self._unkept >= 0:
            raise ValueError("a defect")
        return bool(await self._store.settle(*given))


def misread(times: int, unkept: int, seconds: float) -> tuple[list[int], Misread]:
    """What stands on the wall after so many seconds over such a store."""

    async def life(loop: VirtualLoop) -> tuple[list[int], Misread]:
        clock, wall = Clock(loop, T0), Doubtful(loop, [])
        store = open_store("memory:", clock=clock)
        await _told(store)
        broken, stop = Misread(loop.watched(store), times, unkept), asyncio.Event()
        serving = asyncio.create_task(Lanes(broken, {"console": wall}, clock, LANES).run(stop))  # type: ignore[arg-type]
        await asyncio.sleep(seconds)
        stop.set()
        await serving
        await store.close()
        return [number for _, number in wall.wall], broken

    return played(life)


@pytest.mark.parametrize(("times", "told"), [(1, [1, 2, 3]), (3, [1, 2, 3]), (4, [2, 3])])
def test_an_alert_that_a_defect_keeps_from_being_put_together_blocks_no_channel(times: int, told: list[int]) -> None:
    """It is tried a few times, some seconds apart; then the others go on without it."""
    wall, store = misread(times, 0, 120)
    assert wall == told
    assert store.asked == times + len(told)
    assert all(after - before >= 10 for before, after in pairwise(store.failed_at)), "a defect of the moment may pass"


def test_what_may_have_arrived_is_looked_for_after_a_defect_too() -> None:
    """Its nonce or key made another send harmless then, and need not the next time."""

    class Second(Misread):
        async def alert(self, delivery: Delivery) -> Alert | None:
            self.asked += 1
            if self.asked == 2:
                raise KeyError("a defect")
            found: Alert | None = await self._store.alert(delivery)
            return found

    async def life(loop: VirtualLoop) -> int:
        clock, wall = Clock(loop, T0), Doubtful(loop, ["lost"], tells=Absent("by its nonce", unseen=True))
        store = open_store("memory:", clock=clock)
        await _told(store)
        broken, stop = Second(loop.watched(store), 0), asyncio.Event()
        serving = asyncio.create_task(Lanes(broken, {"console": wall}, clock, LANES).run(stop))  # type: ignore[arg-type]
        await asyncio.sleep(60)
        stop.set()
        await serving
        await store.close()
        return wall.looks

    assert played(life) == 2


def test_a_lane_that_fails_rests_until_its_lease_runs_out() -> None:
    """A receipt that can't be kept: the message is looked for a minute later, not a thousand times a second."""
    wall, store = misread(0, 3, 3.5 * 60)
    assert (wall, store.settled) == ([1, 2, 3], 6)


@pytest.mark.parametrize(
    ("tells", "ended"),
    [
        (Ambiguous("too many messages since"), {"ambiguous": 1, "sent": 2}),
        (Rejected("deleted"), {"dead": 1, "sent": 2}),
        (Gone("archived", permanent=True), {"sending": 1, "queued": 2}),
        (Retry(0.0, "a limit of no length"), {"sending": 1, "queued": 2}),
    ],
)
def test_nothing_but_absent_leads_to_a_second_send(tells: Finding, ended: dict[str, int]) -> None:
    wall, states = delivered(lambda loop: Doubtful(loop, ["arrived"], tells=tells), 600)
    assert [number for _, number in wall.wall].count(1) == 1
    assert states == ended


class Troubled:
    """An outbox whose database can't be used for a while."""

    def __init__(self, loop: VirtualLoop, until_s: float) -> None:
        self._loop = loop
        self._until_s = until_s
        self.asked = 0

    async def lease_channels(self, *_: object) -> list[Lease]:
        self.asked += 1
        if self._loop.now < self._until_s:
            raise StoreError("no room left", "full")
        return []


def test_lanes_rest_while_the_store_cannot_be_used_and_say_so_once(caplog: pytest.LogCaptureFixture) -> None:
    async def life(loop: VirtualLoop) -> Troubled:
        outbox, stop = Troubled(loop, 300), asyncio.Event()
        lanes = Lanes(outbox, {}, Clock(loop, T0), LANES)  # type: ignore[arg-type]
        serving = asyncio.create_task(lanes.run(stop))
        for _ in range(200):
            await asyncio.sleep(2)
            lanes.wake.set()  # whatever comes along
        stop.set()
        await serving
        return outbox

    outbox = played(life)
    assert [record.message for record in caplog.records] == [
        "sending rests: no room left",
        "sending goes on: the store answers again",
    ]
    said = json.loads(JsonLine().format(caplog.records[0]))
    assert (said["part"], said["kind"], said["owner"], said["channels"]) == ("lanes", "full", LANES.owner, [])
    assert 10 < outbox.asked < 20 + 200


class Forgetful(Doubtful):
    """A wall that takes a second send for the first one for two minutes, and limits who sends again for ten."""

    async def find(self, channel: Channel, delivery: Delivery) -> Finding:
        young = self._loop.now < 120
        return Absent("the same nonce", unseen=True) if young else await super().find(channel, delivery)

    async def send(self, channel: Channel, alert: Alert, delivery: Delivery) -> Receipt:
        if delivery.tries == 1:
            return Retry(600, "a limit")
        return await super().send(channel, alert, delivery)


def test_what_is_limited_after_a_doubtful_send_is_looked_for_before_it_is_sent_again() -> None:
    wall, ended = delivered(lambda loop: Forgetful(loop, ["arrived"]), 900)
    assert [number for _, number in wall.wall] == [1, 2, 3]
    assert ended == {"sent": 3}


def test_what_came_while_an_update_waited_behind_others_is_told_once() -> None:
    """An alert is put together when its turn comes, later than the rows of its lane were read."""

    class Slowly(Doubtful):
        news: ClassVar[list[str]] = []

        async def send(self, channel: Channel, alert: Alert, delivery: Delivery) -> Receipt:
            self.news += [alert.news] if alert.kind == "update" else []
            await asyncio.sleep(2)
            return await super().send(channel, alert, delivery)

    async def life(loop: VirtualLoop) -> list[str]:
        clock, wall, stop = Clock(loop, T0), Slowly(loop, []), asyncio.Event()
        quick = replace(LANES, poll_ms=100)
        store = open_store("memory:", clock=clock)
        await _told(store)
        watched = loop.watched(store)
        serving = asyncio.create_task(Lanes(watched, {"console": wall}, clock, quick).run(stop))
        await asyncio.sleep(60)
        for n, pause_s in enumerate((0, 1, 120)):
            await asyncio.sleep(pause_s)
            for story in (1, 2):
                await _grows(watched, story, f"news {n} of {story}", clock())
        await asyncio.sleep(120)
        stop.set()
        await serving
        await store.close()
        return wall.news

    told = " · ".join(played(life))
    assert [told.count(f"news {n} of {story}") for n in range(3) for story in (1, 2)] == [1] * 6


@pytest.mark.parametrize("fate", ["arrived", "silent", "lost"])
def test_what_is_new_in_a_story_whose_message_was_in_doubt_stands_under_that_message(fate: str) -> None:
    """Both are due when the outage is over; it stood in the channel as a second message about the story."""

    class Seen(Doubtful):
        under: ClassVar[list[str]] = []

        async def send(self, channel: Channel, alert: Alert, delivery: Delivery) -> Receipt:
            self.under += [delivery.ref] if alert.kind == "update" else []
            return await super().send(channel, alert, delivery)

    async def life(loop: VirtualLoop) -> list[str]:
        clock, wall, stop = Clock(loop, T0), Seen(loop, [fate], away_s=200), asyncio.Event()
        wall.under.clear()
        store = open_store("memory:", clock=clock)
        await _told(store)
        watched = loop.watched(store)
        serving = asyncio.create_task(Lanes(watched, {"console": wall}, clock, LANES).run(stop))
        await asyncio.sleep(20)
        await watched.transact(lambda tx: tx.save(0, outcome("More", 1, placed={"news": "more"})))
        assert await watched.transact(lambda tx: tell(tx, 1, "update", (), clock())) == 1
        await asyncio.sleep(300)
        stop.set()
        await serving
        await store.close()
        return wall.under

    assert played(life) == ["1"]


def test_what_came_while_a_send_was_in_doubt_is_told_once_when_it_is_sent_again() -> None:
    """The first surely did not arrive, so that the second tells all; what came meanwhile was told again after it."""

    class Heard(Doubtful):
        news: ClassVar[list[str]] = []

        async def send(self, channel: Channel, alert: Alert, delivery: Delivery) -> Receipt:
            if alert.kind == "update" and not self._sends:
                self.news += [alert.news]
            return await super().send(channel, alert, delivery)

    async def life(loop: VirtualLoop) -> list[str]:
        clock, wall, stop = Clock(loop, T0), Heard(loop, ["well"] * 3 + ["lost"]), asyncio.Event()
        wall.news.clear()
        store = open_store("memory:", clock=clock)
        await _told(store)
        watched = loop.watched(store)
        serving = asyncio.create_task(Lanes(watched, {"console": wall}, clock, LANES).run(stop))
        await asyncio.sleep(20)
        wall._away_s = 200
        for n in range(2):
            await _grows(watched, 1, f"news {n}", clock())
            await asyncio.sleep(60)
        await asyncio.sleep(300)
        stop.set()
        await serving
        await store.close()
        return wall.news

    told = " · ".join(played(life))
    assert [told.count(f"news {n}") for n in range(2)] == [1, 1]
