"""Splitting a story in the store."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from bot.core.model import Entry
from bot.core.stories.followup import State
from bot.core.stories.side import Member


class Report(NamedTuple):
    """An entry of a story, with what folding compares it by; `copy_of` is the entry that it copies, or None."""

    entry_id: int
    entry: Entry
    member: Member
    copy_of: int | None


class Parting(NamedTuple):
    """Entries (store ids) that leave a story for a new one, why, and what each of the two stories then has told."""

    story_id: int
    entries: Sequence[int]
    kept: State
    moved: State
    why: str


class Partings(Protocol):
    """Splitting stories. A split sends no alert: a channel hears of the new story with its next report."""

    async def reports(self, story_id: int) -> list[Report]:
        """The entries of a story that folding still knows, in order of their ids; at most 1,000."""

    async def part(self, parting: Parting) -> int | None:
        """Move entries to a new story and return its id. None, and no change, unless some entries go and some stay.

        Titles, outlets, topics, times and counts of both are computed again from their entries; mutes and follows apply
        to both; sent messages stay with the old story. Each id that was merged into the old story goes to the part that
        holds the report that opened it.
        """
