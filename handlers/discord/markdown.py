"""Plain text → Discord's markdown: the text is shown exactly as it is, and nothing in it can act.

Discord escapes by a backslash before punctuation. Its server finds mentions in the raw text, backslash or not, so a
zero-width space parts the `@` from what would make it one; `AllowedMentions` is the second lock.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.core.urls import display_host
from handlers.text import clean, emphasis, truncate, utf16

_SPECIAL = re.compile(r"[\\*_~|`<>\[\]]")
_MENTION = re.compile(r"@(?=everyone|here|[!&]?\d)", re.IGNORECASE)
_SCHEME = re.compile(r"(?<=\w):(?=//)")
_INVITE = re.compile(r"(discord(?:app)?\.(?:gg|com|new|io|me|li)|dsc\.gg)(?=/)", re.IGNORECASE)
_BLOCK = re.compile(r"(?:[#+-]|\d+(?=\.))")
_COSTLY = frozenset("\\*_~|`<>[]@:/.#+-")
_BOLD_COST = 4
_BOLD_ROOM = 12 * _BOLD_COST


def cost(grapheme: str) -> int:
    """The most that a grapheme can take once escaped, in UTF-16 units (Discord's clients count in these)."""
    return utf16(grapheme) + sum(char in _COSTLY for char in grapheme)


def escape(text: str) -> str:
    """One line of text as markdown that shows exactly this text: no style, no mention, no link of its own."""
    safe = _SPECIAL.sub(r"\\\g<0>", text)
    safe = _MENTION.sub("@\u200b", safe)
    safe = _SCHEME.sub(r"\:", safe)
    safe = _INVITE.sub(r"\1\\", safe)
    block = _BLOCK.match(safe)
    if block is None:
        return safe
    at = 0 if block.group()[0] in "#+-" else block.end()
    return f"{safe[:at]}\\{safe[at:]}"


def plain(text: str, limit: int) -> str:
    """`text` cleaned, cut to at most `limit` units, and escaped."""
    return escape(truncate(clean(text), limit - 2, cost))


def rich(text: str, terms: Iterable[str], limit: int) -> str:
    """As `plain`, with every one of `terms` in bold as long as the limit allows."""
    terms = tuple(terms)
    cut = truncate(clean(text), limit - 2 - (_BOLD_ROOM if terms else 0), cost)
    spare = limit - utf16(escape(cut)) - 2
    done: list[str] = []
    for piece, bold in _joined(emphasis(cut, terms)):
        marked = bold and spare >= _BOLD_COST
        spare -= _BOLD_COST if marked else 0
        safe = escape(piece) if not done else escape(f"x{piece}")[1:]
        done.append(f"**{safe}**" if marked else safe)
    return unnamed("".join(done))


def _joined(pieces: list[tuple[str, bool]]) -> list[tuple[str, bool]]:
    """Neighbouring bold pieces as one: `**a****b**` is not bold twice but broken."""
    joined: list[tuple[str, bool]] = []
    for piece, bold in pieces:
        if joined and joined[-1][1] == bold:
            joined[-1] = (joined[-1][0] + piece, bold)
        else:
            joined.append((piece, bold))
    return joined


def linked(text: str, url: str) -> str:
    """`text` (markdown already) as a link to `url` (safe already), or alone if Discord would not make it a link.

    A label that holds brackets or an address of its own is not turned into a link by every client.
    """
    if not url or not text or re.search(r"\[|\]|\\:", text):
        return text
    return f"[{text}]({url})"


def beside(head: str, url: str) -> str:
    """A link named by its host, to put beside a title that can't carry it; "" if the title does, or without a link."""
    return "" if head.endswith(f"]({url})") else linked(plain(display_host(url), 60), url)


def stamp(ms: int, style: str = "R") -> str:
    """A time that each reader sees in their own zone and language; `R` is relative."""
    return f"<t:{min(max(ms, 0), 8_640_000_000_000_000) // 1000}:{style}>"


def own(text: str) -> str:
    """A template's own words: their markdown works, but they can't mention a member, a role or a channel."""
    return _INVITE.sub(r"\1\\", text.replace("<", r"\<"))


def unnamed(text: str) -> str:
    """Text without mentions, not even one that two pieces form together."""
    return _MENTION.sub("@\u200b", text)
