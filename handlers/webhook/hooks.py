"""Stored webhooks: a name, a kind, and an address that is itself a secret, encrypted if a key is set."""

from __future__ import annotations

import json
from dataclasses import asdict

from bot.core.commands.webhooks import Hook
from bot.core.errors import ConfigError
from bot.ports import Records
from handlers.seal import Seal

LOCAL = "local"
_FORMER = "webhooks"


class Locked(ConfigError):
    """Webhooks are stored, but the key that is set is not the one they were sealed with."""


class Hooks:
    """The webhooks, one record each. `scope` tells who added them: `local` (the terminal), or platform and workspace.

    A method that must open a record raises `Locked` if it can't.
    """

    def __init__(self, records: Records, seal: Seal) -> None:
        self._records = records
        self._seal = seal
        self._is_split = False

    async def get(self, name: str, scope: str = LOCAL) -> Hook | None:
        await self._split()
        kept = await self._records.recall(key := _key(scope, name))
        return self._opened(key, kept) if kept else None

    async def all(self, scope: str = LOCAL) -> dict[str, Hook]:
        """Every webhook of a scope by its name."""
        await self._split()
        rows = await self._records.recall_all(_key(scope, ""))
        return {hook.name: hook for hook in map(self._opened, rows, rows.values())}

    async def add(self, hook: Hook, scope: str = LOCAL) -> bool:
        """Store a webhook; False if there is one with this name already, which stays unchanged."""
        await self._split()
        return await self._records.keep_new(_key(scope, hook.name), self._closed(hook))

    async def remove(self, name: str, scope: str = LOCAL) -> bool:
        """Delete a webhook, even one that can't be opened; False if there was none."""
        await self._split()
        found = bool(await self._records.recall(key := _key(scope, name)))
        await self._records.keep(key, "")
        return found

    def _closed(self, hook: Hook) -> str:
        return self._seal.close(json.dumps(asdict(hook)))

    def _opened(self, key: str, kept: str) -> Hook:
        return Hook(**json.loads(self._text(key, kept)))

    def _text(self, key: str, kept: str) -> str:
        if not (text := self._seal.open(kept, key)):
            raise Locked("the webhooks can't be opened: TOCSIN_ENCRYPTION_KEY is not the key they were sealed with")
        return text

    async def _split(self) -> None:
        """Split the single record that held all webhooks before 0.1; done once, before anything else is read.

        A migration of the store can't do it: the record may be sealed.
        """
        if self._is_split:
            return
        if kept := await self._records.recall(_FORMER):
            for one in json.loads(self._text(_FORMER, kept)):
                await self._records.keep_new(_key(LOCAL, one["name"]), self._closed(Hook(**one)))
            await self._records.keep(_FORMER, "")
        self._is_split = True


def _key(scope: str, name: str) -> str:
    return f"webhook.{scope}.{name}"
