"""Buttons and message menus, on every message ever posted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import pytest

from bot.core.errors import StoreError
from bot.core.message import Button, Reply
from handlers.discord.publish import LIMIT, WINDOW_S, Publisher
from handlers.discord.run import DiscordPlatform
from tests.fakes.commands import FakeCommands
from tests.fakes.discord.faults import Fault, error, limited
from tests.fakes.discord.server import FakeDiscord
from tests.fakes.discord.world import FakeChannel, shown
from tests.fakes.memory import Forgetful
from tests.handlers.discord.helpers import Clock, a_delivery, an_alert, as_channel, buttons, original, texts, typed

if TYPE_CHECKING:
    from handlers.discord.rest import Rest


async def test_pages_turn_in_place(fake: FakeDiscord, room: FakeChannel, commands: FakeCommands) -> None:
    exchange = await typed(fake, room, "topics", {})
    following = buttons(original(exchange))[-1]
    message = fake.world.made(room.id, original(exchange)) | {"flags": original(exchange)["flags"]}
    turned = await fake.happens(fake.users.pressed(room, shown(message), following["custom_id"]))
    await turned.answered()
    assert turned.callback == {"type": 6}
    assert "**[Topic 2-0](https://example.com/topics/2/0)**" in texts(original(turned))[1]
    assert commands.log[-1][2:] == ("topics", {"page": "2"})


async def test_a_button_on_an_alert_answers_to_whoever_presses(
    fake: FakeDiscord, room: FakeChannel, platform: DiscordPlatform, commands: FakeCommands
) -> None:
    channel = as_channel(room)
    await platform.send(channel, an_alert(), a_delivery(channel))
    message = room.messages[0]
    why = next(button for button in buttons(message) if button["label"] == "Why")
    pressed = await fake.happens(fake.users.pressed(room, shown(message), why["custom_id"]))
    assert texts(await pressed.answered()) == ["why: 42"]
    assert pressed.callback == {"type": 5, "data": {"flags": 64}}
    assert commands.log[-1][2:] == ("why", {"value": "42"})


async def test_a_button_works_after_a_restart_even_when_it_did_not_fit(
    fake: FakeDiscord, room: FakeChannel, memory: Forgetful, commands: FakeCommands
) -> None:
    value = "what=" + "h20 AND (ban OR licence) " * 6 + "\nseverity=notable"
    commands.replies["subscribe"] = Reply("Preview", buttons=(Button("Subscribe", "confirm", value),))
    exchange = await typed(fake, room, "subscribe", {"what": "x"})
    button = buttons(original(exchange))[0]
    message = fake.world.made(room.id, original(exchange)) | {"flags": original(exchange)["flags"]}
    pressed = await fake.happens(fake.users.pressed(room, shown(message), button["custom_id"]))
    await pressed.answered()
    assert commands.log[-1][2:] == ("confirm", {"value": value})
    asked = len(commands.log)
    memory.texts.clear()
    forgotten = await fake.happens(fake.users.pressed(room, shown(message), button["custom_id"]))
    (said,) = texts(await forgotten.answered())
    assert "is kept for 30 days. Please run the command again" in said
    assert len(commands.log) == asked


async def test_a_button_works_on_an_answer_whose_receipt_was_lost(
    fake: FakeDiscord, room: FakeChannel, commands: FakeCommands
) -> None:
    value = "what=" + "h20 AND (ban OR licence) " * 6 + "\nseverity=notable"
    commands.replies["subscribe"] = Reply("Preview", buttons=(Button("Subscribe", "confirm", value),))
    fake.faults = [Fault("PATCH", commit=True, drop=True, times=2)]
    exchange = await typed(fake, room, "subscribe", {"what": "x"})
    message = fake.world.made(room.id, original(exchange)) | {"flags": original(exchange)["flags"]}
    fake.faults = []
    pressed = await fake.happens(fake.users.pressed(room, shown(message), buttons(original(exchange))[0]["custom_id"]))
    await pressed.answered()
    assert commands.log[-1][2:] == ("confirm", {"value": value})


async def test_an_answer_is_given_though_its_buttons_can_not_be_kept(
    fake: FakeDiscord,
    room: FakeChannel,
    memory: Forgetful,
    commands: FakeCommands,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def full(key: str, value: str) -> None:
        raise StoreError("no room left", "full")

    monkeypatch.setattr(memory, "keep", full)
    commands.replies["subscribe"] = Reply("Preview", buttons=(Button("Subscribe", "confirm", "what=" + "x" * 200),))
    assert texts(original(await typed(fake, room, "subscribe", {"what": "x"}))) == ["Preview"]
    assert "buttons will be stale: no room left" in caplog.text


async def test_a_press_is_answered_though_what_it_stands_for_can_not_be_read(
    fake: FakeDiscord, room: FakeChannel, commands: FakeCommands, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands.replies["latest"] = Reply("Newest", buttons=(Button("Again", "subscribe", "long " * 40),))
    exchange = await typed(fake, room, "latest", {})
    (button,) = buttons(original(exchange))
    message = fake.world.made(room.id, original(exchange))

    async def away(*_: object) -> str:
        raise StoreError("the database is locked", "busy")

    monkeypatch.setattr(Forgetful, "recall", away)
    pressed = await fake.happens(fake.users.pressed(room, shown(message), button["custom_id"]))
    (said,) = texts(await pressed.answered())
    assert "Something went wrong" in said
    assert [name for _, _, name, *_ in commands.log] == ["latest"]


async def test_a_button_of_another_version_is_called_stale(
    fake: FakeDiscord, room: FakeChannel, commands: FakeCommands
) -> None:
    button = {"type": 2, "style": 2, "label": "Why", "custom_id": "t9:why:42"}
    message = fake.world.made(room.id, {"components": [{"type": 1, "components": [button]}]})
    pressed = await fake.happens(fake.users.pressed(room, shown(message), "t9:why:42"))
    await pressed.answered()
    assert commands.log[-1][2] == "stale"


async def test_find_this_story_on_our_alert_and_on_any_link(
    fake: FakeDiscord, room: FakeChannel, platform: DiscordPlatform, commands: FakeCommands
) -> None:
    channel = as_channel(room)
    await platform.send(channel, an_alert(), a_delivery(channel))
    stranger = {"id": "66", "username": "someone", "discriminator": "0", "avatar": None}
    messages = {
        "42": shown(room.messages[0]),
        "https://example.com/a?b=c": fake.world.made("1", {"content": "see <https://example.com/a?b=c>"})
        | {"author": stranger},
        "https://example.com/e": fake.world.made("1", {"embeds": [{"url": "https://example.com/e"}]})
        | {"author": stranger},
        "https://example.com/t": fake.world.made(
            "1", {"components": [{"type": 17, "components": [{"type": 10, "content": "[x](https://example.com/t)"}]}]}
        )
        | {"author": stranger},
    }
    for wanted, message in messages.items():
        exchange = await fake.happens(fake.users.pointed(room, shown(message)))
        await exchange.answered()
        assert commands.log[-1][2:] == ("story", {"story": wanted})
        assert exchange.private


async def test_find_this_story_where_there_is_none(
    fake: FakeDiscord, room: FakeChannel, commands: FakeCommands
) -> None:
    exchange = await fake.happens(fake.users.pointed(room, shown(fake.world.made("1", {"content": "hello"}))))
    assert "no link" in texts(await exchange.answered())[0]
    assert commands.log == []
    late, event = fake.users.pointed(room, shown(fake.world.made("1", {"content": "hello"})))
    late.late = True
    await fake.happens((late, event))
    await typed(fake, room, "latest", {})


async def test_an_alert_is_published_on_request_ten_an_hour(
    fake: FakeDiscord, platform: DiscordPlatform, room: FakeChannel, clock: Clock
) -> None:
    room.kind = 5
    await platform.send(as_channel(room), an_alert(), a_delivery(as_channel(room)))
    message = shown(room.messages[0])

    async def publish(message: dict[str, Any], **who: Any) -> str:
        exchange = await fake.happens(fake.users.pointed(room, message, menu="Publish this alert", **who))
        return texts(await exchange.answered())[0]

    may = {"permissions": 1 << 13}
    assert "Manage Messages" in await publish(message, permissions=1 << 5)
    assert "Only Tocsin's own alerts" in await publish(message | {"author": {"id": "66", "username": "x"}}, **may)
    assert fake.world.published == []
    assert "Published" in await publish(message, **may)
    assert fake.world.published == [message["id"]]
    fake.faults = [limited("crosspost", 1800.0)]
    assert "ten an hour" in await publish(message, **may), "published by another program, or before a restart"
    fake.faults = [error("crosspost", 400, 40033), error("crosspost", 400, 40068), error("crosspost", 503, 0)]
    assert "Published" in await publish(message, **may)
    assert "did not publish" in await publish(message, **may)
    assert "may or may not" in await publish(message, **may)
    for _ in range(5):
        await publish(message, **may)
    assert "ten an hour" in await publish(message, **may)
    assert len(fake.asked("crosspost")) == 10
    clock.now += 3600.0
    assert "Published" in await publish(message, **may)


async def test_what_was_published_long_ago_is_not_remembered(clock: Clock) -> None:
    rest = cast("Rest", Crossposts())
    publisher = Publisher(rest, clock)
    for number in range(3 * LIMIT):
        said = {"id": "1", "author": {"id": rest.me}}
        assert await publisher.publish(str(number), said) == "publish.done"
        clock.now += WINDOW_S / 4
    assert len(publisher.published) == 4


class Crossposts:
    """Discord's REST as far as publishing goes: everything is well."""

    me = "1"

    async def call(self, method: str, path: str) -> dict[str, Any]:
        return {}


async def test_publishing_too_late_does_nothing(fake: FakeDiscord, room: FakeChannel) -> None:
    exchange, event = fake.users.pointed(room, shown(fake.world.made("1", {"content": "x"})), menu="Publish this alert")
    exchange.late = True
    await fake.happens((exchange, event))
    await typed(fake, room, "latest", {})
    assert fake.asked("crosspost") == []


async def test_a_replayed_or_late_press_does_nothing(
    fake: FakeDiscord, room: FakeChannel, commands: FakeCommands
) -> None:
    button = {"type": 2, "style": 2, "label": "Why", "custom_id": "t1:why:42"}
    message = shown(fake.world.made(room.id, {"components": [{"type": 1, "components": [button]}]}))
    late, event = fake.users.pressed(room, message, "t1:why:1")
    late.late = True
    await fake.happens((late, event))
    exchange, event = fake.users.pressed(room, message, "t1:why:42")
    await fake.happens((exchange, event))
    await exchange.answered()
    await fake.happens((exchange, event))
    await typed(fake, room, "latest", {})
    assert [entry[2] for entry in commands.log] == ["why", "latest"]
