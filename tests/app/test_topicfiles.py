from __future__ import annotations

import os
from pathlib import Path

import pytest

from bot.core.errors import ConfigError
from bot.core.matching.canonical import _meant_phrase, canonical
from bot.core.matching.match import Engine
from bot.core.matching.query import parse
from bot.core.matching.terms import term_of
from bot.core.model import Entry
from bot.rules.rulebook import Rulebook
from bot.rules.topicfiles import read_topic_files, stamp
from tests.shipped import topics

GOOD = '[[topic]]\nid = "t"\ntitle = { en = "T" }\nany = ["@entity:acme"]\n'


def test_good_files_are_read_and_broken_ones_named(tmp_path: Path) -> None:
    (tmp_path / "good.toml").write_text(GOOD)
    (tmp_path / "broken.toml").write_text("[[topic")
    (tmp_path / "bytes.toml").write_bytes(b"\xff")
    (tmp_path / "notes.txt").write_text("[[topic")
    entities = tmp_path.parent / f"{tmp_path.name}-entities.toml"
    entities.write_text('[[entity]]\nid = "acme"\nname = "Acme"\n')
    loaded = read_topic_files(tmp_path, entities)
    assert [topic.id for topic in loaded.topics] == ["t"]
    assert [str(error).split(":")[0] for error in loaded.errors] == ["broken.toml", "bytes.toml"]
    assert "no such entity" in str(read_topic_files(tmp_path, tmp_path / "none").errors[-1])


_ODD = (
    "topic = 1",
    "topic = [1]",
    "lists = 1",
    "a = " + "[" * 5000,
    "a = " + "1" * 5000,
    *(
        f"{GOOD}{line}"
        for line in ("severity = 1", "rule = 1", "rule = [1]", "rule = [{ context = ['x'], forms = 1 }]")
    ),
)


@pytest.mark.parametrize("text", _ODD, ids=[text[-40:] for text in _ODD])
def test_a_file_of_another_shape_is_named_and_the_others_are_read(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.toml").write_text(GOOD.replace('"t"', '"first"').replace("@entity:acme", "acme"))
    (tmp_path / "odd.toml").write_text(text.replace("@entity:acme", "acme"))
    loaded = read_topic_files(tmp_path)
    assert [topic.id for topic in loaded.topics] == ["first"]
    assert {str(error).split(":")[0] for error in loaded.errors} == {"odd.toml"}
    assert not any("\n" in str(error) for error in loaded.errors)


@pytest.mark.parametrize(
    "text", ["entity = 1", "entity = [1]", '[[entity]]\nid = "acme"\nname = 1', "a = " + "[" * 5000]
)
def test_a_faulty_entity_table_is_named_and_topics_that_need_none_are_read(tmp_path: Path, text: str) -> None:
    (tmp_path / "good.toml").write_text(GOOD.replace("@entity:acme", "acme"))
    table = tmp_path.parent / f"{tmp_path.name}-entities.toml"
    table.write_text(text)
    loaded = read_topic_files(tmp_path, table)
    assert [topic.id for topic in loaded.topics] == ["t"]
    assert [str(error).split(":")[0] for error in loaded.errors] == [table.name]


def test_no_folder_is_one_line_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"no such folder; topics\.dir"):
        read_topic_files(tmp_path / "none")


def test_the_stamp_changes_when_a_file_does(tmp_path: Path) -> None:
    path = tmp_path / "good.toml"
    path.write_text(GOOD)
    before = stamp(tmp_path)
    assert stamp(tmp_path) == before
    os.utime(path, ns=(1, 1))
    assert stamp(tmp_path) != before
    assert len(stamp(tmp_path, path)) == 2


@pytest.mark.usefixtures("untraced")
def test_every_shipped_topic_is_right_and_anchored() -> None:
    loaded = topics()
    assert loaded.errors == ()
    engine = Engine()
    for topic in loaded.topics:
        engine.add(f"topic:{topic.id}", topic.tree)
    assert "topic:export-controls" in engine
    assert engine.matching(Entry("1", "", "US halts Nvidia H20 exports to China"))


@pytest.mark.usefixtures("untraced")
def test_nothing_of_the_topics_compilation_stays_once_they_are_taken_in() -> None:
    """A start compiles thousands of phrases; what remembers them between queries would be kept for good."""
    loaded = topics()
    canonical(parse("chips OR fabs"))
    assert _meant_phrase.cache_info().currsize
    Rulebook(loaded.topics)
    assert _meant_phrase.cache_info().currsize == term_of.cache_info().currsize == 0
