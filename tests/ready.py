"""What every test needs and none is about, made once for a process: files read, the schema, the commands' catalogue."""

from __future__ import annotations

import sqlite3
import ssl
from collections import OrderedDict
from collections.abc import Callable, Iterator
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import strategies as st
from jinja2 import BytecodeCache, Environment
from jinja2.bccache import Bucket

from bot.cli import common
from bot.core.matching.canonical import canonical
from bot.core.matching.tree import Node
from bot.rules.topicfiles import stamp
from bot.store.sqlite import opening
from bot.store.sqlite.database import Sqlite
from handlers.web import pages
from tests.tracing import resting


@pytest.fixture(autouse=True, scope="session")
def _read_once() -> Iterator[None]:
    """Commands that run within the tests' process read and check the same files once, not each time anew."""
    patch = pytest.MonkeyPatch()
    for name in ("read_topic_files", "read_entities", "read_lexicon", "load_words"):
        patch.setattr(common, name, _kept(getattr(common, name)))
    yield
    patch.undo()


def _kept(read: Callable[..., Any]) -> Callable[..., Any]:
    """`read`, which gives frozen values, asked again only where a file has changed."""

    @lru_cache(maxsize=8)
    def at(paths: tuple[Path, ...], _: object) -> Any:
        return read(*paths)

    return lambda *paths: at(paths, stamp(paths[0], *paths))


@pytest.fixture(autouse=True, scope="session")
def _canonical_once() -> Iterator[None]:
    """Rules that many engines take in are brought to their canonical form once: half of what a catalogue costs."""
    patch = pytest.MonkeyPatch()
    patch.setattr("bot.core.matching.match.canonical", _remembered(canonical))
    yield
    patch.undo()


def _remembered(made: Callable[[Node], Node]) -> Callable[[Node], Node]:
    """By identity: a tree is frozen, and is kept as long as what became of it."""
    kept: OrderedDict[int, tuple[Node, Node]] = OrderedDict()

    def remembered(tree: Node) -> Node:
        found = kept.get(id(tree))
        if found is None:
            found = kept[id(tree)] = tree, made(tree)
            if len(kept) > 4096:
                kept.popitem(last=False)
        return found[1]

    return remembered


@pytest.fixture(autouse=True, scope="session")
def _trusted_once() -> Iterator[None]:
    """The system's certificates are read once: forty milliseconds for each session that a test opens."""
    patch = pytest.MonkeyPatch()
    made = ssl.create_default_context
    usual = cache(made)
    patch.setattr(ssl, "create_default_context", lambda *args, **of: made(*args, **of) if args or of else usual())
    yield
    patch.undo()


class Compiled(BytecodeCache):
    """Templates as they were compiled first, by name and content."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fills the bucket with what is kept under its key; checked against the source by its caller."""
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keeps it."""
        self._kept[bucket.key] = bucket.bytecode_to_string()


@pytest.fixture(autouse=True, scope="session")
def _compiled_once() -> Iterator[None]:
    """Each page that a test serves has templates of its own, whose code is compiled once."""
    patch = pytest.MonkeyPatch()
    patch.setattr(pages, "Environment", partial(Environment, bytecode_cache=Compiled()))
    yield
    patch.undo()


@pytest.fixture(autouse=True, scope="session")
def _alphabet_once() -> None:
    """Hypothesis looks at every character there is when a text is drawn first: long, if each step is traced."""
    with resting():
        st.text().validate()


_STEPS = opening._migrate


@pytest.fixture(autouse=True, scope="session")
def _schema_once() -> Iterator[None]:
    """An empty database gets its schema as a copy of the first one's: to run the steps takes twenty times as long."""
    patch, first = pytest.MonkeyPatch(), list[sqlite3.Connection]()
    patch.setattr(opening, "_migrate", _copied(first))
    yield
    patch.undo()
    for one in first:
        one.close()


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """A new database runs the schema's steps, as the program does: for what is about them."""
    monkeypatch.setattr(opening, "_migrate", _STEPS)


def _copied(first: list[sqlite3.Connection]) -> Callable[[Sqlite, float], None]:
    def copied(db: Sqlite, patience_s: float) -> None:
        if db.conn.execute("select count(*) from sqlite_master").fetchone()[0]:
            _STEPS(db, patience_s)
        elif first:
            first[0].backup(db.conn)
        else:
            _STEPS(db, patience_s)
            first.append(sqlite3.connect(":memory:", check_same_thread=False))
            db.conn.backup(first[0])

    return copied
