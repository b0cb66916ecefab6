"""What every store owes to deliveries: order, one settlement each, and nobody told twice."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bot.core.message import OutletLine, TopicLine
from bot.ports import Ambiguous, Delivery, Gone, Lease, Receipt, Rejected, Retry, Sent, Store
from tests.store.build import (
    DAY,
    HOUR,
    MINUTE,
    T0,
    Clock,
    due_feed,
    hit,
    leased,
    opened,
    outcome,
    saving,
    subscribed,
    told,
)

SECOND = 1_000


async def lane(store: Store, now: int = T0) -> tuple[Lease, list[Delivery]]:
    """The one ready lane and what is due in it."""
    (lease,) = await leased(store, now)
    return lease, await store.next_deliveries(lease, 20, now)


async def send(store: Store, receipt: Receipt, now: int = T0) -> Delivery:
    """Serve the first delivery of the one ready lane with this receipt."""
    lease, (first, *_) = await lane(store, now)
    assert await store.begin(lease, first, now)
    assert await store.settle(lease, first, receipt, now)
    await store.release(lease)
    return first


async def send_one(store: Store) -> None:
    """Serve the first delivery of a ready lane."""
    (lease,) = await leased(store, n=1)
    (first, *_) = await store.next_deliveries(lease, 1, T0)
    assert await store.begin(lease, first, T0)
    assert await store.settle(lease, first, Sent(f"m{first.id}"), T0)
    await store.release(lease)


async def states(store: Store) -> dict[str, int]:
    found = await store.stats()
    return {name.removeprefix("deliveries_"): n for name, n in found.items() if name.startswith("deliveries_")}


# ── fan-out ────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_every_subscriber_is_told_once(store: Store) -> None:
    await subscribed(store, "one")
    two = await subscribed(store, "two")
    await store.subscribe(two, "topic:bans", "Bans", {}, T0)
    await subscribed(store, "three", "topic:ipos")
    ((_, story),) = await store.transact(saving(outcome(hits=[hit("topic:chips"), hit("topic:bans")])))
    assert await told(store, "new", story, ["topic:chips", "topic:bans"]) == 2
    assert await told(store, "new", story, ["topic:chips", "topic:bans", "topic:ipos"]) == 1
    assert await told(store, "new", story, ["topic:ipos", "nobody's"]) == 0
    assert await told(store, "new", story, []) == 0


@pytest.mark.parametrize(
    ("options", "story", "heard"),
    [
        ({"severity": "notable"}, {"severity": "normal"}, 0),
        ({"severity": "notable"}, {"severity": "breaking"}, 1),
        ({"lang": "zh"}, {"lang": "en"}, 0),
        ({"lang": "en,zh"}, {"lang": "zh"}, 1),
        ({"lang": "zh"}, {"lang": ""}, 1),
        ({"lang": "zh"}, {"lang": "%"}, 0),
        ({"confirm": "2"}, {}, 0),
        ({"confirm": "1"}, {}, 1),
    ],
)
async def test_options_filter(store: Store, options: dict[str, str], story: dict[str, str], heard: int) -> None:
    await subscribed(store, **options)
    ((_, number),) = await store.transact(saving(outcome(**story)))  # type: ignore[arg-type]
    assert await told(store, "new", number, ["topic:chips"]) == heard


async def test_a_filter_that_held_a_story_back_lets_it_through_when_it_grows(store: Store) -> None:
    await subscribed(store, "sure", confirm="2")
    await subscribed(store, "grave", severity="breaking")
    story = await opened(store)
    await store.transact(saving(outcome("Also", story, source="AP")))
    assert await told(store, "update", story) == 1
    await store.transact(saving(outcome("Grave", story, severity="breaking")))
    assert await told(store, "update", story) == 1
    leases = await leased(store, n=9)
    assert [(await store.next_deliveries(lease, 9, T0))[0].kind for lease in leases] == ["new", "new"]


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


async def test_muted_and_paused_channels_hear_nothing(store: Store) -> None:
    muted, paused = await subscribed(store, "muted"), await subscribed(store, "paused")
    ((_, story),) = await store.transact(saving(outcome()))
    assert await store.mute(muted, story, on=True, now=T0)
    assert await store.pause(paused, "moving house") == 1
    assert await told(store, "new", story, ["topic:chips"]) == 0
    assert await store.mute(muted, story, on=False, now=T0)
    assert await store.pause(paused, "") == 1
    assert await told(store, "new", story, ["topic:chips"]) == 2


async def test_a_mute_is_of_one_story(store: Store) -> None:
    channel = await subscribed(store)
    story, muted = await opened(store, "One"), await opened(store, "Muted")
    await store.mute(channel, muted, on=True, now=T0)
    await send(store, Sent("m"))
    await store.transact(saving(outcome("More", story)))
    assert await told(store, "update", story) == 1
    ((_, another),) = await store.transact(saving(outcome("Another")))
    assert await told(store, "new", another, ["topic:chips"]) == 1


async def test_a_story_that_was_told_and_muted_goes_on_when_it_is_unmuted(store: Store) -> None:
    channel = await subscribed(store)
    story = await opened(store)
    await send(store, Sent("m"))
    for on in (True, False):
        await store.mute(channel, story, on=on, now=T0)
    await store.transact(saving(outcome("More", story)))
    assert await told(store, "update", story) == 1


async def test_a_paused_channel_gets_no_update(store: Store) -> None:
    channel = await subscribed(store)
    story = await opened(store)
    await send(store, Sent("m"))
    await store.pause(channel, "moving house")
    await store.transact(saving(outcome("More", story)))
    assert await told(store, "update", story) == 0


async def test_an_update_goes_to_who_was_told_and_finds_the_message(store: Store) -> None:
    await subscribed(store)
    story = await opened(store)
    await send(store, Sent("msg-1"))
    await subscribed(store, "came later")
    await store.transact(saving(outcome("More", story, placed={"news": "now 30 %"})))
    assert await told(store, "update", story) == 1
    assert await told(store, "update", story) == 0
    _, (update,) = await lane(store)
    assert (update.kind, update.ref) == ("update", "msg-1")
    alert = await store.alert(update)
    assert alert is not None
    assert (alert.kind, alert.news) == ("update", "now 30 % – Reuters: More")


async def test_growth_before_the_message_went_out_is_in_the_message(store: Store) -> None:
    await subscribed(store)
    story = await opened(store)
    await store.transact(saving(outcome("More", story, source="AP")))
    assert await told(store, "update", story) == 0
    _, (new,) = await lane(store)
    alert = await store.alert(new)
    assert alert is not None
    assert [outlet.name for outlet in alert.outlets] == ["Reuters", "AP"]


async def test_growth_while_the_message_goes_out_is_told_after_it(store: Store) -> None:
    await subscribed(store)
    story = await opened(store)
    lease, (new,) = await lane(store)
    assert await store.begin(lease, new, T0)
    await store.transact(saving(outcome("More", story, placed={"news": "a number"})))
    assert await told(store, "update", story) == 1
    assert await store.settle(lease, new, Sent("m"), T0)
    (update,) = await store.next_deliveries(lease, 9, T0)
    assert (await store.alert(update)).news == "a number – Reuters: More"  # type: ignore[union-attr]


async def test_growth_while_the_message_fails_is_folded_into_its_next_try(store: Store) -> None:
    await subscribed(store)
    story = await opened(store)
    lease, (new,) = await lane(store)
    await store.begin(lease, new, T0)
    await store.transact(saving(outcome("More", story)))
    assert await told(store, "update", story) == 1
    await store.settle(lease, new, Retry(0, "busy"), T0)
    await store.release(lease)
    assert await states(store) == {"queued": 1, "folded": 1}


async def test_what_fails_in_one_channel_folds_no_update_of_another(store: Store) -> None:
    await subscribed(store, "one")
    await subscribed(store, "two")
    story = await opened(store)
    await send_one(store)
    lease, (new,) = await lane(store)
    await store.begin(lease, new, T0)
    await store.transact(saving(outcome("More", story)))
    assert await told(store, "update", story) == 2
    await store.settle(lease, new, Retry(0, "busy"), T0)
    assert await states(store) == {"sent": 1, "queued": 2, "folded": 1}


async def test_updates_wait_and_gather_news_at_most_one_a_minute(store: Store) -> None:
    await subscribed(store)
    story = await opened(store)
    await send(store, Sent("m"))
    for n in range(3):
        await store.transact(saving(outcome(f"More {n}", story, placed={"news": f"news {n}"})))
        await told(store, "update", story, now=T0 + n, after_ms=MINUTE)
    assert await leased(store, T0 + MINUTE - 1) == []
    lease, (update,) = await lane(store, T0 + MINUTE)
    gathered = (await store.alert(update)).news  # type: ignore[union-attr]
    assert gathered == " · ".join(f"news {n} – Reuters: More {n}" for n in range(3))
    await store.begin(lease, update, T0 + MINUTE)
    await store.settle(lease, update, Sent(""), T0 + MINUTE)
    await store.release(lease)
    await store.transact(saving(outcome("Again", story, placed={"news": "news 3"})))
    assert await told(store, "update", story, now=T0 + MINUTE) == 1
    assert await leased(store, T0 + 2 * MINUTE - 1) == []
    _, (second,) = await lane(store, T0 + 2 * MINUTE)
    assert (await store.alert(second)).news == "news 3 – Reuters: Again"  # type: ignore[union-attr]


async def test_what_one_channel_was_told_is_still_news_to_another(store: Store) -> None:
    await subscribed(store, "one")
    await subscribed(store, "two")
    story = await opened(store)
    await send_one(store)
    await send_one(store)
    await store.transact(saving(outcome("More", story, placed={"news": "now 30 %"})))
    assert await told(store, "update", story) == 2
    await send_one(store)
    _, (update,) = await lane(store)
    assert (await store.alert(update)).news == "now 30 % – Reuters: More"  # type: ignore[union-attr]


async def test_no_update_of_what_was_never_delivered(store: Store) -> None:
    await subscribed(store)
    story = await opened(store)
    await send(store, Rejected("too odd"))
    await store.transact(saving(outcome("More", story)))
    assert await told(store, "update", story) == 0
    await store.transact(saving(outcome("Grave", story, severity="breaking")))
    assert await told(store, "update", story) == 0


async def test_what_a_refused_update_said_is_said_by_the_next(store: Store) -> None:
    await subscribed(store)
    story = await opened(store)
    await send(store, Sent("m"))
    for number, receipt in ((1, Rejected("too odd")), (2, Sent("m"))):
        await store.transact(saving(outcome(f"More {number}", story, placed={"news": f"news {number}"})))
        now = T0 + number * MINUTE
        assert await told(store, "update", story, now=now) == 1
        lease, (update,) = await lane(store, now)
        alert = await store.alert(update)
        await store.release(lease)
        await send(store, receipt, now)
    assert alert is not None
    assert alert.news == "news 1 – Reuters: More 1 · news 2 – Reuters: More 2"


# ── lanes ──────────────────────────────────────────────────────────────────────────────────────────────────────


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
    (again,) = await leased(store, back, owner="b")
    assert again.lease_no == first.lease_no + 1
    await store.begin(again, delivery, back)
    await store.settle(again, delivery, Retry(30, "slow down"), T0)
    await store.release(again)
    assert len(await leased(store, back, owner="b")) == 1


# ── receipts ───────────────────────────────────────────────────────────────────────────────────────────────────


async def test_retry_makes_the_lane_wait_and_keeps_the_order(store: Store) -> None:
    await subscribed(store)
    first, second = await opened(store, "First"), await opened(store, "Second")
    await send(store, Retry(30, "rate limit"))
    assert await leased(store, T0 + 30 * SECOND - 1) == []
    _, deliveries = await lane(store, T0 + 30 * SECOND)
    assert [(one.story_id, one.tries, one.state) for one in deliveries] == [(first, 1, "queued"), (second, 0, "queued")]


@pytest.mark.case_id(128)
async def test_case_128_a_delivery_keeps_its_number_over_every_try(store: Store) -> None:
    """The number is what platforms tell copies by; a change of the store's leader shows as a lost lease."""
    await subscribed(store)
    await opened(store)
    first = await send(store, Retry(0, "reset"))
    again = await send(store, Ambiguous("no answer"), T0 + MINUTE)
    (lease,) = await leased(store, T0 + 2 * MINUTE, owner="new leader")
    (doubted,) = await store.next_deliveries(lease, 9, T0 + 2 * MINUTE)
    assert (first.id, again.id) == (doubted.id, doubted.id)
    assert doubted.tries == 2


