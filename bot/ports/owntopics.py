"""Named queries of a server or workspace, as the store keeps them."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, Protocol

from bot.core.matching.owntopics import OwnTopic
from bot.core.model import Channel
from bot.ports.notices import Notice


class Home(NamedTuple):
    """Who shares names: the people of a server or workspace, its webhooks included."""

    platform: str
    scope: str


class Changes(NamedTuple):
    """The last change's number (0: none yet), queries (number, canonical text) that some subscription is about since,
    and homes whose names are others now. `missed`: more changed than is remembered, so that all is to be read.
    """

    number: int
    queries: tuple[tuple[int, str], ...]
    homes: tuple[Home, ...]
    missed: bool = False


class News(NamedTuple):
    """What channels are told when a name they subscribe to stands for another query: `notice` makes it, or None."""

    now: int
    notice: Callable[[Channel], Notice | None]


class OwnTopics(Protocol):
    """Subscriptions by a name are those to its query that have the name as their label."""

    async def own_topic(self, home: Home, key: str) -> OwnTopic | None:
        """What this home calls so (`OwnTopic.key`)."""

    async def own_topics(self, home: Home) -> list[OwnTopic]:
        """All of its names, in their order."""

    async def all_own_topics(self) -> dict[Home, list[OwnTopic]]:
        """Those of every home, for completion. Reads all that is remembered: not for what is asked often."""

    async def named_so(self, home: Home, name: str) -> int:
        """How many channels get something by this name."""

    async def name_topic(
        self, home: Home, before: OwnTopic | None, own: OwnTopic, rule: str, news: News | None = None
    ) -> int | None:
        """Keep a name for a query, `rule` being the query's; who got it by the name before gets this from now on.

        Channels that get another query by it are told, once each, in the same transaction.
        Returns how many channels did. None, and nothing changed, when it is not as `before` any more.
        """

    async def unname_topic(self, home: Home, own: OwnTopic) -> int:
        """Forget a name; who gets its query goes on getting that, and returned is how many channels do."""

    async def changes(self, since: int) -> Changes:
        """What changed after change number `since` of names and of what subscriptions are about; -1: all that is known.

        New subscriptions are told of by `Subscriptions.queries_since`.
        """
