"""Discord as a platform: sends by REST at once, interactions by the gateway beside it."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

import discord
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.commands import Commands
from bot.core.errors import ConfigError
from bot.core.message import Alert
from bot.core.model import Channel
from bot.delivery.departures import Departures
from bot.ports import Delivery, Finding, Memory, Pace, Receipt
from bot.translations import Words
from handlers.chat import Chat
from handlers.discord.answer import Answers
from handlers.discord.buttons import Buttons
from handlers.discord.channelkinds import PERSON, Places
from handlers.discord.client import Wires
from handlers.discord.find import Finder
from handlers.discord.guard import Guard
from handlers.discord.hearing import Hearing
from handlers.discord.interactions import Interactions
from handlers.discord.link import Link, Part
from handlers.discord.posts import Tries
from handlers.discord.probe import refusal
from handlers.discord.publish import Publisher
from handlers.discord.rest import FAILURES, Rest
from handlers.discord.rights import Rights, invite_url
from handlers.discord.send import Sender
from handlers.discord.shared import IDENTIFY_MS, Refusals, Sharding, digest, turn
from handlers.discord.ways import REFUSED

log = logging.getLogger(__name__)

CHANNEL_PACE_MS, CHANNEL_BURST = 1000, 5
TOKEN_PACE_MS, TOKEN_BURST = 21, 1
"""Discord's limits are 5 messages in 5 s a channel and 50 requests a second a bot; 48 leave room for answers."""


@dataclass(frozen=True, slots=True)
class DiscordOptions:
    """Times in seconds but for `identify_ms`. `send_timeout_s` must be shorter than the lanes' deadline, so that
    receipts are exact. `api_base` and `gateway_url` ("" for Discord itself) lead elsewhere, for the whole process. One
    that does not `hears` sends by REST alone: other programs hold the gateway.
    """

    send_timeout_s: float = 12.0
    heartbeat_timeout_s: float = 60.0
    identify_wait_s: tuple[float, float] = (1.0, 5.0)
    retry_s: float = 2.0
    identify_ms: int = IDENTIFY_MS
    clock: Callable[[], float] = time.monotonic
    proxy: str | None = field(default=None, repr=False)
    api_base: str = ""
    gateway_url: str = ""
    hears: bool = True


DISCORD = "https://discord.com"


