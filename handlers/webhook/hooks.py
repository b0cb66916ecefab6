"""Webhooks as they are kept: a name, a kind, an address that is itself a secret; sealed where a key is set."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from urllib.parse import urlsplit

from bot.core.errors import ConfigError
from bot.ports import Memory
from handlers.seal import Seal

_KEY = "webhooks"
KINDS = ("discord", "slack", "json")
_DISCORD = ("discord.com", "discordapp.com", "ptb.discord.com", "canary.discord.com")


class Locked(ConfigError):
    """Webhooks are kept, but the key they were sealed with is not the one that is set."""


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


class Hooks:
    """All webhooks, as one record of a `Memory`. Each method raises `Locked` when the record can't be opened."""

    def __init__(self, memory: Memory, seal: Seal) -> None:
        self._memory = memory
        self._seal = seal

    async def all(self) -> dict[str, Hook]:
        """Every webhook by its name."""
        kept = await self._memory.recall(_KEY)
        if not kept:
            return {}
        if not (text := self._seal.open(kept)):
            raise Locked("the webhooks can't be opened: TOCSIN_ENCRYPTION_KEY is not the key they were sealed with")
        return {one["name"]: Hook(**one) for one in json.loads(text)}

    async def add(self, hook: Hook) -> None:
        """Keep a webhook, in place of the one with this name."""
        await self._save({**await self.all(), hook.name: hook})

    async def remove(self, name: str) -> bool:
        """Forget a webhook; False when there was none."""
        hooks = await self.all()
        found = hooks.pop(name, None)
        await self._save(hooks)
        return found is not None

    async def _save(self, hooks: dict[str, Hook]) -> None:
        text = json.dumps([asdict(hook) for hook in hooks.values()])
        await self._memory.keep(_KEY, self._seal.close(text) if hooks else "")
