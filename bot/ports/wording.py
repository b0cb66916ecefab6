"""The wording: what is said, by language and key. `bot.words.Words` is the real one."""

from __future__ import annotations

from typing import Protocol


class Say(Protocol):
    """Texts by locale and key, their `{names}` filled in with `values`."""

    def __call__(self, locale: str, key: str, /, **values: object) -> str: ...

    def told(self, locale: str, english: str) -> str:
        """A sentence that was made in English, in this language; as it stands where that lacks it."""
        ...
