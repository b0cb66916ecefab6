"""Logs: one line a record, text (folded) on a terminal and JSON elsewhere, with bound context and without secrets."""

from __future__ import annotations

import json
import logging
import shutil
import sys
import textwrap
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from typing import TextIO

_PLAIN = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName"}
_QUIET = ("asyncio", "aiohttp.access")


def setup(
    level: str, style: str, secrets: Iterable[str] = (), chat: Collection[str] = (), out: TextIO | None = None
) -> None:
    """Send all logs to `out` (standard error). Libraries log warnings only; `secrets` are blanked everywhere.

    `chat` are the loggers of chat libraries.
    """
    stream = out or sys.stderr
    text = style == "text" or (style == "auto" and stream.isatty())
    handler = logging.StreamHandler(stream)
    blanked = Blanking(TextLine() if text else JsonLine(), secrets)
    handler.setFormatter(Folded(blanked) if text and stream.isatty() else blanked)
    handler.addFilter(partial(_reasoned, chat))
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for name in (*_QUIET, *chat):
        logging.getLogger(name).setLevel(logging.WARNING)


def _reasoned(chat: Collection[str], record: logging.LogRecord) -> bool:
    """Cut a chat library's traceback of a lost connection down to its reason: it is no defect."""
    error = record.exc_info[1] if record.exc_info else None
    if record.name.partition(".")[0] in chat and (
        isinstance(error, OSError) or type(error).__module__.startswith("aiohttp.")
    ):
        record.msg, record.args, record.exc_info = f"{record.getMessage()}: {error or type(error).__name__}", (), None
    return True


class TextLine(logging.Formatter):
    """`18:04:11 warning bot.lanes: delivery retried: … (channel=3 delivery=17)`."""

    def format(self, record: logging.LogRecord) -> str:
        """One line; a traceback follows only an unexpected exception."""
        clock = datetime.fromtimestamp(record.created).astimezone().strftime("%H:%M:%S")
        bound = " ".join(f"{name}={value}" for name, value in context(record).items())
        level = "" if record.levelno == logging.INFO else f"{record.levelname.lower()} "
        line = one_line(f"{clock} {level}{record.getMessage()}" + (f"  ({bound})" if bound else ""))
        return line + ("\n" + self.formatException(record.exc_info) if record.exc_info else "")


class JsonLine(logging.Formatter):
    """One JSON object a record: time (ISO 8601, UTC), level, logger, message, then the bound context."""

    def format(self, record: logging.LogRecord) -> str:
        """One line of JSON."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        head = {"time": at, "level": record.levelname.lower(), "logger": record.name, "message": record.getMessage()}
        tail = {"error": self.formatException(record.exc_info)} if record.exc_info else {}
        return json.dumps({**head, **context(record), **tail}, ensure_ascii=False, default=str)


class Blanking(logging.Formatter):
    """Another formatter's line with every secret in it replaced (in messages, contexts and tracebacks)."""

    def __init__(self, inner: logging.Formatter, secrets: Iterable[str]) -> None:
        super().__init__()
        self._inner = inner
        self._secrets = sorted((secret for secret in secrets if len(secret) >= 4), key=len, reverse=True)

    def format(self, record: logging.LogRecord) -> str:
        """The inner line, blanked."""
        line = self._inner.format(record)
        for secret in self._secrets:
            line = line.replace(secret, "•••")
        return line


class Folded(logging.Formatter):
    """Another formatter's line, wrapped between words at the terminal's width, with later lines indented by two."""

    def __init__(self, inner: logging.Formatter) -> None:
        super().__init__()
        self._inner = inner

    def format(self, record: logging.LogRecord) -> str:
        """The inner line, folded; a traceback stays as it is."""
        line, *traceback = self._inner.format(record).split("\n")
        width = shutil.get_terminal_size().columns
        shown = textwrap.fill(line, width, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False)
        return "\n".join([shown, *traceback])


class Tally(logging.Handler):
    """Counts warnings and errors by (logger, level), for `/metrics`: each failure is a line and a number."""

    def __init__(self, counts: Counter[tuple[str, str]]) -> None:
        super().__init__(logging.WARNING)
        self._counts = counts

    def emit(self, record: logging.LogRecord) -> None:
        """Count one."""
        self._counts[record.name, record.levelname.lower()] += 1


@contextmanager
def tallied(counts: Counter[tuple[str, str]]) -> Iterator[None]:
    """Count what is logged as a warning or an error until the end of the block."""
    tally = Tally(counts)
    logging.getLogger().addHandler(tally)
    try:
        yield
    finally:
        logging.getLogger().removeHandler(tally)


def context(record: logging.LogRecord) -> dict[str, object]:
    """What was bound to a record by `extra`."""
    return {name: value for name, value in record.__dict__.items() if name not in _PLAIN}


def one_line(text: str) -> str:
    """`text` with spaces for characters that break a line or control a terminal: a server's words may be in it."""
    return text if text.isprintable() else "".join(char if char.isprintable() else " " for char in text)
