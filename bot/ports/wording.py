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
        """A line such as `edit 3 mode="daily 09:00"` as it is typed there by somebody who may configure, or not.

        `called` gives a command's name in the reader's language, "" for its own.
        """


class Say(Protocol):
    """Texts by locale and key, their `{names}` filled in with `values`, `{cmd:mute 42}` as one types that line."""

    def __call__(self, locale: str, key: str, /, **values: object) -> str: ...

    def told(self, locale: str, english: str) -> str:
        """A sentence that was made in English, in this language; as it stands where that lacks it."""

    def line(self, locale: str, line: str) -> str:
        """A line such as `mute 42` as it is typed."""

    def at(self, platform: str, scope: str = "", channel: str = "", *, may_configure: bool = True) -> Self:
        """The same, told in a channel, or to who asks there: lines are told as they are typed on its platform."""


@dataclass(frozen=True, slots=True)
class Voice:
    """The wording in one reader's language."""

    say: Say
    locale: str = "en"

    @classmethod
    def at(cls, say: Say, channel: Channel) -> Voice:
        """What is said to all who read a channel."""
        return cls(say.at(channel.platform, channel.scope, channel.ref), channel.language)

    def __call__(self, key: str, /, **values: object) -> str:
        """The text of `key`, its `{names}` filled in."""
        return self.say(self.locale, key, **values)

    def told(self, english: str) -> str:
        return self.say.told(self.locale, english)

    def sentence(self, english: str) -> str:
        """What is wrong, as an error says it behind a colon, as a sentence of its own."""
        told = self.told(english)
        return as_sentence(told) if told == english else told

    def line(self, line: str) -> str:
        return self.say.line(self.locale, line)
