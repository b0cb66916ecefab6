"""Template filters of the page: times, counts, links, foreign text. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from markupsafe import Markup

from bot.core.errors import StoreError, TocsinError
from bot.core.model import Story
from bot.ports.overview import ChannelRow
from handlers.text import clean_lines, safe_url

KINDS = {"new": "first report", "grown": "something new", "known": "a further report", "duplicate": "a copy"}
"""What a report was to its story, by its placement's kind."""

_UNITS = ((86_400, "d"), (3600, "h"), (60, "min"))


def shown(value: Any) -> Any:
    """Text from outside as a page shows it: without bidi tricks and invisible characters."""
    return clean_lines(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def wrong(error: TocsinError) -> str:
    """What is wrong with a request. Raises the error again if the fault is the store's, not the request's."""
    if isinstance(error, StoreError) and error.kind != "query":
        raise error
    return str(error)


def told(story: Story) -> Story:
    """A story as programs and readers of feeds get it: its texts as `shown`, "" for a link that may not be followed."""
    outlets = tuple(shown(name) for name in story.outlets)
    return replace(
        story, title=shown(story.title), summary=shown(story.summary), url=safe_url(story.url), outlets=outlets
    )


def ago(seconds: int) -> str:
    """How long ago, or until when, in one unit."""
    if not seconds:
        return "now"
    return f"{length(seconds)} ago" if seconds > 0 else f"in {length(-seconds)}"


def length(seconds: int) -> str:
    """A duration, in the largest unit of which it has at least two."""
    unit, name = next((one for one in _UNITS if seconds >= 2 * one[0]), (1, "s"))
    return f"{seconds // unit} {name}"


def lane(row: ChannelRow, now: int) -> str:
    """The state of a channel's lane, in a few words."""
    if row.lease_until > now:
        return "sending now"
    if not row.waiting:
        return "nothing waits"
    since = f"{row.waiting} wait{'s' if row.waiting == 1 else ''}, the oldest for {length((now - row.oldest) // 1000)}"
    ready = max(row.wait_until, row.ready_at)
    return f"{since}; goes on in {length((ready - now) // 1000)}" if ready > now else since


def counted(n: int, what: str) -> str:
    """A number of things, "1 report" or "2 reports"."""
    return f"{n} {what}{'' if n == 1 else 's'}"


def when(ms: int | None) -> str:
    """A time for machines and people: ISO 8601, UTC."""
    return datetime.fromtimestamp(ms / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if ms else ""


def at(ms: int) -> str:
    """The same for people alone: day and minute, UTC."""
    return when(ms)[:16].replace("T", " ")
