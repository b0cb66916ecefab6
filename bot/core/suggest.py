"""The nearest spelling that has been seen: for a query that finds nothing, and for completion."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from bot.core.text import tokens
from bot.core.tree import And, Field, Near, Node, Not, Or, Phrase, all_of, any_of

_LETTERS = "etaoinsrhldcumfpgwybvkxjqz0123456789"
_MOST_WORDS = 200_000
_SHORTEST = 4  # letters; nearly every shorter word is one edit from another


class Vocabulary:
    """Words of the texts that went by, with how often; bounded, the rare half is forgotten."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()

    def learn(self, text: str) -> None:
        """Count the words of a text."""
        self._counts.update(word for word in tokens(text).texts if len(word) >= _SHORTEST and word.isascii())
        if len(self._counts) > _MOST_WORDS:
            self._counts = Counter(dict(self._counts.most_common(_MOST_WORDS // 2)))

    def suggest(self, tree: Node) -> Node | None:
        """The tree with each word that was never seen replaced by its nearest spelling; None where nothing changes."""
        changed = respelled(tree, self._counts)
        return None if changed == tree else changed


def nearest(word: str, seen: Mapping[str, int]) -> str:
    """The most frequent word one edit away (a letter out, in, changed, swapped), else two; "" if there is none."""
    if len(word) < _SHORTEST or not word.isascii():
        return ""
    once = set(_edits(word))
    found = {edit for edit in once if edit in seen}
    if not found and len(word) > _SHORTEST + 1:
        found = {edit for start in once for edit in _edits(start) if edit in seen}
    return min(found, key=lambda edit: (-seen[edit], edit), default="")


def _edits(word: str) -> Iterator[str]:
    for at in range(len(word) + 1):
        head, tail = word[:at], word[at:]
        for letter in _LETTERS:
            yield head + letter + tail
            if tail:
                yield head + letter + tail[1:]
        if tail:
            yield head + tail[1:]
        if len(tail) > 1:
            yield head + tail[1] + tail[0] + tail[2:]


def respelled(node: Node, seen: Mapping[str, int]) -> Node:
    """A tree with each unseen word of its phrases replaced by the nearest seen one, where there is one."""
    if isinstance(node, Phrase):
        words = (word if word in seen or word.endswith("*") else nearest(word, seen) or word for word in node.words)
        return Phrase(tuple(words), node.exact, node.cased)
    if isinstance(node, And):
        return all_of(respelled(part, seen) for part in node.parts)
    if isinstance(node, Or):
        return any_of(respelled(part, seen) for part in node.parts)
    if isinstance(node, Near):
        return Near(respelled(node.left, seen), respelled(node.right, seen), node.distance)
    if isinstance(node, Field):
        return Field(node.name, respelled(node.part, seen))
    return Not(respelled(node.part, seen)) if isinstance(node, Not) else node
