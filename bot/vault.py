"""Seals the secrets in the addresses of feeds if the owner sets a key: `user:password@`, and tokens in the query.

A sealed part keeps its place in the address, so that host and path stay readable, one address is still one row, and a
copy of the database needs only the key. It is opened where the request is made and nowhere else. Sealing is
deterministic (AES-SIV, RFC 5297) and bound to the host: a part that is moved to another host's address can't be opened.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from bot.core.errors import ConfigError, TocsinError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESSIV

_MARK = "sealed."
_ADDRESS = re.compile(r"(https?://)(?:([^/?#]*)@)?([^/?#@]*)(.*)", re.IGNORECASE | re.DOTALL)
_QUERY = re.compile(
    r"(?<=[?&])((?:access|auth|api|feed|rss|private|user)?[_-]?(?:token|key|secret|auth|sig|signature|pass|password)=)"
    r"([^&#]+)",
    re.IGNORECASE,
)


class Locked(TocsinError):
    """An address's secret was sealed with a key other than those that are set."""


def read_keys(keys: str) -> tuple[bytes, ...]:
    """The keys of TOCSIN_ENCRYPTION_KEY: 32 bytes each, in base64, comma-separated. Raises `ConfigError`."""
    parts = [key.strip().replace("+", "-").replace("/", "_") for key in keys.split(",") if key.strip()]
    try:
        found = tuple(base64.urlsafe_b64decode(key) for key in parts)
    except (binascii.Error, ValueError):
        found = (b"",)
    if any(len(key) != 32 for key in found):
        raise ConfigError("TOCSIN_ENCRYPTION_KEY must be 32 bytes in base64; make one with: openssl rand -base64 32")
    return found


class Vault:
    """Seals with the first key and opens with any, as `handlers.seal` does; without a key it seals nothing."""

    def __init__(self, keys: str = "") -> None:
        self._ciphers = tuple(_cipher(key) for key in read_keys(keys))

    def close(self, url: str) -> str:
        """The address as it is stored. A part sealed with a former key is sealed again; one that no key opens stays."""
        return _each(url, self._sealed) if self._ciphers else url

    def open(self, url: str) -> str:
        """The address as it is requested. Raises `Locked`, a line that names the remedy."""
        return _each(url, self._opened) if _MARK in url else url

    def _sealed(self, text: str, place: bytes) -> str:
        try:
            plain = self._opened(text, place)
        except Locked:
            return text
        found = self._ciphers[0].encrypt(plain.encode("utf-8", "surrogatepass"), [place])
        return _MARK + base64.urlsafe_b64encode(found).decode().rstrip("=")

    def _opened(self, text: str, place: bytes) -> str:
        if not text.startswith(_MARK):
            return text
        for cipher in self._ciphers:
            if (found := _tried(cipher, text.removeprefix(_MARK), place)) is not None:
                return found
        raise Locked("its password can't be opened: TOCSIN_ENCRYPTION_KEY is not the key that it was sealed with")


def _cipher(key: bytes) -> AESSIV:
    """A cipher with a key derived for this use: 64 bytes, for AES-SIV with AES-256. Loads the library only now."""
    from cryptography.hazmat.primitives.ciphers.aead import AESSIV
    from cryptography.hazmat.primitives.hashes import SHA512
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return AESSIV(HKDF(SHA512(), 64, None, b"tocsin feed addresses").derive(key))


def _tried(cipher: AESSIV, sealed: str, place: bytes) -> str | None:
    from cryptography.exceptions import InvalidTag

    try:
        found = cipher.decrypt(base64.urlsafe_b64decode(sealed + "=" * (-len(sealed) % 4)), [place])
    except (InvalidTag, ValueError):
        return None
    return found.decode("utf-8", "surrogatepass")


def _each(url: str, change: Callable[[str, bytes], str]) -> str:
    """The address with `change` applied to every secret in it. A text that is no address stays unchanged."""
    if not (found := _ADDRESS.fullmatch(url.strip())):
        return url
    scheme, user, host, rest = found.groups()
    place = host.lower().encode("utf-8", "surrogatepass")
    head = f"{scheme}{change(user, place)}@{host}" if user else url.strip()[: len(url.strip()) - len(rest)]
    before, mark, fragment = rest.partition("#")
    return head + _QUERY.sub(lambda part: part[1] + change(part[2], place), before) + mark + fragment
