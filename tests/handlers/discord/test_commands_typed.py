"""Slash commands and suggestions: who may ask what, where, and what they see."""

from __future__ import annotations

import logging

import pytest

from bot.commands import Choice
from bot.core.message import Item, Reply
from bot.logs import context
from handlers.discord.run import DiscordPlatform
from tests.fakes.commands import FakeCommands, topics_page
from tests.fakes.discord.faults import error
from tests.fakes.discord.server import FakeDiscord
from tests.fakes.discord.world import FakeChannel
from tests.handlers.discord.helpers import an_alert, buttons, original, texts, typed


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


async def test_the_channel_that_it_was_typed_in_may_be_named_too(
    fake: FakeDiscord, room: FakeChannel, commands: FakeCommands
) -> None:
    commands.replies["subscribe"] = Reply(f"{room.id} now gets alerts about chips.")
    exchange = await typed(fake, room, "subscribe", {"what": "chips", "channel": room.id})
    assert texts(original(exchange)) == [f"<#{room.id}> now gets alerts about chips."]


@pytest.mark.parametrize("forged", [True, False], ids=["unresolved", "resolved"])
async def test_a_channel_of_another_server_is_refused(
    fake: FakeDiscord, room: FakeChannel, commands: FakeCommands, forged: bool
) -> None:
    other = fake.world.channel(fake.world.guild())
    exchange = await typed(
        fake, room, "subscribe", {"what": "chips", "channel": other.id}, foreign=other.id if forged else ""
    )
    assert "not in this server" in texts(original(exchange))[0]
    assert commands.log == []


@pytest.mark.parametrize("name", ["subscriptions", "subscribe"])
async def test_a_channel_that_the_asker_can_not_see_is_refused(
    fake: FakeDiscord, room: FakeChannel, commands: FakeCommands, name: str
) -> None:
    """Its subscriptions are its readers' own; what Discord's own menus leave out can be sent all the same."""
    board = fake.world.channel(room.guild, name="board")
    exchange = await typed(fake, room, name, {"channel": board.id}, hidden=board.id)
    assert "not in this server" in texts(original(exchange))[0]
    assert commands.log == []


async def test_in_direct_messages_no_other_channel_is_looked_into(
    fake: FakeDiscord, room: FakeChannel, commands: FakeCommands
) -> None:
    """All direct messages are one scope: somebody else's would be known by its id."""
    mine, another = fake.world.channel(kind=1), fake.world.channel(kind=1)
    await typed(fake, mine, "unsubscribe", {"what": "", "channel": another.id}, focused="what")
    await typed(fake, room, "unsubscribe", {"what": "", "channel": another.id}, focused="what", installed=False)
    await typed(fake, room, "unsubscribe", {"what": "", "channel": room.id}, focused="what")
    assert commands.completed == ["", "", room.id]


async def test_what_a_channel_subscribes_to_is_suggested_to_whoever_sees_it(
    fake: FakeDiscord, room: FakeChannel, commands: FakeCommands
) -> None:
    """While a command is typed Discord does not say what of a channel that is named in it the asker may see."""
    guild = fake.world.guilds[room.guild]
    guild["roles"][0]["permissions"] = str(1 << 10)
    await fake.gateway.dispatch("GUILD_ROLE_UPDATE", {"guild_id": room.guild, "role": guild["roles"][0]})
    open_to_all, board = fake.world.channel(room.guild), fake.world.channel(room.guild)
    closed = {"id": room.guild, "type": 0, "allow": "0", "deny": str(1 << 10)}
    await fake.gateway.dispatch("CHANNEL_CREATE", open_to_all.data())
    await fake.gateway.dispatch("CHANNEL_CREATE", board.data() | {"permission_overwrites": [closed]})
    for there in (open_to_all.id, board.id, "1", "policy"):
        await typed(fake, room, "unsubscribe", {"what": "", "channel": there}, focused="what")
    assert commands.completed == [open_to_all.id, "", "", ""]


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
        assert "can't be mentioned" in texts(original(exchange))[0]
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
    late = [record for record in caplog.records if "suggestions came too late" in record.getMessage()]
    assert [context(record)["place"] for record in late] == [room.id]


async def test_answers_come_in_the_language_of_the_asker(
    fake: FakeDiscord, room: FakeChannel, commands: FakeCommands
) -> None:
    exchange = await typed(fake, room, "topics", {"page": 2}, locale="zh-CN")
    assert commands.log[-1][1].locale == "zh-CN"
    assert [button["label"] for button in buttons(original(exchange))][-2:] == ["上一页", "下一页"]
    assert texts(original(exchange))[-1] == "-# 第 2 页，共 3 页"


async def test_in_direct_messages_a_person_configures_for_themselves(
    fake: FakeDiscord, platform: DiscordPlatform, commands: FakeCommands
) -> None:
    await fake.gateway.ready.wait()
    direct = fake.world.channel(kind=1, name="")
    await typed(fake, direct, "subscribe", {"what": "chips"})
    asker = commands.log[-1][1]
    assert (asker.scope, asker.channel, asker.may_configure, asker.private) == ("@me", direct.id, True, True)
    exchange = await typed(fake, direct, "subscribe", {"what": "chips", "channel": direct.id})
    assert "not in this server" in texts(original(exchange))[0]


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


@pytest.mark.usefixtures("untraced")
@pytest.mark.case_id(112)
@pytest.mark.parametrize("hostile", ["' OR 1=1 --", "%_%", '"NEAR(" *', "x" * 10_000, "@everyone <@1>", "\u202etxet"])
async def test_case_112_hostile_arguments_are_shown_and_nothing_more(
    fake: FakeDiscord, room: FakeChannel, commands: FakeCommands, hostile: str
) -> None:
    await typed(fake, room, "search", {"query": hostile})
    assert commands.log[-1][3] == {"query": hostile}


def test_the_fake_pages_as_the_real_one_does() -> None:
    assert topics_page(2).pages == 3


@pytest.mark.parametrize("share", [True, False], ids=["shared", "private"])
async def test_a_picture_comes_as_a_file_that_the_answer_shows(
    fake: FakeDiscord, room: FakeChannel, commands: FakeCommands, share: bool
) -> None:
    commands.replies["trend"] = Reply("Chips: 2 reports", ("▁█",), picture=b"\x89PNG", private=not share)
    exchange = await typed(fake, room, "trend", {"what": "chips", "share": share})
    (container,) = original(exchange)["components"]
    (gallery,) = [one for one in container["components"] if one["type"] == 12]
    assert gallery["items"] == [{"media": {"url": "attachment://trend.png"}, "description": "Chips: 2 reports"}]
    (sent,) = fake.asked(r"PATCH .*@original")
    assert sent.files == {"trend.png": b"\x89PNG"}
    assert exchange.private is not share


async def test_an_answer_whose_picture_is_refused_comes_as_text(
    fake: FakeDiscord, room: FakeChannel, commands: FakeCommands
) -> None:
    commands.replies["trend"] = Reply("Chips: 2 reports", ("▁█",), picture=b"\x89PNG")
    fake.faults.append(error(r"PATCH .*@original", 400, 50035))
    exchange = await typed(fake, room, "trend", {"what": "chips"})
    assert original(exchange)["content"] == "Chips: 2 reports\n▁█"
    assert [bool(sent.files) for sent in fake.asked(r"PATCH .*@original")] == [True, False]
