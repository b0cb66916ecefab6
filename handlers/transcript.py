"""The terminal's transcript: one JSON line per delivery, the newest kept."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from bot.core.message import Alert


class _Line(NamedTuple):
    delivery: int
    story: int
    also: tuple[str, ...]


class Transcript:
    """The newest deliveries, from `kept` to twice as many; in memory only if `path` is None."""

    def __init__(self, path: Path | None, kept: int) -> None:
        self._path = path
        self._kept = kept
        self._shown: dict[int, _Line] = {}

    def __len__(self) -> int:
        return len(self._shown)

    def __contains__(self, delivery: int) -> bool:
        return delivery in self._shown

    def read(self) -> None:
        """Read the file, where there is one."""
        if self._path is None or not self._path.exists():
            return
        text = _text(self._path)
        if text and not text.endswith("\n"):  # a line cut by a crash: the next one is not to go on in it
            _write(self._path, "\n", "a")
        self._shown = {line.delivery: line for line in map(_read, text.splitlines()) if line is not None}

    def named(self, story: int) -> set[str]:
        """Who was shown as also reporting a story."""
        return {name for line in self._shown.values() if line.story == story for name in line.also}

    def add(self, alert: Alert, delivery: int) -> None:
        """Record that this was shown; it is on the disk when this returns. Raises `OSError`."""
        also = list(alert.also)
        line = {"delivery": delivery, "kind": alert.kind, "story": alert.story_id, "title": alert.title, "also": also}
        if self._path is not None:
            _write(self._path, json.dumps(line, ensure_ascii=False) + "\n", "a")
        self._shown[delivery] = _Line(delivery, alert.story_id, tuple(also))
        if len(self._shown) >= 2 * self._kept:
            self._forget()

    def _forget(self) -> None:
        """Drop all but the newest. A file that can't be made shorter now will be later."""
        self._shown = dict(list(self._shown.items())[-self._kept :])
        if self._path is not None:
            part = self._path.with_suffix(f"{self._path.suffix}.part")
            with suppress(OSError):
                _write(part, "".join(_text(self._path).splitlines(keepends=True)[-self._kept :]), "w")
                part.replace(self._path)


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")


def _write(path: Path, text: str, mode: str) -> None:
    with path.open(mode, encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _read(text: str) -> _Line | None:
    """Parse a line of the file; None for one that a crash cut short."""
    try:
        line = json.loads(text)
        return _Line(int(line["delivery"]), int(line.get("story", 0)), tuple(line.get("also", ())))
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
