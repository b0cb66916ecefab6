"""Which channel a command is about, and what it is called: threads and forum posts, other channels, direct messages."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.conformance.stage_discord import DiscordStage, discord_stage
from tests.conformance.stage_slack import SlackStage, slack_stage
from tests.fakes.discord.world import BOT
from tests.handlers.slack.helpers import typed


@pytest.fixture
async def discord() -> AsyncIterator[DiscordStage]:
    async with discord_stage() as stage:
        assert isinstance(stage, DiscordStage)
        yield stage


@pytest.fixture
async def slack() -> AsyncIterator[SlackStage]:
    async with slack_stage() as stage:
        assert isinstance(stage, SlackStage)
        yield stage


def _thread(stage: DiscordStage, parent: str) -> None:
    """The person goes into a thread, or post, of this channel."""
    stage.room = stage.fake.world.channel(stage.room.guild, kind=11, name="US widens H20", parent=parent, owner=BOT)


@pytest.mark.parametrize("kind", [0, 15])
async def test_buttons_of_an_alert_in_a_thread_act_on_the_channel_that_subscribes(
    discord: DiscordStage, kind: int
) -> None:
    above = discord.fake.world.channel(discord.room.guild, kind=kind, name="wire")
    await discord.ask("subscribe", {"what": "export-controls", "channel": above.id})
    _thread(discord, above.id)
    channel = await discord.desk.store.find_channel("discord", discord.room.guild, above.id)
    assert channel is not None
    await discord.press("mute", "42")
    assert await discord.desk.store.mute(channel, 42, True, 0) is False, "it is muted there already"
    assert "in #wire" in (await discord.press("less", "42")).text
    assert [taste.delta for taste in await discord.desk.store.tastes(channel)] == [-1]
    ended = await discord.press("unsubscribe", "topic:export-controls")
    assert "#wire no longer gets alerts" in ended.text
    assert await discord.desk.store.subscriptions() == []
    await discord.press(*ended.buttons[0])
    assert [channel.ref for channel, _ in await discord.desk.store.subscriptions()] == [above.id]


async def test_a_thread_that_subscribes_itself_is_a_channel_of_its_own(discord: DiscordStage) -> None:
    above = discord.room
    await discord.ask("subscribe", {"what": "export-controls"})
    _thread(discord, above.id)
    await discord.ask("subscribe", {"what": "open-models"})
    held = {channel.ref: one.rule for channel, one in await discord.desk.store.subscriptions()}
    assert held == {above.id: "topic:export-controls", discord.room.id: "topic:open-models"}
    assert "paused" in (await discord.ask("pause", {})).text
    paused = {channel.ref: bool(one.paused) for channel, one in await discord.desk.store.subscriptions()}
    assert paused == {above.id: False, discord.room.id: True}


async def test_another_channel_is_called_by_its_name_also_later_and_by_a_button(discord: DiscordStage) -> None:
    other = discord.fake.world.channel(discord.room.guild, name="policy")
    done = await discord.ask("subscribe", {"what": "export-controls", "channel": other.id})
    assert done.text.startswith("#policy now gets alerts")
    ended = await discord.press(*done.buttons[0])
    assert ended.text.startswith("#policy no longer gets alerts")


async def test_direct_messages_are_no_channel_with_a_number(discord: DiscordStage) -> None:
    discord.room = discord.fake.world.channel(kind=1, name="")
    done = await discord.ask("subscribe", {"what": "export-controls"})
    assert done.text.startswith("Your conversation with Tocsin now gets alerts")
    assert discord.room.id not in done.text
    chinese = await discord.ask("subscriptions", {}, locale="zh-CN")
    assert chinese.text.startswith("你与 Tocsin 的对话")


async def test_slack_names_channels_as_people_write_them(slack: SlackStage) -> None:
    slack.slack.channel(slack.team, "C2", name="policy", members={"U1"})
    slack.slack.channel(slack.team, "G3", name="plans", private=True, members={"U1"})
    here = await slack.ask("subscribe", {"what": "export-controls"})
    assert here.text.startswith("#general now gets alerts")
    there = await slack.ask("subscribe", {"what": "open-models", "channel": "C2"})
    assert there.text.startswith("#policy now gets alerts")
    assert "unsubscribe 2 channel=C2" in there.text
    ended = await slack.press(*there.buttons[0])
    assert ended.text.startswith("#policy no longer gets alerts")
    sent = typed("subscriptions", slack.slack.hook(), channel_id="G3", channel_name="privategroup")
    await slack.wire.send("slash_commands", sent)
    await slack.wire.send("slash_commands", {**sent, "text": "subscribe open-models", "trigger_id": "another"})
    assert slack.slack.answers[-1][1]["text"].startswith("This channel now gets alerts")


async def test_a_pause_from_elsewhere_is_undone_as_it_is_told(slack: SlackStage) -> None:
    slack.slack.channel(slack.team, "C2", name="policy", members={"U1"})
    await slack.ask("subscribe", {"what": "open-models", "channel": "C2"})
    paused = await slack.ask("pause", {"channel": "C2"})
    undo = paused.text.partition("the button below, or ")[2].strip(" .\n")
    assert (await slack.wire.command(undo))["text"] == "Alerts come to #policy again."


async def test_discord_calls_a_role_by_its_name_and_takes_it_so(discord: DiscordStage) -> None:
    role = discord.fake.world.guilds[discord.room.guild]["roles"][1]["id"]
    saved = await discord.ask("settings", {"mention": "@Desk", "mention-from": "breaking"})
    assert "mention: @Desk" in saved.text
    channel = await discord.desk.store.find_channel("discord", discord.room.guild, discord.room.id)
    assert channel is not None
    assert channel.settings["mention"] == role
    await discord.ask("subscribe", {"what": "export-controls", "mention": role})
    listed = await discord.ask("subscriptions", {})
    assert "mention @Desk" in listed.text
    assert role not in listed.text
    changed = await discord.ask("edit", {"what": "export-controls", "mention": "none"})
    assert "/tocsin edit what:1 mention:@Desk" in changed.text
    assert ("revert", f"what=1\nmention={role}") in changed.buttons
