"""docs/tour.md: every file, module, class and function that it names is there."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "tour.md").read_text(encoding="utf-8")
NAMES = sorted(set(re.findall(r"`((?:bot|handlers)(?:\.\w+)+)`", PAGE)))
PATHS = sorted(set(re.findall(r"`((?:bot|handlers|tests)/[\w./]+)`", PAGE)))


def test_the_page_names_what_it_shows() -> None:
    assert len(NAMES) > 40
    assert len(PATHS) > 8


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_there(name: str) -> None:
    parts = name.split(".")
    at = next(
        at
        for at in range(len(parts), 0, -1)
        if ROOT.joinpath(*parts[:at]).with_suffix(".py").is_file() or ROOT.joinpath(*parts[:at]).is_dir()
    )
    found = import_module(".".join(parts[:at]))
    for part in parts[at:]:
        found = getattr(found, part)


@pytest.mark.parametrize("path", PATHS)
def test_a_path_is_there(path: str) -> None:
    assert (ROOT / path).exists()
