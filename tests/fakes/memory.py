"""A `Memory` that lasts as long as the process."""

from __future__ import annotations


class Forgetful:
    """What is kept stands in `texts`."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}

    async def recall(self, key: str) -> str:
        """The text under `key`, "" when there is none."""
        return self.texts.get(key, "")

    async def keep(self, key: str, text: str) -> None:
        """Keep `text`; "" forgets the key."""
        if text:
            self.texts[key] = text
        else:
            self.texts.pop(key, None)
