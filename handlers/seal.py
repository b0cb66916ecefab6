"""Encrypts secrets at rest with the owner's key; without one they are stored as they are."""

from __future__ import annotations

import base64
import logging

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from bot.vault import read_keys

log = logging.getLogger(__name__)
_PLAIN, _SEALED = "plain:", "sealed:"


class Seal:
    """Encrypts with the first key and opens with any: to change keys, put the new one first and keep the old one.

    `keys` is one or more Fernet keys (32 bytes, base64), comma-separated; "" keeps texts as they are.
    Raises `ConfigError` for a key that is none.
    """

    def __init__(self, keys: str = "") -> None:
        fernets = [Fernet(base64.urlsafe_b64encode(key)) for key in read_keys(keys)]
        self._first = fernets[0] if fernets else None
        self._any = MultiFernet(fernets) if fernets else None

    def close(self, text: str) -> str:
        """`text` as it is stored."""
        if self._first is None:
            return _PLAIN + text
        return _SEALED + self._first.encrypt(text.encode()).decode()

    def open(self, kept: str, record: str) -> str:
        """Open a stored text. `""` with a logged line, which names the record, if no key fits."""
        if kept.startswith(_PLAIN):
            return kept.removeprefix(_PLAIN)
        try:
            return self._any.decrypt(kept.removeprefix(_SEALED)).decode() if self._any else self._locked(record)
        except InvalidToken:
            return self._locked(record)

    def stale(self, kept: str) -> bool:
        """Whether a text was stored without a key, or with a former one, although there is a key now."""
        if self._first is None:
            return False
        try:
            self._first.decrypt(kept.removeprefix(_SEALED))
        except InvalidToken:
            return True
        return False

    def _locked(self, record: str) -> str:
        said = "a kept secret can't be opened: TOCSIN_ENCRYPTION_KEY is not the key that it was sealed with"
        log.error(said, extra={"record": record})
        return ""