@pytest.mark.case_id(140)
async def test_case_140_what_is_refused_for_ever_does_not_block_the_lane(store: Store) -> None:
    await subscribed(store)
    await opened(store, "Poison")
    second = await opened(store, "Second")
    await send(store, Rejected("invalid blocks"))
    _, (left,) = await lane(store)
    assert left.story_id == second
    assert (await states(store))["dead"] == 1


@pytest.mark.case_id(132)
async def test_case_132_a_delivery_in_doubt_is_looked_for_and_never_sent_unseen(store: Store) -> None:
    await subscribed(store)
    await opened(store)
    await send(store, Ambiguous("no answer"))
    now, waits = T0, []
    for _ in range(5):
        (wait,) = [gap for gap in (2, 15, 60, 120, 240) if len(await leased(store, now + gap * SECOND)) == 1][:1]
        waits.append(wait)
        now += wait * SECOND
        (lease,) = await leased(store, now + MINUTE)
        now += MINUTE
        (doubted,) = await store.next_deliveries(lease, 9, now)
        assert (doubted.state, doubted.tries) == ("sending", 1)
        assert await store.settle(lease, doubted, Ambiguous("can't tell"), now)
        await store.release(lease)
    assert waits == [2, 15, 60, 120, 240]
    assert await states(store) == {"ambiguous": 1}
    assert await leased(store, now + DAY) == []


