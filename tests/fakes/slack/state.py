"""What the fake Slack knows: workspaces, people, channels, messages, and how fast it lets itself be called."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass
class Channel:
    """A conversation. `members` are users; the bot is in it when its user is among them."""

    id: str
    name: str = "news"
    private: bool = False
    archived: bool = False
    im_user: str = ""
    members: set[str] = field(default_factory=set)
    messages: list[Json] = field(default_factory=list)


@dataclass
class Team:
    """A workspace with the bot's token and rights; with `org`, an organisation with the channels of all its own."""

    id: str
    token: str
    bot_user: str
    scopes: str
    channels: dict[str, Channel] = field(default_factory=dict)
    admins: set[str] = field(default_factory=set)
    locales: dict[str, str] = field(default_factory=dict)
    revoked: str = ""
    org: str = ""


@dataclass
class Meter:
    """GCRA by key: how long a caller must wait, 0 when it may go on."""

    clock: Callable[[], float] = time.monotonic
    due: dict[str, float] = field(default_factory=dict)

    def wait(self, key: str, every_s: float, burst: int) -> float:
        """Take a place if there is one; else the seconds until there is."""
        now = self.clock()
        due = max(self.due.get(key, now), now)
        over = due - now - every_s * (burst - 1)
        if over > 1e-9:
            return over
        self.due[key] = due + every_s
        return 0.0


def conversation(channel: Channel, bot_user: str) -> Json:
    """As `conversations.info` tells it."""
    if channel.im_user:
        return {"id": channel.id, "is_im": True, "user": channel.im_user, "is_archived": channel.archived}
    return {
        "id": channel.id,
        "name": channel.name,
        "is_channel": not channel.private,
        "is_group": channel.private,
        "is_private": channel.private,
        "is_archived": channel.archived,
        "is_member": bot_user in channel.members,
    }
