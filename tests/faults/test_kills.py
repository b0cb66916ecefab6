"""Nothing lost, nothing doubled: the real program, killed at every point and at any moment, between failing servers."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from bot import faultpoint
from bot.core.errors import ConfigError
from bot.faultpoint import POINTS
from tests.faults.harness import torture

KILLS = 20
"""Each point at least once (`harness.Torture`), and at any moment."""
pytestmark = pytest.mark.holds_loop  # reads what the processes wrote, and starts them


@pytest.mark.slow
@pytest.mark.case_id(119)
@pytest.mark.usefixtures("untraced")
async def test_case_119_kills_at_every_point_lose_nothing_and_double_nothing(tmp_path: Path) -> None:
    """Servers answer 429, 5xx, garbage, resets and silence meanwhile. `make torture` does it ten thousand times."""
    figures = await torture(tmp_path, 1, KILLS)
    print(figures.line())
    assert figures.kills.total() == KILLS
    assert set(POINTS) <= set(figures.kills)
    assert figures.faults > 10
    assert (figures.lost, figures.doubled, figures.disordered) == (0, 0, 0)
    assert figures.received == figures.expected > KILLS


def test_a_point_costs_nothing_and_does_nothing_unless_it_is_armed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(faultpoint, "hit", faultpoint.hit)
    killed: list[int] = []
    monkeypatch.setattr(os, "kill", lambda pid, number: killed.append(number))
    faultpoint.arm("")
    faultpoint.hit("sent")
    faultpoint.arm("sent:2:kill, begun:9:kill")
    for _ in range(3):
        faultpoint.hit("sent")
        faultpoint.hit("begun")
        faultpoint.hit("fetch")
    assert killed == [signal.SIGKILL]


@pytest.mark.parametrize("text", ["sent", "sent:x:kill", "sent:1", "sent:1:raise", "nowhere:1:kill"])
def test_a_point_that_is_none_is_named(text: str) -> None:
    with pytest.raises(ConfigError, match="begun"):
        faultpoint.arm(text)
