"""Term rarity: files each program under its rarest required term, and finds the programs that one term settles."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from bot.core.language.text import is_cjk
from bot.core.matching.program import ANY, OR, Program
from bot.core.matching.terms import Term

_MOST_WORDS = 300_000  # whose frequency is remembered; beyond, the rare half is forgotten

# How often a word that was never counted is taken to occur, in a thousand texts.
_UNSEEN, _SHORT, _CHARACTER, _FUNCTION, _FILED = 2.0, 30.0, 60.0, 500.0, 10.0
_FUNCTION_WORDS = frozenset(
    ("the", "a", "an", "of", "to", "in", "for", "on", "with", "and", "is", "as", "at", "by", "from", "it", "that", "s")
)


class Frequencies:
    """In how many texts each word occurs: learned from texts that go by, and guessed by a word's shape before that."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._texts = 0

    def learn(self, stems: Iterable[str]) -> None:
        """Count one text by its distinct stems."""
        self._texts += 1
        self._counts.update(stems)
        if len(self._counts) > _MOST_WORDS:
            self._counts = Counter(dict(self._counts.most_common(_MOST_WORDS // 2)))

    def cost(self, term: Term) -> float:
        """In how many of a thousand texts a term occurs: as its rarest word does, and fewer for each further word."""
        if term.filed:
            return _FILED
        words = [(token.text, token.open) for token in term.tokens()]
        rarest = min(self._word(text) * (8 if is_open else 1) for text, is_open in words)
        return rarest / len(words) * (0.3 if term.scope == "title" else 1.0)

    def _word(self, text: str) -> float:
        if text in _FUNCTION_WORDS:
            guess = _FUNCTION
        elif is_cjk(text):
            guess = _CHARACTER
        else:
            guess = _SHORT if len(text) < 4 else _UNSEEN
        weight = 20  # texts that the guess is worth
        return (guess * weight + 1000 * self._counts[text]) / (weight + self._texts)


def is_plain(program: Program) -> bool:
    """Whether one term of a set of `required` is enough for the program to hold."""
    if isinstance(program, int) or program[0] == ANY:
        return True
    return program[0] == OR and all(isinstance(part, int) or part[0] == ANY for part in program[1:])
