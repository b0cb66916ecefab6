"""The examples of docs/topics.md load, and do what the page says."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from bot.core.matching.match import Engine
from bot.core.matching.topics import load_topics
from bot.core.matching.topicterms import phrase
from bot.core.model import Entry

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "topics.md").read_text("utf-8")
EXAMPLES = {
    f"{number}.toml": tomllib.loads(text) for number, text in enumerate(re.findall(r"```toml\n(.*?)```", PAGE, re.S))
}
ENTITIES = tomllib.loads((ROOT / "config" / "entities.toml").read_text("utf-8"))["entity"]
LOADED = load_topics(EXAMPLES, ENTITIES)


def topics_of(title: str) -> list[str]:
    engine = Engine()
    for topic in LOADED.topics:
        engine.add(topic.id, topic.tree)
    return engine.matching(Entry("1", "", title))


def test_the_examples_load() -> None:
    assert LOADED.errors == ()
    assert [topic.id for topic in LOADED.topics] == ["quantum", "undersea-cables", "fabs-and-power"]


@pytest.mark.parametrize(
    ("title", "topics"),
    [
        ("A quantum computer with more qubits", ["quantum"]),
        ("量子運算新進展", ["quantum"]),
        ("Fibre cable severed off Taiwan", ["undersea-cables"]),
        ("海底光缆中断", ["undersea-cables"]),
        ("Cable car damaged by storm", []),
        ("Fibre cable cut ends cable television", []),
        ("Jobs cut; a new fibre cable", []),
        ("TSMC asks for its own substation", ["fabs-and-power"]),
        ("Blackout stops a memory fab", ["fabs-and-power"]),
        ("Substation opens", []),
    ],
)
def test_the_examples_do_what_the_page_says(title: str, topics: list[str]) -> None:
    assert topics_of(title) == topics


def test_the_terms_of_the_table_can_be_read() -> None:
    written = re.findall(r'^\| `"([^"`]+)"`', PAGE, re.M)
    assert len(written) == 5
    assert all(phrase(term).words for term in written)
