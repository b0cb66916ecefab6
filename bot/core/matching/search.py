"""Translates a query into an FTS5 expression that finds every match, and false positives to be filtered afterwards.

The index holds `bot.core.language.text.bigrams` of the texts. Every term is quoted, so nothing that a user types is an
FTS5 operator. NEAR, NOT, fields, patterns and exact tests are left to `Judge`, which reads the candidates.
"""

from __future__ import annotations

from itertools import pairwise, product
from math import prod
from typing import NamedTuple

from bot.core.language.plural import variants
from bot.core.language.text import is_cjk
from bot.core.matching.limits import anchored
from bot.core.matching.tree import Alone, And, Blank, Clause, Field, Meta, Near, Node, Or, Phrase, any_of

_MOST_SPELLINGS = 8  # of one phrase, as many alternatives; beyond, its words are looked for one by one


class Sought(NamedTuple):
    """What finds every entry that a query can match: a full-text expression ("" for none), or one of these forms and
    outlets, in lower case.
    """

    expression: str
    forms: tuple[str, ...] = ()
    outlets: tuple[str, ...] = ()


def sought(node: Node) -> Sought:
    """What finds the entries of a query."""
    if expression := to_fts(node):
        return Sought(expression)
    if isinstance(node, And):
        return sought(next(part for part in node.parts if anchored(part)))
    if isinstance(node, Or):
        found = [sought(part) for part in node.parts]
        forms = dict.fromkeys(form for one in found for form in one.forms)
        outlets = dict.fromkeys(outlet for one in found for outlet in one.outlets)
        return Sought(_joined([one.expression for one in found], " OR "), tuple(forms), tuple(outlets))
    if isinstance(node, Meta):
        return Sought("", (node.value.lower(),)) if node.name == "form" else Sought("", (), (node.value,))
    return sought(node.part) if isinstance(node, Field | Blank | Alone) else Sought("")


def to_fts(node: Node) -> str:
    """The expression for a tree; "" for a tree that no word anchors."""
    if isinstance(node, Phrase):
        return _phrase(node)
    if isinstance(node, And):
        return _joined([to_fts(part) for part in node.parts], " AND ")
    if isinstance(node, Near):
        return _joined([to_fts(node.left), to_fts(node.right)], " AND ")
    if isinstance(node, Or):
        parts = [to_fts(part) for part in node.parts]
        return _joined(parts, " OR ") if all(parts) else ""
    if isinstance(node, Field | Blank | Alone):
        return to_fts(node.part)
    if isinstance(node, Clause):
        return _joined([to_fts(any_of(node.weak)), to_fts(any_of(node.context))], " AND ")
    return ""


def _joined(parts: list[str], operator: str) -> str:
    found = [part for part in dict.fromkeys(parts) if part]
    return found[0] if len(found) == 1 else f"({operator.join(found)})" if found else ""


def _phrase(phrase: Phrase) -> str:
    """Neighbouring Latin words as FTS phrases, one for each spelling; runs of CJK characters on their own."""
    latin = [word for word in phrase.words if not is_cjk(word)]
    if len(latin) == len(phrase.words) > 1 and not any(word.endswith("*") for word in latin):
        spellings = [_spellings(word, phrase) for word in latin]
        if prod(map(len, spellings)) <= _MOST_SPELLINGS:
            return _joined([_quoted(" ".join(words)) for words in product(*spellings)], " OR ")
    return _joined([_word(word, phrase) for word in phrase.words], " AND ")


def _word(word: str, phrase: Phrase) -> str:
    if word.endswith("*"):
        return _quoted(word[:-1]) + "*"
    if is_cjk(word):
        return _run(word)
    return _joined([_quoted(form) for form in _spellings(word, phrase)], " OR ")


def _run(run: str) -> str:
    """A run as a phrase of its pairs; for a single character, a pair that it begins, or itself at the end of a run."""
    return _quoted(" ".join(one + other for one, other in pairwise(run))) if len(run) > 1 else _quoted(run) + "*"


def _spellings(word: str, phrase: Phrase) -> tuple[str, ...]:
    return (word,) if phrase.exact or phrase.cased else variants(word)


def _quoted(text: str) -> str:
    return '"' + text.replace('"', "") + '"'
