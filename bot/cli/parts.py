"""What the commands share: settings, catalogue, store, sources, platforms and progress, each built in one place."""

from __future__ import annotations

import logging
import os
import sys
import time
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from bot.configure import config_dir, load_settings, resolve
from bot.core.errors import ConfigError
from bot.settings import Settings
from bot.words import Words, load_words

log = logging.getLogger(__name__)


def now_ms() -> int:
    """Wall-clock time in ms since the epoch, UTC: the one clock of a process on SQLite."""
    return time.time_ns() // 1_000_000


def open_settings() -> Settings:
    """Settings from files and environment. Raises `ConfigError`."""
    return load_settings()


def words() -> Words:
    """The wording in every language."""
    return load_words(config_dir(os.environ) / "words")


def load_catalogue(settings: Settings, topics_dir: str | None = None) -> Rulebook:
    """The topics of a folder, with the entity table. Raises `ConfigError` naming file and topic."""
    folder = Path(topics_dir) if topics_dir else resolve(settings.topics.dir)
    return Rulebook(load_topic_files(folder, resolve(settings.topics.entities)))


def read_toml(path: Path) -> dict[str, object]:
    """A TOML file. Raises `ConfigError` naming it."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: {error}") from None


@contextmanager
def progress(what: str, source: str = "-", total: int | None = None) -> Iterator[Callable[[int], None]]:
    """A progress bar on a terminal (standard error), nothing elsewhere. Calling it advances by so many."""
    if not sys.stderr.isatty():
        yield lambda n: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=total or _lines(source))
        yield lambda n: bar.advance(task, n)


def _lines(source: str) -> int | None:
    if source == "-" or not Path(source).is_file():
        return None
    with Path(source).open("rb") as data:
        return sum(chunk.count(b"\n") for chunk in iter(lambda: data.read(1 << 20), b""))
