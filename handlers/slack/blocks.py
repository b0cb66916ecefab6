"""Slack's blocks as plain data, each cut to its documented limit.

Everything from outside (titles, outlets, topic names) goes into `rich_text` or `plain_text`, in which no character is
markup: a title's `*` or `<!channel>` is shown literally. `mrkdwn` holds only our own words and dates.
Limits: docs.slack.dev, Block Kit reference. Lengths count UTF-16 units, which is never less than Slack counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from bot.core.message import Button
from handlers.text import clean, emphasis, safe_url, truncate, trusted, utf16

Json = dict[str, Any]

BLOCKS = 50
VIEW_BLOCKS = 100
TEXT = 3000
BUTTON_LABEL = 75
BUTTON_VALUE = 2000
BUTTON_URL = 3000
ACTIONS = 25
PRESS = "press1"
"""Prefix and version of every button's action id: `press1:<place>:<action>`."""


def escape(text: str) -> str:
    """`text` for a mrkdwn string: `&`, `<` and `>` and nothing else, as Slack asks."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def escaped(text: str, limit: int) -> str:
    """`text` escaped and cut to `limit` units, entities counted and never cut."""
    return escape(truncate(text, limit, lambda grapheme: utf16(escape(grapheme))))


def words(text: str, *, bold: bool = False, italic: bool = False) -> list[Json]:
    """Literal text as rich text; nothing for "" (Slack refuses an empty element)."""
    if not text:
        return []
    style = {name: True for name, on in (("bold", bold), ("italic", italic)) if on}
    return [{"type": "text", "text": text, **({"style": style} if style else {})}]


def stressed(text: str, terms: Iterable[str]) -> list[Json]:
    """Literal text with the terms in bold, inside words of a script without spaces as well."""
    return [element for piece, bold in emphasis(text, terms) for element in words(piece, bold=bold)]


def link(url: str, label: str, *, bold: bool = False) -> list[Json]:
    """A link when the URL may be linked, else the label alone."""
    target = trusted(url)
    if not target or not label:
        return words(label, bold=bold)
    return [{"type": "link", "url": target, "text": label, **({"style": {"bold": True}} if bold else {})}]


def rich(*lines: Sequence[Json]) -> Json:
    """A rich text block of lines; empty ones are left out."""
    elements: list[Json] = []
    for line in (line for line in lines if line):
        elements += [*(words("\n") if elements else ()), *line]
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": elements}]}


def riches(*lines: Sequence[Json]) -> list[Json]:
    """Rich text blocks of lines: one, or as many as it takes to keep each within `TEXT` units."""
    groups: list[list[Sequence[Json]]] = [[]]
    room = TEXT
    for line in (line for line in lines if line):
        weight = 1 + sum(utf16(element.get("text", "")) for element in line)
        if groups[-1] and weight > room:
            groups.append([])
            room = TEXT
        groups[-1].append(line)
        room -= weight
    return [rich(*group) for group in groups]


def joined(parts: Iterable[Sequence[Json]], between: str = " · ") -> list[Json]:
    """Rich text parts in one line."""
    line: list[Json] = []
    for part in (part for part in parts if part):
        line += [*(words(between) if line else ()), *part]
    return line


def local_time(ms: int) -> str:
    """mrkdwn that every reader sees in their own time zone, UTC as the fallback; "" before 1970 or past year 9999."""
    seconds = ms // 1000
    if seconds <= 0:
        return ""
    try:
        fallback = datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M UTC")
    except (OverflowError, OSError, ValueError):
        return ""
    return f"<!date^{seconds}^{{date_short_pretty}}, {{time}}|{fallback}>"


def rich_time(ms: int) -> list[Json]:
    """The same as a rich text element."""
    if not local_time(ms):
        return []
    return [{"type": "date", "timestamp": ms // 1000, "format": "{date_short_pretty}, {time}"}]


def context(*parts: str) -> list[Json]:
    """A small grey line, or nothing. `parts` are mrkdwn already: our own words, dates, what `escape` made."""
    line = " · ".join(part for part in parts if part)
    return [{"type": "context", "elements": [{"type": "mrkdwn", "text": line, "verbatim": True}]}] if line else []


def plain(text: str, limit: int) -> Json:
    """A plain_text object; its characters are never markup."""
    return {"type": "plain_text", "text": truncate(clean(text), limit) or "–", "emoji": False}


def button(made: Button, place: int) -> Json:
    """A button. Its `action` and `value` come back in a press; a link button opens its page."""
    data: Json = {
        "type": "button",
        "text": plain(made.label, BUTTON_LABEL),
        "action_id": f"{PRESS}:{place}:{made.action or 'open'}"[:255],
    }
    if made.url and (target := safe_url(made.url, BUTTON_URL)):
        data["url"] = target
    elif made.value:
        data["value"] = made.value
    if made.style != "plain":
        data["style"] = made.style
    return data


def fits(made: Button) -> bool:
    """Whether this button can be shown. If its value is too long, it is left out: cut, it would mean something else."""
    return utf16(made.value) <= BUTTON_VALUE


def actions(buttons: Iterable[Button]) -> list[Json]:
    """A row of buttons, or nothing."""
    row = [button(made, place) for place, made in enumerate(filter(fits, buttons))][:ACTIONS]
    return [{"type": "actions", "elements": row}] if row else []
