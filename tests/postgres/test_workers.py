"""Several programs over one database: what one has, no other takes; what one did, no other does again."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

import pytest

from bot.core.model import Entry
from bot.pipeline import Pipeline
from bot.ports import FeedSpec, Found, IngestTx, Sent, Store
from bot.rules.rulebook import Rulebook
from bot.store import open_store
from bot.store.transfer import whole
from tests.store.build import DAY, MINUTE, T0, Clock, leased, opened, subscribed


@pytest.fixture
async def stores(address: str) -> AsyncIterator[list[Store]]:
    """Four programs."""
    every = [open_store(address, clock=Clock(), patience_s=10) for _ in range(4)]
    yield every
    for store in every:
        await store.close()


async def test_a_feed_is_leased_once(stores: list[Store]) -> None:
    await stores[0].add_feeds([FeedSpec(f"https://feeds.example/{n}.xml") for n in range(40)], T0)
    turns = [store.due_feeds(T0, 5, MINUTE, f"w{number}") for number, store in enumerate(stores) for _ in range(4)]
    found = [feed.id for feeds in await asyncio.gather(*turns) for feed in feeds]
    assert max(Counter(found).values()) == 1
    rest = [feed.id for store in stores for feed in await store.due_feeds(T0, 40, MINUTE, "late")]
    assert sorted(found + rest) == sorted(set(found + rest))
    assert len(found + rest) == 40


async def test_a_lane_is_leased_once_and_a_delivery_begun_once(stores: list[Store]) -> None:
    for number in range(12):
        await subscribed(stores[0], f"c{number}")
    await opened(stores[0])
    turns = [leased(store, n=3, owner=f"w{number}") for number, store in enumerate(stores) for _ in range(2)]
    leases = [lease for found in await asyncio.gather(*turns) for lease in found]
    assert max(Counter(lease.channel.id for lease in leases).values()) == 1
    lease = leases[0]
    (delivery,) = await stores[0].next_deliveries(lease, 5, T0)
    begun = await asyncio.gather(*(store.begin(lease, delivery, T0) for store in stores))
    assert sorted(begun) == [False, False, False, True]
    settled = await asyncio.gather(*(store.settle(lease, delivery, Sent("m"), T0) for store in stores))
    assert sorted(settled) == [False, False, False, True]


async def test_who_lost_its_lease_changes_nothing(stores: list[Store]) -> None:
    await subscribed(stores[0])
    await opened(stores[0])
    (old,) = await leased(stores[0])
    (delivery,) = await stores[0].next_deliveries(old, 5, T0)
    (new,) = await leased(stores[1], now=T0 + 2 * MINUTE)
    assert not await stores[0].begin(old, delivery, T0 + 2 * MINUTE)
    assert await stores[1].begin(new, delivery, T0 + 2 * MINUTE)
    assert not await stores[0].settle(old, delivery, Sent("late"), T0 + 2 * MINUTE)


async def test_who_gives_a_lost_lane_back_while_others_are_at_it_takes_it_from_nobody(
    stores: list[Store], address: str
) -> None:
    import psycopg

    await subscribed(stores[0])
    await opened(stores[0])
    (old,) = await leased(stores[0])
    (new,) = await leased(stores[1], now=T0 + 2 * MINUTE)
    with psycopg.connect(address) as conn:
        conn.execute("select id from channel for update")
        late = asyncio.create_task(stores[0].release(old))
        waiting = "select 1 from pg_stat_activity where %s = any(pg_blocking_pids(pid))"
        async with asyncio.timeout(30):
            while not conn.execute(waiting, (conn.info.backend_pid,)).fetchall():
                await asyncio.sleep(0.01)
                conn.execute("select pg_stat_clear_snapshot()")
    await late
    assert await leased(stores[2], now=T0 + 2 * MINUTE) == []
    await stores[1].release(new)
    assert len(await leased(stores[2], now=T0 + 2 * MINUTE)) == 1


async def test_a_pace_holds_over_all_workers(stores: list[Store]) -> None:
    asked = [store.reserve("bot", T0, 20, 1) for store in stores for _ in range(25)]
    assert sorted(await asyncio.gather(*asked)) == [n * 20 for n in range(100)]


async def test_a_digest_is_made_once(stores: list[Store]) -> None:
    for number in range(5):
        await subscribed(stores[0], f"c{number}", mode="daily 09:00")
    await opened(stores[0])
    turned = await asyncio.gather(*(store.turn(T0 + 2 * DAY) for store in stores))
    assert sum(turned) == 5
    leases = await leased(stores[0], now=T0 + 2 * DAY, n=9)
    rows = [row for lease in leases for row in await stores[0].next_deliveries(lease, 9, T0 + 2 * DAY)]
    assert [row.kind for row in rows] == ["digest"] * 5


async def test_a_rule_and_a_query_are_made_once(stores: list[Store]) -> None:
    made = await asyncio.gather(*(subscribed(store, f"c{n}", "query:7") for n, store in enumerate(stores)))
    assert len({channel.id for channel in made}) == 4
    assert len(set(await asyncio.gather(*(store.query("h20 AND ban") for store in stores)))) == 1


async def test_a_feeds_entries_are_placed_in_order_by_whoever_places_them(stores: list[Store]) -> None:
    """One program places the first ones slowly: another takes other feeds' entries, and none that comes after those."""
    feeds = (1, 1, 2, 1, 2, 3)
    left = [
        (feed, Found(Entry(f"{n}", "", f"Entry {n}", first_seen=T0), (), push=True)) for n, feed in enumerate(feeds)
    ]
    for feed, one in left:
        await stores[0].transact(lambda tx, feed=feed, one=one: tx.put(feed, [one]))  # type: ignore[misc]
    has, goes = threading.Event(), threading.Event()

    def slowly(tx: IngestTx) -> list[str]:
        taken = tx.take(2)
        has.set()
        goes.wait(30)
        return [one.entry.id for _, one in taken]

    slow = asyncio.create_task(stores[0].transact(slowly))
    await asyncio.to_thread(has.wait, 30)
    quick = await stores[1].transact(lambda tx: [one.entry.id for _, one in tx.take(9)])
    goes.set()
    rest = [await stores[1].transact(lambda tx: [one.entry.id for _, one in tx.take(9)]) for _ in "ab" if await slow]
    assert (await slow, quick, rest) == (["0", "1"], ["2", "4", "5"], [["3"], []])


