"""Answers that come too late, twice or not at all: cases 142 and 143."""

from __future__ import annotations

from typing import Any

import aiohttp
import discord
import pytest

from bot.core.errors import StoreError
from bot.core.message import Item, Reply
from bot.logs import context
from tests.fakes.commands import FakeCommands
from tests.fakes.discord.faults import Fault, error, limited
from tests.fakes.discord.server import FakeDiscord
from tests.fakes.discord.world import FakeChannel, shown
from tests.handlers.discord.helpers import original, texts, typed, until

PATCH, FOLLOW = "PATCH /webhooks", "POST /webhooks"


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
    assert platform.trouble == "", "an interaction's token is not the bot's"


@pytest.mark.case_id(143)
@pytest.mark.parametrize("how", ["late", "expired"])
async def test_case_143_a_refusal_that_is_late_comes_to_the_person_though_the_answer_was_to_be_shared(
    fake: FakeDiscord, room: FakeChannel, commands: FakeCommands, how: str
) -> None:
    commands.replies["latest"] = Reply("“secret” is no query", ok=False)
    exchange, event = fake.users.typed(room, "latest", {"share": True})
    setattr(exchange, how, True)
    await fake.happens((exchange, event))
    await fake.arrival("POST /users/@me/channels")
    await fake.arrival(f"POST /channels/{fake.world.directs['42']}/messages")
    assert room.messages == []


async def test_an_answer_that_can_not_be_delivered_is_logged(
    fake: FakeDiscord, room: FakeChannel, caplog: pytest.LogCaptureFixture
) -> None:
    exchange, event = fake.users.typed(room, "latest", {"share": True})
    exchange.late = True
    fake.faults = [error(r"POST /channels", 403, 50013)]
    await fake.happens((exchange, event))
    await fake.arrival(f"POST /channels/{room.id}/messages")
    await typed(fake, room, "latest", {})
    (said,) = [record for record in caplog.records if "could not be delivered at all" in record.getMessage()]
    assert context(said)["place"] == room.id


async def test_what_discord_does_not_take_comes_plain(
    fake: FakeDiscord, room: FakeChannel, commands: FakeCommands, caplog: pytest.LogCaptureFixture
) -> None:
    commands.replies["latest"] = Reply("Newest", items=(Item("One", "https://example.com/1", "detail"),))
    fake.faults = [error("PATCH", 400, 50035)]
    exchange = await typed(fake, room, "latest", {})
    assert original(exchange)["content"] == "Newest\n**[One](https://example.com/1)**\n-# detail"
    (said,) = [record for record in caplog.records if "did not take an answer" in record.getMessage()]
    assert {"scope", "interaction", "status", "code"} <= context(said).keys()
    assert context(said)["place"] == room.id


@pytest.mark.usefixtures("untraced")
async def test_what_comes_plain_is_for_no_more_eyes(
    fake: FakeDiscord, room: FakeChannel, commands: FakeCommands
) -> None:
    rows = tuple(Item(f"Story {n} {'word ' * 30}", "https://example.com/", "3 reports " * 30) for n in range(25))
    commands.replies["latest"] = Reply("25 stories", items=rows)
    fake.faults = [error(FOLLOW, 400, 50035)]
    exchange = await typed(fake, room, "latest", {})
    await until(lambda: len(exchange.followups) == 3)
    assert all(message["flags"] & 64 for message in exchange.followups)


async def test_the_token_of_an_interaction_is_not_in_the_log(
    fake: FakeDiscord, room: FakeChannel, caplog: pytest.LogCaptureFixture
) -> None:
    """Whoever has it may answer in the program's place for a quarter of an hour."""
    fake.faults = [limited(PATCH, 0.01)]
    exchange = await typed(fake, room, "latest", {})
    assert "/…/messages/@original responded with 429" in caplog.text
    assert exchange.token not in caplog.text


