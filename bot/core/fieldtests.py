"""Exact tests on an entry's metadata: `source: form: lang: after: before:` (`topic:` is the engine's)."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime

from bot.core.document import Doc
from bot.core.text import fold

_UPLOAD = re.compile(r"[\w.-]+/[\w.-]+")


def day_ms(day: str) -> int:
    """The start of an ISO day in UTC, in ms."""
    return int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp()) * 1000


def _source(doc: Doc, value: str) -> bool:
    return " ".join(fold(doc.entry.source).split()) == value


def _form(doc: Doc, value: str) -> bool:
    """A filing's form; `UPLOAD` is a title that is nothing but owner/name, as hubs list the models put up on them."""
    if form := " ".join(fold(doc.entry.form).split()).upper():
        return form == value
    return value == "UPLOAD" and _UPLOAD.fullmatch(doc.entry.title.strip()) is not None


def _lang(doc: Doc, value: str) -> bool:
    """`zh` holds for zh-TW, not the other way round."""
    return doc.lang == value or doc.lang.startswith(value + "-")


def _after(doc: Doc, value: str) -> bool:
    return _published(doc) >= day_ms(value)


def _before(doc: Doc, value: str) -> bool:
    return _published(doc) < day_ms(value)


def _published(doc: Doc) -> int:
    """When it was published, or first seen where the feed gave no date."""
    return doc.entry.first_seen if doc.entry.published is None else doc.entry.published


TESTS: dict[str, Callable[[Doc, str], bool]] = {
    "source": _source,
    "form": _form,
    "lang": _lang,
    "after": _after,
    "before": _before,
}
