from __future__ import annotations

from bot.core.commands.trend import Bucket, buckets, peak, sparkline
from bot.core.units import DAY_MS, HOUR_MS

NOW = 1_795_550_000_000 // DAY_MS * DAY_MS + 20 * HOUR_MS + 5  # 24 Nov 2026, 20:00 UTC


def test_days_are_summed_without_gaps_and_the_last_holds_now() -> None:
    today = NOW - NOW % DAY_MS
    counts = [(today, 2), (today + 20 * HOUR_MS, 3), (today - HOUR_MS, 1), (today - 3 * DAY_MS, 9), (NOW + DAY_MS, 4)]
    assert buckets(counts, NOW, 3) == [
        Bucket(today - 2 * DAY_MS, 0),
        Bucket(today - DAY_MS, 1),
        Bucket(today, 5),
    ]


def test_up_to_two_days_go_by_the_hour() -> None:
    found = buckets([(NOW - NOW % HOUR_MS, 1)], NOW, 2)
    assert len(found) == 48
    assert found[-1] == Bucket(NOW - NOW % HOUR_MS, 1)


def test_the_peak_is_the_latest_of_the_fullest() -> None:
    assert peak([Bucket(1, 2), Bucket(2, 2), Bucket(3, 0)]) == Bucket(2, 2)
    assert peak([Bucket(1, 0)]) is None
    assert peak([]) is None


def test_a_line_of_blocks_names_the_peak() -> None:
    day = NOW - NOW % DAY_MS
    counts = [(day - n * DAY_MS, n) for n in range(1, 9)]
    assert sparkline(counts, NOW, 9) == "█▇▆▅▄▃▂▁·  peak 8 · 16 Nov"
    assert sparkline([(NOW, 3)], NOW, 1) == "·" * 23 + "█  peak 3 · 24 Nov 20:00 UTC"
    assert sparkline([], NOW, 7) == "·······"


def test_a_small_count_beside_a_large_one_is_still_seen() -> None:
    day = NOW - NOW % DAY_MS
    assert sparkline([(day, 1000), (day - DAY_MS, 1)], NOW, 2 + 1).startswith("·▁█")
