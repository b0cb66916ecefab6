"""What a poll leaves on its feed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.core.model import FeedInfo, ParsedEntry, ParsedFeed
from bot.core.polling.schedule import plan
from bot.core.polling.tempo import listed, load
from bot.core.units import DAY_MS, HOUR_MS
from bot.ingest.feedstate import answered, failed, health_of, postponed, watched
from bot.ports import Feed, Polled, PollSettled

NOW = int(datetime(2026, 11, 24, 12, tzinfo=UTC).timestamp() * 1000)
LIMITS = plan("trade", {}, 45, 3600)
FEED = Feed(
    1,
    "https://example.com/feed",
    etag='"old"',
    modified="old",
    body_hash=7,
    baselined=True,
    lease_no=3,
    last_ok=NOW - HOUR_MS,
    last_new=NOW - HOUR_MS,
    memo="m",
)


def feed_of(*names: str, complete: bool = True, ttl_s: int | None = None) -> ParsedFeed:
    at = datetime.fromtimestamp(NOW / 1000 - 60, UTC)
    entries = tuple(ParsedEntry(name, "", name, "", "", at) for name in names)
    return ParsedFeed(FeedInfo("Example"), entries, complete, ttl_s)


def news(parsed: ParsedFeed | None, **more: object) -> Polled:
    return Polled(200, parsed, etag='"new"', modified="new", body_hash=9, **more)  # type: ignore[arg-type]


def settle(polled: Polled, feed: Feed = FEED, now: int = NOW) -> PollSettled:
    return answered(feed, polled, LIMITS, now, 0.5)


def again(feed: Feed, settled: PollSettled) -> Feed:
    return replace(
        feed,
        rhythm=settled.rhythm,
        errors=settled.errors,
        state=settled.state,
        baselined=settled.baselined,
        url=settled.url or feed.url,
        last_ok=settled.last_ok,
    )


@pytest.mark.case_id(1)
def test_case_001_not_modified_resets_errors_and_keeps_what_is_known() -> None:
    troubled = replace(FEED, errors=4, last_error="x", last_new=NOW - DAY_MS)
    settled = settle(Polled(304, None, etag='"old"', modified="old", body_hash=7, max_age_s=7000), troubled)
    assert (settled.errors, settled.last_error, settled.last_ok) == (0, "", NOW)
    assert (settled.etag, settled.modified, settled.body_hash, settled.lease_no) == ('"old"', "old", 7, 3)
    assert settled.last_new == NOW - DAY_MS
    assert settled.next_poll == NOW + 7_000_000
    assert load(settled.rhythm).full == 0


def test_a_body_without_news_is_neither_empty_nor_in_doubt() -> None:
    known = again(FEED, settle(news(feed_of("a", "b"))))
    whole = feed_of("a", "b")
    nothing_new = whole._replace(entries=(), listed=listed(whole.entries))
    left_out, parsed = settle(news(nothing_new), known), settle(news(whole), known)
    assert left_out == parsed
    assert (left_out.etag, left_out.modified, left_out.body_hash) == ('"new"', "new", 9)
    assert load(left_out.rhythm).empty == 0


@pytest.mark.case_id(3)
def test_case_003_the_same_body_stores_its_new_validators() -> None:
    settled = settle(news(None))
    assert (settled.etag, settled.body_hash) == ('"new"', 9)
    assert load(settled.rhythm).full == NOW


def test_news_are_stored_with_their_validators() -> None:
    settled = settle(news(feed_of("a"), memo="n"))
    assert (settled.etag, settled.modified, settled.body_hash) == ('"new"', "new", 9)
    assert (settled.last_new, settled.title, settled.memo, settled.url) == (NOW, "Example", "n", "")
    assert settle(news(feed_of("a")), replace(FEED, title="Mine")).title == ""
    assert settle(news(feed_of("a", ttl_s=7200))).next_poll == NOW + 7_200_000


@pytest.mark.case_id(4)
def test_case_004_an_empty_answer_stores_no_validators_and_is_no_error() -> None:
    settled = settle(news(feed_of()))
    assert (settled.etag, settled.modified, settled.body_hash) == ('"old"', "old", 7)
    assert (settled.errors, settled.last_error) == (0, "")
    assert settled.next_poll == NOW + 300_000
    assert health_of(again(FEED, settled), NOW).word == "empty"
    assert load(settle(news(feed_of("a")), again(FEED, settled)).rhythm).empty == 0


@pytest.mark.case_id(22)
def test_case_022_a_cut_answer_stores_no_validators_and_comes_again_soon() -> None:
    settled = settle(news(feed_of("a", complete=False)))
    assert (settled.etag, settled.modified, settled.body_hash) == ('"old"', "old", 7)
    assert settled.last_new == NOW
    assert settled.next_poll == NOW + 60_000


def test_a_baseline_is_a_whole_answer() -> None:
    fresh = replace(FEED, baselined=False)
    assert settle(news(feed_of("a")), fresh).baselined
    assert not settle(news(feed_of("a", complete=False)), fresh).baselined
    assert not failed(fresh, "timeout", "x", LIMITS, NOW, 0.5).baselined
    assert not settle(Polled(304), fresh).baselined
    feed = fresh
    for expected in (False, False, True):
        settled = settle(news(feed_of()), feed)
        assert settled.baselined is expected, "empty three times: the feed is taken at its word"
        feed = again(feed, settled)


@pytest.mark.case_id(7)
def test_case_007_a_move_is_believed_after_three_polls_and_a_day() -> None:
    target = "https://example.com/new"
    feed, kept = FEED, []
    for hours in (0, 1, 2, 23, 24, 25):
        settled = settle(news(feed_of("a"), moved_to=target), feed, NOW + hours * HOUR_MS)
        kept.append(settled.url)
        feed = again(feed, settled)
    assert kept == ["", "", "", "", target, ""]


@pytest.mark.parametrize(
    ("target", "kept"),
    [
        ("https://example.com/new", "https://me:pw@example.com/new"),
        ("https://other.example/new", "https://other.example/new"),
        ("http://example.com/new", "http://example.com/new"),
    ],
)
def test_a_feed_that_moves_keeps_its_password_on_its_own_origin_only(target: str, kept: str) -> None:
    feed = replace(FEED, url="https://me:pw@example.com/feed")
    for hours in (0, 12, 30):
        settled = settle(news(feed_of("a"), moved_to=target), feed, NOW + hours * HOUR_MS)
        assert "example" not in settled.rhythm
        feed = again(feed, settled)
    assert settled.url == kept


@pytest.mark.case_id(7)
def test_case_007_a_move_that_does_not_last_is_forgotten() -> None:
    target = "https://example.com/new"
    feed = FEED
    for hours, moved_to in ((0, target), (12, target), (20, ""), (30, target), (40, target)):
        settled = settle(news(None, moved_to=moved_to), feed, NOW + hours * HOUR_MS)
        assert settled.url == ""
        feed = again(feed, settled)
    other = settle(news(None, moved_to="https://other.example/"), feed, NOW + 60 * HOUR_MS)
    assert other.url == ""
    seldom = FEED
    for hours in (0, 30):
        seldom = again(seldom, settle(news(None, moved_to=target), seldom, NOW + hours * HOUR_MS))
    assert seldom.url == FEED.url, "two polls are too few, however far apart"
    slow = feed
    for hours in (100, 130):
        slow = again(slow, settle(news(None, moved_to=target), slow, NOW + hours * HOUR_MS))
    assert slow.url == target


@pytest.mark.case_id(13)
def test_case_013_gone_is_confirmed_an_hour_later_and_can_be_resumed() -> None:
    first = failed(FEED, "gone", "x: gone", LIMITS, NOW, 0.0)
    assert (first.state, first.next_poll) == ("active", NOW + HOUR_MS)
    feed = again(FEED, first)
    early = failed(feed, "gone", "x: gone", LIMITS, NOW + HOUR_MS - 1, 0.0)
    assert early.state == "active"
    second = failed(feed, "gone", "x: gone", LIMITS, NOW + HOUR_MS, 0.0)
    assert (second.state, second.errors) == ("gone", 2)
    assert health_of(replace(feed, state="gone", last_error="x: gone"), NOW).word == "gone"
    back = settle(news(feed_of("a")), replace(feed, state="active"), NOW + DAY_MS)
    assert (back.state, load(back.rhythm).gone_at) == ("active", 0)
    assert failed(FEED, "not-found", "x", LIMITS, NOW, 0.0).state == "active"
    assert failed(feed, "server", "x", LIMITS, NOW + DAY_MS, 0.0).state == "active", "another failure confirms nothing"


def test_failures_are_counted_from_the_first_of_them_until_an_answer() -> None:
    feed = FEED
    for hours in (0, 5, 9):
        feed = again(feed, failed(feed, "server", "x", LIMITS, NOW + hours * HOUR_MS, 0.0))
        assert load(feed.rhythm).failed_at == NOW
    feed = again(feed, settle(news(feed_of("a")), feed, NOW + DAY_MS))
    feed = again(feed, failed(feed, "server", "x", LIMITS, NOW + 2 * DAY_MS, 0.0))
    assert load(feed.rhythm).failed_at == NOW + 2 * DAY_MS


@pytest.mark.case_id(16)
def test_case_016_a_failure_touches_nothing_but_the_count_and_the_time() -> None:
    settled = failed(FEED, "not-a-feed", "x: a web page instead of a feed", LIMITS, NOW, 0.5)
    assert (settled.etag, settled.modified, settled.body_hash) == ('"old"', "old", 7)
    assert (settled.baselined, settled.last_ok, settled.last_new) == (True, FEED.last_ok, FEED.last_new)
    assert (settled.errors, settled.last_error, settled.memo) == (1, "x: a web page instead of a feed", "")
    assert settled.next_poll > NOW + 300_000


@pytest.mark.case_id(27)
@pytest.mark.parametrize("kind", ["dns", "timeout", "refused", "tls", "server", "not-found"])
def test_case_027_no_number_of_failures_kills_a_feed(kind: str) -> None:
    feed = FEED
    for day in range(60):
        settled = failed(feed, kind, "x", LIMITS, NOW + day * DAY_MS, 0.5)
        feed = again(feed, settled)
        assert settled.next_poll <= NOW + (day + 1) * DAY_MS
    assert (feed.state, feed.errors) == ("active", 60)


@pytest.mark.case_id(91)
def test_case_091_too_large_is_recorded_and_backed_off() -> None:
    feed, waits = FEED, []
    for _ in range(4):
        settled = failed(feed, "too-large", "x: over 15360 KiB", LIMITS, NOW, 1.0)
        waits.append((settled.next_poll - NOW) // 1000)
        feed = again(feed, settled)
    assert waits == [1200, 1800, 3000, 5400]
    assert feed.errors == 4


def test_postponed_changes_the_time_alone() -> None:
    settled = postponed(FEED, NOW + 5)
    assert settled == replace(postponed(FEED, 0), next_poll=NOW + 5)
    assert (settled.rhythm, settled.errors, settled.baselined, settled.lease_no) == ("", 0, True, 3)


def test_what_an_answer_lacked_stays_until_a_body_is_whole() -> None:
    lacking = settle(news(feed_of("a"), notes=("hn: title is missing or has changed in 1 of 2 items",)))
    assert lacking.errors == 0
    assert lacking.last_error == "hn: title is missing or has changed in 1 of 2 items"
    known = replace(again(FEED, lacking), last_error=lacking.last_error)
    assert health_of(known, NOW).word == "partial"
    assert watched(known, "HN", NOW).well, "it answers at its own pace"
    assert settle(Polled(304), known).last_error == lacking.last_error, "the same body lacks it still"
    assert settle(news(feed_of("a", "b")), known).last_error == ""


def test_a_cut_body_is_said_and_a_failure_that_is_over_is_not() -> None:
    assert settle(news(feed_of("a", complete=False))).last_error == "its body was cut: only what came whole was read"
    assert settle(Polled(304), replace(FEED, errors=2, last_error="x: no answer")).last_error == ""


def test_of_many_things_that_an_answer_lacked_three_are_named() -> None:
    assert settle(news(feed_of("a"), notes=("a", "b", "c", "d"))).last_error == "a; b; c; …"
