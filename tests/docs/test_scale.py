"""The page on scale: the roles are the program's, the files are there, the compose file names commands that exist."""

from __future__ import annotations

import re
from pathlib import Path

from bot.parts import ROLES

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "scale.md").read_text(encoding="utf-8")


def test_every_role_is_told() -> None:
    assert re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE) == list(ROLES)


def test_the_compose_file_shares_all_roles() -> None:
    text = (ROOT / "compose.scale.yaml").read_text(encoding="utf-8")
    named = [role.strip() for line in re.findall(r"command: \[run, (.+)\]", text) for role in line.split(",")]
    assert sorted(named) == sorted(ROLES)
    assert "${POSTGRES_PASSWORD:?" in text


def test_the_figures_have_a_place() -> None:
    assert PAGE.index("<!-- figures -->") < PAGE.index("<!-- /figures -->")
