"""Names that people give to queries, on every platform: given, listed, used, taken away; a hostile one calls nobody."""

from __future__ import annotations

import pytest

from bot.core.message import Alert, TopicLine
from bot.core.model import Channel
from bot.ports import Home
from tests.conformance.stage import Stage
from tests.conformance.stage_discord import DiscordStage, discord_stage
from tests.conformance.stage_slack import SlackStage, slack_stage
from tests.conformance.stages import STAGES
from tests.conformance.test_commands import flat, here
from tests.conformance.town import NOW
from tests.handlers.slack.helpers import interaction, typed

pytestmark = pytest.mark.usefixtures("untraced")
NASTY = "<!channel> @everyone <@1> *b* `c` [x](https://evil.example) <b>"[:60].strip()
QUERY = "subsidiaries OR 扩产"


async def given(stage: Stage, name: str, query: str = QUERY) -> str:
    """Subscribe with a name and press what confirms it; returns what is then to be seen."""
    shown = await stage.ask("subscribe", {"what": query, "name": name})
    assert flat(name) in flat(shown.text)
    confirm = next(button.value for button in stage.replies[-1].buttons if button.action == "confirm")
    if stage.presses:
        assert ("confirm", confirm) in shown.buttons
    return flat((await stage.press("confirm", confirm)).text)


@pytest.mark.parametrize("platform", STAGES)
@pytest.mark.parametrize("name", ["Our chip rules", "芯片规则 2026", NASTY])
async def test_a_name_is_given_listed_used_and_taken_away(platform: str, name: str) -> None:
    async with STAGES[platform]() as stage:
        said = await given(stage, name)
        assert f"now gets alerts about {flat(name)}" in said
        assert f"“{flat(name)}” looks for: {QUERY}" in said
        listed = await stage.ask("topics", {})
        assert f"Named here: {QUERY}" in flat(listed.text)
        assert stage.replies[-1].items[0].title == name
        other = await given(stage, name, "gallium")
        assert f"“{flat(name)}” looks for: gallium" in other
        assert "1 channel follows" in other
        ended = await stage.ask("unsubscribe", {"what": name, "forget": "yes"})
        assert f"“{flat(name)}” is no longer a name here" in flat(ended.text)
        assert stage.replies[-1].ok


@pytest.mark.parametrize("platform", STAGES)
async def test_an_alert_says_by_which_name_it_came(platform: str) -> None:
    async with STAGES[platform]() as stage:
        topic = TopicLine("query:1", NASTY, ("export", "chip"))
        alert = Alert(7, "new", 42, "Chips", "https://a.example/1", "", (), (topic,), NOW)
        shown = (await stage.deliver(alert))[-1]
        assert flat(NASTY) in flat(shown.text)
        assert "https://evil.example" not in shown.links
        assert "export" in shown.text


async def test_all_platforms_say_the_same() -> None:
    said = []
    for made in STAGES.values():
        async with made() as stage:
            await given(stage, "Our chip rules")
            reply = stage.replies[-1]
            said.append((here(reply.text), tuple(map(here, reply.lines[:2])), reply.ok))
    assert said[1:] == said[:-1]


async def test_discord_completes_it_in_its_server_alone() -> None:
    async with discord_stage() as stage:
        assert isinstance(stage, DiscordStage)
        await given(stage, "Our chip rules")
        other = stage.fake.world.channel(stage.fake.world.guild())
        for room, offered in ((stage.room, ["Our chip rules"]), (other, [])):
            typing = stage.fake.users.typed(room, "subscribe", {"what": "our ch"}, focused="what")
            asked = await stage.fake.happens(typing)
            await asked.answered()
            assert [choice["value"] for choice in asked.callback["data"]["choices"]] == offered


async def test_slack_completes_it_in_its_form() -> None:
    async with slack_stage() as stage:
        assert isinstance(stage, SlackStage)
        await given(stage, "Our chip rules")
        await stage.wire.send("slash_commands", typed("subscribe"))
        view = list(stage.slack.methods.views.values())[-1]
        asked = interaction("block_suggestion", action_id="complete1", block_id="what", value="our ch", view=view)
        answer = await stage.wire.send("interactive", asked)
        assert [option["value"] for option in answer["options"]] == ["Our chip rules"]


async def test_slack_keeps_workspaces_apart() -> None:
    async with slack_stage() as stage:
        assert isinstance(stage, SlackStage)
        await given(stage, "Our chip rules")
        assert (await stage.desk.store.all_own_topics()).keys() == {Home("slack", "T1")}
        ((channel, subscription),) = await stage.desk.store.subscriptions()
        assert isinstance(channel, Channel)
        assert (channel.scope, subscription.label) == ("T1", "Our chip rules")
