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
    """A notice to a channel, in its language, about `feeds`: that they are `back`, else that they fell silent."""

    channel: int
    feeds: tuple[int, ...]
    title: str
    text: str
    back: bool = False


class Unheard(NamedTuple):
    """A channel that is paused because it took nothing any more, why, and who subscribed it: platform, scope, id."""

    channel: Channel
    reason: str
    owner: tuple[str, str, str]


class Notices(Protocol):
    """Silences that were told, and to whom."""

    async def unheard(self) -> list[Unheard]:
        """The channels that failures paused and whose owner (the record `owner:<channel's number>`) was not told."""

    async def tell_owner(self, one: Unheard, title: str, text: str, now: int) -> bool:
        """Queue a word to the owner and forget who it is, in one transaction.

        False, and nothing is written, when another process did so meanwhile.
        """

    async def told(self) -> Mapping[int, Told]:
        """Every feed that channels were ever told of."""

    async def dependants(self, feeds: Sequence[int], since: int) -> list[Dependant]:
        """The channels that count on these feeds and want notices.

        Of the stories told there since `since` (ms), a feed opened three and a tenth at least; or a subscription
        names its outlet, and no other feed of that outlet is there beside `feeds`.
        """

    async def awaiting(self, feeds: Sequence[int]) -> list[Dependant]:
        """The channels that were told that these feeds fell silent, and not yet that they are back."""

    async def notify(self, fell: Sequence[int], back: Sequence[int], notices: Sequence[Notice], now: int) -> bool:
        """Queue notices and remember what was told of, in one transaction.

        False, and nothing is written, when another process told of one of these feeds meanwhile.
        """
