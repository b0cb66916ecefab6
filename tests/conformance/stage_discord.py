"""A person on Discord: interactions over the gateway, answers and alerts by REST, through discord.py."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.commands.desk import Desk
from bot.core.commands.spec import BY_NAME
from bot.core.message import Alert
from bot.fading import undated
from handlers.discord.buttons import BUTTON
from handlers.discord.ids import decode, encode, unstash
from handlers.discord.run import DiscordPlatform
from tests.conformance.stage import Seen, Stage, Witness, before, desk_of_town, posted
from tests.fakes.discord.interactions import MANAGE_GUILD, Exchange
from tests.fakes.discord.server import TOKEN, FakeDiscord
from tests.fakes.discord.world import shown
from tests.fakes.memory import Forgetful
from tests.handlers.discord import helpers as discord_side
from tests.handlers.discord.reader import read
from tests.wording import WORDS

Json = dict[str, Any]
_BLOCK = re.compile(r"(?:### |-# |- )?")


class DiscordStage:
    """Interactions over the gateway, answers and alerts by REST."""

    name, presses = "discord", True

    def __init__(
        self, fake: FakeDiscord, platform: DiscordPlatform, memory: Forgetful, commands: Witness, desk: Desk
    ) -> None:
        self.fake, self.platform, self._memory, self.desk = fake, platform, memory, desk
        self.replies = commands.replies
        self.room = fake.world.channel(fake.world.guild())

    async def ready(self) -> None:
        await self.fake.gateway.ready.wait()
        await self.fake.gateway.dispatch("GUILD_CREATE", self.fake.gateway.guild_data(self.room.guild))

    async def ask(self, name: str, args: Mapping[str, str], *, locale: str = "en", may_configure: bool = True) -> Seen:
        typed = {key: _typed(name, key, value) for key, value in args.items()}
        who = {"locale": locale, "permissions": MANAGE_GUILD if may_configure else 0}
        return await self._seen(await discord_side.typed(self.fake, self.room, name, typed, **who))

    async def press(self, action: str, value: str) -> Seen:
        custom = encode(action, value)
        button = {"type": 2, "style": 2, "label": "press", "custom_id": custom.text}
        message = shown(self.fake.world.made(self.room.id, {"components": [{"type": 1, "components": [button]}]}))
        if custom.key:
            await self._memory.keep(f"{BUTTON}{custom.key}", custom.kept)
        exchange = await self.fake.happens(self.fake.users.pressed(self.room, message, custom.text))
        await exchange.answered()
        return await self._seen(exchange)

    async def deliver(self, alert: Alert, language: str = "en") -> list[Seen]:
        there = self.fake.world.channel(self.room.guild)
        channel = discord_side.as_channel(there, language=language)
        await posted(self.platform, channel, alert, before(alert))
        return [self._read(message) for message in there.messages]

    async def _seen(self, exchange: Exchange) -> Seen:
        bodies = [body for body in (exchange.original, *exchange.followups) if body]
        async with asyncio.timeout(60):
            while not self._stashes(bodies) <= self._memory.texts.keys():  # noqa: ASYNC110 - nobody tells
                await asyncio.sleep(0.001)  # kept once the answer is out
        parts = [self._read(body) for body in bodies]
        private = all((body.get("flags") or 0) & 64 for body in bodies)
        return Seen(
            "\n".join(part.text for part in parts),
            [link for part in parts for link in part.links],
            [term for part in parts for term in part.bold],
            [button for part in parts for button in part.buttons],
            private,
        )

    def _stashes(self, bodies: Sequence[Json]) -> set[str]:
        """Under which keys lies what their buttons stand for."""
        pressed = [decode(one.get("custom_id", "")) for body in bodies for one in discord_side.buttons(body)]
        return {f"{BUTTON}{one.stash}" for one in pressed if one and one.stash}

    def _read(self, body: Json) -> Seen:
        seen = Seen()
        for line in "\n".join(discord_side.texts(body)).split("\n"):
            found = _BLOCK.match(line)
            told = read(re.sub(r"<#(\d+)>", r"\1", line), block=found[0] if found else "")
            seen.text += told.text + "\n"
            seen.links += [url for _, url in told.links]
            seen.bold += told.bold
        for button in discord_side.buttons(body):
            if url := button.get("url"):
                seen.links.append(url)
                continue
            pressed = decode(button["custom_id"])
            assert pressed is not None
            if pressed.stash:
                pressed = unstash(undated(self._memory.texts[f"{BUTTON}{pressed.stash}"]))
            seen.buttons.append((pressed.action, pressed.value))
        return seen


def _typed(name: str, key: str, value: str) -> str | int | bool:
    """An argument as Discord's client sends it."""
    arg = BY_NAME[name].arg(key)
    if arg is not None and arg.kind == "flag":
        return value == "yes"
    return int(value) if arg is not None and arg.kind == "integer" else value


@asynccontextmanager
async def discord_stage() -> AsyncIterator[Stage]:
    """Discord on loopback; what breaks its documented limits or its description fails at the end."""
    base, gateway = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    async with desk_of_town() as (commands, platforms, desk), FakeDiscord() as fake:
        memory = Forgetful()
        platform = DiscordPlatform(
            TOKEN,
            commands=commands,
            words=WORDS,
            memory=memory,
            options=discord_side.hurried(fake),
        )
        platforms["discord"] = platform
        stage = DiscordStage(fake, platform, memory, commands, desk)
        try:
            await platform.start()
            await stage.ready()
            yield stage
        finally:
            await platform.close()
            Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = base, yarl.URL(gateway)
        assert fake.violations == [], fake.violations
