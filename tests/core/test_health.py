"""What a feed's state means to people; and whose fault a silence is."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.polling.breaker import OUR_FAULT_FROM, Line, observe
from bot.core.polling.health import FINE, Seen, judge, what_page
from bot.core.polling.tempo import Tempo
from bot.core.units import DAY_MS, HOUR_MS

NOW = int(datetime(2026, 11, 24, 12, tzinfo=UTC).timestamp() * 1000)
WELL = Seen(last_ok=NOW - 60_000)
HOURLY = Tempo(start=1, levels=chr(33 + 50) * 168, mark=NOW - HOUR_MS, gap=HOUR_MS)


def test_well_and_new() -> None:
    assert judge(Seen(), Tempo(), NOW) == ("new", "not polled yet")
    assert judge(WELL, HOURLY, NOW) == ("well", "newest entry 60 min ago")
    assert judge(WELL, Tempo(), NOW) == ("well", "it answers")
    assert judge(WELL, replace(HOURLY, mark=NOW - 30_000), NOW).line == "newest entry 30 s ago"


def test_failing_names_the_reason_and_since_when() -> None:
    seen = Seen(errors=3, last_error="x: nothing is there (HTTP 404)", last_ok=NOW - 5 * HOUR_MS)
    assert judge(seen, HOURLY, NOW) == (
        "failing",
        "x: nothing is there (HTTP 404) (3 times in a row, fine until 5 h ago)",
    )
    assert judge(Seen(errors=1), HOURLY, NOW).line == "it cannot be read (once)"
    assert judge(Seen("gone", 2, "x: gone"), HOURLY, NOW) == ("gone", "x: gone")
    assert "for good" in judge(Seen("gone"), HOURLY, NOW).line


def test_paused_and_moved_call_for_nobody() -> None:
    assert judge(Seen("paused", 3, "x: no answer"), HOURLY, NOW).word == "paused"
    assert judge(Seen("merged", last_error="moved to https://b.example/"), HOURLY, NOW) == (
        "merged",
        "moved to https://b.example/",
    )
    assert {"paused", "merged"} <= FINE


def test_frozen_though_it_answers() -> None:
    frozen = replace(HOURLY, mark=NOW - 300 * DAY_MS)
    assert judge(WELL, frozen, NOW) == ("frozen", "it answers, but its newest entry is from 2026-01-28")
    yearly = replace(frozen, gap=200 * DAY_MS, levels=chr(33) * 168)
    assert judge(WELL, yearly, NOW).word == "well"


def test_slower_than_its_own_rhythm() -> None:
    slow = judge(WELL, replace(HOURLY, mark=NOW - 10 * HOUR_MS), NOW)
    assert slow == ("slow", "nothing new for 10 h; at its usual pace 10 entries were expected")
    assert judge(WELL, replace(HOURLY, mark=NOW - 7 * HOUR_MS), NOW).word == "well"
    rare = replace(HOURLY, levels=chr(33 + 20) * 168, mark=NOW - 2 * DAY_MS)
    assert judge(WELL, rare, NOW) == ("well", "newest entry 2 d ago")


def test_what_it_was_not_asked_for_it_did_not_withhold() -> None:
    asleep = replace_seen(last_ok=NOW - 2 * DAY_MS)
    assert judge(asleep, replace(HOURLY, mark=NOW - 2 * DAY_MS - HOUR_MS), NOW).word == "well"


def test_without_dates_the_last_new_entry_counts() -> None:
    seen = replace_seen(last_new=NOW - 40 * DAY_MS)
    assert judge(seen, Tempo(start=1), NOW).word == "frozen"
    assert judge(replace_seen(last_new=NOW - DAY_MS), Tempo(start=1), NOW).word == "well"


def replace_seen(**changes: int) -> Seen:
    return WELL._replace(**changes)


@pytest.mark.case_id(56)
def test_case_056_empty_for_long() -> None:
    assert judge(WELL, Tempo(empty=3), NOW) == ("empty", "it answers, but without an entry (3 times in a row)")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"<!DOCTYPE html><title>Log in - Example</title>", "a login page"),
        (b"<html><form><input type=password></form>", "a login page"),
        ("<html><title>登录</title>".encode(), "a login page"),
        (b"<html><title>Just a moment...</title>", "a bot check"),
        (b"<html><title>404 Not Found</title>", "an error page"),
        (b"<html><title>Down for maintenance</title>", "an error page"),
        (b"<HTML><p>hello", "a web page"),
        (b"<rss><item>Log in</item></rss>", ""),
        (b"{}", ""),
        (b"", ""),
    ],
)
def test_what_a_page_looks_like(body: bytes, words: str) -> None:
    assert what_page(body) == words


@pytest.mark.case_id(29)
def test_case_029_four_hosts_in_a_row_are_our_own_outage() -> None:
    line = Line()
    for n in range(OUR_FAULT_FROM):
        assert not line.down
        line = observe(line, "same" if n == 0 else f"host{n}", False, NOW + n)
        line = observe(line, "same", False, NOW + n)
    assert line.down_since == NOW + OUR_FAULT_FROM - 1
    assert observe(line, "more", False, NOW + 99).down_since == line.down_since
    assert observe(line, "any", True, NOW + 100) == Line(well=frozenset(("any",)), answered=NOW + 100)


HOSTS = "abcdefgh"
POLLS = st.lists(st.tuples(st.sampled_from(HOSTS), st.booleans()), max_size=50)


@pytest.mark.usefixtures("untraced")
@given(POLLS)
def test_the_line_is_down_only_when_nothing_answered(polls: list[tuple[str, bool]]) -> None:
    line, silent = Line(), set[str]()
    for host, reached in polls:
        line = observe(line, host, reached, NOW)
        silent = set() if reached else silent | {host}
        assert len(silent) >= OUR_FAULT_FROM or not line.down


@pytest.mark.usefixtures("untraced")
@given(POLLS)
def test_when_every_host_fails_the_line_is_down_whatever_was_before(polls: list[tuple[str, bool]]) -> None:
    line = Line()
    for host, reached in [*polls, *((host, False) for host in HOSTS)]:
        line = observe(line, host, reached, NOW)
    assert line.down


@pytest.mark.usefixtures("untraced")
@given(st.lists(st.sampled_from(HOSTS), max_size=50), st.sets(st.sampled_from(HOSTS), min_size=1))
def test_hosts_that_stay_as_they_are_are_an_outage_once_at_most(polls: list[str], alive: set[str]) -> None:
    lines = [Line()]
    for host in polls:
        lines.append(observe(lines[-1], host, host in alive, NOW))
    assert sum(new.down > old.down for old, new in itertools.pairwise(lines)) <= 1


def test_an_outage_is_sure_once_nothing_has_answered_for_a_while() -> None:
    line = observe(Line(), "a", True, NOW)
    for n, host in enumerate("abcd"):
        line = observe(line, host, False, NOW + n)
    assert line.down
    assert not line.silent(NOW + 89_999, 90_000)
    assert line.silent(NOW + 90_000, 90_000)
    assert line.silent(NOW - 1, 90_000), "the clock was put back"


def test_what_an_answer_lacked_is_shown_unless_something_worse_is() -> None:
    lacking = WELL._replace(last_error="hkex: relTime is missing or has changed in 3 of 40 items")
    assert judge(lacking, HOURLY, NOW) == (
        "partial",
        "it answers, but not whole: hkex: relTime is missing or has changed in 3 of 40 items",
    )
    assert "partial" not in FINE
    assert judge(lacking, replace(HOURLY, mark=NOW - 300 * DAY_MS), NOW).word == "frozen"
    assert judge(lacking, replace(HOURLY, empty=1), NOW).word == "empty"
