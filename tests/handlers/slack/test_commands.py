"""Typed commands, presses and shortcuts, over Socket Mode and signed HTTP alike."""

from __future__ import annotations

import asyncio

import pytest

from bot.core.errors import StoreError
from bot.core.message import Button, Item, Reply
from handlers.slack.home import Meta
from tests.fakes.slack import Fail, FakeSlack
from tests.fakes.slack.commands import SlackCommands
from tests.fakes.slack.reader import buttons, read_blocks
from tests.fakes.slack.state import Channel, Team
from tests.fakes.slack.store import ChannelsOnly
from tests.handlers.slack.conftest import Build
from tests.handlers.slack.helpers import Wire, alert, channel, delivery, interaction, press, typed


async def test_a_typed_command_answers_the_asker(wire: Wire, commands: SlackCommands) -> None:
    answer = await wire.command('subscribe "h20 AND ban" lang="en, zh"')
    assert answer["response_type"] == "ephemeral"
    assert answer["replace_original"] is False
    _, asker, name, args = commands.log[-1]
    assert (name, args) == ("subscribe", {"what": "h20 AND ban", "lang": "en, zh"})
    assert (asker.platform, asker.scope, asker.channel, asker.user) == ("slack", "T1", "C1", "U1")
    assert asker.channel_name == "#news"
    assert asker.may_configure


@pytest.mark.parametrize("word", ["订阅", "訂閱"])
async def test_a_command_is_understood_by_the_name_that_it_has_in_other_languages(
    wire: Wire, commands: SlackCommands, word: str
) -> None:
    await wire.command(f"{word} h20 AND ban")
    assert commands.log[-1][2:] == ("subscribe", {"what": "h20 AND ban"})


async def test_share_answers_the_channel(wire: Wire) -> None:
    assert (await wire.command("latest share=yes"))["response_type"] == "in_channel"


async def test_pages_turn_in_place(wire: Wire, commands: SlackCommands) -> None:
    first = await wire.command("topics")
    (onward,) = [each for each in buttons(first["blocks"]) if each["text"]["text"] == "Next"]
    container = {"type": "message", "message_ts": "1.1", "channel_id": "C1", "is_ephemeral": True}
    second = await wire.press(onward, container=container)
    assert second["replace_original"] is True
    assert read_blocks(second["blocks"]).lines[-1] == "page 2 of 3"
    labels = [each["text"]["text"] for each in buttons(second["blocks"])]
    assert labels[-2:] == ["Previous", "Next"]
    assert commands.log[-1][2:] == ("topics", {"page": "2"})


async def test_a_shared_list_turns_for_everyone(line: Wire, commands: SlackCommands) -> None:
    commands.replies["topics"] = Reply("30 topics", page=1, pages=3, private=False)
    (onward,) = buttons((await line.command("topics share=yes"))["blocks"])
    assert onward["value"] == "topics share=yes page=2"
    turned = await line.press(onward)
    assert (turned["response_type"], turned["replace_original"]) == ("in_channel", True)


async def test_an_alerts_buttons_answer_the_presser_alone(wire: Wire, commands: SlackCommands, room: Channel) -> None:
    await wire.platform.send(channel(), alert(), delivery())
    why = buttons(room.messages[0]["blocks"])[1]
    answer = await wire.press(why)
    assert commands.log[-1][0] == "press"
    assert commands.log[-1][2:] == ("why", {"value": "42"})
    assert (answer["response_type"], answer["replace_original"]) == ("ephemeral", False)


async def test_find_this_story(wire: Wire, commands: SlackCommands, room: Channel) -> None:
    async def find(message: dict[str, object]) -> None:
        payload = interaction(
            "message_action",
            callback_id="find_story",
            message=message,
            channel={"id": "C1", "name": "news"},
            response_url=wire.slack.hook(),
        )
        await wire.send("interactive", payload)

    await find({"text": "look: <https://example.com/a?b=1&amp;c=2|here>"})
    assert commands.log[-1][2:] == ("story", {"story": "https://example.com/a?b=1&c=2"})
    await wire.platform.send(channel(), alert(), delivery())
    await find(room.messages[0])
    assert commands.log[-1][2:] == ("story", {"story": "42"})
    await find(
        {"text": "", "blocks": [{"type": "rich_text", "elements": [{"type": "link", "url": "https://x.org/1"}]}]}
    )
    assert commands.log[-1][2:] == ("story", {"story": "https://x.org/1"})
    await find({"text": "", "attachments": [{"title_link": "https://x.org/2"}]})
    assert commands.log[-1][2:] == ("story", {"story": "https://x.org/2"})
    asked = len(commands.log)
    await find({"text": "no link here"})
    assert len(commands.log) == asked
    assert "no link" in wire.slack.answers[-1][1]["text"]


