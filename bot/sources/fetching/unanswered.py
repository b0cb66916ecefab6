"""Why an HTTP request got no answer, from the client's exception."""

from __future__ import annotations

import errno
import re
import ssl

import aiohttp

from bot import proxies
from bot.core.errors import FetchError
from bot.sources.fetching.address import MARK

_EACH = re.compile(r"(?:^Multiple exceptions:|,) \[Errno -?\d+\] ")


def failure(error: Exception, shown: str, host: str) -> FetchError:
    """The error that an exception of the client stands for; `host` is the requested one, direct or through a proxy."""
    if said := proxies.trouble(error, host):
        return FetchError("refused", f"{shown}: {_short(said)}")
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return FetchError("dns", f"{shown}: the host name can't be resolved now")
    if isinstance(error, aiohttp.ClientConnectorCertificateError | aiohttp.ClientConnectorSSLError | ssl.SSLError):
        return FetchError("tls", f"{shown}: no trusted TLS connection ({_tls_reason(error)})")
    if isinstance(error, aiohttp.ClientConnectorError):
        return _not_connected(error.os_error, shown)
    if isinstance(error, aiohttp.ServerDisconnectedError):
        return FetchError("protocol", f"{shown}: the server hung up without an answer")
    if isinstance(error, aiohttp.ClientResponseError):
        return FetchError("protocol", f"{shown}: not a sound HTTP answer ({_short(error.message)})")
    if isinstance(error, OSError) and error.errno == errno.EACCES:
        return _not_connected(error, shown)
    if isinstance(error, OSError):
        return FetchError("refused", f"{shown}: the connection was closed before an answer came")
    return FetchError("protocol", f"{shown}: not a sound HTTP answer ({_short(error)})")


def _not_connected(error: OSError, shown: str) -> FetchError:
    text = _of_several(error.strerror or str(error))
    if error.errno == errno.EACCES and MARK in text:
        return FetchError("address", f"{shown}: {_short(text, 200)}")
    return FetchError("refused", f"{shown}: no connection ({_short(text)})")


def _of_several(text: str) -> str:
    """The message for one address, if asyncio joined those of all of a host's addresses: one that is closed to us."""
    said = _EACH.split(text) if text.startswith("Multiple exceptions: ") else [text]
    return next((part for part in said if MARK in part), said[-1])


def _tls_reason(error: Exception) -> str:
    inner = getattr(error, "certificate_error", None) or getattr(error, "os_error", None) or error
    return _short(getattr(inner, "verify_message", "") or getattr(inner, "reason", "") or inner)


def _short(what: object, limit: int = 100) -> str:
    text = " ".join(str(what).split()) or type(what).__name__
    return "".join(char for char in text if char.isprintable())[:limit]
