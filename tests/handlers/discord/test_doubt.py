"""What is told when an answer of Discord's is lost and the story grows before the send is repeated."""

from __future__ import annotations

import pytest

from handlers.discord.run import DiscordPlatform
from tests.fakes.discord.faults import Fault
from tests.fakes.discord.server import FakeDiscord
from tests.handlers.discord.helpers import texts
from tests.handlers.rhythm import Newsroom

POST = r"POST /channels/\d+/messages$"
pytestmark = pytest.mark.usefixtures("untraced")


@pytest.mark.parametrize("arrived", [True, False])
@pytest.mark.parametrize("lost", ["new", "update"])
async def test_case_132_what_came_before_a_repeated_send_is_told_once(
    fake: FakeDiscord, platform: DiscordPlatform, lost: str, arrived: bool
) -> None:
    """Discord keeps the first message where it arrived: the second must tell no more than that, or it is told never
    or twice.
    """
    there = fake.world.channel(fake.world.guild())
    async with Newsroom(platform, there.guild or "", there.id) as room:
        await room.subscribe({})
        fault = Fault(POST, drop=True, commit=arrived)
        fake.faults = [fault] if lost == "new" else []
        story = await room.news(0, "Ban on chips")
        fake.faults += [fault] if lost == "update" else []
        for n in (2, 4):
            await room.news(n, f"Growth {n}", story=story)
        for n in (6, 8):
            await room.until(n)
    replies = [" ".join(texts(one)) for one in there.messages[1:]]
    assert [sum(f"Growth {n}" in one for one in replies) for n in (2, 4)] == [1, 1]
