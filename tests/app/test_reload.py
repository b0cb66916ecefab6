"""Topic files that change while the bot runs."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bot.core.model import Entry
from bot.reload import TopicFiles
from bot.rulebook import Rulebook
from bot.topicfiles import read_topic_files

GOOD = '[[topic]]\nid = "{id}"\ntitle = {{ en = "{id}" }}\nany = ["{word}"]\n'


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Rulebook, TopicFiles]:
    (tmp_path / "a.toml").write_text(GOOD.format(id="chips", word="chip"))
    rules = Rulebook(read_topic_files(tmp_path).topics)
    return tmp_path, rules, TopicFiles(rules, tmp_path, tmp_path / "none.toml")


def matched(rules: Rulebook, title: str) -> list[str]:
    return [hit.rule for hit in rules.match(Entry("1", "", title))]


def write(path: Path, text: str) -> None:
    path.write_text(text)
    os.utime(path, ns=(1, path.stat().st_size))


def test_a_change_takes_effect_without_a_restart(files: tuple[Path, Rulebook, TopicFiles]) -> None:
    folder, rules, topic_files = files
    assert topic_files.look() == []
    write(folder / "a.toml", GOOD.format(id="chips", word="wafer"))
    assert topic_files.look() == ["chips"]
    assert matched(rules, "wafer and chip") == ["topic:chips"]
    assert matched(rules, "chip") == []
    write(folder / "b.toml", GOOD.format(id="rain", word="rain"))
    assert topic_files.look() == ["rain"]
    (folder / "a.toml").unlink()
    topic_files.look()
    assert list(rules.topics) == ["rain"]
    assert matched(rules, "wafer") == []


def test_a_topic_that_is_wrong_keeps_its_old_rules(files: tuple[Path, Rulebook, TopicFiles]) -> None:
    folder, rules, topic_files = files
    for broken in ('[[topic]]\nid = "chips"\n', "not [ toml"):
        write(folder / "a.toml", broken)
        assert topic_files.look() == []
        assert matched(rules, "chip") == ["topic:chips"]


def test_a_folder_that_vanishes_changes_nothing(files: tuple[Path, Rulebook, TopicFiles]) -> None:
    folder, rules, topic_files = files
    (folder / "a.toml").unlink()
    folder.rmdir()
    assert topic_files.look() == []
    assert matched(rules, "chip") == ["topic:chips"]
