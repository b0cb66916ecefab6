"""Recorded feeds, broken at random: read or refused, and nothing else. `make torture` tries five thousand."""

from __future__ import annotations

import random

import pytest

from tests.faults.mutants import SHIPPED, broken, recorded, tried


@pytest.mark.usefixtures("untraced")
async def test_a_broken_recording_is_read_or_refused_within_the_loops_patience() -> None:
    done = await tried(120, seed=3)
    print(done.line())
    assert done.read > 60
    assert done.read + done.refused == done.inputs == 120
    assert done.stall_ms < 100
    assert done.memory_mb <= 64


def test_what_is_tried_is_broken() -> None:
    die, bodies = random.Random(1), [path.read_bytes() for path in recorded([SHIPPED])]
    assert len(bodies) > 10
    assert sum(broken(die, body) != body for body in bodies) > len(bodies) // 2
