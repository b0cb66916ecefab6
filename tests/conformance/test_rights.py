"""Every refusal for a missing right says what is missing and who can grant it, on each platform, in each language."""

from __future__ import annotations

import pytest

from bot.ports import Gone, Retry
from handlers.discord.receipts import refusal
from handlers.slack.calls import Fault
from handlers.slack.receipts import about_workspace, explain, receipt
from tests.conformance.stage_discord import DiscordStage, discord_stage
from tests.conformance.stage_slack import SlackStage, slack_stage
from tests.fakes.discord.world import ALL, SEND
from tests.wording import WORDS

GRANTED_BY = ("admin", "owner", "member", "moderator", "Manage Channels", "privacy settings")
SLACK = (
    "missing_scope",
    "no_permission",
    "ekm_access_denied",
    "team_access_not_granted",
    "enterprise_is_restricted",
    "access_denied",
    "accesslimited",
    "channel_not_found",
    "not_in_channel",
    "messages_tab_disabled",
    "restricted_action",
    "restricted_action_read_only_channel",
    "restricted_action_thread_only_channel",
    "restricted_action_non_threadable_channel",
    "channel_is_limited_access",
)
DISCORD = (50001, 50013, 50007, 160005, 160006, 50083, 99999)
TEXTS = {
    "right.discord": ("Manage Server", "管理服务器", "管理伺服器"),
    "right.slack": ("admin", "管理员", "管理員"),
    "publish.right": ("Manage Messages", "管理消息", "管理訊息"),
    "slack.foreign": ("members", "成员", "成員"),
    "picture.scope": ("files:write", "files:write", "files:write"),
}


@pytest.mark.parametrize("code", SLACK)
def test_slack_says_who_can_grant_it(code: str) -> None:
    fault = Fault(code, needed="chat:write" if code == "missing_scope" else "")
    said = explain(fault, "#policy")
    assert any(who in said for who in GRANTED_BY), said
    assert code != "missing_scope" or "chat:write" in said
    judged = receipt(fault)
    assert isinstance(judged, Gone | Retry)
    assert any(who in judged.reason for who in GRANTED_BY)
    assert bool(about_workspace(fault)) == isinstance(judged, Retry)


@pytest.mark.parametrize("code", DISCORD)
def test_discord_says_who_can_grant_it(code: int) -> None:
    judged = refusal(403, code, "Missing Access")
    assert isinstance(judged, Gone)
    assert any(who in judged.reason for who in GRANTED_BY), judged.reason


@pytest.mark.parametrize("key", TEXTS)
def test_our_own_refusals_do_so_in_each_language(key: str) -> None:
    for locale, said in zip(("en", "zh-CN", "zh-TW"), TEXTS[key], strict=True):
        assert said in WORDS(locale, key, name="subscribe")


async def test_subscribing_checks_at_once_that_alerts_can_be_posted() -> None:
    async with discord_stage() as discord, slack_stage() as slack:
        assert isinstance(discord, DiscordStage)
        assert isinstance(slack, SlackStage)
        discord.room.rights = ALL & ~SEND
        slack.team.channels["C1"].members = {"U1"}
        for stage, right, who in ((discord, "Send Messages", "Manage Channels"), (slack, "not in", "any member")):
            refused = await stage.ask("subscribe", {"what": "export-controls"})
            assert right in refused.text
            assert who in refused.text
            assert await stage.desk.store.subscriptions() == []


async def test_a_story_is_not_followed_where_nothing_can_be_posted() -> None:
    async with discord_stage() as stage:
        assert isinstance(stage, DiscordStage)
        stage.room.rights &= ~SEND
        seen = await stage.ask("follow", {"story": "42"})
        assert "Tocsin lacks Send Messages in #general; whoever has Manage Channels can grant it there" in seen.text
        assert seen.buttons == []
        stage.room.rights |= SEND
        assert "Every further report" in (await stage.ask("follow", {"story": "42"})).text
