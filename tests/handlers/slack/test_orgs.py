"""Organisations (Enterprise Grid): one install and one token for many workspaces, each told apart by its own id."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from bot.ports import Sent
from handlers.slack.run import SlackPlatform
from tests.fakes.slack import Fail, FakeSlack
from tests.fakes.slack.commands import SlackCommands
from tests.fakes.slack.server import SECRET
from tests.fakes.slack.state import Team
from tests.fakes.slack.store import ChannelsOnly
from tests.handlers.slack.conftest import Build
from tests.handlers.slack.helpers import Json, Wire, alert, channel, delivery, event, interaction, press
from tests.handlers.slack.installing import ANYWHERE, CLIENT, KEY, grant, grant_all, install


def wide(team: str | None, org: str = "E1", **more: Any) -> Json:
    """An event as Slack delivers it to an organisation's install."""
    granted = {
        "enterprise_id": org,
        "team_id": team,
        "user_id": "UBOTE1",
        "is_bot": True,
        "is_enterprise_install": True,
    }
    return {"team_id": team, "enterprise_id": org, "authorizations": [granted], **more}


@pytest.fixture
async def org(shop: SlackPlatform, slack: FakeSlack) -> Team:
    """An organisation that has installed the app."""
    made = grant_all(slack, "c1", "xoxb-org")
    assert (await install(shop, "c1"))[0] == 200
    return made


@pytest.fixture
def wire(shop: SlackPlatform, slack: FakeSlack) -> Wire:
    """What Slack tells the shop."""
    return Wire(slack, shop, http=True)


async def typed_in(wire: Wire, team: str, text: str = "latest", org: str = "E1", **more: Any) -> Json:
    """A command in a workspace of an organisation."""
    return await wire.command(text, team_id=team, enterprise_id=org, is_enterprise_install="true", **more)


async def test_one_install_serves_every_workspace_of_an_organisation(
    wire: Wire, shop: SlackPlatform, build: Build, slack: FakeSlack, store: ChannelsOnly, commands: SlackCommands
) -> None:
    org = grant_all(slack, "c1", "xoxb-org")
    status, page = await install(shop, "c1")
    assert status == 200
    assert "manage/E1/integrations/profile/A1/workspaces/add" in page
    for team, ref in (("T1", "C1"), ("T2", "C2")):
        await typed_in(wire, team, "subscriptions", channel_id=ref)
        assert (commands.log[-1][1].scope, commands.log[-1][1].channel) == (team, ref)
        assert isinstance(await shop.send(channel(ref, team), alert(title=f"for {team}"), delivery()), Sent)
    assert "for T1" in org.channels["C1"].messages[0]["text"]
    assert "for T2" in org.channels["C2"].messages[0]["text"]
    assert await shop.check(channel("C2", "T2")) == ""
    assert "xoxb" not in json.dumps(store.texts)
    again = await build(bot_token="", keys=KEY, memory=store, **CLIENT)
    assert isinstance(await again.send(channel("C2", "T2"), alert(), delivery(id=8)), Sent), "after a restart"


@pytest.mark.usefixtures("org")
async def test_the_ways_in_whose_payloads_name_the_workspace_elsewhere(
    wire: Wire, slack: FakeSlack, commands: SlackCommands
) -> None:
    there = {
        "enterprise": {"id": "E1", "name": "Org"},
        "is_enterprise_install": True,
        "user": {"id": "U1", "team_id": "T2"},
    }
    await wire.send(
        "interactive", press({"action_id": "press1:0:latest", "value": ""}, slack.hook(), team=None, **there)
    )
    assert commands.log[-1][1].scope == "T2"
    await wire.send("interactive", interaction("shortcut", callback_id="search", team=None, **there))
    assert [view["callback_id"] for view in slack.methods.views.values()] == ["form1:search"]
    opened = {"type": "app_home_opened", "user": "U1", "channel": "D1", "tab": "home"}
    await wire.send("events_api", event(opened, **wide("T3")))
    assert commands.log[-1][1].scope == "T3"
    await wire.send("events_api", event(opened, **{**wide(None), "team_id": "T4"}))
    assert commands.log[-1][1].scope == "T4"


@pytest.mark.usefixtures("org")
async def test_a_workspace_of_another_organisation_is_not_served(
    wire: Wire, shop: SlackPlatform, slack: FakeSlack, commands: SlackCommands
) -> None:
    refused = await typed_in(wire, "T9", org="E9")
    assert "not installed" in refused["text"]
    assert commands.log == []
    calls = len(slack.calls)
    assert not isinstance(await shop.send(channel("C1", "T9"), alert(), delivery()), Sent)
    shared = wide("T1", is_ext_shared_channel=True) | {"team_id": "T8"}
    await wire.send("events_api", event({"type": "channel_rename", "channel": {"id": "C1", "name": "x"}}, **shared))
    assert not isinstance(await shop.send(channel("C1", "T8"), alert(), delivery()), Sent), "another company's"
    assert not [args for args in slack.calls[calls:] if args[0] == "chat.postMessage"]


