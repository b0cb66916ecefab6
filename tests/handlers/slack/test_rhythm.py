"""A channel's rhythm, through slack_sdk's client: what comes when, in how many messages."""

from __future__ import annotations

import json

from handlers.slack.run import SlackPlatform
from tests.fakes.slack.state import Channel
from tests.handlers.rhythm import Newsroom


def shown(room: Channel) -> list[str]:
    return [json.dumps(message["blocks"], ensure_ascii=False) for message in room.messages]


async def test_an_hour_of_news_is_one_message(platform: SlackPlatform, room: Channel) -> None:
    async with Newsroom(platform, "T1", "C1") as here:
        await here.subscribe({"mode": "hourly"})
        await here.news(10, "One")
        await here.news(20, "Two")
        await here.until(59)
        assert room.messages == []
        await here.until(60)
        await here.until(180)
        (digest,) = shown(room)
        assert "Digest" in digest
        assert '"url": "https://reuters.example/One"' in digest
        assert '"url": "https://reuters.example/Two"' in digest


async def test_what_comes_at_night_is_told_in_the_morning(platform: SlackPlatform, room: Channel) -> None:
    async with Newsroom(platform, "T1", "C1") as here:
        await here.subscribe({"quiet": "22:00-07:00", "wake": "breaking"})
        await here.news(10, "Slept over")
        await here.news(20, "Halt", "breaking")
        assert len(room.messages) == 1
        await here.until(5 * 60)
        await here.news(5 * 60 + 1, "Morning")
        alarm, digest, alert = shown(room)
        assert "Halt" in alarm
        assert "Slept over" in digest
        assert "Halt" not in digest
        assert "Morning" in alert


async def test_a_flood_becomes_two_messages_and_a_digest(platform: SlackPlatform, room: Channel) -> None:
    async with Newsroom(platform, "T1", "C1") as here:
        await here.store.configure(await here.subscribe({}), {"burst": "2"})
        for number in range(40):
            await here.news(1, f"News {number}")
        assert len(room.messages) == 2
        await here.until(11)
        assert len(room.messages) == 3
        assert "38" in shown(room)[-1]


async def test_what_is_new_in_a_story_goes_to_its_thread(platform: SlackPlatform, room: Channel) -> None:
    async with Newsroom(platform, "T1", "C1") as here:
        await here.subscribe({})
        story = await here.news(1, "One")
        await here.news(5, "A figure", story=story)
        first, reply = room.messages
        assert reply["thread_ts"] == first["ts"]
        await here.subscribe({"updates": "no"})
        await here.news(9, "Another figure", story=story)
        assert len(room.messages) == 2
