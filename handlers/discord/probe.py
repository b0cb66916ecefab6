"""Tests whether the gateway accepts the token and intents, with one connection that answers nobody."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace

from handlers.discord.client import RENEWED, Wires
from handlers.discord.interactions import Interaction
from handlers.discord.link import Link, Part
from handlers.discord.rest import Rest

PATIENCE_S = 10.0
_LOOK_S = 0.02


class Deaf:
    """Ignores what users ask: Discord tells every connection of a bot, and the running program answers."""

    async def asked(self, interaction: Interaction) -> None:
        """Not ours."""

    async def pressed(self, interaction: Interaction, custom_id: str) -> None:
        """Not ours."""


async def refusal(token: str, rest: Rest, wires: Wires, patience_s: float = PATIENCE_S) -> str:
    """Why the first shard can't be connected, in one sentence; "" when it can."""
    deaf = replace(wires, interactions=Deaf(), servers=None, holds=lambda: True, registers=False)
    link = Link(token, rest, deaf, patience_s, Part(ids=[0]))
    waiting = (link.problem, RENEWED)  # a broken connection is told of by what it died of
    link.start()
    try:
        with suppress(TimeoutError):
            async with asyncio.timeout(patience_s):
                while link.problem in waiting:  # noqa: ASYNC110
                    await asyncio.sleep(_LOOK_S)
        return f"the gateway did not answer within {patience_s:g} s" if link.problem in waiting else link.problem
    finally:
        await link.stop()
