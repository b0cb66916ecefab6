"""Signed HTTP: what is not signed by Slack, or was long ago, is not read; the install pages add workspaces."""

from __future__ import annotations

import asyncio
import io
import json
import time
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest

from bot.core.errors import StoreError
from bot.ports import Sent
from handlers import patience
from handlers.slack.installs import States
from handlers.slack.run import SlackPlatform
from handlers.slack.web import Endpoint, routes
from tests.fakes.slack import Fail, FakeSlack
from tests.fakes.slack.commands import SlackCommands
from tests.fakes.slack.server import SECRET, sign
from tests.fakes.slack.state import Channel, Team
from tests.fakes.slack.store import ChannelsOnly
from tests.handlers.slack.conftest import Build
from tests.handlers.slack.helpers import Wire, alert, channel, delivery, event, http_body, typed
from tests.handlers.slack.installing import ANYWHERE, grant, install


async def post(platform: SlackPlatform, body: bytes, headers: dict[str, str]) -> int:
    url = f"http://127.0.0.1:{platform.port}/slack/events"
    async with aiohttp.ClientSession() as session, session.post(url, data=body, headers=headers) as answer:
        return answer.status


# ── signatures ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
async def served(build: Build, team: Team, room: Channel) -> SlackPlatform:
    return await build(signing_secret=SECRET, listen=ANYWHERE)


@pytest.mark.case_id(149)
@pytest.mark.parametrize(
    "spoil",
    [
        {"x-slack-signature": "v0=" + "0" * 64},
        {"x-slack-signature": ""},
        {"x-slack-request-timestamp": "0"},
        {"x-slack-request-timestamp": "soon"},
        {"x-slack-request-timestamp": "１７６４"},
        {"x-slack-request-timestamp": "9" * 400},
    ],
)
async def test_case_149_a_forged_request(served: SlackPlatform, commands: SlackCommands, spoil: dict[str, str]) -> None:
    body, content = http_body("slash_commands", typed("subscribe chips"))
    spoilt = {key: value.encode().decode("latin-1") for key, value in spoil.items()}
    headers = {**sign(body), "content-type": content, **spoilt}
    assert await post(served, body, headers) == 401
    await served.tasks.idle()
    assert commands.log == []


@pytest.mark.case_id(149)
async def test_case_149_six_minutes_old(served: SlackPlatform, commands: SlackCommands) -> None:
    body, content = http_body("slash_commands", typed("subscribe chips"))
    for age in (360, -360):
        assert await post(served, body, {**sign(body, at=time.time() - age), "content-type": content}) == 401
    assert await post(served, body, {**sign(body, "another secret"), "content-type": content}) == 401
    assert await post(served, body + b"&text=other", {**sign(body), "content-type": content}) == 401
    assert await post(served, body, {**sign(body, at=time.time() - 240), "content-type": content}) == 200
    await served.tasks.idle()
    assert len(commands.log) == 1


@pytest.mark.case_id(146)
async def test_case_146_a_replayed_request(served: SlackPlatform, commands: SlackCommands) -> None:
    """A valid request recorded on the wire and sent again within the five minutes does nothing more."""
    body, content = http_body("slash_commands", typed("subscribe chips"))
    headers = {**sign(body), "content-type": content}
    assert [await post(served, body, headers) for _ in range(3)] == [200, 200, 200]
    await served.tasks.idle()
    assert len(commands.log) == 1


@pytest.mark.parametrize("body", [b"{not json", b"[1,2]", b"\xff\xfe", b'{"a":' * 3000])
async def test_signed_nonsense_is_refused_politely(served: SlackPlatform, body: bytes) -> None:
    assert await post(served, body, {**sign(body), "content-type": "application/json"}) in (400, 404)


async def test_a_body_that_is_not_in_the_coding_it_names(served: SlackPlatform) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
    named = "Host: localhost\r\nContent-Encoding: deflate\r\nContent-Length: 9"
    writer.write(f"POST /slack/events HTTP/1.1\r\n{named}\r\n\r\nform".encode())
    await asyncio.sleep(0.05)
    writer.write(b"=none")
    assert b" 400 " in await reader.read(100)
    writer.close()


async def test_a_body_that_does_not_end_is_not_waited_for(
    served: SlackPlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "BODY_S", 0.1)
    reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
    writer.write(b"POST /slack/events HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nform")
    async with asyncio.timeout(60):
        assert b" 400 " in await reader.read(100)
    writer.close()


async def test_a_body_that_is_too_large(served: SlackPlatform) -> None:
    url = f"http://127.0.0.1:{served.port}/slack/events"
    async with aiohttp.ClientSession() as session, session.post(url, data=io.BytesIO(bytes(2 << 20))) as answer:
        assert answer.status == 413


async def test_slack_verifies_the_address(served: SlackPlatform) -> None:
    body = json.dumps({"type": "url_verification", "challenge": "abc"}).encode()
    url = f"http://127.0.0.1:{served.port}/slack/events"
    headers = {**sign(body), "content-type": "application/json"}
    async with aiohttp.ClientSession() as session, session.post(url, data=body, headers=headers) as answer:
        assert await answer.json() == {"challenge": "abc"}


