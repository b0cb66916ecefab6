"""A line of the contract as an entry: what `replay` and `match` read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from bot.core.errors import ConfigError
from bot.core.language.html import title_text, to_text
from bot.core.language.text import lang_of
from bot.core.model import Entry
from bot.sources.officials import officially


def entry_of(row: dict[str, Any], otherwise: int, where: str) -> Entry:
    """An input line as an entry; without `published` it was seen at `otherwise` (ms). `where` it stands: "FILE:LINE".

    Raises `ConfigError`.
    """
    published = _published(row, where)
    seen = otherwise if published is None else published
    title = _plain(row.get("title"), title_text)
    summary, content = (_plain(row.get(key), to_text) for key in ("summary", "content"))
    entry = Entry(
        id=_text(row.get("id")),
        url=_text(row.get("url")),
        title=title,
        summary=summary,
        content=content,
        source=_text(row.get("source")),
        lang=_text(row.get("lang")) or lang_of(f"{title} {summary or content}"),
        form=_text(row.get("form")),
        published=seen,
        first_seen=seen,
    )
    return officially(entry)


def _text(value: object) -> str:
    """A half of a surrogate pair, as a cut text leaves it, can't be stored: it becomes a "?"."""
    return str(value or "").encode("utf-8", "replace").decode()


def _plain(value: object, read: Callable[[str], str]) -> str:
    text = _text(value)
    return read(text) if "<" in text or "&" in text else text


def _published(row: dict[str, Any], where: str) -> int | None:
    value = row.get("published")
    if not value:
        return None
    try:
        moment = datetime.fromisoformat(str(value).replace("Z", "+00:00"))
        return int(moment.replace(tzinfo=moment.tzinfo or UTC).timestamp() * 1000)
    except (ValueError, OverflowError):
        raise ConfigError(f"{where}: published: “{_text(value)[:40]}” is not an ISO 8601 date") from None
