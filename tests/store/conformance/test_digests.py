"""What every store owes to rhythm: what is held is told once, in a digest, and never left out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.message import Alert
from bot.core.model import Channel
from bot.ports import IngestTx, Rejected, Sent, Store
from tests.store.build import DAY, HOUR, MINUTE, T0, hit, lane, leased, opened, outcome, saving, subscribed, tell, told

pytestmark = pytest.mark.usefixtures("untraced")

SECOND = 1000
NINE = T0 - T0 % DAY + 9 * HOUR + (DAY if T0 % DAY >= 9 * HOUR else 0)
"""The next nine o'clock, UTC."""


def titles(alert: Alert | None) -> list[str]:
    assert alert is not None
    return [line.title for line in alert.lines]


async def test_what_a_daily_subscription_gets_comes_in_one_digest(store: Store) -> None:
    await subscribed(store, mode="daily 09:00")
    await opened(store, "One")
    await opened(store, "Two")
    assert await lane(store, T0 + MINUTE) == []
    assert await store.turn(NINE - 1) == 0
    assert await store.next_turn() == NINE
    assert await store.turn(NINE) == 1
    assert await store.next_turn() == NINE + DAY
    ((delivery, alert),) = await lane(store, NINE)
    assert (delivery.kind, delivery.story_id) == ("digest", 0)
    assert sorted(titles(alert)) == ["One", "Two"]
    assert await store.turn(NINE + HOUR) == 0
    assert await lane(store, NINE + DAY) == []


async def test_where_all_are_told_at_once_no_digest_is_ever_due(store: Store) -> None:
    await subscribed(store)
    await opened(store, "One")
    assert await store.next_turn() == 0


async def test_a_digest_of_one_topic_goes_into_its_thread_and_a_mixed_one_into_the_channel(store: Store) -> None:
    channel = await subscribed(store, mode="hourly", thread="topic")
    await store.subscribe(channel, "topic:ships", "Ships", {"mode": "hourly", "thread": "topic"}, T0)
    threads = []
    for hours, rules in ((1, ["topic:chips"]), (2, ["topic:chips", "topic:ships"]), (3, ["topic:ships"])):
        for rule in rules:
            made = await store.transact(saving(outcome(f"{rule} {hours}", hits=[hit(rule)])))
            await told(store, "new", made[0].story_id, [rule], T0 + (hours - 1) * HOUR + MINUTE)
        await store.turn(T0 + hours * HOUR)
        ((_, alert),) = await lane(store, T0 + hours * HOUR)
        assert alert is not None
        threads.append(alert.thread and alert.thread.rule)
    assert threads == ["topic:chips", None, "topic:ships"]


async def test_an_empty_digest_is_not_sent(store: Store) -> None:
    await subscribed(store, mode="hourly")
    assert await store.turn(NINE) == 0
    assert await lane(store, NINE) == []


async def test_after_downtime_there_is_one_digest_and_the_next_period_is_whole(store: Store) -> None:
    await subscribed(store, mode="daily 09:00")
    await opened(store, "One")
    late = NINE + 3 * DAY + HOUR
    assert await store.turn(late) == 1
    assert len(await lane(store, late)) == 1
    two = await store.transact(saving(outcome("Two", hits=[hit()])))
    await told(store, "new", two[0].story_id, ["topic:chips"], late + MINUTE)
    assert await store.turn(NINE + 4 * DAY - 1) == 0
    assert await store.turn(NINE + 4 * DAY) == 1
    ((_, alert),) = await lane(store, NINE + 4 * DAY)
    assert titles(alert) == ["Two"]


async def test_a_story_that_a_digest_told_is_not_told_again(store: Store) -> None:
    await subscribed(store, mode="hourly")
    story = await opened(store, "One")
    await store.turn(T0 + HOUR)
    await lane(store, T0 + HOUR)
    assert await told(store, "new", story, ["topic:chips"], T0 + 2 * HOUR) == 0
    assert await told(store, "update", story, ["topic:chips"], T0 + 2 * HOUR) == 0
    assert await store.turn(T0 + 9 * HOUR) == 0


async def test_a_digest_tells_only_what_its_own_period_held(store: Store) -> None:
    channel = await subscribed(store, mode="hourly")
    await store.subscribe(channel, "topic:ships", "Ships", {"mode": "daily 09:00"}, T0)
    await opened(store, "One")
    await opened(store, "Two", "topic:ships")
    early = T0 + HOUR
    assert early < NINE
    assert await store.turn(early) == 1
    ((_, alert),) = await lane(store, early)
    assert titles(alert) == ["One"]
    assert await store.turn(NINE) == 1
    ((_, alert),) = await lane(store, NINE)
    assert titles(alert) == ["Two"]


async def test_each_channel_has_a_digest_of_its_own(store: Store) -> None:
    for ref in ("one", "two"):
        await subscribed(store, ref, mode="hourly")
    await opened(store, "One")
    assert await store.turn(T0 + HOUR) == 2
    assert [titles(alert) for _, alert in await lane(store, T0 + HOUR, 2)] == [["One"], ["One"]]


