"""What the platforms and feeds may do wrong while the program is being killed, by a die."""

from __future__ import annotations

import random
from collections.abc import Callable

from tests.fakes.discord.faults import Fault, limited
from tests.fakes.discord.server import FakeDiscord
from tests.fakes.slack import Fail, FakeSlack
from tests.faults.news import Feeds

POST, LOOK = r"POST /channels/\d+/messages$", r"GET /channels/\d+/messages$"
LATE_S = 2.5
"""How late a request may be read: later than the next program lives, within a send's deadline (`harness`: 4 s)."""
_GARBAGE = "<html>ok</html>"

DISCORD: dict[str, Callable[[], Fault]] = {
    "429": lambda: limited(POST, 0.4),
    "429 for all": lambda: limited(POST, 1.0, scope="global"),
    "500": lambda: Fault(POST, 500),
    "502 after it was posted": lambda: Fault(POST, 502, "<html>bad gateway</html>", commit=True),
    "504 after it was posted": lambda: Fault(POST, 504, commit=True),
    "reset": lambda: Fault(POST, drop=True),
    "reset after it was posted": lambda: Fault(POST, drop=True, commit=True),
    "silence after it was posted": lambda: Fault(POST, hang=True, commit=True),
    "200 with garbage": lambda: Fault(POST, 200, _GARBAGE, commit=True),
    "read late": lambda: Fault(POST, late_s=LATE_S),
    "503 to a look": lambda: Fault(LOOK, 503),
}
SLACK: dict[str, tuple[str, Callable[[], Fail]]] = {
    "429": ("chat.postMessage", lambda: Fail(429, '{"ok":false,"error":"ratelimited"}', {"Retry-After": "1"})),
    "503": ("chat.postMessage", lambda: Fail(503, "no")),
    "internal_error": ("chat.postMessage", lambda: Fail.code("internal_error")),
    "500 after it was posted": ("chat.postMessage", lambda: Fail(500, commit=True)),
    "reset": ("chat.postMessage", lambda: Fail(cut=True)),
    "reset after it was posted": ("chat.postMessage", lambda: Fail(cut=True, commit=True)),
    "silence after it was posted": ("chat.postMessage", lambda: Fail(hang=True, commit=True)),
    "200 with garbage": ("chat.postMessage", lambda: Fail(body=_GARBAGE, commit=True)),
    "read late": ("chat.postMessage", lambda: Fail(late_s=LATE_S)),
    "429 to a look": (
        "conversations.history",
        lambda: Fail(429, '{"ok":false,"error":"ratelimited"}', {"Retry-After": "1"}),
    ),
    "reset of a look": ("conversations.history", lambda: Fail(cut=True)),
}
FEED: tuple[int | str, ...] = (500, 503, "page", "reset")


class Mischief:
    """Plants faults. `counts` says how many of each kind were planted; `left` forgets those that were not met."""

    def __init__(self, die: random.Random, discord: FakeDiscord, slack: FakeSlack, feeds: Feeds) -> None:
        self._die = die
        self._discord = discord
        self._slack = slack
        self._feeds = feeds
        self.planted = 0

    def plant(self) -> None:
        """About two faults, of any kind."""
        for _ in range(self._die.choice((0, 1, 2, 3))):
            self._one(self._die.choice(("discord", "discord", "slack", "slack", "feed")))

    def _one(self, where: str) -> None:
        self.planted += 1
        if where == "discord":
            self._discord.faults.append(DISCORD[self._die.choice(sorted(DISCORD))]())
        elif where == "slack":
            method, fail = SLACK[self._die.choice(sorted(SLACK))]
            self._slack.faults[method].append(fail())
        else:
            name = self._die.choice(sorted(self._feeds.faults))
            self._feeds.faults[name].append(self._die.choice(FEED))

    def end(self) -> None:
        """Everything answers from now on."""
        self.planted -= self.waiting
        self._discord.faults.clear()
        self._slack.faults.clear()
        for waiting in self._feeds.faults.values():
            waiting.clear()

    @property
    def waiting(self) -> int:
        """Faults that nothing has met yet."""
        of_discord = sum(fault.times > 0 for fault in self._discord.faults)
        of_slack = sum(len(waiting) for waiting in self._slack.faults.values())
        return of_discord + of_slack + sum(len(waiting) for waiting in self._feeds.faults.values())
