"""The shipped catalogue over a simulated day, and the schedule over a simulated posting pattern."""

from __future__ import annotations

from benchmarks.dayplan import COST_MS, DAY_MS, oldest_official, simulate, too_fast
from benchmarks.lag import generated, ratio
from bot.configure import load_settings, resolve
from bot.feedlist import load_feeds


def test_a_day_of_the_catalogue_is_polite_prompt_and_cheap() -> None:
    specs = load_feeds(resolve(load_settings({}, None).feeds.file))
    day = simulate(specs, days=1)
    assert list(too_fast(day)) == []
    ages = oldest_official(specs, day)
    assert ages, "the catalogue has official feeds with hours"
    assert max(ages.values()) <= 55, "and a few seconds for the fetch itself"
    assert sum(map(len, day.by_feed.values())) * COST_MS <= DAY_MS / 10
    assert set(day.by_feed) == {spec.url for spec in specs}, "nobody is forgotten"


def test_posts_are_noticed_in_half_the_time_of_round_robin() -> None:
    ours, robin = ratio(generated(120, 1, seed=5))
    assert ours.requests == robin.requests
    assert ours.mean_ms <= robin.mean_ms / 2
