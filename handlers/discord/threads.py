"""Threads under messages of ours, and the message that heads the thread of a topic.

A thread that is started from a message has the message's id, and a message can't have a second one: starting it again
does nothing. So a nonce for the message is enough to have exactly one thread.
"""

from __future__ import annotations

import logging

import discord

from bot.core.message import Alert, Button
from bot.ports import Ambiguous, Receipt, Rejected, Sent, Voice
from handlers.chat import latest_button
from handlers.discord.layout import QUIET, V2, Rendered, bare, text
from handlers.discord.markdown import plain
from handlers.discord.receipts import ALREADY_STARTED
from handlers.discord.rest import FAILURES, Rest

log = logging.getLogger(__name__)
STORY_MINUTES, TOPIC_MINUTES = 4320, 10080
"""How long a thread is shown after the last message in it: a story's for three days, a topic's for a week."""


def head_layout(alert: Alert, voice: Voice, *, marker: str = "") -> Rendered:
    """The message that heads the thread of a topic."""
    return bare({"flags": V2, "components": [text(_said(alert, voice))]}, _ways(alert, voice), marker)


def head_plain(alert: Alert, voice: Voice, *, marker: str = "") -> Rendered:
    """The same as text alone."""
    return bare({"content": _said(alert, voice), "flags": QUIET}, _ways(alert, voice), marker)


def _ways(alert: Alert, voice: Voice) -> tuple[Button]:
    return (latest_button(voice, alert.topics[0].id),)


def _said(alert: Alert, voice: Voice) -> str:
    return plain(voice("thread.head", topic=alert.title[:200]), 400)


async def start(rest: Rest, channel: str, message: str, name: str, minutes: int) -> None:
    """Start the thread of a message; it may be there already. Raises what `Rest.call` raises."""
    body = {"name": name, "auto_archive_duration": minutes}
    try:
        await rest.call("POST", f"/channels/{channel}/messages/{message}/threads", json=body)
    except discord.HTTPException as error:
        if error.code != ALREADY_STARTED:
            raise


async def opened(rest: Rest, channel: str, message: str, name: str) -> Receipt:
    """Open the thread of a topic under its head, which was posted; `Sent` names the thread.

    `Rejected` if no thread can be opened. After a rate limit or an outage, the head is looked for first.
    """
    try:
        await start(rest, channel, message, name, TOPIC_MINUTES)
    except discord.HTTPException as error:
        if error.status == 429 or error.status >= 500:
            return Ambiguous(f"Discord answered {error.status} when the thread was to be opened")
        return Rejected(f"no thread can be opened there ({error.status}, {error.code}): {error.text[:200]}")
    except FAILURES as error:
        log.info("a thread was not opened, or not for sure: %s", error, extra={"place": channel})
        return Ambiguous("no clear answer from Discord when the thread was to be opened")
    return Sent(message)


class Stories:
    """Threads under stories' alerts, where Discord allows them; after a refusal it is not asked for each alert."""

    def __init__(self, rest: Rest) -> None:
        self._rest = rest
        self._refused: set[str] = set()

    async def started(self, channel: str, message: str, name: str) -> bool:
        """Start a thread under a message; whether there is one now."""
        if channel in self._refused:
            return False
        try:
            await start(self._rest, channel, message, name, STORY_MINUTES)
        except FAILURES as error:
            log.info("no thread under an alert: %s", error, extra={"place": channel})
            if isinstance(error, discord.HTTPException) and 400 <= error.status < 500 and error.status != 429:
                self._refused.add(channel)
            return False
        return True

    def forget(self, channel: str) -> None:
        """A channel or its permissions changed: ask again."""
        self._refused.discard(channel)
