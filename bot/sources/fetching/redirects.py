"""Where a redirect may lead, and which headers go along. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import NamedTuple
from urllib.parse import urljoin

from bot.core.errors import FetchError
from bot.core.urls import BadUrl, checked, redacted

STATUSES = frozenset((301, 302, 303, 307, 308))
MAX_HOPS = 5
_SECRETS = frozenset(("authorization", "cookie", "proxy-authorization"))


class Step(NamedTuple):
    """The next URL; whether the server means it for good; whether a posted body goes along (RFC 9110, 15.4)."""

    url: str
    permanent: bool
    keeps_body: bool


def step(status: int, url: str, location: str, hops: int, seen: Set[str]) -> Step:
    """The next request after a redirect of `url`. Raises `FetchError` (`redirect`) if it is not followed.

    `hops` counts the redirects before this one, `seen` holds the URLs that they came from.
    """
    shown = redacted(url)
    if not location:
        raise FetchError("redirect", f"{shown}: a redirect without a target", status=status)
    if hops >= MAX_HOPS:
        raise FetchError("redirect", f"{shown}: more than {MAX_HOPS} redirects", status=status)
    try:
        target = checked(urljoin(url, location))
    except (BadUrl, ValueError) as error:
        raise FetchError("redirect", f"{shown}: redirects to what is not fetched: {error}", status=status) from None
    if target == url or target in seen:
        raise FetchError("redirect", f"{shown}: redirects in a circle", status=status)
    if url.startswith("https:") and not target.startswith("https:"):
        raise FetchError("redirect", f"{shown}: redirects from https to plain http", status=status)
    return Step(target, status in (301, 308), status in (307, 308))


def carried(headers: Mapping[str, str], url: str, target: str) -> Mapping[str, str]:
    """The headers that go along: no credentials to another origin (scheme, host or port differ)."""
    if url.split("/", 3)[:3] == target.split("/", 3)[:3]:
        return headers
    return {name: value for name, value in headers.items() if name.lower() not in _SECRETS}