class DiscordPlatform(Chat):
    """One bot. `servers` is told of servers that removed it; `sharding`: what programs share that run it together."""

    name, directs = "discord", PERSON

    def __init__(
        self,
        token: str,
        *,
        commands: Commands,
        words: Words,
        memory: Memory,
        servers: Departures | None = None,
        sharding: Sharding | None = None,
        options: DiscordOptions | None = None,
    ) -> None:
        self._options = options or DiscordOptions()
        _point(self._options.api_base, self._options.gateway_url)
        self._let_in = False
        self._token = token.strip()
        self._sharding = sharding
        clock = self._options.clock
        self._bot = digest(self._token)
        self._guard = Guard(clock, refusals=Refusals(sharding.store, self._bot, clock) if sharding else None)
        self._rest = Rest(self._token, self._guard, self._options.send_timeout_s, self._options.proxy)
        self._places = Places(self._rest)
        self._rights = Rights(self._rest, self._guard, clock)
        words = words.at("discord", may_configure=False)
        buttons, tries = Buttons(memory), Tries(clock)
        self._sender = Sender(self._rest, self._places, self._guard, words, tries, buttons.keep)
        self._finder = Finder(self._rest, self._places, self._guard, tries)
        interactions = self._interactions(commands, words, buttons)
        self._wires = self._wired(interactions, memory, words, servers)
        self._link = self._linked()

    def _interactions(self, commands: Commands, words: Words, buttons: Buttons) -> Interactions:
        """The handler of commands, buttons and forms."""
        answers = Answers(self._rest, self._places, buttons, words)
        publisher = Publisher(self._rest, self._options.clock)
        return Interactions(commands, answers, publisher, self._places, buttons, words)

    def _wired(self, interactions: Interactions, memory: Memory, words: Words, servers: Departures | None) -> Wires:
        """What a connection to the gateway is connected to."""
        sharding, options = self._sharding, self._options
        return Wires(
            interactions=interactions,
            memory=memory,
            words=words,
            guard=self._guard,
            servers=servers,
            changed=self._changed,
            clock=options.clock,
            gateway=options.gateway_url,
            identify_wait_s=options.identify_wait_s,
            heartbeat_timeout_s=options.heartbeat_timeout_s,
            proxy=options.proxy,
            turn=partial(turn, sharding.store, self._bot, options.identify_ms) if sharding else None,
            alone=not (sharding and sharding.leased),
            holds=self._holds,
        )

    def _linked(self) -> Link | Hearing:
        """The listener: one connection, or one for each leased block of shards."""

        def link(part: Part) -> Link:
            return Link(self._token, self._rest, self._wires, self._options.retry_s, part)

        sharding = self._sharding
        if sharding and sharding.leased:
            return Hearing(sharding, self._bot, self._rest.shards, link, self._options.clock)
        return link(Part(sharding.shards if sharding else 0))

    def _holds(self) -> bool:
        return not isinstance(self._link, Hearing) or self._link.holds()

    @property
    def trouble(self) -> str:
        """One sentence; "" when sends and interactions work."""
        return self._guard.reason if self._guard.hold_s() > 0 else self._link.problem

    @property
    def invite(self) -> str:
        """The link that adds Tocsin to a server; "" before the first login."""
        return invite_url(self._rest.me) if self._rest.me else ""

    @property
    def advice(self) -> list[str]:
        """Whether the intents are accepted, once known; the link that adds Tocsin to a server, after the login."""
        intents = ["the gateway takes the one intent that is used, guilds; it needs no switch"] if self._let_in else []
        return [*intents, *([f"add Tocsin to a server: {self.invite}"] if self.invite else [])]

    async def diagnose(self) -> list[str]:
        """For `doctor`: whether the gateway accepts token and intents. A running bot tells by `trouble` instead."""
        if self._options.hears:
            return [self.trouble] if self.trouble else []
        said = await refusal(self._token, self._rest, self._wires)
        self._let_in = not said
        return [said] if said else []

    def paces(self, channel: Channel) -> Sequence[Pace]:
        """One message a second in each channel, after a burst of five; and the bot's own limit."""
        return (
            Pace(f"discord:channel:{channel.ref}", CHANNEL_PACE_MS, CHANNEL_BURST, alone=True),
            Pace(f"discord:bot:{self._bot}", TOKEN_PACE_MS, TOKEN_BURST),
        )

    async def start(self) -> None:
        """Log in, and connect the gateway in the background. Raises `ConfigError` for a refused token.

        If Discord can't be reached, this returns all the same: logging in goes on, and sends say when to try again.
        """
        try:
            await self._rest.login()
        except discord.LoginFailure:
            self._link.problem = REFUSED
            raise ConfigError(REFUSED) from None
        except FAILURES as error:
            log.warning("Discord can't be reached: %s", type(error).__name__, extra={"bot": self._bot})
        if self._options.hears:
            self._link.start()

    async def send(self, channel: Channel, alert: Alert, delivery: Delivery) -> Receipt:
        """Post or update; see `Sender`."""
        return await self._sender.send(channel, alert, delivery)

    async def find(self, channel: Channel, delivery: Delivery) -> Finding:
        """Was it posted? See `Finder`."""
        return await self._finder.find(channel, delivery)

    async def check(self, channel: Channel) -> str:
        """One sentence naming the missing right and who can grant it; "" when alerts can be posted there."""
        self._changed(channel.ref)
        return await self._rights.check(channel)

    async def close(self) -> None:
        """Stop; idempotent."""
        await self._link.stop()
        await self._rest.close()

    def _changed(self, ref: str) -> None:
        self._places.forget(ref)
        self._sender.forget(ref)


def _point(api_base: str, gateway_url: str) -> None:
    """Set addresses, which discord.py keeps on classes, so they hold for the whole process."""
    if api_base:
        Route.BASE = api_base.rstrip("/")
    if gateway_url:
        DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(gateway_url)
