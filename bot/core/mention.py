"""Whom an alert mentions: the channel's role or user group and those of its subscriptions, each from its own weight."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.core.message import SEVERITIES, Alert, Call, Severity

MOST = 5
"""Roles or groups that one message mentions at most."""

_SHAPES = {
    "discord": re.compile(r"(?:<@&)?([0-9]{5,20})>?"),
    "slack": re.compile(r"(?:<!subteam\^)?(S[A-Z0-9]{2,30})(?:\|[^>]*)?>?"),
}


def mentioned(platform: str, text: str) -> str:
    """The id of a role (Discord) or user group (Slack) as its platform writes or shows it; "" for what is none."""
    shape = _SHAPES.get(platform)
    found = shape.fullmatch(text.strip()) if shape else None
    return found[1] if found else ""


def call_of(options: Mapping[str, str]) -> Call | None:
    """Whom a subscription's options, or a channel's settings, want mentioned; None for nobody."""
    since = options.get("mention-from", "normal")
    weight: Severity = next((level for level in SEVERITIES if level == since), "normal")
    return Call(options["mention"], weight) if options.get("mention") else None


def called(platform: str, settings: Mapping[str, str], alert: Alert) -> tuple[str, ...]:
    """The ids to mention, each once: of those whose weight the story has reached and its messages had not told before.

    Nobody is mentioned for a digest or a sample. Nothing that a feed says is ever among them.
    """
    if alert.kind not in ("new", "update"):
        return ()
    before = SEVERITIES.index(alert.before) if alert.before else -1
    now = SEVERITIES.index(alert.severity)
    calls = [
        call for call in (call_of(settings), *alert.calls) if call and before < SEVERITIES.index(call.since) <= now
    ]
    return tuple(dict.fromkeys(filter(None, (mentioned(platform, call.who) for call in calls))))[:MOST]
