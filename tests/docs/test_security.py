"""SECURITY.md names where each threat is tested: every file that it names is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
PATHS = sorted(set(re.findall(r"`(tests/[\w/.*]+)", PAGE)))


@pytest.mark.parametrize("path", PATHS)
def test_a_file_that_is_named_is_there(path: str) -> None:
    assert any(ROOT.glob(path)), path


def test_every_numbered_case_is_marked_at_a_test() -> None:
    tests = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    marked = {int(number) for number in re.findall(r"case_id\((\d+)\)", tests)}
    assert sorted(set(range(1, 155)) - marked) == []


def test_only_the_terminals_commands_and_the_store_can_add_feeds() -> None:
    """Neither a command of a chat nor the page: who could add one could make the program fetch what they like."""
    paths = [path for folder in ("bot", "handlers") for path in (ROOT / folder).rglob("*.py")]
    who = {str(path.relative_to(ROOT)) for path in paths if "add_feeds" in path.read_text(encoding="utf-8")}
    allowed = ("bot/cli/", "bot/store/", "bot/ports/")
    assert "bot/cli/feeds.py" in who
    assert [name for name in sorted(who) if not name.startswith(allowed)] == []
