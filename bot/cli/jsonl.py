"""Reads and writes JSON lines; a malformed line is reported with its number."""

from __future__ import annotations

import json
import sys
from codecs import BOM_UTF8
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, TextIO

import click

from bot.core.errors import ConfigError

FILE = click.Path(dir_okay=False, allow_dash=True)
"""A command's file to read or write: "-" is standard input or output."""


def placed_jsonl(path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The objects of a file ("-" is standard input), each with its place, "FILE:LINE".

    Raises `ConfigError` naming the place.
    """
    with _opened(path) as lines:
        for number, line in enumerate(lines, 1):
            if line.strip():
                where = f"{path}:{number}"
                yield where, _object(line.removeprefix(BOM_UTF8) if number == 1 else line, where)


def text_in(row: dict[str, Any], name: str, where: str) -> str:
    """A required text field, which may be empty. Raises `ConfigError` naming line and field."""
    value = row.get(name)
    if isinstance(value, str):
        return value
    raise ConfigError(f'{where}: "{name}" must be a text' if name in row else f'{where}: "{name}" is missing')


def _object(line: bytes, where: str) -> dict[str, Any]:
    try:
        value = json.loads(line.decode("utf-8", "surrogatepass"))
    except UnicodeDecodeError as error:
        raise ConfigError(f"{where}: not UTF-8: {error.reason} at byte {error.start + 1}") from None
    except ValueError as error:
        raise ConfigError(f"{where}: not JSON: {error}") from None
    except RecursionError:
        raise ConfigError(f"{where}: nested too deeply") from None
    if not isinstance(value, dict):
        raise ConfigError(f'{where}: an object such as {{"id": …}} is needed on each line')
    return value


@contextmanager
def _opened(path: str) -> Iterator[BinaryIO]:
    if path == "-":
        yield sys.stdin.buffer
        return
    try:
        with Path(path).open("rb") as lines:
            yield lines
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from None


@contextmanager
def whole_file(path: str | None) -> Iterator[TextIO]:
    """As `writer`, for output after long work: the place is tested at once, and the file is complete or absent.

    If something goes wrong meanwhile, an existing file stays unchanged.
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
    """Whether a file can be put into this place by renaming: it is no device, pipe or folder."""
    return path.is_file() or not path.exists()


@contextmanager
def writer(path: str | None, named: str | None = None) -> Iterator[TextIO]:
    """The output: a file, or standard output if none is named. Errors call the file `named`."""
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
    """One compact JSON line, as `json_text` writes it."""
    out.write(json_text(value, out, separators=(",", ":")) + "\n")


def json_text(value: Any, out: TextIO | None = None, **how: Any) -> str:
    """A value as JSON, Chinese unescaped; escaped if `out` (standard output) can't encode it, or at lone surrogates."""
    text = json.dumps(value, ensure_ascii=False, **how)
    try:
        text.encode((out or sys.stdout).encoding or "utf-8")
    except UnicodeEncodeError:
        return json.dumps(value, **how)
    return text
