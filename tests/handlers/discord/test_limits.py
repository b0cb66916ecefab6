"""Discord's limits of rate, obeyed before it has to say so: case 129."""

from __future__ import annotations

import random
from contextlib import AsyncExitStack

import pytest

from bot.ports import Retry, Sent
from handlers.discord.ratewindow import MOST, RateWindow
from handlers.discord.run import DiscordPlatform
from tests.fakes.discord.faults import banned, limited
from tests.fakes.discord.server import TOKEN, FakeDiscord
from tests.handlers.discord.helpers import Clock, a_delivery, an_alert, as_channel

POST = r"POST /channels/\d+/messages$"


@pytest.mark.case_id(129)
@pytest.mark.parametrize("scope", ["user", "shared"])
async def test_case_129_a_429_says_when(fake: FakeDiscord, platform: DiscordPlatform, scope: str) -> None:
    channel = as_channel(fake.world.channel(fake.world.guild()))
    fake.faults = [limited(POST, 1.337, scope=scope)]
    receipt = await platform.send(channel, an_alert(), a_delivery(channel))
    assert isinstance(receipt, Retry)
    assert receipt.after_s == pytest.approx(1.337)
    other = as_channel(fake.world.channel(fake.world.guild()))
    assert isinstance(await platform.send(other, an_alert(), a_delivery(other)), Sent), "other channels go on"


@pytest.mark.case_id(129)
async def test_case_129_a_global_429_holds_every_channel(
    fake: FakeDiscord, platform: DiscordPlatform, clock: Clock
) -> None:
    channel = as_channel(fake.world.channel(fake.world.guild()))
    other = as_channel(fake.world.channel(fake.world.guild()))
    fake.faults = [limited(POST, 7.5, scope="global")]
    assert await platform.send(channel, an_alert(), a_delivery(channel)) == Retry(
        7.5, "Discord's global limit was reached"
    )
    assert await platform.send(other, an_alert(), a_delivery(other)) == Retry(7.5, "Discord's global limit was reached")
    assert len(fake.asked(POST)) == 1
    clock.now += 7.5
    assert isinstance(await platform.send(other, an_alert(), a_delivery(other)), Sent)


@pytest.mark.case_id(129)
async def test_case_129_a_ban_by_the_network_in_front_stops_all_sends(
    fake: FakeDiscord, platform: DiscordPlatform, clock: Clock
) -> None:
    channel = as_channel(fake.world.channel(fake.world.guild()))
    fake.faults = [banned(POST)]
    receipt = await platform.send(channel, an_alert(), a_delivery(channel))
    assert isinstance(receipt, Retry)
    assert receipt.after_s == 900.0
    assert "1015" in receipt.reason
    assert "1015" in platform.trouble
    assert isinstance(await platform.send(channel, an_alert(), a_delivery(channel)), Retry)
    assert len(fake.asked(POST)) == 1
    clock.now += 900.0
    assert isinstance(await platform.send(channel, an_alert(), a_delivery(channel)), Sent)


async def test_the_bucket_is_obeyed_before_discord_has_to_say_so(fake: FakeDiscord, platform: DiscordPlatform) -> None:
    channel = as_channel(there := fake.world.channel(fake.world.guild()))
    receipts = [await platform.send(channel, an_alert(), a_delivery(channel)) for _ in range(7)]
    assert [type(receipt) for receipt in receipts] == [Sent] * 5 + [Retry] * 2
    assert isinstance(receipts[5], Retry)
    assert 0 < receipts[5].after_s <= 5.0
    assert len(there.messages) == 5
    assert 429 not in fake.statuses


def test_paces_are_those_of_discord(platform: DiscordPlatform, fake: FakeDiscord) -> None:
    channel = as_channel(fake.world.channel(fake.world.guild()))
    per_channel, per_bot = platform.paces(channel)
    assert (per_channel.key, per_channel.every_ms, per_channel.burst) == (f"discord:channel:{channel.ref}", 1000, 5)
    assert 1000 / per_bot.every_ms + per_bot.burst <= 50
    assert TOKEN not in per_bot.key


async def test_what_was_owed_while_the_machine_stood_still_does_not_arrive_at_once() -> None:
    """Sixteen at a time; now and then the machine stands still while they are under way, and they arrive in the end."""
    clock, chance, arrivals = Clock(), random.Random(7), list[float]()

    async def sleep(seconds: float) -> None:
        clock.now += seconds

    second = RateWindow(clock=clock, sleep=sleep)
    for turn in range(60):
        async with AsyncExitStack() as under_way:
            left = []
            for _ in range(16):
                await under_way.enter_async_context(second.place())
                left.append(clock.now)
            clock.now += 0.6 if turn and chance.random() < 0.2 else 0.03
            arrivals += [max(at + 0.01, clock.now - 0.02 if turn % 2 else 0.0) for at in left]
    window = [sum(start <= at < start + 1.0 for at in arrivals) for start in arrivals]
    assert max(window) <= MOST
    assert len(arrivals) / (clock.now - 1000.0) > 25, "and yet it goes on"


async def test_a_steady_flow_is_not_held_up() -> None:
    clock, waits = Clock(), list[float]()

    async def sleep(seconds: float) -> None:
        waits.append(seconds)
        clock.now += seconds

    second = RateWindow(clock=clock, sleep=sleep)
    for _ in range(200):
        async with second.place():
            clock.now += 0.021
    assert waits == []
