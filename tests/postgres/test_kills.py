"""Workers over one PostgreSQL database, killed and stalled while they deliver: nothing lost, doubled or swapped."""

from __future__ import annotations

import asyncio
import signal
import time
from pathlib import Path

import pytest

from benchmarks import scaleruns as scale
from tests.faults.crew import crewed
from tests.faults.harness import torture
from tests.postgres.server import schema, server


@pytest.fixture(autouse=True)
def _answers() -> None:
    server()


@pytest.mark.slow
@pytest.mark.usefixtures("untraced")
def test_workers_that_are_killed_lose_and_double_nothing() -> None:
    sends, wanted, kills = scale.killed("postgresql", kills=4, workers=2, channels=40, wait_ms=20)
    assert kills > 0
    assert wanted == 400
    assert sends.faults(wanted) == (0, 0, 0)


@pytest.mark.slow
@pytest.mark.usefixtures("untraced")
def test_processes_that_place_one_stream_split_no_story() -> None:
    done = scale.placed("postgresql", 3, 20, catalogue=False)
    assert (done.stories, done.alerts) == (done.events, 25)


@pytest.mark.slow
@pytest.mark.usefixtures("untraced")
def test_a_stalled_worker_settles_nothing(tmp_path: Path) -> None:
    """One is stopped in mid-send beyond its lease; another takes over; the first wakes up and changes nothing."""
    with scale.database("postgresql") as address:
        wanted = asyncio.run(scale.filled(address, 10, 6))
        file = tmp_path / "sink"
        first = scale.worker("deliver", address, file, 300, 3_000, "free")
        second = scale.worker("deliver", address, file, 0, 3_000, "free")
        try:
            scale.begun([first])
            while not scale.read(file).lines:
                time.sleep(0.05)
            first.send_signal(signal.SIGSTOP)
            scale.begun([second])
            until = time.monotonic() + 120
            while len(scale.read(file).told) < wanted and time.monotonic() < until:
                time.sleep(0.1)
            first.send_signal(signal.SIGCONT)
            time.sleep(1)
        finally:
            scale.ended([first, second])
        assert scale.read(file).faults(wanted) == (0, 0, 0)


def test_what_the_figures_are_made_of_is_counted_right() -> None:
    lines = [(10, 1, 7, 1), (20, 2, 7, 2), (30, 2, 7, 2), (40, 5, 8, 1), (50, 4, 8, 2), (60, 6, 8, 2)]
    sends = scale.Sends(lines)
    assert len(sends.told) == 5
    assert sends.faults(5) == (1, 1, 1)
    assert scale.Sends([(n * 10**8, n, 1, n) for n in range(25)]).worst_second() == 10


@pytest.mark.slow
@pytest.mark.usefixtures("untraced")
@pytest.mark.holds_loop  # reads what the processes wrote
async def test_the_whole_program_is_killed_over_postgresql(tmp_path: Path) -> None:
    """Fetching, placing, delivering: killed at its points, between real Discord and Slack clients that meet faults."""
    with schema() as address:
        figures = await torture(tmp_path, seed=5, kills=6, address=address)
    assert figures.expected > 0
    assert figures.clean, figures.line()


@pytest.mark.slow
@pytest.mark.usefixtures("untraced")
async def test_programs_that_share_the_work_are_killed(tmp_path: Path) -> None:
    """One fetches, two place, two deliver, in three programs; each is killed, and started again."""
    with schema() as address:
        figures = await crewed(tmp_path, seed=3, kills=5, address=address, roles=("poll send", "ingest send", "ingest"))
    assert figures.expected > 0
    assert figures.clean, figures.line()
