"""Every test is run once, whatever the order."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sharing import shared_out


@given(st.lists(st.booleans(), max_size=60), st.integers(1, 7))
def test_no_test_is_lost_or_run_twice(slow: list[bool], workers: int) -> None:
    order = shared_out(range(len(slow)), slow.__getitem__, workers)
    assert sorted(order) == list(range(len(slow)))


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_each_workers_part_begins_with_its_slow_ones(workers: int) -> None:
    order = shared_out(range(60), lambda item: item % 10 == 0, workers)
    for worker in range(workers):
        part = order[60 * worker // workers : 60 * (worker + 1) // workers]
        assert all(item % 10 == 0 for item in part[: 6 // workers]), part
        assert all(item % 10 for item in part[6 // workers :]), part
