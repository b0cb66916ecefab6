"""The platform as a whole: starting, advice, and the pace that Slack permits."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import pytest

from bot.core.errors import ConfigError
from bot.translations import Words
from handlers.slack.calls import Fault
from handlers.slack.run import SlackOptions, SlackPlatform, advice
from handlers.slack.workspaces import SCOPES
from tests.fakes.slack import Fail, FakeSlack
from tests.fakes.slack.commands import SlackCommands
from tests.fakes.slack.state import Channel, Meter, Team
from tests.handlers.slack.conftest import Build
from tests.handlers.slack.helpers import alert, channel, delivery

WELL = {"bot_token": "xoxb-1", "app_token": "xapp-1"}
ODD = [
    ({**WELL}, []),
    ({**WELL, "client_id": "1.2", "client_secret": "x", "keys": "k"}, ["SLACK_CLIENT_ID is set beside"]),
    ({**WELL, "client_id": "1.2"}, ["SLACK_CLIENT_ID is set beside", "go together"]),
    ({**WELL, "bot_token": "xoxp-1"}, ["does not begin with xoxb-"]),
    ({**WELL, "app_token": "xoxb-1"}, ["does not begin with xapp-"]),
    ({"bot_token": "xoxb-1"}, ["commands can't come in"]),
    ({"signing_secret": "s", "client_id": "1", "client_secret": "x"}, ["kept unencrypted"]),
]


@pytest.mark.parametrize(("options", "said"), ODD)
def test_advice_before_anything_is_tried(options: dict[str, str], said: list[str]) -> None:
    lines = advice(SlackOptions(**options))  # type: ignore[arg-type]
    assert len(lines) == len(said)
    assert all(part in line for part, line in zip(said, lines, strict=True))


async def test_bolts_own_reading_of_the_environment_does_no_harm(
    build: Build, slack: FakeSlack, team: Team, room: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With SLACK_CLIENT_ID and _SECRET in the environment bolt alone would drop the token."""
    monkeypatch.setenv("SLACK_CLIENT_ID", "1.2")
    monkeypatch.setenv("SLACK_CLIENT_SECRET", "shh")
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-other")
    platform = await build(client_id="1.2", client_secret="shh")
    assert platform.workspaces.tokens.own is not None
    who, token = await platform.workspaces.identity_in("T1")
    assert (who and who.team, token) == ("T1", "xoxb-1")
    await platform.send(channel(), alert(), delivery())
    assert len(room.messages) == 1


def test_secrets_do_not_show() -> None:
    options = SlackOptions(bot_token="xoxb-1", app_token="xapp-1", signing_secret="s3", client_secret="s4", keys="k5")
    assert not {word for word in ("xoxb", "xapp", "s3", "s4", "k5") if word in repr(options)}


async def test_a_start_with_a_refused_token_names_the_remedy(build: Build, slack: FakeSlack) -> None:
    platform = await build(start=False)
    with pytest.raises(ConfigError, match="SLACK_BOT_TOKEN"):
        await platform.start()
    assert "SLACK_BOT_TOKEN" in platform.trouble


async def test_a_start_while_slack_is_away_is_tried_again(build: Build, slack: FakeSlack, team: Team) -> None:
    platform = await build(start=False, app_token="xapp-1")
    slack.faults["auth.test"].append(Fail(503, "", {}, "text/html"))
    with pytest.raises(Fault, match="HTTP 503"):
        await platform.start()
    await platform.start()
    assert platform.socket is not None


async def test_a_start_without_any_token(build: Build, slack: FakeSlack) -> None:
    with pytest.raises(ConfigError, match="SLACK_BOT_TOKEN"):
        await (await build(start=False, bot_token="")).start()


async def test_a_port_that_is_taken(build: Build, slack: FakeSlack, team: Team) -> None:
    taken = (await build(signing_secret="s", listen=("127.0.0.1", 0))).port
    platform = await build(start=False, signing_secret="s", listen=("127.0.0.1", taken))
    with pytest.raises(ConfigError, match=str(taken)):
        await platform.start()


@pytest.mark.case_id(139)
async def test_case_139_a_revoked_token_is_known_before_the_next_alert(
    build: Build, slack: FakeSlack, team: Team
) -> None:
    platform = await build(check_every_s=0.01)
    team.revoked = "token_revoked"
    async with asyncio.timeout(60):
        while not platform.trouble:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    assert "revoked" in platform.trouble
    team.revoked = ""
    await platform.recheck()
    assert platform.trouble == ""


