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
    assert any(ROOT.glob(path)) or any(ROOT.glob(f"{path}*")), path
