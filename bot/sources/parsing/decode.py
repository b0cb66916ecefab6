"""Bytes of a feed → UTF-8, without mojibake if the encoding can be known.

Order (and why): a byte-order mark or the zero bytes of UTF-16/32, strict UTF-8 (text in another encoding almost never
passes), the charset of the HTTP header, the one declared in the document, then likelihood. gb2312 means gb18030 and
iso-8859-1 means windows-1252, as in every browser. A document that mixes encodings is read item by item.
"""

from __future__ import annotations

import codecs
import re
from typing import NamedTuple

from bot.sources.parsing.charsets import by_language, known, likeliest

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_BARE_WIDE = (
    (re.compile(rb"\s*<\0\0\0"), "utf-32-le"),
    (re.compile(rb"\0\0\0<"), "utf-32-be"),
    (re.compile(rb"(?:[\s]\0)*[<{]\0[^\0]\0"), "utf-16-le"),
    (re.compile(rb"(?:\0[\s])*\0[<{]\0[^\0]"), "utf-16-be"),
)
_DECLARED = re.compile(rb"""<\?xml[^>]{0,200}?encoding\s{0,9}=\s{0,9}["']([\w.:-]{1,40})""")
_CHARSET = re.compile(r"""charset\s*=\s*["']?([\w.:-]{1,40})""", re.IGNORECASE)
_WIDE = ("utf-16", "utf-32")
_SEVEN_BIT = ("iso2022", "hz")  # pure ASCII bytes that are not ASCII text
_ITEM_END = re.compile(rb"</(?:item|entry)\s*>")
_VALID = re.compile(
    rb"(?:[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}|\xed[\x80-\x9f][\x80-\xbf]"
    rb"|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2})+"
)
_CHUNK = 65_536  # bytes decoded in one go where errors are expected
_LOOK = 4096  # bytes looked at before and after the first that is not UTF-8
_ASCII = bytes(range(128))
_HIGH = re.compile(rb"[\x80-\xff]+")
_LANGUAGE = re.compile(rb"<language>\s{0,9}([a-zA-Z]{2})|xml:lang\s?=\s?[\"']([a-zA-Z]{2})")


class Decoded(NamedTuple):
    """A body as UTF-8 without a byte-order mark. `cut`: its last character was incomplete."""

    utf8: bytes
    cut: bool = False


def decode(data: bytes, content_type: str = "") -> Decoded:
    """A body as UTF-8. Never raises; what can't be read becomes U+FFFD, in its own item only."""
    for mark, name in _BOMS:
        if data.startswith(mark):
            return _as(name, data[len(mark) :]) if name != "utf-8" else _utf8_or(data[3:], content_type)
    if b"\0" in data[:64]:
        for pattern, name in _BARE_WIDE:
            if pattern.match(data):
                return _as(name, data)
    return _utf8_or(data, content_type)


def declares_other(data: bytes) -> bool:
    """Whether the document declares an encoding other than UTF-8."""
    declared = _DECLARED.search(data[:200])
    return declared is not None and declared[1].lower() not in (b"utf-8", b"utf8")


def _utf8_or(data: bytes, content_type: str) -> Decoded:
    if data.isascii():
        named = _named(data, content_type)
        return _as(named[0], data) if named and named[0].startswith(_SEVEN_BIT) else Decoded(data)
    try:
        data.decode()
    except UnicodeDecodeError as error:
        if error.start > len(data) - 4 and "unexpected end" in error.reason:
            return Decoded(data[: error.start], cut=True)
        return _other(data, error.start, _named(data, content_type))
    return Decoded(data)


def _named(data: bytes, content_type: str) -> list[str]:
    """The charsets named by the header and then by the document, normalised, if Python knows them."""
    found = [match[1] for match in [_CHARSET.search(content_type)] if match]
    found += [match[1].decode("ascii") for match in [_DECLARED.search(data[:400])] if match]
    return [name for raw in found if (name := known(raw))]


