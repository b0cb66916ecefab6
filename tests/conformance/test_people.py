"""What people do with alerts, by the real client libraries: presses under a posted alert, and alerts of their own."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.commands.presses import VERDICTS, command_of
from bot.core.commands.spec import COMMANDS
from bot.core.message import SEVERITIES, Alert, OutletLine, TopicLine
from bot.core.model import Channel
from bot.ports import Delivery, Sent
from tests.conformance.stage_discord import DiscordStage, discord_stage
from tests.conformance.stage_slack import SlackStage, slack_stage
from tests.conformance.town import NOW, RULES
from tests.fakes.discord.world import FakeChannel, shown
from tests.fakes.slack.reader import buttons as slack_buttons
from tests.handlers.discord import helpers as discord_side
from tests.store.build import judgements

pytestmark = pytest.mark.usefixtures("untraced")

ALERT = Alert(
    7,
    "new",
    42,
    "US widens H20 export ban to subsidiaries",
    "https://outlet0.example/42",
    "Report 42.",
    (OutletLine("Outlet 0", "https://outlet0.example/42", NOW),),
    (TopicLine(RULES[0], "Chip export controls", ("H20",)),),
    NOW,
)


async def posted(stage: DiscordStage | SlackStage, channel: Channel) -> None:
    sent = await stage.platform.send(channel, ALERT, Delivery(7, channel.id, 42, "new", 0, NOW))
    assert isinstance(sent, Sent), sent


async def tastes(stage: DiscordStage | SlackStage, channel: Channel) -> list[tuple[str, int]]:
    return [(taste.outlet, taste.delta) for taste in await stage.desk.store.tastes(channel)]


def button(found: list[dict[str, Any]], label: str) -> dict[str, Any]:
    return next(each for each in found if label in (each.get("label"), (each.get("text") or {}).get("text")))


async def discord_press(stage: DiscordStage, room: FakeChannel, message: dict[str, Any], label: str) -> dict[str, Any]:
    custom_id = button(discord_side.buttons(message), label)["custom_id"]
    pressed = await stage.fake.happens(stage.fake.users.pressed(room, shown(message), custom_id))
    await pressed.answered()
    answer = discord_side.original(pressed)
    return stage.fake.world.made(room.id, answer) | {"flags": answer["flags"]}


async def test_presses_under_an_alert_on_discord() -> None:
    async with discord_stage() as stage:
        assert isinstance(stage, DiscordStage)
        await stage.ask("subscribe", {"what": "export-controls"})
        channel = await stage.desk.store.channel("discord", stage.room.guild, stage.room.id)
        await posted(stage, channel)
        alert = stage.room.messages[0]
        less = await discord_press(stage, stage.room, alert, "Less like this")
        assert await tastes(stage, channel) == [("Outlet 0", -1)]
        await discord_press(stage, stage.room, less, "Undo")
        assert await tastes(stage, channel) == []
        await discord_press(stage, stage.room, alert, "More like this")
        assert await tastes(stage, channel) == [("Outlet 0", 1)]
        followed = await discord_press(stage, stage.room, alert, "Follow story")
        assert not await stage.desk.store.follow(channel, 42, True, NOW)
        await discord_press(stage, stage.room, followed, "Unfollow story")
        assert await stage.desk.store.follow(channel, 42, True, NOW)
        assert "more from Outlet 0" in (await stage.ask("subscriptions", {})).text


async def test_presses_under_an_alert_on_slack() -> None:
    async with slack_stage() as stage:
        assert isinstance(stage, SlackStage)
        await stage.ask("subscribe", {"what": "export-controls"})
        channel = await stage.desk.store.channel("slack", "T1", "C1")
        await posted(stage, channel)
        alert = stage.team.channels["C1"].messages[0]

        async def press(message: dict[str, Any], label: str) -> dict[str, Any]:
            return await stage.wire.press(button(slack_buttons(message["blocks"]), label))

        less = await press(alert, "Less like this")
        assert await tastes(stage, channel) == [("Outlet 0", -1)]
        await press(less, "Undo")
        assert await tastes(stage, channel) == []
        await press(alert, "More like this")
        assert await tastes(stage, channel) == [("Outlet 0", 1)]
        followed = await press(alert, "Follow story")
        assert not await stage.desk.store.follow(channel, 42, True, NOW)
        await press(followed, "Unfollow story")
        assert await stage.desk.store.follow(channel, 42, True, NOW)
        assert "more from Outlet 0" in (await stage.ask("subscriptions", {})).text


async def test_two_reports_that_do_not_tell_of_the_same_are_judged_by_a_press_on_both() -> None:
    for made in (discord_stage, slack_stage):
        async with made() as stage:
            assert isinstance(stage, DiscordStage | SlackStage)
            answer = await stage.press("apart", "41:42")
            assert "are not about the same story" in answer.text
            (pair,) = await judgements(stage.desk.store)
            assert pair[:3] == (41, 42, False)
            ((action, value),) = answer.buttons
            await stage.press(action, value)
            assert [pair[2] for pair in await judgements(stage.desk.store)] == [True]
            assert not (await stage.press("apart", "41:x")).buttons


async def test_a_person_subscribes_by_direct_message_on_discord() -> None:
    async with discord_stage() as stage:
        assert isinstance(stage, DiscordStage)
        direct = stage.fake.world.channel(kind=1, name="")
        asked = {"what": "export-controls", "mode": "hourly"}
        await discord_side.typed(stage.fake, direct, "subscribe", asked, permissions=0)
        ((channel, subscription),) = await stage.desk.store.subscriptions()
        assert (channel.platform, channel.scope, channel.ref) == ("discord", "@me", direct.id)
        assert (subscription.rule, subscription.options) == (RULES[0], {"mode": "hourly"})
        await posted(stage, channel)
        assert "US widens **H20**" in " ".join(discord_side.texts(direct.messages[0]))
        await discord_press(stage, direct, direct.messages[0], "Unsubscribe")
        assert await stage.desk.store.subscriptions() == []


async def test_a_person_subscribes_by_direct_message_on_slack() -> None:
    async with slack_stage() as stage:
        assert isinstance(stage, SlackStage)
        stage.slack.channel(stage.team, "D1", im_user="U1")
        stage.team.admins = {"U1"}
        here = {"channel_id": "D1", "channel_name": "directmessage"}
        await stage.wire.command("subscribe export-controls mode=hourly", **here)
        ((channel, subscription),) = await stage.desk.store.subscriptions()
        assert (channel.platform, channel.scope, channel.ref) == ("slack", "T1", "D1")
        assert (subscription.rule, subscription.options) == (RULES[0], {"mode": "hourly"})
        await posted(stage, channel)
        end = button(slack_buttons(stage.team.channels["D1"].messages[0]["blocks"]), "Unsubscribe")
        await stage.wire.press(end, channel={"id": "D1", "name": "directmessage"})
        assert await stage.desk.store.subscriptions() == []


def test_every_press_names_the_command_whose_right_it_needs() -> None:
    pressed = {*VERDICTS, "confirm", "revert", "form", "reshape", "shapeless"}
    assert {command_of(action) for action in pressed} == {"feedback", "subscribe", "edit", "template"}
    assert {command_of(command.name) for command in COMMANDS} == {command.name for command in COMMANDS}


@pytest.mark.case_id(144)
async def test_case_144_two_people_who_subscribe_at_once_share_one_subscription() -> None:
    for made in (discord_stage, slack_stage):
        async with made() as stage:
            assert isinstance(stage, DiscordStage | SlackStage)
            asked = [stage.ask("subscribe", {"what": "export-controls", "severity": level}) for level in SEVERITIES[1:]]
            answers = await asyncio.gather(*asked)
            assert len(await stage.desk.store.subscriptions()) == 1
            assert len(stage.replies) == len(answers) == 2
            assert all(reply.ok for reply in stage.replies)
