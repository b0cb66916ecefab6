"""Final clean-up of parsed fields: limits sizes, undoes double encodings, removes stray characters."""

from __future__ import annotations

import contextlib
import re
from datetime import datetime

from xxhash import xxh3_64_hexdigest

from bot.core.model import ParsedEntry
from bot.sources.parsing.dates import parse_date
from bot.sources.parsing.elements import Draft
from bot.sources.parsing.links import HTTP, web_only

TITLE_BYTES = 1024
ID_BYTES = 2048
LINK_BYTES = 8192
SUMMARY_BYTES = 65_536
CONTENT_BYTES = 262_144

_NEXT = rb"(?:\xc2[\x80-\xbf]|\xe2[\x80-\x84][\x80-\xbf]|\xc5[\x92-\xbe]|\xc6\x92|\xcb[\x86\x9c])"
_TWICE = re.compile(rb"\xc3(?:[\x82-\x9f]" + _NEXT + rb"|[\xa0-\xaf]" + _NEXT + rb"{2}|[\xb0-\xb4]" + _NEXT + rb"{3})")
_CONTROL = re.compile(rb"\xc2[\x80-\x9f]")
_REFERENCE = re.compile(rb"#(?<=&#)(?:1[2-5]\d|x[89][0-9a-fA-F]|(?:19[4-9]|2[0-4]\d|x[c-fC-F][0-9a-fA-F]);&#\w+);")
_CONTROLS = {code: char for code in range(0x80, 0xA0) if (char := bytes([code]).decode("cp1252", "ignore"))}
_TO_BYTES = {ord(char): code for code, char in _CONTROLS.items()}
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]+")
_SURROGATE = re.compile("[\ud800-\udfff]")
_TWICE_TEXT = re.compile("[\xc2-\xf4][\x80-\xbf" + "".join(set(_CONTROLS.values())) + "]")
_ACCIDENT = re.compile("[\x00-\x7f]*[A-Za-z][\u3000-\uffff][\x00-\x7f]*")  # "café\xa0»" without its "«"
_C1 = re.compile("[\x80-\x9f]")


def is_suspect(utf8: bytes) -> bool:
    """Whether a document may hold windows-1252 controls, or UTF-8 that was read as Latin text; nearly none does.

    Each pattern begins with one rare byte, which makes the search as fast as memory.
    """
    if _REFERENCE.search(utf8):
        return True
    return not utf8.isascii() and (_TWICE.search(utf8) is not None or _CONTROL.search(utf8) is not None)


def finish(draft: Draft, page: str, lang: str, *, suspect: bool) -> ParsedEntry | None:
    """The entry of a draft; None for an empty item. `page` is the base for links if the feed has none."""
    title, summary, content = draft.title, draft.summary or draft.caption, draft.content or draft.spare
    identity, link = draft.id, draft.link or ""
    if suspect:
        title, summary, content = mend(title), mend(summary), mend(content)
    if len(link) > LINK_BYTES:
        link = ""
    if link and ("[" in link or not link.startswith(HTTP)):
        link = web_only(draft.base or page, link)
    if not (title or link or summary or content or identity or draft.published or draft.updated):
        return None
    lang = draft.lang[:2].lower() or lang
    return ParsedEntry(
        short_id(identity),
        link,
        cap(title, TITLE_BYTES),
        cap(summary, SUMMARY_BYTES),
        cap(content, CONTENT_BYTES),
        _date(draft, lang),
        draft.outlet,
        draft.form,
        lang,
    )


def _date(draft: Draft, lang: str) -> datetime | None:
    """The first of these that is a date: when it was published, updated, created."""
    given = filter(None, (draft.published, draft.updated, draft.created))
    return next((found for text in given if (found := parse_date(text, lang))), None)


def short_id(text: str) -> str:
    """An id of at most 2 kB; a longer one is cut, and a hash keeps it unique."""
    if len(text) * 4 <= ID_BYTES or len(text.encode()) <= ID_BYTES:
        return text
    return f"{cap(text, ID_BYTES - 17)}#{xxh3_64_hexdigest(text.encode())}"


def cap(text: str, limit: int) -> str:
    """At most `limit` bytes of UTF-8, cut between characters."""
    if len(text) * 4 <= limit:
        return text
    data = text.encode()
    return text if len(data) <= limit else data[:limit].decode("utf-8", "ignore")


def mend(text: str) -> str:
    """Undo UTF-8 that was read as windows-1252 and encoded again, and windows-1252 characters that became controls.

    A text is taken for twice encoded only if all of it makes sense that way, as more than a single Han character.
    """
    if text.isascii():
        return text
    if _TWICE_TEXT.search(text):
        with contextlib.suppress(UnicodeError):
            once = text.translate(_TO_BYTES).encode("latin-1").decode()
            text = text if _ACCIDENT.fullmatch(once) else once
    return text.translate(_CONTROLS) if _C1.search(text) else text


def clean_text(text: str) -> str:
    """Text that did not come through an XML parser, without characters that XML forbids; lone surrogates as U+FFFD."""
    if text.isprintable():
        return text
    return _SURROGATE.sub("\ufffd", _FORBIDDEN.sub("", text))
