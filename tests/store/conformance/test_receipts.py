"""What every store owes to receipts: one settlement each, and what each means for its row and its lane."""

from __future__ import annotations

import pytest

from bot.core.model import BY_HAND
from bot.ports import Ambiguous, Gone, Receipt, Rejected, Retry, Sent, Store
from tests.store.build import DAY, HOUR, MINUTE, T0, Clock, begun, leased, opened, outcome, saving, subscribed, told
from tests.store.conformance.serving import SECOND, lane, send, states

pytestmark = pytest.mark.usefixtures("untraced")


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
    now = T0
    for wait in (2, 15, 60, 120, 240):
        assert await leased(store, now + wait * SECOND - 1) == []
        now += wait * SECOND
        (lease,) = await leased(store, now)
        (doubted,) = await store.next_deliveries(lease, 9, now)
        assert (doubted.state, doubted.tries) == ("sending", 1)
        assert await store.settle(lease, doubted, Ambiguous("can't tell"), now)
        await store.release(lease)
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


@pytest.mark.parametrize("how", ["a send", "an event"])
async def test_what_somebody_paused_stays_so_in_a_channel_that_is_gone_and_goes_on(store: Store, how: str) -> None:
    channel = await subscribed(store)
    await opened(store, "One")
    await opened(store, "Two")
    lease, (delivery, _) = await lane(store)
    assert await begun(store, lease, delivery, T0)
    await store.pause(channel, BY_HAND)
    if how == "a send":
        assert await store.settle(lease, delivery, Gone("archived", permanent=True), T0)
    else:
        assert await store.pause(channel, "archived", but=BY_HAND) == 0
    await store.release(lease)
    assert await store.pause(channel, "", but=BY_HAND) == 0
    assert await leased(store, T0 + MINUTE) == []
    assert (await store.subscribe(channel, "topic:rain", "Rain", {}, T0)).paused == BY_HAND
    assert await store.pause(channel, "") == 2
    assert len((await lane(store, T0 + MINUTE))[1]) == 2


@pytest.mark.parametrize("how", ["resumed", "subscribed again"])
async def test_what_waited_for_days_in_a_paused_channel_is_not_sent(store: Store, clock: Clock, how: str) -> None:
    channel = await subscribed(store)
    await opened(store)
    await send(store, Gone("archived", permanent=True))
    clock.now += 3 * DAY
    if how == "resumed":
        await store.pause(channel, "")
    else:
        await store.subscribe(channel, "topic:chips", "Chips", {}, clock.now)
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


@pytest.mark.parametrize("where", ["in the send", "in the looks"])
async def test_what_grew_of_an_alert_that_nobody_can_tell_of_does_not_post_it_again(store: Store, where: str) -> None:
    """There is no message to edit, so that the update was the whole alert once more."""
    await subscribed(store)
    story = await opened(store)
    lease, (delivery,) = await lane(store)
    assert await begun(store, lease, delivery, T0)
    if where == "in the looks":
        assert await store.settle(lease, delivery, Ambiguous("no answer"), T0)
        (delivery,) = await store.next_deliveries(lease, 9, T0 + MINUTE)
    await store.transact(saving(outcome("More", story)))
    assert await told(store, "update", story, now=T0 + SECOND) == 1
    assert await store.settle(lease, delivery, Ambiguous("can't be looked for", blind=True), T0 + SECOND)
    await store.release(lease)
    assert await leased(store, T0 + HOUR) == []
    assert await states(store) == {"ambiguous": 1, "folded": 1}


async def test_what_grew_of_an_alert_that_was_refused_is_not_posted_as_another(store: Store) -> None:
    """Where its story turns out to be one that the channel was told of, it was told of that twice."""
    await subscribed(store)
    story = await opened(store)
    lease, (delivery,) = await lane(store)
    assert await begun(store, lease, delivery, T0)
    await store.transact(saving(outcome("More", story)))
    assert await told(store, "update", story, now=T0 + SECOND) == 1
    assert await store.settle(lease, delivery, Rejected("odd"), T0 + SECOND)
    await store.release(lease)
    assert await leased(store, T0 + HOUR) == []
    assert await states(store) == {"dead": 1, "folded": 1}


async def test_a_look_that_can_not_tell_leaves_when_the_send_was_begun(store: Store) -> None:
    """Who died had sent what its platform read seconds later; a look was limited in between, and it was sent again."""
    await subscribed(store)
    await opened(store)
    lease, (delivery,) = await lane(store)
    assert await store.begin(lease, delivery, T0)
    (doubted,) = await store.next_deliveries(lease, 9, T0)
    assert await store.settle(lease, doubted, Retry(1.0, "limited"), T0 + SECOND)
    (looked,) = await store.next_deliveries(lease, 9, T0 + 3 * SECOND)
    assert (looked.state, looked.begun_at) == ("sending", T0)
    assert await store.begin(lease, looked, T0 + 4 * SECOND)
    assert await store.settle(lease, looked, Ambiguous("no answer"), T0 + 5 * SECOND)
    (answered,) = await store.next_deliveries(lease, 9, T0 + 40 * SECOND)
    assert (answered.state, answered.begun_at) == ("sending", 0)
