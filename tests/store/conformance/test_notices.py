"""Notices about sources: who depends on one, told once, through the outbox."""

from __future__ import annotations

import asyncio

import pytest

from bot.core.errors import StoreError
from bot.core.model import Channel
from bot.core.polling.silence import Told
from bot.ports import FeedSpec, Gone, Sent, Store
from bot.ports.notices import Notice
from tests.store.build import DAY, HOUR, MINUTE, T0, Clock, hit, lane, leased, outcome, subscribed, tell


async def watched(store: Store, *sources: str) -> list[int]:
    """Feeds of these outlets, in order."""
    await store.add_feeds([FeedSpec(f"https://f{n}.example/", source=name) for n, name in enumerate(sources)], T0)
    return [feed.id for feed in await store.feeds()]


async def stories(store: Store, feed: int, n: int, at: int = T0) -> None:
    """So many stories, opened by a feed and told to whoever subscribes."""
    for number in range(n):
        one = outcome(f"Story {feed}-{number}-{at}", hits=[hit()], first_seen=at, published=at)
        await store.transact(
            lambda tx, one=one: tell(tx, tx.save(feed, one).story_id, now=at, burst=0)  # type: ignore[misc]
        )


async def depends(store: Store, *feeds: int, since: int = T0 - DAY) -> list[tuple[int, str]]:
    return [(one.feed, one.channel.ref) for one in await store.dependants(feeds, since)]


def silent(channel: Channel, *feeds: int) -> Notice:
    return Notice(channel.id, feeds, "No news from Reuters", "Reuters could not be read for 7 hours.")


@pytest.mark.usefixtures("untraced")
async def test_who_is_told_a_tenth_and_three_stories_depends_on_a_feed(store: Store) -> None:
    few, many = await watched(store, "Few", "Many")
    await subscribed(store)
    await subscribed(store, "other", "topic:space")
    await stories(store, few, 2)
    await stories(store, many, 20)
    await lane(store, T0)
    assert await depends(store, few, many) == [(many, "policy")]
    await stories(store, few, 1)
    await lane(store, T0)
    assert await depends(store, few, many) == [(few, "policy"), (many, "policy")]
    await stories(store, many, 10)
    await lane(store, T0)
    assert await depends(store, few) == [], "three of thirty-three are less than a tenth"
    assert await depends(store, many, since=T0) == [], "long ago"


async def test_what_was_not_sent_does_not_count_and_a_second_report_neither(store: Store) -> None:
    first, second = await watched(store, "First", "Second")
    await subscribed(store)
    await stories(store, first, 4)
    assert await depends(store, first) == []
    await lane(store, T0)
    for story in range(1, 5):
        await store.transact(lambda tx, story=story: tx.save(second, outcome("Again", story)))  # type: ignore[misc]
    assert await depends(store, first, second) == [(first, "policy")]


async def test_an_outlet_asked_for_by_name_counts_unless_another_feed_of_it_is_there(store: Store) -> None:
    one, two = await watched(store, "Reuters", "Reuters")
    await subscribed(store, outlets="reuters, Caixin")
    assert await depends(store, one) == []
    assert await depends(store, one, two) == [(one, "policy"), (two, "policy")]


async def test_paused_channels_and_those_that_want_none_are_left_alone(store: Store) -> None:
    (feed,) = await watched(store, "Reuters")
    channel = await subscribed(store, outlets="Reuters")
    await store.configure(channel, {"notices": "off"})
    assert await depends(store, feed) == []
    await store.configure(channel, {"notices": ""})
    await store.pause(channel, "asked")
    assert await depends(store, feed) == []
    await store.pause(channel, "")
    assert await depends(store, feed) == [(feed, "policy")]


async def test_a_silence_and_its_end_are_each_told_once(store: Store) -> None:
    (feed,) = await watched(store, "Reuters")
    channel = await subscribed(store, outlets="Reuters")
    assert await store.notify([feed], [], [silent(channel, feed)], T0)
    assert not await store.notify([feed], [], [silent(channel, feed)], T0 + 1), "another process did"
    assert await store.told() == {feed: Told(T0, 0)}
    ((delivery, alert),) = await lane(store, T0)
    assert alert is not None
    assert (delivery.kind, alert.kind, alert.title, alert.story_id) == ("notice", "notice", "No news from Reuters", 0)
    assert alert.summary == "Reuters could not be read for 7 hours."
    assert [one.channel.ref for one in await store.awaiting([feed])] == ["policy"]
    back = Notice(channel.id, (feed,), "Reuters is back", "", back=True)
    assert await store.notify([], [feed], [back], T0 + HOUR)
    assert not await store.notify([], [feed], [back], T0 + HOUR)
    assert await store.told() == {feed: Told(T0, T0 + HOUR)}
    assert await store.awaiting([feed]) == []
    assert [alert.title for _, alert in await lane(store, T0 + HOUR) if alert] == ["Reuters is back"]
    assert await store.notify([feed], [], [silent(channel, feed)], T0 + 8 * DAY)
    assert len(await lane(store, T0 + 8 * DAY)) == 1


