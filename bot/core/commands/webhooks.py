"""A webhook: name, kind, and an address that is itself a secret."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from bot.core.errors import QueryError
from bot.core.urls import is_web

KINDS = ("discord", "slack", "json")
_DISCORD = ("discord.com", "discordapp.com", "ptb.discord.com", "canary.discord.com")
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


@dataclass(frozen=True, slots=True)
class Hook:
    """One webhook. `secret` signs what is sent to a hook of kind "json"."""

    name: str
    kind: str
    url: str = field(repr=False)
    secret: str = field(default="", repr=False)

    @property
    def shown(self) -> str:
        """Host and the last four characters: enough to tell two apart, too little to post with."""
        return f"{urlsplit(self.url).hostname or '?'}/…{self.url[-4:]}"


def kind_of(url: str) -> str:
    """The kind that an address has by its host: Discord's own, Slack's own, else signed JSON."""
    host = urlsplit(url).hostname or ""
    if host in _DISCORD:
        return "discord"
    return "slack" if host == "hooks.slack.com" else "json"


def hook_of(url: str, kind: str, name: str, secret: str) -> Hook:
    """A webhook as somebody described it; without a name it gets its host's, without a kind that of `kind_of`.

    Raises `QueryError`, which never quotes the address. A `secret` is accepted for signed JSON only.
    """
    if not is_web(url) or "@" in urlsplit(url).netloc:
        raise QueryError(
            "a webhook's address must be a web address without a user name, such as https://hooks.example/T0"
        )
    name = name or (urlsplit(url).hostname or "").replace(".", "-")
    if not _NAME.fullmatch(name):
        raise QueryError(f"a webhook's name may have up to 40 small letters, digits and hyphens, not “{name[:40]}”")
    kind = kind or kind_of(url)
    return Hook(name, kind, url, secret if kind == "json" else "")
