"""A channel's rhythm, through discord.py's client: what comes when, in how many messages."""

from __future__ import annotations

from handlers.discord.run import DiscordPlatform
from tests.fakes.discord.server import FakeDiscord
from tests.handlers.discord.helpers import texts
from tests.handlers.rhythm import Newsroom


def room(fake: FakeDiscord, platform: DiscordPlatform) -> Newsroom:
    channel = fake.world.channel(fake.world.guild())
    return Newsroom(platform, channel.guild, channel.id)


def shown(fake: FakeDiscord, here: Newsroom) -> list[str]:
    return ["\n".join(texts(message)) for message in fake.world.channels[here.ref].messages]


async def test_an_hour_of_news_is_one_message(fake: FakeDiscord, platform: DiscordPlatform) -> None:
    async with room(fake, platform) as here:
        await here.subscribe({"mode": "hourly"})
        await here.news(10, "One")
        await here.news(20, "Two")
        await here.until(59)
        assert shown(fake, here) == []
        await here.until(60)
        await here.until(180)
        (digest,) = shown(fake, here)
        assert "Digest" in digest
        assert "[One](https://reuters.example/One)" in digest
        assert "[Two](https://reuters.example/Two)" in digest


async def test_what_comes_at_night_is_told_in_the_morning(fake: FakeDiscord, platform: DiscordPlatform) -> None:
    async with room(fake, platform) as here:
        await here.subscribe({"quiet": "22:00-07:00", "wake": "breaking"})
        await here.news(10, "Slept over")
        await here.news(20, "Halt", "breaking")
        assert len(shown(fake, here)) == 1
        await here.until(5 * 60)
        await here.news(5 * 60 + 1, "Morning")
        alarm, digest, alert = shown(fake, here)
        assert "Halt" in alarm
        assert "Slept over" in digest
        assert "Halt" not in digest
        assert "Morning" in alert


async def test_a_flood_becomes_three_messages_and_a_digest(fake: FakeDiscord, platform: DiscordPlatform) -> None:
    async with room(fake, platform) as here:
        await here.store.configure(await here.subscribe({}), {"burst": "3"})
        for number in range(40):
            await here.news(1, f"News {number}")
        assert len(shown(fake, here)) == 3
        await here.until(11)
        *_, digest = shown(fake, here)
        assert len(shown(fake, here)) == 4
        assert "37" in digest


async def test_what_is_new_in_a_story_is_a_reply_unless_only_first_reports_are_wanted(
    fake: FakeDiscord, platform: DiscordPlatform
) -> None:
    async with room(fake, platform) as here:
        await here.subscribe({})
        story = await here.news(1, "One")
        await here.news(5, "A figure", story=story)
        first, reply = fake.world.channels[here.ref].messages
        assert reply["message_reference"]["message_id"] == first["id"]
        await here.subscribe({"updates": "no"})
        await here.news(9, "Another figure", story=story)
        assert len(shown(fake, here)) == 2
