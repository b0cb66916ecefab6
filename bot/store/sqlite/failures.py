"""SQLite errors as one sentence with a remedy."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from bot.core.errors import StoreError

_KINDS = {
    "BUSY": ("busy", "{path} is locked by another program; close it or wait, then try again"),
    "LOCKED": ("busy", "{path} is locked by another program; close it or wait, then try again"),
    "FULL": ("full", "no room left for {path}; free some disk space (nothing was half-written)"),
    "READONLY": ("readonly", "{path} is read-only; give this user write access to the file and its folder"),
    "CANTOPEN": ("missing", "{path} can't be opened; check that its folder exists and that this user may write there"),
    "PERM": ("missing", "{path} can't be opened; check that this user may read and write it"),
    "NOTADB": ("foreign", "{path} is not a SQLite database; name another file in store.path (nothing was changed)"),
    "CORRUPT": ("damaged", "{path} is damaged; restore your newest backup with `tocsin restore FILE`"),
    "IOERR": ("io", "reading or writing {path} failed; check the disk"),
}

_OF_BACKUP = {
    "foreign": "{path} is no backup of a Tocsin database; name another file (nothing was changed)",
    "damaged": "{path} is damaged; name another backup (nothing was changed)",
    "missing": "{path} can't be opened; check that this user may read it (nothing was changed)",
}
"""The sentences for a backup that is to be read: no setting names its file."""

_NO_TEXT = "Could not decode to UTF-8"
"""Python's message for a text that is not UTF-8, as after a flipped bit; SQLite itself does not check."""

_SYSTEM = {
    "FULL": (errno.ENOSPC,),
    "PERM": (errno.EACCES, errno.EPERM),
    "CANTOPEN": (errno.ENOENT, errno.ENOTDIR, errno.EISDIR),
}


def failure(error: sqlite3.Error, path: str) -> StoreError | None:
    """The sentence for an error of the database's environment; None for a mistake in the program."""
    name = getattr(error, "sqlite_errorname", "").removeprefix("SQLITE_").split("_")[0]
    if str(error).startswith(_NO_TEXT):
        name = "CORRUPT"
    return refusal(name, path) if name in _KINDS else None


def refusal(name: str, path: str) -> StoreError:
    """The sentence for an error that SQLite calls `name`."""
    kind, text = _KINDS[name]
    return StoreError(text.format(path=path), kind)


def code(error: sqlite3.Error) -> int:
    """SQLite's code of an error; 0 for an error of the Python binding (a closed connection, wrong parameters)."""
    found: int = getattr(error, "sqlite_errorcode", 0)
    return found


@contextmanager
def told_of_backup(path: str, target: str = "") -> Iterator[None]:
    """As `told`, for a backup that is read and copied to `target`, which is where room may run out."""
    try:
        with told(path):
            yield
    except StoreError as error:
        if error.kind == "full" and target:
            raise refusal("FULL", target) from error
        if error.kind not in _OF_BACKUP:
            raise
        raise StoreError(_OF_BACKUP[error.kind].format(path=path), error.kind) from error


@contextmanager
def told(path: str) -> Iterator[None]:
    """Raise `StoreError` for SQLite's and the system's errors of the environment; other errors pass unchanged."""
    try:
        yield
    except sqlite3.Error as error:
        if known := failure(error, path):
            raise known from error
        raise
    except UnicodeDecodeError as error:  # SQLite quotes a schema that it can't read
        raise refusal("CORRUPT", path) from error
    except OSError as error:
        raise refusal(next((name for name, of in _SYSTEM.items() if error.errno in of), "IOERR"), path) from error
