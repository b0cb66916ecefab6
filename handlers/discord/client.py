"""The gateway client: receives interactions and events of servers and channels. It sends nothing."""

from __future__ import annotations

import asyncio
import logging
import random
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

import discord
import yarl
from discord.ui import Button, DynamicItem, View

from bot.delivery.departures import Departures
from bot.ports import Memory
from bot.translations import Words
from handlers.discord.commands import command_payload, fingerprint
from handlers.discord.guard import Guard
from handlers.discord.ids import TEMPLATE
from handlers.discord.interactions import Interaction
from handlers.discord.rest import FAILURES, tracing
from handlers.discord.rights import invite_url

log = logging.getLogger(__name__)

HASH_KEY = "discord:discord.commands"
RENEWED = "the gateway connection is being renewed; alerts go on"
_IDENTIFY_WINDOW_S = 3600.0


class Asked(Protocol):
    """Handles what users ask (`handlers.discord.interactions.Interactions`)."""

    async def asked(self, interaction: Interaction) -> None: ...

    async def pressed(self, interaction: Interaction, custom_id: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Wires:
    """What the client is connected to. `changed` is called with the id of a channel whose kind or permissions may have
    changed, `state` with the connection's health ("" is well). `gateway` overrides the address that Discord gives (""
    for none). `turn` gives the seconds until a shard may identify, by `max_concurrency`; a lone shard of a lone program
    (`alone`) needs no turn. `holds`: whether this program may listen now. `registers`: whether it registers commands.
    """

    interactions: Asked
    memory: Memory
    words: Words
    guard: Guard
    servers: Departures | None
    changed: Callable[[str], None]
    clock: Callable[[], float]
    state: Callable[[str], None] = lambda problem: None
    gateway: str = ""
    identify_wait_s: tuple[float, float] = (1.0, 5.0)
    heartbeat_timeout_s: float = 60.0
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    turn: Callable[[int, int], Awaitable[float]] | None = None
    alone: bool = True
    holds: Callable[[], bool] = lambda: True
    registers: bool = True
    proxy: str | None = field(default=None, repr=False)


class Press(DynamicItem[Button[View]], template=TEMPLATE):
    """Any button with one of our custom ids, of any version, on any message ever posted, by whichever process."""

    @classmethod
    async def from_custom_id(cls, interaction: Interaction, item: Any, match: re.Match[str], /) -> Press:
        """Rebuild the button from the message that it is on."""
        return cls(item)

    async def callback(self, interaction: Interaction) -> None:
        """Hand the press over."""
        if isinstance(interaction.client, Client):
            await interaction.client.pressed(interaction, self.custom_id)


class Client(discord.AutoShardedClient):
    """discord.py's own client with the guilds intent alone, no caches of people and messages."""

    def __init__(self, wires: Wires) -> None:
        discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False  # there is no voice to miss
        super().__init__(
            intents=discord.Intents(guilds=True),
            allowed_mentions=discord.AllowedMentions.none(),
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            guild_ready_timeout=0.5,  # nothing here waits for every server
            max_messages=None,
            heartbeat_timeout=wires.heartbeat_timeout_s,
            http_trace=tracing(wires.guard),
            proxy=wires.proxy,
        )
        self._wires = wires
        self._identified: dict[int, list[float]] = {}
        self._gateway: yarl.URL | None = None
        self._concurrency = 1
        self.add_dynamic_items(Press)

    def hear(self, gateway: yarl.URL, shards: int, ids: list[int] | None, concurrency: int) -> None:
        """Set what to connect to: these shards of so many (None: all), and how many may identify at a time."""
        self._gateway, self.shard_count, self.shard_ids, self._concurrency = gateway, shards, ids, concurrency

    async def setup_hook(self) -> None:
        """After login: register the commands when they changed since the last time."""
        if not self._wires.registers:
            return
        application = self.application_id or 0
        payload: list[Any] = command_payload(self._wires.words)
        wanted = fingerprint(payload, application)
        if await self._wires.memory.recall(HASH_KEY) == wanted:
            return
        try:
            await self.http.bulk_upsert_global_commands(application, payload)
        except FAILURES as error:
            log.error("the slash commands could not be registered: %s", error, extra={"application": application})
        else:
            await self._wires.memory.keep(HASH_KEY, wanted)

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Spread identifies out, more so when they repeat: after 1000 in a day Discord resets a bot's token."""
        now, shard = self._wires.clock(), shard_id or 0
        turn = None if self._wires.alone and (self.shard_count or 1) == 1 else self._wires.turn
        again = shard in self._identified or (turn is None and not initial)
        recent = [at for at in self._identified.get(shard, []) if at > now - _IDENTIFY_WINDOW_S]
        self._identified[shard] = [*recent, now]
        if again:
            await self._wires.sleep(random.uniform(*self._wires.identify_wait_s) * 2 ** min(len(recent), 6))
        if turn is not None:
            await self._wires.sleep(await turn(shard, self._concurrency))

    async def launch_shard(self, gateway: yarl.URL, shard_id: int, *, initial: bool = False) -> None:
        """Connect a shard: to where Discord says, unless the owner says otherwise."""
        chosen = yarl.URL(self._wires.gateway) if self._wires.gateway else self._gateway or gateway
        await super().launch_shard(chosen, shard_id, initial=initial)

    def dispatch(self, event: str, /, *args: Any, **kwargs: Any) -> None:
        """Pass on what was received, while our lease lasts: if this program stalled, another may have taken over."""
        if self._wires.holds():
            super().dispatch(event, *args, **kwargs)

    async def on_shard_connect(self, shard_id: int) -> None:
        self._wires.state("")

    async def on_ready(self) -> None:
        """All servers of the shards are known: log who is connected, and how to invite the bot if it is in no server. A
        program with some of the shards does not know the servers of the others.
        """
        name, servers = self.user, len(self.guilds)
        if servers or len(self.shards) != self.shard_count:
            log.info("discord: speaking as %s in %d server%s", name, servers, "s"[: servers != 1])
        else:
            log.info("discord: %s is in no server yet; add it: %s", name, invite_url(str(self.application_id)))
        if self._wires.servers is not None:
            await self._wires.servers.only({str(guild.id) for guild in self.guilds}, self._hears)

    def _hears(self, scope: str) -> bool:
        """Whether a server's events come to one of our shards (Discord, "Sharding"); direct messages do not count."""
        if not scope.isdecimal():
            return False
        return self.shard_ids is None or (int(scope) >> 22) % (self.shard_count or 1) in self.shard_ids

    async def on_shard_resumed(self, shard_id: int) -> None:
        """A session goes on; nothing was missed."""
        self._wires.state("")

    async def on_disconnect(self) -> None:
        """A connection broke; discord.py renews it."""
        self._wires.state(RENEWED)

    async def on_interaction(self, interaction: Interaction) -> None:
        """A command, an autocomplete request, or a form; buttons come by `pressed`."""
        await self._wires.interactions.asked(interaction)

    async def pressed(self, interaction: Interaction, custom_id: str) -> None:
        if self._wires.holds():
            await self._wires.interactions.pressed(interaction, custom_id)

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Removed from a server; discord.py tells outages apart."""
        if self._wires.servers is not None:
            await self._wires.servers.left(str(guild.id))

    async def on_guild_join(self, guild: discord.Guild) -> None:
        if self._wires.servers is not None:
            await self._wires.servers.back(str(guild.id))

    async def on_guild_available(self, guild: discord.Guild) -> None:
        """A server seen after a start or an outage: Tocsin may have been added while it was not looking."""
        await self.on_guild_join(guild)

    async def on_guild_channel_update(self, before: discord.abc.GuildChannel, after: discord.abc.GuildChannel) -> None:
        """A channel was made another kind, moved, or its rights changed."""
        self._wires.changed(str(after.id))
