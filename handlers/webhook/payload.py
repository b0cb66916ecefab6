"""The payload of a webhook, by kind. Pure."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from bot.core.alerts.continuing import listed
from bot.core.message import Alert, DigestLine
from bot.ports import Voice
from handlers.chat import digest_detail, marks
from handlers.shape import cleaned
from handlers.shape import lines as shape_lines
from handlers.text import by_topic, clean, fitting, headline, safe_url, truncate, trusted, utf16

Escape = Callable[[str], str]
_DISCORD_LIMIT = 2000
_SLACK_LIMIT = 3000
_LINK = 500  # an address is whole or not there
_MARKUP = re.compile(r"([\\*_~`|>\[\]()#:<])")


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """`v1=` and the HMAC-SHA256, in hex, of timestamp, a dot and the body as sent."""
    return "v1=" + hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def body_of(kind: str, alert: Alert, voice: Voice) -> bytes:
    """The body for a webhook of this kind, in the language of `voice`; JSON has no words of Tocsin's own."""
    of_chat = {"discord": _discord, "slack": _slack}.get(kind)
    made = of_chat(alert, voice) if of_chat else alert_json(alert)
    return json.dumps(made, ensure_ascii=False).encode()


def _discord(alert: Alert, voice: Voice) -> dict[str, Any]:
    text = _text(alert, voice, _discord_escaped, _DISCORD_LIMIT)
    return {"content": text, "allowed_mentions": {"parse": []}, "flags": 4}  # 4: no previews of links


def _slack(alert: Alert, voice: Voice) -> dict[str, Any]:
    return {"text": _text(alert, voice, _slack_escaped, _SLACK_LIMIT), "unfurl_links": False, "link_names": False}


def _discord_escaped(text: str) -> str:
    return _unmentioned(_MARKUP.sub(r"\\\1", text))


def _slack_escaped(text: str) -> str:
    """Escape Slack's three special characters."""
    return _unmentioned(text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"))


def _unmentioned(text: str) -> str:
    """Put a zero-width space after each @: it prevents mentions in everything that accepts a chat's format; a backslash
    does not.
    """
    return text.replace("@", "@\u200b")


def _text(alert: Alert, voice: Voice, escaped: Escape, limit: int) -> str:
    """An alert as whole lines within the limit; what comes from outside is cleaned and escaped, addresses are not."""
    if (shaped := _shaped(alert, escaped)) and utf16(shaped) <= limit:
        return shaped
    lines = _digest(alert, voice) if alert.kind == "digest" else _story(alert, voice)
    made = [line if is_url else escaped(line) for line, is_url in lines if line]
    kept = fitting(made, limit - 2)
    return "\n".join(kept if len(kept) == len(made) else [*kept, "…"])


def _shaped(alert: Alert, escaped: Escape) -> str:
    """The alert in its subscription's template, "" for the default. A template's markup is shown as it was typed."""
    rows = shape_lines(cleaned(alert.form)) if alert.form else ()
    return "\n".join("".join(p.text if p.kind == "link" else escaped(p.text) for p in row) for row in rows)


def _story(alert: Alert, voice: Voice) -> list[tuple[str, bool]]:
    topics = ", ".join(clean(topic.title) for topic in alert.topics)
    names = listed(tuple(clean(outlet.name) for outlet in alert.outlets))
    why = ", ".join(clean(term) for term in alert.bold[:6])
    number = voice("digest.single", id=alert.story_id) if alert.story_id else ""
    foot = (names, f"{voice('alert.topics')}: {why}" if why else "", number)
    return [
        (" · ".join(part for part in (*marks(alert, voice), topics) if part), False),
        (truncate(headline(alert.title, alert.summary, alert.url), 300), False),
        (f"{voice('alert.update')}: {_said(alert, voice)}" if alert.said else "", False),
        (truncate(clean(alert.summary), 600), False),
        (voice("alert.also", names=clean(listed(alert.also))) if alert.also else "", False),
        (" · ".join(part for part in foot if part), False),
        (trusted(alert.link, _LINK), True),
    ]


def _said(alert: Alert, voice: Voice) -> str:
    risen = voice(f"alert.now.{alert.severity}") if alert.risen else ""
    return " · ".join(part for part in (risen, clean(alert.news)) if part)


def _digest(alert: Alert, voice: Voice) -> list[tuple[str, bool]]:
    rows = [(f"{voice(f'digest.{alert.digest}')} · {voice('webhook.stories', n=len(alert.lines))}", False)]
    for label, lines in by_topic(alert.lines):
        rows.append((clean(label), False))
        for line in lines:
            rows += [(_row(line, voice), False), (trusted(line.url, _LINK), True)]
    return rows


def _row(line: DigestLine, voice: Voice) -> str:
    weight = f"{voice(f'alert.{line.severity}')} · " if line.severity != "normal" else ""
    return f"• {weight}{truncate(clean(line.title), 200)} · {digest_detail(line, voice)}"


def alert_json(alert: Alert) -> dict[str, Any]:
    """The documented object (docs/webhooks.md)."""
    return {
        "version": 1,
        "delivery": str(alert.delivery_id),
        "kind": alert.kind,
        "story": alert.story_id,
        "severity": alert.severity,
        "title": clean(alert.title),
        "url": safe_url(alert.url),
        "summary": clean(alert.summary),
        "news": clean(alert.said),
        "news_url": safe_url(alert.news_url),
        "published": datetime.fromtimestamp(alert.published / 1000, tz=UTC).isoformat(timespec="seconds"),
        "outlets": [{"name": clean(one.name), "url": safe_url(one.url)} for one in alert.outlets],
        "shaped": _shaped(alert, str),
        "topics": [{"id": t.id, "title": clean(t.title), "why": [clean(w) for w in t.why]} for t in alert.topics],
        "also": [clean(name) for name in alert.also],
        "digest": alert.digest if alert.kind == "digest" else "",
        "lines": [_json_line(line) for line in alert.lines],
    }


def _json_line(line: DigestLine) -> dict[str, Any]:
    return {
        "topic": clean(line.label),
        "story": line.story_id,
        "severity": line.severity,
        "title": clean(line.title),
        "url": safe_url(line.url),
        "outlets": line.outlets,
    }
