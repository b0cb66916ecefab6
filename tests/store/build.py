"""Small makers for the store's tests: a clock, entries, outcomes, a channel that is subscribed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.core.matching.query import parse
from bot.core.matching.search import to_fts
from bot.core.message import SEVERITIES, Alert
from bot.core.model import Channel, Entry, Hit, Placement
from bot.ports import Delivery, FanOut, Feed, FeedSpec, IngestTx, Lease, Outcome, PollSettled, Saved, Sent, Store
from bot.store.db import Db
from bot.store.sql.queries_feedback import PAIRS

T0 = 1_764_000_000_000
MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000


@dataclass
class Clock:
    """A clock that stands still until it is told, or goes on by `step` ms each time that it is read."""

    now: int = T0
    step: int = 0

    def __call__(self) -> int:
        self.now += self.step
        return self.now


def entry(title: str = "Ban on chips widens", **fields: Any) -> Entry:
    """An English report of Reuters, published and seen at T0."""
    base = Entry("", "", title, source="Reuters", lang="en", tier="wire", published=T0, first_seen=T0)
    return replace(base, **fields)


def words(*texts: str) -> str:
    """The expression by which a query of these texts, each a phrase, is searched for."""
    return to_fts(parse(" ".join(f'"{text}"' for text in texts)))


def hit(rule: str = "topic:chips", *why: str) -> Hit:
    """A hit of a rule on the title."""
    return Hit(rule, why or ("chips",))


def outcome(
    title: str = "Ban on chips widens",
    story: int | None = None,
    kind: str = "",
    hits: Sequence[Hit] = (),
    placed: Mapping[str, Any] | None = None,
    says: str = "",
    severity: str = "normal",
    **fields: Any,
) -> Outcome:
    """An entry that opens a story, or grows the one named. `says` is the story's summary, `placed` is more of it."""
    placement = Placement(kind or ("new" if story is None else "grown"), story)
    if placed:
        placement = replace(placement, **placed)
    return Outcome(entry(title, **fields), (), placement, tuple(hits), says, severity)


async def queued(store: Store, channel: Channel, story: int = 0, kind: str = "new", at: int = T0) -> None:
    """One delivery in a channel's lane, as a fan-out leaves it."""
    params = {"channel": channel.id, "story": story, "kind": kind, "at": at}

    def work(db: Db) -> None:
        db.execute(
            "insert into delivery (channel_id, story_id, kind, created_at) values (:channel, :story, :kind, :at)",
            params,
        )
        db.execute("update channel set due_at = :at where id = :channel", params)

    await store.write(work)  # type: ignore[attr-defined]


def saving(*outcomes: Outcome) -> Callable[[IngestTx], list[Saved]]:
    """Work that saves these, in order."""
    return lambda tx: [tx.save(0, one) for one in outcomes]


async def told(store: Store, kind: str, story: int, rules: Sequence[str] = (), now: int = T0, after_ms: int = 0) -> int:
    """Fan out in a transaction of its own."""
    return await store.transact(lambda tx: tell(tx, story, kind, rules, now, after_ms))


def tell(
    tx: IngestTx,
    story: int,
    kind: str = "new",
    rules: Sequence[str] = ("topic:chips",),
    now: int = T0,
    after_ms: int = 0,
    burst: int = 6,
) -> int:
    """Fan out one story as the shipped settings have it, but that an update is due at once."""
    return tx.fan_out([FanOut(story, kind, rules, now, burst, after_ms, every_ms=MINUTE)])[0]


async def opened(store: Store, title: str = "Ban on chips widens", rule: str = "topic:chips", **fields: Any) -> int:
    """A new story that hits `rule`, told to whoever subscribes to it."""
    one = outcome(title, hits=[hit(rule)], **fields)

    def work(tx: IngestTx) -> int:
        saved = tx.save(0, one)
        tell(tx, saved.story_id, rules=[rule])
        return saved.story_id

    return await store.transact(work)


async def subscribed(store: Store, ref: str = "policy", rule: str = "topic:chips", **options: str) -> Channel:
    """A channel of the terminal that gets a rule."""
    channel = await store.channel("console", "", ref, ref)
    await store.subscribe(channel, rule, rule, options, T0)
    return channel


async def leased(
    store: Store, now: int = T0, n: int = 1, lease_ms: int = MINUTE, owner: str = "a", platform: str = "console"
) -> list[Lease]:
    """Lanes of a platform, the terminal's."""
    return await store.lease_channels(now, n, lease_ms, owner, [platform])


async def due_feed(store: Store, url: str = "https://feeds.example/a.xml", now: int = T0) -> Feed:
    """A feed, added and leased."""
    await store.add_feeds([FeedSpec(url)], now)
    return next(feed for feed in await store.due_feeds(now, 100, MINUTE, "a") if feed.url == url)


def settled(feed: Feed, **fields: Any) -> PollSettled:
    """A poll of a leased feed that went well, next due in an hour."""
    return replace(PollSettled(feed.id, feed.lease_no, T0 + HOUR, feed.rhythm), **fields)


async def begun(store: Store, lease: Lease, delivery: Delivery, now: int) -> bool:
    """Begin a delivery with what its alert tells, as the program does."""
    if alert := await store.alert(delivery):
        delivery = replace(delivery, told=alert.told, rank=SEVERITIES.index(alert.severity))
    return await store.begin(lease, delivery, now)


async def lane(store: Store, now: int, n: int = 1, platform: str = "console") -> list[tuple[Delivery, Alert | None]]:
    """What `n` channels are owed now, each with what it says, settled as sent."""
    got = []
    for lease in await leased(store, now, n, platform=platform):
        for delivery in await store.next_deliveries(lease, 20, now):
            alert = await store.alert(delivery)
            got.append((delivery, alert))
            assert await begun(store, lease, delivery, now)
            assert await store.settle(lease, delivery, Sent(f"m{delivery.id}"), now)
        await store.release(lease)
    return got


async def judgements(store: Store) -> list[tuple[int, int, bool, str, int]]:
    """What people said of pairs of entries, as it is kept: two ids, whether the same, by whom, when (ms)."""
    rows = await store.read(lambda db: db.execute(PAIRS).fetchall())  # type: ignore[attr-defined]
    return [(a, b, bool(same), by, at) for a, b, same, by, at in rows]
