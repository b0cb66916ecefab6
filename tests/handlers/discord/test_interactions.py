"""Users at Discord: slash commands, suggestions, buttons, the message menu; and everything that can go wrong."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from bot.commands import Choice
from bot.core.message import Button, Item, Reply
from handlers.discord.run import DiscordPlatform, InMemory
from tests.fakes.commands import FakeCommands, topics_page
from tests.fakes.discord.faults import error
from tests.fakes.discord.interactions import Exchange
from tests.fakes.discord.server import FakeDiscord
from tests.fakes.discord.world import FakeChannel, shown
from tests.handlers.discord.helpers import Clock, a_delivery, an_alert, as_channel, buttons, texts


@pytest.fixture
async def room(fake: FakeDiscord, platform: DiscordPlatform) -> FakeChannel:
    """A channel that the gateway knows of."""
    guild = fake.world.guild()
    channel = fake.world.channel(guild)
    await fake.gateway.ready.wait()
    await fake.gateway.dispatch("GUILD_CREATE", fake.gateway.guild_data(guild))
    return channel


async def typed(fake: FakeDiscord, room: FakeChannel, name: str, args: dict[str, Any], **how: Any) -> Exchange:
    """Type a command and wait for the answer."""
    exchange = await fake.happens(fake.users.typed(room, name, args, **how))
    await exchange.answered()
    return exchange


def original(exchange: Exchange) -> dict[str, Any]:
    """The answer in place of "thinking"."""
    assert exchange.original is not None
    return exchange.original


async def test_a_command_is_acknowledged_at_once_and_answered_to_the_asker(
    fake: FakeDiscord, room: FakeChannel, commands: FakeCommands
) -> None:
    exchange = await typed(fake, room, "latest", {"what": "chips", "n": 5})
    assert exchange.callback == {"type": 5, "data": {"flags": 64}}
    assert texts(original(exchange)) == [r"latest: what=chips, n=5"]
    verb, asker, name, args = commands.log[-1]
    assert (verb, name, args) == ("run", "latest", {"what": "chips", "n": "5"})
    assert (asker.platform, asker.scope, asker.channel, asker.user) == ("discord", room.guild, room.id, "42")
    assert (asker.channel_name, asker.may_configure, asker.private) == ("#general", True, False)


async def test_share_shows_it_to_the_channel(fake: FakeDiscord, room: FakeChannel) -> None:
    exchange = await typed(fake, room, "latest", {"share": True})
    assert not exchange.private
    hidden = await typed(fake, room, "latest", {"share": False})
    assert hidden.private


async def test_a_refusal_of_a_shared_command_is_for_the_asker_alone(
    fake: FakeDiscord, room: FakeChannel, commands: FakeCommands
) -> None:
    commands.replies["latest"] = Reply("no such topic", ok=False)
    exchange = await typed(fake, room, "latest", {"share": True})
    assert exchange.deleted
    assert exchange.original is None
    assert exchange.followups[0]["flags"] & 64


async def test_without_the_right_nothing_changes(fake: FakeDiscord, room: FakeChannel, commands: FakeCommands) -> None:
    exchange = await typed(fake, room, "subscribe", {"what": "chips"}, permissions=0)
    assert "Manage Server" in texts(original(exchange))[0]
    assert not commands.log[-1][1].may_configure


async def test_a_channel_of_the_server_is_taken_and_shown_as_one(
    fake: FakeDiscord, room: FakeChannel, commands: FakeCommands
) -> None:
    other = fake.world.channel(room.guild, name="policy")
    commands.replies["subscribe"] = Reply(f"{other.id} now gets alerts about chips.")
    exchange = await typed(fake, room, "subscribe", {"what": "chips", "channel": other.id})
    assert commands.log[-1][3]["channel"] == other.id
    assert texts(original(exchange)) == [f"<#{other.id}> now gets alerts about chips."]


@pytest.mark.parametrize("forged", [True, False], ids=["unresolved", "resolved"])
async def test_a_channel_of_another_server_is_refused(
    fake: FakeDiscord, room: FakeChannel, commands: FakeCommands, forged: bool
) -> None:
    other = fake.world.channel(fake.world.guild())
    exchange = await typed(
        fake, room, "subscribe", {"what": "chips", "channel": other.id}, foreign=other.id if forged else ""
    )
    assert "not one of this server" in texts(original(exchange))[0]
    assert commands.log == []


async def test_the_mentioned_role_must_be_one_of_the_server(
    fake: FakeDiscord, room: FakeChannel, commands: FakeCommands
) -> None:
    role = fake.world.guilds[room.guild]["roles"][1]["id"]
    await typed(fake, room, "settings", {"mention": f"<@&{role}>"})
    assert commands.log[-1][3] == {"mention": role}
    await typed(fake, room, "settings", {"mention": "None"})
    assert commands.log[-1][3] == {"mention": "none"}
    for wrong in (room.guild, "12345678901234567", "@everyone"):
        exchange = await typed(fake, room, "settings", {"mention": wrong})
        assert "not a role" in texts(original(exchange))[0]
    assert len(commands.log) == 2


async def test_roles_are_suggested_by_name(fake: FakeDiscord, room: FakeChannel) -> None:
    exchange = await typed(fake, room, "settings", {"mention": "@de"}, focused="mention")
    role = fake.world.guilds[room.guild]["roles"][1]["id"]
    assert exchange.callback is not None
    assert exchange.callback["data"]["choices"] == [{"name": "none", "value": "none"}, {"name": "@Desk", "value": role}]


async def test_suggestions_keep_to_25_of_100_characters(
    fake: FakeDiscord, room: FakeChannel, commands: FakeCommands
) -> None:
    commands.suggestions = [Choice("芯片" * 80 + str(n), f"v{n}") for n in range(30)] + [Choice("long", "x" * 101)]
    exchange = await typed(fake, room, "subscribe", {"what": "芯"}, focused="what")
    assert exchange.callback is not None
    choices = exchange.callback["data"]["choices"]
    assert len(choices) == 25
    assert commands.log[-1][0] == "complete"
    assert commands.log[-1][3] == {"what": "芯"}


async def test_late_suggestions_are_only_logged(
    fake: FakeDiscord, room: FakeChannel, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    exchange, event = fake.users.typed(room, "subscribe", {"what": "x"}, focused="what")
    exchange.late = True
    await fake.happens((exchange, event))
    await typed(fake, room, "latest", {})
    assert "suggestions came too late" in caplog.text


async def test_answers_come_in_the_language_of_the_asker(
    fake: FakeDiscord, room: FakeChannel, commands: FakeCommands
) -> None:
    exchange = await typed(fake, room, "topics", {"page": 2}, locale="zh-CN")
    assert commands.log[-1][1].locale == "zh-CN"
    assert [button["label"] for button in buttons(original(exchange))][-2:] == ["上一页", "下一页"]
    assert texts(original(exchange))[-1] == "-# 第 2 页，共 3 页"


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
    fake: FakeDiscord, room: FakeChannel, memory: InMemory, commands: FakeCommands
) -> None:
    value = "what=" + "h20 AND (ban OR licence) " * 6 + "\nmode=daily 08:30"
    commands.replies["subscribe"] = Reply("Preview", buttons=(Button("Subscribe", "confirm", value),))
    exchange = await typed(fake, room, "subscribe", {"what": "x"})
    button = buttons(original(exchange))[0]
    message = fake.world.made(room.id, original(exchange)) | {"flags": original(exchange)["flags"]}
    pressed = await fake.happens(fake.users.pressed(room, shown(message), button["custom_id"]))
    await pressed.answered()
    assert commands.log[-1][2:] == ("confirm", {"value": value})
    memory.texts.clear()
    stale = await fake.happens(fake.users.pressed(room, shown(message), button["custom_id"]))
    await stale.answered()
    assert commands.log[-1][2] == "stale"


async def test_a_button_of_another_version_is_called_stale(
    fake: FakeDiscord, room: FakeChannel, commands: FakeCommands
) -> None:
    button = {"type": 2, "style": 2, "label": "Why", "custom_id": "t9:why:42"}
    message = fake.world.made(room.id, {"components": [{"type": 1, "components": [button]}]})
    pressed = await fake.happens(fake.users.pressed(room, shown(message), "t9:why:42"))
    await pressed.answered()
    assert commands.log[-1][2] == "stale"


@pytest.mark.case_id(142)
async def test_case_142_a_replayed_interaction_is_done_once(
    fake: FakeDiscord, room: FakeChannel, commands: FakeCommands
) -> None:
    exchange, event = fake.users.typed(room, "subscribe", {"what": "chips"})
    await fake.happens((exchange, event))
    await exchange.answered()
    await fake.happens((exchange, event))
    await typed(fake, room, "latest", {})
    assert [entry[2] for entry in commands.log] == ["subscribe", "latest"]


@pytest.mark.case_id(143)
async def test_case_143_too_late_to_acknowledge_a_shared_answer_comes_as_a_message(
    fake: FakeDiscord, room: FakeChannel
) -> None:
    exchange, event = fake.users.typed(room, "latest", {"share": True})
    exchange.late = True
    await fake.happens((exchange, event))
    await fake.arrival(f"POST /channels/{room.id}/messages")
    assert fake.asked("messages$")[0].body["content"] == "latest: share=yes"


@pytest.mark.case_id(143)
async def test_case_143_a_private_answer_that_is_late_comes_to_the_person(fake: FakeDiscord, room: FakeChannel) -> None:
    exchange, event = fake.users.typed(room, "latest", {"what": "secret"})
    exchange.late = True
    await fake.happens((exchange, event))
    await fake.arrival("POST /users/@me/channels")
    direct = fake.world.directs["42"]
    await fake.arrival(f"POST /channels/{direct}/messages")
    assert room.messages == []


@pytest.mark.case_id(143)
async def test_case_143_a_token_that_died_meanwhile(fake: FakeDiscord, room: FakeChannel, platform: Any) -> None:
    exchange, event = fake.users.typed(room, "latest", {"share": True})
    exchange.expired = True
    await fake.happens((exchange, event))
    await fake.arrival(f"POST /channels/{room.id}/messages")
    assert platform.health == "", "an interaction's token is not the bot's"


async def test_an_answer_that_can_not_be_delivered_is_logged(
    fake: FakeDiscord, room: FakeChannel, caplog: pytest.LogCaptureFixture
) -> None:
    exchange, event = fake.users.typed(room, "latest", {"share": True})
    exchange.late = True
    fake.faults = [error(r"POST /channels", 403, 50013)]
    await fake.happens((exchange, event))
    await fake.arrival(f"POST /channels/{room.id}/messages")
    await typed(fake, room, "latest", {})
    assert "could not be delivered at all" in caplog.text


async def test_what_discord_does_not_take_comes_plain(
    fake: FakeDiscord, room: FakeChannel, commands: FakeCommands
) -> None:
    commands.replies["latest"] = Reply("Newest", items=(Item("One", "https://example.com/1", "detail"),))
    fake.faults = [error("PATCH", 400, 50035)]
    exchange = await typed(fake, room, "latest", {})
    assert original(exchange)["content"] == "Newest\n**[One](https://example.com/1)**\n-# detail"


async def test_other_refusals_of_an_answer_are_raised_to_the_log(
    fake: FakeDiscord, room: FakeChannel, caplog: pytest.LogCaptureFixture
) -> None:
    fake.faults = [error("PATCH", 403, 40333)]
    exchange = await fake.happens(fake.users.typed(room, "latest", {}))
    await fake.arrival(f"PATCH /webhooks/900000000000000001/{exchange.token}/messages/@original")
    await typed(fake, room, "help", {})
    assert "Ignoring exception in on_interaction" in caplog.text


async def test_a_defect_is_told_and_logged(
    fake: FakeDiscord, room: FakeChannel, commands: FakeCommands, caplog: pytest.LogCaptureFixture
) -> None:
    commands.defects["latest"] = ZeroDivisionError("a defect")
    exchange = await typed(fake, room, "latest", {})
    assert "Something went wrong" in texts(original(exchange))[0]
    await typed(fake, room, "help", {})
    assert "ZeroDivisionError" in caplog.text


async def test_someone_else_handling_it_is_left_alone(
    fake: FakeDiscord, room: FakeChannel, commands: FakeCommands, caplog: pytest.LogCaptureFixture
) -> None:
    exchange, event = fake.users.typed(room, "subscribe", {"what": "x"})
    exchange.callback = {"type": 5}
    await fake.happens((exchange, event))
    await typed(fake, room, "latest", {})
    assert [entry[2] for entry in commands.log] == ["latest"]


async def test_in_direct_messages_a_person_configures_for_themselves(
    fake: FakeDiscord, platform: DiscordPlatform, commands: FakeCommands
) -> None:
    await fake.gateway.ready.wait()
    direct = fake.world.channel(kind=1, name="")
    await typed(fake, direct, "subscribe", {"what": "chips"})
    asker = commands.log[-1][1]
    assert (asker.scope, asker.channel, asker.may_configure, asker.private) == ("@me", direct.id, True, True)
    exchange = await typed(fake, direct, "subscribe", {"what": "chips", "channel": direct.id})
    assert "not one of this server" in texts(original(exchange))[0]


async def test_where_only_the_user_installed_it_direct_messages_are_meant(
    fake: FakeDiscord, room: FakeChannel, commands: FakeCommands
) -> None:
    await typed(fake, room, "subscribe", {"what": "chips"}, installed=False, permissions=0)
    asker = commands.log[-1][1]
    assert (asker.scope, asker.channel) == ("@me", fake.world.directs["42"])
    await typed(fake, room, "subscribe", {"what": "chips"}, focused="what", installed=False)
    await typed(fake, fake.world.channel(kind=3, name="us"), "latest", {})
    assert commands.log[-1][1].channel == fake.world.directs["42"]
    assert len(fake.asked("POST /users/@me/channels")) == 1


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
    assert "Only alerts of Tocsin" in await publish(message | {"author": {"id": "66", "username": "x"}}, **may)
    assert fake.world.published == []
    assert "Published" in await publish(message, **may)
    assert fake.world.published == [message["id"]]
    fake.faults = [error("crosspost", 400, 40033), error("crosspost", 400, 40068), error("crosspost", 503, 0)]
    assert "Published" in await publish(message, **may)
    assert "did not publish" in await publish(message, **may)
    assert "can't be told" in await publish(message, **may)
    for _ in range(6):
        await publish(message, **may)
    assert "Ten an hour" in await publish(message, **may)
    assert len(fake.asked("crosspost")) == 10
    clock.now += 3600.0
    assert "Published" in await publish(message, **may)


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


async def test_a_long_list_goes_on_in_further_messages(
    fake: FakeDiscord, room: FakeChannel, commands: FakeCommands
) -> None:
    items = tuple(Item(f"Story {n} " + "title " * 30, f"https://example.com/{n}", "detail " * 30) for n in range(25))
    commands.replies["latest"] = Reply("The newest stories", items=items)
    exchange = await fake.happens(fake.users.typed(room, "latest", {"n": 25}))
    await exchange.answered()
    await typed(fake, room, "help", {})
    told = [original(exchange), *exchange.followups]
    assert sum("Story" in text for body in told for text in texts(body)) == 25
    assert all(body["flags"] & 64 for body in told)


async def test_a_sample_in_a_reply_is_shown_as_an_alert(
    fake: FakeDiscord, room: FakeChannel, commands: FakeCommands
) -> None:
    commands.replies["test"] = Reply("This is what one looks like.", alert=an_alert(kind="sample", story_id=0))
    exchange = await fake.happens(fake.users.typed(room, "test", {}))
    await exchange.answered()
    await typed(fake, room, "help", {})
    assert texts(exchange.followups[0])[0] == "-# Sample · Notable"


@pytest.mark.case_id(112)
@pytest.mark.parametrize("hostile", ["' OR 1=1 --", "%_%", '"NEAR(" *', "x" * 10_000, "@everyone <@1>", "\u202etxet"])
async def test_case_112_hostile_arguments_are_shown_and_nothing_more(
    fake: FakeDiscord, room: FakeChannel, commands: FakeCommands, hostile: str
) -> None:
    await typed(fake, room, "search", {"query": hostile})
    assert commands.log[-1][3] == {"query": hostile}


def test_the_fake_pages_as_the_real_one_does() -> None:
    assert topics_page(2).pages == 3
