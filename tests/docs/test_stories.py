"""docs/stories.md: its pairs are judged as it says, and the modules, thresholds and commands that it names exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.cli import cli
from bot.core.stories.cluster import same
from bot.core.stories.weights import DEFAULT, SIGNALS
from tests import shipped

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "stories.md").read_text(encoding="utf-8")
PAIRS = re.findall(r"^\| (.+?) \| (.+?) \| (yes|no) \| (.+?) \|$", PAGE, re.MULTILINE)


def test_the_page_has_its_pairs() -> None:
    assert len(PAIRS) == 16


@pytest.mark.parametrize(("a", "b", "one", "why"), PAIRS)
def test_a_pair_is_judged_as_the_page_says(a: str, b: str, one: str, why: str) -> None:
    said = same(a, b, lexicon=shipped.lexicon())
    assert said.same is (one == "yes")
    assert why in said.why


def test_the_modules_that_are_named_exist() -> None:
    rows = re.findall(r"^\|.*\| ((?:`\w+`(?: \(\*\w+\*\))?(?:, )?)+) \|$", PAGE, re.MULTILINE)
    names = {name for row in rows for name in re.findall(r"`(\w+)`", row)} - set(SIGNALS) - {"against"}
    names |= {name for group in re.findall(r"\(((?:`\w+`(?:, )?)+)\)", PAGE) for name in re.findall(r"`(\w+)`", group)}
    assert len(names) > 20
    there = {module.stem for module in (ROOT / "bot" / "core").rglob("*.py")}
    assert sorted(names - there) == []


def test_signals_and_thresholds_are_those_of_the_weights() -> None:
    assert [signal for signal in SIGNALS if f"`{signal}`" not in PAGE] == []
    shown = dict(re.findall(r"^\| (headline|lead|across) \| .+ \| ([\d.]+) \|$", PAGE, re.MULTILINE))
    assert {name: float(told) for name, told in shown.items()} == {
        "headline": DEFAULT.headline.threshold,
        "lead": DEFAULT.lead.threshold,
        "across": DEFAULT.across.threshold,
    }


def test_the_commands_that_are_named_exist() -> None:
    named = set(re.findall(r"`tocsin (\w+)", PAGE))
    assert {"story", "same", "replay", "stories"} <= named <= set(cli.commands)
