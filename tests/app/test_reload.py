"""Topic files that change while the bot runs."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from bot.core.language.entities import Lexicon
from bot.core.model import Entry
from bot.rules.reload import TopicFiles
from bot.rules.rulebook import Rulebook
from bot.rules.topicfiles import read_topic_files

GOOD = '[[topic]]\nid = "{id}"\ntitle = {{ en = "{id}" }}\nany = ["{word}"]\n'


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Rulebook, TopicFiles]:
    (tmp_path / "tables").mkdir()
    (tmp_path / "a.toml").write_text(GOOD.format(id="chips", word="chip"))
    rules = Rulebook(read_topic_files(tmp_path).topics)
    return (
        tmp_path,
        rules,
        TopicFiles(rules, tmp_path, tmp_path / "tables" / "entities.toml", tmp_path / "tables" / "glossary.toml"),
    )


def matched(rules: Rulebook, title: str) -> list[str]:
    return [hit.rule for hit in rules.match(Entry("1", "", title))]


def write(path: Path, text: str) -> None:
    path.write_text(text)
    os.utime(path, ns=(1, path.stat().st_size))


def test_a_change_takes_effect_without_a_restart(
    files: tuple[Path, Rulebook, TopicFiles], caplog: pytest.LogCaptureFixture
) -> None:
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
    assert "topics are gone: chips;" in caplog.text
    assert list(rules.topics) == ["rain"]
    assert matched(rules, "wafer") == []


def test_a_topic_that_is_wrong_keeps_its_old_rules(files: tuple[Path, Rulebook, TopicFiles]) -> None:
    folder, rules, topic_files = files
    for broken in ('[[topic]]\nid = "chips"\n', "not [ toml"):
        write(folder / "a.toml", broken)
        assert topic_files.look() == []
        assert matched(rules, "chip") == ["topic:chips"]


def test_what_an_editor_keeps_beside_an_open_file_is_no_topic(
    files: tuple[Path, Rulebook, TopicFiles], caplog: pytest.LogCaptureFixture
) -> None:
    """Emacs marks it by a link that leads nowhere; one that is nobody's mark is named and holds up no other file."""
    folder, rules, topic_files = files
    (folder / ".#a.toml").symlink_to("somebody@host.123")
    (folder / ".a.toml").write_text("[[topic")
    assert topic_files.look() == []
    assert caplog.text == ""
    (folder / "nowhere.toml").symlink_to("gone.toml")
    write(folder / "b.toml", GOOD.format(id="rain", word="rain"))
    assert topic_files.look() == ["rain"]
    assert "nowhere.toml: can't be read" in caplog.text
    assert set(rules.topics) == {"chips", "rain"}


def test_a_folder_that_vanishes_changes_nothing(files: tuple[Path, Rulebook, TopicFiles]) -> None:
    folder, rules, topic_files = files
    shutil.rmtree(folder)
    assert topic_files.look() == []
    assert matched(rules, "chip") == ["topic:chips"]


ROW = '[[entity]]\nid = "acme"\nname = "{name}"\nzh = ["艾克米"]\n'


def test_a_changed_entity_table_changes_topics_queries_and_how_reports_meet(
    files: tuple[Path, Rulebook, TopicFiles],
) -> None:
    folder, rules, topic_files = files
    heard: list[Lexicon] = []
    topic_files.on_names = heard.append
    write(folder / "a.toml", GOOD.format(id="chips", word="@entity:acme"))
    write(folder / "tables" / "entities.toml", ROW.format(name="Acme Compute"))
    write(folder / "tables" / "glossary.toml", '[words]\nfloat = "上市"\n')
    assert topic_files.look() == ["chips"]
    assert matched(rules, "Acme Compute hires") == ["topic:chips"]
    assert rules.resolve("entity:acme").text == rules.resolve('"acme compute" OR 艾克米').label
    assert rules.who == (("Acme Compute 艾克米", "entity:acme"),)
    assert heard[-1].known("acme compute") == "acme"
    write(folder / "tables" / "entities.toml", ROW.format(name="Acme Intelligence"))
    assert topic_files.look() == ["chips"]
    assert matched(rules, "Acme Compute hires") == []
    assert heard[-1].known("acme intelligence") == "acme"


@pytest.mark.parametrize("broken", ["not [ toml", '[[entity]]\nname = "no id"\n'])
def test_an_entity_table_that_is_wrong_leaves_the_old_one(
    files: tuple[Path, Rulebook, TopicFiles], broken: str, caplog: pytest.LogCaptureFixture
) -> None:
    folder, rules, topic_files = files
    write(folder / "a.toml", GOOD.format(id="chips", word="@entity:acme"))
    write(folder / "tables" / "entities.toml", ROW.format(name="Acme Compute"))
    topic_files.look()
    write(folder / "tables" / "entities.toml", broken)
    assert topic_files.look() == []
    assert "the entity table stays as it was: entities.toml" in caplog.text
    assert matched(rules, "Acme Compute hires") == ["topic:chips"]
    assert rules.resolve("entity:acme").label
