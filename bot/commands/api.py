"""The command interface that every platform uses: arguments in, `Reply` out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, Protocol

from bot.core.message import Reply
from bot.ports import Asker


class Choice(NamedTuple):
    """One suggestion: what is shown (≤ 100 characters) and the value that it stands for."""

    label: str
    value: str


class Commands(Protocol):
    """The commands as platforms call them. `bot.commands.run` implements it."""

    async def run(self, asker: Asker, name: str, args: Mapping[str, str]) -> Reply:
        """Run a command of `bot.core.commands.spec`. Never raises for what a user may type: a refusal is a `Reply`."""

    async def type(self, asker: Asker, line: str) -> Reply:
        """Run a typed line such as `subscribe "h20 AND ban" channel=#policy severity=notable`."""

    async def press(self, asker: Asker, action: str, value: str) -> Reply:
        """Run what a button stands for (`Button.action`, `Button.value`)."""

    async def filled(self, asker: Asker, name: str, value: str) -> Mapping[str, str]:
        """The present values that a command's form shows, by argument; `value` is that of the button that opens it.

        {} for a form that starts empty, and for a subscription of another channel.
        """

    async def complete(self, asker: Asker, name: str, arg: str, text: str, channel: str = "") -> list[Choice]:
        """At most 25 suggestions for an argument, at once; `channel` is the one chosen so far, "" for the asker's."""
