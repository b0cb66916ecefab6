"""The features of a text that the term index looks up: stems, words, pairs, prefixes and CJK n-grams, computed once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from itertools import pairwise
from typing import Any

from bot.core.language.text import cjk_runs
from bot.core.matching.document import Doc

_HEAD = 2  # letters of an open word by which the lengths to try are found
LONGEST_GRAM = 4  # characters of a run that is looked up whole; a longer one goes by its first
Traits = dict[str, set[Any]]


class Shapes:
    """The shapes of the keys that are looked for, so that no other traits are computed: the lengths of prefixes by
    their first letters or by the stem before, the lengths of CJK runs, how many pairs begin with a stem or a word.
    """

    __slots__ = ("heads", "lengths", "pairs", "seconds", "word_pairs")

    def __init__(self) -> None:
        self.heads: dict[str, Counter[int]] = {}
        self.seconds: dict[str, Counter[int]] = {}
        self.lengths: Counter[int] = Counter()
        self.pairs: dict[str, int] = {}
        self.word_pairs: dict[str, int] = {}

    def count(self, table: str, key: Hashable, by: int) -> None:
        """Count a key that was added to (1) or removed from (-1) a table of an index."""
        if table in ("open", "beginnings"):
            _add(self.heads, str(key)[:_HEAD], len(str(key)), by)
        elif table == "open duos" and isinstance(key, tuple):
            _add(self.seconds, key[0], len(key[1]), by)
        elif table in ("runs", "long runs"):
            _add_length(self.lengths, len(str(key)), by)
        elif table in ("exact duos", "duos", "phrases") and isinstance(key, tuple):
            _add_first(self.word_pairs if table == "exact duos" else self.pairs, key[0], by)


def _add(counts: dict[str, Counter[int]], key: str, length: int, by: int) -> None:
    lengths = counts.setdefault(key, Counter())
    _add_length(lengths, length, by)
    if not lengths:
        del counts[key]


def _add_length(lengths: Counter[int], length: int, by: int) -> None:
    lengths[length] += by
    if not lengths[length]:
        del lengths[length]


def _add_first(counts: dict[str, int], key: str, by: int) -> None:
    counts[key] = counts.get(key, 0) + by
    if not counts[key]:
        del counts[key]


def traits(doc: Doc, field: str, shapes: Shapes) -> Traits:
    """The traits of a document's title, of its body, or (for "") of both."""
    start = doc.body_from if field == "body" else 0
    end = len(doc.streams[0].tokens) if field == "title" else len(doc.words)  # the gap behind a title shows nothing
    stems, words = doc.stems[start:end], doc.words[start:end]
    texts = [stream.tokens.folded for stream in doc.streams if field in ("", stream.field)]
    roots, distinct = set(stems), set(words)
    return {
        "stems": roots,
        "words": distinct,
        "pairs": set() if shapes.pairs.keys().isdisjoint(roots) else _pairs(stems, shapes.pairs),
        "word pairs": set() if shapes.word_pairs.keys().isdisjoint(distinct) else _pairs(words, shapes.word_pairs),
        "beginnings": _beginnings(distinct, shapes.heads) if shapes.heads else set(),
        "open pairs": set() if shapes.seconds.keys().isdisjoint(roots) else _open_pairs(stems, words, shapes.seconds),
        "grams": _grams(texts, shapes.lengths) if shapes.lengths else set(),
    }


def add(one: Traits, other: Traits) -> None:
    """Add the traits of one text to those of another."""
    for name, found in other.items():
        one[name].update(found)


def _beginnings(words: set[str], heads: dict[str, Counter[int]]) -> set[Hashable]:
    """The prefixes of words that are as long as some key."""
    begun = [word for word in words if word[:_HEAD] in heads]
    return {word[:length] for word in begun for length in heads[word[:_HEAD]]}


def _pairs(row: Sequence[str], firsts: dict[str, int]) -> set[Hashable]:
    """Pairs of neighbours whose first word begins some key."""
    return {(one, other) for one, other in pairwise(row) if one in firsts}


def _open_pairs(stems: Sequence[str], words: Sequence[str], seconds: dict[str, Counter[int]]) -> set[Hashable]:
    """Stems with a prefix of the next word, if a key has this stem and a prefix of this length."""
    near = {(stem, word) for stem, word in zip(stems, words[1:], strict=False) if stem in seconds}
    return {(stem, word[:length]) for stem, word in near for length in seconds[stem]}


def _grams(texts: Sequence[str], lengths: Counter[int]) -> set[Hashable]:
    """All runs of CJK characters in folded texts that are as long as some key."""
    grams: set[Hashable] = set()
    for text in texts:
        for run in cjk_runs(text):
            for length in lengths:
                grams.update([run[at : at + length] for at in range(len(run) - length + 1)])
    return grams
