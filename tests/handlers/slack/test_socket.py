"""Socket Mode: a connection that hears nothing is noticed and rebuilt, a refused token is no tight loop."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from handlers.slack.app import build_app
from handlers.slack.run import SlackPlatform
from handlers.slack.socket import Patience, Signs, Socket, deafness
from tests.fakes.slack import Fail, FakeSlack
from tests.fakes.slack.commands import SlackCommands
from tests.fakes.slack.state import Channel, Team
from tests.handlers.slack.conftest import Build
from tests.handlers.slack.helpers import typed

CALM = Patience(ping=0.4, hello=5.0, silence=1000.0, first=0.01, most=0.05)
QUICK = CALM._replace(ping=0.1, hello=0.3)

pytestmark = [pytest.mark.case_id(145)]


async def until(true: Callable[[], object], seconds: float = 8.0) -> None:
    """Wait for a condition, with a bound that only a failure reaches."""
    async with asyncio.timeout(seconds):
        while not true():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


SIGNS = Signs(opened=100.0, open=True, hello=101.0, heard=101.0, pong=109.0)
VERDICTS = [
    (SIGNS, 110.0, ""),
    (SIGNS._replace(open=False), 110.0, "closed"),
    (SIGNS._replace(hello=None, heard=None), 110.0, ""),
    (SIGNS._replace(hello=None, heard=None), 116.0, "greeted"),
    (SIGNS._replace(pong=None), 110.0, ""),
    (SIGNS, 130.0, "pings"),
    (SIGNS._replace(opened=3700.0, pong=3705.0), 110.0, "pings"),  # the clock was put back by an hour
    (SIGNS._replace(opened=3700.0, hello=None, heard=None, pong=None), 110.0, "greeted"),
    (SIGNS._replace(pong=30_000.0), 30_001.0, "nothing was heard"),
    (SIGNS._replace(pong=30_000.0, heard=29_000.0), 30_001.0, ""),
]


@pytest.mark.parametrize(("signs", "now", "said"), VERDICTS)
def test_when_a_connection_is_deaf(signs: Signs, now: float, said: str) -> None:
    verdict = deafness(signs, now, Patience())
    assert said in verdict
    assert bool(said) == bool(verdict)


@asynccontextmanager
async def listening(build: Build, patience: Patience = CALM) -> AsyncIterator[SlackPlatform]:
    platform = await build(app_token="xapp-1", patience=patience)
    yield platform
    await platform.close()


def socket_of(platform: SlackPlatform) -> Socket:
    assert platform.socket is not None
    return platform.socket


async def answers(slack: FakeSlack, platform: SlackPlatform) -> int:
    """Ask something over the newest connection; how many answers there are then."""
    await slack.envelope("slash_commands", typed("latest", slack.hook()))
    await platform.tasks.idle()
    return len(slack.answers)


async def test_case_145_a_refresh_loses_nothing(build: Build, slack: FakeSlack, team: Team, room: Channel) -> None:
    async with listening(build) as platform:
        await until(slack.connected.is_set)
        assert await answers(slack, platform) == 1
        await slack.tell({"type": "disconnect", "reason": "refresh_requested"})
        await until(lambda: len(slack.sockets) >= 2 and slack.sockets[0].closed)
        assert await answers(slack, platform) == 2
        assert platform.trouble == ""


async def test_case_145_a_closed_connection_is_opened_again(
    build: Build, slack: FakeSlack, team: Team, room: Channel
) -> None:
    async with listening(build) as platform:
        await until(slack.connected.is_set)
        await slack.sockets[0].close()
        await until(lambda: len(slack.sockets) >= 2 and socket_of(platform).trouble == "")
        assert await answers(slack, platform) == 1


async def test_case_145_never_greeted(build: Build, slack: FakeSlack, team: Team) -> None:
    """Connected, pings answered, and yet no events would come."""
    slack.greets = False
    async with listening(build, QUICK) as platform:
        await until(lambda: len(slack.sockets) >= 2)
        assert "greeted" in platform.trouble
        slack.greets = True
        await until(lambda: platform.trouble == "")
        assert await answers(slack, platform) == 1


async def test_case_145_pings_without_answer(build: Build, slack: FakeSlack, team: Team) -> None:
    slack.pongs = False
    async with listening(build, QUICK) as platform:
        await until(lambda: len(slack.sockets) >= 2)
        slack.pongs = True
        await until(lambda: socket_of(platform).trouble == "")
        assert await answers(slack, platform) == 1


@pytest.mark.case_id(139)
async def test_case_139_a_refused_app_token_is_asked_ever_more_rarely(
    build: Build, slack: FakeSlack, team: Team
) -> None:
    slack.app_tokens.clear()
    pauses: list[float] = []
    platform = await build()

    async def pause(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 12:
            raise asyncio.CancelledError

    socket = Socket(build_app(platform.parts, ""), "xapp-0", platform.workspaces, Patience(), pause)
    with pytest.raises(asyncio.CancelledError):
        await socket.run()
    assert pauses == sorted(pauses)
    assert pauses[0] >= 1
    assert pauses[-1] == Patience().most
    assert "invalid_auth" in socket.trouble


@pytest.mark.parametrize("fault", [Fail(503, "", {}, "text/html"), Fail(cut=True), Fail(body="{}")])
async def test_an_address_that_is_not_given_is_asked_for_again(
    build: Build, slack: FakeSlack, team: Team, fault: Fail
) -> None:
    slack.faults["apps.connections.open"].append(fault)
    async with listening(build):
        await until(slack.connected.is_set)


async def test_an_address_that_nobody_answers(build: Build, slack: FakeSlack, team: Team) -> None:
    dead = Fail(body='{"ok": true, "url": "ws://127.0.0.1:9/link"}')
    slack.faults["apps.connections.open"].append(dead)
    async with listening(build, QUICK):
        await until(slack.connected.is_set)


async def test_the_ticket_of_an_address_is_not_in_the_log(
    build: Build, slack: FakeSlack, team: Team, caplog: pytest.LogCaptureFixture
) -> None:
    refusing = json.dumps({"ok": True, "url": f"{slack.url.replace('http', 'ws')}/nowhere?ticket=s3cr3t&app_id=A1"})
    slack.faults["apps.connections.open"].append(Fail(body=refusing))
    async with listening(build, QUICK):
        await until(slack.connected.is_set)
    assert "Failed to connect" in caplog.text
    assert "nowhere?…" in caplog.text
    assert "s3cr3t" not in caplog.text


@pytest.mark.case_id(148)
async def test_case_148_two_replicas(
    build: Build, slack: FakeSlack, team: Team, room: Channel, commands: SlackCommands
) -> None:
    """Slack gives an event to one of the connections; whichever it is serves it."""
    async with listening(build) as first, listening(build) as second:
        await until(lambda: len(slack.sockets) == 2)
        await answers(slack, second)
        await slack.sockets[1].close()
        await until(lambda: sum(not socket.closed for socket in slack.sockets) == 2)
        await slack.envelope("slash_commands", typed("latest", slack.hook()))
        await asyncio.gather(first.tasks.idle(), second.tasks.idle())
        await until(lambda: len(slack.answers) == 2)


async def test_closing_twice_and_while_connecting(build: Build, slack: FakeSlack, team: Team) -> None:
    platform = await build(app_token="xapp-1", patience=QUICK)
    await platform.close()
    await platform.close()


async def test_a_defect_is_told_and_does_not_keep_the_rest_from_closing(
    build: Build, slack: FakeSlack, team: Team, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def breaks(self: Socket) -> str:
        raise ZeroDivisionError

    monkeypatch.setattr(Socket, "_once", breaks)
    async with listening(build) as platform:
        await until(lambda: "ZeroDivisionError" in platform.trouble)
    assert "ended (ZeroDivisionError)" in caplog.text


async def test_what_was_not_acknowledged_is_no_error(
    build: Build, slack: FakeSlack, team: Team, room: Channel, caplog: pytest.LogCaptureFixture
) -> None:
    async with listening(build) as platform:
        await until(slack.connected.is_set)
        await slack.tell({"type": "unknown", "payload": {}})
        await slack.tell({"type": "events_api", "envelope_id": "E0", "payload": {"type": "event_callback"}})
        assert await answers(slack, platform) == 1
