"""Notices to channels about the sources that they depend on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

from bot.core.model import Channel
from bot.core.polling.silence import Told


class Dependant(NamedTuple):
    """A channel that depends on a feed."""

    feed: int
    channel: Channel


class Notice(NamedTuple):
    """A notice to a channel, in its language, that `feeds` fell silent, or that they are `back`."""

    channel: int
    feeds: tuple[int, ...]
    title: str
    text: str
    back: bool = False


class Unheard(NamedTuple):
    """A channel that was paused because posts to it failed, the reason, and who subscribed it (platform, scope, id)."""

    channel: Channel
    reason: str
    owner: tuple[str, str, str]


class Notices(Protocol):
    """Which silences were told, and to whom."""

    async def unheard(self) -> list[Unheard]:
        """The channels that failures paused, and whose owner (the record `owner:<channel's number>`) was not told."""

    async def tell_owner(self, one: Unheard, title: str, text: str, now: int) -> bool:
        """Queue a message to the owner and forget who that is, in one transaction.

        False, and nothing is written, when another process did so meanwhile.
        """

    async def told(self) -> Mapping[int, Told]:
        """Every feed that channels were ever told of."""

    async def dependants(self, feeds: Sequence[int], since: int) -> list[Dependant]:
        """The channels that depend on these feeds and want notices.

        A channel depends on a feed that opened at least three, and at least a tenth, of the stories told there since
        `since` (ms); or if a subscription names its outlet, and no feed but `feeds` is of that outlet.
        """

    async def awaiting(self, feeds: Sequence[int]) -> list[Dependant]:
        """The channels that were told that these feeds fell silent, but not yet that they are back."""

    async def notify(self, fell: Sequence[int], back: Sequence[int], notices: Sequence[Notice], now: int) -> bool:
        """Queue notices and remember which feeds they are about, in one transaction.

        False, and nothing is written, when another process told of one of these feeds meanwhile.
        """