@pytest.mark.parametrize("receipt", [Retry(30, "look later"), Gone("no access to look")])
async def test_a_look_that_was_put_off_leaves_the_doubt(store: Store, receipt: Receipt) -> None:
    await subscribed(store)
    await opened(store)
    await send(store, Ambiguous("no answer"))
    lease, (doubted,) = await lane(store, T0 + 2 * SECOND)
    assert await store.settle(lease, doubted, receipt, T0 + 2 * SECOND)
    await store.release(lease)
    _, (still,) = await lane(store, T0 + HOUR)
    assert (still.state, still.tries) == ("sending", 1)


async def test_the_leases_of_the_dead_are_free_at_once(store: Store) -> None:
    await subscribed(store)
    await opened(store)
    await due_feed(store)
    assert len(await leased(store, owner="host:1")) == 1
    assert await store.evict(lambda owner: owner == "host:2") == 0
    assert await store.evict(lambda owner: owner in ("host:1", "a")) == 2
    assert len(await leased(store)) == 1
    assert len(await store.due_feeds(T0, 9, MINUTE, "b")) == 1


async def test_a_doubt_that_is_cleared_is_sent_again(store: Store) -> None:
    await subscribed(store)
    await opened(store)
    await send(store, Ambiguous("no answer"))
    lease, (doubted,) = await lane(store, T0 + 2 * SECOND)
    assert await store.begin(lease, doubted, T0 + 2 * SECOND)
    assert await store.settle(lease, doubted, Sent("m"), T0 + 2 * SECOND)
    assert await states(store) == {"sent": 1}


