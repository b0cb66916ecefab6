"""Resolves relative links in feeds, as feedparser does."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import urljoin, urlsplit

_SLASHES = re.compile(r"^([A-Za-z][A-Za-z0-9+.-]*://)/+")
_ODD_END = frozenset("#?;")
_NAMES = ("tag:", "urn:")  # ids, which no base changes
_SEGMENT = re.compile(r"[A-Za-z0-9_-]+")  # most ids that are no address: a single path segment
HTTP = ("http://", "https://")


def absolute(base: str, uri: str) -> str:
    """`uri` resolved against `base` ("" for none); "" if it is invalid. Plain http addresses are returned unchanged."""
    if uri.startswith(HTTP) and uri[-1] not in _ODD_END and "\n" not in uri and "///" not in uri:
        return uri
    if uri.startswith(_NAMES):
        return uri
    try:
        if _SEGMENT.fullmatch(uri):
            return _folder(base) + uri
        return _ended(urljoin(base, _SLASHES.sub(r"\1", uri)))
    except ValueError:
        return ""


def _ended(uri: str) -> str:
    """`uri` without an empty fragment, query or parameters: whether `urljoin` keeps these differs between Pythons."""
    uri = uri.removesuffix("#")
    if "#" in uri:
        return uri
    if uri.find("?") == len(uri) - 1:
        uri = uri.removesuffix("?")
    return uri if "?" in uri else uri.removesuffix(";")


@lru_cache(256)  # all items of a feed have the same base
def _folder(base: str) -> str:
    """What comes before a single path segment that is resolved against `base`. Raises `ValueError`."""
    return urljoin(base, "_")[:-1]


def web_only(base: str, uri: str) -> str:
    """An http(s) address with a host, or "". A relative one is resolved against `base`; other schemes give ""."""
    if uri and ":" not in uri.partition("/")[0]:
        uri = absolute(base, uri)
    try:
        return uri if uri[:8].lower().startswith(HTTP) and urlsplit(uri).hostname else ""
    except ValueError:  # brackets that hold no IPv6 address
        return ""
