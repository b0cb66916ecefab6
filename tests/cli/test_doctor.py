"""What `tocsin doctor` says of the chat platforms: tokens, scopes, rights in each channel, the way in."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot import chart
from bot.cli.desks import opened_store
from bot.cli.doctor import Finding, examine
from bot.cli.platforms import PLATFORMS, Chat
from bot.configure import load_settings
from bot.ports import FeedSpec, PollSettled
from handlers.discord.rights import invite_url
from handlers.slack.workspaces import SCOPES
from tests.fakes.discord.server import TOKEN, FakeDiscord
from tests.fakes.discord.world import ALL, BOT, SEND
from tests.fakes.hostile_http import HostileServer, say
from tests.fakes.proxy import Proxy
from tests.fakes.slack import FakeSlack
from tests.store.build import queued

NOW = 1_795_536_000_000


@pytest.fixture(autouse=True)
async def _alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, some_topics: Path) -> AsyncIterator[None]:
    base, gateway = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TOCSIN_FEEDS_FILE", "")
    monkeypatch.setenv("TOCSIN_TOPICS_DIR", str(some_topics))
    for name in ("DISCORD_TOKEN", "SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_CLIENT_ID"):
        monkeypatch.delenv(name, raising=False)
    yield
    Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = base, yarl.URL(gateway)


@pytest.fixture
async def discord(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[FakeDiscord]:
    async with FakeDiscord() as fake:
        monkeypatch.setenv("DISCORD_TOKEN", TOKEN)
        monkeypatch.setenv("DISCORD_API_BASE", fake.api)
        monkeypatch.setenv("DISCORD_GATEWAY_URL", fake.gateway.url)
        yield fake


@pytest.fixture
async def slack(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[FakeSlack]:
    async with FakeSlack() as fake:
        monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-1")
        monkeypatch.setenv("SLACK_APP_TOKEN", "xapp-1")
        monkeypatch.setenv("SLACK_API_BASE", fake.api)
        yield fake


async def subscribed(platform: str, scope: str, *refs: str) -> None:
    async with opened_store(load_settings(), absent="make") as store:
        for ref in refs:
            channel = await store.channel(platform, scope, ref, ref)
            await store.subscribe(channel, "topic:chips", "Chips", {}, 0)


async def about(name: str) -> list[Finding]:
    return [finding for finding in await examine(offline=False) if finding.about.split()[0] == name]


@pytest.mark.parametrize(("contact", "said"), [("", "is empty"), ("The Desk", "no mail address"), ("a@b.example", "")])
async def test_a_contact_that_the_sec_would_refuse_is_named(
    monkeypatch: pytest.MonkeyPatch, contact: str, said: str
) -> None:
    monkeypatch.setenv("TOCSIN_FETCH_CONTACT", contact)
    found = [one.text for one in await examine(offline=True) if one.about == "contact"]
    assert [said in text for text in found] == ([True] if said else [])


@pytest.mark.usefixtures("untraced")
async def test_without_tokens_it_says_how_each_platform_is_set_up() -> None:
    (discord_steps,) = await about("discord")
    assert discord_steps.state == "note"
    assert "DISCORD_TOKEN" in discord_steps.text
    assert "no privileged intent" in discord_steps.text
    (slack_steps,) = await about("slack")
    assert all(word in slack_steps.text for word in ("From a manifest", "manifest.yaml", "SLACK_APP_TOKEN"))


@pytest.mark.usefixtures("untraced")
async def test_a_further_platform_says_how_it_is_set_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(PLATFORMS, "matrix", Chat(lambda wiring: None, "ask your server for MATRIX_TOKEN"))
    assert await about("webhook") == [], "nobody has one"
    (steps,) = await about("matrix")
    assert (steps.state, steps.text) == ("note", "no token is set: ask your server for MATRIX_TOKEN")


@pytest.mark.usefixtures("untraced")
async def test_what_waits_is_counted() -> None:
    async with opened_store(load_settings(), absent="make") as store:
        channel = await store.channel("slack", "T1", "C1", "#policy")
        for story, said in ((1, "1 delivery waiting"), (2, "2 deliveries waiting")):
            await queued(store, channel, story)
            (database,) = await about("database")
            assert database.text.endswith(said)


async def test_it_says_what_charts_lack(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chart, "_FONTS", ("/absent.ttc",))
    (font,) = await about("charts")
    assert font.state == "note"
    assert "fonts-noto-cjk" in font.text
    monkeypatch.setattr(chart, "_FONTS", (__file__,))
    assert await about("charts") == []
    monkeypatch.setattr(chart, "available", lambda: False)
    (pillow,) = await about("charts")
    assert re.search(r"pip'? install pillow$", pillow.text)


@pytest.mark.usefixtures("untraced")
async def test_before_the_first_start_the_network_is_judged_by_the_feeds_to_come(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await about("network") == []
    (tmp_path / "feeds.toml").write_text('[[feed]]\nurl = "http://127.0.0.1:47999/feed"\n')
    monkeypatch.setenv("TOCSIN_FEEDS_FILE", str(tmp_path / "feeds.toml"))
    monkeypatch.setenv("TOCSIN_FETCH_ALLOW_PRIVATE", "127.0.0.0/8")
    (network,) = await about("network")
    assert network.state == "fail"
    assert "127.0.0.1" in network.text
    assert network.text.endswith("check the connection, DNS and proxy")
    monkeypatch.delenv("TOCSIN_FETCH_ALLOW_PRIVATE")
    (closed,) = await about("network")
    assert closed.state == "fail"
    assert closed.text.startswith("none of 1 hosts may be asked: ")
    assert closed.text.endswith("add its network to fetch.allow_private")


async def test_the_network_is_judged_by_the_hosts_that_answered_last(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOCSIN_FETCH_ALLOW_PRIVATE", "127.0.0.0/8")
    async with HostileServer(host="127.0.0.9") as server:
        server.on("/feed", say(200, b"<rss/>"))
        specs = [*(FeedSpec(f"http://127.0.0.{n}:9/feed") for n in range(2, 7)), FeedSpec(server.url("/feed"))]
        async with opened_store(load_settings(), absent="make") as store:
            await store.add_feeds(specs, 0)
            leased = await store.due_feeds(NOW, len(specs), 1000, "test")
            (last,) = [feed for feed in leased if feed.url == server.url("/feed")]
            await store.settle_polls([PollSettled(last.id, last.lease_no, NOW, "", last_ok=NOW)])
        assert await about("network") == [Finding("ok", "network", "feeds can be reached")]


@pytest.mark.usefixtures("untraced")
async def test_where_no_feed_is_well_that_is_a_failure() -> None:
    async with opened_store(load_settings(), absent="make") as store:
        await store.add_feeds([FeedSpec(f"http://127.0.0.{n}:9/feed") for n in (2, 3)], 0)
        first, second = await store.due_feeds(NOW, 2, 1000, "test")
        failed = [PollSettled(one.id, one.lease_no, NOW, "", errors=5, last_error="dns") for one in (first, second)]
        await store.settle_polls(failed[:1])
        assert (await about("feeds"))[-1] == Finding("ok", "feeds", "1 of 2 are fine or not polled yet")
        await store.settle_polls(failed[1:])
        assert (await about("feeds"))[-1] == Finding("fail", "feeds", "0 of 2 are fine or not polled yet")


@pytest.mark.usefixtures("untraced")
async def test_a_feed_without_a_name_is_named_by_its_address_once() -> None:
    async with opened_store(load_settings(), absent="make") as store:
        await store.add_feeds([FeedSpec("http://127.0.0.2:9/feed?key=hush")], 0)
        (feed,) = await store.due_feeds(NOW, 1, 1000, "test")
        failed = PollSettled(feed.id, feed.lease_no, NOW, "", errors=1, last_error="http://127.0.0.2:9/feed?…: cut")
        await store.settle_polls([failed])
    assert await about("http://127.0.0.2:9/feed?…") == [Finding("note", "http://127.0.0.2:9/feed?…", "cut (once)")]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TOCSIN_FETCH_ALLOW_PRIVATE", "intranet"),
        ("TOCSIN_FETCH_ALLOW_PORTS", "http"),
        ("TOCSIN_ENCRYPTION_KEY", "short"),
        ("DISCORD_API_BASE", "localhost"),
    ],
)
async def test_a_value_that_stops_a_start_is_found_in_the_configuration(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    assert [(one.state, one.about) for one in await examine(offline=True)] == [("fail", "configuration")]


@pytest.mark.usefixtures("untraced")
async def test_the_proxy_is_named_without_its_password(monkeypatch: pytest.MonkeyPatch) -> None:
    async with HostileServer() as server, Proxy({"news.example": server.port}) as proxy:
        server.on("/feed", say(200, b"<rss/>"))
        monkeypatch.setenv("HTTP_PROXY", proxy.url.replace("//", "//desk:hush@"))
        async with opened_store(load_settings(), absent="make") as store:
            await store.add_feeds([FeedSpec("http://news.example/feed")], 0)
        assert await about("network") == [Finding("ok", "network", f"feeds can be reached through {proxy.url}")]
    (away,) = await about("network")  # that is when one has to know which it is
    assert away.text.startswith(f"none of 1 hosts can be reached through {proxy.url} (http://news.example/feed: ")


async def test_a_feed_list_at_which_a_start_would_stop_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOCSIN_FEEDS_FILE", "absent.toml")
    (said,) = await about("feed")
    assert (said.state, "no such feed list" in said.text) == ("fail", True)
    monkeypatch.setenv("TOCSIN_FEEDS_FILE", "/")
    (said,) = await about("feed")
    assert (said.state, "/: can't be read: Is a directory" in said.text) == ("fail", True)


@pytest.mark.usefixtures("untraced")
async def test_discord_all_well_with_the_invite_link(discord: FakeDiscord) -> None:
    guild = discord.world.guild()
    await subscribed("discord", guild, discord.world.channel(guild).id)
    assert await about("discord") == [
        Finding("ok", "discord", "the token is good; subscribed channels that can be posted to: 1"),
        Finding("note", "discord", "the gateway takes the one intent that is used, guilds; it needs no switch"),
        Finding("note", "discord", f"add Tocsin to a server: {invite_url(BOT)}"),
    ]
    assert (discord.gateway.identifies, discord.gateway.intents) == (1, 1)
    assert discord.asked("PUT") == [], "commands are registered by the program that runs"


@pytest.mark.usefixtures("untraced")
@pytest.mark.parametrize(
    ("code", "said"), [(4014, "Discord denies these intents"), (4013, "does not know these intents")]
)
async def test_discord_refused_intents_are_said(discord: FakeDiscord, code: int, said: str) -> None:
    discord.gateway.refuse = code
    failed = [finding.text for finding in await about("discord") if finding.state == "fail"]
    assert [said in text for text in failed] == [True], failed


@pytest.mark.usefixtures("untraced")
async def test_discord_all_sessions_of_the_day_are_used(discord: FakeDiscord) -> None:
    discord.sessions_left = 0
    (failed,) = [finding.text for finding in await about("discord") if finding.state == "fail"]
    assert "all of today's 1000 gateway sessions are used" in failed


async def test_what_users_ask_meanwhile_is_left_to_the_program_that_runs(discord: FakeDiscord) -> None:
    room = discord.world.channel(discord.world.guild())
    examining = asyncio.create_task(about("discord"))
    async with asyncio.timeout(60):
        await discord.gateway.ready.wait()
    await discord.happens(discord.users.typed(room, "latest", {}))
    assert {finding.state for finding in await examining} == {"ok", "note"}
    assert discord.asked("/callback") == []


@pytest.mark.usefixtures("untraced")
async def test_discord_a_missing_permission_is_named_with_its_channel(discord: FakeDiscord) -> None:
    guild = discord.world.guild()
    good, bad = discord.world.channel(guild), discord.world.channel(guild, name="policy", rights=ALL & ~SEND)
    await subscribed("discord", guild, good.id, bad.id)
    failed = [finding for finding in await about("discord") if finding.state == "fail"]
    assert [finding.about for finding in failed] == [f"discord {bad.id}"]
    assert "Send Messages in #policy; whoever has Manage Channels can grant it" in failed[0].text


async def test_discord_a_refused_token(discord: FakeDiscord, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", "another")
    (refused,) = await about("discord")
    assert (refused.state, "developer portal" in refused.text) == ("fail", True)


@pytest.mark.usefixtures("untraced")
async def test_slack_all_well(slack: FakeSlack) -> None:
    slack.channel(slack.team(), "C1")
    await subscribed("slack", "T1", "C1")
    assert await about("slack") == [
        Finding("ok", "slack", "the token is good; subscribed channels that can be posted to: 1")
    ]
    assert len(slack.called("apps.connections.open")) == 1, "the app token is good"
    assert slack.sockets == [], "and what users ask is left to the program that runs"


async def test_slack_a_missing_scope_a_wrong_app_token_and_a_channel_without_the_bot(
    slack: FakeSlack, monkeypatch: pytest.MonkeyPatch
) -> None:
    lacking = ",".join(scope for scope in SCOPES if scope != "channels:history")
    slack.channel(slack.team(scopes=lacking), "C1", bot=False)
    monkeypatch.setenv("SLACK_APP_TOKEN", "xapp-9")
    await subscribed("slack", "T1", "C1")
    said = " ".join(finding.text for finding in await about("slack") if finding.state == "fail")
    assert "lacks the scope channels:history: add it under OAuth & Permissions" in said
    assert "invite" in said.lower()
    assert "SLACK_APP_TOKEN: Slack answered invalid_auth; take one with connections:write" in said