async def test_stories_that_became_one_are_one_line_of_a_digest(store: Store) -> None:
    await subscribed(store, mode="hourly")
    one, other = await opened(store, "One"), await opened(store, "Other")
    await store.turn(T0 + HOUR)
    await store.transact(saving(outcome("Both", one, placed={"merges": (other,)})))
    ((_, alert),) = await lane(store, T0 + HOUR)
    assert titles(alert) == ["One"]


async def test_a_story_that_waits_for_a_digest_is_told_at_once_when_it_takes_in_one_that_was(store: Store) -> None:
    channel = await subscribed(store, mode="hourly")
    await store.subscribe(channel, "topic:ipos", "IPOs", {}, T0)
    one, other = await opened(store, "One"), await opened(store, "Other", "topic:ipos")
    await store.transact(saving(outcome("Both", one, placed={"merges": (other,)})))
    ((delivery, alert),) = await lane(store, T0)
    assert (delivery.kind, alert and alert.story_id) == ("new", one)
    assert await store.turn(T0 + HOUR) == 0


async def test_a_story_that_is_to_be_told_at_once_stays_so_when_it_takes_in_one_that_waits(store: Store) -> None:
    channel = await subscribed(store, mode="hourly")
    await store.subscribe(channel, "topic:ipos", "IPOs", {}, T0)
    other, one = await opened(store, "Other"), await opened(store, "One", "topic:ipos")
    await store.transact(saving(outcome("Both", one, placed={"merges": (other,)})))
    ((delivery, _),) = await lane(store, T0)
    assert delivery.kind == "new"
    assert await store.turn(T0 + HOUR) == 0


async def test_quiet_hours_hold_and_breaking_news_wakes_if_it_may(store: Store) -> None:
    night = f"{T0 % DAY // HOUR:02}:00-{(T0 % DAY // HOUR + 8) % 24:02}:00"
    await subscribed(store, "sleeps", quiet=night)
    await subscribed(store, "wakes", quiet=night, wake="breaking")
    saved = await store.transact(saving(outcome("Halt", hits=[hit()], severity="breaking")))
    assert await told(store, "new", saved[0].story_id, ["topic:chips"], T0 + SECOND) == 2
    (lease,) = await leased(store, T0 + SECOND, n=9)
    assert lease.channel.ref == "wakes"
    await store.release(lease)
    assert await store.turn(T0 + 9 * HOUR) == 1


@pytest.mark.usefixtures("untraced")
@pytest.mark.case_id(96)
async def test_case_096_beyond_its_cap_a_channel_gets_one_digest(store: Store) -> None:
    await subscribed(store)

    def flood(tx: IngestTx) -> None:
        for number in range(1000):
            saved = tx.save(0, outcome(f"News {number}", hits=[hit()]))
            tell(tx, saved.story_id)

    await store.transact(flood)
    single = await lane(store, T0 + SECOND)
    assert [alert.title for _, alert in single if alert] == [f"News {number}" for number in range(6)]
    assert await store.turn(T0 + 10 * MINUTE) == 1
    ((_, alert),) = await lane(store, T0 + 10 * MINUTE)
    assert alert is not None
    assert alert.digest == "burst"
    assert sorted(titles(alert)) == sorted(f"News {number}" for number in range(6, 1000))


async def test_each_channel_gets_a_digest_of_its_own_and_what_is_not_due_waits(store: Store) -> None:
    """Also where it had others before: what is held goes into the newest."""
    for name, mode in (("a", "hourly"), ("b", "hourly"), ("late", "daily 09:00")):
        await subscribed(store, name, mode=mode)
    for hour, title in ((1, "One"), (2, "Two")):
        await opened(store, title)
        due = T0 + hour * HOUR
        assert await store.turn(due) == 2
        got = await lane(store, due, n=9)
        assert sorted((alert.digest, titles(alert)) for _, alert in got if alert) == [("hourly", [title])] * 2
        assert len({delivery.channel_id for delivery, _ in got}) == 2
    assert await store.turn(NINE) == 1
    ((_, alert),) = await lane(store, NINE, n=9)
    assert sorted(titles(alert)) == ["One", "Two"]


async def test_a_channel_may_lift_the_cap_and_breaking_news_passes_it(store: Store) -> None:
    channel = await subscribed(store)
    for number in range(7):
        await opened(store, f"News {number}")
    saved = await store.transact(saving(outcome("Halt", hits=[hit()], severity="breaking")))
    assert await told(store, "new", saved[0].story_id, ["topic:chips"], T0) == 1
    assert len(await lane(store, T0 + SECOND)) == 7
    await store.configure(channel, {"burst": "0"})
    for number in range(9):
        await opened(store, f"More {number}")
    assert len(await lane(store, T0 + SECOND)) == 9


