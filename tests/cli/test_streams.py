"""Where the command line writes: a full disk, a terminal of another encoding."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Run

pytestmark = pytest.mark.usefixtures("untraced")


def _program(*args: str, out: str, **env: str) -> subprocess.CompletedProcess[bytes]:
    """The console script in a process of its own, its standard output in a file."""
    with Path(out).open("wb") as written:
        return subprocess.run(
            [sys.executable, "-m", "bot", *args],
            stdout=written,
            stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), **env},
            timeout=60,
            check=False,
        )


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux that is always full")
@pytest.mark.usefixtures("untraced")
@pytest.mark.parametrize("args", [["topics"], ["topics", "--json"], ["--help"], ["parse", "feed.json"]])
def test_where_standard_output_takes_nothing_that_is_said_in_one_line(
    run: Run, tmp_path: Path, args: list[str]
) -> None:
    (tmp_path / "feed.json").write_text('{"version": "https://jsonfeed.org/version/1.1", "title": "x", "items": []}')
    full = _program(*args, out="/dev/full")
    assert (full.returncode, full.stderr) == (1, b"tocsin: standard output: No space left on device\n")


def test_a_terminal_of_another_encoding_gets_what_it_can_show(run: Run, tmp_path: Path) -> None:
    run("subscribe", "芯片")
    said = tmp_path / "said"
    plain = _program("subscriptions", out=str(said), PYTHONIOENCODING="latin-1")
    assert (plain.returncode, plain.stderr) == (0, b"")
    assert b"\n? ??\n" in said.read_bytes()
    _program("subscriptions", "--json", out=str(said), PYTHONIOENCODING="ascii")
    assert json.loads(said.read_bytes())["items"][0]["title"] == "芯片"
