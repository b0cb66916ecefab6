"""The README is true: its commands exist, its links lead somewhere."""

from __future__ import annotations

import re
from importlib import resources
from pathlib import Path

import pytest

from bot.cli import cli
from bot.core.commands.line import parse_line
from bot.core.commands.options import parse_options
from bot.core.commands.spec import COMMANDS
from bot.core.matching.match import Engine
from bot.core.matching.query import parse
from bot.ingest.adopt import adopt
from bot.ports import Feed
from bot.sources.feed import parse as parse_feed

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
NUMBER = r"\d+(?:[.,]\d+)*"
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md", *sorted((ROOT / "docs").rglob("*.md"))]


def test_every_chat_command_is_in_the_readme() -> None:
    for command in COMMANDS:
        assert f"`{command.name}`" in README, command.name


def test_every_terminal_command_that_is_named_exists() -> None:
    for name in re.findall(r"`(?:\.venv/bin/)?tocsin ([a-z]+)", README):
        assert name in cli.commands, name


@pytest.mark.parametrize("line", re.findall(r"`/tocsin (subscribe [^`…]+)`", README))
def test_every_subscription_that_is_shown_can_be_typed(line: str) -> None:
    parsed = parse_line(line)
    what = parsed.args["what"]
    files = (ROOT / "config" / "topics").glob("*.toml")
    topics = {name for file in files for name in re.findall(r'^id = "(.+)"$', file.read_text("utf-8"), re.MULTILINE)}
    assert what in topics or (" " in what and parse(what))
    assert len(parse_options(parsed.args)) == len(parsed.args) - 1


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


def test_every_page_is_listed() -> None:
    index = (ROOT / "docs" / "README.md").read_text(encoding="utf-8")
    pages = [str(page.relative_to(ROOT / "docs")) for page in PAGES if page.is_relative_to(ROOT / "docs")]
    assert [page for page in pages if page != "README.md" and f"({page})" not in index] == []


def test_the_figures_are_those_of_the_page_of_figures() -> None:
    """What the README quotes was changed on one page and not on the other."""
    known = set(re.findall(NUMBER, (ROOT / "docs" / "figures.md").read_text(encoding="utf-8")))
    rows = re.findall(r"^\| [^|]+ \| ([^|]*\d[^|]*) \| (?:`|\[)", README.split("## Figures")[1], re.MULTILINE)
    assert len(rows) == 10
    assert [row for row in rows if not set(re.findall(NUMBER, row)) <= known] == []


def _queries() -> list[str]:
    """What the README and the helps of the commands give as keywords to try."""
    shown = README.split("(docs/query-language.md)):")[1].split(". A query")[0]
    examples = [command.example.split(" ", 1)[1] for command in COMMANDS if command.name in ("search", "preview")]
    helps = [
        arg.help.split("such as: ")[1]
        for command in COMMANDS
        for arg in command.args
        if "words" in arg.help and "such as: " in arg.help
    ]
    return list(dict.fromkeys((*re.findall("`(.+?)`", shown), *examples, *helps)))


def test_the_queries_that_are_shown_find_something_in_the_demo() -> None:
    queries = _queries()
    assert len(queries) >= 4
    engine = Engine()
    for query in queries:
        engine.add(f"query:{query}", parse(query))
    folder = resources.files("bot.demo") / "feeds"
    items = [item for file in folder.iterdir() for item in parse_feed(file.read_bytes(), {}).entries]
    found = {rule for item in items for rule in engine.matching(adopt(item, Feed(1, "", "feed"), 0))}
    assert found == {f"query:{query}" for query in queries}