async def test_an_address_that_did_not_answer_is_not_in_the_log(
    fake: FakeDiscord, room: FakeChannel, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def silent(_: object, route: Any, *__: object, **___: object) -> None:
        raise aiohttp.ConnectionTimeoutError(f"Connection timeout to host {route.url}")

    monkeypatch.setattr(discord.webhook.async_.AsyncWebhookAdapter, "request", silent)
    exchange = await fake.happens(fake.users.typed(room, "latest", {}))
    await until(lambda: "could not be acknowledged: ConnectionTimeoutError" in caplog.text)
    assert exchange.token not in caplog.text


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


@pytest.mark.parametrize("late", [False, True])
async def test_whoever_can_not_be_placed_is_told_so(
    fake: FakeDiscord, room: FakeChannel, commands: FakeCommands, late: bool, caplog: pytest.LogCaptureFixture
) -> None:
    """Where only the person installed the app and no direct messages can be opened, nobody is left waiting."""
    fake.faults = [error(r"POST /users/@me/channels", 403, 50007)]
    exchange, event = fake.users.typed(room, "subscribe", {"what": "x"}, installed=False, permissions=0)
    exchange.late = late
    await fake.happens((exchange, event))
    if not late:
        await exchange.answered()
        assert "Something went wrong" in texts(original(exchange))[0]
    await typed(fake, room, "help", {})
    assert [name for _, _, name, *_ in commands.log] == ["help"]
    assert "direct messages could not be opened" in caplog.text


async def test_someone_else_handling_it_is_left_alone(
    fake: FakeDiscord, room: FakeChannel, commands: FakeCommands, caplog: pytest.LogCaptureFixture
) -> None:
    exchange, event = fake.users.typed(room, "subscribe", {"what": "x"})
    exchange.callback = {"type": 5}
    await fake.happens((exchange, event))
    await typed(fake, room, "latest", {})
    assert [entry[2] for entry in commands.log] == ["latest"]


async def test_an_acknowledgement_whose_answer_was_lost_may_have_been_taken(
    fake: FakeDiscord, room: FakeChannel
) -> None:
    fake.faults = [Fault("/callback", commit=True, drop=True)]
    exchange = await typed(fake, room, "latest", {"what": "chips"})
    assert texts(original(exchange)) == ["latest: what=chips"]


@pytest.mark.usefixtures("untraced")
@pytest.mark.parametrize(
    "fault",
    [
        limited(PATCH, 0.05),
        limited(PATCH, 0.05, scope="shared", times=3),
        limited(PATCH, 0.05, scope="global"),
        Fault(PATCH, 429, {"message": "limited", "retry_after": 0.05, "global": False}, {"Via": "1.1 google"}),
        Fault(PATCH, drop=True),
        limited(FOLLOW, 0.05, times=2),
    ],
    ids=["limit", "limits", "global", "no header", "broken off", "further message"],
)
async def test_an_answer_waits_for_a_limit_and_is_given_again_when_it_broke_off(
    fake: FakeDiscord, room: FakeChannel, commands: FakeCommands, fault: Fault
) -> None:
    rows = tuple(Item(f"Story {n} {'word ' * 30}", "https://example.com/", "3 reports " * 30) for n in range(25))
    commands.replies["latest"] = Reply("25 stories", items=rows)
    fake.faults = [fault]
    exchange = await typed(fake, room, "latest", {})
    assert "25 stories" in texts(original(exchange))[0]
    await until(lambda: len(exchange.followups) == 3)
    assert fake.faults[0].times == 0


async def test_an_answer_that_would_wait_too_long_comes_as_a_message(fake: FakeDiscord, room: FakeChannel) -> None:
    fake.faults = [limited(PATCH, 900.0)]
    await fake.happens(fake.users.typed(room, "latest", {"share": True}))
    await fake.arrival(f"POST /channels/{room.id}/messages")
    assert fake.asked("messages$")[0].body["content"] == "latest: share=yes"


async def test_a_form_that_can_not_be_filled_says_why(
    fake: FakeDiscord, room: FakeChannel, commands: FakeCommands
) -> None:
    commands.defects["filled"] = StoreError("the database is locked; try again in a moment")
    commands.replies["form"] = Reply("the database is locked", ok=False)
    button = {"type": 2, "style": 2, "label": "When …", "custom_id": "t1:form:edit:when:7"}
    message = shown(fake.world.made(room.id, {"components": [{"type": 1, "components": [button]}]}))
    exchange = await fake.happens(fake.users.pressed(room, message, button["custom_id"]))
    await exchange.answered()
    assert texts(original(exchange)) == ["the database is locked"]
