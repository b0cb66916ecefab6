"""What the parts of the store need of a database: statements with named parameters in, rows out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

Row = tuple[Any, ...]
Params = Mapping[str, Any] | Sequence[Any]
Text = tuple[str, ...]
"""The index terms of an entry, as a kind of database stores them."""


class Cursor(Protocol):
    """The rows of a statement, and how many it changed."""

    @property
    def rowcount(self) -> int: ...

    def fetchone(self) -> Any: ...

    def fetchall(self) -> list[Any]: ...

    def __iter__(self) -> Iterator[Any]: ...


class Conn(Protocol):
    """A connection within its open transaction. Statements are those of `bot.store.sql.queries` and its neighbours."""

    def execute(self, statement: str, params: Params = ..., /) -> Cursor: ...

    def executemany(self, statement: str, rows: Iterable[Params], /) -> Cursor:
        """Run a statement for each row; `rowcount` is the total."""


class Db(Protocol):
    """A database within an open transaction, with what each kind of database does in its own way."""

    @property
    def conn(self) -> Conn: ...

    def execute(self, statement: str, params: Any = None, /) -> Cursor: ...

    @property
    def portion(self) -> int:
        """How many entries are written together, while the next ones are computed."""

    def changes(self, statements: Sequence[tuple[str, dict[str, Any]]]) -> list[int]:
        """Run statements one after the other; returns how many rows each changed."""

    def at_once(self) -> AbstractContextManager[object]:
        """Within it, statements may be sent before the one before is done; how many rows they change is not known.

        A statement's error may be raised by a later one, or at the end.
        """

    def text(self, title_terms: str, body_terms: str, chars: str) -> Text:
        """What `add_texts` stores for an entry. Pure."""

    def add_texts(self, rows: Sequence[tuple[int, Text]]) -> None:
        """Make entries findable, by their ids (`queries.ADD_TEXT`)."""

    def matching(self, statement: str, params: Mapping[str, object]) -> list[Row]:
        """The rows of a statement that matches `:expression` (`Lookups.search` has its syntax).

        Raises `StoreError` (kind "query") when the expression can't be read.
        """

    def lock(self, signs: Iterable[int]) -> bool:
        """Until the transaction ends, no other may ingest reports that share a sign with these.

        With a single writer there is nothing to do. True if no other transaction may ingest anything.
        """

    def take_id(self, name: str, last: int | None, more: int = 0) -> int:
        """The next id of "entry" or "story", never given before; `last` is the one that this transaction took last.

        The transaction may soon ask for `more` ids.
        """

    def keep_ids(self, last: Mapping[str, int]) -> None:
        """Remember the last ids that a transaction took, by name; with sequences there is nothing to do."""

    def own_id(self, table: str, given: int) -> int:
        """The id of a row just inserted: `given` by the table, or another one if an earlier row had this id."""

    def last_ids(self) -> dict[str, int]:
        """The last id given, by table, for tables whose ids must never be given twice."""

    def give_ids_after(self, last: Mapping[str, int]) -> None:
        """From now on, give ids beyond these, and beyond all existing ones."""
