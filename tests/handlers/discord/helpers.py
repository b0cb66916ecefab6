"""Alerts, channels and deliveries for the Discord tests."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Callable
from typing import Any

from bot.core.message import Alert, OutletLine, TopicLine
from bot.core.model import Channel
from bot.ports import Delivery, Sent
from handlers.discord.run import DiscordOptions, DiscordPlatform
from tests.fakes.discord.interactions import Exchange
from tests.fakes.discord.server import FakeDiscord
from tests.fakes.discord.world import FakeChannel

_NUMBERS = itertools.count(1)
Make = Callable[..., DiscordPlatform]
AT = 1_764_000_000_000


class Clock:
    """Monotonic seconds that stand still until told otherwise."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def hurried(fake: FakeDiscord, clock: Callable[[], float] = time.monotonic) -> DiscordOptions:
    """A platform over a fake server that waits for nothing."""
    return DiscordOptions(
        send_timeout_s=5.0,
        identify_wait_s=(0.0, 0.0),
        retry_s=0.01,
        clock=clock,
        api_base=fake.api,
        gateway_url=fake.gateway.url,
    )


def an_alert(**changes: Any) -> Alert:
    """A usual alert."""
    fields: dict[str, Any] = {
        "delivery_id": 1,
        "kind": "new",
        "story_id": 42,
        "title": "US widens H20 export ban to subsidiaries",
        "url": "https://www.reuters.com/technology/us-widens-h20-ban",
        "summary": "The Commerce Department added subsidiaries of listed firms to the export ban on H20 chips.",
        "outlets": (
            OutletLine("Reuters", "https://www.reuters.com/technology/us-widens-h20-ban", AT),
            OutletLine("财新", "https://www.caixin.com/2025/h20", AT + 600_000),
        ),
        "topics": (TopicLine("topic:export-controls", "Export controls", ("H20", "export ban")),),
        "published": AT,
        "severity": "notable",
        "lang": "en",
    }
    return Alert(**{**fields, **changes})


def a_delivery(channel: Channel, **changes: Any) -> Delivery:
    """A fresh delivery to a channel."""
    number = next(_NUMBERS)
    fields: dict[str, Any] = {
        "id": number,
        "channel_id": channel.id,
        "story_id": 42,
        "kind": "new",
        "tries": 0,
        "created_at": time.time_ns() // 1_000_000,
    }
    return Delivery(**{**fields, **changes})


def as_channel(fake: FakeChannel, **settings: str) -> Channel:
    """Our view of a channel on the fake server."""
    return Channel(int(fake.id) % 1_000_000, "discord", fake.guild or "@me", fake.id, f"#{fake.name}", dict(settings))


def texts(body: dict[str, Any]) -> list[str]:
    """Every text display of a message, in order."""
    found: list[str] = []
    for part in body.get("components") or []:
        if part.get("type") == 10:
            found.append(part["content"])
        found += texts(part)
        if part.get("accessory"):
            found += texts({"components": [part["accessory"]]})
    return found


def buttons(body: dict[str, Any]) -> list[dict[str, Any]]:
    """Every button of a message, in order."""
    found: list[dict[str, Any]] = []
    for part in body.get("components") or []:
        if part.get("type") == 2:
            found.append(part)
        found += buttons(part)
        if part.get("accessory"):
            found += buttons({"components": [part["accessory"]]})
    return found


async def typed(fake: FakeDiscord, room: FakeChannel, name: str, args: dict[str, Any], **how: Any) -> Exchange:
    """Type a command and wait for the answer."""
    exchange = await fake.happens(fake.users.typed(room, name, args, **how))
    await exchange.answered()
    return exchange


def original(exchange: Exchange) -> dict[str, Any]:
    """The answer in place of "thinking"."""
    assert exchange.original is not None
    return exchange.original


async def until(true: Callable[[], bool]) -> None:
    """Let the others work until something has become true."""
    async with asyncio.timeout(60):
        while not true():  # noqa: ASYNC110 (the library tells nobody of its state)
            await asyncio.sleep(0.005)


async def works(fake: FakeDiscord, platform: DiscordPlatform) -> bool:
    """Can an alert be posted?"""
    channel = as_channel(fake.world.channel(fake.world.guild()))
    return isinstance(await platform.send(channel, an_alert(), a_delivery(channel)), Sent)
