"""Reads and checks the topic files on disk, and notices when a file changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bot.core.errors import ConfigError
from bot.core.language.entities import entity_rows
from bot.core.matching.topics import Loaded, Topic, load_topics
from bot.core.tables import tables


def read_topic_files(topics: Path, entities: Path | None = None) -> Loaded:
    """The topics of a folder's `*.toml` files, with the entity table that they may name.

    `errors` names files that are not TOML as well as faulty topics. Raises `ConfigError` if there is no such folder.
    """
    if not topics.is_dir():
        raise ConfigError(f"{topics}: no such folder; topics.dir names the one with the topic files")
    errors: list[ConfigError] = []
    files = {path.name: _read(path, errors) for path in _files(topics)}
    loaded = load_topics(files, _rows(entities, errors))
    return Loaded(loaded.topics, (*errors, *loaded.errors))


def read_changed_file(changed: Path, topics: Path, entities: Path) -> tuple[Topic, ...]:
    """The topics of one file, which may use the lists of a folder's files as if it were one of them.

    Raises `ConfigError` for the first error.
    """
    errors: list[ConfigError] = []
    own = _read(changed, errors)
    lists = {f"{number}": {"lists": _read(path, errors).get("lists", {})} for number, path in enumerate(_files(topics))}
    loaded = load_topics({**lists, changed.name: own}, _rows(entities, errors))
    if wrong := (*errors, *loaded.errors):
        raise wrong[0]
    if not loaded.topics:
        raise ConfigError(f"{changed.name}: no [[topic]] in it; docs/topics.md shows one")
    return loaded.topics


def stamp(topics: Path, *tables: Path) -> tuple[tuple[str, int, int], ...]:
    """Names, times (ns) and sizes of the topic files and of other tables: if they change, reload."""
    return tuple(_stamp(path) for path in (*_files(topics), *filter(Path.is_file, tables)))


def _stamp(path: Path) -> tuple[str, int, int]:
    """A link that leads nowhere, or a file that an editor is just replacing, has only its name."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return path.name, 0, 0
    return path.name, found.st_mtime_ns, found.st_size


def _files(topics: Path) -> list[Path]:
    """The topic files, without hidden ones, in which editors keep locks and copies of open files."""
    return sorted(path for path in topics.glob("*.toml") if not path.name.startswith("."))


def _rows(table: Path | None, errors: list[ConfigError]) -> Sequence[Mapping[str, Any]]:
    """The rows of an entity table; none if the file is missing or, as `errors` then says, faulty."""
    if table is None or not table.is_file():
        return []
    try:
        return entity_rows(_read(table, errors), table.name)
    except ConfigError as error:
        errors.append(error)
        return []


def _read(path: Path, errors: list[ConfigError]) -> Mapping[str, Any]:
    try:
        return tables(path.read_bytes(), path.name)
    except OSError as error:
        errors.append(ConfigError(f"{path.name}: can't be read: {error.strerror}"))
    except ConfigError as error:
        errors.append(error)
    return {}
