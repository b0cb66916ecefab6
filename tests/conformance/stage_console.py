"""A person at the terminal."""

from __future__ import annotations

import io
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from rich.console import Console

from bot.core.message import Alert, Reply
from bot.core.model import Channel
from bot.ports import Asker
from handlers.console import ConsolePlatform, render_reply
from tests.conformance.stage import Seen, Stage, Witness, desk_of_town, posted


class ConsoleStage:
    """The terminal of whoever runs the program; it has no buttons and nobody else to see an answer."""

    name, presses = "console", False

    def __init__(self, platform: ConsolePlatform, out: io.StringIO, commands: Witness) -> None:
        self._platform, self._out, self._commands = platform, out, commands
        self.replies = commands.replies

    async def ask(self, name: str, args: Mapping[str, str], *, locale: str = "en", may_configure: bool = True) -> Seen:
        return self._shown(await self._commands.run(self._asker(locale, may_configure), name, args))

    async def press(self, action: str, value: str) -> Seen:
        return self._shown(await self._commands.press(self._asker("en", True), action, value))

    async def deliver(self, alert: Alert, language: str = "en") -> list[Seen]:
        channel = Channel(1, "console", "local", "terminal", settings={"language": language})
        start = self._out.tell()
        await posted(self._platform, channel, alert, None)
        return [_plain(self._out.getvalue()[start:])]

    def _asker(self, locale: str, may_configure: bool) -> Asker:
        return Asker("console", "local", "terminal", "owner", "#general", may_configure, locale, True)

    def _shown(self, reply: Reply) -> Seen:
        out = io.StringIO()
        Console(file=out, width=400, color_system=None).print(render_reply(reply), soft_wrap=True)
        seen = _plain(out.getvalue())
        seen.private = reply.private
        return seen


def _plain(text: str) -> Seen:
    return Seen(text, re.findall(r"https?://\S+", text))


@asynccontextmanager
async def console_stage() -> AsyncIterator[Stage]:
    """The terminal, into a text."""
    async with desk_of_town() as (commands, platforms, _):
        out = io.StringIO()
        platforms["console"] = platform = ConsolePlatform(console=Console(file=out, width=400, color_system=None))
        yield ConsoleStage(platform, out, commands)
