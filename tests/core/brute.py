"""What the query language means, word for word and without any index: the engine must agree with it."""

from __future__ import annotations

from datetime import UTC, datetime

import re2

from bot.core.language.plural import stem
from bot.core.language.text import fold, is_cjk, lang_of, tokens
from bot.core.matching.tree import And, Field, Meta, Near, Node, Not, Or, Phrase, Regex
from bot.core.model import Entry

Place = tuple[int, int, int]  # text, first token, one past the last


def matches(node: Node, entry: Entry, fields: tuple[str, ...] = ("title", "body")) -> bool:
    if isinstance(node, And):
        return all(matches(part, entry, fields) for part in node.parts)
    if isinstance(node, Or):
        return any(matches(part, entry, fields) for part in node.parts)
    if isinstance(node, Not):
        return not matches(node.part, entry, fields)
    if isinstance(node, Field):
        return matches(node.part, entry, (node.name,))
    if isinstance(node, Regex):
        body = "\n".join(filter(None, (entry.summary, entry.content)))
        return any(re2.search("(?i)" + node.pattern, text) for text in (entry.title, body))
    if isinstance(node, Meta):
        return meta(node, entry)
    return bool(places(node, entry, fields))


def meta(node: Meta, entry: Entry) -> bool:
    if node.name == "lang":
        own = entry.lang or lang_of(f"{entry.title} {entry.summary}")
        return own == node.value or own.startswith(node.value + "-")
    if node.name in ("after", "before"):
        day = datetime.fromisoformat(node.value).replace(tzinfo=UTC)
        at = datetime.fromtimestamp((entry.published or entry.first_seen) / 1000, UTC)
        return at >= day if node.name == "after" else at < day
    own = entry.source if node.name == "source" else entry.form
    return fold(own).split() == fold(node.value).split()


def texts(entry: Entry, fields: tuple[str, ...]) -> list[str]:
    every = {"title": [entry.title], "body": [entry.summary, entry.content]}
    return [
        text for name in ("title", "body") for text in (every[name] if name in fields else ["", ""][: len(every[name])])
    ]


def places(node: Node, entry: Entry, fields: tuple[str, ...]) -> set[Place]:
    if isinstance(node, Or):
        return set().union(*(places(part, entry, fields) for part in node.parts))
    if isinstance(node, Near):
        left, right = places(node.left, entry, fields), places(node.right, entry, fields)
        found: set[Place] = set()
        for one in left:
            for other in right:
                if one[0] == other[0] and apart(one, other) <= node.distance:
                    found |= {one, other}
        return found
    assert isinstance(node, Phrase)
    return {place for number, text in enumerate(texts(entry, fields)) for place in stands(node, number, text)}


def apart(one: Place, other: Place) -> int:
    first, second = sorted((one, other))
    return second[1] - (first[2] - 1) if second[1] >= first[2] else 10**6


def stands(phrase: Phrase, number: int, text: str) -> set[Place]:
    stream = tokens(text)
    wanted = [(piece, index > 0) for word in phrase.words for index, piece in enumerate(pieces(word))]
    found = set()
    for start in range(len(stream) - len(wanted) + 1):
        if all(fits(piece, phrase.exact, stream.texts[start + at]) for at, (piece, _) in enumerate(wanted)) and all(
            stream.glued(start + at) for at, (_, inner) in enumerate(wanted) if inner
        ):
            found.add((number, start, start + len(wanted)))
    return found


def pieces(word: str) -> list[str]:
    return list(word) if is_cjk(word) else [word]


def fits(piece: str, exact: bool, token: str) -> bool:
    if piece.endswith("*"):
        return token.startswith(piece[:-1])
    return token == piece if exact else stem(token) == stem(piece)
