"""What the CLI commands share: settings, catalogue, lexicon, wording, clock and progress bar."""

from __future__ import annotations

import asyncio
import gc
import os
import re
import sys
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from difflib import get_close_matches
from functools import partial, wraps
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import click

from bot.clock import SteadyClock
from bot.configure import config_dir, resolve
from bot.core.language.entities import Lexicon
from bot.core.matching.match import Engine
from bot.core.stories.weights import DEFAULT, Weights, scaled
from bot.rules.embedding import embedder
from bot.rules.lexicons import read_entities, read_lexicon
from bot.rules.rulebook import Rulebook
from bot.rules.topicfiles import read_topic_files
from bot.settings import Settings
from bot.translations import Words, load_words
from bot.vault import Vault

_OPTION = re.compile("--[a-z][a-z-]*|-[a-z]")
P = ParamSpec("P")
T = TypeVar("T")
now_ms = SteadyClock()
"""ms since the epoch, UTC: the one clock of a process on SQLite."""


def runs(work: Callable[P, Coroutine[Any, Any, T]]) -> Callable[P, T]:
    """A command that is written as a coroutine."""

    @wraps(work)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        return asyncio.run(work(*args, **kwargs))

    return run


def vault_of(settings: Settings) -> Vault:
    """The vault for secrets in feed addresses. Raises `ConfigError` for an invalid key."""
    return Vault(settings.secrets.encryption_key)


def words() -> Words:
    return load_words(config_dir(os.environ) / "words")


def load_rules(settings: Settings, topics_dir: str | None = None, engine: type[Engine] = Engine) -> Rulebook:
    """The topics of a folder, with the entity table. Raises `ConfigError` naming file and topic: a start with a broken
    catalogue would silently miss alerts (a reload keeps the old topic instead). `engine`: the matching engine.
    """
    folder = Path(topics_dir) if topics_dir else resolve(settings.topics.dir)
    with _uncollected():
        loaded = read_topic_files(folder, resolve(settings.topics.entities))
        if loaded.errors:
            raise loaded.errors[0]
        return Rulebook(loaded.topics, read_entities(resolve(settings.topics.entities)), engine)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without garbage collection, which would walk the growing heap again and again and free nothing."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def keep_loaded() -> None:
    """Exclude all present objects from garbage collection: rules and names stay, and full collections take long."""
    gc.freeze()


def load_lexicon(settings: Settings) -> Lexicon:
    """The entity table, the glossary and the embedder that folding uses. Raises `ConfigError` naming the fault."""
    known = read_lexicon(resolve(settings.topics.entities), resolve(settings.topics.glossary))
    return replace(known, embed=embedder(settings.stories.vectors))


def load_weights(settings: Settings) -> Weights:
    """The weights of folding, scaled by the settings' strictness."""
    return scaled(DEFAULT, settings.stories.strictness / 100)


def refuse_options(words: Sequence[str], names: Sequence[str]) -> None:
    """Refuse words that look like options: in a query, a single dash negates a word, and no word is a single letter.

    Raises `click.NoSuchOption`, which tells which of `names` is near.
    """
    known = [f"--{name}" for name in names]
    for word in words:
        typed = word.partition("=")[0]
        if _OPTION.fullmatch(typed):
            near = get_close_matches(typed, known, cutoff=0.75) or [one for one in known if one[2:] == typed[1:]]
            raise click.NoSuchOption(typed, possibilities=near)


@contextmanager
def shown_bar(what: str, total: Callable[[], int | None]) -> Iterator[Callable[..., None]]:
    """A progress bar on a terminal (standard error), nothing elsewhere. Called as `rich.progress.Progress.update`."""
    if not sys.stderr.isatty():
        yield lambda **shown: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        yield partial(bar.update, bar.add_task(what, total=total()))


@contextmanager
def progress(what: str, source: str = "-", total: int | None = None) -> Iterator[Callable[[int], None]]:
    """A `shown_bar` of so many, or of a file's lines. Calling it advances by so many."""
    with shown_bar(what, lambda: total or _lines(source)) as update:
        yield lambda n: update(advance=n)


def _lines(source: str) -> int | None:
    if source == "-" or not Path(source).is_file():
        return None
    with Path(source).open("rb") as data:
        return sum(chunk.count(b"\n") for chunk in iter(lambda: data.read(1 << 20), b""))
