"""A workspace that removed the app while nobody listened, as its refused token tells; and what looks like one."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from bot.ports import Sent
from handlers.slack.run import SlackPlatform
from tests.fakes.slack import Fail, FakeSlack
from tests.fakes.slack.state import Team
from tests.fakes.slack.store import ChannelsOnly
from tests.handlers.slack.conftest import Build
from tests.handlers.slack.helpers import Json, Wire, alert, channel, delivery, event
from tests.handlers.slack.installing import CLIENT, KEY, grant, grant_all, install

Ask = Callable[[SlackPlatform], Awaitable[object]]


async def _send_two(shop: SlackPlatform) -> None:
    await asyncio.gather(*(shop.send(channel(ref), alert(), delivery()) for ref in ("C1", "C2")))


async def _find(shop: SlackPlatform) -> None:
    await shop.find(channel(), delivery())


@pytest.fixture
async def team(shop: SlackPlatform, slack: FakeSlack, store: ChannelsOnly) -> Team:
    """A workspace that installed the app, and whose channels subscribe to something."""
    made = grant(slack, "c1", "T1", "xoxb-one")
    assert (await install(shop, "c1"))[0] == 200
    await _subscribed(store, "T1")
    return made


async def _subscribed(store: ChannelsOnly, team: str) -> None:
    for ref in ("C1", "C2"):
        await store.subscribe(await store.channel("slack", team, ref), "topic:chips", "Chips", {}, 1)


def _paused(store: ChannelsOnly) -> list[bool]:
    return ["removed from this workspace" in kept.paused for kept in store.kept]


@pytest.mark.case_id(138)
@pytest.mark.parametrize("ask", [_send_two, _find])
@pytest.mark.parametrize("word", ["token_revoked", "account_inactive"])
async def test_case_138_the_app_was_removed_while_nobody_listened(
    shop: SlackPlatform,
    slack: FakeSlack,
    team: Team,
    store: ChannelsOnly,
    caplog: pytest.LogCaptureFixture,
    word: str,
    ask: Ask,
) -> None:
    """As if Slack had told of it: told once in the log, paused, the token forgotten, until it is installed again."""
    team.revoked = word
    await ask(shop)
    await shop.tasks.idle()
    assert _paused(store) == [True, True]
    assert list(store.texts) == ["left:slack:T1"]
    assert caplog.text.count("removed the app") == 1
    team.revoked = ""
    slack.grants["c2"] = team
    await install(shop, "c2")
    assert _paused(store) == [False, False]
    assert isinstance(await shop.send(channel(), alert(), delivery()), Sent)


@pytest.mark.case_id(138)
async def test_case_138_an_organisation_removed_it(shop: SlackPlatform, slack: FakeSlack, store: ChannelsOnly) -> None:
    org = grant_all(slack, "c1", "xoxb-org")
    await install(shop, "c1")
    for team in ("T1", "T2"):
        await shop.installations.joins(team, "E1")
        await _subscribed(store, team)
    org.revoked = "token_revoked"
    await shop.send(channel(), alert(), delivery())
    await shop.tasks.idle()
    assert _paused(store) == [True] * 4
    assert "slack.install.E1" not in store.texts


async def test_an_address_that_a_workspace_shuts_out_is_no_removal(
    shop: SlackPlatform, team: Team, store: ChannelsOnly
) -> None:
    """Slack says `invalid_auth` to a caller outside of a workspace's list of addresses too."""
    team.revoked = "invalid_auth"
    await _send_two(shop)
    await shop.tasks.idle()
    assert (_paused(store), list(store.texts)) == ([False, False], ["slack.install.T1"])


@pytest.mark.usefixtures("team")
async def test_a_token_that_was_replaced_meanwhile_is_no_removal(
    shop: SlackPlatform, slack: FakeSlack, store: ChannelsOnly
) -> None:
    slack.faults["chat.postMessage"].append(Fail.code("token_revoked"))
    await shop.send(channel(), alert(), delivery())
    await shop.tasks.idle()
    assert (_paused(store), list(store.texts)) == ([False, False], ["slack.install.T1"])


@pytest.mark.parametrize("met", [True, False])
async def test_the_programs_own_token_is_no_workspaces(
    build: Build, slack: FakeSlack, team: Team, store: ChannelsOnly, met: bool
) -> None:
    """Whoever runs the program replaces it; what the workspace installed beside it stays."""
    own = slack.team("T1")
    both = await build(start=met, keys=KEY, memory=store, **CLIENT)
    own.revoked = team.revoked = "token_revoked"
    await both.send(channel(), alert(), delivery())
    await both.tasks.idle()
    assert (_paused(store), list(store.texts)) == ([False, False], ["slack.install.T1"])


TOLD = ({"type": "app_uninstalled"}, {"type": "tokens_revoked", "tokens": {"bot": ["UBOTT1"]}})


@pytest.mark.usefixtures("team")
@pytest.mark.parametrize("kind", TOLD)
async def test_a_removal_that_is_told_after_the_next_install_is_over(
    shop: SlackPlatform, slack: FakeSlack, store: ChannelsOnly, kind: Json
) -> None:
    """Slack tells again, minutes later, what nobody took; who had installed the app anew meanwhile lost it again."""
    await Wire(slack, shop, http=True).send("events_api", event(kind))
    assert (_paused(store), list(store.texts)) == ([False, False], ["slack.install.T1"])
    assert isinstance(await shop.send(channel(), alert(), delivery()), Sent)


@pytest.mark.usefixtures("team")
@pytest.mark.parametrize("kind", TOLD)
async def test_a_removal_is_believed_where_slack_can_not_be_asked(
    shop: SlackPlatform, slack: FakeSlack, store: ChannelsOnly, kind: Json
) -> None:
    slack.faults["auth.test"].append(Fail(503))
    await Wire(slack, shop, http=True).send("events_api", event(kind))
    assert (_paused(store), list(store.texts)) == ([True, True], ["left:slack:T1"])
