"""`tocsin stories`: judgements out of the database, a strictness learned from pairs, reports in the wrong story."""

from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path

import pytest

from bot.core.errors import ConfigError
from bot.core.model import Entry
from bot.pipeline import Pipeline
from bot.rules.rulebook import Rulebook
from bot.store import open_store
from tests.cli.conftest import Run, lines, write_jsonl
from tests.stories.twins import twins

NAMES = ("Zhipu", "Oracle", "Samsung", "Boeing", "Tesla", "Nokia", "Airbus", "Disney", "Netflix", "Intel", "Cisco")


def label(path: Path) -> None:
    """Two judgements: one of entries that are there, one of an entry that was forgotten."""

    async def work() -> None:
        store = open_store(str(path), clock=lambda: 0)
        await store.label_pair(2, 1, False, "console:owner", 5)
        await store.label_pair(1, 99, True, "console:owner", 6)
        await store.close()

    asyncio.run(work())


def test_judgements_become_a_data_set(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reports = [
        {"id": n, "url": f"https://x.example/{n}", "title": f"{n} chip plants open", "source": "X"} for n in "12"
    ]
    run("replay", write_jsonl(tmp_path / "in.jsonl", *reports), "--db", str(tmp_path / "kept.db"))
    label(tmp_path / "kept.db")
    monkeypatch.setenv("TOCSIN_STORE_PATH", str(tmp_path / "kept.db"))
    result = run("stories", "export", "--out", str(tmp_path / "pairs.jsonl"))
    assert result.exit_code == 0, result.output
    row = json.loads((tmp_path / "pairs.jsonl").read_text(encoding="utf-8"))
    assert (row["a"], row["b"], row["same"], row["by"], row["at"]) == (
        "1 chip plants open",
        "2 chip plants open",
        False,
        "console:owner",
        5,
    )


def test_a_strictness_is_proposed_with_its_gain(run: Run, tmp_path: Path) -> None:
    pairs = []
    for one in NAMES:
        debut = f"{one} shares climb on debut in Hong Kong"
        pairs.append({"a": debut, "b": f"{one} climbs in Hong Kong debut", "same": True})
        pairs.append({"a": debut, "b": f"{one} shares to list elsewhere", "same": False})
        pairs.append({"a": debut, "b": f"A court case against {one} ends in London", "same": False})
    said = run("stories", "tune", write_jsonl(tmp_path / "pairs.jsonl", *pairs))
    assert said.exit_code == 0, said.output
    assert "33 pairs: F1" in said.output
    assert "strictness = " in said.output
    assert "Nothing better" in run("stories", "tune", write_jsonl(tmp_path / "few.jsonl", *pairs[:3])).output
    wrong = run("stories", "tune", write_jsonl(tmp_path / "wrong.jsonl", {"a": "x", "b": "y"}))
    assert isinstance(wrong.exception, ConfigError)


def test_strictness_is_a_setting(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pair = write_jsonl(
        tmp_path / "in.jsonl",
        {"id": 1, "a": "Zhipu shares climb on debut in Hong Kong", "b": "Zhipu climbs in Hong Kong debut"},
    )
    usual = lines(run("same", pair).stdout)[0]
    assert usual["same"] is True
    monkeypatch.setenv("TOCSIN_STORIES_STRICTNESS", "300")
    strict = lines(run("same", pair).stdout)[0]
    needed = [float(re.findall(r"threshold ([\d.]+)", str(said["why"]))[0]) for said in (usual, strict)]
    assert needed[1] == pytest.approx(3 * needed[0], abs=0.02)


def test_an_audit_names_a_report_in_the_wrong_story(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reports = [
        {
            "id": n,
            "url": f"https://x.example/{n}",
            "title": f"Zhipu shares climb on Hong Kong debut, report {n}",
            "summary": f"Zhipu raised HK$4 billion, said outlet {n}.",
            "source": "X",
        }
        for n in range(11)
    ]
    run("replay", write_jsonl(tmp_path / "in.jsonl", *reports), "--db", str(tmp_path / "kept.db"))
    monkeypatch.setenv("TOCSIN_STORE_PATH", str(tmp_path / "kept.db"))
    assert "Every report fits its story." in run("stories", "audit").output
    misplace(tmp_path / "kept.db")
    said = run("stories", "audit").output
    assert "does not fit: Storm hits Florida coast and thousands flee" in said
    assert "1 report does not fit its story." in said


def row(number: int, entry: Entry) -> dict[str, object]:
    return {"id": number, "url": entry.url, "title": entry.title, "summary": entry.summary, "source": entry.source}


@pytest.mark.usefixtures("untraced")
def test_a_replay_ends_with_two_stories_where_one_turned_out_to_be_two(run: Run, tmp_path: Path) -> None:
    rows = [row(number, entry) for number, (entry, _) in enumerate(twins())]
    said = lines(run("replay", write_jsonl(tmp_path / "in.jsonl", *rows)).stdout)
    assert len({str(line["story"]) for line in said[::2]}) == 1
    assert len({str(line["story"]) for line in said[1::2]}) == 1
    assert said[0]["story"] != said[1]["story"]


@pytest.fixture
def mixed(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """A store in which two events are one story."""
    path = tmp_path / "mixed.db"

    async def work() -> None:
        store = open_store(str(path), clock=lambda: 0)
        await Pipeline(store, Rulebook()).replay([entry for entry, _ in twins()])
        await store.close()

    asyncio.run(work())
    monkeypatch.setenv("TOCSIN_STORE_PATH", str(path))
    return run


def test_an_audit_proposes_and_changes_nothing(mixed: Run) -> None:
    for _ in range(2):
        said = mixed("stories", "audit").output
        assert "two stories: the others tell of" in said
        assert "is of another event: Navy takes in 26 pirates off Somalia in Gulf of Aden (Outlet 3)" in said
        assert "6 reports do not fit their story." in said


def test_an_audit_carries_out_what_is_agreed_to(mixed: Run) -> None:
    said = mixed("stories", "audit", "--apply", input="n\n").output
    assert "Take them out? [y/N]: n" in said
    assert "They are story" not in said
    assert "They are story 2 now." in mixed("stories", "audit", "--apply", input="y\n").output
    assert "Every report fits its story." in mixed("stories", "audit").output
    assert "Sukanya" in mixed("story", "2").output
    why = mixed("why", "2").output
    assert "taken out of story 1: the others tell of" in why
    assert mixed("story", "--why", "2").output == mixed("story", "2", "--why").output == why
    assert "pirates in Gulf of Aden" in mixed("story", "1").output
    assert re.search(r" · score 0\.\d\d, threshold 0\.\d\d$", mixed("story", "1", "--why").output, re.MULTILINE)
    assert "threshold" not in mixed("why", "1").output


def test_an_audit_need_not_ask(mixed: Run) -> None:
    assert "They are story 2 now." in mixed("stories", "audit", "--apply", "--yes").output
    assert "Every report fits its story." in mixed("stories", "audit", "--apply", "--yes").output


@pytest.mark.usefixtures("untraced")
def test_a_stranger_is_given_a_story_of_its_own(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [
        row(number, entry) | {"title": f"{entry.title}, report {number}"}
        for number, entry in enumerate([entry for entry, _ in twins()][::2] * 2)
    ]
    run("replay", write_jsonl(tmp_path / "in.jsonl", *rows), "--db", str(tmp_path / "kept.db"))
    monkeypatch.setenv("TOCSIN_STORE_PATH", str(tmp_path / "kept.db"))
    misplace(tmp_path / "kept.db")
    said = run("stories", "audit", "--apply", "--yes").output
    assert "does not fit: Storm hits Florida coast and thousands flee" in said
    assert "Every report fits its story." in run("stories", "audit").output
    assert "Storm hits Florida coast" in run("story", "2").output


def misplace(path: Path) -> None:
    """Give the last report the words of another event, as if it had been joined by mistake."""

    async def work() -> None:
        store = open_store(str(path), clock=lambda: 0)
        statement = "update entry set title = 'Storm hits Florida coast and thousands flee', summary = '' where id = 11"
        await store.write(lambda db: db.execute(statement))
        await store.close()

    asyncio.run(work())
