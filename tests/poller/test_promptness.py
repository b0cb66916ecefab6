"""The schedule over a simulated posting pattern."""

from __future__ import annotations

import pytest

from benchmarks.lag import generated, ratio


@pytest.mark.usefixtures("untraced")
def test_posts_are_noticed_in_half_the_time_of_round_robin() -> None:
    ours, robin = ratio(generated(120, 1, seed=5))
    assert ours.requests == robin.requests
    assert ours.mean_ms <= robin.mean_ms / 2
