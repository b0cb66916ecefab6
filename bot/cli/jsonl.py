"""JSON lines in and out: one object a line; a line that is none is named with its number."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

from bot.core.errors import ConfigError


def read_jsonl(path: str) -> Iterator[dict[str, Any]]:
    """The objects of a file ("-" is standard input). Raises `ConfigError` naming file and line."""
    with _opened(path) as lines:
        for number, line in enumerate(lines, 1):
            if line.strip():
                yield _object(line, f"{path}:{number}")


def _object(line: str, where: str) -> dict[str, Any]:
    try:
        value = json.loads(line)
    except ValueError as error:
        raise ConfigError(f"{where}: not JSON: {error}") from None
    if not isinstance(value, dict):
        raise ConfigError(f'{where}: an object such as {{"id": …}} is needed on each line')
    return value


@contextmanager
def _opened(path: str) -> Iterator[TextIO]:
    if path == "-":
        yield sys.stdin
        return
    try:
        with Path(path).open(encoding="utf-8", errors="surrogatepass") as lines:
            yield lines
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from None


@contextmanager
def whole_file(path: str | None) -> Iterator[TextIO]:
    """As `writer`, for lines that come after long work: the place is tried at once, the file is whole or not there.

    What goes wrong on the way leaves a file that stood there as it stood.
    """
    if path is None or path == "-" or not _is_ordinary(Path(path)):
        with writer(path) as out:
            yield out
        return
    beside = f"{path}.part"
    try:
        with writer(beside, path) as out:
            yield out
        Path(beside).replace(path)
    finally:
        Path(beside).unlink(missing_ok=True)


def _is_ordinary(path: Path) -> bool:
    """Whether a file can be put in this place by renaming: no device, no pipe, no folder."""
    return path.is_file() or not path.exists()


@contextmanager
def writer(path: str | None, named: str | None = None) -> Iterator[TextIO]:
    """Where lines go: a file, or standard output when none is named. An error calls the file `named`."""
    if path is None or path == "-":
        yield sys.stdout
        sys.stdout.flush()
        return
    try:
        out = Path(path).open("w", encoding="utf-8", errors="surrogatepass")  # noqa: SIM115 - closed below
    except OSError as error:
        raise ConfigError(f"{named or path}: {error.strerror}") from None
    with out:
        yield out


def write_line(out: TextIO, value: Any) -> None:
    """One compact JSON line, Chinese as it is; lone surrogates escaped."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    try:
        text.encode()
    except UnicodeEncodeError:
        text = json.dumps(value, separators=(",", ":"))
    out.write(text + "\n")
