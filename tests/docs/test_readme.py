"""The README is true: its commands exist, its links lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.cli import cli
from bot.core.query import parse
from bot.core.spec import COMMANDS

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md", *sorted((ROOT / "docs").rglob("*.md"))]


def test_every_chat_command_is_in_the_readme() -> None:
    for command in COMMANDS:
        assert f"`{command.name}`" in README, command.name


def test_every_terminal_command_that_is_named_exists() -> None:
    for name in re.findall(r"`(?:\.venv/bin/)?tocsin ([a-z]+)", README):
        assert name in cli.commands, name


def test_every_make_target_that_is_named_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for page in PAGES:
        for name in re.findall(r"`make ([a-z]+)`|^make ([a-z]+)", page.read_text(encoding="utf-8"), re.MULTILINE):
            target = next(filter(None, name))
            assert re.search(rf"^{target}:", makefile, re.MULTILINE), (page.name, target)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    for link in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
        if "://" not in link and not link.startswith("mailto:"):
            assert (page.parent / link).exists(), link


def test_the_queries_of_the_readme_are_queries() -> None:
    for query in ("h20 NEAR/5 (ban OR licence)", "form:S-1 AND (silicon OR robotics)", "lang:zh 芯片 -彩票"):
        assert f"`{query}`" in README
        parse(query)
