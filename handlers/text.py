"""Makes text safe to show, before any platform's markup: permitted characters, truncation, link targets.

Nothing here knows a platform. A platform escapes what `clean` leaves, counts in its own unit (`utf16` or `len`), and
cuts with `truncate`, whose `cost` says what a grapheme weighs once escaped.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from urllib.parse import quote, urlsplit

from bot.core.message import DigestKind, DigestLine
from bot.core.urlkey import untracked
from bot.core.urls import ascii_host, display_host, is_web
from handlers.graphemes import graphemes, is_pictograph

Cost = Callable[[str], int]

DIGESTS: Mapping[DigestKind, str] = {
    "digest": "digest",
    "hourly": "hourly digest",
    "daily": "daily digest",
    "weekly": "weekly digest",
    "quiet": "digest after quiet hours",
    "burst": "digest after a burst",
}
"""What a digest is called where only English is spoken."""

MARKS_IN_A_ROW = 4
"""Combining marks kept on one base: Vietnamese and pointed Hebrew need three, a variation selector one more."""

_JOINERS = "\u200c\u200d"
_KEPT_FORMAT = {*range(0x0600, 0x0606), 0x06DD, 0x070F, 0x08E2, 0x110BD, 0x110CD}
_INVISIBLE = {0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180E, 0x2065, 0x2800, 0x3164, 0xFFA0, *range(0xFFF0, 0xFFF9)}
_UNASSIGNED = range(0xE0000, 0xE1000)
"""Shown as nothing, like some others in `_INVISIBLE`, until they are assigned (Unicode, Default_Ignorable_Code_Point);
variation selectors among them are."""
_PLAIN = re.compile(r"[\x20-\x7e\u00a1-\u00ac\u00ae-\u02ff\u2010-\u2027\u3001-\u3029\u4e00-\u9fff\uff01-\uff5e]*\Z")
_INVITE = re.compile(
    r"(?:discord(?:app)?\s*\.\s*(?:gg|io|me|li|com\s*/\s*invite|com\s*/\s*oauth2)|dsc\.gg|discord\.new)\s*/",
    re.IGNORECASE,
)
_LURE = re.compile(
    r"^(?!(?:.*\.)?(?:steamcommunity\.com|steampowered\.com|discord\.com|discord\.gg|discordapp\.com)$)"
    r".*(?:st[e3]+[a4]m+[-.]?c[o0]m+|steam[-.]?(?:gift|trade|nitro)|d[i1l]s[ck]?[o0]r[dcl]{1,2}[-.]?(?:app|nitro|gift)|"
    r"d[i1l](?:sc|cs|ss?c)[o0]+r[dcl]+[-.]?(?:gg|com|app|gift|nitro))"
)


def utf16(text: str) -> int:
    """Length in UTF-16 code units: never less than what a platform counts, whichever unit it counts in."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def clean(text: str) -> str:
    """`text` as one line that shows what it holds: no controls, bidi tricks, zero-width or tag characters.

    White space is folded to single spaces, marks beyond `MARKS_IN_A_ROW` on one base are dropped, lone surrogates
    become U+FFFD. Joiners stay where they shape what is seen (emoji, Arabic, Indic scripts). Idempotent.
    """
    if not _PLAIN.match(text):
        text = "".join(_safe_chars(text))
    return " ".join(text.split())


def clean_lines(text: str) -> str:
    """As `clean`, with line breaks kept: no more than one empty line in a row, none at the ends."""
    lines = "\n".join(clean(line) for line in text.splitlines())
    return re.sub(r"\n{3,}", "\n\n", lines).strip("\n")


def _safe_chars(text: str) -> Iterator[str]:
    before, marks = "", 0
    for index, char in enumerate(text):
        if char in _JOINERS:
            if not _shapes(before, text[index + 1 : index + 2]):
                continue
            kept = char
        else:
            kept = _safe(char)
        if not kept:
            continue
        marks = marks + 1 if unicodedata.category(kept)[0] == "M" else 0
        if marks > MARKS_IN_A_ROW:
            continue
        before = kept
        yield kept


def _safe(char: str) -> str:
    category = unicodedata.category(char)
    code = ord(char)
    if category in ("Cc", "Zl", "Zp", "Zs"):
        return " " if char.isspace() else ""
    if category == "Cs":
        return "\ufffd"
    if category == "Cf":
        return char if code in _KEPT_FORMAT else ""
    if (
        code in _INVISIBLE
        or (category == "Cn" and code in _UNASSIGNED)
        or code & 0xFFFE == 0xFFFE
        or 0xFDD0 <= code <= 0xFDEF
    ):
        return ""
    return char


