"""In which order workers run tests."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import islice
from typing import TypeVar

T = TypeVar("T")


def shared_out(items: Sequence[T], is_slow: Callable[[T], bool], workers: int) -> list[T]:
    """All of `items`, in as many parts of one length as there are workers, the slow ones at the parts' beginnings.

    xdist gives each worker one such part of the list to begin with.
    """
    slow = [item for item in items if is_slow(item)]
    rest = iter([item for item in items if not is_slow(item)])
    made: list[T] = []
    for worker in range(workers):
        made += slow[worker::workers]
        made += islice(rest, max(0, len(items) * (worker + 1) // workers - len(made)))
    return [*made, *rest]
