"""One request of a redirect chain, ready to send: validated, without credentials in its URL, with its history."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from yarl import URL

from bot.core.urls import checked, take_credentials
from bot.sources.fetching import redirects

_CONDITIONS = frozenset(("if-none-match", "if-modified-since"))


class Ask(NamedTuple):
    """What is sent, and the chain so far: the number of `hops`, whether all were `permanent`, the URLs `seen`."""

    url: str
    sent: URL
    host: str
    headers: Mapping[str, str]
    data: bytes | None = None
    every_s: float = 0.0
    hops: int = 0
    permanent: bool = True
    seen: frozenset[str] = frozenset()

    @property
    def conditional(self) -> bool:
        """Whether a 304 may answer this request."""
        return not _CONDITIONS.isdisjoint(map(str.lower, self.headers))

    @property
    def moved_to(self) -> str:
        """Where a chain of permanent redirects led; "" for any other chain."""
        return self.url if self.hops and self.permanent else ""

    def after(self, status: int, location: str) -> Ask:
        """The request that a redirect asks for. Raises `FetchError` (`redirect`)."""
        step = redirects.step(status, self.url, location, self.hops, self.seen)
        return self._replace(
            url=step.url,
            sent=URL(step.url, encoded=True),
            host=_host(step.url),
            headers=redirects.carried(self.headers, self.url, step.url),
            data=self.data if step.keeps_body else None,
            hops=self.hops + 1,
            permanent=self.permanent and step.permanent,
            seen=self.seen | {self.url},
        )


class _Target(NamedTuple):
    """A checked URL, the same as the client takes it, its host, and the header made from its userinfo."""

    url: str
    sent: URL
    host: str
    authorization: str


def first_ask(url: str, headers: Mapping[str, str], data: bytes | None, every_s: float) -> Ask:
    """The first request of a chain. Raises `BadUrl`."""
    target = _target(url)
    if target.authorization:
        headers = {**headers, "Authorization": target.authorization}
    return Ask(target.url, target.sent, target.host, headers, data, every_s)


@lru_cache(maxsize=4096)
def _target(url: str) -> _Target:
    """A URL checked and split, once for the many polls of a feed."""
    bare, credentials = take_credentials(url)
    authorization = ""
    if credentials:
        pair = base64.b64encode(f"{credentials.user}:{credentials.password}".encode()).decode()
        authorization = f"Basic {pair}"
    target = checked(bare)
    return _Target(target, URL(target, encoded=True), _host(target), authorization)


def _host(url: str) -> str:
    """The host of a checked URL, without port and brackets."""
    place = url.split("/", 3)[2]
    return place[1:].partition("]")[0] if place.startswith("[") else place.partition(":")[0]
