"""A channel that takes nothing any more: whoever subscribed it is told once, in person, on their own platform."""

from __future__ import annotations

import asyncio

import pytest

from bot.core.model import Channel
from bot.delivery.owners import Owners, owner_of
from bot.lanes import LaneOptions, Lanes
from bot.ports import Asker, Gone, Receipt
from handlers.console import ConsolePlatform
from tests.conformance.rooms import ROOMS, DiscordRoom, Room, SlackRoom
from tests.fakes.discord.world import ALL, SEND
from tests.store.build import DAY, HOUR, hit, outcome, tell
from tests.wording import WORDS


async def refused(room: Room, channel: Channel) -> str:
    """Somebody takes the bot's right to post away, and a day passes; why the channel is paused now."""
    if isinstance(room, DiscordRoom):
        room.channel.rights = ALL & ~SEND
    elif isinstance(room, SlackRoom):
        room.channel.members.clear()
        room.slack.channel(room.slack.teams["xoxb-1"], "D1", im_user="U1")
    store, clock, platform = room.news.store, room.news.clock, room.news.platform
    await store.transact(lambda tx: tell(tx, tx.save(0, outcome(hits=[hit()])).story_id))
    receipt: Receipt | None = None
    for _ in range(40):
        for lease in await store.lease_channels(clock.now, 1, HOUR, "a", [platform.name]):
            (delivery,) = await store.next_deliveries(lease, 1, clock.now)
            alert = await store.alert(delivery)
            assert alert is not None
            assert await store.begin(lease, delivery, clock.now)
            receipt = receipt or await platform.send(lease.channel, alert, delivery)
            assert isinstance(receipt, Gone)
            assert await store.settle(lease, delivery, receipt, clock.now)
            await store.release(lease)
        clock.now += HOUR
    return (await store.subscriptions(channel))[0][1].paused


async def sent(room: Room) -> None:
    """Let what waits be sent."""
    lanes = Lanes(
        room.news.store, {room.news.platform.name: room.news.platform}, room.news.clock, LaneOptions(poll_ms=5)
    )
    stop = asyncio.Event()
    serving = asyncio.create_task(lanes.run(stop))
    async with asyncio.timeout(60):
        while not (await room.news.store.stats()).get("deliveries_sent"):  # noqa: ASYNC110
            await asyncio.sleep(0.005)
    stop.set()
    await serving


def said_to(room: Room) -> list[str]:
    """What stands in the direct messages with the person who subscribed."""
    if isinstance(room, DiscordRoom):
        direct = room.fake.world.channels[room.fake.world.directs["42"]]
        return [str(message["components"]) for message in direct.messages]
    assert isinstance(room, SlackRoom)
    return [str(message["blocks"]) for message in room.slack.teams["xoxb-1"].channels["D1"].messages]


@pytest.mark.case_id(136)
async def test_case_136_whoever_subscribed_is_told_once(room: Room) -> None:
    channel = await room.news.subscribe({})
    user = "42" if isinstance(room, DiscordRoom) else "U1"
    asker, platform = Asker(channel.platform, channel.scope, channel.ref, user), room.news.platform
    await room.news.store.keep(f"owner:{channel.id}", owner_of(asker, {platform.name: platform}))
    owners = Owners(room.news.store, WORDS, room.news.clock, lambda: None)
    assert await owners.look() == 0
    reason = await refused(room, channel)
    assert reason
    assert [await owners.look(), await owners.look()] == [1, 0]
    await sent(room)
    (told,) = said_to(room)
    assert "paused" in told
    assert reason.split(";")[0] in told
    assert "Chips" in told
    assert len(await room.news.store.subscriptions(channel)) == 1, "nothing is deleted"


async def test_in_the_channels_language_and_of_no_pause_of_ones_own() -> None:
    async with ROOMS["slack"]() as room:
        channel = await room.news.subscribe({})
        await room.news.store.configure(channel, {"language": "zh-CN"})
        await room.news.store.keep(f"owner:{channel.id}", "slack T1 U1")
        owners = Owners(room.news.store, WORDS, room.news.clock, lambda: None)
        await room.news.store.pause(channel, "paused by hand")
        room.news.clock.now += 2 * DAY
        assert await owners.look() == 0
        await room.news.store.pause(channel, "")
        await refused(room, channel)
        assert await owners.look() == 1
        await sent(room)
        assert "的提醒已暂停" in said_to(room)[0]


async def test_who_is_written_to_each_platform_says() -> None:
    async with ROOMS["discord"]() as discord, ROOMS["slack"]() as slack:
        platforms = {one.news.platform.name: one.news.platform for one in (discord, slack)}
        platforms["console"] = ConsolePlatform()
        for asker, owner in (
            (Asker("discord", "1", "2", "42"), "discord @user 42"),
            (Asker("slack", "T1", "C1", "U1"), "slack T1 U1"),
            (Asker("webhook", "slack:T1", "desk", "U1", private=True), "slack T1 U1"),
            (Asker("webhook", "local", "desk", "owner", private=True), ""),
            (Asker("slack", "T1", "D1", "U1", private=True), ""),
            (Asker("console", "local", "terminal", "owner"), ""),
            (Asker("elsewhere", "1", "2", "42"), ""),
        ):
            assert owner_of(asker, platforms) == owner