async def test_nothing_is_served_without_a_secret(build: Build, team: Team) -> None:
    platform = await build(listen=ANYWHERE)
    assert platform.port == 0
    assert platform.routes() == []
    with pytest.raises(ValueError, match="secret"):
        Endpoint(None, "")  # type: ignore[arg-type]
    assert routes(None, None) == []


async def test_a_workspace_without_the_app(served: SlackPlatform, slack: FakeSlack, commands: SlackCommands) -> None:
    wire = Wire(slack, served, http=True)
    await wire.send("slash_commands", typed("subscriptions", slack.hook(), team_id="T9"))
    assert commands.log == []
    assert "not installed" in slack.answers[0][1]["text"]


# ── many workspaces ────────────────────────────────────────────────────────────────────────────────────────────


async def test_two_workspaces_each_with_its_own_token(
    shop: SlackPlatform, slack: FakeSlack, store: ChannelsOnly, commands: SlackCommands
) -> None:
    one, two = grant(slack, "c1", "T1", "xoxb-one"), grant(slack, "c2", "T2", "xoxb-two")
    for code in ("c1", "c2"):
        status, page = await install(shop, code)
        assert (status, "/tocsin help" in page) == (200, True)
    await shop.send(channel(team="T1"), alert(title="for one"), delivery())
    await shop.send(channel(team="T2"), alert(title="for two"), delivery())
    assert "for one" in one.channels["C1"].messages[0]["text"]
    assert "for two" in two.channels["C1"].messages[0]["text"]
    wire = Wire(slack, shop, http=True)
    await wire.command("latest", team_id="T2")
    assert commands.log[-1][1].scope == "T2"
    assert "xoxb" not in json.dumps(store.texts)


async def test_the_authorisation_asks_for_what_the_manifest_has(shop: SlackPlatform) -> None:
    root = f"http://127.0.0.1:{shop.port}/slack"
    async with aiohttp.ClientSession() as session, session.get(f"{root}/install", allow_redirects=False) as answer:
        asked = parse_qs(urlsplit(answer.headers["location"]).query)
    assert "chat:write" in asked["scope"][0].split(",")
    assert asked["client_id"] == ["1.2"]


async def test_installs_that_do_not_happen(shop: SlackPlatform, slack: FakeSlack, store: ChannelsOnly) -> None:
    grant(slack, "c1", "T1", "xoxb-one")
    assert (await install(shop, "c1", cookie=False))[0] == 400
    assert (await install(shop, "c1", state="forged"))[0] == 400
    assert (await install(shop, "unknown"))[0] == 401
    assert (await install(shop, "c1", error="access_denied"))[0] == 200
    slack.faults["oauth.v2.access"].append(Fail(cut=True))
    assert (await install(shop, "c1"))[0] == 502
    assert store.texts == {}


async def test_an_install_that_can_not_be_kept_says_so(
    shop: SlackPlatform, slack: FakeSlack, store: ChannelsOnly, caplog: pytest.LogCaptureFixture
) -> None:
    async def away(*_: object) -> None:
        raise StoreError("the database is busy")

    grant(slack, "code-1", "T1", "xoxb-1")
    store.keep = away  # type: ignore[method-assign]
    status, said = await install(shop, "code-1")
    assert (status, "start again" in said) == (503, True)
    assert "an install came to nothing: the database is busy" in caplog.text


async def test_a_token_that_expires_is_refreshed_once(
    shop: SlackPlatform, slack: FakeSlack, store: ChannelsOnly
) -> None:
    first = grant(slack, "c1", "T1", "xoxe.xoxb-1")
    await install(shop, "c1")
    found = await shop.installations.async_find_installation(enterprise_id=None, team_id="T1")
    assert found is not None
    found.bot_token_expires_at = int(time.time()) + 60
    await shop.installations.async_save(found)
    refreshed = grant(slack, str(found.bot_refresh_token), "T1", "xoxe.xoxb-2")
    refreshed.channels = first.channels
    await shop.send(channel(), alert(), delivery())
    await shop.send(channel(), alert(), delivery(id=8))
    assert len(first.channels["C1"].messages) == 2
    assert len([args for args in slack.called("oauth.v2.access") if args.get("grant_type") == "refresh_token"]) == 1
    again = await shop.installations.async_find_installation(enterprise_id=None, team_id="T1")
    assert again is not None
    assert again.bot_token == "xoxe.xoxb-2"


async def test_whom_a_rotated_token_was_is_forgotten(shop: SlackPlatform, slack: FakeSlack) -> None:
    for token in ("xoxe.xoxb-1", "xoxe.xoxb-2"):
        slack.team("T1", token)
    for token, asked in (("1", 1), ("1", 1), ("2", 2), ("2", 2), ("1", 3)):
        assert (await shop.workspaces.identity(f"xoxe.xoxb-{token}")).team == "T1"
        assert len(slack.called("auth.test")) == asked