async def test_a_muted_story_and_an_ended_subscription_are_left_out(store: Store) -> None:
    channel = await subscribed(store, mode="hourly")
    muted = await opened(store, "One")
    await opened(store, "Two")
    await store.mute(channel, muted, True, T0)
    await store.turn(T0 + HOUR)
    (lease,) = await leased(store, T0 + HOUR)
    (delivery,) = await store.next_deliveries(lease, 9, T0 + HOUR)
    assert titles(await store.alert(delivery)) == ["Two"]
    ((_, subscription),) = await store.subscriptions(channel)
    await store.unsubscribe(subscription.id, channel)
    assert await store.alert(delivery) is None
    assert await store.begin(lease, delivery, T0 + HOUR)
    assert await store.settle(lease, delivery, Rejected("nothing"), T0 + HOUR)
    await store.release(lease)
    assert await leased(store, T0 + DAY) == []


@pytest.mark.parametrize(
    ("steps", "again"),
    [
        (("mute", "made", "unmute", "begun", "sent"), True),
        (("mute", "made", "begun", "unmute", "sent"), True),
        (("made", "begun", "mute", "unmute", "sent"), False),
        (("made", "begun", "mute", "sent", "unmute"), False),
    ],
)
async def test_what_a_digest_left_out_while_it_was_muted_comes_in_another(
    store: Store, steps: tuple[str, ...], again: bool
) -> None:
    """And what it told does not: whenever the story is unmuted."""
    channel = await subscribed(store, mode="hourly")
    one = await opened(store, "One")
    await opened(store, "Other")
    await store.turn(T0 + HOUR)
    (lease,) = await leased(store, T0 + HOUR)
    (digest,) = await store.next_deliveries(lease, 9, T0 + HOUR)
    seen: list[str] = []
    for now, step in enumerate(steps, T0 + HOUR):
        if step == "made":
            seen = titles(await store.alert(digest))
        elif step == "begun":
            assert await store.begin(lease, digest, now)
        elif step == "sent":
            assert await store.settle(lease, digest, Sent("m"), now)
        else:
            await store.mute(channel, one, on=step == "mute", now=now)
    await store.release(lease)
    await store.turn(T0 + 2 * HOUR)
    later = [title for _, alert in await lane(store, T0 + 2 * HOUR) for title in titles(alert)]
    assert (sorted(seen), later) == ((["Other"], ["One"]) if again else (["One", "Other"], []))


@pytest.mark.parametrize("how", ["muted", "merged"])
async def test_a_digest_is_put_together_again_where_a_story_of_it_is_gone_before_it_begins(
    store: Store, how: str
) -> None:
    channel = await subscribed(store, mode="hourly")
    one, other = await opened(store, "One"), await opened(store, "Other")
    await store.turn(T0 + HOUR)
    (lease,) = await leased(store, T0 + HOUR)
    (digest,) = await store.next_deliveries(lease, 9, T0 + HOUR)
    made = await store.alert(digest)
    assert sorted(titles(made)) == ["One", "Other"]
    if how == "muted":
        await store.mute(channel, one, on=True, now=T0 + HOUR)
    else:
        await store.transact(saving(outcome("Both", other, placed={"merges": (one,)})))
    assert made is not None
    assert not await store.begin(lease, replace(digest, told=made.told), T0 + HOUR)
    await store.release(lease)
    ((_, alert),) = await lane(store, T0 + HOUR)
    assert titles(alert) == ["Other"]


async def test_a_new_time_zone_moves_the_next_digest(store: Store) -> None:
    channel = await subscribed(store, mode="daily 09:00")
    channel = await store.configure(channel, {"timezone": "Asia/Shanghai"})
    await store.turn(T0 + SECOND)
    await opened(store, "One")
    shanghai = T0 + (NINE - 8 * HOUR - T0) % DAY
    assert await store.turn(shanghai - 1) == 0
    assert await store.turn(shanghai) == 1


async def test_outlets_can_be_chosen_and_left_out(store: Store) -> None:
    chosen: Channel = await subscribed(store, "chosen", outlets="Reuters, 财新")
    muted = await subscribed(store, "muted", **{"mute-outlets": "reuters"})
    story = await opened(store, "By Reuters")
    assert [lease.channel.id for lease in await leased(store, T0, n=9)] == [chosen.id]
    await store.transact(saving(outcome("By another", story, hits=[hit()], source="The Ledger")))
    assert await told(store, "update", story, ["topic:chips"], T0 + MINUTE) == 1
    assert muted.id in [lease.channel.id for lease in await leased(store, T0 + MINUTE, n=9)]


async def test_first_reports_only(store: Store) -> None:
    channel = await subscribed(store, updates="no")
    story, followed = await opened(store, "One"), await opened(store, "Followed")
    await store.follow(channel, followed, True, T0)
    await lane(store, T0 + SECOND)
    await store.transact(saving(outcome("Two", story, hits=[hit()], placed={"news": "a figure"})))
    assert await told(store, "update", story, ["topic:chips"], T0 + MINUTE) == 0
