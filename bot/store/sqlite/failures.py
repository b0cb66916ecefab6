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
"""What fits a backup that is to be read, which no key of the settings names."""

_NO_TEXT = "Could not decode to UTF-8"
"""What Python says of a text that is none, as a bit that flipped leaves it; SQLite itself does not look."""

_SYSTEM = {
    "FULL": (errno.ENOSPC,),
    "PERM": (errno.EACCES, errno.EPERM),
    "CANTOPEN": (errno.ENOENT, errno.ENOTDIR, errno.EISDIR),
}


def failure(error: sqlite3.Error, path: str) -> StoreError | None:
    """The sentence for an error of the database's surroundings; None for what is a mistake in the program."""
    name = getattr(error, "sqlite_errorname", "").removeprefix("SQLITE_").split("_")[0]
    if str(error).startswith(_NO_TEXT):
        name = "CORRUPT"
    return refusal(name, path) if name in _KINDS else None


def refusal(name: str, path: str) -> StoreError:
    """The sentence for what SQLite calls so."""
    kind, text = _KINDS[name]
    return StoreError(text.format(path=path), kind)


def code(error: sqlite3.Error) -> int:
    """SQLite's code of an error; 0 where the fault lies with the binding (a closed connection, wrong parameters)."""
    found: int = getattr(error, "sqlite_errorcode", 0)
    return found


@contextmanager
def told_of_backup(path: str, target: str = "") -> Iterator[None]:
    """As `told`, of a backup that is to be read, into `target`: it is there that no room may be left."""
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
    """Raise `StoreError` for SQLite's and the system's errors about the surroundings; others pass as they are."""
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
