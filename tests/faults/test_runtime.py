"""Parts that fail, in the running program: named, started again, and no reason for the others to stop."""

from __future__ import annotations

import asyncio

import pytest

from bot.core.errors import ConfigError
from tests.faults.soak import HOUR, MINUTE, World, world
from tests.faults.virtual import VirtualLoop, played


class Failing:
    """A platform that starts on its third try."""

    name = "failing"

    def __init__(self, *errors: Exception) -> None:
        self.errors = list(errors)
        self.closed = 0

    async def start(self) -> None:
        if self.errors:
            raise self.errors.pop(0)

    async def close(self) -> None:
        self.closed += 1
        await asyncio.sleep(3600)  # a connection that never says goodbye


@pytest.mark.usefixtures("untraced")
def test_a_platform_that_fails_to_start_is_tried_again_and_stops_nobody(caplog: pytest.LogCaptureFixture) -> None:
    failing = Failing(ConfigError("no token"), KeyError("odd"))

    async def life(loop: VirtualLoop) -> tuple[World, list[dict[str, str]], float]:
        made = await world(loop, feeds=2, per_day=60, days=1, idle_ms=MINUTE)
        health = []
        async with made.running(failing) as runtime:
            for seconds in (1, 6, 3600):
                await asyncio.sleep(seconds)
                health.append(dict(runtime.failed))
            await made.passes(11 * HOUR)
            asked = loop.now
        await made.store.close()
        return made, health, loop.now - asked

    made, health, stop_s = played(life)
    assert health == [
        {"failing": "no token"},
        {"failing": "failed unexpectedly (KeyError); see the log"},
        {},
    ]
    assert sum(made.wall.came.values()) > 5
    assert failing.closed == 1
    assert stop_s < 10


@pytest.mark.usefixtures("untraced")
def test_a_loop_that_fails_unexpectedly_begins_again(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A mistake in the program costs its loop five seconds, and one logged traceback."""

    async def life(loop: VirtualLoop) -> World:
        made = await world(loop, feeds=2, per_day=60, days=1, idle_ms=MINUTE)
        broken = ["once"]
        due_feeds = made.store.due_feeds

        async def mistaken(*args: object) -> object:
            if broken and loop.now > 60:
                raise ZeroDivisionError(broken.pop())
            return await due_feeds(*args)  # type: ignore[arg-type]

        monkeypatch.setattr(made.store, "due_feeds", mistaken)
        async with made.running():
            await made.passes(12 * HOUR)
        await made.store.close()
        return made

    made = played(life)
    assert [record.message for record in caplog.records if record.exc_info] == ["poller once"]
    assert len(made.wall.came) > 20
    assert set(made.wall.came) <= set(made.rooms.news())
    assert set(made.wall.came.values()) == {1}
