"""A turn shared over a store: spacing over all workers, no endless queue."""

from __future__ import annotations

import asyncio
from itertools import pairwise

import pytest

from bot.core.errors import FetchError, NotAFeed
from bot.ports import Feed
from bot.sources.feed_source import FeedSource
from bot.sources.fetching.turn import shared_turn
from bot.sources.kinds import SOURCES
from bot.sources.kit.tools import Tools
from tests.fakes.recorded import Recorded, said
from tests.sources.kit import parse_now


class Rows:
    """The store's pace rows, with a clock that sleeping moves on."""

    def __init__(self) -> None:
        self.free: dict[str, int] = {}
        self.now = 0

    async def reserve(self, key: str, now: int, every_ms: int, burst: int) -> int:
        start = max(now, self.free.get(key, 0))
        self.free[key] = start + every_ms
        return start - now


async def test_two_workers_on_one_store_keep_one_pace(monkeypatch: pytest.MonkeyPatch):
    rows = Rows()
    starts: list[int] = []

    async def sleep(seconds: float) -> None:
        starts.append(rows.now + round(seconds * 1000))

    monkeypatch.setattr("bot.sources.fetching.turn.asyncio.sleep", sleep)

    async def worker() -> None:
        for _ in range(10):
            await shared_turn(rows.reserve, lambda: rows.now, "sec.gov", 100)

    await asyncio.gather(worker(), worker())
    assert len(starts) == 19  # the first goes at once
    assert all(after - before == 100 for before, after in pairwise(sorted(starts)))
    assert list(rows.free) == ["source:sec.gov"]


async def test_a_line_of_more_than_a_minute_is_refused():
    rows = Rows()
    rows.free["source:sec.gov"] = 61_000
    with pytest.raises(FetchError, match="61 s of requests stand in line") as refused:
        await shared_turn(rows.reserve, lambda: rows.now, "sec.gov", 100)
    assert (refused.value.kind, refused.value.retry_after_s) == ("rate-limit", 61)


async def test_who_is_refused_takes_no_place_from_those_in_line(monkeypatch: pytest.MonkeyPatch):
    """Places of requests that were never made kept the line long: whoever came back was refused again."""
    rows = Rows()
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    monkeypatch.setattr("bot.sources.fetching.turn.asyncio.sleep", sleep)
    rows.free["source:gdeltproject.org"] = 70_000
    for _ in range(60):
        with pytest.raises(FetchError):
            await shared_turn(rows.reserve, lambda: rows.now, "gdeltproject.org", 5_000)
    rows.now = 20_000
    await shared_turn(rows.reserve, lambda: rows.now, "gdeltproject.org", 5_000)
    assert (slept, rows.free["source:gdeltproject.org"]) == ([50], 75_000)


@pytest.mark.parametrize(
    ("kind", "url", "key", "every_ms"),
    [
        ("arxiv", "https://export.arxiv.org/api/query?search_query=all:x", "arxiv.org", 3000),
        ("arxiv", "https://rss.arxiv.org/rss/cs.CL", "arxiv.org", 3000),
        ("gdelt", "https://api.gdeltproject.org/api/v2/doc/doc?query=x", "gdeltproject.org", 5000),
    ],
)
async def test_who_counts_the_requests_of_all_our_machines_is_asked_in_turn(kind, url, key, every_ms):
    turns: list[tuple[str, int]] = []

    async def turn(key: str, every_ms: int) -> None:
        assert not fetch.asked
        turns.append((key, every_ms))

    fetch = Recorded({url: said("no feed")})
    tools = Tools(fetch, FeedSource(fetch, parse_now), parse_now, turn=turn)
    with pytest.raises((FetchError, NotAFeed)):
        await SOURCES[kind].poll(tools, Feed(1, url, kind), 0)
    assert (turns, len(fetch.asked)) == ([(key, every_ms)], 1)
