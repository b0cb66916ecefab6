"""What ships in `config/`, read once in a process: to read and check it takes a tenth of a second, traced three."""

from __future__ import annotations

from functools import cache

from bot.configure import resolve
from bot.core.language.entities import Lexicon
from bot.core.matching.topics import Loaded
from bot.rules.lexicons import read_lexicon
from bot.rules.topicfiles import read_topic_files


@cache
def lexicon() -> Lexicon:
    """The entities and the glossary."""
    return read_lexicon(resolve("config/entities.toml"), resolve("config/glossary.toml"))


@cache
def topics() -> Loaded:
    """The catalogue of topics."""
    return read_topic_files(resolve("config/topics"), resolve("config/entities.toml"))
