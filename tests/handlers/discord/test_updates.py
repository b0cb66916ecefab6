"""A posted alert brought up to date: case 152."""

from __future__ import annotations

import pytest

from bot.ports import Gone, Rejected, Sent
from handlers.discord.run import DiscordPlatform
from tests.fakes.discord.faults import error
from tests.fakes.discord.server import FakeDiscord
from tests.fakes.discord.world import ALL, EMBED, HISTORY
from tests.handlers.discord.helpers import a_delivery, an_alert, as_channel, texts

POST = r"POST /channels/\d+/messages$"


async def test_an_update_edits_and_tells_the_news_under_it(fake: FakeDiscord, platform: DiscordPlatform) -> None:
    channel = as_channel(there := fake.world.channel(fake.world.guild()))
    sent = await platform.send(channel, an_alert(), a_delivery(channel))
    assert isinstance(sent, Sent)
    update = a_delivery(channel, kind="update", ref=sent.ref)
    alert = an_alert(kind="update", news="Beijing promised “countermeasures”")
    assert await platform.send(channel, alert, update) == sent
    first, reply = there.messages
    assert first["_edits"] == 1
    assert "-# Update · Notable" in texts(first)
    assert texts(reply) == ["Update: Beijing promised “countermeasures”"]
    assert reply["message_reference"] == {"message_id": first["id"], "fail_if_not_exists": False}
    assert await platform.send(channel, alert, update) == sent
    assert len(there.messages) == 2, "done twice, it is done once"


async def test_an_update_without_news_only_edits(fake: FakeDiscord, platform: DiscordPlatform) -> None:
    channel = as_channel(there := fake.world.channel(fake.world.guild()))
    sent = await platform.send(channel, an_alert(), a_delivery(channel))
    assert isinstance(sent, Sent)
    assert (
        await platform.send(channel, an_alert(kind="update"), a_delivery(channel, kind="update", ref=sent.ref)) == sent
    )
    assert len(there.messages) == 1


async def test_an_edit_says_who_reports_too(fake: FakeDiscord, platform: DiscordPlatform) -> None:
    channel = as_channel(there := fake.world.channel(fake.world.guild()))
    sent = await platform.send(channel, an_alert(), a_delivery(channel))
    assert isinstance(sent, Sent)
    alert = an_alert(kind="update", also=("财新", "SEC 8-K", "AP", "AFP"))
    assert await platform.send(channel, alert, a_delivery(channel, kind="update", ref=sent.ref)) == sent
    (message,) = there.messages
    assert any("also: 财新, SEC 8-K, AP (+1)" in text for text in texts(message))


async def test_an_update_in_a_forum_goes_into_its_thread(fake: FakeDiscord, platform: DiscordPlatform) -> None:
    channel = as_channel(fake.world.channel(fake.world.guild(), kind=15))
    sent = await platform.send(channel, an_alert(), a_delivery(channel))
    assert isinstance(sent, Sent)
    update = a_delivery(channel, kind="update", ref=sent.ref)
    assert await platform.send(channel, an_alert(kind="update", news="more"), update) == sent
    assert len(fake.world.channels[sent.ref.split("/")[0]].messages) == 2


async def test_a_plain_message_stays_plain_when_edited(fake: FakeDiscord, platform: DiscordPlatform) -> None:
    channel = as_channel(there := fake.world.channel(fake.world.guild(), rights=ALL & ~EMBED))
    sent = await platform.send(channel, an_alert(), a_delivery(channel))
    assert isinstance(sent, Sent)
    there.rights = ALL
    await platform.send(channel, an_alert(kind="update"), a_delivery(channel, kind="update", ref=sent.ref))
    assert "Update" in there.messages[0]["content"]


async def test_without_history_the_news_is_told_without_pointing(fake: FakeDiscord, platform: DiscordPlatform) -> None:
    channel = as_channel(there := fake.world.channel(fake.world.guild(), rights=ALL & ~HISTORY))
    sent = await platform.send(channel, an_alert(), a_delivery(channel))
    assert isinstance(sent, Sent)
    update = a_delivery(channel, kind="update", ref=sent.ref)
    assert await platform.send(channel, an_alert(kind="update", news="more"), update) == sent
    assert there.messages[1]["message_reference"] is None
    fake.faults = [error(POST, 403, 50013)]
    assert isinstance(await platform.send(channel, an_alert(kind="update", news="more"), update), Gone)


@pytest.mark.case_id(152)
async def test_case_152_a_deleted_message_is_not_posted_again(fake: FakeDiscord, platform: DiscordPlatform) -> None:
    channel = as_channel(there := fake.world.channel(fake.world.guild()))
    sent = await platform.send(channel, an_alert(), a_delivery(channel))
    assert isinstance(sent, Sent)
    there.messages.clear()
    update = a_delivery(channel, kind="update", ref=sent.ref)
    receipt = await platform.send(channel, an_alert(kind="update", news="more"), update)
    assert isinstance(receipt, Rejected)
    assert there.messages == []


async def test_an_update_of_something_never_posted_is_posted(fake: FakeDiscord, platform: DiscordPlatform) -> None:
    channel = as_channel(there := fake.world.channel(fake.world.guild()))
    assert isinstance(await platform.send(channel, an_alert(kind="update"), a_delivery(channel, kind="update")), Sent)
    assert len(there.messages) == 1


async def test_a_reference_of_another_platform_is_rejected(fake: FakeDiscord, platform: DiscordPlatform) -> None:
    channel = as_channel(fake.world.channel(fake.world.guild()))
    update = a_delivery(channel, kind="update", ref="C123:1700000000.1")
    assert isinstance(await platform.send(channel, an_alert(kind="update"), update), Rejected)