async def test_a_refresh_that_fails_leaves_the_old_token(shop: SlackPlatform, slack: FakeSlack) -> None:
    team = grant(slack, "c1", "T1", "xoxe.xoxb-1")
    await install(shop, "c1")
    found = await shop.installations.async_find_installation(enterprise_id=None, team_id="T1")
    assert found is not None
    found.bot_token_expires_at = int(time.time()) + 60
    await shop.installations.async_save(found)
    slack.faults["oauth.v2.access"].append(Fail(cut=True))
    await shop.send(channel(), alert(), delivery())
    assert len(team.channels["C1"].messages) == 1


async def test_a_refresh_that_hangs_holds_up_no_other_workspace(shop: SlackPlatform, slack: FakeSlack) -> None:
    for code, team, token in (("c1", "T1", "xoxe.xoxb-1"), ("c2", "T2", "xoxe.xoxb-2")):
        granted = grant(slack, code, team, token)
        await install(shop, code)
        found = await shop.installations.async_find_installation(enterprise_id=None, team_id=team)
        assert found is not None
        found.bot_token_expires_at = int(time.time()) + 60
        await shop.installations.async_save(found)
    grant(slack, str(found.bot_refresh_token), "T2", "xoxe.xoxb-3").channels = granted.channels
    slack.faults["oauth.v2.access"].append(Fail(hang=True))
    hanging = asyncio.create_task(shop.send(channel(), alert(), delivery()))
    async with asyncio.timeout(60):
        while len(slack.called("oauth.v2.access")) < 3:  # noqa: ASYNC110 (the fake tells nobody)
            await asyncio.sleep(0.005)
    assert isinstance(await shop.send(channel(team="T2"), alert(), delivery(id=8)), Sent)
    assert not hanging.done()
    hanging.cancel()
    await asyncio.wait([hanging])


@pytest.mark.case_id(138)
async def test_case_138_uninstalled_and_installed_again(
    shop: SlackPlatform, slack: FakeSlack, store: ChannelsOnly
) -> None:
    team = grant(slack, "c1", "T1", "xoxb-one")
    await install(shop, "c1")
    await store.subscribe(await store.channel("slack", "T1", "C1"), "topic:chips", "Chips", {}, 1)
    wire = Wire(slack, shop, http=True)
    team.revoked = "account_inactive"
    await wire.send("events_api", event({"type": "app_uninstalled"}))
    assert "removed from this workspace" in store.kept[0].paused
    assert list(store.texts) == ["left:slack:T1"]
    calls = len(slack.calls)
    await shop.send(channel(), alert(), delivery())
    assert len(slack.calls) == calls
    team.revoked = ""
    slack.grants["c2"] = team
    await install(shop, "c2")
    assert store.kept[0].paused == ""
    assert "left:slack:T1" not in store.texts
    await shop.send(channel(), alert(), delivery())
    assert len(team.channels["C1"].messages) == 1


async def test_a_new_token_ends_the_rest_that_a_refused_one_began(
    shop: SlackPlatform, slack: FakeSlack, store: ChannelsOnly
) -> None:
    """Its channels wait ten minutes by then; who installs the app anew looks for the alerts at once."""
    team = grant(slack, "c1", "T1", "xoxb-one")
    await install(shop, "c1")
    team.revoked = "token_revoked"
    assert not isinstance(await shop.send(channel(), alert(), delivery()), Sent)
    assert store.roused == []
    team.revoked = ""
    slack.grants["c2"] = team
    await install(shop, "c2")
    assert store.roused == ["slack"]
    assert isinstance(await shop.send(channel(), alert(), delivery()), Sent)


async def test_a_state_is_good_once_and_not_for_long() -> None:
    now = [1000.0]
    states = States("secret", lambda: now[0])
    state = await states.async_issue()
    assert await states.async_consume(state)
    assert not await states.async_consume(state)
    late = await states.async_issue()
    now[0] += 601
    assert not await states.async_consume(late)
    assert not await States("another", lambda: 1000.0).async_consume(await states.async_issue())
    for nonsense in ("", "x", "1.2.3", "..", "é"):
        assert not await states.async_consume(nonsense)


@pytest.mark.parametrize(
    "changes", [{"view": True}, {"view": {"state": {"values": [1]}}}, {"actions": [{"value": 7}]}, {"container": "x"}]
)
async def test_a_signed_payload_of_the_wrong_types_is_refused(
    served: SlackPlatform, commands: SlackCommands, changes: dict[str, object], caplog: pytest.LogCaptureFixture
) -> None:
    payload = {"type": "block_actions", "team": {"id": "T1"}, "user": {"id": "U1"}, **changes}
    body, content = http_body("interactive", payload)
    assert await post(served, body, {**sign(body), "content-type": content}) == 400
    await served.tasks.idle()
    assert commands.log == []
    assert not [record for record in caplog.records if record.exc_info]
