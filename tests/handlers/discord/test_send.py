"""Alerts on their way to Discord, and answers that are lost: cases 131–133."""

from __future__ import annotations

import pytest

from bot.core.message import Thread, TopicLine
from bot.fading import undated
from bot.ports import Absent, Ambiguous, Retry, Sent
from bot.translations import Words
from handlers.discord.run import DiscordOptions, DiscordPlatform
from tests.fakes.commands import FakeCommands
from tests.fakes.discord.faults import Fault
from tests.fakes.discord.server import TOKEN, FakeDiscord
from tests.fakes.memory import Forgetful
from tests.handlers.discord.helpers import a_delivery, an_alert, as_channel, buttons, texts

POST = r"POST /channels/\d+/messages$"


async def test_an_alert_is_posted_with_its_nonce(fake: FakeDiscord, platform: DiscordPlatform) -> None:
    channel = as_channel(there := fake.world.channel(fake.world.guild()))
    receipt = await platform.send(channel, an_alert(), a_delivery(channel))
    assert receipt == Sent(f"{there.id}/{there.messages[0]['id']}/layout")
    body = fake.asked(POST)[0].body
    assert body["enforce_nonce"] is True
    assert len(body["nonce"]) == 24
    assert body["allowed_mentions"] == {"parse": [], "replied_user": False}
    assert [button["label"] for button in buttons(body)] == [
        "Read · reuters.com",
        "Sources",
        "Why",
        "Mute story",
        "Unsubscribe",
        "Follow story",
        "Less like this",
        "More like this",
    ]
    heading = (
        "### [US widens **H20** **export ban** to subsidiaries](https://www.reuters.com/technology/us-widens-h20-ban)"
    )
    assert heading in texts(body)


async def test_sends_do_not_wait_for_the_gateway(fake: FakeDiscord, platform: DiscordPlatform) -> None:
    fake.gateway.refuse = 4000
    channel = as_channel(fake.world.channel(fake.world.guild()))
    assert isinstance(await platform.send(channel, an_alert(), a_delivery(channel)), Sent)


@pytest.mark.usefixtures("untraced")
@pytest.mark.case_id(132)
@pytest.mark.parametrize(
    "fault",
    [
        Fault(POST, commit=True, drop=True),
        Fault(POST, status=502, commit=True),
        Fault(POST, status=503, commit=True),
        Fault(POST, status=200, body="not json at all", commit=True),
        Fault(POST, status=200, body=["odd"], commit=True),
        Fault(POST, status=200, body="<html>ok</html>", commit=True),
    ],
    ids=["reset", "502", "503", "garbled", "odd", "html"],
)
async def test_case_132_what_was_committed_is_not_posted_twice(
    fake: FakeDiscord, platform: DiscordPlatform, fault: Fault
) -> None:
    channel = as_channel(there := fake.world.channel(fake.world.guild()))
    delivery = a_delivery(channel)
    fake.faults = [fault]
    assert isinstance(await platform.send(channel, an_alert(), delivery), Ambiguous)
    assert await platform.find(channel, delivery) == Absent("the same nonce makes a second send harmless", unseen=True)
    receipt = await platform.send(channel, an_alert(), delivery)
    assert receipt == Sent(f"{there.id}/{there.messages[0]['id']}/layout")
    assert len(there.messages) == 1


@pytest.mark.usefixtures("untraced")
@pytest.mark.case_id(131)
@pytest.mark.parametrize("status", [500, 502, 503, 504, 524])
async def test_case_131_a_server_error_is_tried_again_with_the_same_nonce(
    fake: FakeDiscord, platform: DiscordPlatform, status: int
) -> None:
    channel = as_channel(there := fake.world.channel(fake.world.guild()))
    delivery = a_delivery(channel)
    fake.faults = [Fault(POST, status=status)]
    assert isinstance(await platform.send(channel, an_alert(), delivery), Ambiguous)
    assert len(fake.asked(POST)) == 1, "discord.py must not repeat it behind our back"
    assert isinstance(await platform.send(channel, an_alert(), delivery), Sent)
    first, second = fake.asked(POST)
    assert first.body["nonce"] == second.body["nonce"]
    assert len(there.messages) == 1


