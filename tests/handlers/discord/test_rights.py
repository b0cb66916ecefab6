"""May alerts be posted there? And what every refusal and every answer teaches."""

from __future__ import annotations

from typing import Any

import pytest

from bot.core.model import Channel
from bot.ports import Ambiguous, Gone, Rejected, Retry
from handlers.discord.guard import Guard
from handlers.discord.receipts import refusal
from handlers.discord.rest import route
from handlers.discord.rights import ADMINISTRATOR, HISTORY, SEND, VIEW, invite_url, permissions
from handlers.discord.run import DiscordPlatform
from tests.fakes.discord.faults import error, limited
from tests.fakes.discord.server import FakeDiscord
from tests.fakes.discord.world import ALL, THREADS
from tests.fakes.discord.world import SEND as MAY_SEND
from tests.handlers.discord.helpers import Clock, as_channel


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({}, ""),
        (
            {"rights": ALL & ~MAY_SEND},
            "Tocsin lacks Send Messages in #general; whoever has Manage Channels can grant it",
        ),
        ({"rights": VIEW}, "lacks Send Messages and Read Message History"),
        ({"rights": 0}, "View Channel"),
        ({"kind": 4}, "is a category"),
        ({"kind": 11, "locked": True}, "is locked"),
    ],
    ids=["well", "send", "two", "view", "category", "locked"],
)
async def test_the_missing_right_is_named(
    fake: FakeDiscord, platform: DiscordPlatform, change: dict[str, Any], said: str
) -> None:
    found = await platform.check(as_channel(fake.world.channel(fake.world.guild(), **change)))
    assert said in found
    assert bool(found) == bool(said)


async def test_a_thread_is_ruled_by_its_parent(fake: FakeDiscord, platform: DiscordPlatform) -> None:
    guild = fake.world.guild()
    parent = fake.world.channel(guild, rights=ALL & ~THREADS)
    thread = fake.world.channel(guild, kind=11, parent=parent.id, name="talk")
    assert "Send Messages in Threads in #talk" in await platform.check(as_channel(thread))


async def test_a_channel_of_another_server_is_told_apart(fake: FakeDiscord, platform: DiscordPlatform) -> None:
    there = fake.world.channel(fake.world.guild())
    foreign = Channel(1, "discord", fake.world.guild(), there.id)
    assert "not one of this server" in await platform.check(foreign)


async def test_direct_messages_and_doubt_are_no_refusal(fake: FakeDiscord, platform: DiscordPlatform) -> None:
    assert await platform.check(as_channel(fake.world.channel(kind=1))) == ""
    channel = as_channel(fake.world.channel(fake.world.guild()))
    fake.faults = [limited("GET /channels", 1.0), error("GET /channels", 503, 0)]
    assert await platform.check(channel) == ""
    assert await platform.check(channel) == ""


async def test_a_server_is_asked_about_once_a_minute(
    fake: FakeDiscord, platform: DiscordPlatform, clock: Clock
) -> None:
    channel = as_channel(fake.world.channel(fake.world.guild()))
    for _ in range(3):
        await platform.check(channel)
    assert len(fake.asked(r"GET /guilds/\d+$")) == 1
    clock.now += 61.0
    await platform.check(channel)
    assert len(fake.asked(r"GET /guilds/\d+$")) == 2


def test_permissions_by_discords_rules() -> None:
    everyone = {"id": "1", "permissions": str(VIEW)}
    desk = {"id": "2", "permissions": str(SEND)}
    boss = {"id": "3", "permissions": str(ADMINISTRATOR)}
    guild = {"id": "1", "roles": [everyone, desk, boss]}
    member = {"roles": ["2"], "user": {"id": "9"}}
    assert permissions(guild, member, {}) == VIEW | SEND
    assert permissions(guild, {**member, "roles": ["3"]}, {}) & HISTORY
    overwrites = [
        {"id": "1", "allow": "0", "deny": str(VIEW)},
        {"id": "2", "allow": str(VIEW | HISTORY), "deny": str(SEND)},
        {"id": "9", "allow": str(SEND), "deny": str(HISTORY)},
        {"id": "8", "allow": "0", "deny": str(VIEW)},
    ]
    assert permissions(guild, member, {"permission_overwrites": overwrites}) == VIEW | SEND


