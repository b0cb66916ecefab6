"""A memory for where nothing needs to be kept."""

from __future__ import annotations


class Forgetful:
    """A `Memory` that lasts as long as the process: enough for one workspace on Socket Mode, which keeps nothing."""

    def __init__(self) -> None:
        self._kept: dict[str, str] = {}

    async def recall(self, key: str) -> str:
        """The text under `key`, "" when there is none."""
        return self._kept.get(key, "")

    async def keep(self, key: str, text: str) -> None:
        """Keep `text`; "" forgets the key."""
        if text:
            self._kept[key] = text
        else:
            self._kept.pop(key, None)
