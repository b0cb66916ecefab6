"""Forms: opened by a press, filled with how things stand, read when they are sent, after a restart too."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.core.errors import StoreError
from bot.core.message import Button, Item, Reply
from tests.fakes.commands import FakeCommands
from tests.fakes.discord.faults import Fault, error, limited
from tests.fakes.discord.interactions import Exchange
from tests.fakes.discord.server import FakeDiscord
from tests.fakes.discord.world import FakeChannel, shown
from tests.handlers.discord.helpers import buttons, original, texts, typed, until

HELD = {"what": "17", "to": "h20 AND ban", "severity": "notable", "lang": "zh", "mode": "hourly"}


async def listed(fake: FakeDiscord, room: FakeChannel, commands: FakeCommands, value: str) -> tuple[Any, str]:
    """An answer with a button that opens a form: its message, and the button's custom id."""
    row = Item("Export controls", buttons=(Button("Which …", "form", value),))
    commands.replies["edit"] = Reply("Changed", items=(row,))
    exchange = await typed(fake, room, "edit", {"what": "17"})
    message = fake.world.made(room.id, original(exchange)) | {"flags": original(exchange)["flags"]}
    return shown(message), buttons(message)[0]["custom_id"]


async def opened(
    fake: FakeDiscord, room: FakeChannel, commands: FakeCommands, value: str = "edit:which:17", **who: Any
) -> tuple[Exchange, Any]:
    message, custom_id = await listed(fake, room, commands, value)
    pressed = await fake.happens(fake.users.pressed(room, message, custom_id, **who))
    await pressed.answered()
    return pressed, message


async def test_a_form_is_filled_and_what_was_emptied_is_forgotten(
    fake: FakeDiscord, room: FakeChannel, commands: FakeCommands
) -> None:
    commands.held = HELD
    pressed, message = await opened(fake, room, commands)
    assert pressed.callback is not None
    assert pressed.callback["type"] == 9
    form = pressed.callback["data"]
    held = {row["component"]["custom_id"]: row["component"].get("value") for row in form["components"]}
    assert [row["label"] for row in form["components"]][:2] == ["About", "Severity"]
    assert held == {"to": "h20 AND ban", "severity": None, "lang": "zh", "confirm": None, "updates": None}
    sent = await fake.happens(fake.users.sent(room, form, {"lang": "", "confirm": "3"}, message))
    await sent.answered()
    assert sent.callback == {"type": 6}, "the answer takes the place of the message with the button"
    wanted = {
        "what": "17",
        "to": "h20 AND ban",
        "severity": "notable",
        "lang": "none",
        "confirm": "3",
        "updates": "none",
    }
    assert commands.log[-1][2:] == ("edit", wanted)


async def test_a_form_of_another_channels_subscription(
    fake: FakeDiscord, room: FakeChannel, commands: FakeCommands
) -> None:
    commands.held = HELD
    pressed, message = await opened(fake, room, commands, "edit:when:17 channel=123456789012345678")
    assert pressed.callback is not None
    sent = await fake.happens(fake.users.sent(room, pressed.callback["data"], {"quiet": " 22:00-07:00 "}, message))
    await sent.answered()
    asked = {"what": "17", "channel": "123456789012345678", "mode": "hourly", "quiet": "22:00-07:00", "wake": "none"}
    assert commands.log[-1][2:] == ("edit", asked)


async def test_without_the_right_or_the_subscription_the_press_is_answered(
    fake: FakeDiscord, room: FakeChannel, commands: FakeCommands
) -> None:
    commands.held = HELD
    pressed, _ = await opened(fake, room, commands, permissions=0)
    assert texts(original(pressed)) == ["form: edit:which:17"]
    commands.held = {}
    pressed, _ = await opened(fake, room, commands)
    assert texts(original(pressed)) == ["form: edit:which:17"]


async def test_a_press_is_answered_though_what_its_form_shows_can_not_be_read(
    fake: FakeDiscord, room: FakeChannel, commands: FakeCommands
) -> None:
    commands.held = HELD
    commands.defects["filled"] = StoreError("the database is locked", "busy")
    pressed, _ = await opened(fake, room, commands)
    assert texts(original(pressed)) == ["form: edit:which:17"]


@pytest.mark.parametrize("fault", [error("callback", 400, 50035), limited("callback", 0.05)], ids=["refused", "limit"])
async def test_a_form_that_discord_does_not_open_is_answered_in_words(
    fake: FakeDiscord, room: FakeChannel, commands: FakeCommands, fault: Fault
) -> None:
    commands.held = HELD
    message, custom_id = await listed(fake, room, commands, "edit:more:17")
    fake.faults = [replace(fault)]
    pressed = await fake.happens(fake.users.pressed(room, message, custom_id))
    await pressed.answered()
    assert texts(original(pressed)) == ["form: edit:more:17"]


async def test_a_form_of_another_version_or_another_bot(
    fake: FakeDiscord, room: FakeChannel, commands: FakeCommands
) -> None:
    row = {"type": 18, "component": {"type": 4, "custom_id": "to", "value": "x"}}
    for custom_id in ("t9:filled:edit:which:17", "t1:filled:settings"):
        sent = await fake.happens(fake.users.sent(room, {"custom_id": custom_id, "components": [row]}, {}))
        await sent.answered()
        assert commands.log[-1][2] == "stale"
    before = len(commands.log)
    exchange, _ = made = fake.users.sent(room, {"custom_id": "someone-elses", "components": [row]}, {})
    await fake.happens(made)
    await typed(fake, room, "latest", {})
    assert exchange.callback is None
    assert len(commands.log) == before + 1


async def test_a_role_is_chosen_from_this_server(fake: FakeDiscord, room: FakeChannel, commands: FakeCommands) -> None:
    commands.held = HELD | {"mention": "555555"}
    pressed, message = await opened(fake, room, commands, "edit:more:17")
    assert pressed.callback is not None
    form = pressed.callback["data"]
    (role,) = [row["component"] for row in form["components"] if row["component"]["type"] == 6]
    assert role["default_values"] == [{"id": "555555", "type": "role"}]
    sent = await fake.happens(fake.users.sent(room, form, {"mention": ""}, message))
    await sent.answered()
    assert commands.log[-1][3]["mention"] == "none"
    before = len(commands.log)
    sent = await fake.happens(fake.users.sent(room, form, {"mention": room.guild}, message))
    assert "can't be mentioned in this server" in texts(await sent.answered())[0]
    assert len(commands.log) == before


async def test_in_direct_messages_no_role_is_asked_for(
    fake: FakeDiscord, room: FakeChannel, commands: FakeCommands
) -> None:
    commands.held = HELD
    direct = fake.world.channel(kind=1, name="")
    pressed, _ = await opened(fake, direct, commands, "edit:more:17")
    assert pressed.callback is not None
    assert [row["component"] for row in pressed.callback["data"]["components"] if row["component"]["type"] == 6] == []


async def test_a_form_sent_twice_is_done_once(fake: FakeDiscord, room: FakeChannel, commands: FakeCommands) -> None:
    commands.held = HELD
    pressed, message = await opened(fake, room, commands)
    assert pressed.callback is not None
    made = fake.users.sent(room, pressed.callback["data"], {}, message)
    await fake.happens(made)
    await made[0].answered()
    await fake.happens(made)
    before = len(commands.log)
    await typed(fake, room, "latest", {})
    await until(lambda: len(commands.log) > before)
    assert [entry[2] for entry in commands.log[before:]] == ["latest"]
