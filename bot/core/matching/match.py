"""The matching engine: which of very many rules hold for an entry, and why.

Every rule is filed under a set of terms of which one must be there (`bot.core.matching.anchors`); if possible, under
two such sets. An entry touches only the rules whose anchors it holds. Equal queries are one program with several
owners. Adding and removing take effect at once.
"""

from __future__ import annotations

from collections.abc import Iterable

from bot.core.matching.anchors import Frequencies
from bot.core.matching.canonical import canonical
from bot.core.matching.document import Doc
from bot.core.matching.evaluate import holds
from bot.core.matching.postings import Postings
from bot.core.matching.program import Program, build, numbers
from bot.core.matching.reading import Reading
from bot.core.matching.reasons import why
from bot.core.matching.termindex import TermIndex
from bot.core.matching.tree import Node
from bot.core.model import Entry, Hit

TOPIC = "topic:"
_LEARN_EVERY = 8


def topic_of(rule: str) -> str:
    """The id of a rule's topic; "" for a query."""
    return rule.removeprefix(TOPIC) if rule.startswith(TOPIC) else ""


class Engine:
    """All rules of one process. Not thread-safe. Matching changes nothing but the learned word frequencies."""

    def __init__(self) -> None:
        self._terms = TermIndex()
        self._frequencies = Frequencies()
        self._postings = Postings()
        self._programs: list[Program] = []
        self._owners: list[str | tuple[str, ...]] = []
        self._slots: dict[Program, int] = {}
        self._rules: dict[str, int] = {}
        self._free: list[int] = []
        self._topics: set[int] = set()
        self._matched = 0

    def __len__(self) -> int:
        return len(self._rules)

    def __contains__(self, rule: str) -> bool:
        return rule in self._rules

    def learn(self, entries: Iterable[Entry]) -> None:
        """Count the words of some stored entries, so that rules that are added later are filed under rare ones."""
        for entry in entries:
            self._frequencies.learn(set(Doc(entry).stems))

    def add(self, rule: str, tree: Node) -> None:
        """Add a rule, in place of an earlier one with this id. `rule` is "topic:<id>" or "query:<id>".

        Raises `ValueError` for a tree that no word, phrase or prefix anchors.
        """
        self.remove(rule)
        program = build(canonical(tree), self._terms)
        slot = self._slots.get(program)
        if slot is None:
            slot = self._file(program)
        owners = self._owners[slot]
        self._owners[slot] = rule if owners == () else (*((owners,) if isinstance(owners, str) else owners), rule)
        self._rules[rule] = slot
        if rule.startswith(TOPIC):
            self._topics.add(slot)

    def remove(self, rule: str) -> bool:
        """Remove a rule; False if there is none with this id."""
        slot = self._rules.pop(rule, None)
        if slot is None:
            return False
        owners = self._owners[slot]
        rest = () if isinstance(owners, str) else tuple(owner for owner in owners if owner != rule)
        self._owners[slot] = rest[0] if len(rest) == 1 else rest
        if not any(owner.startswith(TOPIC) for owner in rest):
            self._topics.discard(slot)
        if not rest:
            self._unfile(slot)
        return True

    def _file(self, program: Program) -> int:
        slot = self._free[-1] if self._free else len(self._programs)
        self._terms.use(numbers(program))
        try:
            self._postings.add(slot, program, self._cost)
        except ValueError:
            self._terms.drop(numbers(program))
            raise
        if self._free:
            self._programs[self._free.pop()] = program
        else:
            self._programs.append(program)
            self._owners.append(())
        self._slots[program] = slot
        return slot

    def _unfile(self, slot: int) -> None:
        program = self._programs[slot]
        self._postings.remove(slot, program)
        del self._slots[program]
        self._programs[slot] = 0
        self._free.append(slot)
        self._terms.drop(numbers(program))

    def _cost(self, number: int) -> float:
        return self._frequencies.cost(self._terms.term(number))

    def match(self, entry: Entry) -> list[Hit]:
        """The rules that hold for an entry, topics first, each with the words by which it holds."""
        reading, slots = self._read(entry)
        hits = []
        for slot in slots:
            said = why(self._programs[slot], reading)
            hits += [Hit(rule, said) for rule in self._owned(slot)]
        return hits

    def matching(self, entry: Entry) -> list[str]:
        """The ids of the rules that hold for an entry, topics first."""
        return [rule for slot in self._read(entry)[1] for rule in self._owned(slot)]

    def _owned(self, slot: int) -> tuple[str, ...]:
        owners = self._owners[slot]
        return (owners,) if isinstance(owners, str) else owners

    def _read(self, entry: Entry) -> tuple[Reading, list[int]]:
        """The entry's reading, and the slots that hold: topics first, each group in order of filing."""
        doc = Doc(entry)
        self._matched += 1
        if self._matched % _LEARN_EVERY == 0:
            self._frequencies.learn(set(doc.stems))
        reading = Reading(doc, self._terms, self._terms.find(doc))
        sure, candidates = self._postings.touched(reading.present)
        topics = self._holding(sure & self._topics, candidates & self._topics, reading)
        reading.topics = frozenset(
            rule.removeprefix(TOPIC) for slot in topics for rule in self._owned(slot) if rule.startswith(TOPIC)
        )
        return reading, topics + self._holding(sure - self._topics, candidates - self._topics, reading)

    def _holding(self, sure: set[int], candidates: set[int], reading: Reading) -> list[int]:
        programs = self._programs
        return sorted([*sure, *(slot for slot in candidates - sure if holds(programs[slot], reading))])
