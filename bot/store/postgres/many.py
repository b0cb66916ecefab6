"""Turns a statement for each of many rows into one for all: the rows become arrays, one for each column. Pure.

One statement per row costs the client and the server several times as much. If `on conflict … do update` or `update`
writes the same key twice, the order is kept: such rows go into successive statements.
"""

from __future__ import annotations

# ruff: noqa: S608 - only texts of ours are put together
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any, NamedTuple

from bot.store.postgres.dialect import statement

ROWS = "/* rows */"
_VALUE = re.compile(r"'(?:[^']|'')*'|::|(?P<mark>\?|:[a-z_]\w*)")
_INSERT = re.compile(
    r"\s*(?P<into>insert into \w+)\s*\((?P<columns>[^()]*)\)\s*values\s*\((?P<row>[^()]*)\)\s*"
    r"(?P<rest>(?:on conflict(?:\s*\((?P<key>[^()]*)\)\s*do update)?(?:(?!r\.p\d).)*)?)",
    re.DOTALL,
)
_UPDATE = re.compile(r"\s*update (\w+) set (.*?)\s+where (\w+) = r\.p(\d+)(.*)", re.DOTALL)
_DELETE = re.compile(r"\s*delete from (\w+) where ((?:\w+ = r\.p\d+ and )*\w+ = r\.p\d+)\s*")


class Many(NamedTuple):
    """`ROWS` in the text stands for the rows. `names` are its parameters, empty if they are positional.

    `key` has the numbers of the parameters that identify a changed row; it is empty if order does not matter.
    """

    text: str
    names: tuple[str, ...]
    key: tuple[int, ...]


@lru_cache(maxsize=512)
def many(text: str) -> Many | None:
    """A statement with parameters as one over many rows; None if its shape is not known here."""
    marks = [found["mark"] for found in _VALUE.finditer(text) if found["mark"]]
    names = () if "?" in marks else tuple(dict.fromkeys(mark[1:] for mark in marks))
    numbers = iter(range(len(marks)))

    def column(found: re.Match[str]) -> str:
        if not found["mark"]:
            return found[0]
        return f"r.p{names.index(found[0][1:]) if names else next(numbers)}"

    over = _VALUE.sub(column, text)
    if found := _INSERT.fullmatch(over):
        written = dict(zip(_listed(found["columns"]), _listed(found["row"]), strict=True))
        key = tuple(int(written[name].removeprefix("r.p")) for name in _listed(found["key"] or ""))
        text = f"{found['into']} ({found['columns']}) select {found['row']} from {ROWS} {found['rest']}"
        return Many(statement(text), names, key)
    if found := _UPDATE.fullmatch(over):
        table, changes, name, number, more = found.groups()
        text = f"update {table} set {changes} from {ROWS} where {table}.{name} = r.p{number}{more}"
        return Many(statement(text), names, (int(number),))
    if found := _DELETE.fullmatch(over):
        return Many(statement(f"delete from {found[1]} using {ROWS} where {found[2]}"), names, ())
    return None


class Changed(NamedTuple):
    """How many rows some statements changed (`bot.store.db.Cursor`); they returned none."""

    rowcount: int

    def fetchone(self) -> None:
        """See `Cursor`."""

    def fetchall(self) -> list[Any]:
        return []

    def __iter__(self) -> Iterator[Any]:
        return iter(())


def _listed(names: str) -> list[str]:
    return [name.strip() for name in names.split(",") if name.strip()]


def waves(rows: Sequence[Sequence[Any]], key: Sequence[int]) -> list[Sequence[Sequence[Any]]]:
    """Rows in their order, in waves that have each key once; a repeated key goes into a later wave."""
    if not rows or not key:
        return [rows] if rows else []
    of = itemgetter(*key)
    if len({of(row) for row in rows}) == len(rows):
        return [rows]
    times: dict[Any, int] = {}
    found: list[list[Sequence[Any]]] = []
    for row in rows:
        number = times[of(row)] = times.get(of(row), -1) + 1
        if number == len(found):
            found.append([])
        found[number].append(row)
    return list(found)


def arrays(rows: Sequence[Sequence[Any]]) -> tuple[str, list[str]]:
    """Rows as a table `r` with columns p0, p1 …, and the array of each column."""
    columns = [_array(column) for column in zip(*rows, strict=True)]
    return _table(tuple(kind for kind, _ in columns)), [text for _, text in columns]


@lru_cache(maxsize=512)
def _table(kinds: tuple[str, ...]) -> str:
    names = ", ".join(f"p{number}" for number in range(len(kinds)))
    return f"unnest({', '.join(f'%s::{kind}[]' for kind in kinds)}) as r({names})"


def _array(column: Sequence[Any]) -> tuple[str, str]:
    """The type and the literal of an array. A column of nulls only is taken for numbers, as all such of ours are."""
    kinds = set(map(type, column))
    if kinds == {str}:
        return "text", _texts(column)
    if kinds <= {int, type(None)}:
        return "bigint", "{" + ",".join(map(str, column)).replace("None", "null") + "}"
    if kinds <= {int, float, type(None)}:
        return "double precision", "{" + ",".join(map(repr, column)).replace("None", "null") + "}"
    if kinds <= {bytes, type(None)}:
        return "bytea", "{" + ",".join("null" if one is None else f'"\\\\x{one.hex()}"' for one in column) + "}"
    return "text", "{" + ",".join("null" if one is None else _texts([one])[1:-1] for one in column) + "}"


def _texts(column: Sequence[str]) -> str:
    """An array of texts, joined by NUL. PostgreSQL's text can't hold a NUL, so one in a text becomes U+FFFD."""
    joined = "\x00".join(column)
    if joined.count("\x00") >= len(column):
        joined = "\x00".join(text.replace("\x00", "\ufffd") for text in column)
    return '{"' + joined.replace("\\", "\\\\").replace('"', '\\"').replace("\x00", '","') + '"}'


def by_position(rows: Iterable[Any], names: Sequence[str]) -> list[Sequence[Any]]:
    """Rows with their values in the order of a statement's parameters."""
    return [tuple(row[name] for name in names) for row in rows] if names else list(rows)
