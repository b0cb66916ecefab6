"""Which silences are told: long by a feed's own rhythm, its own fault, once a week at most."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.polling.health import Seen
from bot.core.polling.silence import AFTER_MS, Silence, Told, Verdict, Watched, decide, silent
from bot.core.polling.tempo import Tempo
from bot.core.units import DAY_MS, HOUR_MS

NOW = int(datetime(2026, 11, 24, 12, tzinfo=UTC).timestamp() * 1000)
HOURLY = Tempo(start=1, levels=chr(33 + 50) * 168, mark=NOW - HOUR_MS, gap=HOUR_MS)
RARE = replace(HOURLY, levels=chr(33 + 20) * 168)  # one post in 64 hours
WELL = Seen(last_ok=NOW - 60_000, last_new=NOW - HOUR_MS)
FAILING = Seen(errors=7, last_error="x: HTTP 500", last_ok=NOW - 8 * HOUR_MS)


def test_a_feed_at_its_own_pace_is_not_silent() -> None:
    assert silent(WELL, HOURLY, NOW) is None
    assert silent(Seen(), Tempo(), NOW) is None
    assert silent(WELL, replace(RARE, mark=NOW - 3 * DAY_MS), NOW) is None


def test_failing_for_longer_than_its_rhythm_explains() -> None:
    since = NOW - AFTER_MS
    assert silent(FAILING, replace(HOURLY, failed_at=since), NOW) == Silence("failing", since)
    assert silent(FAILING, replace(HOURLY, failed_at=since + 1), NOW) is None
    assert silent(FAILING, replace(RARE, failed_at=since), NOW) is None, "nothing was to come"
    never = replace(HOURLY, levels=chr(33) * 168, failed_at=NOW - 7 * DAY_MS)
    assert silent(FAILING, never, NOW) is not None, "a week is long for any"
    assert silent(FAILING, HOURLY, NOW) is None, "since when is not known yet"
    assert silent(FAILING, replace(HOURLY, failed_at=since), NOW, 12 * HOUR_MS) is None


def test_quiet_for_longer_than_its_rhythm_explains() -> None:
    late = replace(HOURLY, mark=NOW - 25 * HOUR_MS)
    assert silent(WELL, late, NOW) == Silence("quiet", late.mark)
    assert silent(WELL, late, NOW, 48 * HOUR_MS) is None
    assert silent(WELL, replace(late, empty=5), NOW) == Silence("quiet", late.mark), "an empty list is no news"
    assert silent(WELL, replace(HOURLY, empty=5), NOW) is None
    assert silent(WELL, replace(HOURLY, mark=NOW - 23 * HOUR_MS), NOW) is None, "no day yet"
    assert silent(WELL, replace(late, levels=chr(33 + 45) * 168), NOW) is None, "twelve were to come, not twenty"
    assert silent(WELL, replace(late, start=late.mark - 13 * DAY_MS), NOW) is None, "not known for two weeks"
    frozen = replace(RARE, mark=NOW - 60 * DAY_MS)
    assert silent(WELL, frozen, NOW) == Silence("quiet", frozen.mark)


def test_what_was_not_asked_withheld_nothing() -> None:
    """The bot was off for two days: the feeds did not fall silent."""
    asleep = WELL._replace(last_ok=NOW - 2 * DAY_MS)
    assert silent(asleep, replace(HOURLY, mark=NOW - 2 * DAY_MS - HOUR_MS), NOW) is None


def test_gone_for_good_is_told_at_once() -> None:
    assert silent(Seen("gone", 2, "x: gone", NOW - 9), HOURLY, NOW) == Silence("gone", NOW - 9)
    assert silent(Seen("gone"), HOURLY, NOW) == Silence("gone", NOW)


def feed(number: int, silence: Silence | None = None, *, host: str = "", well: bool | None = None) -> Watched:
    good = silence is None if well is None else well
    last_ok = NOW - 60_000 if good or (silence and silence.kind == "quiet") else NOW - 9 * HOUR_MS
    return Watched(number, host or f"h{number}.example", f"F{number}", silence, silence, good, last_ok)


DOWN = Silence("failing", NOW - 8 * HOUR_MS)
OTHERS = [feed(number) for number in range(10, 20)]


def test_a_silence_is_told_once_and_its_end_once() -> None:
    one = feed(1, DOWN)
    assert decide([one, *OTHERS], {}, NOW) == Verdict((one,), (), ())
    told = {1: Told(NOW - HOUR_MS, 0)}
    assert decide([one, *OTHERS], told, NOW) == Verdict((), (), ())
    assert decide([feed(1), *OTHERS], told, NOW) == Verdict((), (feed(1),), ())
    assert decide([feed(1), *OTHERS], {1: Told(NOW - HOUR_MS, NOW - 60_000)}, NOW) == Verdict((), (), ())


def test_it_is_back_only_when_it_is_well() -> None:
    told = {1: Told(NOW - HOUR_MS, 0)}
    assert decide([feed(1, well=False), *OTHERS], told, NOW).back == ()


def test_a_feed_that_comes_and_goes_is_told_of_once_a_week() -> None:
    for days, again in ((1, 0), (6, 0), (7, 1)):
        told = {1: Told(NOW - days * DAY_MS, NOW - days * DAY_MS + HOUR_MS)}
        assert len(decide([feed(1, DOWN), *OTHERS], told, NOW).fell) == again


@pytest.mark.parametrize(("silent_hosts", "hosts", "held"), [(3, 12, 0), (4, 15, 4), (4, 16, 0), (5, 19, 5), (2, 2, 2)])
def test_many_at_once_are_nobodys_fault(silent_hosts: int, hosts: int, held: int) -> None:
    quiet = Silence("quiet", NOW - DAY_MS)
    feeds = [feed(number, quiet if number < silent_hosts else None) for number in range(hosts)]
    verdict = decide(feeds, {}, NOW)
    assert (len(verdict.held), len(verdict.fell)) == (held, 0 if held else silent_hosts)


def test_who_failed_with_it_need_not_be_silent_yet_and_who_failed_long_before_does_not_count() -> None:
    begun = Silence("failing", DOWN.since + HOUR_MS)
    soon = [feed(number, begun)._replace(silence=None) for number in range(2, 5)]
    rest = [feed(number) for number in range(10, 18)]
    assert decide([feed(1, DOWN), *soon, *rest], {}, NOW).held == (feed(1, DOWN),)
    old = [feed(number, Silence("failing", NOW - 30 * DAY_MS)) for number in range(2, 5)]
    told = {number: Told(NOW - 20 * DAY_MS, 0) for number in range(2, 5)}
    assert decide([feed(1, DOWN), *old, *rest], told, NOW) == Verdict((feed(1, DOWN),), (), ())


def test_after_many_at_once_a_day_goes_by_before_one_of_them_is_told() -> None:
    one, gone, later = feed(1, DOWN), feed(2, Silence("gone", NOW)), feed(3, Silence("failing", NOW - 7 * HOUR_MS))
    held_at = DOWN.since + 60_000
    assert decide([one, gone, later, *OTHERS], {}, NOW, held_at).fell == (gone, later)
    assert decide([one, *OTHERS], {}, held_at + DAY_MS, held_at).fell == (one,)


def test_a_source_that_has_ended_is_never_one_of_many() -> None:
    feeds = [feed(number, Silence("gone", NOW)) for number in range(5)]
    assert len(decide(feeds, {}, NOW).fell) == 5


def test_a_failure_is_its_own_only_when_another_host_answered_since() -> None:
    asleep = [other._replace(last_ok=NOW - 9 * HOUR_MS) for other in OTHERS]
    assert decide([feed(1, DOWN), *asleep], {}, NOW) == Verdict((), (), (feed(1, DOWN),))
    same = feed(2, host="h1.example")
    assert len(decide([feed(1, DOWN), same], {}, NOW).fell) == 1, "there is no other host to show anything"


@given(st.lists(st.sampled_from(["well", "failing", "quiet"]), min_size=1, max_size=120))
def test_whatever_a_feed_does_word_of_it_is_rare_and_in_turn(days: list[str]) -> None:
    """Every half a day something else: silence and return are told in turn, and a silence once in seven days."""
    known: dict[int, Told] = {}
    said: list[tuple[str, int]] = []
    for step, state in enumerate(days):
        now = NOW + step * 12 * HOUR_MS
        silence = None if state == "well" else Silence(state, now - 8 * HOUR_MS)  # type: ignore[arg-type]
        others = [other._replace(last_ok=now) for other in OTHERS]
        verdict = decide([feed(1, silence), *others], known, now)
        before = known.get(1, Told(0, 0))
        if verdict.fell:
            known[1] = Told(now, before.back_at)
            said.append(("fell", now))
        if verdict.back:
            known[1] = before._replace(back_at=now)
            said.append(("back", now))
    assert [what for what, _ in said] == ["fell", "back"] * (len(said) // 2) + ["fell"] * (len(said) % 2)
    falls = [at for what, at in said if what == "fell"]
    assert all(later - earlier >= 7 * DAY_MS for earlier, later in pairwise(falls))
