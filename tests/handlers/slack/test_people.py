"""Answers in the reader's own language, as far as Slack tells it; only admins where the owner says so."""

from __future__ import annotations

import pytest

from bot.cli.platforms import Wiring, slack
from bot.configure import load_settings
from bot.core.errors import ConfigError
from bot.store import open_store
from bot.translations import Words
from handlers.slack.people import AGAIN_S, REMEMBER_S, People
from handlers.slack.run import SlackPlatform
from tests.fakes.slack import Fail, FakeSlack
from tests.fakes.slack.commands import SlackCommands
from tests.fakes.slack.state import Team
from tests.fakes.slack.store import ChannelsOnly
from tests.handlers.discord.helpers import Clock
from tests.handlers.slack.conftest import Build
from tests.handlers.slack.helpers import Wire, press


async def test_the_readers_own_language_comes_before_the_channels(
    wire: Wire, team: Team, store: ChannelsOnly, commands: SlackCommands
) -> None:
    channel = await store.channel("slack", "T1", "C1")
    await store.configure(channel, {"language": "zh-CN"})
    team.locales = {"U1": "zh-TW", "U2": "en-GB"}
    for user, locale in (("U1", "zh-TW"), ("U2", "en-GB"), ("U3", "zh-CN")):
        await wire.command("latest", user_id=user)
        assert commands.log[-1][1].locale == locale
    assert "必須是這個工作區的頻道" in (await wire.command("subscribe x channel=C9"))["text"]


async def test_a_form_is_in_the_readers_language(line: Wire, slack: FakeSlack, team: Team) -> None:
    team.locales = {"U1": "zh-TW"}
    await line.send("interactive", press({"action_id": "press1:0:form", "value": "subscribe"}))
    (view,) = slack.methods.views.values()
    assert view["close"]["text"] == "關閉"


async def test_without_the_scope_the_channels_language_stands(
    line: Wire, slack: FakeSlack, team: Team, store: ChannelsOnly, commands: SlackCommands
) -> None:
    team.scopes, team.locales = "chat:write,commands", {"U1": "zh-TW"}
    await store.configure(await store.channel("slack", "T1", "C1"), {"language": "zh-CN"})
    for _ in range(3):
        await line.command("latest")
    assert commands.log[-1][1].locale == "zh-CN"
    assert len(slack.called("users.info")) == 1, "not asked each time"


async def test_a_language_is_asked_once_an_hour(build: Build, slack: FakeSlack, team: Team) -> None:
    platform = await build()
    clock = Clock()
    people = People(platform.workspaces, clock)
    team.locales = {"U1": "zh-CN"}
    assert await people.language("T1", "U1") == await people.language("T1", "U1") == "zh-CN"
    team.locales = {"U1": "en-US"}
    clock.now += REMEMBER_S - 1
    assert await people.language("T1", "U1") == "zh-CN"
    clock.now += 2
    assert await people.language("T1", "U1") == "en-US"
    assert await people.language("T9", "U1") == "", "a workspace without the app"


async def test_an_outage_forgets_no_language(
    build: Build, slack: FakeSlack, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    platform = await build()
    clock = Clock()
    people = People(platform.workspaces, clock)
    team.locales = {"U1": "zh-CN"}
    down = Fail(503, "", {}, "text/html")
    slack.faults["users.info"].append(down)
    assert await people.language("T1", "U1") == "", "never known"
    clock.now += AGAIN_S + 1
    assert await people.language("T1", "U1") == "zh-CN"
    slack.faults["users.info"].append(down)
    assert not await people.is_admin("T1", "U1")
    clock.now += REMEMBER_S - 1
    team.locales = {"U1": "en-US"}
    assert await people.language("T1", "U1") == "zh-CN", "it was good for an hour"
    clock.now += 2
    slack.faults["users.info"].append(down)
    assert await people.language("T1", "U1") == "zh-CN", "and longer than nothing better is known"
    clock.now += AGAIN_S + 1
    with monkeypatch.context() as patch:
        patch.setattr("handlers.slack.people.PATIENCE_S", 0.0)
        assert await people.language("T1", "U1") == "zh-CN"
    clock.now += AGAIN_S + 1
    assert await people.language("T1", "U1") == "en-US"


async def test_a_slow_answer_is_not_waited_for(
    build: Build, slack: FakeSlack, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    platform = await build(start=False)
    monkeypatch.setattr("handlers.slack.people.PATIENCE_S", 0.0)
    assert await People(platform.workspaces).language("T1", "U1") == ""


@pytest.mark.parametrize("policy", ["members", "admins"])
async def test_the_owner_sets_who_may_change_alerts(policy: str) -> None:
    settings = load_settings({"TOCSIN_SLACK_POLICY": policy, "SLACK_BOT_TOKEN": "xoxb-1"})
    store = open_store("memory:", clock=lambda: 0)
    platform = slack(Wiring(settings, store, SlackCommands(), Words()))
    assert isinstance(platform, SlackPlatform)
    assert platform._options.policy == policy
    await platform.close()
    await store.close()


def test_another_word_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"slack\.policy must be one of members, admins"):
        load_settings({"TOCSIN_SLACK_POLICY": "nobody"})


async def test_admins_without_the_scope_is_said(build: Build, slack: FakeSlack, team: Team) -> None:
    team.scopes = team.scopes.replace(",users:read", "")
    platform = await build(policy="admins")
    assert "users:read" in platform.trouble
    assert any("users:read" in line for line in await platform.diagnose())
    platform = await build()
    assert platform.trouble == ""
    assert await platform.diagnose() == []


async def test_webhooks_are_for_admins_whatever_the_policy(line: Wire, team: Team, commands: SlackCommands) -> None:
    team.admins = {"UADMIN"}
    for user, may in (("U1", False), ("UADMIN", True)):
        await line.command("webhook list", user_id=user)
        assert commands.log[-1][1].may_configure is may
        await line.command("subscribe chips", user_id=user)
        assert commands.log[-1][1].may_configure
