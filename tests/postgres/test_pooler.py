"""Nothing depends on a session: a pooler in transaction mode may give each transaction another connection."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from urllib.parse import urlsplit

import psutil
import pytest

from bot.ports import FeedSpec, Sent
from bot.store import open_store
from bot.store.postgres.database import Postgres
from tests.postgres.pooler import pooled
from tests.postgres.server import schema
from tests.store.build import MINUTE, T0, Clock, leased, opened, subscribed


@pytest.fixture(params=["discarding", "pgbouncer"])
def address(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Either PgBouncer, or connections that forget all that a session holds before each transaction."""
    with schema() as found:
        if request.param == "pgbouncer":
            with pooled(found) as pooler:
                yield pooler.address
            return
        begin = Postgres.begin

        def forgetful(db: Postgres, **how: bool) -> None:
            db.connect()
            db.raw("discard all")
            begin(db, **how)

        monkeypatch.setattr(Postgres, "begin", forgetful)
        yield f"{found}&prepare=no"


async def test_programs_work_through_a_pooler(address: str) -> None:
    stores = [await asyncio.to_thread(open_store, address, clock=Clock(), patience_s=10) for _ in range(4)]
    await stores[0].add_feeds([FeedSpec(f"https://feeds.example/{n}.xml") for n in range(12)], T0)
    for number in range(12):
        await subscribed(stores[0], f"c{number}")
    turns = [store.due_feeds(T0, 3, MINUTE, f"w{n}") for n, store in enumerate(stores)]
    feeds = [feed.id for found in await asyncio.gather(*turns) for feed in found]
    assert len(feeds) == len(set(feeds)) == 12
    await asyncio.gather(*(opened(store, f"Ban on chips {n}", id=f"g{n}") for n, store in enumerate(stores)))
    for _ in range(8):  # often enough for a statement to be prepared, were it prepared
        paces = await asyncio.gather(*(store.reserve("bot", T0, 10, 1) for store in stores for _ in range(8)))
        assert len(paces) == len(set(paces)) == 32
        assert (await stores[1].stats())["stories"] == 4
    told = 0
    for store in stores:
        for lease in await leased(store, n=3):
            for delivery in await store.next_deliveries(lease, 9, T0):
                assert await store.begin(lease, delivery, T0)
                told += await store.settle(lease, delivery, Sent("m"), T0)
    assert told == 48
    assert len(await stores[2].search('"chips"', 9)) == 4
    for store in stores:
        await store.close()


async def test_connections_are_few_and_fewer_behind_a_pooler() -> None:
    """A program has eight, however much it is asked at once; behind a pooler all programs share those of the pool."""
    with schema() as found, pooled(found, size=3) as pooler:
        alone = await asyncio.to_thread(open_store, found, clock=Clock(), patience_s=10)
        stores = [await asyncio.to_thread(open_store, pooler.address, clock=Clock(), patience_s=10) for _ in range(5)]
        for store in (alone, *stores):
            store.now()
        asked = [store.query(f"q{n}") for n in range(20) for store in (alone, *stores)]
        asked += [store.stats() for _ in range(20) for store in (alone, *stores)]  # type: ignore[misc]
        await asyncio.gather(opened(alone), *asked)
        links = [link for link in psutil.Process().net_connections() if link.status == "ESTABLISHED" and link.raddr]
        assert 4 < sum(link.raddr.port == pooler.port for link in links) <= 8
        assert sum(link.raddr.port == urlsplit(pooler.address).port for link in links) > 12
        assert 0 < pooler.connections <= 3
        for store in (alone, *stores):
            await store.close()
