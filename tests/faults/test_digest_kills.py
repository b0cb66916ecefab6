"""`kill -9` at the points around a digest: each channel gets it once, with every story once."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.faults.store_child import CHANNELS, STORIES

pytestmark = pytest.mark.usefixtures("untraced")


def test_a_digest_survives_kills_between_send_and_settle(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.faults.digest_child", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parents[2], check=False)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 8
    looks = (tmp_path / "looks").read_text().split()
    assert {"Sent", "Absent"} <= set(looks), "killed before the send and after it"
    wall = [line.split() for line in (tmp_path / "wall").read_text().splitlines()]
    told = Counter((channel, title) for channel, title, _ in wall)
    assert told == dict.fromkeys(((ref, f"Story-{n}") for ref in CHANNELS for n in range(STORIES)), 1)
    assert len({number for _, _, number in wall}) == len(CHANNELS)
