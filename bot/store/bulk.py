"""Rows that are gathered and written together, one call for each table.

The SQL text has named parameters. Binding by name costs SQLite's Python binding two fifths of an insert; so a
statement's names are put in order once here, and its rows are passed by position.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from operator import itemgetter
from typing import Any, NamedTuple

from bot.store.db import Db, Text
from bot.store.sql import queries as sql

Params = dict[str, Any]
_NAME = re.compile(r":([a-z_]+)")


class Bulk(NamedTuple):
    """A statement with positional parameters, and a function that takes their values from a row."""

    text: str
    values: Callable[[Mapping[str, Any]], tuple[Any, ...]]


def bulk(statement: str) -> Bulk:
    """From a statement with at least two named parameters."""
    return Bulk(_NAME.sub("?", statement), itemgetter(*_NAME.findall(statement)))


_TABLES = {  # in the order in which they refer to each other
    "stories": bulk(sql.ADD_STORY),
    "joins": bulk(sql.JOIN_STORY),
    "entries": bulk(sql.ADD_ENTRY),
    "story_outlets": bulk(sql.ADD_STORY_OUTLET),
    "hits": bulk(sql.ADD_HIT),
    "story_rules": bulk(sql.ADD_STORY_RULE),
}

TOLD_OF = ("stories", "joins", "story_outlets", "story_rules")
"""The tables that decide who is told of a story."""


class Rows:
    """Rows that wait to be written, one list for each table."""

    __slots__ = (*_TABLES, "texts")

    stories: list[Params]
    joins: list[Params]
    entries: list[Params]
    texts: list[tuple[int, Text]]
    story_outlets: list[Params]
    hits: list[Params]
    story_rules: list[Params]

    def __init__(self) -> None:
        for name in self.__slots__:
            setattr(self, name, [])

    def flush(self, db: Db, tables: Collection[str] = ()) -> None:
        """Write everything, or only the rows of some `tables`, in order."""
        for name, (text, values) in _TABLES.items():
            if (rows := getattr(self, name)) and (not tables or name in tables):
                db.conn.executemany(text, map(values, rows))
                setattr(self, name, [])
        if self.texts and not tables:
            db.add_texts(self.texts)
            self.texts = []
