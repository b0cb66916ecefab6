"""Interprets HTTP answers: caching and rate hints in headers, errors by status.

Pure functions; headers have lower-case names. Times that servers ask for are in seconds.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC
from email.utils import parsedate_to_datetime
from functools import lru_cache

from bot.core.errors import FetchError

_VALIDATOR_LIMIT = 1024  # characters of an ETag or Last-Modified that are sent back
_AUTH = (401, 403, 407)


def retry_after_s(headers: Mapping[str, str], now_s: float) -> float | None:
    """Retry-After in seconds from now, 0 when it lies in the past, None when absent or unreadable (RFC 9110, 10.2.3).

    A date counts from the server's own Date header if there is one, since the server means its own clock.
    """
    value = headers.get("retry-after", "").strip()
    if not value:
        return None
    try:
        seconds = float(value)
    except ValueError:
        then = _date_s(value)
        seconds = math.nan if then is None else then - (_date_s(headers.get("date", "")) or now_s)
    return max(0.0, seconds) if math.isfinite(seconds) else None


def max_age_s(headers: Mapping[str, str]) -> int | None:
    """How long the answer says it stays fresh, in seconds; None when it doesn't say, or is stale at once.

    `max-age` wins over Expires (RFC 9111, 5.3), which counts from Date. no-cache and no-store give None: they are about
    keeping copies, not about when to come back.
    """
    told, stays_s = _control(headers.get("cache-control", ""))
    if told:
        return stays_s
    expires = _date_s(headers.get("expires", ""))
    date = None if expires is None else _date_s(headers.get("date", ""))
    if expires is None or date is None or expires <= date:
        return None
    return int(expires - date)


@lru_cache(256)  # servers send the same few values, poll after poll
def _control(value: str) -> tuple[bool, int | None]:
    """Whether Cache-Control decides how long an answer stays fresh, and for how many seconds."""
    control = value.lower()
    for part in control.split(","):
        name, _, wish = part.strip().partition("=")
        if name == "max-age":
            seconds = wish.strip('" ')
            return True, (int(seconds[:12]) or None) if seconds.isdecimal() and seconds.isascii() else None
    return "no-cache" in control or "no-store" in control, None


def may_keep(headers: Mapping[str, str]) -> bool:
    """False under `no-store`: not even a hash of the body is kept (RFC 9111, 5.2.2.5)."""
    return "no-store" not in headers.get("cache-control", "").lower()


def echoable(value: str) -> bool:
    """Whether a validator may be sent back: it is short enough, and has nothing that could end the header."""
    return len(value) <= _VALIDATOR_LIMIT and value.isprintable() and value.isascii()


def refusal(status: int, headers: Mapping[str, str], shown: str, now_s: float) -> FetchError:
    """The error that a status other than 200 and 304 stands for. `shown` names the URL, redacted."""
    rest_s = retry_after_s(headers, now_s)
    kind, words = _meaning(429 if _spent(status, headers) else status, headers)
    if kind == "rate-limit" and rest_s is None:
        rest_s = _reset_s(headers, now_s)
    return FetchError(kind, f"{shown}: {words} (HTTP {status})", status=status, retry_after_s=rest_s)


def _spent(status: int, headers: Mapping[str, str]) -> bool:
    """Whether a 403 means "too many requests" (GitHub, "Rate limits for the REST API"): none is left, or it says when.

    GitHub counts requests in headers of each answer; a Retry-After beside them is that of its secondary limit.
    """
    left = _number(headers.get("x-ratelimit-remaining", ""))
    return status == 403 and left is not None and (left <= 0 or "retry-after" in headers)


def _reset_s(headers: Mapping[str, str], now_s: float) -> float | None:
    """When the count of requests is reset, in seconds from now. GitHub gives a time since 1970, Reddit a duration."""
    told = _number(headers.get("x-ratelimit-reset", ""))
    if told is None:
        return None
    return max(0.0, told - (_date_s(headers.get("date", "")) or now_s) if told > _LONG_AGO_S else told)


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _meaning(status: int, headers: Mapping[str, str]) -> tuple[str, str]:
    if headers.get("cf-mitigated", "").lower() == "challenge":
        return "challenge", "a bot check stands before it; ask the publisher for another address"
    if status in _AUTH:
        return "auth", "not for us without a password or from here"
    if status in _WORDS:
        return _WORDS[status]
    if status >= 500 and status < 600:
        return "server", "the server failed"
    return "http", "an answer that is no feed"


_LONG_AGO_S = 1e9
_FIREWALL = ("challenge", "a firewall stands before it, or it takes no such question; try it in a browser")
_WORDS = {
    405: _FIREWALL,
    412: _FIREWALL,
    404: ("not-found", "nothing is there"),
    410: ("gone", "it is gone for good, says its server"),
    429: ("rate-limit", "asked too often; we rest"),
    226: ("protocol", "a delta that was not asked for"),
    206: ("protocol", "a part that was not asked for"),
    304: ("protocol", "'not modified' to a question without conditions"),
}


def _date_s(text: str) -> float | None:
    """An HTTP-date as seconds since the epoch, None when it is not one."""
    if not text:
        return None
    try:
        moment = parsedate_to_datetime(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
