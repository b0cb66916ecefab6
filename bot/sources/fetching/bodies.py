"""Undoes Content-Encoding within a limit on decoded bytes: a decompression bomb never costs more than the limit.

At most two layers are undone, those of the header and those that the bytes show (`.xml.gz` served without a header)
counted together. Headers may be wrong in both directions: a plain document whose header promises an encoding is taken
as it is.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from typing import Any, NamedTuple, cast

import brotli

from bot.core.errors import FetchError

_gz: Any = zlib
_GZ_ERRORS: tuple[type[Exception], ...] = (zlib.error,)
try:  # the `fast` extra: halves the cost
    from isal import isal_zlib
except ImportError:
    pass
else:
    _gz = isal_zlib
    _GZ_ERRORS = (zlib.error, cast("type[Exception]", isal_zlib.error))

ACCEPT_ENCODING = "gzip, deflate, br"
MAX_LAYERS = 2
_MEMBERS = 512  # members of one gzip body; each costs a copy of all that follows it
_GZIP_MAGIC = b"\x1f\x8b"
_PLAIN_STARTS = (b"<", b"{", b"[", b" ", b"\t", b"\r", b"\n", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
# Names seen on bodies that are not encoded at all: charsets and other words in the wrong header.
_NO_ENCODING = frozenset(("identity", "none", "binary", "8bit", "utf-8", "utf8", "iso-8859-1", "text", "chunked"))


class Decoded(NamedTuple):
    """A body, and whether all of it came."""

    body: bytes
    complete: bool


class _Broken(Exception):
    """The bytes are not what this layer decodes."""


def decode(raw: bytes, encoding: str, limit: int) -> Decoded:
    """Decode `raw` by the Content-Encoding header `encoding` ("" for none) to at most `limit` bytes.

    A stream that ends early gives what came, with `complete` False. Raises `FetchError`: `too-large` over `limit`,
    `protocol` for an unknown encoding, broken data or more than `MAX_LAYERS` layers.
    """
    names = [name.strip().lower() for name in encoding.split(",") if name.strip()]
    names = [name for name in names if name not in _NO_ENCODING]
    if len(names) > MAX_LAYERS:
        raise FetchError("protocol", f"the body is encoded {len(names)} times; at most {MAX_LAYERS} are undone")
    body, complete, layers = raw, True, 0
    for name in reversed(names):
        done = _layer(name, body, limit)
        layers += done is not None
        body, complete = (done.body, complete and done.complete) if done else (body, complete)
    while layers < MAX_LAYERS and body.startswith(_GZIP_MAGIC):
        done = _undo("gzip", body, limit)
        body, complete, layers = done.body, complete and done.complete, layers + 1
    return Decoded(_capped(body, limit), complete)


def _layer(name: str, body: bytes, limit: int) -> Decoded | None:
    """One layer undone; None when the bytes show that, despite the header, there is none."""
    plain = not body or body.startswith(_PLAIN_STARTS)
    if name not in _DECODERS:
        if plain or body.startswith(_GZIP_MAGIC):
            return None
        raise FetchError("protocol", f"the server used the encoding {name[:20]!r}, which was not offered")
    try:
        done = _undo(name, body, limit)
    except FetchError as error:
        if plain and error.kind == "protocol":
            return None
        raise
    return None if plain and not done.complete and not done.body.startswith(_PLAIN_STARTS) else done


def _undo(name: str, body: bytes, limit: int) -> Decoded:
    try:
        return _DECODERS[name](body, limit)
    except _Broken:
        raise FetchError("protocol", f"the body is not the {name} data that its header promises") from None


def _capped(body: bytes, limit: int) -> bytes:
    if len(body) > limit:
        raise FetchError("too-large", too_large(limit))
    return body


def too_large(limit: int) -> str:
    """The message about a body over `limit` bytes."""
    return f"the body is over {limit // 1024} KiB; raise fetch.body_limit_kb to read it"


def _gunzip(body: bytes, limit: int) -> Decoded:
    """All gzip members, one after another (RFC 1952, 2.2); what follows the last one is padding and is dropped."""
    parts: list[bytes] = []
    room = limit + 1
    while body.startswith(_GZIP_MAGIC):
        if len(parts) == _MEMBERS:
            raise FetchError("protocol", f"the body is gzip in over {_MEMBERS} members, which no feed needs")
        done, rest = _inflate(31, body, room)
        parts.append(done.body)
        room -= len(done.body)
        if not done.complete:
            return Decoded(_capped(b"".join(parts), limit), False)
        body = rest
    if not parts:
        raise _Broken
    return Decoded(_capped(b"".join(parts), limit), True)


def _deflate(body: bytes, limit: int) -> Decoded:
    """By `deflate` RFC 9110 means zlib data; some servers send the bare stream."""
    head = int.from_bytes(body[:2], "big")
    wrapped = head & 0x0F00 == 0x0800 and head % 31 == 0
    return _inflate(15 if wrapped else -15, body, limit + 1)[0]


def _inflate(wbits: int, body: bytes, room: int) -> tuple[Decoded, bytes]:
    stream: Any = _gz.decompressobj(wbits)
    try:
        out = stream.decompress(body, max(1, room))
    except _GZ_ERRORS:
        raise _Broken from None
    return Decoded(out, bool(stream.eof)), stream.unused_data


def _unbrotli(body: bytes, limit: int) -> Decoded:
    stream = brotli.Decompressor()
    parts: list[bytes] = []
    size = 0
    try:
        part = stream.process(body, output_buffer_limit=limit + 1)
        while part and size <= limit:
            parts.append(part)
            size += len(part)
            part = stream.process(b"", output_buffer_limit=limit + 1)
    except brotli.error:
        raise _Broken from None
    return Decoded(_capped(b"".join(parts), limit), bool(stream.is_finished()))


_DECODERS: dict[str, Callable[[bytes, int], Decoded]] = {
    "gzip": _gunzip,
    "x-gzip": _gunzip,
    "deflate": _deflate,
    "br": _unbrotli,
}
