"""Splitting a story in the store."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from bot.core.model import Entry
from bot.core.stories.followup import State
from bot.core.stories.side import Member


class Report(NamedTuple):
    """An entry of a story with what folding compares it by; `copy_of` is the entry that it copies, or None."""

    entry_id: int
    entry: Entry
    member: Member
    copy_of: int | None


class Parting(NamedTuple):
    """Entries (store ids) that leave a story for one of their own, what both have told from then on, and why."""

    story_id: int
    entries: Sequence[int]
    kept: State
    moved: State
    why: str


class Partings(Protocol):
    """Stories taken apart. Nothing is alerted by it: a channel hears of the new story with its next report."""

    async def reports(self, story_id: int) -> list[Report]:
        """The entries of a story that folding still knows, in order of their ids; at most 1,000."""

    async def part(self, parting: Parting) -> int | None:
        """Move entries to a new story and return its id. None and no change unless some of the story go and some stay.

        Titles, outlets, topics, times and counts of both are made anew of their entries; mutes and follows hold for
        both; messages that were sent stay the old story's. Of ids that were merged into the old story, each goes to
        the part that holds the report that opened it.
        """
