"""Re-examines whole stories and splits those that turned out to be two. No channel is told."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Collection, Iterable, Sequence
from functools import reduce
from typing import NamedTuple

from bot.core.language.entities import Lexicon
from bot.core.stories.cluster import document
from bot.core.stories.followup import State, told
from bot.core.stories.splitting import Parts, enough, parts
from bot.core.stories.tuning import strangers
from bot.core.stories.weights import Weights
from bot.core.units import DAY_MS
from bot.ports import Lookups, Parting, Partings, Report

_LATEST = 1_000


class Two(NamedTuple):
    """A story to be split: the reports that leave it, in order, and the request to the store. `alone`: one report."""

    moved: Sequence[Report]
    parting: Parting
    alone: bool = False


async def looked_again(store: Partings, stories: Iterable[int], lexicon: Lexicon, weights: Weights) -> dict[int, int]:
    """Split those of `stories` that turned out to be two or more; returns each moved entry's new story.

    It costs milliseconds a story, away from the event loop, and nothing waits for it.
    """
    moved: dict[int, int] = {}
    waiting = deque(stories)
    while waiting:
        story = waiting.popleft()
        found = await asyncio.to_thread(two_in, story, await store.reports(story), lexicon, weights)
        new = await store.part(found.parting) if found else None
        if found and new is not None:
            moved.update(dict.fromkeys(found.parting.entries, new))
            waiting.extend((story, new))
    return moved


async def grown_since(store: Lookups, since: int) -> list[int]:
    """Of the newest 1,000 stories, those with reports since `since` (ms) and enough reports to be two."""
    return [story.id for story in await store.latest(None, _LATEST) if enough(story.entries) and story.last_at >= since]


def two_in(story_id: int, reports: Sequence[Report], lexicon: Lexicon, weights: Weights) -> Two | None:
    """How a story would be split; None if it is one story. A copy goes with the report that it copies."""
    there = {report.entry_id for report in reports}
    own = [report for report in reports if report.copy_of not in there]
    found = parts([report.member for report in own], [report.entry.at // DAY_MS for report in own], weights)
    if found is None:
        return None
    going = _with_copies({own[place].entry_id for place in found.other}, reports)
    return _two(story_id, reports, going, _words(found), lexicon)


def stranger_in(story_id: int, reports: Sequence[Report], lexicon: Lexicon, weights: Weights) -> Two | None:
    """The first report that does not fit the rest of its story, with its copies; None if all fit."""
    for place in strangers([document(report.entry, lexicon) for report in reports], weights):
        going = _with_copies({reports[place].entry_id}, reports)
        return _two(story_id, reports, going, "it does not fit the others", lexicon)._replace(alone=True)
    return None


def _with_copies(going: set[int], reports: Sequence[Report]) -> set[int]:
    for report in reports:  # in order: an original comes before its copies
        if report.copy_of in going:
            going.add(report.entry_id)
    return going


def _two(story_id: int, reports: Sequence[Report], going: Collection[int], why: str, lexicon: Lexicon) -> Two:
    kept = [report for report in reports if report.entry_id not in going]
    moved = [report for report in reports if report.entry_id in going]
    return Two(moved, Parting(story_id, sorted(going), _state(kept, lexicon), _state(moved, lexicon), why))


def _state(part: Sequence[Report], lexicon: Lexicon) -> State:
    """What a story of these reports has told."""
    return reduce(told, (document(report.entry, lexicon).state for report in part), State())


def _words(found: Parts) -> str:
    mine, theirs = (
        ", ".join(term.lstrip("#@") for term in marks) or "other things" for marks in (found.marks, found.other_marks)
    )
    return f"the others tell of {mine}, these of {theirs}"
