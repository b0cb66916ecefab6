"""What is stored does not depend on Python's hash seed, which orders sets: two runs of the same reports are one."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
_ROWS = """
import hashlib, sqlite3
from bot.store.similar.index import StoryIndex
from bot.store.sql.folding import DDL
from tests.shipped import lexicon
from tests.stories.stream import run, stream

conn = sqlite3.connect(":memory:", isolation_level=None)
conn.executescript(DDL)
run([one.entry for one in stream()[:120]], StoryIndex(conn), lexicon())
tables = ("item", "post", "shingle", "key", "story", "alias", "common")
rows = [conn.execute(f"select * from fold_{table} order by 1, 2").fetchall() for table in tables]
print(hashlib.sha256(repr(rows).encode()).hexdigest(), sum(map(len, rows)))
"""


@pytest.mark.usefixtures("untraced")
@pytest.mark.slow
def test_the_same_reports_are_stored_alike_whatever_the_hash_seed() -> None:
    said = {
        subprocess.run(
            [sys.executable, "-c", _ROWS],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(said) == 1
    assert int(said.pop().split()[1]) > 1000
