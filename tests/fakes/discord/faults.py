"""What the fake server may be told to do wrong, and to which requests."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Fault:
    """Strikes `times` requests whose "METHOD /path" matches `where`.

    `status` answers with it (and `body`, `headers`) instead of doing what is asked; `commit` does it first. `drop`
    closes the connection without an answer; `hang` gives none until the client goes away. With `late_s` it is done
    that much later, whether or not the client is still there, and answered as if nothing had been.
    """

    where: str
    status: int = 0
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    commit: bool = False
    drop: bool = False
    hang: bool = False
    late_s: float = 0.0
    times: int = 1

    def strikes(self, request_line: str) -> bool:
        """Does it strike this request? Then once less."""
        if self.times <= 0 or not re.search(self.where, request_line):
            return False
        self.times -= 1
        return True

    def text(self) -> tuple[str, str]:
        """The body and its content type."""
        if isinstance(self.body, str):
            return self.body, "text/html" if self.body.startswith("<") else "application/json"
        return json.dumps(self.body if self.body is not None else {"message": "no", "code": 0}), "application/json"


def error(where: str, status: int, code: int, *, times: int = 1, message: str = "refused") -> Fault:
    """Discord's own way to refuse."""
    return Fault(where, status, {"message": message, "code": code}, times=times)


def limited(where: str, retry_after: float, *, scope: str = "user", times: int = 1) -> Fault:
    """A 429: `scope` is user, shared or global."""
    headers = {"Via": "1.1 google", "Retry-After": str(retry_after), "X-RateLimit-Scope": scope}
    if scope == "global":
        headers["X-RateLimit-Global"] = "true"
    body = {"message": "You are being rate limited.", "retry_after": retry_after, "global": scope == "global"}
    return Fault(where, 429, body, headers, times=times)


def banned(where: str, *, times: int = 1) -> Fault:
    """Cloudflare's error 1015: HTML, none of Discord's headers."""
    return Fault(where, 429, "<html><body>error code: 1015</body></html>", times=times)
