"""Explains why a query did not match a document, as half a sentence for readers.

Of many alternatives, as topics have them, it tells the nearest: which of its words are there, and which it lacks. If
nothing of any is there, it tells some of the words that are looked for, those in the document's own script first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from bot.core.language.text import is_cjk
from bot.core.matching.canonical import unparse
from bot.core.matching.evaluate import holds
from bot.core.matching.limits import FARTHEST_NEAR
from bot.core.matching.program import Program, build
from bot.core.matching.reading import Reading
from bot.core.matching.reasons import reasons, words
from bot.core.matching.termindex import TermIndex
from bot.core.matching.tree import Alone, And, Blank, Clause, Field, Meta, Near, Node, Not, Or, Phrase, Regex, any_of

_MOST_SHOWN = 5
_MOST_ALTERNATIVES = _MOST_LIKE = 3
_SAID_OF = {"lang": "language"}


class _Sought(NamedTuple):
    """A word that a node looks for, and the field where it must stand ("" for any)."""

    word: Phrase | Regex
    scope: str


class Missing:
    """Explains why nodes of a tree do not hold for one reading."""

    def __init__(self, reading: Reading, terms: TermIndex) -> None:
        self._reading = reading
        self._terms = terms
        self._known = len(terms)
        self._built: dict[tuple[int, str], tuple[Node, Program]] = {}
        self._standing: dict[_Sought, bool] = {}

    def of(self, node: Node, scope: str = "") -> str:
        """Half a sentence about a node that does not hold."""
        if isinstance(node, And):
            failing = [part for part in node.parts if not self._holds(part, scope)]
            return "; ".join(self.of(part, scope) for part in failing[:_MOST_SHOWN])
        if isinstance(node, Or):
            return self._or(node, scope)
        if isinstance(node, Not):
            return f"{self._quoted(self._words(node.part, scope)) or shown(node.part)} rules it out"
        if isinstance(node, Field | Alone):
            return self._inside(node, scope)
        if isinstance(node, Near):
            return self._near(node, scope)
        return self._leaf(node, scope)

    def _inside(self, node: Field | Alone, scope: str) -> str:
        if isinstance(node, Field):
            return self.of(node.part, node.name)
        if not self._holds(node.part, scope):
            return self.of(node.part, scope)
        words = self._quoted(self._words(node.part, scope))
        if self._in_lead(node.part, scope):
            return f"{words} are in different parts of the title"
        return f"a topic reads the title and the first sixty words, and {words} came later"

    def _leaf(self, node: Phrase | Meta | Regex | Clause | Blank, scope: str) -> str:
        if isinstance(node, Phrase):
            return self._phrase(node, scope)
        if isinstance(node, Meta):
            return self._meta(node)
        if isinstance(node, Regex):
            return f"nothing in it fits {shown(node)}"
        if isinstance(node, Clause):
            return self._clause(node)
        blanked = self._quoted(self._words(any_of(node.phrases), scope))
        return f"{blanked} does not count" if self._holds(node.part, scope) else self.of(node.part, scope)

    def _phrase(self, node: Phrase, scope: str) -> str:
        if self._apart(node, scope):
            return f"the words of {shown(node)} occur, but not side by side"
        return self._none_of([node], scope)

    def _apart(self, node: Phrase, scope: str) -> bool:
        parts = [Phrase((word,), node.exact) for word in node.words]
        return len(parts) > 1 and all(self._holds(part, scope) for part in parts)

    def _none_of(self, sought: Iterable[Phrase | Regex], scope: str) -> str:
        every = self._own_script_first(dict.fromkeys(sought))
        where = f" in the {scope}" if scope else ""
        if len(every) == 1:
            return f"{shown(every[0])} does not occur{where}"
        if len(every) > _MOST_SHOWN:
            *some, last = map(shown, every[:_MOST_LIKE])
            return f"no word like {', '.join(some)} or {last} occurs{where}"
        return f"none of {self._some(every)} occurs{where}"

    def _own_script_first(self, sought: Iterable[Phrase | Regex]) -> list[Phrase | Regex]:
        chinese = self._reading.doc.lang.startswith("zh")
        return sorted(sought, key=lambda one: (isinstance(one, Phrase) and any(map(is_cjk, one.words))) != chinese)

    def _some(self, sought: Iterable[Phrase | Regex]) -> str:
        return ", ".join(map(shown, list(sought)[:_MOST_SHOWN]))

    def _or(self, node: Or, scope: str) -> str:
        nearest = self._nearest(node, scope)
        apart = [one for one in nearest if self._is_only_apart(*one)]
        if apart or len(nearest) == 1:
            return self._lacking(*(apart or nearest)[0])
        alternatives = nearest or [(part, scope) for part in node.parts]
        if not nearest or all(isinstance(part, And) for part, _ in nearest):
            sought = [one for part, field in alternatives for one in _sought(part, field)]
            if lacked := self._lacked(sought):
                return self._having(nearest, lacked)
        said = dict.fromkeys(self.of(part, field) for part, field in alternatives[:_MOST_ALTERNATIVES])
        return "; ".join(said)

    def _nearest(self, node: Or, scope: str) -> list[tuple[Node, str]]:
        """The alternatives of which most is there, each with the field that it looks in; none if nothing is."""
        bare = [_bare(part, scope) for part in node.parts]
        some = [(part, field) for part, field in bare if any(map(self._stands, _sought(part, field)))]
        weights = [self._weight(part, field) for part, field in some]
        return [one for one, weight in zip(some, weights, strict=True) if weight == max(weights)]

    def _is_only_apart(self, node: Node, scope: str) -> bool:
        """Whether all words that it needs are there, only not in one place."""
        if isinstance(node, And):
            failing = [part for part in node.parts if not self._holds(part, scope)]
            return all(self._is_only_apart(part, scope) for part in failing)
        if isinstance(node, Field | Alone | Blank):
            return self._is_only_apart(*_bare(node, scope))
        return isinstance(node, Clause) and all(self._words_of_clause(node))

    def _lacking(self, part: Node, scope: str) -> str:
        said = self.of(part, scope)
        return self._having([(part, scope)], said) if isinstance(part, And) else said

    def _having(self, alternatives: Iterable[tuple[Node, str]], said: str) -> str:
        """Put what is there before what is missing, unless that is said already."""
        sought = [one for part, scope in alternatives for one in _sought(part, scope)]
        there = {word.casefold(): word for one in sought for word in self._words(one.word, one.scope)}
        named = any(self._quoted((word,)) in said for word in there.values())
        return f"it has {self._quoted(tuple(there.values()))}, but {said}" if there and not named else said

    def _lacked(self, sought: list[_Sought]) -> str:
        """The words that are missing (from the title, if all must be in the title); "" if all are somewhere."""
        scopes = {one.scope for one in sought}
        scope = scopes.pop() if len(scopes) == 1 else ""
        lacked = [one.word for one in sought if not self._stands(one._replace(scope=scope))]
        return self._none_of(lacked, scope) if lacked else ""

    def _weight(self, node: Node, scope: str) -> float:
        """How much of a node is there: 1 for all of it, or for all but a negated part that rules it out."""
        if isinstance(node, And):
            wanted = [part for part in node.parts if not isinstance(part, Not)] or node.parts
            return sum(self._weight(part, scope) for part in wanted) / len(wanted)
        if isinstance(node, Or):
            return max(self._weight(part, scope) for part in node.parts)
        if isinstance(node, Field | Alone | Blank):
            return self._weight(*_bare(node, scope))
        return 1 if self._holds(node, scope) else self._share(node, scope)

    def _share(self, node: Node, scope: str) -> float:
        """The share of a node that is one thing for a reader: words together count more than they do apart."""
        if isinstance(node, Near):
            return (self._holds(node.left, scope) + self._holds(node.right, scope)) * 0.375
        if isinstance(node, Clause):
            weak, context = self._words_of_clause(node)
            return bool(weak) * 0.5 + bool(context) * 0.25
        return 0.5 if isinstance(node, Phrase) and self._apart(node, scope) else 0

    def _near(self, node: Near, scope: str) -> str:
        for side, other in ((node.left, node.right), (node.right, node.left)):
            if not self._holds(side, scope):
                return self._having([(other, scope)], self.of(side, scope))
        left, right = (self._quoted(self._words(side, scope)) for side in (node.left, node.right))
        if self._holds(Near(node.left, node.right, FARTHEST_NEAR), scope):
            return f"{left} and {right} are more than {node.distance} words apart"
        return f"{left} and {right} are far apart"

    def _clause(self, node: Clause) -> str:
        weak, context = self._words_of_clause(node)
        if weak and context:
            place = "one title" if node.title_only else "one clause of the title or the text's opening"
            return f"{self._quoted(weak)} and {self._quoted(context)} are not together in {place}"
        if weak:
            some = self._some(self._own_script_first(node.context))
            return f"{self._quoted(weak)} occurs without a word that gives it this meaning, such as {some}"
        return self._having([(any_of(node.context), "")], self._none_of(node.weak, ""))

    def _words_of_clause(self, node: Clause) -> tuple[tuple[str, ...], tuple[str, ...]]:
        return self._words(any_of(node.weak), ""), self._words(any_of(node.context), "")

    def _meta(self, node: Meta) -> str:
        entry = self._reading.doc.entry
        if node.name in ("after", "before"):
            return f"it was not published {'on or after' if node.name == 'after' else 'before'} {node.value}"
        if node.name == "topic":
            return f"it is not of the topic {node.value}"
        own = self._reading.doc.lang if node.name == "lang" else getattr(entry, node.name)
        return f"its {_SAID_OF.get(node.name, node.name)} is {own or 'not known'}, not {node.value}"

    def _holds(self, node: Node, scope: str) -> bool:
        return holds(self._program(node, scope), self._reading)

    def _in_lead(self, node: Node, scope: str) -> bool:
        return holds(self._program(node, scope), self._reading.lead())

    def _stands(self, one: _Sought) -> bool:
        if one not in self._standing:
            self._standing[one] = self._holds(one.word, one.scope)
        return self._standing[one]

    def _words(self, node: Node, scope: str) -> tuple[str, ...]:
        program = self._program(node, scope)
        return words(reasons(program, self._reading)) if holds(program, self._reading) else ()

    def _program(self, node: Node, scope: str) -> Program:
        """A part as a program, built once. For terms that the tree lacks, such as parts of phrases, the document is
        read again.
        """
        key = (id(node), scope)
        if key not in self._built:
            self._built[key] = (node, build(node, self._terms, scope))  # the node is kept, so that no other has its id
            if len(self._terms) > self._known:
                self._known = len(self._terms)
                self._reading = self._fresh()
        return self._built[key][1]

    def _fresh(self) -> Reading:
        doc = self._reading.doc
        reading = Reading(doc, self._terms, self._terms.find(doc))
        reading.topics = self._reading.topics
        return reading

    def _quoted(self, found: tuple[str, ...]) -> str:
        return ", ".join(f"“{word}”" for word in found[:_MOST_SHOWN])


def shown(node: Node) -> str:
    """A part of a query as a sentence quotes it: a phrase as it is read, anything else as it is typed."""
    text = (node.cased or " ".join(node.words)) if isinstance(node, Phrase) else unparse(node).strip('"')
    return f"“{text if len(text) <= 60 else text[:59] + '…'}”"


def _bare(node: Node, scope: str) -> tuple[Node, str]:
    """The node inside a `Field`, and the name of the field."""
    if isinstance(node, Field):
        return _bare(node.part, node.name)
    return _bare(node.part, scope) if isinstance(node, Alone | Blank) else (node, scope)


def _sought(node: Node, scope: str) -> Iterator[_Sought]:
    """The words that a node looks for, without negated ones and without exact tests of an entry."""
    if isinstance(node, Phrase | Regex):
        yield _Sought(node, scope)
    elif isinstance(node, Field | Alone | Blank):
        yield from _sought(*_bare(node, scope))
    elif isinstance(node, And | Or):
        for part in node.parts:
            yield from _sought(part, scope)
    elif isinstance(node, Near):
        yield from (*_sought(node.left, scope), *_sought(node.right, scope))
    elif isinstance(node, Clause):
        yield from (_Sought(word, "") for word in (*node.weak, *node.context))
