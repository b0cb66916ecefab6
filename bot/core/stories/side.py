"""A story as it is judged: its reports as weighed terms, and their sum."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, TypeVar

from bot.core.language.meaning import Embedder, Vector
from bot.core.stories.commonness import Commonness
from bot.core.stories.features import Features

UNIT = 1000  # length of a member's vector: whole numbers, so that sums are exact in any order
NAME_BOOST = 1.4  # how much more what is written as a name weighs
_MEANT = 3  # newest reports whose titles are compared by meaning, the first always
_TITLE = 160  # characters of a title that are kept
_NEAREST = 6  # newest reports that a new one is compared with one by one, the first always
K = TypeVar("K", str, int)
Part = tuple[dict[str, int], int]
"""Terms with their mean weights, and the sum of these."""


class Own(NamedTuple):
    """Sums that every comparison of a report with a story needs: of its weights, and of the squares of its names'.

    `head` is the sum over the title's terms.
    """

    names: int
    squares: int
    figures: int
    head: int


@dataclass(frozen=True)
class Member:
    """A report as a story keeps it: `weights` by term, scaled to length `UNIT`; `mass` is the length before scaling.

    `shared` is the same in the space that both languages share, `source` the outlet ("" if unknown). Everything can be
    stored and read back exactly.
    """

    script: str
    words: int
    weights: dict[str, int]
    mass: int
    names: frozenset[str]
    shared: dict[str, int]
    years: frozenset[int]
    head: frozenset[str] = frozenset()
    title: str = ""
    meant: Vector = ()
    source: str = ""

    @property
    def nats(self) -> float:
        """How many nats of idf a weight of 1 stands for; `mass` is in hundredths of nats."""
        return self.mass / 100.0 / UNIT

    @cached_property
    def own(self) -> Own:
        """Computed once, when first asked for: reports that a story keeps are never asked."""
        weights = self.weights
        names = [weights[name] for name in self.names if name in weights]
        figures = sum([weight for term, weight in weights.items() if term[0] == "#"])
        head = sum([weights[term] for term in self.head])
        return Own(sum(names), sum([weight * weight for weight in names]), figures, head)


class Tables(NamedTuple):
    """How many reports of a side hold each name, year, term of a title, and figure."""

    names: dict[str, int]
    years: dict[int, int]
    heads: dict[str, int]
    numbers: dict[str, int]


def member(found: Features, common: Commonness, embed: Embedder | None = None, source: str = "") -> Member:
    """Weigh a text's features by how rare they are now; with an embedder, add the vector of its title. `source`: the
    outlet.
    """
    names = found.names
    if found.script == "la":
        names = frozenset(name for name in names if common.is_name(name))
    weights, mass = _weighed(found.terms, names, common)
    shared = weights if found.cross is found.terms else _weighed(found.cross, names, common)[0]
    years = frozenset(found.figures.years)
    title = title_of(found)
    meant = embed([title])[0] if embed and title else ()
    return Member(found.script, found.words, weights, mass, names, shared, years, found.head, title, meant, source)


def title_of(found: Features) -> str:
    """The title as a story keeps it."""
    return found.title[:_TITLE].encode("utf-8", "replace").decode()  # half a surrogate pair can not be stored


def _weighed(terms: dict[str, float], names: frozenset[str], common: Commonness) -> tuple[dict[str, int], int]:
    raw = [
        (1.0 + math.log(count) if count > 1 else count) * idf * (NAME_BOOST if term in names else 1.0)
        for (term, count), idf in zip(terms.items(), common.idfs(terms), strict=True)
    ]
    mass = math.sqrt(sum([weight * weight for weight in raw])) or 1.0
    return {term: round(UNIT * weight / mass) for term, weight in zip(terms, raw, strict=True)}, round(mass * 100)


class Side:
    """The reports of a story in one script: their sum, and how many hold each term.

    All numbers are integers, so that adding and removing reports gives exactly what counting afresh would.
    """

    __slots__ = ("_core", "_counts", "_figures", "_length", "_tables", "_topic", "members", "size", "sum")

    def __init__(self, members: Sequence[Member] = (), size: int = 0) -> None:
        self.members: list[Member] = []
        self.size = size
        self.sum: dict[str, int] = {}
        self._length: float | None = None
        self._tables: Tables | None = None  # of a lone report, until they are asked for
        self._counts: dict[str, int] | None = None  # reports that hold a term, from the first that went on
        self._topic: Part | None = None
        self._core: Part | None = None
        self._figures: Part | None = None
        for one in members:
            self.add(one)

    @property
    def length(self) -> float:
        """The Euclidean length of the sum."""
        if self._length is None:
            self._length = math.sqrt(sum([weight * weight for weight in self.sum.values()])) or 1.0
        return self._length

    @property
    def tables(self) -> Tables:
        """How many reports hold each name, year, title term and figure."""
        if self._tables is None:
            one = self.members[0]
            self._tables = Tables(
                dict.fromkeys(one.names, 1),
                dict.fromkeys(one.years, 1),
                dict.fromkeys(one.head, 1),
                dict.fromkeys([term for term in one.weights if term[0] == "#"], 1),
            )
        return self._tables

    @property
    def lately(self) -> list[Member]:
        """The first report and the newest ones."""
        return [*self.members[:1], *self.members[1:][-_NEAREST:]]

    @property
    def titled(self) -> list[Member]:
        """The first report and the newest few: their titles are compared by meaning."""
        return [*self.members[:1], *self.members[1:][-_MEANT:]]

    @property
    def core(self) -> Part:
        """The names that at least half of the reports hold, and at least two."""
        if self._core is None:
            self._core = self._held(self.tables.names, 2)
        return self._core

    @property
    def topic(self) -> Part:
        """The terms that at least half of the titles hold."""
        if self._topic is None:
            self._topic = self._held(self.tables.heads, 1)
        return self._topic

    @property
    def titles(self) -> dict[str, int]:
        """The titles' terms taken together: each weighs by its summed weight and by how many titles hold it."""
        return {term: self.sum[term] * count for term, count in self.tables.heads.items()}

    @property
    def figures(self) -> Part:
        """The figures that at least half of the reports hold."""
        if self._figures is None:
            self._figures = self._held(self.tables.numbers, 1)
        return self._figures

    def _held(self, table: dict[str, int], fewest: int) -> Part:
        many = len(self.members)
        enough = max(fewest, (many + 1) // 2)
        held = {term: self.sum[term] // many for term, count in table.items() if count >= enough}
        return held, sum(held.values())

    def add(self, one: Member) -> None:
        """Add a report."""
        self._own()
        self.members.append(one)
        if len(self.members) == 1:
            self._begin(one)
        else:
            self._change(one, self.tables, 1)

    def drop(self, one: Member) -> None:
        """Remove a report (the first that equals it)."""
        if self._counts is None:
            self._counts = {}
            for held in self.members:
                _count(self._counts, held.weights, 1)
        self._own()
        tables = self.tables
        self.members.remove(one)
        self._change(one, tables, -1)

    def _begin(self, one: Member) -> None:
        """Begin with one report: the same as adding it to an empty side, in a fraction of the time."""
        self.sum = one.weights  # shared, for most stories never have a second report: `_own` comes before a change
        self._tables = self._counts = None
        self._length = self._core = self._topic = self._figures = None

    def _own(self) -> None:
        """Stop sharing the weights of a lone report as the sum."""
        if len(self.members) == 1:
            self.sum = dict(self.sum)

    def _change(self, one: Member, tables: Tables, sign: int) -> None:
        summed = self.sum
        for term, weight in one.weights.items():
            summed[term] = summed.get(term, 0) + sign * weight
        _count(tables.names, one.names, sign)
        _count(tables.years, one.years, sign)
        _count(tables.heads, one.head, sign)
        _count(tables.numbers, [term for term in one.weights if term[0] == "#"], sign)
        if self._counts is not None:
            _count(self._counts, one.weights, sign)
            for term in one.weights:
                if term not in self._counts:
                    del summed[term]
        self._length = self._core = self._topic = self._figures = None


def _count(table: dict[K, int], keys: Iterable[K], sign: int) -> None:
    for key in keys:
        count = table.get(key, 0) + sign
        if count:
            table[key] = count
        else:
            del table[key]
