"""Localised wording: texts by language and key. `bot.translations.Words` implements `Say`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, Self

from bot.core.errors import as_sentence
from bot.core.model import Channel


class Keyboard(Protocol):
    """How the lines of commands are typed on a platform."""

    def __call__(self, line: str, called: Callable[[str], str], may_configure: bool) -> str:
        """A line such as `edit 3 mode="daily 09:00"` as somebody types it there who may configure, or may not.

        `called` gives a command's name in the reader's language; "" where it has only its own.
        """


class Say(Protocol):
    """Texts by locale and key, with their `{names}` filled in from `values`, and `{cmd:mute 42}` as users type it."""

    def __call__(self, locale: str, key: str, /, **values: object) -> str: ...

    def told(self, locale: str, english: str) -> str:
        """An English sentence in this language; unchanged where the language lacks it."""

    def line(self, locale: str, line: str) -> str:
        """A line such as `mute 42` as users type it."""

    def at(self, platform: str, scope: str = "", channel: str = "", *, may_configure: bool = True) -> Self:
        """The same wording for a channel, or a person who asks there: lines are as its platform's users type them."""


@dataclass(frozen=True, slots=True)
class Voice:
    """The wording in one reader's language."""

    say: Say
    locale: str = "en"

    @classmethod
    def at(cls, say: Say, channel: Channel) -> Voice:
        """The wording for everybody who reads a channel."""
        return cls(say.at(channel.platform, channel.scope, channel.ref), channel.language)

    def __call__(self, key: str, /, **values: object) -> str:
        """The text of `key`, its `{names}` filled in."""
        return self.say(self.locale, key, **values)

    def told(self, english: str) -> str:
        return self.say.told(self.locale, english)

    def sentence(self, english: str) -> str:
        """What an error says behind its colon, as a sentence of its own."""
        told = self.told(english)
        return as_sentence(told) if told == english else told

    def line(self, line: str) -> str:
        return self.say.line(self.locale, line)