async def test_who_speaks_is_said_once(
    build: Build, slack: FakeSlack, team: Team, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    platform = await build()
    await platform.recheck()
    assert caplog.text.count("speaking as") == 1


async def test_a_check_that_ends_is_said(
    build: Build, slack: FakeSlack, team: Team, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(token: str) -> None:
        raise ValueError(token[:4])

    platform = await build(check_every_s=0.01)
    monkeypatch.setattr(platform.workspaces, "identity", broken)
    async with asyncio.timeout(60):
        while not platform.trouble:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    assert "checked no more (ValueError)" in platform.trouble
    assert [record.exc_info is not None for record in caplog.records if "checked no more" in record.message] == [True]


async def test_what_bolt_says_of_the_environment_that_it_reads_by_itself_is_not_told(
    build: Build, slack: FakeSlack, team: Team, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    for name, value in (("BOT_TOKEN", "xoxb-1"), ("CLIENT_ID", "1.2"), ("CLIENT_SECRET", "s")):
        monkeypatch.setenv(f"SLACK_{name}", value)
    await build(client_id="1.2", client_secret="s", keys="", app_token="xapp-1")
    assert [record.getMessage() for record in caplog.records if record.name.startswith("slack_")] == []
    assert logging.getLogger("slack_bolt.tocsin").level == logging.NOTSET


async def test_missing_scopes_are_named(build: Build, slack: FakeSlack, caplog: pytest.LogCaptureFixture) -> None:
    slack.team(scopes="chat:write,commands")
    platform = await build()
    assert "groups:read" in platform.trouble
    assert any("channels:history" in line for line in await platform.diagnose())


async def test_a_token_that_tells_no_scopes_is_believed(build: Build, slack: FakeSlack) -> None:
    slack.team(scopes="")
    assert (await build()).trouble == ""


async def test_doctor(build: Build, slack: FakeSlack, team: Team) -> None:
    assert await (await build(start=False, app_token="xapp-1")).diagnose() == []
    said = await (await build(start=False, app_token="xapp-9")).diagnose()
    assert any("SLACK_APP_TOKEN" in line for line in said)


async def test_the_fake_has_the_manifests_scopes(team: Team) -> None:
    assert tuple(team.scopes.split(",")) == SCOPES


async def test_no_token_is_in_the_log(
    build: Build, slack: FakeSlack, team: Team, room: Channel, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    platform = await build(app_token="xapp-1", signing_secret="s3cr3t")
    slack.faults["chat.postMessage"].append(Fail.code("invalid_auth"))
    await platform.send(channel(), alert(), delivery())
    ours = [record.getMessage() for record in caplog.records if "slack" in record.name]
    assert ours
    assert not [line for line in ours if "xoxb-1" in line or "xapp-1" in line or "s3cr3t" in line]


@pytest.mark.usefixtures("untraced")
def test_a_thousand_alerts_over_two_hundred_channels(commands: SlackCommands, store: Any) -> None:
    """By our own pace rows on a clock that jumps: nothing that Slack would refuse, 95 % of what it permits."""
    platform = SlackPlatform(SlackOptions(bot_token="xoxb-1"), commands, Words(), store, store)
    now = [0.0]
    ours, theirs = (Meter(lambda: now[0]) for _ in range(2))
    lanes = {f"C{n}": 5 for n in range(200)}
    refused = 0
    while any(lanes.values()):
        ref = next((ref for ref, left in lanes.items() if left and _turn(ours, platform, ref, now[0])), "")
        if ref:
            refused += bool(theirs.wait("T1", 0.2, 10) or theirs.wait(f"T1:{ref}", 1.0, 1))
            lanes[ref] -= 1
        else:
            now[0] = round(now[0] + 0.2, 6)
    assert refused == 0
    assert now[0] <= (1000 - 10) * 0.2 / 0.95


def _turn(meter: Meter, platform: SlackPlatform, ref: str, now: float) -> bool:
    """Would every pace of this channel let it go now? Then its places are taken."""
    paces = platform.paces(channel(ref))
    if any(meter.due.get(pace.key, now) - now > pace.every_ms / 1000 * (pace.burst - 1) + 1e-9 for pace in paces):
        return False
    for pace in paces:
        meter.wait(pace.key, pace.every_ms / 1000, pace.burst)
    return True
