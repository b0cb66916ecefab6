"""Manners: spacing, rests, and what servers wish in their headers."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from random import Random

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.errors import FetchError
from bot.sources.fetching.answers import max_age_s, may_keep, retry_after_s
from bot.sources.fetching.buckets import PAUSE_MAX_S, PAUSE_MIN_S, Buckets
from bot.sources.fetching.unanswered import failure
from bot.sources.http import Fetcher
from tests.fakes.hostile_http import HostileServer, say
from tests.sources.http_kit import settings

NOW_S = 1_795_536_000.0  # Tue, 24 Nov 2026 16:00:00 GMT
DATE = "Tue, 24 Nov 2026 16:00:00 GMT"


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def buckets(clock: Clock | None = None) -> Buckets:
    return Buckets(clock or Clock(), Random(7))


def test_requests_to_one_host_are_spaced_in_the_order_they_came() -> None:
    clock = Clock()
    pace = buckets(clock)
    assert [pace.reserve("a", 2.0) for _ in range(3)] == [0.0, 2.0, 4.0]
    assert pace.reserve("b", 2.0) == 0.0
    clock.now += 5
    assert pace.ready_in("a") == 1.0
    assert pace.reserve("a", 0.5) == 1.0
    assert pace.ready_in("unknown") == pace.paused_s("unknown") == 0.0


@pytest.mark.usefixtures("untraced")
@given(st.lists(st.tuples(st.floats(0, 5), st.floats(0, 3)), max_size=40))
def test_no_two_starts_are_closer_than_the_spacing(steps: list[tuple[float, float]]) -> None:
    clock = Clock()
    pace = buckets(clock)
    last = -1e9
    spacing = 0.0
    for passed, every in steps:
        clock.now += passed
        start = clock.now + pace.reserve("a", every)
        assert start >= last + spacing - 1e-6
        last, spacing = start, every


@pytest.mark.case_id(14)
@pytest.mark.parametrize(
    ("header", "low", "high"),
    [
        ({"retry-after": "120"}, 120, 120),
        ({"retry-after": "5"}, 60, 60),
        ({"retry-after": "99999999999"}, 86_400, 86_400),
        ({"retry-after": "Tue, 24 Nov 2026 16:10:00 GMT"}, 600, 600),
        ({"retry-after": "Tue, 24 Nov 2026 16:10:00 GMT", "date": "Tue, 24 Nov 2026 16:05:00 GMT"}, 300, 300),
        ({"retry-after": "Mon, 23 Nov 2026 16:00:00 GMT"}, 600, 660),
        ({"retry-after": "-30"}, 600, 660),
        ({"retry-after": "soon"}, 600, 660),
        ({"retry-after": "nan"}, 600, 660),
        ({"retry-after": "infinity"}, 600, 660),
        ({"retry-after": "Tue, 99 Nov 99999 16:00:00 GMT"}, 600, 660),
        ({"retry-after": ""}, 600, 660),
        ({}, 600, 660),
    ],
)
def test_case_014_every_form_of_retry_after(header: Mapping[str, str], low: float, high: float) -> None:
    pace = buckets()
    paused = pace.pause("a", retry_after_s(header, NOW_S))
    assert low <= paused <= high
    assert pace.paused_s("a") == pace.ready_in("a") == pytest.approx(paused)
    assert PAUSE_MIN_S <= paused <= PAUSE_MAX_S


@pytest.mark.case_id(14)
def test_case_014_repeats_double_until_the_host_serves_again() -> None:
    pace = buckets()
    pauses = [pace.pause("a", None) for _ in range(4)]
    assert [600 * 2**n <= pause <= 660 * 2**n for n, pause in enumerate(pauses)] == [True] * 4
    for _ in range(20):
        assert pace.pause("a", None) <= PAUSE_MAX_S
    pace.answered("a")
    pace.answered("unknown")
    assert pace.pause("a", None) <= 660


def test_idle_hosts_are_forgotten_and_paused_ones_are_not() -> None:
    clock = Clock()
    pace = buckets(clock)
    pace.pause("resting", 3600)
    for n in range(5000):
        pace.reserve(f"host{n}", 1.0)
        clock.now += 0.01
    assert len(pace) <= 4096
    assert pace.paused_s("resting") > 3000


@pytest.mark.case_id(20)
@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"cache-control": "public, max-age=300"}, 300),
        ({"cache-control": 'Max-Age="300"'}, 300),
        ({"cache-control": "max-age=504576000"}, 504_576_000),
        ({"cache-control": "max-age=-1"}, None),
        ({"cache-control": "max-age=0, must-revalidate"}, None),
        ({"cache-control": "max-age=" + "9" * 400}, 999_999_999_999),
        ({"cache-control": "max-age=³"}, None),
        ({"cache-control": "no-cache", "expires": "Tue, 24 Nov 2026 17:00:00 GMT", "date": DATE}, None),
        ({"expires": "Tue, 24 Nov 2026 17:00:00 GMT", "date": DATE}, 3600),
        ({"expires": "Tue, 24 Nov 2026 17:00:00", "date": DATE}, 3600),
        ({"expires": "Tue, 24 Nov 2026 15:00:00 GMT", "date": DATE}, None),
        ({"expires": "Tue, 24 Nov 2026 17:00:00 GMT"}, None),
        ({"expires": "0", "date": DATE}, None),
        ({"expires": "-1", "date": DATE}, None),
        ({}, None),
    ],
)
def test_case_020_freshness_as_it_is_said(headers: Mapping[str, str], seconds: int | None) -> None:
    assert max_age_s(headers) == seconds


@pytest.mark.case_id(20)
def test_case_020_no_store() -> None:
    assert not may_keep({"cache-control": "private, No-Store"})
    assert may_keep({"cache-control": "no-cache"})
    assert may_keep({})


@given(st.text(max_size=40), st.text(max_size=40))
def test_no_header_raises(one: str, other: str) -> None:
    headers = {"retry-after": one, "date": other, "expires": one, "cache-control": other}
    assert (retry_after_s(headers, NOW_S) or 0) >= 0
    assert (max_age_s(headers) or 1) > 0


def test_hosts_let_in_by_address_are_our_own() -> None:
    fetch = Fetcher(settings(host_interval_ms=1500))
    assert fetch.spacing_s("127.0.0.1") == fetch.spacing_s("localhost") == 0.0
    assert fetch.spacing_s("10.0.0.1") == fetch.spacing_s("example.com") == 1.5
    assert Fetcher(settings(allow_private="")).spacing_s("127.0.0.1") == 1.0
    assert Fetcher(settings(allow_private="::1")).spacing_s("::1") == 0.0


async def test_a_request_waits_for_its_turn_and_then_is_made() -> None:
    async with HostileServer() as server, Fetcher(settings(deadline_s=1)) as fetch:
        server.on("/feed", say(200, b"<rss/>"))
        for _ in range(3):
            assert (await fetch.get(server.url("/feed"), every_ms=40)).status == 200
        assert 0 < fetch.ready_in("127.0.0.1") <= 0.04
    assert len(server.asked) == 3


async def test_a_queue_longer_than_the_deadline_is_an_error_at_once() -> None:
    async with HostileServer() as server, Fetcher(settings(deadline_s=1)) as fetch:
        server.on("/feed", say(200, b"<rss/>"))
        await fetch.get(server.url("/feed"), every_ms=60_000)
        with pytest.raises(FetchError, match="not asked again for") as caught:
            await fetch.get(server.url("/feed"), every_ms=60_000)
        assert caught.value.kind == "rate-limit"
        assert 59 < (caught.value.retry_after_s or 0) <= 60
        assert fetch.ready_in("127.0.0.1") <= 60, "who is sent away takes no place"
    assert len(server.asked) == 1


@pytest.mark.case_id(14)
async def test_case_014_who_stands_in_line_goes_home_when_the_host_asks_for_rest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with HostileServer() as server, Fetcher(settings()) as fetch:
        server.on("/feed", say(429, b"", [("Retry-After", "120")]), say(200, b"<rss/>"))
        url = server.url("/feed")
        asks = [asyncio.create_task(fetch.get(url, every_ms=1000)) for _ in range(3)]

        async def until_the_first_is_answered(_: float) -> None:
            await asyncio.wait(asks[:1])

        monkeypatch.setattr("bot.sources.http.asyncio.sleep", until_the_first_is_answered)
        answers = await asyncio.gather(*asks, return_exceptions=True)
    assert [getattr(answer, "kind", answer) for answer in answers] == ["rate-limit"] * 3
    assert [round(getattr(answer, "retry_after_s", 0)) for answer in answers] == [120] * 3
    assert len(server.asked) == 1


def test_failures_without_words_still_have_a_line() -> None:
    assert str(failure(ValueError(), "u", "u")) == "u: not a sound HTTP answer (ValueError)"
    assert failure(ConnectionResetError(), "u", "u").kind == "refused"
    assert str(failure(aiohttp.ServerDisconnectedError(), "u", "u")) == "u: the server hung up without an answer"
    assert "\n" not in str(failure(ValueError("two\nlines\x07"), "u", "u"))