def _other(data: bytes, first: int, names: list[str]) -> Decoded:
    """Decode bytes that are not UTF-8 at `first`: UTF-8 with stray bytes, a named charset, or the likeliest one."""
    if _mostly_utf8(data[max(0, first - _LOOK) : first + _LOOK]):
        return Decoded(_item_by_item(_parts(data), names))
    stretch = data[data.rfind(b"\n", 0, first) + 1 :]
    for name in names:
        if name == "utf8" or (name == "cp1252" and likeliest(stretch)):
            continue  # windows-1252 can read anything: its name proves nothing against what the bytes look like
        try:
            text, cut = _strict(name, data)
        except UnicodeError:  # more than UnicodeDecodeError: "utf-16" without a mark
            continue
        return Decoded(text.encode("utf-8", "replace"), cut)
    return _unnamed(data, likeliest(stretch) or by_language(_language(data)), names)


def _unnamed(data: bytes, guess: str, names: list[str]) -> Decoded:
    parts = _parts(data)
    text = _loosely(guess, data)
    mixed = sum(_high(part) for part in parts if _mostly_utf8(part)) * 10 >= _high(data)
    if mixed or text.count("\ufffd") * 50 > _high(data):
        return Decoded(_item_by_item(parts, [*names, guess]))
    return Decoded(text.encode("utf-8", "replace"))


def _strict(name: str, data: bytes) -> tuple[str, bool]:
    """The text and whether its last character was cut off. Raises `UnicodeDecodeError`."""
    try:
        return data.decode(name), False
    except UnicodeDecodeError as error:
        if error.start < len(data) - 4:
            raise
        return data[: error.start].decode(name), True


def _loosely(name: str, data: bytes) -> str:
    """All of it, with U+FFFD for errors. In chunks, as each error costs a call, and other threads need their turn."""
    decoder = codecs.getincrementaldecoder(name)("replace")
    return "".join(decoder.decode(data[at : at + _CHUNK]) for at in range(0, len(data), _CHUNK)) + decoder.decode(
        b"", True
    )


def _as(name: str, data: bytes) -> Decoded:
    try:
        text, cut = _strict(name, data)
    except UnicodeDecodeError:
        text, cut = _loosely(name, data), False
    return Decoded(text.encode("utf-8", "replace"), cut)


def _high(part: bytes) -> int:
    """How many bytes are not ASCII."""
    return len(part.translate(None, _ASCII))


def _mostly_utf8(part: bytes) -> bool:
    """Whether most non-ASCII bytes are well-formed UTF-8 (in GBK or Latin text a quarter at most), so that the rest are
    stray bytes. Only the beginning is looked at."""
    part = part[:_CHUNK]
    strays = len(part) - len(part.decode("utf-8", "ignore").encode())
    return 0 < strays * 10 <= _high(part) * 4 or (strays == 0 and not part.isascii())


def _parts(data: bytes) -> list[bytes]:
    """The document, cut after each item."""
    ends = [match.end() for match in _ITEM_END.finditer(data)]
    return [data[a:b] for a, b in zip([0, *ends], [*ends, len(data)], strict=True)]


def _item_by_item(parts: list[bytes], names: list[str]) -> bytes:
    narrow = [name for name in names if name != "utf8" and not name.startswith(_WIDE)]  # what is cut at ">" is not wide
    names = [*narrow, by_language(_language(parts[0]))]
    return b"".join(_part(part, names) for part in parts)


def _part(part: bytes, names: list[str]) -> bytes:
    try:
        part.decode()
    except UnicodeDecodeError:
        if _mostly_utf8(part):
            return _patch(part)
        return _loosely(likeliest(part) or names[0], part).encode("utf-8", "replace")
    return part


def _patch(part: bytes) -> bytes:
    """UTF-8 with stray bytes: a single byte is windows-1252 (a pasted quote), a broken sequence becomes U+FFFD."""
    out, at = [], 0
    for match in _HIGH.finditer(part):
        out += [part[at : match.start()], _run(match[0])]
        at = match.end()
    return b"".join([*out, part[at:]])


def _run(run: bytes) -> bytes:
    out, at = [], 0
    for match in _VALID.finditer(run):
        out += [_stray(run[at : match.start()]), match[0]]
        at = match.end()
    return b"".join([*out, _stray(run[at:])])


def _stray(stray: bytes) -> bytes:
    if not stray:
        return b""
    lone = len(stray) == 1 and not 0xE0 <= stray[0] <= 0xF4
    return (stray.decode("cp1252", "replace") if lone else "\ufffd").encode()


def _language(data: bytes) -> str:
    match = _LANGUAGE.search(data[:4000])
    return (match[1] or match[2]).decode("ascii").lower() if match else ""
