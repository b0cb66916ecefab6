"""How common each term is in what was read: the inverse document frequency (idf) of folding; counts fade by the day."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from bot.core.language.commonwords import PRIOR_DOCS, prior

HALF_LIFE_DAYS = 14.0
_NAMED = "^"  # before a term: how often it was written as a name
_LEAST = 0.3  # what is rarer after forgetting is forgotten whole


class Commonness:
    """Counts of documents by term. `count` and `forget` change it; everything else only reads."""

    __slots__ = ("documents", "terms")

    def __init__(self, documents: float | None = None, terms: Mapping[str, float] | None = None) -> None:
        self.documents = PRIOR_DOCS if documents is None else documents
        self.terms: dict[str, float] = prior() if terms is None else dict(terms)

    def idfs(self, terms: Iterable[str]) -> list[float]:
        """The idf of each term: log((documents + 1) / (documents with the term + 1)), at least 0.05."""
        log, known, documents = math.log, self.terms.get, self.documents + 1.0
        return [max(0.05, log(documents / (known(term, 0.0) + 1.0))) for term in terms]

    def is_name(self, term: str) -> bool:
        """Whether a term was written as a name most of the times (entities always are)."""
        seen = self.terms.get(term, 0.0)
        return term[0] == "@" or self.terms.get(_NAMED + term, 0.0) >= 0.6 * seen

    def count(self, terms: Iterable[str], names: Iterable[str]) -> None:
        self.documents += 1.0
        table = self.terms
        for term in terms:
            table[term] = table.get(term, 0.0) + 1.0
        for name in names:
            key = _NAMED + name
            table[key] = table.get(key, 0.0) + 1.0

    def forget(self, days: int) -> None:
        """Let counts fade by so many days."""
        share = 0.5 ** (days / HALF_LIFE_DAYS)
        self.documents *= share
        self.terms = {term: n * share for term, n in self.terms.items() if n * share >= _LEAST}
