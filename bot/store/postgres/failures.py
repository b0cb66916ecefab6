"""PostgreSQL errors as one sentence with a remedy, never with the password of an address."""

from __future__ import annotations

import psycopg
from psycopg import conninfo, errors

from bot.core.errors import StoreError

AGAIN = (
    errors.SerializationFailure,
    errors.DeadlockDetected,
    errors.LockNotAvailable,
    errors.ForeignKeyViolation,  # another transaction merged the story away
    errors.UniqueViolation,
)
"""The transaction was rolled back in favour of another one: the same work is done again."""
_SURROUNDINGS: tuple[tuple[type[psycopg.Error], str, str], ...] = (
    (errors.DiskFull, "full", "no room left on {place}; free some disk space there (nothing was half-written)"),
    (errors.ReadOnlySqlTransaction, "readonly", "{place} takes no writes; let DATABASE_URL name the primary"),
    (
        errors.InsufficientPrivilege,
        "readonly",
        "{place} does not let this user do that ({error}); grant it create and usage on its schema",
    ),
    (errors.InvalidSchemaName, "missing", "{place}: {error}; create the schema, and let this user create in it"),
    (errors.TooManyConnections, "busy", "{place} has no connection left; raise max_connections or use a pooler"),
    (errors.QueryCanceled, "busy", "{place} gave up a statement that took too long"),
    (errors.IdleInTransactionSessionTimeout, "io", "{place} closed a transaction that stood still"),
)  # fmt: skip

_ANSWERS = (
    ("does not exist", "missing", "{place}: {error}; create it, or mend DATABASE_URL"),
    ("authentication failed", "missing", "{place} refuses the user or password of DATABASE_URL"),
    ("no pg_hba.conf entry", "missing", "{place} lets no such user in from here ({error})"),
)
"""A server's answers to an attempt to connect; the client library has no code for them, only these words."""


def place(address: str) -> str:
    """The server and database of an address, without its user and password. Raises `StoreError` for no valid address.

    An address without a database's name is not valid: the client library would use the user's name for it.
    """
    try:
        parts = conninfo.conninfo_to_dict(address)
    except psycopg.ProgrammingError as error:
        raise StoreError(
            "DATABASE_URL is no address of a PostgreSQL database; write postgresql://user:password@host:5432/database",
            "missing",
        ) from error
    if not (parts.get("dbname") or parts.get("service")):
        raise StoreError(
            "DATABASE_URL names no database; write postgresql://user:password@host:5432/database", "missing"
        )
    return f"PostgreSQL at {parts.get('host', 'localhost')}:{parts.get('port', 5432)}/{parts.get('dbname', '')}"


def transient(error: psycopg.Error) -> bool:
    """Whether a new connection may help: the server is away, starting, stopping, or has become a standby."""
    state = error.sqlstate or ""
    refused = any(words in str(error) for words, _, _ in _ANSWERS)
    gone = isinstance(error, psycopg.OperationalError | psycopg.InterfaceError) and not state and not refused
    return gone or state[:2] == "08" or state[:3] == "57P" or state in ("25006", "53300", "25P03")


def failure(error: psycopg.Error, where: str) -> StoreError | None:
    """The sentence for an error of the database's environment; None for a mistake in the program."""
    line = _reason(error)
    for kind, short, text in _SURROUNDINGS:
        if isinstance(error, kind):
            return StoreError(text.format(place=where, error=line), short)
    for words, short, text in _ANSWERS:
        if words in str(error):
            return StoreError(text.format(place=where, error=line), short)
    if transient(error):
        return StoreError(f"{where} can't be reached ({_reason(error)}); check DATABASE_URL and the server", "io")
    return None


def _reason(error: psycopg.Error) -> str:
    """The last part of an error's first line, without the addresses before it."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[0].split(": ")[-1].strip() if lines else type(error).__name__
