"""A program that starts with a clock hours behind the one before it: nothing waits for the old one to come again."""

from __future__ import annotations

import pytest

from bot.ports import Retry, Sent, Store
from tests.store.build import HOUR, MINUTE, T0, leased, opened, outcome, saving, subscribed, tell, told
from tests.store.conformance.serving import SECOND, send, states

pytestmark = pytest.mark.usefixtures("untraced")

BEHIND = T0 - 8 * HOUR


async def test_a_lane_does_not_rest_for_hours(store: Store) -> None:
    await subscribed(store)
    await opened(store)
    await send(store, Retry(30, "a limit"))
    assert await leased(store, T0 + SECOND) == []
    assert await leased(store, T0 - 20 * SECOND) == [], "another program's clock may be a little behind"
    assert len(await leased(store, BEHIND)) == 1


async def test_a_burst_of_the_old_clock_holds_nothing_back(store: Store) -> None:
    await subscribed(store)
    for number in range(14):
        now = T0 if number < 6 else BEHIND + number * 9 * MINUTE
        ((_, story),) = await store.transact(saving(outcome(f"Story {number}")))
        await store.transact(lambda tx, story=story, now=now: tell(tx, story, now=now))  # type: ignore[misc]
    assert await states(store) == {"queued": 14}


async def test_an_update_does_not_wait_a_minute_after_one_of_the_old_clock(store: Store) -> None:
    await subscribed(store)
    story = await opened(store)
    await send(store, Sent("m"))
    for now in (T0, BEHIND):
        await store.transact(saving(outcome("More", story, placed={"news": "more"})))
        assert await told(store, "update", story, now=now) == 1
        await send(store, Sent("m"), now)
    assert await states(store) == {"sent": 3}
