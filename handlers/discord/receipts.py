"""Maps Discord's answers to receipts: the one table of its errors. Pure."""

from __future__ import annotations

from bot.ports import Ambiguous, Gone, Receipt, Rejected, Retry
from handlers.discord.ways import REFUSED

UNKNOWN_CHANNEL, UNKNOWN_MESSAGE = 10003, 10008
MISSING_ACCESS, CANNOT_DM, NOT_TEXT, MISSING_PERMISSIONS = 50001, 50007, 50008, 50013
NO_HISTORY = 160002
ALREADY_STARTED = 160004
ARCHIVED = 50083
OTHER_TAGS = (10087, 40067)
"""A forum has no such tag, or requires one."""
LOST_THREAD = (UNKNOWN_CHANNEL, ARCHIVED, 160005, 160006, 160007)
"""The thread is gone, archived for good, locked, or can't be reopened; its channel may be fine."""
_LOCKED = (160005, 160006, 160007, ARCHIVED)
_TOO_MANY = "the server has as many open threads as Discord allows; a moderator can close some"
_SLOW = (20016, 20022, 20028, 20029)
_WHY = {
    UNKNOWN_CHANNEL: "the channel is gone, or Tocsin is no longer in its server",
    MISSING_ACCESS: "Tocsin can't see the channel: it needs View Channel; a server admin can grant it",
    MISSING_PERMISSIONS: "Tocsin may not post: it needs Send Messages; a server admin can grant it",
    CANNOT_DM: "this person takes no direct messages from Tocsin; they can allow them in their privacy settings",
    160005: "the thread is locked; a moderator can unlock it",
    160006: _TOO_MANY,
    160007: _TOO_MANY,
    ARCHIVED: "the thread is archived; a moderator can open it again",
}


def refusal(status: int, code: int, text: str, retry_after_s: float = 0.0) -> Receipt:
    """The receipt for an HTTP answer that is no success: `code` is Discord's own error code, 0 without one."""
    if code in _SLOW or status == 429:
        return Retry(max(retry_after_s, 1.0) if retry_after_s else 60.0, f"rate limit ({code or status})")
    if status >= 500:
        return Ambiguous(f"Discord answered {status}")
    if status == 401:
        return Retry(60.0, REFUSED)
    if code == CANNOT_DM:
        return Gone(_WHY[code], permanent=True)
    if code in _LOCKED or code == UNKNOWN_CHANNEL:
        return Gone(_WHY[code])
    if code == UNKNOWN_MESSAGE:
        return Rejected("the message was deleted on Discord; it is not posted again")
    return _other(status, code, text)


def _other(status: int, code: int, text: str) -> Receipt:
    if status in (403, 404) and not code:
        return Retry(600.0, f"something in front of Discord answered {status}")
    if status == 403:
        return Gone(
            _WHY.get(code, f"Discord forbids it ({code}): {text[:200]}; a server admin can look at Tocsin's role")
        )
    return Rejected(f"Discord did not accept it ({status}, {code}): {text[:200]}")