def test_the_invitation_asks_for_what_is_used_and_no_more() -> None:
    assert invite_url("7") == (
        "https://discord.com/oauth2/authorize"
        "?client_id=7&permissions=309237730304&integration_type=0&scope=bot+applications.commands"
    )


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (404, 10003, Gone),
        (404, 10008, Rejected),
        (403, 50001, Gone),
        (403, 50013, Gone),
        (403, 50007, Gone),
        (403, 160005, Gone),
        (400, 160006, Gone),
        (400, 50083, Gone),
        (400, 50035, Rejected),
        (400, 240000, Rejected),
        (403, 20099, Gone),
        (403, 0, Retry),
        (404, 0, Retry),
        (429, 0, Retry),
        (429, 20016, Retry),
        (401, 0, Retry),
        (500, 0, Ambiguous),
    ],
)
@pytest.mark.case_id(136)
def test_case_136_every_refusal_has_its_action(status: int, code: int, kind: type) -> None:
    assert isinstance(refusal(status, code, "why"), kind)


def test_a_wait_is_taken_as_given() -> None:
    assert refusal(429, 20016, "slow", 12.5) == Retry(12.5, "rate limit (20016)")


@pytest.mark.case_id(129)
def test_case_129_sends_stop_long_before_ten_thousand_invalid_requests() -> None:
    clock = Clock()
    guard = Guard(clock)
    for _ in range(4999):
        guard.seen(403, {"Via": "1.1"})
    guard.seen(429, {"Via": "1.1", "X-RateLimit-Scope": "shared"})
    guard.seen(200, {})
    assert guard.hold_s() == 0
    guard.seen(404, {})
    guard.seen(403, {})
    assert guard.hold_s() == 600.0
    assert "5000 refused requests" in guard.reason
    clock.now += 600.0
    assert guard.hold_s() == 0.0
    assert guard.reason == ""


def test_waits_that_make_no_sense_are_bounded() -> None:
    clock = Clock()
    guard = Guard(clock)
    guard.seen(429, {"Via": "x", "X-RateLimit-Global": "true", "Retry-After": "soon"})
    assert guard.hold_s() == 1.0
    guard.seen(429, {"Retry-After": "99999999999"})
    assert guard.hold_s() == 86_400.0
    guard.seen(429, {"Via": "x", "X-RateLimit-Global": "true", "Retry-After": "5"})
    assert guard.hold_s() == 86_400.0, "a shorter wait does not shorten a longer one"


def test_an_interactions_dead_token_is_not_the_bots() -> None:
    guard = Guard(Clock())
    guard.seen(401, {}, ours=False)
    assert guard.hold_s() == 0.0
    guard.seen(401, {})
    assert guard.hold_s() == 60.0


def test_a_token_that_is_taken_again_need_not_wait() -> None:
    """A login may come while the sends still rest."""
    guard = Guard(Clock())
    guard.seen(401, {})
    guard.seen(200, {}, ours=False)
    assert guard.hold_s() == 60.0
    guard.seen(200, {})
    assert (guard.hold_s(), guard.reason) == (0.0, "")


def test_buckets_are_by_channel_not_by_message() -> None:
    first, second = route("PATCH", "/channels/11/messages/12"), route("PATCH", "/channels/21/messages/22")
    assert first.key == second.key
    assert first.major_parameters != second.major_parameters
    hook = route("PATCH", "/webhooks/1/secret/messages/@original")
    assert "secret" not in hook.key
    assert hook.url.endswith("/webhooks/1/secret/messages/%40original") or hook.url.endswith("/@original")
