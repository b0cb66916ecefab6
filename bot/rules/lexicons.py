"""The entity table and the glossary, read from their files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bot.core.errors import ConfigError
from bot.core.language.entities import Entity, Lexicon, entities, lexicon
from bot.core.tables import tables


def read_lexicon(entity_file: Path, glossary_file: Path) -> Lexicon:
    """The look-up that folding uses. A missing file counts as empty; `ConfigError` says what is wrong."""
    rows = read_entities(entity_file)
    words: dict[str, str] = {}
    for section in _read(glossary_file).values():
        if not isinstance(section, dict) or not all(isinstance(chinese, str) for chinese in section.values()):
            raise ConfigError(f'{glossary_file.name}: a line must be english = "中文 中文", under a [section]')
        for english, chinese in section.items():
            words[english] = f"{words.get(english, '')} {chinese}".strip()
    return lexicon(rows, words)


def read_entities(path: Path) -> tuple[Entity, ...]:
    """The rows of the entity table, none if the file is missing. Raises `ConfigError`."""
    return entities(_read(path), path.name)


def _read(path: Path) -> dict[str, Any]:
    return tables(path.read_bytes(), path.name) if path.is_file() else {}
