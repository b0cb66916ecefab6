"""What the parts of the store ask of a database: statements with named parameters, and rows back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

Row = tuple[Any, ...]
Params = Mapping[str, Any] | Sequence[Any]
Text = tuple[str, ...]
"""The index terms of an entry as a kind of database keeps them."""


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
        """A statement for each row; `rowcount` is of all of them together."""


class Db(Protocol):
    """A database within an open transaction, with what each kind of database does in its own way."""

    @property
    def conn(self) -> Conn: ...

    def execute(self, statement: str, params: Any = None, /) -> Cursor: ...

    @property
    def portion(self) -> int:
        """So many entries are written together, while the ones after them are worked out."""

    def changes(self, statements: Sequence[tuple[str, dict[str, Any]]]) -> list[int]:
        """Run statements after each other; how many rows each changed."""

    def at_once(self) -> AbstractContextManager[object]:
        """Statements in it may go out before the one before them is done; how many rows they changed is not known.

        An error of one of them may come with a later one, or at the end.
        """

    def text(self, title_terms: str, body_terms: str, chars: str) -> Text:
        """What `add_texts` stores of an entry. Pure."""

    def add_texts(self, rows: Sequence[tuple[int, Text]]) -> None:
        """Make entries findable, by their ids (`queries.ADD_TEXT`)."""

    def matching(self, statement: str, params: Mapping[str, object]) -> list[Row]:
        """Rows of a statement that matches `:expression` (`Lookups.search` says how it is written).

        Raises `StoreError` (kind "query") when the expression can't be read.
        """

    def lock(self, signs: Iterable[int]) -> bool:
        """Until the transaction ends no other may ingest reports that share a sign with these. One writer: nothing.

        True where no other may ingest anything.
        """

    def take_id(self, name: str, last: int | None, more: int = 0) -> int:
        """The next id of "entry" or "story", never given before; `last` is the one that this transaction gave last.

        It may soon ask for so many `more`.
        """

    def keep_ids(self, last: Mapping[str, int]) -> None:
        """Remember the last ids that a transaction gave, by name; where a sequence gives them, nothing."""

    def own_id(self, table: str, given: int) -> int:
        """The id of a row that was just put into a table, `given` by it, or another where a row before had this one."""

    def last_ids(self) -> dict[str, int]:
        """The last id that was given, by table, for those whose ids must not come twice."""

    def give_ids_after(self, last: Mapping[str, int]) -> None:
        """Give ids beyond these from now on, and beyond all that are there."""
