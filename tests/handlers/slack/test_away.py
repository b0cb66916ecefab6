"""Slack limits or is away while somebody waits for an answer: it comes later, in another way, or says so."""

from __future__ import annotations

import pytest

from bot.core.errors import StoreError
from bot.core.message import Item, Reply
from tests.fakes.slack import Fail, FakeSlack
from tests.fakes.slack.commands import SlackCommands
from tests.fakes.slack.state import Team
from tests.fakes.slack.store import ChannelsOnly
from tests.handlers.slack.helpers import Wire, event, typed

LIMIT = '{"ok":false,"error":"ratelimited"}'


def limit(seconds: int | None) -> Fail:
    return Fail(429, LIMIT, {} if seconds is None else {"Retry-After": str(seconds)})


async def test_an_answer_to_the_asker_alone_waits_for_a_limit(line: Wire, slack: FakeSlack) -> None:
    slack.hook_statuses.append(429)
    slack.faults["chat.postEphemeral"] += [limit(0), limit(None)]
    await line.send("slash_commands", typed("status", slack.hook()))
    assert [said["text"] for said in slack.methods.ephemeral] == ["status:"]


async def test_it_does_not_wait_for_ever(line: Wire, slack: FakeSlack) -> None:
    slack.hook_statuses.append(429)
    slack.faults["chat.postEphemeral"].append(limit(3600))
    await line.send("slash_commands", typed("status", slack.hook()))
    assert slack.methods.ephemeral == []


@pytest.mark.parametrize("fault", [limit(5), Fail.code("expired_trigger_id"), Fail(503)], ids=["limit", "late", "away"])
@pytest.mark.parametrize("name", ["subscribe", "settings"])
async def test_a_form_that_slack_does_not_open_is_answered_in_words(
    line: Wire, slack: FakeSlack, commands: SlackCommands, name: str, fault: Fail
) -> None:
    slack.faults["views.open"].append(fault)
    answer = await line.command(name)
    assert commands.log[-1][:1] + commands.log[-1][2:] == ("run", name, {})
    assert answer["response_type"] == "ephemeral"


async def test_a_channel_that_slack_can_not_be_asked_about_is_not_called_a_strangers(
    line: Wire, slack: FakeSlack, team: Team, commands: SlackCommands
) -> None:
    slack.channel(team, "C2", members={"U1"})
    slack.faults["conversations.info"].append(limit(5))
    assert "try again later" in (await line.command("subscriptions channel=C2"))["text"]
    assert commands.log == []
    slack.faults["conversations.info"].append(Fail.code("channel_not_found"))
    assert "in its own workspace" in (await line.command("subscriptions channel=C2"))["text"]


async def test_the_home_tab_stays_as_it_is_meanwhile(line: Wire, slack: FakeSlack, team: Team) -> None:
    slack.channel(team, "C2", members={"U1"})
    slack.channel(team, "D1", im_user="U1")
    view = {"type": "home", "private_metadata": '{"channel": "C2", "own": "D1"}'}
    body = {"type": "app_home_opened", "user": "U1", "channel": "D1", "tab": "home", "view": view}
    slack.faults["conversations.info"].append(limit(5))
    await line.send("events_api", event(body))
    assert slack.methods.homes == {}
    await line.send("events_api", event(body))
    assert '"channel": "C2"' in slack.methods.homes["U1"]["private_metadata"]


async def test_a_form_whose_fields_can_not_be_read_is_answered_in_words(line: Wire, commands: SlackCommands) -> None:
    commands.defects["filled"] = StoreError("the database is locked; try again in a moment")
    commands.replies["settings"] = Reply("The database is away.", ok=False)
    assert (await line.command("settings"))["text"] == "The database is away."


async def test_an_answer_whose_blocks_slack_refuses_comes_as_text(
    line: Wire, slack: FakeSlack, commands: SlackCommands
) -> None:
    commands.replies["latest"] = Reply("2 stories", ("of <chips>",), (Item("One"), Item("Two", "https://x.example/2")))
    said = ("2 stories\nof &lt;chips&gt;\nOne\nTwo", [])
    slack.hook_statuses.append(400)
    answer = await line.command("latest")
    assert (answer["text"], answer["blocks"]) == said
    slack.hook_statuses.append(404)
    slack.faults["chat.postEphemeral"].append(Fail.code("invalid_blocks"))
    await line.send("slash_commands", typed("latest", slack.hook()))
    assert [(one["text"], one["blocks"]) for one in slack.methods.ephemeral] == [said]


async def test_without_the_store_the_command_itself_says_what_is_wrong(
    line: Wire, store: ChannelsOnly, commands: SlackCommands
) -> None:
    async def away(*_: object) -> None:
        raise StoreError("the database is busy")

    store.find_channel = away  # type: ignore[method-assign,assignment]
    assert (await line.command("latest"))["text"] == "latest:"
    assert commands.log[-1][1].locale == "en"
