"""The values of a template's placeholders for an alert."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, tzinfo

from bot.core.alerts.continuing import listed
from bot.core.alerts.template import fill, parse_template
from bot.core.errors import QueryError
from bot.core.message import Alert
from bot.core.stories.joined import outermost

_LAST_MS = 253_402_214_400_000  # a day before the end of the year 9999


def shaped(alert: Alert, template: str, zone: tzinfo = UTC) -> Alert:
    """The alert in a template's shape; in the default one if there is no template, or it can't be used."""
    if not template:
        return alert
    try:
        return replace(alert, form=fill(parse_template(template), values(alert, zone)))
    except QueryError:
        return alert


def values(alert: Alert, zone: tzinfo = UTC) -> dict[str, str]:
    """Every placeholder's text, as plain text."""
    at = datetime.fromtimestamp(min(max(alert.published, 0), _LAST_MS) / 1000, zone)
    return {
        "title": alert.title,
        "summary": alert.summary,
        "outlets": listed([line.name for line in alert.outlets if line.name]),
        "topics": ", ".join(topic.title for topic in alert.topics),
        "why": ", ".join(outermost(alert.bold)),
        "link": alert.link,
        "published": f"{at:%Y-%m-%d %H:%M}",
        "severity": "" if alert.severity == "normal" else alert.severity,
        "news": alert.said,
        "also": listed(alert.also),
        "story": str(alert.story_id or ""),
    }
