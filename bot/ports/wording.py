"""The wording: what is said, by language and key. `bot.translations.Words` is the real one."""

from __future__ import annotations

from typing import Protocol, Self

from bot.core.typed import Keyboard


class Say(Protocol):
    """Texts by locale and key, their `{names}` filled in with `values`, `{cmd:mute 42}` as one types that line."""

    def __call__(self, locale: str, key: str, /, **values: object) -> str: ...

    def told(self, locale: str, english: str) -> str:
        """A sentence that was made in English, in this language; as it stands where that lacks it."""
        ...

    def line(self, locale: str, line: str) -> str:
        """A line such as `mute 42` as it is typed."""
        ...

    def at(self, keyboard: Keyboard) -> Self:
        """The same, told to somebody who types there."""
        ...
