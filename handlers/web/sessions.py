"""Sign-in sessions, kept in the store so that every process that serves the page knows them."""

from __future__ import annotations

import hmac
import secrets
from typing import NamedTuple

from bot.core.units import DAY_MS, Clock
from bot.ports.memory import Records

DAYS_MS = 30 * DAY_MS
"""How long a session lasts at most (ms)."""

_MOST = 100
_TOKEN, _FORMS, _SESSION = "page:token", "page:forms", "page:session:"


class Keys(NamedTuple):
    """What programs that serve one page share: the token that opens a session, and the key that validates its forms."""

    token: str
    forms: bytes


def own_keys(token: str) -> Keys:
    """Keys of one program alone, valid for its run; `token` is its owner's, or a generated one."""
    return Keys(token or secrets.token_urlsafe(12), secrets.token_bytes(32))


async def common_keys(records: Records, token: str = "") -> Keys:
    """Keys of every program over one store; the first that asks makes them. `token` is their owner's, if any."""
    forms = bytes.fromhex(await _first(records, _FORMS, secrets.token_hex(32)))
    return Keys(token or await _first(records, _TOKEN, secrets.token_urlsafe(12)), forms)


async def _first(records: Records, key: str, made: str) -> str:
    await records.keep_new(key, made)
    return await records.recall(key)


class Sessions:
    """Sessions under a token: a new token ends them all. At most a hundred; the oldest ends when a further one begins.

    `now` is the store's clock, ms. The stored record of a session can't open it: it is useless without the token.
    """

    def __init__(self, records: Records, token: str, now: Clock) -> None:
        self._records = records
        self._token = raw(token)
        self._now = now

    async def open(self) -> str:
        """A new session, 256 random bits."""
        session = secrets.token_urlsafe(32)
        await self._forget_old()
        await self._records.keep(self._key(session), str(self._now() + DAYS_MS))
        return session

    async def holds(self, session: str) -> bool:
        """Whether a session is open."""
        until = await self._records.recall(self._key(session)) if session else ""
        return bool(until) and int(until) > self._now()

    async def close(self, session: str) -> None:
        """End it, for every program."""
        await self._records.keep(self._key(session), "")

    async def _forget_old(self) -> None:
        kept = await self._records.recall_all(_SESSION)
        latest = sorted(kept, key=lambda key: int(kept[key]))[-(_MOST - 1) :]
        for key in kept.keys() - {key for key in latest if int(kept[key]) > self._now()}:
            await self._records.keep(key, "")

    def _key(self, session: str) -> str:
        return _SESSION + hmac.digest(self._token, raw(session), "sha256").hex()


def raw(text: str) -> bytes:
    """A text from a header or a form as bytes, even if it is not UTF-8."""
    return text.encode("utf-8", "surrogatepass")
