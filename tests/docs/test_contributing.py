"""What CONTRIBUTING says of the code holds."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
BOUND = 300


def test_every_file_that_is_named_exists() -> None:
    named = re.findall(r"`((?:bot|handlers|tests|docs)/[\w./]+)`", (ROOT / "CONTRIBUTING.md").read_text("utf-8"))
    assert len(named) > 10
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_files_are_small() -> None:
    assert f"Files of {BOUND} lines at most" in (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    shipped = [path for folder in ("bot", "handlers") for path in (ROOT / folder).rglob("*.py")]
    lengths = {path.relative_to(ROOT): len(path.read_text(encoding="utf-8").splitlines()) for path in shipped}
    assert {path: n for path, n in lengths.items() if n > BOUND} == {}
