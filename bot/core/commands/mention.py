"""Mentions: the role or user group of the channel and of its subscriptions, each from its own severity on."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from bot.core.message import SEVERITIES, Alert, Call, Severity

MOST = 5
"""Roles or groups that one message mentions at most."""


class Mentions(NamedTuple):
    """Whom alerts on a platform can mention: `who` ("a role"), and the `shape` of its id as it is typed or shown."""

    who: str
    shape: re.Pattern[str]

    def id_in(self, text: str) -> str:
        """The id in a text, by the first group of `shape`; "" if the text is no mention."""
        found = self.shape.fullmatch(text.strip())
        return found[1] if found else ""


def call_of(options: Mapping[str, str]) -> Call | None:
    """The mention that a subscription's options, or a channel's settings, ask for; None for none."""
    since = options.get("mention-from", "normal")
    weight: Severity = next((level for level in SEVERITIES if level == since), "normal")
    return Call(options["mention"], weight) if options.get("mention") else None


def called(mentions: Mentions, settings: Mapping[str, str], alert: Alert) -> tuple[str, ...]:
    """The ids to mention, each once: those whose severity the story has reached since its last message.

    Digests and samples mention nobody. Nothing that a feed says is ever among the ids.
    """
    if alert.kind not in ("new", "update"):
        return ()
    before = SEVERITIES.index(alert.before) if alert.before else -1
    now = SEVERITIES.index(alert.severity)
    calls = [
        call for call in (call_of(settings), *alert.calls) if call and before < SEVERITIES.index(call.since) <= now
    ]
    return tuple(dict.fromkeys(filter(None, (mentions.id_in(call.who) for call in calls))))[:MOST]
