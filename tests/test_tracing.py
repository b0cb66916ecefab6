"""What rests while a test is not traced, and goes on after it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from coverage import Coverage

from bot.core.language.plural import stem
from tests.tracing import forget

ROOT = Path(__file__).parents[1]
PROGRAM = """
import os, sys
from tests.tracing import resting

with resting():
    assert sys.gettrace() is None
    with resting():
        pass
    assert sys.gettrace() is None, "it rests until the outermost has ended"
    assert not [name for name in os.environ if name.startswith("COVERAGE_PROCESS")], "what a child would be told"
assert sys.gettrace() is not None
from bot.core.errors import TocsinError
assert os.environ["COVERAGE_PROCESS_CONFIG"]
"""


def test_tracing_rests_and_goes_on(tmp_path: Path) -> None:
    """In a process of its own, which is measured as `make test` measures its workers."""
    script = tmp_path / "program.py"
    script.write_text(PROGRAM)
    data = tmp_path / "measured"
    command = [sys.executable, "-m", "coverage", "run", f"--data-file={data}", "--source=bot", str(script)]
    env = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}
    done = subprocess.run(
        command, cwd=ROOT, env=env | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    (made,) = tmp_path.glob("measured*")
    command = [sys.executable, "-m", "coverage", "report", f"--data-file={made}", "--include=bot/core/errors.py"]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert "bot/core/errors.py" in done.stdout, done.stdout + done.stderr


def test_a_test_is_measured_where_a_run_is() -> None:
    assert (sys.gettrace() is not None) == (Coverage.current() is not None)


@pytest.mark.usefixtures("untraced")
def test_an_untraced_one_is_not() -> None:
    assert sys.gettrace() is None
    assert not [name for name in os.environ if name.startswith("COVERAGE_PROCESS")]


def test_what_was_worked_out_unmeasured_is_forgotten() -> None:
    """Or the order of the tests would say which lines count as reached."""
    stem("ads")
    forget()
    assert stem.cache_info().currsize == 0
