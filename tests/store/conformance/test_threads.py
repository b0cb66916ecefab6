"""What a store owes to threads: opened once, by a delivery of its own, before what goes into it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.message import Thread
from bot.ports import Ambiguous, Lease, Receipt, Rejected, Retry, Sent, Store
from tests.store.build import DAY, HOUR, MINUTE, T0, leased, opened, queued, subscribed

pytestmark = pytest.mark.usefixtures("untraced")

RULE = "topic:chips"


async def turn(store: Store, receipt: Receipt, now: int = T0) -> tuple[str, Thread | None]:
    """One turn of the lane: the kind of its first delivery, settled so, and the thread that it is for."""
    (lease,) = await leased(store, now)
    first = (await store.next_deliveries(lease, 20, now))[0]
    alert = await store.alert(first)
    assert await store.begin(lease, first, now)
    assert await store.settle(lease, first, receipt, now)
    await store.release(lease)
    return first.kind, alert.thread if alert else None


async def wanted(store: Store, now: int = T0) -> Thread | None:
    """The thread that the next delivery is for."""
    (lease,) = await leased(store, now)
    (first, *_) = await store.next_deliveries(lease, 20, now)
    alert = await store.alert(first)
    await store.release(lease)
    assert alert is not None
    return alert.thread


async def opening(store: Store, now: int = T0, times: int = 1) -> Lease:
    (lease,) = await leased(store, now)
    for _ in range(times):
        await store.open_thread(lease, RULE, now)
    await store.release(lease)
    return lease


async def test_a_thread_is_opened_once_and_before_what_waits(store: Store) -> None:
    await subscribed(store, thread="topic")
    await opened(store, "One")
    assert await wanted(store) == Thread("topic", RULE, "", opens=True)
    await opening(store, times=2)
    assert await turn(store, Sent("there")) == ("thread", None)
    assert await turn(store, Sent("m1")) == ("new", Thread("topic", RULE, "there"))
    await opened(store, "Two")
    assert (await wanted(store)) == Thread("topic", RULE, "there")


async def test_whoever_lost_the_lane_opens_nothing(store: Store) -> None:
    await subscribed(store, thread="topic")
    await opened(store, "One")
    lease = await opening(store, times=0)
    await leased(store, T0 + MINUTE)
    await store.open_thread(lease, RULE, T0 + MINUTE)
    assert (await store.stats()).get("deliveries_queued", 0) == 1


@pytest.mark.parametrize(("receipt", "later"), [(Rejected("no right"), True), (Ambiguous("who knows"), False)])
async def test_a_refusal_is_asked_again_after_a_day_and_doubt_never(
    store: Store, receipt: Receipt, later: bool
) -> None:
    await subscribed(store, thread="topic")
    await opened(store, "One")
    await opening(store)
    now = T0
    await turn(store, receipt, now)
    while isinstance(receipt, Ambiguous) and (await store.stats()).get("deliveries_sending", 0):
        now += HOUR
        (lease,) = await leased(store, now)
        (doubted, *_) = await store.next_deliveries(lease, 20, now)
        await store.settle(lease, doubted, receipt, now)
        await store.release(lease)
    assert await wanted(store, now) == Thread("topic", RULE, "", opens=False)
    await turn(store, Sent("m1"), now)
    clock = store._clock  # type: ignore[attr-defined]
    clock.now = now + 2 * DAY
    channel = await store.find_channel("console", "", "policy")
    assert channel is not None
    await queued(store, channel, 1, "past", clock.now)
    assert await wanted(store, clock.now) == Thread("topic", RULE, "", opens=later)


async def test_a_thread_that_is_lost_is_forgotten_and_its_delivery_waits(store: Store) -> None:
    await subscribed(store, thread="topic")
    await opened(store, "One")
    await opening(store)
    await turn(store, Sent("there"))
    (lease,) = await leased(store, T0)
    (first,) = await store.next_deliveries(lease, 20, T0)
    alert = await store.alert(first)
    assert alert is not None
    assert alert.thread is not None
    inside = type(first)(**{name: getattr(first, name) for name in first.__slots__} | {"thread": alert.thread.ref})
    assert await store.begin(lease, inside, T0)
    await store.settle(lease, inside, Retry(0, "gone", lost=True), T0)
    await store.release(lease)
    assert await wanted(store, T0 + MINUTE) == Thread("topic", RULE, "", opens=True)


async def test_each_topic_has_a_thread_of_its_own(store: Store) -> None:
    await subscribed(store, thread="topic")
    await subscribed(store, rule="topic:ships", thread="topic")
    await opened(store, "One")
    await opening(store)
    assert (await turn(store, Sent("there")))[0] == "thread"
    assert (await turn(store, Sent("m1")))[0] == "new"
    await opened(store, "Two", "topic:ships")
    assert await wanted(store) == Thread("topic", "topic:ships", "", opens=True)


async def test_a_thread_is_called_as_its_own_channel_calls_the_topic(store: Store) -> None:
    for ref, label in (("one", "Chips"), ("two", "芯片")):
        channel = await store.channel("console", "", ref, ref)
        await store.subscribe(channel, RULE, label, {"thread": "topic"}, T0)
    await opened(store, "One")
    titles = []
    for lease in await leased(store, T0, 2):
        await store.open_thread(lease, RULE, T0)
        (first, *_) = await store.next_deliveries(lease, 20, T0)
        alert = await store.alert(first)
        assert alert is not None
        titles.append((alert.kind, alert.title))
    assert titles == [("thread", "Chips"), ("thread", "芯片")]


async def test_of_two_threads_one_is_lost_alone(store: Store) -> None:
    await subscribed(store, thread="topic")
    await subscribed(store, rule="topic:ships", thread="topic")
    for rule, ref in ((RULE, "chips"), ("topic:ships", "ships")):
        await opened(store, rule, rule)
        (lease,) = await leased(store)
        await store.open_thread(lease, rule, T0)
        await store.release(lease)
        assert await turn(store, Sent(ref)) == ("thread", None)
        if rule == RULE:
            assert await turn(store, Sent("m1")) == ("new", Thread("topic", RULE, "chips"))
    (lease,) = await leased(store)
    (first, *_) = await store.next_deliveries(lease, 20, T0)
    assert await store.begin(lease, replace(first, thread="ships"), T0)
    await store.settle(lease, replace(first, thread="ships"), Retry(0, "gone", lost=True), T0)
    await store.release(lease)
    assert await wanted(store, T0 + MINUTE) == Thread("topic", "topic:ships", "", opens=True)
    await opened(store, "More")
    (lease,) = await leased(store, T0 + MINUTE)
    *_, last = await store.next_deliveries(lease, 20, T0 + MINUTE)
    alert = await store.alert(last)
    assert alert is not None
    assert alert.thread == Thread("topic", RULE, "chips"), "the other one is where it was"


async def test_the_first_wish_of_a_channel_counts_and_none_is_the_channel_itself(store: Store) -> None:
    await subscribed(store)
    await opened(store, "One")
    assert await wanted(store) is None
    await subscribed(store, thread="story")
    assert await wanted(store) == Thread("story")
