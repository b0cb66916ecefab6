"""The fake commands, with typed lines read as the real ones are."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from bot.core.commands.line import parse_line
from bot.core.message import Reply
from bot.ports import Asker
from tests.fakes.commands import FakeCommands


class SlackCommands(FakeCommands):
    """`run` waits for `gate` where one is set."""

    gate: asyncio.Event | None = None

    async def run(self, asker: Asker, name: str, args: Mapping[str, str]) -> Reply:
        if self.gate is not None:
            await self.gate.wait()
        return await super().run(asker, name, args)

    async def type(self, asker: Asker, line: str) -> Reply:
        parsed = parse_line(line)
        if parsed.problem:
            return Reply(f"{parsed.problem} {parsed.values}", ok=False)
        return await self.run(asker, parsed.name, parsed.args)
