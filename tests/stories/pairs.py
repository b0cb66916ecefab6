"""The labelled pairs: `pairs.txt` read, every second event kept aside to report on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

FILE = Path(__file__).with_name("pairs.txt")


class Pair(NamedTuple):
    """Two texts; `kept` marks those that nothing was tuned on."""

    kind: str
    a: str
    b: str
    same: bool
    kept: bool


def pairs() -> Iterator[Pair]:
    """All pairs, those of one event together."""
    lines = [line for line in FILE.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    for number, (told, other) in enumerate(zip(lines[::2], lines[1::2], strict=True)):
        kept = number % 2 == 1
        _, kind, a, b = told.split(" | ")
        _, _, again, c = other.split(" | ")
        assert (told[0], other[0], again) == ("+", "-", a), told
        yield Pair(kind, a, b, True, kept)
        yield Pair(kind, a, c, False, kept)
        yield Pair(kind, b, c, False, kept)
