"""What every store owes to the page: lanes with what waits in them, and how stories spread."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.polling.pulse import Polls
from bot.ports import FeedSpec, Store
from bot.ports.overview import Backlog
from tests.store.build import HOUR, MINUTE, T0, leased, opened, outcome, saving, settled, subscribed

pytestmark = pytest.mark.usefixtures("untraced")


async def test_a_channel_is_listed_with_its_lane_and_what_it_gets(store: Store) -> None:
    channel = await subscribed(store, severity="normal")
    await opened(store)
    await opened(store, "A second one")
    (lease,) = await leased(store)
    (row,) = await store.channel_rows(10)
    assert (row.id, row.name, row.waiting, row.oldest, row.held) == (channel.id, "policy", 2, T0, 0)
    assert row.lease_until == T0 + MINUTE
    assert [(one.rule, one.options) for one in row.subscriptions] == [("topic:chips", {"severity": "normal"})]
    await store.release(lease)
    (row,) = await store.channel_rows(10)
    assert row.lease_until == 0


async def test_channels_are_listed_from_one_on(store: Store) -> None:
    made = [await store.channel("console", "", f"c{number}") for number in range(3)]
    assert [row.id for row in await store.channel_rows(2)] == [made[0].id, made[1].id]
    assert [row.id for row in await store.channel_rows(2, made[1].id)] == [made[2].id]
    assert (await store.channel_rows(1))[0].subscriptions == ()


async def test_the_backlog_counts_what_waits_and_what_is_held(store: Store) -> None:
    assert await store.backlog() == Backlog(0, 0, 0, 0)
    await subscribed(store, "now")
    await subscribed(store, "later", mode="hourly")
    await opened(store)
    assert await store.backlog() == Backlog(1, 1, T0, 1)
    rows = {row.ref: row for row in await store.channel_rows(10)}
    assert (rows["now"].held, rows["later"].held) == (0, 1)


async def test_a_story_spreads_from_outlet_to_outlet(store: Store) -> None:
    (first, _) = await store.transact(saving(outcome(), outcome("Another story", source="Xinhua")))
    story = first.story_id
    await store.transact(saving(outcome(story=story, source="AFP", published=T0 + HOUR, first_seen=T0 + HOUR)))
    await store.transact(saving(outcome(story=story, source="AFP", published=T0 + 2 * HOUR, first_seen=T0 + 2 * HOUR)))
    assert await store.spread([story]) == {story: [T0, T0 + HOUR]}
    assert await store.spread([]) == {}


async def test_the_last_deliveries_are_listed_with_their_stories(store: Store) -> None:
    await subscribed(store)
    await opened(store)
    await opened(store, "A second one")
    assert [(row.title, row.state, row.kind) for row in await store.deliveries(5)] == [
        ("A second one", "queued", "new"),
        ("Ban on chips widens", "queued", "new"),
    ]
    assert len(await store.deliveries(1)) == 1


async def test_how_the_polls_stand(store: Store) -> None:
    assert await store.polled() == Polls(0, 0, 0)
    await store.add_feeds([FeedSpec(f"https://{name}.example/") for name in "abc"], T0)
    assert await store.polled() == Polls(3, 0, T0), "what was never polled is due since it was added"
    first, second, third = await store.due_feeds(T0, 3, MINUTE, "w")
    await store.settle_polls(
        [
            replace(settled(first, next_poll=T0 + 2 * HOUR), last_ok=T0 + 1),
            replace(settled(second, next_poll=T0 + HOUR), last_ok=T0 + 2),
            settled(third, next_poll=T0 + 3 * HOUR),
        ]
    )
    await store.rest_feed(second.id, True, T0)
    assert await store.polled() == Polls(2, T0 + 2, T0 + 2 * HOUR)
