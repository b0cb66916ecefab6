"""The real program as a process: asked to stop, started twice, out of disk."""

from __future__ import annotations

import asyncio
import os
import re
import resource
import signal
import time
from collections import Counter
from pathlib import Path

import aiohttp
import pytest

from tests.fakes.discord.faults import Fault
from tests.fakes.slack import Fail
from tests.faults.harness import BASELINE, FEEDS, Rig, rig, until
from tests.faults.lives import Forked, heeds_stop
from tests.faults.mischief import POST
from tests.faults.news import KEYWORDS

pytestmark = [
    pytest.mark.slow,
    pytest.mark.holds_loop,  # reads what the processes wrote, and starts them
    pytest.mark.usefixtures("untraced"),
]


PATIENCE_S = 120.0
"""What is waited for comes within a second or two, but not on a machine that is busy with other things."""


async def settled_in(made: Rig, lives: Forked) -> None:
    """A life that has seen every feed once."""
    for name in FEEDS:
        made.feeds.publish(name)
    await lives.begin(made.env)
    assert await until(made.baselined, PATIENCE_S), made.log.read_text()[-3000:]


async def stopped(lives: Forked) -> float:
    """Ask it to stop, once it can be asked; how many seconds that took."""
    assert await until(lambda: heeds_stop(lives.pid), 60)
    began = time.monotonic()
    os.kill(lives.pid, signal.SIGTERM)
    assert await lives.ended() == 0
    return time.monotonic() - began


async def ready(made: Rig) -> str:
    """What `/readyz` of the life that began last says, "" where it is not served yet."""
    pages = re.findall(r"Page: (http://\S+/)", made.log.read_text())
    if not pages:
        return ""
    async with aiohttp.ClientSession() as client, client.get(f"{pages[-1]}readyz") as answer:
        return f"{answer.status} {await answer.text()}"


async def comes(made: Rig, status: int, seconds: float) -> bool:
    """Does readiness come to this status?"""
    return await says(made, rf"^{status} ", seconds)


async def says(made: Rig, pattern: str, seconds: float) -> bool:
    """Does readiness, a status before it, come to say what matches this?"""
    ends = time.monotonic() + seconds
    while not re.search(pattern, await ready(made)):
        if time.monotonic() > ends:
            return False
        await asyncio.sleep(0.1)
    return True


def assert_each_once(made: Rig) -> None:
    """Every channel has all that it is owed, in order, once."""
    for room, came in made.received().items():
        assert max(Counter(came).values(), default=0) == 1, room
        for marks in made.owed(room, BASELINE).values():
            assert [mark for mark in came if mark in marks] == marks, room


@pytest.mark.case_id(121)
async def test_case_121_a_stop_with_forty_sends_in_flight_takes_ten_seconds_at_most(tmp_path: Path) -> None:
    """Forty platforms' answers never come, though the messages stand there: the next life finds them."""
    settings = {"TOCSIN_LANES_WORKERS": "40", "TOCSIN_LANES_SEND_DEADLINE_S": "30", "TOCSIN_LANES_LEASE_S": "60"}
    async with rig(tmp_path, 3, channels=20, **settings) as made:
        lives = Forked(made.log)
        try:
            await settled_in(made, lives)
            made.discord.faults.append(Fault(POST, hang=True, commit=True, times=20))
            made.slack.faults["chat.postMessage"].extend(Fail(hang=True, commit=True) for _ in range(20))
            made.feeds.publish("alpha", KEYWORDS)
            assert await until(lambda: sum(map(len, made.received().values())) == 40, PATIENCE_S)
            made.feeds.publish("beta", KEYWORDS)  # this one waits behind them
            took = await stopped(lives)
            print(f"stopped within {took:.1f} s, forty sends in flight")
            assert took < 10
            await lives.begin(made.env)
            assert await until(lambda: not made.missing(BASELINE), PATIENCE_S)
            await stopped(lives)
        finally:
            await lives.close()
        assert_each_once(made)


@pytest.mark.case_id(120)
async def test_case_120_two_programs_on_one_database_double_nothing(tmp_path: Path) -> None:
    """The second one shares the work by leases; when the first is killed, it goes on alone."""
    async with rig(tmp_path, 4) as made:
        first, second = Forked(made.log), Forked(made.log)
        try:
            await settled_in(made, first)
            await second.begin(made.env)
            made.feeds.publish("alpha")
            assert await until(lambda: not made.missing(BASELINE), PATIENCE_S)
            for name in FEEDS:
                made.feeds.publish(name)
            assert await until(lambda: made.missing(BASELINE) < 10, PATIENCE_S)
            os.kill(first.pid, signal.SIGKILL)
            await first.ended()
            await first.begin(made.env)  # and is started again, as a supervisor does
            assert await until(lambda: not made.missing(BASELINE), PATIENCE_S)
            await stopped(second)
            await stopped(first)
        finally:
            await first.close()
            await second.close()
        assert_each_once(made)


@pytest.mark.case_id(116)
async def test_case_116_a_full_disk_holds_alerts_back_and_loses_none(tmp_path: Path) -> None:
    """The limit of a file's size stands for the disk. Room again: everything comes, without a restart."""
    async with rig(tmp_path, 5) as made:
        lives = Forked(made.log)
        try:
            await settled_in(made, lives)
            _, most = resource.prlimit(lives.pid, resource.RLIMIT_FSIZE)
            full = made.database.with_name("t.db-wal").stat().st_size
            assert full > 10 * made.log.stat().st_size, "the log must not be what has no room"
            resource.prlimit(lives.pid, resource.RLIMIT_FSIZE, (full, most))
            made.feeds.publish("alpha")
            assert await until(lambda: "polling rests" in made.log.read_text(), PATIENCE_S), made.log.read_text()[
                -3000:
            ]
            assert set(map(len, made.received().values())) == {0}
            assert await comes(made, 503, PATIENCE_S), await ready(made)
            assert "polling rests" in await ready(made)
            resource.prlimit(lives.pid, resource.RLIMIT_FSIZE, (most, most))
            assert await until(lambda: not made.missing(BASELINE), PATIENCE_S), made.log.read_text()[-3000:]
            assert await comes(made, 200, PATIENCE_S), await ready(made)
            await stopped(lives)
        finally:
            await lives.close()
        assert_each_once(made)
        assert made.ask("pragma quick_check") == [("ok",)]
