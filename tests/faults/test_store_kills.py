"""`kill -9` at any statement: the schema, a poll and the lanes go on where they were."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.faults.store_child import CHANNELS, STORIES

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("untraced")]


def lives(work: str, folder: Path, step: int = 1) -> int:
    """How many lives the work took."""
    command = [sys.executable, "-m", "tests.faults.store_child", work, str(folder), str(step)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parents[2], check=False)
    assert done.returncode == 0, done.stderr
    return int(done.stdout)


@pytest.mark.case_id(124)
def test_case_124_a_migration_killed_at_any_statement_runs_again(tmp_path: Path) -> None:
    assert lives("migrate", tmp_path) > 40


@pytest.mark.case_id(119)
def test_case_119_a_process_killed_at_any_statement_loses_and_doubles_nothing(tmp_path: Path) -> None:
    assert lives("deliver", tmp_path, step=9) > 25
    wall = [line.split()[:2] for line in (tmp_path / "wall").read_text().splitlines()]
    for ref in CHANNELS:
        assert [title for channel, title in wall if channel == ref] == [f"Story-{n}" for n in range(STORIES)]
    assert Counter(channel for channel, _ in wall) == dict.fromkeys(CHANNELS, STORIES)
