"""Digests across changes of the clocks, with restarts in between: each one once, each story in one of them."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.core.message import Alert
from bot.ports import Sent, Store
from bot.store import open_store
from tests.store.build import HOUR, MINUTE, Clock, hit, leased, outcome, saving, told

pytestmark = pytest.mark.usefixtures("untraced")
STEP = 30 * MINUTE
MODES = ("hourly", "daily 02:30", "weekly sun 02:30")
CHANGES = [  # a few days before a change of the clocks; wall times of 02:30 are left out, or come twice
    ("Europe/Berlin", "2026-03-27"),
    ("Europe/Berlin", "2026-10-23"),
    ("America/New_York", "2026-03-06"),
    ("America/New_York", "2026-10-30"),
    ("Australia/Lord_Howe", "2026-04-03"),
    ("Australia/Lord_Howe", "2026-10-02"),
    ("Asia/Shanghai", "2026-03-27"),
    ("Pacific/Apia", "2011-12-28"),
]
Telling = dict[str, list[tuple[int, list[str]]]]
"""What each channel got: (when, the titles of the digest)."""


def opened(path: Path, clock: Clock) -> Store:
    return open_store(str(path), clock=clock)


async def lived(path: Path, zone: str, start: int, days: int, awake: set[int]) -> Telling:
    """Half-hours of news, one story each; the program is there in the `awake` ones, and starts anew in one of nine."""
    clock, chance, told_here = Clock(start), random.Random(zone), Telling()
    store = opened(path, clock)
    for mode in MODES:
        channel = await store.channel("console", "", mode)
        channel = await store.configure(channel, {"timezone": zone, "burst": "0"})
        await store.subscribe(channel, "topic:chips", "Chips", {"mode": mode}, clock.now)
    for number in range(days * 48):
        clock.now = start + number * STEP
        if number in awake:
            await store.turn(clock.now)
            await serve(store, clock.now, told_here)
        saved = await store.transact(saving(outcome(str(number), hits=[hit()], first_seen=clock.now)))
        await told(store, "new", saved[0].story_id, ["topic:chips"], clock.now + MINUTE)
        if chance.random() < 1 / 9:
            await store.close()
            store = opened(path, clock)
    await store.close()
    return told_here


async def serve(store: Store, now: int, seen: Telling) -> None:
    for lease in await leased(store, now, n=9):
        for delivery in await store.next_deliveries(lease, 9, now):
            alert = await store.alert(delivery)
            assert isinstance(alert, Alert)
            assert await store.begin(lease, delivery, now)
            assert await store.settle(lease, delivery, Sent(f"m{delivery.id}"), now)
            seen.setdefault(lease.channel.ref, []).append((now, [line.title for line in alert.lines]))
        await store.release(lease)


def midnight(day: str, zone: str) -> int:
    return round(datetime.fromisoformat(day).replace(tzinfo=ZoneInfo(zone)).timestamp() * 1000)


def local(now: int, zone: str) -> datetime:
    return datetime.fromtimestamp(now / 1000, ZoneInfo(zone))


def dates(zone: str, start: int, end: int) -> Iterator[date]:
    """The local days that have a 02:30, or would but for the clocks; none for a day that was left out."""
    for half_hour in range(start, end, STEP):
        here = local(half_hour, zone)
        if (here.hour, here.minute) == (12, 0):
            yield here.date()


@pytest.mark.parametrize(("zone", "day"), CHANGES)
def test_each_digest_comes_once_whatever_the_clocks_do(tmp_path: Path, zone: str, day: str) -> None:
    days = 5
    start = midnight(day, zone)
    end = start + days * 48 * STEP
    got = asyncio.run(lived(tmp_path / "t.db", zone, start, days, set(range(days * 48))))
    for mode in MODES:
        stories = [int(title) for _, titles in got[mode] for title in titles]
        last = max(at for at, _ in got[mode])
        assert sorted(stories) == list(range((last - start) // STEP)), "each story in one digest"
        assert all(start + int(title) * STEP < at for at, titles in got[mode] for title in titles)
    hours = [at for at, _ in got["hourly"]]
    assert {local(at, zone).minute for at in hours[:24]} == {0}
    gaps = [after - before for before, after in zip([start, *hours], [*hours, end], strict=True)]
    assert sum(gap != HOUR for gap in gaps) <= 2, "where clocks change by half an hour, one hour is not whole"
    assert max(gaps) <= HOUR + STEP
    every_day = [local(at, zone) for at, _ in got["daily 02:30"]]
    assert [at.date() for at in every_day] == list(dates(zone, start, end))
    assert {f"{at:%H:%M}" for at in every_day} <= {"02:30", "03:30", "03:00"}
    assert sum(f"{at:%H:%M}" != "02:30" for at in every_day) <= 1, "only on the day that has no 02:30"
    assert [local(at, zone).weekday() for at, _ in got["weekly sun 02:30"]] == [6]


@pytest.mark.parametrize(("zone", "day"), CHANGES[:2])
def test_what_was_due_while_the_program_was_down_comes_in_one_digest_after(tmp_path: Path, zone: str, day: str) -> None:
    start = midnight(day, zone)
    awake = {*range(48), *range(4 * 48 + 20, 6 * 48)}  # three days and ten hours are missing
    got = asyncio.run(lived(tmp_path / "t.db", zone, start, 6, awake))
    back = start + (4 * 48 + 20) * STEP
    for mode in MODES[:2]:
        assert [len(titles) for at, titles in got[mode] if at == back] == [
            (back - max(at for at, _ in got[mode] if at < back)) // STEP
        ]
        stories = [title for _, titles in got[mode] for title in titles]
        assert len(stories) == len(set(stories))


def test_a_clock_that_was_set_back_holds_nothing_for_years(tmp_path: Path) -> None:
    """A digest that was planned by a clock a year ahead comes within its period by the clock as it is."""

    async def life() -> Telling:
        clock = Clock(midnight("2027-05-01", "UTC"))
        store = opened(tmp_path / "t.db", clock)
        channel = await store.channel("console", "", "daily")
        await store.subscribe(channel, "topic:chips", "Chips", {"mode": "daily 09:00"}, clock.now)
        seen = Telling()
        for hour in range(50):
            clock.now = midnight("2026-05-01", "UTC") + hour * HOUR
            saved = await store.transact(saving(outcome(str(hour), hits=[hit()], first_seen=clock.now)))
            await told(store, "new", saved[0].story_id, ["topic:chips"], clock.now)
            await store.turn(clock.now)
            await serve(store, clock.now, seen)
        await store.close()
        return seen

    seen = asyncio.run(life())
    assert [datetime.fromtimestamp(at / 1000, UTC).hour for at, _ in seen["daily"]] == [0, 9, 9]
    assert [title for _, titles in seen["daily"] for title in sorted(titles, key=int)] == [str(n) for n in range(34)]
