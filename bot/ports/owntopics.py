"""Named queries of a server or workspace, as the store keeps them."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, Protocol

from bot.core.matching.owntopics import OwnTopic
from bot.core.model import Channel
from bot.ports.notices import Notice


class Home(NamedTuple):
    """Where names are shared: a server or workspace, including its webhooks."""

    platform: str
    scope: str


class Changes(NamedTuple):
    """The last change's number (0: none yet), queries (number, canonical text) that subscriptions were changed to, and
    homes whose names changed. `missed`: more changed than is remembered, so everything must be read again.
    """

    number: int
    queries: tuple[tuple[int, str], ...]
    homes: tuple[Home, ...]
    missed: bool = False


class News(NamedTuple):
    """What channels are told when a name that they subscribe to gets another query: `notice` makes it, or None."""

    now: int
    notice: Callable[[Channel], Notice | None]


class OwnTopics(Protocol):
    """A subscription by a name is one to the name's query whose label is the name."""

    async def own_topic(self, home: Home, key: str) -> OwnTopic | None:
        """What this home gave this name (`OwnTopic.key`)."""

    async def own_topics(self, home: Home) -> list[OwnTopic]:
        """All of its names, in their order."""

    async def all_own_topics(self) -> dict[Home, list[OwnTopic]]:
        """The names of every home, for completion. Reads everything that is remembered: don't call it often."""

    async def named_so(self, home: Home, name: str) -> int:
        """How many channels get something by this name."""

    async def name_topic(
        self, home: Home, before: OwnTopic | None, own: OwnTopic, rule: str, news: News | None = None
    ) -> int | None:
        """Keep a name for a query, whose rule is `rule`; those who subscribe by the name get this query from now on.

        Channels for which that is another query are told, once each, in the same transaction.
        Returns how many subscribe by the name. None, and nothing changes, when it is no longer as `before`.
        """

    async def unname_topic(self, home: Home, own: OwnTopic) -> int:
        """Forget a name. Channels that get its query by it keep getting the query; returns how many."""

    async def changes(self, since: int) -> Changes:
        """What changed after change number `since` in names and in what subscriptions are about; -1: all that is known.

        New subscriptions are not in it; `Subscriptions.queries_since` has them.
        """
