"""A matching engine for short-lived processes: rules are compiled only when the first entry is matched."""

from __future__ import annotations

from bot.core.matching.match import Engine
from bot.core.matching.reading import Reading
from bot.core.matching.tree import Node
from bot.core.model import Entry


class LateEngine(Engine):
    """An `Engine` that compiles its rules when the first entry is matched.

    A rule without an anchor raises `ValueError` only then.
    """

    def __init__(self) -> None:
        super().__init__()
        self._waiting: dict[str, Node] = {}

    def __len__(self) -> int:
        return super().__len__() + len(self._waiting)

    def __contains__(self, rule: str) -> bool:
        return rule in self._waiting or super().__contains__(rule)

    def add(self, rule: str, tree: Node) -> None:
        """Add a rule, in place of an earlier one with this id; it is compiled when it is needed."""
        self.remove(rule)
        self._waiting[rule] = tree

    def remove(self, rule: str) -> bool:
        """Remove a rule; False if there is none with this id."""
        return self._waiting.pop(rule, None) is not None or super().remove(rule)

    def _read(self, entry: Entry) -> tuple[Reading, list[int]]:
        waiting, self._waiting = self._waiting, {}
        for rule, tree in waiting.items():
            super().add(rule, tree)
        return super()._read(entry)
