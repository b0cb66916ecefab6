"""All rules of this process (topics and subscribed queries) in one matching engine.

Matching runs in the store's writer thread, commands come from the event loop; a lock keeps them apart.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from bot.core.errors import QueryError
from bot.core.language.entities import Entity
from bot.core.language.text import fold
from bot.core.matching.canonical import forget_phrases
from bot.core.matching.match import TOPIC, Engine, topic_of
from bot.core.matching.naming import Known, as_typed, by_name, only_one, parse_named, shown_name
from bot.core.matching.owntopics import OwnTopic
from bot.core.matching.query import stored, unparse
from bot.core.matching.severity import Severities, Verdict, reason, topics_of
from bot.core.matching.suggest import has_words, near_topic
from bot.core.matching.terms import forget_terms
from bot.core.matching.topics import Topic
from bot.core.matching.tree import Node
from bot.core.message import Severity
from bot.core.model import Entry, Hit
from bot.ports import Home, Lookups, Store, Subscriptions
from bot.rules.lately import Lately
from bot.translations import nearest

QUERY = "query:"
_LEARNED = 300
"""How many stored entries' words are counted at a start: enough to tell rare words from common ones."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What somebody named: a topic, or a query whose `id` is "" until it is stored. `label` is how people see it.

    `text` is a query's canonical text, "" for a topic. A query's label is that text in the script that was typed, the
    company that it is about, or the name that people gave it (`named`).
    """

    id: str
    label: str
    tree: Node
    query: bool
    text: str = ""
    named: bool = False


class Rulebook:
    """`topics` by their id, canonical texts of `queries` by their rule id, the named queries of each workspace
    (`names`), and what was seen `lately`.
    """

    def __init__(
        self, topics: Iterable[Topic] = (), entities: Iterable[Entity] = (), engine: type[Engine] = Engine
    ) -> None:
        self._lock = threading.Lock()
        self._engine = engine()
        self._severities = Severities({})
        self.queries: dict[str, str] = {}
        self._newest = 0
        self._taken: dict[str, int] = {}
        self._takings = 0
        self.put_entities(entities)
        self.topics: dict[str, Topic] = {}
        self.names: dict[Home, dict[str, OwnTopic]] = {}
        self._seen = -1
        self.lately = Lately()
        self.put_topics(topics)

    def put_entities(self, entities: Iterable[Entity]) -> None:
        """Replace the entity table: what `entity:` stands for in queries that are typed from now on."""
        rows = tuple(entities)
        self._entities = by_name(rows)
        self.who = tuple((shown_name(row), f"entity:{row.id}") for row in rows)
        self._shown = {fold(label): value for label, value in self.who}

    def put_topics(self, topics: Iterable[Topic]) -> list[str]:
        """Replace the topics; returns the ids of those that are new or changed."""
        wanted = {topic.id: topic for topic in topics}
        old = self.topics
        changed = [name for name, topic in wanted.items() if name not in old or old[name].version != topic.version]
        with self._lock:
            for name in old.keys() - wanted.keys():
                self._engine.remove(TOPIC + name)
            for name in changed:
                self._engine.add(TOPIC + name, wanted[name].tree)
            self._severities = Severities({topic.id: topic.severity for topic in wanted.values()})
            self.topics = wanted
        forget_phrases()
        forget_terms()
        return changed

    async def learn(self, store: Lookups) -> None:
        """Count the words of the newest stored entries, so that queries loaded later are indexed by rare words."""
        entries = await store.newest(_LEARNED)
        with self._lock:
            self._engine.learn(entries)

    async def load_queries(self, store: Subscriptions) -> None:
        """Load every query that a subscription uses; drop the others, except those that were added meanwhile."""
        before = self._takings
        wanted = {f"{QUERY}{number}": text for number, text in await store.queries()}
        wanted |= {rule: self.queries[rule] for rule, taking in self._taken.items() if taking > before}
        with self._lock:
            for rule in self.queries.keys() - wanted.keys():
                self._engine.remove(rule)
                self._taken.pop(rule, None)
            for rule, text in wanted.items():
                if rule not in self.queries:
                    self._engine.add(rule, stored(text))
            self.queries = wanted
        forget_phrases()
        forget_terms()

    async def refresh(self, store: Store) -> None:
        """Load queries and names that another program added since the last look; drops no query."""
        changes = await store.changes(self._seen)
        if changes.missed:
            await self.load_queries(store)
        if changes.missed or self._seen < 0:
            every = await store.all_own_topics()
            self.names = {home: {own.key: own for own in named} for home, named in every.items()}
        for home in changes.homes:
            self.names[home] = {own.key: own for own in await store.own_topics(home)}
        self._seen = changes.number
        self._newest, found = await store.queries_since(self._newest)
        with self._lock:
            for number, text in (*changes.queries, *found):
                if (rule := f"{QUERY}{number}") not in self.queries:
                    self._take(rule, stored(text), text)

    def adopt(self, rule: Rule, number: int) -> Rule:
        """The rule of a query that was stored under `number`; it matches from now on."""
        if not rule.query:
            return rule
        adopted = replace(rule, id=f"{QUERY}{number}")
        self.keep(adopted)
        return adopted

    def keep(self, rule: Rule) -> None:
        """Match a query that is subscribed to now, even if it was dropped since it was adopted."""
        if rule.query:
            with self._lock:
                self._take(rule.id, rule.tree, rule.text)

    def _take(self, rule: str, tree: Node, text: str) -> None:
        self._engine.add(rule, tree)
        self.queries[rule] = text
        self._takings += 1
        self._taken[rule] = self._takings

    def match(self, entry: Entry) -> list[Hit]:
        """The rules that match an entry, with the reasons."""
        with self._lock:
            return self._engine.match(entry)

    def topics_of(self, entry: Entry) -> frozenset[str]:
        """The ids of the topics that match an entry."""
        with self._lock:
            rules = self._engine.matching(entry)
        return frozenset(filter(None, map(topic_of, rules)))

    def severity(self, entry: Entry, hits: Sequence[Hit], outlets: Callable[[], int] = lambda: 1) -> str:
        """How grave the entry is by the rules of the topics that it hit.

        `outlets` is called only if a rule needs it: how many outlets reported the story within the hour, with its own.
        """
        if not (topics := topics_of(hits)):
            return "normal"
        with self._lock:
            severities = self._severities
        n = outlets() if severities.counts_outlets(topics) else 1
        with self._lock:
            return severities.of(topics, entry, n)

    def why_grave(
        self, reports: Sequence[tuple[Entry, Sequence[Hit]]], level: Severity
    ) -> tuple[Entry, Verdict] | None:
        """The first report that made a story so grave, and the rule for it; None if no rule says so any more."""
        with self._lock:
            return reason(self._severities, reports, level)

    def resolve(self, what: str, own: OwnTopic | None = None, names: Iterable[OwnTopic] = ()) -> Rule:
        """A topic by its id, the asker's own topic of that name (`own`), a topic by its title in any language, or a
        query, which may contain `names` of the asker's people.

        Raises `QueryError` for anything else.
        """
        wanted = what.strip()
        if not wanted:
            raise QueryError("name a topic (topics lists them) or give keywords, such as: h20 AND ban")
        topic = self.topics.get(wanted.lower().removeprefix(TOPIC))
        if topic is None and own is not None:
            return Rule(self.query_rule(own.query), own.name, stored(own.query), query=True, text=own.query, named=True)
        if topic := topic or self._titled(fold(wanted)):
            return Rule(TOPIC + topic.id, topic.title("en"), topic.tree, query=False)
        typed = self._shown.get(fold(wanted), wanted)
        text = self.queries.get(typed) or typed
        tree = stored(text) if typed in self.queries else parse_named(text, self._known(names))
        canonical = unparse(tree)
        row = only_one(typed, self._entities)
        label = shown_name(row) if row else as_typed(canonical, typed)
        return Rule(self.query_rule(canonical), label, tree, query=True, text=canonical)

    def shipped(self, name: str) -> bool:
        """Whether a shipped topic or a company has this name."""
        known = name.lower().removeprefix(TOPIC) in self.topics or fold(name) in self._shown
        return known or self._titled(fold(name)) is not None

    def put_own(self, home: Home, own: OwnTopic, *, gone: bool = False) -> None:
        """A name was given to a query, or removed (`gone`)."""
        named = self.names.setdefault(home, {})
        if gone:
            named.pop(own.key, None)
        else:
            named[own.key] = own

    def near_topic(self, typed: str, own: Iterable[OwnTopic] = ()) -> Topic | OwnTopic | None:
        """The topic, or the one of `own`, that a text taken for a query perhaps meant by its id, title or name."""
        known: dict[str, Topic | OwnTopic] = {one.key: one for one in own}
        known |= {fold(name): topic for topic in self.topics.values() for name in (topic.id, *topic.titles.values())}
        return near_topic(fold(typed).strip(), known)

    def topic_called(self, typed: str) -> Topic | None:
        """The only topic whose id or title has every word of a text taken for a query; None if it has quotes."""
        words = "" if '"' in typed else fold(typed)
        found = [
            topic
            for topic in self.topics.values()
            if any(has_words(fold(name), words) for name in (topic.id, *topic.titles.values()))
        ]
        return found[0] if len(found) == 1 else None

    def company(self, typed: str) -> tuple[str, str] | None:
        """The company that a query of a single name may have meant: as it is shown, and as it is typed."""
        row = self._entities.get(fold(typed).strip())
        return (shown_name(row), f"entity:{row.id}") if row else None

    def _titled(self, folded: str) -> Topic | None:
        found = (topic for topic in self.topics.values() if folded in map(fold, topic.titles.values()))
        return next(found, None)

    def resolve_query(self, text: str, names: Iterable[OwnTopic] = ()) -> Node:
        """The tree of a query, typed (it may contain `names` that people gave) or stored. Raises `QueryError`."""
        kept = self.queries.get(text.strip())
        return stored(kept) if kept else parse_named(text.strip(), self._known(names))

    def _known(self, names: Iterable[OwnTopic]) -> Known:
        return Known(self._entities, {own.key: own.query for own in names}, self.topics)

    def query_rule(self, query: str) -> str:
        """The rule id of a query by its canonical text, "" when nobody uses it."""
        return next((rule for rule, text in self.queries.items() if text == query), "")

    def label(self, rule: str, otherwise: str, locale: str) -> str:
        """A rule as people read it: a topic's title, or `otherwise` (the label of a query's subscription)."""
        topic = self.topics.get(topic_of(rule))
        return topic.title(nearest(locale)) if topic else otherwise

    def text(self, rule: str) -> str:
        """A query's canonical text by its rule id, "" when nobody uses it."""
        return self.queries.get(rule, "")


def may_see(rule: str, own: Collection[str]) -> bool:
    """Everybody may see topics; a query is shown only where it is subscribed to."""
    return rule.startswith(TOPIC) or rule in own