async def test_the_search_shortcut_opens_a_form(wire: Wire) -> None:
    await wire.send("interactive", interaction("shortcut", callback_id="search"))
    (view,) = wire.slack.methods.views.values()
    assert view["callback_id"] == "form1:search"
    assert [block["block_id"] for block in view["blocks"]] == ["query"]


@pytest.mark.parametrize("name", ["subscribe", "settings", " Subscribe "])
async def test_a_bare_command_opens_its_form(line: Wire, name: str) -> None:
    payload = typed(name)
    await line.send("slash_commands", payload)
    (opened,) = line.slack.called("views.open")
    assert opened["trigger_id"] == payload["trigger_id"]
    assert opened["view"]["callback_id"] == f"form1:{name.strip().lower()}"


async def test_nothing_typed_is_help(line: Wire, commands: SlackCommands) -> None:
    await line.command("")
    assert commands.log[-1][2] == "help"


# ── what came escaped ──────────────────────────────────────────────────────────────────────────────────────────


async def test_slacks_escapes_are_undone(line: Wire, slack: FakeSlack, team: Team, commands: SlackCommands) -> None:
    slack.channel(team, "C2", name="policy")
    await line.command("subscribe h20 &amp; (ban | “export licence” | x) channel=<#C2|policy>")
    assert commands.log[-1][3] == {"what": "h20 & (ban | “export licence” | x)", "channel": "C2"}
    await line.command("settings mention=<!subteam^S0123|@desk>")
    assert commands.log[-1][3] == {"mention": "S0123"}
    await line.command("story <https://example.com/a?b=1&amp;c=2>")
    assert commands.log[-1][3] == {"story": "https://example.com/a?b=1&c=2"}


@pytest.mark.usefixtures("untraced")
async def test_ten_kilobytes_are_refused_in_one_line(line: Wire, commands: SlackCommands) -> None:
    answer = await line.command("search " + "x" * 10_240)
    assert commands.log == []
    assert answer["text"].startswith("wrong.line")


# ── whose channel is it? ───────────────────────────────────────────────────────────────────────────────────────


async def test_channels_that_are_not_theirs_all_look_the_same(
    line: Wire, slack: FakeSlack, team: Team, commands: SlackCommands
) -> None:
    slack.channel(team, "C3", private=True, members={"U2"})
    slack.channel(team, "D9", im_user="U2")
    said = {(await line.command(f"subscriptions channel={ref}"))["text"] for ref in ("C3", "C404", "D9", "U2", "nope")}
    assert len(said) == 1
    assert commands.log == []
    assert "members" in said.pop()


async def test_channels_that_are_theirs(line: Wire, slack: FakeSlack, team: Team, commands: SlackCommands) -> None:
    slack.channel(team, "C2")
    slack.channel(team, "C3", private=True, members={f"U{n}" for n in range(500, 900)} | {"U1"} | {"U95"})
    slack.channel(team, "C4", private=True, members={f"U{n}" for n in range(2000, 2250)} | {"UZ"})
    slack.channel(team, "D1", im_user="U1")
    for ref in ("C1", "C2", "C3", "D1"):
        await line.command(f"subscribe chips channel={ref}")
        assert commands.log[-1][3]["channel"] == ref
    await line.command("subscribe chips channel=C4", user_id="UZ")
    assert commands.log[-1][3]["channel"] == "C4"
    assert any(args.get("cursor") for args in slack.called("conversations.members"))


@pytest.mark.parametrize(
    ("action", "value"),
    [
        ("confirm", "what=chips\nchannel=C3"),
        ("revert", "what=17\nchannel=C3"),
        ("unsubscribe", "17 channel=C3"),
        ("resume", "C3"),
        ("pause", "C3"),
    ],
)
async def test_a_button_that_names_a_foreign_channel(
    line: Wire, slack: FakeSlack, team: Team, commands: SlackCommands, action: str, value: str
) -> None:
    slack.channel(team, "C3", private=True, members={"U2"})
    assert "members" in (await line.press({"action_id": f"press1:0:{action}", "value": value}))["text"]
    assert commands.log == []


async def test_admins_only(build: Build, slack: FakeSlack, team: Team, room: Channel, commands: SlackCommands) -> None:
    platform = await build(app_token="xapp-1", policy="admins")
    team.admins.add("UADMIN")
    async with asyncio.timeout(60):
        await slack.connected.wait()
    wire = Wire(slack, platform, http=False)
    for user in ("U1", "UADMIN"):
        await wire.command("subscribe chips", user_id=user)
        await wire.command("latest", user_id=user)
    assert [(name, asker.may_configure) for _, asker, name, _ in commands.log] == [
        ("subscribe", False),
        ("latest", False),
        ("subscribe", True),
        ("latest", False),
    ]
    slack.faults["users.info"].append(Fail.code("missing_scope"))
    await wire.command("subscribe chips", user_id="UADMIN")
    assert not commands.log[-1][1].may_configure


