"""docs/sources.md names every kind, option, fact and rung that there is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.core.stories.ladders import LADDERS
from bot.ports import TIERS
from bot.sources.feedlist import load_feeds
from bot.sources.kinds import SOURCES

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "sources.md").read_text(encoding="utf-8")


def table_row(chapter: str, name: str) -> str:
    section = TEXT.split(f"## {chapter}\n")[1].split("\n## ")[0]
    rows = re.findall(rf"^\| `{name}` \|.*$", section, re.MULTILINE)
    assert len(rows) == 1, f"docs/sources.md, {chapter}: a row for `{name}` is needed"
    return rows[0]


@pytest.mark.parametrize("kind", SOURCES)
def test_a_kind_and_its_options_are_told(kind):
    row = table_row("Kinds", kind)
    assert all(f"`{option}`" in row for option in SOURCES[kind].options)


@pytest.mark.parametrize("name", LADDERS)
def test_a_ladder_and_its_rungs_are_told(name):
    row = table_row("Ladders", name)
    assert all(rung in row for rung in LADDERS[name])


def test_every_fact_that_a_source_gives_is_told():
    golden = "".join(
        path.read_text(encoding="utf-8") for path in (ROOT / "tests" / "golden" / "sources").glob("*.json")
    )
    names = {name for block in re.findall(r'"facts": \{([^}]*)\}', golden) for name in re.findall(r'"(\w+)": ', block)}
    assert len(names) > 15
    assert {name for name in names if f"`{name}`" not in TEXT} == set()


def test_the_example_is_a_feed_list(tmp_path):
    (example,) = re.findall(r"```toml\n(.*?)```", TEXT, re.DOTALL)
    path = tmp_path / "feeds.toml"
    path.write_text(example, encoding="utf-8")
    assert load_feeds(path)[0].kind == "edgar"
    assert all(f"`{tier}`" in TEXT for tier in TIERS)