@pytest.mark.case_id(133)
async def test_case_133_a_garbled_success_is_no_success(fake: FakeDiscord, platform: DiscordPlatform) -> None:
    channel = as_channel(fake.world.channel(fake.world.guild()))
    fake.faults = [Fault(POST, status=200, body='{"id": "no number"}')]
    assert await platform.send(channel, an_alert(), a_delivery(channel)) == Ambiguous(
        "Discord's answer could not be read"
    )


async def test_no_answer_in_time_is_ambiguous(fake: FakeDiscord, words: Words, commands: FakeCommands) -> None:
    options = DiscordOptions(send_timeout_s=2, api_base=fake.api)
    platform = DiscordPlatform(TOKEN, commands=commands, words=words, memory=Forgetful(), options=options)
    fake.gateway.refuse = 4000
    await platform.start()
    channel = as_channel(there := fake.world.channel(fake.world.guild()))
    fake.faults = [Fault(POST, commit=True, hang=True)]
    assert isinstance(await platform.send(channel, an_alert(), a_delivery(channel)), Ambiguous)
    assert len(there.messages) == 1
    await platform.close()


async def test_a_server_that_is_not_there_took_nothing(words: Words, commands: FakeCommands) -> None:
    async with FakeDiscord() as fake:
        platform = DiscordPlatform(
            TOKEN, commands=commands, words=words, memory=Forgetful(), options=DiscordOptions(api_base=fake.api)
        )
        await platform.start()
        channel = as_channel(fake.world.channel(fake.world.guild()))
    await platform.send(channel, an_alert(), a_delivery(channel))
    receipt = await platform.send(channel, an_alert(), a_delivery(channel))
    assert receipt == Retry(5.0, "Discord can't be reached"), "once the kept connection is known to be dead"
    await platform.close()


async def test_a_story_has_its_thread_at_once(fake: FakeDiscord, platform: DiscordPlatform) -> None:
    channel = as_channel(fake.world.channel(fake.world.guild()))
    await platform.send(channel, an_alert(thread=Thread("story")), a_delivery(channel))
    assert len(fake.asked(r"POST /channels/\d+/messages/\d+/threads")) == 1


async def test_only_the_opted_in_role_is_mentioned(fake: FakeDiscord, platform: DiscordPlatform) -> None:
    guild = fake.world.guild()
    channel = as_channel(fake.world.channel(guild), mention="<@&777777777777777777>")
    await platform.send(channel, an_alert(title="@everyone <@&1> look"), a_delivery(channel))
    body = fake.asked(POST)[0].body
    assert body["allowed_mentions"] == {"parse": [], "replied_user": False, "roles": ["777777777777777777"]}
    assert texts(body)[0] == "<@&777777777777777777>"
    everyone = as_channel(fake.world.channel(guild), mention=guild)
    await platform.send(everyone, an_alert(), a_delivery(everyone))
    assert "roles" not in fake.asked(POST)[1].body["allowed_mentions"]


async def test_words_follow_the_language_of_the_channel(fake: FakeDiscord, platform: DiscordPlatform) -> None:
    channel = as_channel(fake.world.channel(fake.world.guild()), language="zh-TW")
    await platform.send(channel, an_alert(), a_delivery(channel))
    assert [button["label"] for button in buttons(fake.asked(POST)[0].body)][1:] == [
        "來源",
        "為什麼",
        "靜音此事件",
        "退訂",
        "關注此事件",
        "減少此類",
        "增加此類",
    ]


async def test_a_button_that_does_not_fit_is_kept(
    fake: FakeDiscord, platform: DiscordPlatform, memory: Forgetful
) -> None:
    channel = as_channel(fake.world.channel(fake.world.guild()))
    rule = "query:" + "very long " * 12
    await platform.send(channel, an_alert(topics=(TopicLine(rule, "mine", ("x",)),)), a_delivery(channel))
    assert undated([*memory.texts.values()][-1]) == f"unsubscribe:{rule}"
