"""The chart of a trend, as a file of the channel that is answered."""

from __future__ import annotations

import pytest

from bot.core.message import Reply
from tests.fakes.slack import Fail, FakeSlack
from tests.fakes.slack.commands import SlackCommands
from tests.fakes.slack.reader import read_blocks
from tests.fakes.slack.state import Channel, Team
from tests.handlers.slack.helpers import Wire

PNG = b"\x89PNG" * 9


@pytest.fixture
def shared(commands: SlackCommands) -> None:
    commands.replies["trend"] = Reply("Chips: 2 reports", ("▁█",), private=False, picture=PNG)


async def ask(wire: Wire) -> list[str]:
    return list(read_blocks((await wire.command("trend chips share=yes"))["blocks"]).lines)


@pytest.mark.usefixtures("shared")
async def test_a_shared_chart_is_a_file_of_the_channel(line: Wire, room: Channel) -> None:
    assert await ask(line) == ["Chips: 2 reports", "▁█"]
    ((file,),) = [message["files"] for message in room.messages]
    assert file["title"] == "Chips: 2 reports"
    assert line.slack.methods.files == {file["id"]: PNG}


async def test_a_chart_for_one_person_is_offered_to_the_channel(
    line: Wire, room: Channel, commands: SlackCommands
) -> None:
    commands.replies["trend"] = Reply("Chips: 2 reports", ("▁█",), picture=PNG)
    assert (await ask(line))[-1] == "To show the chart to the whole channel, add share=yes."
    assert room.messages == []


@pytest.mark.usefixtures("shared")
async def test_without_the_scope_one_line_says_so(line: Wire, team: Team, room: Channel, slack: FakeSlack) -> None:
    slack.faults["files.getUploadURLExternal"].append(Fail.code("missing_scope", needed="files:write"))
    assert "files:write" in (await ask(line))[-1]
    assert room.messages == []


@pytest.mark.usefixtures("shared")
@pytest.mark.parametrize("failing", ["upload", "files.getUploadURLExternal", "files.completeUploadExternal"])
async def test_a_failed_upload_leaves_the_answer_whole(line: Wire, slack: FakeSlack, failing: str) -> None:
    if failing == "upload":
        slack.upload_statuses.append(500)
    else:
        slack.faults[failing].append(Fail(cut=True))
    assert await ask(line) == ["Chips: 2 reports", "▁█", "The chart could not be uploaded; the figures are the same."]


@pytest.mark.usefixtures("shared")
async def test_a_token_that_lacks_the_scope_is_not_tried(line: Wire, team: Team, slack: FakeSlack) -> None:
    team.scopes = "chat:write,commands"
    line.platform.workspaces.forget("T1")
    assert "files:write" in (await ask(line))[-1]
    assert slack.called("files.getUploadURLExternal") == []


@pytest.mark.usefixtures("shared")
async def test_where_the_app_is_not_in_the_channel_the_answer_is_text(line: Wire, slack: FakeSlack, team: Team) -> None:
    slack.channel(team, "C1", bot=False)
    assert "could not be uploaded" in (await ask(line))[-1]
