"""What every store owes to lanes: served by one at a time, in order, who waited longest first."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bot.ports import Gone, Receipt, Rejected, Retry, Sent, Store
from tests.store.build import DAY, HOUR, MINUTE, T0, due_feed, hit, leased, opened, outcome, saving, subscribed, told
from tests.store.conformance.serving import SECOND, lane, send, send_one, states


async def test_deliveries_of_a_lane_come_in_order(store: Store) -> None:
    await subscribed(store)
    stories = [await opened(store, f"Story {n}") for n in range(5)]
    lease, deliveries = await lane(store)
    assert [delivery.story_id for delivery in deliveries] == stories
    assert [delivery.story_id for delivery in await store.next_deliveries(lease, 2, T0)] == stories[:2]


async def test_a_lane_is_leased_by_one_at_a_time_and_only_when_something_is_due(store: Store) -> None:
    await subscribed(store)
    assert await leased(store) == []
    await opened(store)
    assert await store.lease_channels(T0, 5, MINUTE, "a", ["slack", "discord"]) == []
    lease, _ = await lane(store)
    assert lease.until == T0 + MINUTE
    assert lease.channel.ref == "policy"
    assert await leased(store, owner="b") == []
    (taken,) = await leased(store, T0 + MINUTE, owner="b")
    assert taken.lease_no == lease.lease_no + 1


async def test_who_waited_longest_is_served_first(store: Store) -> None:
    for ref in ("a", "b", "c"):
        await subscribed(store, ref)
    for n in range(3):
        await opened(store, f"Story {n}")
    order = []
    for turn in range(6):
        (lease,) = await leased(store, T0 + turn)
        first = (await store.next_deliveries(lease, 1, T0))[0]
        await store.begin(lease, first, T0)
        await store.settle(lease, first, Sent("m"), T0)
        await store.release(lease)
        order.append(lease.channel.ref)
    assert order == ["a", "b", "c", "a", "b", "c"]


async def test_platforms_share_the_places(store: Store) -> None:
    for platform in ("console", "slack"):
        channel = await store.channel(platform, "", "x")
        await store.subscribe(channel, "topic:chips", "Chips", {}, T0)
    await opened(store)
    leases = await store.lease_channels(T0, 2, MINUTE, "a", ["slack", "console"])
    assert sorted(lease.channel.platform for lease in leases) == ["console", "slack"]


async def test_a_late_owner_can_neither_begin_nor_settle(store: Store) -> None:
    await subscribed(store)
    await opened(store)
    late, (delivery,) = await lane(store)
    assert await store.begin(late, delivery, T0)
    (taken,) = await leased(store, T0 + MINUTE, owner="b")
    assert not await store.begin(late, delivery, T0 + MINUTE)
    assert not await store.settle(late, delivery, Sent("late"), T0 + MINUTE)
    assert await store.next_deliveries(late, 9, T0) == []
    await store.release(late)
    assert await leased(store, T0 + MINUTE, owner="c") == []
    (doubted,) = await store.next_deliveries(taken, 9, T0 + MINUTE)
    assert (doubted.state, doubted.tries) == ("sending", 1)
    assert await store.settle(taken, doubted, Sent("found"), T0 + MINUTE)


@pytest.mark.parametrize("kind", ["new", "digest"])
async def test_what_a_worker_has_in_hand_when_its_channel_is_paused_waits_there(store: Store, kind: str) -> None:
    """A paused channel asks for nothing, so that there seems to be nothing to say to it."""
    channel = await subscribed(store, mode="hourly" if kind == "digest" else "instant")
    await opened(store)
    await store.turn(T0 + HOUR)
    (lease,) = await leased(store, T0 + HOUR)
    (delivery,) = await store.next_deliveries(lease, 9, T0 + HOUR)
    await store.pause(channel, "by hand")
    assert (delivery.kind, await store.alert(delivery)) == (kind, None)
    assert not await store.settle(lease, delivery, Rejected("nothing is left to say"), T0 + HOUR)
    await store.release(lease)
    assert await leased(store, T0 + 2 * HOUR) == []
    await store.pause(channel, "")
    _, (again,) = await lane(store, T0 + 2 * HOUR)
    assert (again.id, await store.alert(again) is None) == (delivery.id, False)


@pytest.mark.parametrize("kind", ["new", "digest"])
@pytest.mark.parametrize("how", ["paused", "muted"])
async def test_what_was_left_out_for_a_moment_is_told_after_it(store: Store, kind: str, how: str) -> None:
    """Paused and resumed, or muted and not, between a look at what there is to say and its settlement."""
    channel = await subscribed(store, mode="hourly" if kind == "digest" else "instant")
    story = await opened(store)
    await store.turn(T0 + HOUR)
    (lease,) = await leased(store, T0 + HOUR)
    (delivery,) = await store.next_deliveries(lease, 9, T0 + HOUR)
    for on in (True, False):
        if how == "paused":
            await store.pause(channel, "by hand" if on else "")
        else:
            await store.mute(channel, story, on=on, now=T0 + HOUR)
        assert (await store.alert(delivery) is None) == on or how == "muted"
    await store.settle(lease, delivery, Rejected("nothing is left to say"), T0 + HOUR)
    await store.release(lease)
    await store.turn(T0 + HOUR)
    _, (again,) = await lane(store, T0 + HOUR + MINUTE)
    assert await store.alert(again) is not None


async def test_no_send_begins_when_the_lease_has_run_out(store: Store) -> None:
    await subscribed(store)
    await opened(store)
    lease, (delivery,) = await lane(store)
    assert not await store.begin(lease, delivery, T0 + MINUTE)
    assert await store.begin(lease, delivery, T0 + MINUTE - 1)


async def test_a_delivery_is_begun_and_settled_once(store: Store) -> None:
    await subscribed(store)
    await opened(store)
    lease, (delivery,) = await lane(store)
    assert await store.begin(lease, delivery, T0)
    assert not await store.begin(lease, delivery, T0)
    assert await store.settle(lease, delivery, Sent("m"), T0)
    assert not await store.settle(lease, delivery, Sent("m"), T0)
    assert not await store.begin(lease, delivery, T0)
    assert await states(store) == {"sent": 1}


@pytest.mark.case_id(126)
async def test_case_126_a_clock_put_back_stops_no_lane(store: Store) -> None:
    await subscribed(store)
    await opened(store)
    back = T0 - 7 * DAY
    first, (delivery,) = await lane(store)
    assert await leased(store, T0 - SECOND, owner="b") == [], "another program's clock may be a little behind"
    (again,) = await leased(store, back, owner="b")
    assert again.lease_no == first.lease_no + 1
    await store.begin(again, delivery, back)
    await store.settle(again, delivery, Retry(30, "slow down"), T0)
    await store.release(again)
    assert len(await leased(store, back, owner="b")) == 1


async def test_a_lane_is_due_when_the_first_of_its_deliveries_is(store: Store) -> None:
    await subscribed(store)
    await subscribed(store, "late")
    first = await opened(store)
    for _ in range(2):
        await send_one(store)
    await store.transact(saving(outcome("More", first, placed={"news": "more"})))
    assert await told(store, "update", first, now=T0, after_ms=2 * MINUTE) == 2
    assert await leased(store, T0 + MINUTE) == []
    second = outcome("Another ban", hits=[hit()])
    await store.mute(await store.channel("console", "", "late", "late"), 2, on=True, now=T0)
    ((_, story),) = await store.transact(saving(second))
    assert (story, await told(store, "new", story, ["topic:chips"], T0 + 1)) == (2, 1)
    assert await told(store, "update", first, now=T0 + 2, after_ms=9 * MINUTE) == 0
    (ready,) = await leased(store, T0 + 1, n=9)
    assert ready.channel.ref == "policy"
    assert [one.story_id for one in await store.next_deliveries(ready, 9, T0 + 1)] == [2]
    await store.release(ready)
    assert [lease.channel.ref for lease in await leased(store, T0 + 2 * MINUTE, n=9)] == ["late", "policy"]


async def test_what_lanes_ask_for_at_once_is_answered_each_for_itself(store: Store) -> None:
    for ref in ("one", "two", "three", "four"):
        await subscribed(store, ref)
    await opened(store)
    leases = await leased(store, n=4)
    found = await asyncio.gather(*(store.next_deliveries(lease, 9, T0) for lease in leases))
    (a, b, c, d) = [deliveries[0] for deliveries in found]
    alerts = await asyncio.gather(*map(store.alert, (a, b, c, d)))
    assert [alert and (alert.delivery_id, alert.title) for alert in alerts] == [
        (one.id, "Ban on chips widens") for one in (a, b, c, d)
    ]
    stolen = replace(leases[2], lease_no=leases[2].lease_no - 1)
    held = [leases[0], leases[1], stolen, leases[3]]
    begun = [store.begin(lease, one, T0) for lease, one in zip(held, (a, b, c, d), strict=True)]
    assert await asyncio.gather(*begun) == [True, True, False, True]
    receipts: list[Receipt] = [Sent("m"), Retry(9, "slow"), Sent("m"), Retry(5, "slow")]
    settled = [store.settle(*each, T0) for each in zip(held, (a, b, c, d), receipts, strict=True)]
    assert await asyncio.gather(*settled) == [True, True, False, True]
    await asyncio.gather(*(store.release(lease) for lease in held))
    assert await states(store) == {"sent": 1, "queued": 3}
    again = await leased(store, T0 + 6 * SECOND, n=4)
    assert [lease.channel.ref for lease in again] == ["four"]
    await asyncio.gather(*(store.release(lease) for lease in (leases[2], *again)))
    assert {lease.channel.ref for lease in await leased(store, T0 + 10 * SECOND, n=4)} == {"two", "three", "four"}


async def test_the_leases_of_the_dead_are_free_at_once(store: Store) -> None:
    await subscribed(store)
    await opened(store)
    await due_feed(store)
    assert len(await leased(store, owner="host:1")) == 1
    assert await store.evict(lambda owner: owner == "host:2") == 0
    assert await store.evict(lambda owner: owner in ("host:1", "a")) == 2
    assert len(await leased(store)) == 1
    assert len(await store.due_feeds(T0, 9, MINUTE, "b")) == 1


async def test_pace_lets_a_burst_through_and_then_one_at_a_time(store: Store) -> None:
    waits = [await store.reserve("discord:1", T0, 1_000, 3) for _ in range(6)]
    assert waits == [0, 0, 0, 1_000, 2_000, 3_000]
    assert await store.reserve("discord:2", T0, 1_000, 1) == 0
    assert await store.reserve("discord:1", T0 + 10_000, 1_000, 3) == 0
    assert await store.reserve("discord:1", T0 - 2 * HOUR, 1_000, 1) == 0
    assert await store.reserve("discord:1", T0 - 2 * HOUR - MINUTE, 1_000, 1, 32_000) == 0


async def test_who_is_roused_is_served_at_once_but_for_channels_that_refuse(store: Store) -> None:
    await subscribed(store)
    await opened(store)
    await send(store, Retry(900, "the token is refused"))
    assert await leased(store, T0 + MINUTE) == []
    assert await store.rouse("discord") == 0
    assert await store.rouse("console", "a limit") == 0
    assert await store.rouse("console", "the token is refused") == 1
    await send(store, Retry(900, "the token is refused"))
    assert await store.rouse("console") == 1
    await send(store, Gone("missing access"), T0 + MINUTE)
    assert await store.rouse("console") == 0
    assert await leased(store, T0 + 2 * MINUTE) == []
