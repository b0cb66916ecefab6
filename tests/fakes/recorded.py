"""A fetch path over recorded answers: what a server said to an address, in order, the last one for ever."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from bot.core.errors import FetchError
from bot.ports import Fetched

Answer = Fetched | FetchError


class Asked(NamedTuple):
    """One request as it came."""

    url: str
    headers: Mapping[str, str]
    data: bytes | None
    every_ms: int | None


class Recorded:
    """Implements `bot.ports.Fetch`. An address that nobody recorded is a 404, as it would be on a server.

    A recorded answer with an ETag is 304 to whoever sends that ETag back.
    """

    def __init__(self, answers: Mapping[str, Answer | list[Answer]] | None = None) -> None:
        self._answers = {url: said if isinstance(said, list) else [said] for url, said in (answers or {}).items()}
        self.asked: list[Asked] = []

    def say(self, url: str, *answers: Answer) -> None:
        """Record answers for an address, in the place of those before."""
        self._answers[url] = list(answers)

    async def get(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        data: bytes | None = None,
        every_ms: int | None = None,
    ) -> Fetched:
        self.asked.append(Asked(url, headers or {}, data, every_ms))
        said = self._answers.get(url)
        if not said:
            raise FetchError("not-found", f"{url}: not found (404)", status=404)
        answer = said.pop(0) if len(said) > 1 else said[0]
        if isinstance(answer, FetchError):
            raise answer
        if answer.headers.get("etag") and (headers or {}).get("If-None-Match") == answer.headers["etag"]:
            return Fetched(304, url, answer.headers)
        return answer


def said(body: Any, url: str = "https://example.test/", *, complete: bool = True, **headers: str) -> Fetched:
    """An answer 200: bytes as they are, text as UTF-8, anything else as JSON."""
    data = body if isinstance(body, bytes) else (body if isinstance(body, str) else json.dumps(body)).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Fetched(200, url, named, data, complete)
