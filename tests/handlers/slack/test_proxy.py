"""Slack through a proxy: calls, the socket, answers by response URL, pictures; never through one that is left out."""

from __future__ import annotations

import pytest

from bot.core.message import Reply
from bot.ports import Retry, Sent
from bot.proxies import Proxies
from handlers.slack.socket import Patience
from tests.fakes.proxy import Proxy
from tests.fakes.slack import FakeSlack
from tests.fakes.slack.commands import SlackCommands
from tests.fakes.slack.state import Channel, Team
from tests.handlers.slack.conftest import Build
from tests.handlers.slack.helpers import Wire, alert, channel, delivery
from tests.handlers.slack.test_pictures import PNG
from tests.handlers.slack.test_socket import answers, until


async def test_everything_goes_through_it(
    build: Build, slack: FakeSlack, team: Team, room: Channel, commands: SlackCommands
) -> None:
    commands.replies["trend"] = Reply("Chips: 2 reports", private=False, picture=PNG)
    port = int(slack.url.rpartition(":")[2])
    slack.url = slack.methods.url = "http://slack.example"
    async with Proxy({"slack.example": port}) as proxy:
        platform = await build(app_token="xapp-1", proxies=Proxies("", proxy.url), patience=Patience(ping=0.4))
        await until(slack.connected.is_set)
        assert isinstance(await platform.send(channel(), alert(), delivery()), Sent)
        assert await answers(slack, platform) == 1
        await Wire(slack, platform, http=False).command("trend chips share=yes")
        assert list(slack.methods.files.values()) == [PNG]
        await platform.close()
    ways = {line.split("?")[0] for line in proxy.asked}
    assert {"POST http://slack.example/api/auth.test", "GET ws://slack.example/link"} <= ways


async def test_what_the_proxy_refuses_is_certainly_not_posted(build: Build, room: Channel) -> None:
    async with Proxy(answer=407) as proxy:
        platform = await build(start=False, api_base="https://slack.example/api/", proxies=Proxies(proxy.url))
        assert await platform.send(channel(), alert(), delivery()) == Retry(15.0, "Slack can't be reached")


async def test_the_librarys_own_reading_of_the_environment_does_no_harm(
    build: Build, slack: FakeSlack, team: Team, room: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with Proxy() as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        platform = await build(app_token="xapp-1", proxies=Proxies(proxy.url, proxy.url, "*"))
        await until(slack.connected.is_set)
        assert await answers(slack, platform) == 1
        await platform.close()
    assert proxy.asked == []
