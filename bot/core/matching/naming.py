"""Expands names in a query before it is parsed.

`entity:NAME` stands for all names of a row of the entity table. `topic:NAME` stands for the query to which people of a
server or workspace gave this name, unless it is the id of a shipped topic.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from bot.core.errors import QueryError
from bot.core.language.entities import Entity
from bot.core.language.text import cjk_runs, fold
from bot.core.matching.limits import STORED_LONGEST, failure
from bot.core.matching.owntopics import key_of
from bot.core.matching.query import parse
from bot.core.matching.tree import Node

_TERM = re.compile(
    r"""(?P<other>"[^"]*"|“[^”]*”|「[^」]*」)
    | (?<![\w:])(?P<kind>entity|topic)[:：](?:["“「](?P<quoted>[^"“”「」]+)["”」]|(?P<bare>[^\s()"“「|&]+))""",
    re.IGNORECASE | re.VERBOSE,
)


class Known(NamedTuple):
    """What names in a query may mean: rows by folded name; queries by the key of the name that people here gave them;
    the ids of shipped topics, None where nobody knows which there are.
    """

    entities: Mapping[str, Entity]
    own: Mapping[str, str] = {}
    topics: Collection[str] | None = None


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


def as_typed(label: str, typed: str) -> str:
    """A query's text in the Chinese script in which it was typed: both are read alike, and stored as simplified."""
    for run in cjk_runs(typed):
        label = label.replace(fold(run), run)
    return label


def only_one(text: str, entities: Mapping[str, Entity]) -> Entity | None:
    """The row of the entity table, if a query is one `entity:` term and nothing else."""
    found = _TERM.fullmatch(text.strip())
    is_entity = found is not None and (found["kind"] or "").lower() == "entity"
    return entities.get(fold(_asked(found))) if found and is_entity else None


def parse_named(text: str, known: Known) -> Node:
    """The tree of a query that may name entities and topics. Raises `QueryError` with the column as typed."""
    meant = {found.start(): _meant(found, known) for found in _TERM.finditer(text)}
    first = next((at for at, written in meant.items() if written), None)
    if first is None:
        return parse(text)
    written = _TERM.sub(lambda found: meant[found.start()] or found[0], text)
    parse(_TERM.sub(lambda found: "x" * len(found[0]) if meant[found.start()] else found[0], text))  # columns as typed
    try:
        return parse(written, longest=STORED_LONGEST)
    except QueryError as error:
        said = str(error).rpartition(" (column")[0]
        raise failure(f"with every name written out: {said}", first + 1) from None


def _meant(found: re.Match[str], known: Known) -> str:
    """The text that replaces a name; "" for none."""
    if found["kind"] is None:
        return ""
    return _names(found, known.entities) if found["kind"].lower() == "entity" else _own(found, known)


def _asked(found: re.Match[str]) -> str:
    return found["quoted"] or found["bare"]


def _own(found: re.Match[str], known: Known) -> str:
    asked = _asked(found)
    if known.topics is None or fold(asked) in known.topics:
        return ""
    if query := known.own.get(key_of(asked)):
        return f"({query})"
    raise failure(f"“{asked[:40]}” is neither a topic nor a name given here; topics lists both", found.start() + 1)


def _names(found: re.Match[str], entities: Mapping[str, Entity]) -> str:
    asked = _asked(found)
    row = entities.get(fold(asked))
    if row is None:
        alike = [name for name in entities if name[:1] == fold(asked[:1])]  # all of them would take 13 ms
        near = difflib.get_close_matches(fold(asked), alike, 1)
        hint = f"did you mean entity:{entities[near[0]].id}" if near else "look for the name itself"
        raise failure(f"“{asked[:40]}” is not in the entity table; {hint}", found.start() + 1)
    names = _either(_alone(name, row.unlike) for name in _each((row.name, *row.names, *row.zh)))
    return f"({names} AND {_either(map(_quoted, row.context))})" if row.context else names


def _each(names: Iterable[str]) -> Iterable[str]:
    """Names without repetitions: a row may have the same one in another case."""
    found: dict[str, str] = {}
    for name in names:
        found.setdefault(fold(name), name)
    return found.values()


def _alone(name: str, unlike: Iterable[str]) -> str:
    """A name that matches only where no longer word contains it by chance."""
    longer = [f" -{_quoted(word)}" for word in unlike if name in word]
    return f"({_quoted(name)}{''.join(longer)})" if longer else _quoted(name)


def _quoted(name: str) -> str:
    return f'"{name}"'


def _either(terms: Iterable[str]) -> str:
    return "(" + " OR ".join(terms) + ")"
