"""The exception hierarchy. An expected failure carries one plain sentence and its remedy."""

from __future__ import annotations


def as_sentence(text: str) -> str:
    """What an error says behind a colon, as a sentence: "a name is empty" → "A name is empty."

    A field that is typed in small letters, such as `title:`, keeps them.
    """
    made = text if text.split(" ", 1)[0].endswith(":") else text[:1].upper() + text[1:]
    return made if made.endswith((".", "!", "?", "…")) else f"{made}."


class TocsinError(Exception):
    """Base of every failure that Tocsin names itself; `str()` is one line fit for a user."""

    exit_code = 1


class ConfigError(TocsinError):
    """A configuration file or environment variable is wrong; names file, key and remedy."""

    exit_code = 2


class NotAFeed(TocsinError):
    """The bytes are not a feed in any form we read (or hold none of its parts)."""

    exit_code = 3


class ParserLost(NotAFeed):
    """A body that killed the parser twice or held it beyond its deadline: its feed is set aside for a while."""


class ParserAbsent(ParserLost):
    """No parsing process can be started here, whatever the body."""

    exit_code = 1


class StoreError(TocsinError):
    """The database can't be used.

    `kind` is one short word for logs and readiness: `busy`, `full`, `readonly`, `missing`, `foreign`, `newer`,
    `older`, `damaged`, `replaced`, `io`, `lease` (the claim was lost), `query` (full-text expression), `closed`, or "".
    """

    exit_code = 4

    def __init__(self, message: str, kind: str = "") -> None:
        super().__init__(message)
        self.kind = kind


class QueryError(TocsinError):
    """A query that can't be accepted.

    `column` counts characters from 1; the text says what would be right.
    """

    exit_code = 2

    def __init__(self, message: str, column: int = 1) -> None:
        super().__init__(message)
        self.column = column


class FetchError(TocsinError):
    """A URL could not be fetched.

    `kind` is one short word for logs and health (`timeout`, `dns`, `tls`, `refused`, `address`,
    `too-large`, `redirect`, `auth`, `challenge`, `not-found`, `gone`, `rate-limit`, `server`, `protocol`, `http`);
    `retry_after_s` is what the server asked for, in seconds, if it did; `status` the HTTP status, 0 without one.
    """

    def __init__(self, kind: str, message: str, *, status: int = 0, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.kind = kind
        self.status = status
        self.retry_after_s = retry_after_s
