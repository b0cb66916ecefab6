"""Feedback of channels and people as the store keeps it."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from bot.core.model import Channel, Entry


class Taste(NamedTuple):
    """Less (-1) or more (1) of a rule's alerts from an outlet."""

    rule: str
    outlet: str
    delta: int


class Labelled(NamedTuple):
    """Somebody's judgement of two entries: are they of one story? `at` in ms."""

    a: Entry
    b: Entry
    same: bool
    by: str
    at: int


class Feedback(Protocol):
    """Tastes hold for one channel and rule; nothing else is learned from them."""

    async def taste(self, channel: Channel, rule: str, outlet: str, delta: int, now: int) -> None:
        """Less (-1): the outlet does not count for this rule in this channel, except in stories graver than asked for.

        More (1): the outlet's stories pass the guard against bursts. 0 forgets either.
        """

    async def tastes(self, channel: Channel) -> list[Taste]: ...

    async def follow(self, channel: Channel, story_id: int, on: bool, now: int) -> bool:
        """Tell this channel of every further report of a story, as replies, or stop; False when nothing changed.

        If the channel has no message of the story yet, the story is posted.
        """

    async def label_pair(self, a: int, b: int, same: bool, by: str, at: int) -> None:
        """Keep one person's judgement of two entries; a later one replaces it."""

    async def labelled(self) -> list[Labelled]:
        """The judgements whose entries are both still there, oldest first."""

    async def entry_ids(self, story_id: int) -> list[int]:
        """The ids of a story's entries, in the order of its timeline."""
