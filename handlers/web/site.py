"""The data behind the page: store, catalogue, and a view of the running program. No HTML here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.commands.desk import Desk
from bot.commands.searching import find_stories, look_back
from bot.core.commands.trend import Bucket, buckets
from bot.core.matching.backtest import Backtest
from bot.core.matching.match import TOPIC, topic_of
from bot.core.matching.topics import Topic
from bot.core.model import Story
from bot.core.units import DAY_MS
from bot.ports import Store
from bot.rules.rulebook import Rulebook

PAGE = 40
MOST_SKIPPED = 10_000
_SEARCHED = 200
DAYS = 14


class Running(Protocol):
    """The running program, as metrics and health see it."""

    def troubles(self) -> list[str]:
        """What keeps the program from working; none if all is well."""

    def busy(self) -> int:
        """Lanes that are being served now."""

    def metrics(self) -> str:
        """The program's metrics, without the gauges of the store."""


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter of the front page: a topic's id, a language, a query; "" for all."""

    topic: str = ""
    lang: str = ""
    query: str = ""

    @property
    def any(self) -> bool:
        """Whether it filters anything."""
        return bool(self.topic or self.lang or self.query)


@dataclass(frozen=True, slots=True)
class Site:
    """The data of the page. `running` is None if the page is served alone (for pictures); `store_bytes` gives the
    database's size.
    """

    desk: Desk
    running: Running | None = None
    store_bytes: Callable[[], int] = lambda: 0

    @property
    def store(self) -> Store:
        return self.desk.store

    @property
    def rules(self) -> Rulebook:
        """Topics and queries."""
        return self.desk.rules

    async def stories(self, wanted: Filter, before: int | None = None, n: int = PAGE, skip: int = 0) -> list[Story]:
        """The newest stories that pass the filter, after the first `skip`. Raises `QueryError` for an invalid query."""
        if wanted.query:
            found = await self.search(wanted, _SEARCHED)
            past = [one for one in found if before is None or one.last_at < before]
            return sorted(past, key=lambda one: (-one.last_at, -one.id))[skip : skip + n]
        rule = f"{TOPIC}{wanted.topic}" if wanted.topic else None
        return await self.store.latest(rule, n, before, wanted.lang, skip)

    async def search(self, wanted: Filter, n: int = PAGE) -> list[Story]:
        """The stories that pass the filter, best first. Raises `QueryError` for an invalid query."""
        found = await find_stories(self.desk, self.rules.resolve_query(wanted.query), _SEARCHED)
        of_topic = [one for one in found if not wanted.topic or f"{TOPIC}{wanted.topic}" in one.topics]
        return [one for one in of_topic if not wanted.lang or one.lang == wanted.lang][:n]

    def topics_of(self, story: Story) -> list[Topic]:
        """The topics of a story that are in the catalogue, which anybody may see (queries are private)."""
        known = self.rules.topics
        return [known[name] for rule in story.topics if (name := topic_of(rule)) in known]

    def catalogue(self) -> list[Topic]:
        """Every topic, by its title."""
        return sorted(self.rules.topics.values(), key=lambda topic: topic.title("en"))

    async def volume(self, topic: str, now: int) -> list[Bucket]:
        """How often a topic came up in each of the last `DAYS`."""
        return buckets(await self.store.trend(f"{TOPIC}{topic}", now - DAYS * DAY_MS), now, DAYS)

    async def backtest(self, query: str) -> Backtest:
        """What a query would have matched. Raises `QueryError`."""
        return await look_back(self.desk, self.rules.resolve_query(query))

    async def gauges(self) -> Mapping[str, int]:
        """What is being sent, what waits, and how large the store is."""
        backlog = await self.store.backlog()
        oldest_s = max(0, self.desk.clock() - backlog.oldest) // 1000 if backlog.oldest else 0
        return {
            "lanes_busy": self.running.busy() if self.running else 0,
            "lanes_waiting": backlog.lanes,
            "backlog": backlog.waiting,
            "backlog_oldest_seconds": oldest_s,
            "held": backlog.held,
            "store_bytes": self.store_bytes(),
        }


def languages(stories: Sequence[Story], wanted: str = "") -> list[str]:
    """The languages among stories; always the usual ones and the one that is asked for."""
    return sorted({"en", "zh", wanted, *(story.lang for story in stories)} - {""})