@pytest.mark.case_id(136)
async def test_case_136_a_channel_is_paused_after_failures_over_a_day(store: Store) -> None:
    channel = await subscribed(store)
    await opened(store)
    now, tries = T0, 0
    while (await store.subscriptions(channel))[0][1].paused == "":
        now += HOUR
        if await leased(store, now, lease_ms=1):
            now += 1
            await send(store, Gone("missing access"), now)
            tries += 1
    assert tries >= 3
    assert DAY <= now - T0 <= DAY + 8 * HOUR
    assert (await store.subscriptions(channel))[0][1].paused == "missing access"
    assert await leased(store, now + 9 * DAY) == []
    assert await states(store) == {"queued": 1}
    assert (await store.stats())["channels_paused"] == 1


async def test_a_channel_that_answers_in_between_starts_anew(store: Store) -> None:
    channel = await subscribed(store)
    now = T0
    for n in range(6):
        await opened(store, f"Story {n}")
        await send(store, Gone("outage"), now)
        now += 10 * HOUR
        await send(store, Sent("m"), now)
    assert (await store.subscriptions(channel))[0][1].paused == ""


@pytest.mark.case_id(135)
async def test_case_135_a_channel_that_is_gone_is_paused_at_once_and_goes_on_later(store: Store) -> None:
    channel = await subscribed(store)
    await opened(store)
    await send(store, Gone("archived", permanent=True))
    assert await leased(store, T0 + DAY) == []
    assert await store.pause(channel, "") == 1
    assert len((await lane(store, T0 + DAY))[1]) == 1


