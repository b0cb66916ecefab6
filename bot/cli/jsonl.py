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
def writer(path: str | None) -> Iterator[TextIO]:
    """Where lines go: a file, or standard output when none is named."""
    if path is None or path == "-":
        yield sys.stdout
        sys.stdout.flush()
        return
    try:
        out = Path(path).open("w", encoding="utf-8", errors="surrogatepass")  # noqa: SIM115 - closed below
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from None
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
