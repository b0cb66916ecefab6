"""What chat platforms have in common: names of things, before any markup, and messages that can be edited."""

from __future__ import annotations

import re

from bot.core.message import Alert, Button, DigestLine
from bot.core.model import Channel
from bot.ports import Growth, Voice

URL = re.compile(r"https?://[^\s<>|\]\"]+", re.IGNORECASE)
STORY_ACTIONS = ("story", "why", "mute", "unmute")
"""Actions of buttons whose value is a story's number."""


def marks(alert: Alert, voice: Voice) -> list[str]:
    """`Sample`, `Update`, `Breaking` …: what a reader should know before the title; none for plain news."""
    return [voice(f"alert.{mark}") for mark in (alert.kind, alert.severity) if mark not in ("new", "normal")]


def digest_head(alert: Alert, voice: Voice) -> str:
    """How many stories a digest has, since `{since}`: each platform writes times in its own way."""
    key = "digest.more-came" if alert.digest == "burst" else "digest.head"
    return voice(key, n=len(alert.lines), since="{since}")


def digest_detail(line: DigestLine, voice: Voice) -> str:
    """How many outlets report a digest's story, and its number."""
    return voice("digest.line" if line.outlets > 1 else "digest.single", outlets=line.outlets, id=line.story_id)


def story_buttons(alert: Alert, voice: Voice, *actions: str) -> list[Button]:
    """Buttons that do something with an alert's story."""
    return [
        Button(voice("button.sources" if action == "story" else f"button.{action}"), action, str(alert.story_id))
        for action in actions
    ]


def latest_button(voice: Voice, topic: str = "") -> Button:
    """The button to the newest stories, of a topic or of all."""
    return Button(voice("button.latest"), "latest", topic)


class Chat:
    """Base of chat platforms: every setting and option applies there."""

    unable = frozenset[str]()

    async def grows(self, channel: Channel) -> Growth:
        """A message is edited, and answered with what is new."""
        return "edited"