async def test_what_waited_for_days_in_a_paused_channel_is_not_sent(store: Store, clock: Clock) -> None:
    channel = await subscribed(store)
    await opened(store)
    await send(store, Gone("archived", permanent=True))
    clock.now += 3 * DAY
    await store.pause(channel, "")
    assert await leased(store, clock.now) == []
    assert (await states(store))["stale"] == 1


async def test_what_was_sent_before_a_long_pause_is_still_sent_and_goes_on(store: Store, clock: Clock) -> None:
    channel = await subscribed(store)
    story = await opened(store)
    await send(store, Sent("m"))
    await store.pause(channel, "moving house")
    clock.now += 3 * DAY
    await store.pause(channel, "")
    assert await states(store) == {"sent": 1}
    await store.transact(saving(outcome("More", story)))
    assert await told(store, "update", story, now=clock.now) == 1


@pytest.mark.parametrize("how", ["resumed", "subscribed again"])
async def test_a_channel_that_is_resumed_is_tried_at_once(store: Store, how: str) -> None:
    channel = await subscribed(store)
    await opened(store)
    await send(store, Gone("missing access"))
    assert await leased(store, T0 + SECOND) == []
    if how == "resumed":
        await store.pause(channel, "rights are set right")
        await store.pause(channel, "")
    else:
        await store.subscribe(channel, "topic:chips", "Chips", {}, T0)
    assert len(await leased(store, T0 + SECOND)) == 1


async def test_what_is_in_doubt_is_looked_for_after_the_longest_pause(store: Store, clock: Clock) -> None:
    channel = await subscribed(store)
    await opened(store)
    await send(store, Ambiguous("no answer"))
    await store.pause(channel, "moving house")
    clock.now += 3 * DAY
    await store.pause(channel, "")
    _, (doubted,) = await lane(store, clock.now)
    assert doubted.state == "sending"


@pytest.mark.parametrize("how", ["resumed", "subscribed again"])
async def test_a_channel_that_goes_on_has_its_day_again(store: Store, how: str) -> None:
    channel = await subscribed(store)
    await opened(store)
    for hours in (0, 10, 20, 30):
        await send(store, Gone("missing access"), T0 + hours * HOUR)
    assert (await store.subscriptions(channel))[0][1].paused
    if how == "resumed":
        await store.pause(channel, "")
    else:
        await store.subscribe(channel, "topic:chips", "Chips", {}, T0)
    for hours in (31, 32, 34):
        await send(store, Gone("missing access"), T0 + hours * HOUR)
    assert not (await store.subscriptions(channel))[0][1].paused


async def test_who_is_roused_is_served_at_once_but_for_channels_that_refuse(store: Store) -> None:
    await subscribed(store)
    await opened(store)
    await send(store, Retry(900, "the token is refused"))
    assert await leased(store, T0 + MINUTE) == []
    assert await store.rouse("discord") == 0
    assert await store.rouse("console") == 1
    await send(store, Gone("missing access"), T0 + MINUTE)
    assert await store.rouse("console") == 0
    assert await leased(store, T0 + 2 * MINUTE) == []


# ── what is said ───────────────────────────────────────────────────────────────────────────────────────────────


async def test_an_alert_says_what_matched_for_this_channel(store: Store) -> None:
    channel = await store.channel("console", "", "policy")
    await store.subscribe(channel, "topic:chips", "Chip controls", {}, T0)
    await store.subscribe(channel, "query:5", "ban*", {}, T0)
    hits = [hit("query:5", "Ban"), hit("topic:chips", "chips", "禁令"), hit("topic:ipos", "IPO")]
    one = outcome("Ban on chips", hits=hits, says="In short.", url="https://n.example/", severity="breaking", lang="zh")
    ((_, story),) = await store.transact(saving(one))
    await told(store, "new", story, ["query:5"])
    _, (delivery,) = await lane(store)
    alert = await store.alert(delivery)
    assert alert is not None
    assert (alert.delivery_id, alert.kind, alert.story_id) == (delivery.id, "new", story)
    assert (alert.title, alert.url, alert.summary) == ("Ban on chips", "https://n.example/", "In short.")
    assert (alert.severity, alert.lang, alert.published, alert.news) == ("breaking", "zh", T0, "")
    assert alert.outlets == (OutletLine("Reuters", "https://n.example/", T0),)
    assert alert.topics == (
        TopicLine("topic:chips", "Chip controls", ("chips", "禁令")),
        TopicLine("query:5", "ban*", ("Ban",)),
    )


