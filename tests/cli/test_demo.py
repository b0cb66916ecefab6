"""The demo as a newcomer runs it, and killed in the middle."""

from __future__ import annotations

import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from bot.core.commands.spec import BY_NAME

ROOT = Path(__file__).parents[2]


def start(db: Path, seconds: float) -> subprocess.Popen[str]:
    """A demo in a process of its own, with nothing of our environment but the path."""
    command = [sys.executable, "-m", "bot", "demo", "--db", str(db), "--seconds", str(seconds)]
    env = {"PATH": os.environ["PATH"], "COLUMNS": "100", "PYTHONUNBUFFERED": "1"}
    coverage = {name: value for name, value in os.environ.items() if name.startswith("COVERAGE")}
    return subprocess.Popen(
        command, cwd=ROOT, env={**env, **coverage}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def search(db: Path, line: str) -> str:
    """What a search finds in a demo's database, typed as in chat."""
    command = [sys.executable, "-m", "bot", *line.split(" ", 1)]
    env = {"PATH": os.environ["PATH"], "TOCSIN_STORE_PATH": str(db)}
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=300, check=True).stdout


def shown(transcript: Path) -> list[tuple[str, int]]:
    """(kind, story) of every alert that the terminal showed."""
    lines = [json.loads(line) for line in transcript.read_text(encoding="utf-8").splitlines()]
    return [(line["kind"], line["story"]) for line in lines]


def owed(db: Path) -> tuple[set[int], list[tuple[object, ...]], dict[int, int]]:
    """Stories that somebody was to be told of, the rows of such deliveries that were not sent, and what stories that
    were told and then merged are now."""
    with closing(sqlite3.connect(db)) as rows:
        stories = {
            row[0] for row in rows.execute("select story_id from delivery where kind = 'new' and state = 'sent'")
        }
        columns = "id, story_id, state, tries, looks, not_before, reason"
        # A story that was merged into one already told of needs no alert of its own: its row is `folded`.
        left = f"select {columns} from delivery where kind = 'new' and state not in ('sent', 'folded')"
        waiting = rows.execute(left).fetchall()
        merged = dict(rows.execute("select id, story_id from story_alias"))
    return stories, waiting, merged


@pytest.mark.usefixtures("untraced")
@pytest.mark.slow
def test_the_demo_shows_alerts_then_a_table_and_what_comes_next(tmp_path: Path) -> None:
    demo = start(tmp_path / "demo.db", 3)
    out, _ = demo.communicate(timeout=300)
    assert demo.returncode == 0, out
    assert "14 recorded feeds, 171 items" in out
    count = {name: int(number) for name, number in re.findall(r"^([a-z ]+[a-z]) +(\d+)$", out, re.MULTILINE)}
    assert count["entries"] == count["stories"] + count["further reports folded"] + count["duplicates folded"] == 171
    assert re.search(r"\n  \S*python\S* -m bot run\n", out)
    alerts = shown(tmp_path / "demo.console")
    assert count["alerts"] == len(alerts) > 9, "those that were shown"
    new = Counter(story for kind, story in alerts if kind == "new")  # what grows may be told of more than once
    assert max(new.values()) == 1
    assert re.match(r"[1-9][0-9]* stor(y|ies) for", search(tmp_path / "demo.db", BY_NAME["search"].example))


def until_an_alert(demo: subprocess.Popen[str], transcript: Path) -> None:
    """Wait until the terminal shows one more."""
    deadline = time.monotonic() + 120
    already = len(shown(transcript)) if transcript.exists() else 0
    while time.monotonic() < deadline and demo.poll() is None:
        if transcript.exists() and len(shown(transcript)) > already:
            return
        time.sleep(0.05)


@pytest.mark.slow
@pytest.mark.usefixtures("untraced")
def test_a_demo_interrupted_and_then_killed_loses_and_doubles_nothing(tmp_path: Path) -> None:
    db, transcript = tmp_path / "a demo.db", tmp_path / "a demo.console"
    demo = start(db, 40)
    until_an_alert(demo, transcript)
    demo.send_signal(signal.SIGINT)
    output = demo.communicate(timeout=300)[0]
    assert f" -m bot demo --db '{db}' goes on where it was." in output
    assert "\n\nWhat it did" in output, "on a line of its own, below the terminal's ^C"
    demo = start(db, 40)
    until_an_alert(demo, transcript)
    demo.send_signal(signal.SIGKILL)
    output += demo.communicate()[0]
    demo = start(db, 3)
    output += demo.communicate(timeout=300)[0]
    assert demo.returncode == 0, output
    assert "Going on where the demo was interrupted" in output
    stories, waiting, merged = owed(db)
    told = Counter(story for kind, story in shown(transcript) if kind == "new")
    assert waiting == []
    assert {merged.get(story, story) for story in told} == {merged.get(story, story) for story in stories}
    assert set(told.values()) == {1}
