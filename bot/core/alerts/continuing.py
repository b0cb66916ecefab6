"""Updates to a posted story: what the message says of further reports, and when a reply is worth the noise."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import NamedTuple

from bot.core.language.text import cut

MOST_REPLIES = 5
"""Replies to one message within a day; further news is told by editing it."""
_NAMED = 3
_RISEN = ("now notable", "now breaking")
_LABELS = 120  # characters of Tocsin's own words for what is new
_TITLE = 160  # characters of a report's title; three of them fit in a message's line of news


class Told(NamedTuple):
    """A message that was sent about a story: the newest entry that it covers, the severity then, the delivery's kind;
    `recent`: sent within the last day.
    """

    entry: int
    rank: int
    kind: str
    recent: bool = True


def replies(sent: Sequence[Told], news: Sequence[int]) -> int:
    """How many of the messages sent in the last day were replies: those with an entry of `news`, or graver than before.

    `sent` are all messages, in order: each covers what came after the one before it.
    """
    return sum(
        now.recent
        and now.kind == "update"
        and (now.rank > before.rank or any(before.entry < entry <= now.entry for entry in news))
        for before, now in pairwise(sent)
    )


def added(news: str, outlet: str, title: str) -> str:
    """What a report adds, with the report that says so: "correction – Reuters: Correction: the rule …".

    `title` is "" if it is the story's headline anyway.
    """
    report = ": ".join(part for part in (outlet, cut(title, _TITLE)) if part) if title else outlet
    return f"{news} – {report}" if report else news


def worded(news: str, told: Callable[[str], str]) -> str:
    """News with Tocsin's own words (those before the dash) in another language; the reports' words stay as they are."""
    return " · ".join(_worded(one, told) for one in news.split(" · "))


def _worded(one: str, told: Callable[[str], str]) -> str:
    said, dash, report = one.partition(" – ")
    if one in _RISEN:
        return told(one)
    if not dash or len(said) > _LABELS:
        return one
    whole = told(said)
    return (whole if whole != said else ", ".join(map(told, said.split(", ")))) + dash + report


def also(outlets: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """Outlets, given as (name, form of their filing or ""), as an alert names them: each once, in order."""
    return tuple(dict.fromkeys(f"{name} {form}".strip() for name, form in outlets))


def listed(names: Sequence[str], most: int = _NAMED) -> str:
    """The first names, and how many more there are: `Reuters, 财新, SEC 8-K (+4)`."""
    more = len(names) - most
    return ", ".join(names[:most]) + (f" (+{more})" if more > 0 else "")