async def test_of_two_that_tell_at_once_one_does(store: Store) -> None:
    one, two = await watched(store, "Reuters", "Caixin")
    channel = await subscribed(store, outlets="Reuters,Caixin")
    told = await asyncio.gather(
        *(store.notify([one, two], [], [silent(channel, one, two)], T0) for _ in range(5)),
        store.notify([two], [], [silent(channel, two)], T0),
    )
    assert told.count(True) == 1
    assert len(await lane(store, T0)) == 1


async def test_a_notice_keeps_quiet_hours_and_no_digest_takes_it_along(store: Store) -> None:
    (feed,) = await watched(store, "Reuters")
    channel = await subscribed(store, outlets="Reuters", mode="hourly")
    await store.notify([feed], [], [silent(channel, feed)], T0)
    due = T0 - T0 % HOUR + HOUR
    assert await lane(store, due - MINUTE) == []
    assert await store.turn(due) == 0
    assert [delivery.kind for delivery, _ in await lane(store, due + MINUTE)] == ["notice"]


async def test_a_notice_in_doubt_is_looked_for_like_any_delivery(store: Store) -> None:
    (feed,) = await watched(store, "Reuters")
    channel = await subscribed(store, outlets="Reuters")
    await store.notify([feed], [], [silent(channel, feed)], T0)
    (lease,) = await leased(store)
    (delivery,) = await store.next_deliveries(lease, 9, T0)
    assert await store.begin(lease, delivery, T0)
    (again,) = await store.next_deliveries(lease, 9, T0)
    assert (again.state, again.tries) == ("sending", 1)
    assert await store.settle(lease, again, Sent("m1"), T0)


async def test_a_feed_that_is_removed_is_forgotten_with_what_was_told_of_it(store: Store) -> None:
    (feed,) = await watched(store, "Reuters")
    channel = await subscribed(store, outlets="Reuters")
    await store.notify([feed], [], [silent(channel, feed)], T0)
    await store.remove_feed("https://f0.example/")
    assert (await store.told(), await store.awaiting([feed])) == ({}, [])
    assert len(await lane(store, T0)) == 1, "what was said stays said"


async def test_old_notices_and_digests_are_forgotten(store: Store, clock: Clock) -> None:
    (feed,) = await watched(store, "Reuters")
    channel = await subscribed(store, outlets="Reuters")
    await store.notify([feed], [], [silent(channel, feed)], T0)
    await lane(store, T0)
    await store.retain(T0 + 90 * DAY, 91 * DAY)
    assert len(await store.deliveries(9)) == 1
    await store.retain(T0 + 92 * DAY, 91 * DAY)
    assert await store.deliveries(9) == []


async def test_what_fails_otherwise_is_no_verdict(store: Store) -> None:
    await store.close()
    with pytest.raises(StoreError):
        await store.notify([1], [], [], T0)


async def test_the_owner_of_a_channel_that_failures_paused_is_told_once(store: Store) -> None:
    channel = await subscribed(store)
    await store.keep(f"owner:{channel.id}", "discord @user 42")
    await subscribed(store, "nobody's")
    await stories(store, 0, 1)
    assert await store.unheard() == []
    for lease in await leased(store, T0, n=2):
        (delivery,) = await store.next_deliveries(lease, 1, T0)
        assert await store.begin(lease, delivery, T0)
        assert await store.settle(lease, delivery, Gone("the channel is gone", permanent=True), T0)
        await store.release(lease)
    (one,) = await store.unheard()
    assert (one.channel.id, one.reason, one.owner) == (channel.id, "the channel is gone", ("discord", "@user", "42"))
    told = await asyncio.gather(*(store.tell_owner(one, "Alerts rest", "It is gone.", T0 + n) for n in range(2)))
    assert sorted(told) == [False, True]
    assert await store.unheard() == []
    (lease,) = await store.lease_channels(T0 + 1, 5, MINUTE, "a", ["discord"])
    assert (lease.channel.scope, lease.channel.ref) == ("@user", "42")
    (delivery,) = await store.next_deliveries(lease, 5, T0 + 1)
    alert = await store.alert(delivery)
    assert alert is not None
    assert (alert.kind, alert.title, alert.summary) == ("notice", "Alerts rest", "It is gone.")