async def test_an_organisation_removes_the_app_and_takes_it_again(
    org: Team, wire: Wire, shop: SlackPlatform, slack: FakeSlack, store: ChannelsOnly
) -> None:
    alone = grant(slack, "c2", "T7", "xoxb-alone")
    await install(shop, "c2")
    for team, ref in (("T1", "C1"), ("T2", "C2"), ("T7", "C1")):
        await store.subscribe(await store.channel("slack", team, ref), "topic:chips", "Chips", {}, 1)
    await typed_in(wire, "T1")
    await typed_in(wire, "T2")
    org.revoked = "account_inactive"
    for gone in ({"type": "tokens_revoked", "tokens": {"bot": ["UBOTE1"]}}, {"type": "app_uninstalled"}):
        await wire.send("events_api", event(gone, **wide(None)))
        assert [bool(kept.paused) for kept in store.kept] == [True, True, False]
    assert "slack.install.E1" not in store.texts
    assert not isinstance(await shop.send(channel("C2", "T2"), alert(), delivery()), Sent)
    assert isinstance(await shop.send(channel("C1", "T7"), alert(), delivery()), Sent)
    org.revoked = ""
    slack.grants["c3"] = org
    await install(shop, "c3")
    assert [kept.paused for kept in store.kept] == ["", "", ""]
    assert isinstance(await shop.send(channel("C2", "T2"), alert(), delivery()), Sent)
    assert len(alone.channels["C1"].messages) == 1


@pytest.mark.usefixtures("org")
async def test_a_workspace_is_taken_out_and_let_in_again(
    wire: Wire, shop: SlackPlatform, slack: FakeSlack, store: ChannelsOnly
) -> None:
    own = grant(slack, "c2", "T2", "xoxb-own")
    await install(shop, "c2")
    for team in ("T1", "T2"):
        await store.subscribe(await store.channel("slack", team, "C1"), "topic:chips", "Chips", {}, 1)
        await typed_in(wire, team)
    out = event({"type": "team_access_revoked", "team_ids": ["T1", "T2"]}, **wide(None))
    await wire.send("events_api", out)
    assert [bool(kept.paused) for kept in store.kept] == [True, False], "T2 has installed it by itself as well"
    assert not isinstance(await shop.send(channel(team="T1"), alert(), delivery()), Sent)
    await shop.send(channel(team="T2"), alert(), delivery())
    assert len(own.channels["C1"].messages) == 1
    back = event({"type": "team_access_granted", "team_ids": ["T1", None]}, **wide(None))
    await wire.send("events_api", back)
    assert [kept.paused for kept in store.kept] == ["", ""]
    assert isinstance(await shop.send(channel(team="T1"), alert(), delivery()), Sent)
    await wire.send("events_api", event({"type": "team_access_revoked"}, **wide(None)))


async def test_an_organisations_token_is_rotated_once_for_all(
    wire: Wire, shop: SlackPlatform, slack: FakeSlack
) -> None:
    first = grant_all(slack, "c1", "xoxe.xoxb-1")
    await install(shop, "c1")
    found = await shop.installations.async_find_installation(
        enterprise_id="E1", team_id=None, is_enterprise_install=True
    )
    assert found is not None
    for team in ("T1", "T2"):
        await typed_in(wire, team)
    found.bot_token_expires_at = int(time.time()) + 60
    await shop.installations.async_save(found)
    renewed = grant_all(slack, str(found.bot_refresh_token), "xoxe.xoxb-2")
    renewed.channels = first.channels
    for team, ref in (("T1", "C1"), ("T2", "C2")):
        assert isinstance(await shop.send(channel(ref, team), alert(), delivery()), Sent)
    asked = [args for args in slack.called("oauth.v2.access") if args.get("grant_type") == "refresh_token"]
    assert len(asked) == 1
    again = await shop.installations.async_find_installation(enterprise_id=None, team_id="T2")
    assert again is not None
    assert (again.bot_token, again.enterprise_id, again.is_enterprise_install) == ("xoxe.xoxb-2", "E1", True)


async def test_a_token_of_ones_own_may_be_an_organisations(
    build: Build, slack: FakeSlack, commands: SlackCommands
) -> None:
    org = slack.team("E1", "xoxb-1")
    org.org = "E1"
    slack.channel(org, "C2", members={"U1"})
    platform = await build(signing_secret=SECRET, listen=ANYWHERE)
    wire = Wire(slack, platform, http=True)
    await typed_in(wire, "T2", channel_id="C2")
    assert commands.log[-1][1].scope == "T2"
    assert isinstance(await platform.send(channel("C2", "T2"), alert(), delivery()), Sent)
    assert not isinstance(await platform.send(channel("C2", "T5"), alert(), delivery()), Sent)


async def test_an_answer_that_names_nobody_installs_nothing(
    shop: SlackPlatform, slack: FakeSlack, store: ChannelsOnly
) -> None:
    for nobody in ({"is_enterprise_install": True, "enterprise": None}, {"is_enterprise_install": False, "team": None}):
        grant_all(slack, "c1", "xoxb-org")
        slack.teams["xoxb-org"] = slack.grants["c1"]
        answer = {"ok": True, "access_token": "xoxb-org", "bot_user_id": "U9", "authed_user": {"id": "U1"}, **nobody}
        slack.faults["oauth.v2.access"].append(Fail(body=json.dumps(answer)))
        assert (await install(shop, "c1"))[0] == 401
    assert store.texts == {}
