"""Fallback forms of an alert where Components V2 can't be posted: an embed, and plain text."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.core.message import Alert, Reply
from bot.core.urls import display_host
from bot.ports import Voice
from handlers.discord import alertlines
from handlers.discord.layout import NO_MENTIONS, QUIET, Json, Rendered, Roles, bare, item_text, pinged
from handlers.discord.markdown import plain
from handlers.text import fitting, truncate, trusted, utf16

EMBED_TITLE, EMBED_TEXT, EMBED_FOOTER, CONTENT = 256, 2400, 200, 2000
_LAST_MS = 253_402_300_799_000


def alert_embed(alert: Alert, voice: Voice, *, marker: str = "", roles: Roles = ()) -> Rendered:
    """An alert as one embed. Mentions inside embeds never notify anybody."""
    url = trusted(alert.url)
    embed: Json = {
        "title": plain(alertlines.title(alert), EMBED_TITLE),
        "description": _joined(alert, voice, EMBED_TEXT),
        "color": alertlines.colour(alert),
        "footer": {"text": truncate(display_host(alert.url) or "Tocsin", EMBED_FOOTER)},
        "timestamp": datetime.fromtimestamp(min(max(alert.published, 0), _LAST_MS) / 1000, UTC).isoformat(),
        **({"url": url} if url else {}),
    }
    body: Json = {"content": pinged(roles), "embeds": [embed]}
    return bare(body, alertlines.alert_buttons(alert, voice), marker, roles)


def alert_plain(alert: Alert, voice: Voice, *, marker: str = "", roles: Roles = ()) -> Rendered:
    """An alert as text alone, with previews of links switched off."""
    url = trusted(alert.url, 600)
    head = f"**{plain(alertlines.title(alert), 200)}**"
    lines = (pinged(roles), head, url, _joined(alert, voice, CONTENT - 900))
    said = "\n".join(line for line in lines if line)
    body: Json = {"content": said, "flags": QUIET}
    return bare(body, alertlines.alert_buttons(alert, voice), marker, roles)


def reply_plain(reply: Reply) -> Json:
    """A reply as text alone: headline, lines, titles; for replies that must be sent as ordinary messages."""
    lines = [plain(reply.text, 600), *(plain(line, 300) for line in reply.lines), *map(item_text, reply.items)]
    shown = fitting(lines, CONTENT)
    return {"content": "\n".join(shown) or "…", "flags": QUIET, "allowed_mentions": NO_MENTIONS}


def _joined(alert: Alert, voice: Voice, limit: int) -> str:
    """Everything except the title, in whole lines; the summary is cut to the room that the others leave."""
    shaped = alertlines.shape(alert, voice)
    if shaped and utf16(shaped) <= limit:
        return shaped
    heads = (alertlines.tags(alert, voice), alertlines.warning(alert, voice), alertlines.news_linked(alert, voice))
    before = [line for line in heads if line]
    feet = (alertlines.topics(alert, voice), alertlines.also(alert, voice), alertlines.outlets(alert, voice))
    after = [line for line in feet if line]
    while sum(utf16(line) + 1 for line in before + after) > limit and after:
        after.pop(0)
    left = limit - sum(utf16(line) + 1 for line in before + after)
    summary = alertlines.summary(alert, voice, min(left - 1, alertlines.SUMMARY)) if left > 200 else ""
    return "\n".join([*before, *([summary] if summary else []), *after])