def reports(event: int) -> list[Entry]:
    """One event by three outlets, in their own words."""
    buyer, bought, place = (
        f"{name}{'abcdefghij'[event % 10]}{'klmnopqrst'[event // 10]}" for name in ("Va", "Zu", "Qo")
    )
    titles = (
        f"{buyer.title()} agrees to buy {bought.title()} of {place.title()}",
        f"{place.title()}: {bought.title()} goes to {buyer.title()}",
        f"{bought.title()}, maker from {place.title()}, taken over by {buyer.title()}",
    )
    return [
        Entry(f"{event}-{k}", f"https://{k}.example/{event}", title, source=f"Outlet {k}", lang="en", first_seen=T0)
        for k, title in enumerate(titles)
    ]


@pytest.mark.usefixtures("untraced")
async def test_two_workers_never_open_two_stories_for_one_event(stores: list[Store]) -> None:
    pipelines = [Pipeline(store, Rulebook()) for store in stores]
    for event in range(30):
        some = reports(event)
        turns = [pipeline.replay([some[n % 3]]) for n, pipeline in enumerate(pipelines)]
        await asyncio.gather(*turns)
    stats = await stores[0].stats()
    assert (stats["entries"], stats["stories"]) == (120, 30)


async def test_crowds_that_two_workers_place_by_turns_are_counted_by_both(stores: list[Store]) -> None:
    """A crowd keeps all others out: a story that another has grown since is read again, not taken as it was."""
    events = [[replace(one, summary=" ".join(words(event))) for one in reports(event)] for event in range(90)]
    pipelines = [Pipeline(store, Rulebook()) for store in stores[:2]]
    for turn in range(3):
        await pipelines[turn % 2].replay([some[turn] for some in events])
    assert (await stores[0].stats())["stories"] == 90
    assert {len(story.outlets) for story in await stores[2].latest(None, 200)} == {3}
    assert await whole(stores[2]).read(lambda db: db.execute("select distinct size from fold_story").fetchall()) == [
        (3,)
    ]


def words(event: int) -> Iterator[str]:
    """Twelve words that only one event has."""
    return ("".join("bcdfglmnrs"[int(digit)] + "aeiou"[n % 5] for digit in f"{event:02}{n:02}") for n in range(12))
