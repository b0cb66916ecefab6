"""Subscriptions edited in place by real users of both platforms: listed, opened, sent, undone, ended."""

from __future__ import annotations

from typing import Any

import pytest

from bot.core.model import Subscription
from tests.conformance.stage_discord import DiscordStage, discord_stage
from tests.conformance.stage_slack import SlackStage, slack_stage
from tests.fakes.discord.world import shown
from tests.fakes.slack.reader import buttons as slack_buttons
from tests.fakes.slack.reader import read_blocks
from tests.handlers.discord import helpers as discord_side
from tests.handlers.slack.helpers import interaction, typed
from tests.handlers.slack.test_forms import as_it_stands

pytestmark = pytest.mark.usefixtures("untraced")

MESSAGE_FLAGS = 1 << 6 | 1 << 15  # for the asker's eyes only; Components V2


async def kept(stage: Any) -> list[Subscription]:
    return [subscription for _, subscription in await stage.desk.store.subscriptions()]


def labelled(found: list[dict[str, Any]], label: str) -> dict[str, Any]:
    return next(each for each in found if label in (each.get("label"), (each.get("text") or {}).get("text")))


async def test_on_discord() -> None:
    async with discord_stage() as stage:
        assert isinstance(stage, DiscordStage)
        await stage.ask("subscribe", {"what": "export-controls", "lang": "en"})
        exchange = await discord_side.typed(stage.fake, stage.room, "subscriptions", {})

        async def press(message: dict[str, Any], label: str) -> Any:
            there = shown(stage.fake.world.made(stage.room.id, message)) | {"flags": MESSAGE_FLAGS}
            button = labelled(discord_side.buttons(message), label)
            pressed = await stage.fake.happens(stage.fake.users.pressed(stage.room, there, button["custom_id"]))
            await pressed.answered()
            return pressed

        opened = await press(discord_side.original(exchange), "Edit")
        form = (await press(discord_side.original(opened), "When …")).callback["data"]
        there = shown(stage.fake.world.made(stage.room.id, discord_side.original(opened))) | {"flags": MESSAGE_FLAGS}
        sent = await stage.fake.happens(stage.fake.users.sent(stage.room, form, {"mode": "daily 07:30"}, there))
        await sent.answered()
        assert "at 07:30" in " ".join(discord_side.texts(discord_side.original(sent)))
        assert (await kept(stage))[0].options == {"lang": "en", "mode": "daily 07:30"}
        undone = await press(discord_side.original(sent), "Undo")
        assert (await kept(stage))[0].options == {"lang": "en"}
        await press(discord_side.original(undone), "Unsubscribe")
        assert await kept(stage) == []


async def test_on_slack() -> None:
    async with slack_stage() as stage:
        assert isinstance(stage, SlackStage)
        await stage.ask("subscribe", {"what": "export-controls", "lang": "en"})
        listed = await stage.wire.command("subscriptions")
        await stage.wire.press(labelled(slack_buttons(listed["blocks"]), "Edit"))
        (view,) = stage.slack.methods.views.values()
        values = as_it_stands(view)
        values["mode"]["value"]["value"] = "daily 07:30"
        values["lang"]["value"]["value"] = None
        sent = interaction("view_submission", view={**view, "state": {"values": values}})
        answer = await stage.wire.send("interactive", sent)
        assert "at 07:30" in read_blocks(answer["view"]["blocks"]).text
        assert (await kept(stage))[0].options == {"mode": "daily 07:30"}
        undo = labelled(slack_buttons(answer["view"]["blocks"]), "Undo")
        stage.slack.methods.views[view["id"]] = here = {**answer["view"], "id": view["id"]}
        pressed = interaction("block_actions", actions=[{"type": "button", **undo}], view=here)
        await stage.wire.send("interactive", pressed)
        assert (await kept(stage))[0].options == {"lang": "en"}
        again = labelled(slack_buttons(stage.slack.methods.views[view["id"]]["blocks"]), "Which stories …")
        pressed = interaction("block_actions", actions=[{"type": "button", **again}], view=here)
        await stage.wire.send("interactive", pressed)
        values = as_it_stands(stage.slack.methods.views[view["id"]])
        assert values["lang"]["value"]["value"] == "en"


async def test_on_slacks_home_tab() -> None:
    async with slack_stage() as stage:
        assert isinstance(stage, SlackStage)
        await stage.at_home()
        await stage.home_form("subscribe", what="export-controls")
        home = stage.slack.methods.homes["U1"]
        await stage.home_press(labelled(slack_buttons(home["blocks"]), "Edit"))
        view = list(stage.slack.methods.views.values())[-1]
        values = as_it_stands(view)
        values["quiet"]["value"]["value"] = "22:00-07:00"
        await stage.wire.send("interactive", interaction("view_submission", view={**view, "state": {"values": values}}))
        ((channel, subscription),) = await stage.desk.store.subscriptions()
        assert (channel.ref, subscription.options) == ("D1", {"quiet": "22:00-07:00"})
        home = stage.slack.methods.homes["U1"]
        assert "during 22:00-07:00" in read_blocks(home["blocks"]).text
        await stage.home_press(labelled(slack_buttons(home["blocks"]), "Unsubscribe"))
        assert await kept(stage) == []


async def test_emptied_settings_are_forgotten_on_slack() -> None:
    async with slack_stage() as stage:
        assert isinstance(stage, SlackStage)
        asked = {"language": "zh-CN", "timezone": "Asia/Shanghai", "burst": "12", "mention": "S0123"}
        await stage.ask("settings", {**asked, "mention-from": "breaking", "notices": "off"})
        await stage.wire.send("slash_commands", typed("settings"))
        (view,) = stage.slack.methods.views.values()
        values = as_it_stands(view)
        assert {name: _held(field) for name, field in values.items()} == {
            **asked,
            "mention-from": "breaking",
            "notices": "off",
        }
        for name, field in values.items():
            if name != "timezone":
                field["value"] = dict.fromkeys(field["value"])
        sent = interaction("view_submission", view={**view, "state": {"values": values}})
        answer = await stage.wire.send("interactive", sent)
        assert answer["response_action"] == "update"
        channel = await stage.desk.store.find_channel("slack", "T1", "C1")
        assert channel is not None
        assert channel.settings == {"timezone": "Asia/Shanghai"}


def _held(field: dict[str, Any]) -> str:
    found = field["value"]
    return str(found["value"]) if "value" in found else str(found["selected_option"]["value"])
