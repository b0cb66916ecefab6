"""One tree on its own: does it match an entry, by which words, and if not, what failed? For previews and `why`."""

from __future__ import annotations

from bot.core.canonical import unparse
from bot.core.document import Doc
from bot.core.evaluate import holds
from bot.core.lexicon import Lexicon
from bot.core.limits import FARTHEST_NEAR
from bot.core.model import Entry
from bot.core.program import build, numbers
from bot.core.reading import Reading
from bot.core.reasons import reasons, words
from bot.core.tree import Alone, And, Blank, Clause, Field, Meta, Near, Node, Not, Or, Phrase, Regex, any_of

_MOST_SHOWN = 5


class Judge:
    """Evaluates one tree over many entries."""

    def __init__(self, tree: Node) -> None:
        self._tree = tree
        self._lexicon = Lexicon()
        self._program = build(tree, self._lexicon)

    def matches(self, entry: Entry, topics: frozenset[str] = frozenset()) -> bool:
        """Whether the tree holds for an entry that is of these topics (ids)."""
        return holds(self._program, self._read(entry, topics))

    def terms(self, entry: Entry, topics: frozenset[str] = frozenset()) -> tuple[str, ...]:
        """The words by which the tree holds, as published; none where it does not."""
        reading = self._read(entry, topics)
        return words(reasons(self._program, reading)) if holds(self._program, reading) else ()

    def failed(self, entry: Entry, topics: frozenset[str] = frozenset()) -> str:
        """What kept the tree from matching, as half a sentence; "" where it does match."""
        reading = self._read(entry, topics)
        return "" if holds(self._program, reading) else _Failure(reading, self._lexicon).of(self._tree)

    def _read(self, entry: Entry, topics: frozenset[str]) -> Reading:
        doc = Doc(entry)
        reading = Reading(doc, self._lexicon, self._lexicon.find(doc))
        reading.topics = topics
        return reading


class _Failure:
    """Says why nodes of a tree do not hold for one reading."""

    def __init__(self, reading: Reading, lexicon: Lexicon) -> None:
        self._reading = reading
        self._lexicon = lexicon

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
        if self._holds(node.part, scope):
            words = self._quoted(self._words(node.part, scope))
            return f"{words} stand in different parts of the title"
        return self.of(node.part, scope)

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
        return f"{blanked} is set aside" if self._holds(node.part, scope) else self.of(node.part, scope)

    def _phrase(self, node: Phrase, scope: str) -> str:
        where = f" in the {scope}" if scope else ""
        if len(node.words) > 1 and all(self._holds(Phrase((word,), node.exact), scope) for word in node.words):
            return f"the words of {shown(node)} are there, but not side by side"
        return f"{shown(node)} is not there{where}"

    def _or(self, node: Or, scope: str) -> str:
        if all(isinstance(part, Phrase) for part in node.parts):
            more = f" and {len(node.parts) - _MOST_SHOWN} more" if len(node.parts) > _MOST_SHOWN else ""
            where = f" in the {scope}" if scope else ""
            return f"none of {', '.join(map(shown, node.parts[:_MOST_SHOWN]))}{more} is there{where}"
        close = [part for part in node.parts if isinstance(part, Clause) and any(self._words_of_clause(part))]
        return " and ".join(dict.fromkeys(self.of(part, scope) for part in (close or node.parts)[:3]))

    def _near(self, node: Near, scope: str) -> str:
        for side in (node.left, node.right):
            if not self._holds(side, scope):
                return self.of(side, scope)
        if self._holds(Near(node.left, node.right, FARTHEST_NEAR), scope):
            return f"{shown(node.left)} and {shown(node.right)} stand more than {node.distance} words apart"
        return f"{shown(node.left)} and {shown(node.right)} stand far apart"

    def _clause(self, node: Clause) -> str:
        weak, context = self._words_of_clause(node)
        if weak and context:
            place = "title" if node.title_only else "clause"
            return f"{self._quoted(weak)} and {self._quoted(context)} do not stand together in one {place}"
        if weak:
            return f"{self._quoted(weak)} stands alone, without a word that gives it this meaning"
        return f"none of {', '.join(map(shown, node.weak[:_MOST_SHOWN]))} is there"

    def _words_of_clause(self, node: Clause) -> tuple[tuple[str, ...], tuple[str, ...]]:
        return self._words(any_of(node.weak), ""), self._words(any_of(node.context), "")

    def _meta(self, node: Meta) -> str:
        entry = self._reading.doc.entry
        if node.name in ("after", "before"):
            return f"it was not published {'on or after' if node.name == 'after' else 'before'} {node.value}"
        if node.name == "topic":
            return f"it is not of the topic {node.value}"
        own = self._reading.doc.lang if node.name == "lang" else getattr(entry, node.name)
        return f"its {node.name} is {own or 'not known'}, not {node.value}"

    def _holds(self, node: Node, scope: str) -> bool:
        program = build(node, self._lexicon, scope)
        try:
            return holds(program, self._fresh())
        finally:
            for number in numbers(program):
                self._lexicon.drop(number)

    def _words(self, node: Node, scope: str) -> tuple[str, ...]:
        program = build(node, self._lexicon, scope)
        try:
            reading = self._fresh()
            return words(reasons(program, reading)) if holds(program, reading) else ()
        finally:
            for number in numbers(program):
                self._lexicon.drop(number)

    def _fresh(self) -> Reading:
        """The document read again: parts of phrases are terms that the tree itself does not have."""
        doc = self._reading.doc
        reading = Reading(doc, self._lexicon, self._lexicon.find(doc))
        reading.topics = self._reading.topics
        return reading

    def _quoted(self, found: tuple[str, ...]) -> str:
        return ", ".join(f"“{word}”" for word in found[:_MOST_SHOWN])


def shown(node: Node) -> str:
    """A part of a query as a sentence quotes it."""
    text = unparse(node).strip('"')
    return f"“{text if len(text) <= 60 else text[:59] + '…'}”"