def _shapes(before: str, after: str) -> bool:
    """Does a joiner between these two change what is seen? Only then is it more than a hidden character."""
    if not before or not after:
        return False
    if is_pictograph(after):
        return is_pictograph(before) or before == "\ufe0f" or "\U0001f3fb" <= before <= "\U0001f3ff"
    letters = unicodedata.category(after) in ("Lo", "Mc", "Mn")
    return letters and (unicodedata.combining(before) == 9 or unicodedata.bidirectional(before) == "AL")


def truncate(text: str, limit: int, cost: Cost = utf16) -> str:
    """`text` if it costs at most `limit`, else its longest start of whole graphemes that leaves room for "…".

    `cost` gives the cost of one grapheme in the platform's unit, escaping included. A limit too small for
    that sign gives "".
    """
    if cost is utf16 and utf16(text) <= limit:  # most texts: the cost of a whole is that of its graphemes together
        return text
    room = limit - cost("…")
    kept: list[str] = []
    spent, fitting = 0, 0
    for grapheme in graphemes(text):
        spent += cost(grapheme)
        if spent > limit:
            return "".join(kept[:fitting]).rstrip() + "…" if room >= 0 else ""
        kept.append(grapheme)
        if spent <= room:
            fitting = len(kept)
    return text


def fitting(lines: Iterable[str], room: int, joint: int = 1) -> list[str]:
    """As many whole lines as fit into so many units, each with the `joint` that parts it from the next."""
    shown: list[str] = []
    for line in lines:
        room -= utf16(line) + joint
        if room < 0:
            break
        shown.append(line)
    return shown


def emphasis(text: str, terms: Iterable[str]) -> list[tuple[str, bool]]:
    """`text` cut into (piece, is one of `terms`); pieces joined give `text` again.

    Case is ignored; a term of Latin letters or digits is found as a whole word only; the longest term wins.
    """
    patterns = sorted({clean(term) for term in terms} - {""}, key=lambda term: (-len(term), term))
    if not patterns:
        return [(text, False)] if text else []
    found = re.split(f"({'|'.join(map(_word, patterns))})", text, flags=re.IGNORECASE)
    return [(piece, bool(index % 2)) for index, piece in enumerate(found) if piece]


def _word(term: str) -> str:
    left = r"(?<![^\W_])" if _latin(term[0]) else ""
    right = r"(?![^\W_])" if _latin(term[-1]) else ""
    return f"{left}{re.escape(term)}{right}"


def _latin(char: str) -> bool:
    return char.isalnum() and ord(char) < 0x0590


def headline(title: str, summary: str = "", url: str = "") -> str:
    """What to call an item: its title, else the first sentence of its summary, else its host, else "(untitled)"."""
    if found := clean(title):
        return found
    first = re.split(r"(?<=[.!?])\s|(?<=[。!?])", clean(summary), maxsplit=1)[0]
    return first or display_host(url) or "(untitled)"


def safe_url(url: str, limit: int = 2048) -> str:
    """`url` fit to stand in markup, or "" for what must not be linked.

    Only what `bot.core.urls.is_web` accepts, without a user part, in at most `limit` characters once encoded. What
    could end a link or mention somebody in some markup (quotes, brackets, `|`, `*`, `@`, non-ASCII) is percent-encoded;
    the host takes its ASCII form. What follows readers (`utm_source`) is left out.
    """
    text = untracked(url.strip())
    if not is_web(text) or len(text) > limit:
        return ""
    parts = urlsplit(text)
    if "@" in parts.netloc:
        return ""
    where = ascii_host(parts) if parts.port is None else f"{ascii_host(parts)}:{parts.port}"
    rest = quote(text.partition("://")[2][len(parts.netloc) :], safe="/?#&=+,;:%!$.-_")
    encoded = f"{parts.scheme}://{where}{rest}"
    return encoded if len(encoded) <= limit else ""


def trusted(url: str, limit: int = 2048) -> str:
    """A `safe_url` to follow: "" for one that lures, too."""
    return "" if lures(url) else safe_url(url, limit)


def lures(text: str) -> bool:
    """Does this text or link lead to a chat invitation, or to a host that imitates a well-known one?"""
    return bool(_INVITE.search(text)) or bool(_LURE.match(display_host(text)))


def by_topic(lines: Iterable[DigestLine]) -> list[tuple[str, list[DigestLine]]]:
    """A digest's lines by label; the topic of the gravest story comes first."""
    order: dict[str, list[DigestLine]] = {}
    for line in lines:
        order.setdefault(line.label, []).append(line)
    return list(order.items())
