"""`entity:NAME` in a query: all the names of a row of the entity table, put in its place before the query is read."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping

from bot.core.entities import Entity
from bot.core.errors import QueryError
from bot.core.limits import LONGEST, STORED_LONGEST, failure
from bot.core.query import parse
from bot.core.text import fold
from bot.core.tree import Node

_TERM = re.compile(
    r"""(?P<other>"[^"]*"|“[^”]*”|「[^」]*」)|(?<![\w:])entity:(?:"(?P<quoted>[^"]+)"|(?P<bare>[^\s()"|&]+))""",
    re.IGNORECASE,
)


def by_name(rows: Iterable[Entity]) -> dict[str, Entity]:
    """Each row under its id and every spelling, then under its accounts, folded; of two that share one the first."""
    every = tuple(rows)
    found: dict[str, Entity] = {}
    for row in every:
        for name in (row.id, *row.spellings):
            found.setdefault(fold(name), row)
    for row in every:
        for name in filter(None, (row.github, row.hf)):
            found.setdefault(fold(name), row)
    return found


def shown_name(row: Entity) -> str:
    """What people read for a row: its name and its first Chinese one."""
    return " ".join((row.name, *row.zh[:1]))


def only_one(text: str, entities: Mapping[str, Entity]) -> Entity | None:
    """The row of a query that is one `entity:` term and nothing else."""
    found = _TERM.fullmatch(text.strip())
    return entities.get(fold(found["quoted"] or found["bare"])) if found and found["other"] is None else None


def parse_named(text: str, entities: Mapping[str, Entity]) -> Node:
    """The tree of a query that may name entities. Raises `QueryError` with the column as typed."""
    first = next((found for found in _TERM.finditer(text) if found["other"] is None), None)
    if first is None:
        return parse(text)
    written = _TERM.sub(lambda found: found["other"] or _names(found, entities), text)
    parse(_TERM.sub(lambda found: found["other"] or "x" * len(found[0]), text), longest=LONGEST)  # columns as typed
    try:
        return parse(written, longest=STORED_LONGEST)
    except QueryError as error:
        said = str(error).rpartition(" (column")[0]
        raise failure(f"with every name of its entities written out: {said}", first.start() + 1) from None


def _names(found: re.Match[str], entities: Mapping[str, Entity]) -> str:
    asked = found["quoted"] or found["bare"]
    row = entities.get(fold(asked))
    if row is None:
        alike = [name for name in entities if name[:1] == fold(asked[:1])]  # all of them would take 13 ms
        near = difflib.get_close_matches(fold(asked), alike, 1)
        hint = f"did you mean entity:{entities[near[0]].id}" if near else "look for the name itself"
        raise failure(f"“{asked[:40]}” is in no row of the entity table; {hint}", found.start() + 1)
    names = _either(_alone(name, row.unlike) for name in dict.fromkeys((row.name, *row.names, *row.zh)))
    return f"({names} AND {_either(map(_quoted, row.context))})" if row.context else names


def _alone(name: str, unlike: Iterable[str]) -> str:
    """A name where no longer word holds it by chance."""
    longer = [f" -{_quoted(word)}" for word in unlike if name in word]
    return f"({_quoted(name)}{''.join(longer)})" if longer else _quoted(name)


def _quoted(name: str) -> str:
    return f'"{name}"'


def _either(terms: Iterable[str]) -> str:
    return "(" + " OR ".join(terms) + ")"
