"""The wire format between the parsing process and its parent: length (4 bytes, big-endian), then that many bytes."""

from __future__ import annotations

import json
from datetime import datetime
from typing import IO, Any

from bot.core.model import FeedInfo, ParsedEntry, ParsedFeed

LONGEST = 1 << 30


def write(pipe: IO[bytes], data: bytes) -> None:
    """Write one frame and flush. Raises `OSError` when the other end is gone."""
    pipe.write(len(data).to_bytes(4, "big"))
    pipe.write(data)
    pipe.flush()


def read(pipe: IO[bytes]) -> bytes:
    """Read one frame. Raises `EOFError` when the other end is gone or the length makes no sense."""
    size = int.from_bytes(_exactly(pipe, 4), "big")
    if size > LONGEST:
        raise EOFError(f"a frame of {size} bytes")
    return _exactly(pipe, size)


def _exactly(pipe: IO[bytes], size: int) -> bytes:
    data = pipe.read(size)
    if len(data) < size:
        raise EOFError("the pipe was closed")
    return data


def pack(feed: ParsedFeed) -> list[bytes]:
    """A feed as frames: one for its own fields and one for each entry, so that none takes long to read."""
    opening = {"feed": feed.feed, "entries": len(feed.entries), "complete": feed.complete, "ttl_s": feed.ttl_s}
    return [_dumps(opening), *(_dumps(entry) for entry in feed.entries)]


def unpack(opening: dict[str, Any], entries: list[bytes]) -> ParsedFeed:
    """The feed of `pack`'s frames."""
    info = FeedInfo(*opening["feed"])
    return ParsedFeed(info, tuple(map(_entry, entries)), opening["complete"], opening["ttl_s"])


def _entry(frame: bytes) -> ParsedEntry:
    fields = json.loads(frame)
    at = ParsedEntry._fields.index("published")
    fields[at] = fields[at] and datetime.fromisoformat(fields[at])
    return ParsedEntry._make([*fields[:-1], tuple(map(tuple, fields[-1]))])  # facts are pairs


def _dumps(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, default=datetime.isoformat).encode("utf-8", "replace")
