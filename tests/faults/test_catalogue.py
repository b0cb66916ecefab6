"""Cases of the catalogue that belong to no single part."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.core.matching.topics import load_topics
from bot.core.model import FeedInfo, ParsedEntry, ParsedFeed
from bot.core.urls import redacted
from bot.pipeline import Batch, Pipeline
from bot.ports import FeedSpec, Polled, PollSettled, Store
from bot.rules.rulebook import Rulebook
from bot.sources.fetching.answers import max_age_s
from bot.store import open_store
from tests.faults.news import Writer
from tests.faults.soak import MINUTE, T0

pytestmark = pytest.mark.usefixtures("untraced")

RULES = {"t.toml": {"topic": [{"id": "chips", "title": {"en": "Chips"}, "any": ["chip"]}]}}


class Room:
    """One feed, one channel, the real pipeline."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.pipeline = Pipeline(store, Rulebook(load_topics(RULES).topics))
        self.now = T0

    async def polled(self, *entries: ParsedEntry) -> Batch:
        """A minute later the feed shows these."""
        self.now += MINUTE
        (feed,) = await self.store.due_feeds(self.now, 1, MINUTE, "x")
        settled = PollSettled(feed.id, feed.lease_no, self.now, "", baselined=True)
        answer = Polled(200, ParsedFeed(FeedInfo("A"), entries))
        return await self.pipeline.ingest(replace(feed, baselined=True), answer, settled, self.now)


@pytest.fixture
async def room() -> AsyncIterator[Room]:
    store = open_store("memory:", clock=lambda: T0)
    await store.add_feeds([FeedSpec("https://a.example/feed")], T0)
    channel = await store.channel("console", "", "desk")
    await store.subscribe(channel, "topic:chips", "Chips", {}, T0)
    yield Room(store)
    await store.close()


def entries(many: int) -> list[ParsedEntry]:
    """News that differ."""
    writer = Writer(7)
    told = [writer.write(("chip",)) for _ in range(many)]
    at = datetime.fromtimestamp(T0 / 1000, UTC)
    return [ParsedEntry(mark, f"https://a.example/{mark}", title, text, "", at) for mark, title, text in told]


@pytest.mark.case_id(69)
async def test_case_069_dates_that_are_always_now_make_no_news(room: Room) -> None:
    """Every item bears the time of the request, each time."""
    items = entries(5)
    assert (await room.polled(*items)).counts.alerts == 5
    for _ in range(4):
        at = datetime.fromtimestamp(room.now / 1000, UTC)
        again = await room.polled(*(item._replace(published=at) for item in items))
        assert (again.counts.entries, again.counts.alerts) == (0, 0)


@pytest.mark.case_id(88)
async def test_case_088_an_old_and_a_new_copy_by_turns_alert_once(room: Room) -> None:
    """Two nodes of a CDN: one is an hour behind and still has the headline as it was first written."""
    items = entries(6)
    old, new = items[:5], [*items[1:5], items[5], items[0]._replace(title=items[0].title + " indeed")]
    told = [(await room.polled(*copy)).counts.alerts for copy in (old, new, old, new, old)]
    assert told[0] == 5
    assert told[1] <= 2
    assert told[2:] == [0, 0, 0]


@pytest.mark.case_id(97)
async def test_case_097_one_item_for_two_thousand_channels_is_one_poll_and_one_transaction(room: Room) -> None:
    for n in range(1_999):
        channel = await room.store.channel("console", "", f"room {n}")
        await room.store.subscribe(channel, "topic:chips", "Chips", {}, T0)
    report = await room.polled(*entries(1))
    assert report.counts.alerts == 2_000
    leases = await room.store.lease_channels(room.now, 3_000, MINUTE, "x", ["console"])
    assert len({lease.channel.id for lease in leases}) == 2_000
    assert (await room.polled(*entries(1))).counts.alerts == 0


@pytest.mark.case_id(76)
def test_case_076_expires_counts_from_the_servers_own_date() -> None:
    """Its clock is a day ahead of ours: what it says in two of its times is still five minutes."""
    headers = {"date": "Wed, 25 Nov 2026 12:00:00 GMT", "expires": "Wed, 25 Nov 2026 12:05:00 GMT"}
    assert max_age_s(headers) == 300
    assert max_age_s({"expires": headers["expires"]}) is None
    assert max_age_s({**headers, "expires": "Wed, 25 Nov 2026 11:00:00 GMT"}) is None


@pytest.mark.case_id(114)
@pytest.mark.parametrize(
    "address",
    [
        "https://reader:hunter2secret@a.example/feed",
        "https://a.example/feed?token=hunter2secret",
        "https://a.example/feed?page=2&api_key=hunter2secret#top",
    ],
)
def test_case_114_a_secret_in_an_address_is_not_shown(address: str) -> None:
    shown = redacted(address)
    assert "hunter2secret" not in shown
    assert "a.example/feed" in shown