async def test_nothing_is_said_after_a_mute_an_unsubscription_or_without_a_story(store: Store) -> None:
    channel = await subscribed(store)
    first = await opened(store, "First")
    lease, (delivery,) = await lane(store)
    ((_, subscription),) = await store.subscriptions(channel)
    assert await store.unsubscribe(subscription.id, channel)
    assert await store.alert(delivery) is None
    await store.subscribe(channel, "topic:chips", "Chips", {}, T0)
    assert await store.alert(delivery) is not None
    await opened(store, "Second")
    _, second = await store.next_deliveries(lease, 9, T0)
    await store.mute(channel, first, on=True, now=T0)
    assert await store.alert(delivery) is None
    assert await store.alert(second) is not None
    assert [one.id for one in await store.next_deliveries(lease, 9, T0)] == [second.id]
    await store.mute(channel, second.story_id, on=True, now=T0)
    assert await store.next_deliveries(lease, 9, T0) == []
    assert await store.alert(Delivery(9, channel.id, 4711, "new", 0, T0)) is None


async def test_what_waited_for_a_rule_that_stays_paused_is_not_said(store: Store) -> None:
    channel = await subscribed(store)
    await store.subscribe(channel, "topic:ipos", "IPOs", {}, T0)
    await opened(store, "Chips")
    both = outcome("Both", hits=[hit("topic:chips"), hit("topic:ipos")])
    ((_, story),) = await store.transact(saving(both))
    await told(store, "new", story, ["topic:chips", "topic:ipos"])
    await store.pause(channel, "moving house")
    await store.subscribe(channel, "topic:ipos", "IPOs", {}, T0)
    _, deliveries = await lane(store)
    alerts = [await store.alert(delivery) for delivery in deliveries]
    assert [alert and [topic.id for topic in alert.topics] for alert in alerts] == [None, ["topic:ipos"]]


async def test_a_delivery_of_a_merged_story_speaks_of_the_whole(store: Store) -> None:
    await subscribed(store)
    one, other = await opened(store, "One", "topic:ipos"), await opened(store, "Other")
    _, (delivery,) = await lane(store)
    await store.transact(saving(outcome("Both", one, source="AP", placed={"merges": (other,)})))
    alert = await store.alert(delivery)
    assert alert is not None
    assert alert.story_id == one
    assert [outlet.name for outlet in alert.outlets] == ["Reuters", "AP"]


async def test_what_was_followed_and_told_is_not_told_again(store: Store) -> None:
    channel = await subscribed(store)
    ((_, story),) = await store.transact(saving(outcome(hits=[hit()])))
    assert await store.follow(channel, story, on=True, now=T0)
    await send(store, Sent("m"))
    assert await store.follow(channel, story, on=False, now=T0)
    assert await store.follow(channel, story, on=True, now=T0)
    assert (await store.stats()).get("deliveries_queued", 0) == 0
    assert await told(store, "new", story, ["topic:chips"]) == 0


async def test_pace_lets_a_burst_through_and_then_one_at_a_time(store: Store) -> None:
    waits = [await store.reserve("discord:1", T0, 1_000, 3) for _ in range(6)]
    assert waits == [0, 0, 0, 1_000, 2_000, 3_000]
    assert await store.reserve("discord:2", T0, 1_000, 1) == 0
    assert await store.reserve("discord:1", T0 + 10_000, 1_000, 3) == 0
    assert await store.reserve("discord:1", T0 - 2 * HOUR, 1_000, 1) == 0
    assert await store.reserve("discord:1", T0 - 2 * HOUR - MINUTE, 1_000, 1, 32_000) == 0