async def test_the_channel_speaks_its_language(line: Wire, store: ChannelsOnly, commands: SlackCommands) -> None:
    await store.configure(await store.channel("slack", "T1", "C1"), {"language": "zh-TW"})
    await line.command("topics")
    assert commands.log[-1][1].locale == "zh-TW"
    assert read_blocks(line.slack.answers[-1][1]["blocks"]).lines[-1] == "第 1 頁，共 3 頁"


async def test_a_direct_message_is_private(line: Wire, commands: SlackCommands) -> None:
    await line.command("subscribe chips", channel_id="D1", channel_name="directmessage")
    asker = commands.log[-1][1]
    assert (asker.private, asker.channel_name) == (True, "")


@pytest.mark.parametrize(("channel", "private"), [("", True), ("C1", False)], ids=["nowhere", "channel"])
async def test_what_is_asked_for_outside_of_every_channel_is_private(
    line: Wire, commands: SlackCommands, channel: str, private: bool
) -> None:
    view = {"type": "modal", "callback_id": "form1:search", "private_metadata": Meta(channel).text(), "state": {}}
    view["state"] = {"values": {"query": {"value": {"type": "plain_text_input", "value": "a secret merger"}}}}
    await line.send("interactive", interaction("view_submission", view=view))
    assert (commands.log[-1][2], commands.log[-1][1].private) == ("search", private)


# ── delivered again, late, or broken ───────────────────────────────────────────────────────────────────────────


@pytest.mark.case_id(146)
async def test_case_146_delivered_again(wire: Wire, commands: SlackCommands) -> None:
    payload = typed("subscribe chips", wire.slack.hook())
    pressed = press({"action_id": "press1:0:mute", "value": "42"}, wire.slack.hook())
    for _ in range(3):
        await wire.send("slash_commands", payload)
        await wire.send("interactive", pressed)
    assert [verb for verb, *_ in commands.log] == ["run", "press"]
    assert len(wire.slack.answers) == 2


@pytest.mark.case_id(147)
async def test_case_147_acknowledged_before_the_work(wire: Wire, commands: SlackCommands) -> None:
    commands.gate = asyncio.Event()
    await wire.send("slash_commands", typed("latest", wire.slack.hook()), wait=False)  # the ack came: nothing hangs
    assert wire.slack.answers == []
    commands.gate.set()
    await wire.platform.tasks.idle()
    assert len(wire.slack.answers) == 1


async def test_a_used_up_response_url_is_no_silence(line: Wire, slack: FakeSlack) -> None:
    slack.hook_statuses.append(404)
    await line.send("slash_commands", typed("latest", slack.hook()))
    assert slack.answers == []
    assert slack.methods.ephemeral[0]["user"] == "U1"


async def test_no_response_url_and_no_way_in(line: Wire, slack: FakeSlack) -> None:
    slack.faults["chat.postEphemeral"].append(Fail.code("user_not_in_channel"))
    await line.send("slash_commands", typed("latest", ""))
    assert slack.methods.ephemeral == []


async def test_an_answer_that_got_no_receipt_is_not_given_twice(line: Wire, slack: FakeSlack) -> None:
    await line.send("slash_commands", typed("latest", "http://127.0.0.1:9/hook"))
    assert slack.methods.ephemeral == []


async def test_a_failing_command_says_so(line: Wire, commands: SlackCommands, caplog: pytest.LogCaptureFixture) -> None:
    async def fails(*_: object) -> Reply:
        raise KeyError("a bug")

    commands.run = fails  # type: ignore[method-assign,assignment]
    answer = await line.command("latest")
    assert "went wrong" in answer["text"]
    assert "a bug" not in answer["text"]
    assert sum("work on a request failed" in record.getMessage() for record in caplog.records) == 1


async def test_a_store_that_is_busy_is_one_polite_line(line: Wire, commands: SlackCommands) -> None:
    async def busy(*_: object) -> Reply:
        raise StoreError("the database is busy: /secret/path")

    commands.run = busy  # type: ignore[method-assign,assignment]
    answer = await line.command("latest")
    assert "went wrong" in answer["text"]
    assert "/secret/path" not in answer["text"]


async def test_stale_and_link_buttons_are_acknowledged(wire: Wire, commands: SlackCommands) -> None:
    await wire.send("interactive", press({"action_id": "from-a-former-version", "value": "1"}))
    await wire.send("interactive", press({"action_id": "press1:0:open"}))
    assert commands.log == []


async def test_a_reply_to_a_press_may_page(line: Wire, commands: SlackCommands) -> None:
    row = Item("Chips", buttons=(Button("Unsubscribe", "unsubscribe", "1"),))
    commands.replies["story"] = Reply("Story", items=(row,), page=1, pages=2)
    answer = await line.press({"action_id": "press1:0:story", "value": "42"})
    assert buttons(answer["blocks"])[-1]["value"] == "story 42 page=2"
