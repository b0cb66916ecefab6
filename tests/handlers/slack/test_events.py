"""Channels and workspaces change: subscriptions rest and wake, none is deleted."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.core.errors import StoreError
from bot.core.model import BY_HAND, Channel
from handlers.slack.once import REMEMBER_S, Once
from handlers.slack.receipts import COMES_BACK
from handlers.slack.returns import Returns
from handlers.slack.run import SlackPlatform
from handlers.slack.tasks import Tasks
from tests.fakes.slack import Fail, FakeSlack
from tests.fakes.slack.state import Channel as Room
from tests.fakes.slack.state import Team
from tests.fakes.slack.store import ChannelsOnly
from tests.handlers.slack.conftest import Build
from tests.handlers.slack.helpers import Wire, event


@pytest.fixture
async def kept(store: ChannelsOnly) -> ChannelsOnly:
    """C1 and C2 of T1, C1 of T2, and a Discord channel, one subscription each."""
    for place in (("slack", "T1", "C1"), ("slack", "T1", "C2"), ("slack", "T2", "C1"), ("discord", "T1", "C1")):
        await store.subscribe(await store.channel(*place, name="old"), "topic:chips", "Chips", {}, 1)
    return store


def paused(store: ChannelsOnly) -> list[str]:
    return [kept.paused for kept in store.kept]


async def happens(wire: Wire, kind: str, **body: Any) -> None:
    await wire.send("events_api", event({"type": kind, **body}))


@pytest.mark.case_id(135)
@pytest.mark.parametrize("kind", ["channel", "group"])
async def test_case_135_archived_and_brought_back(wire: Wire, kept: ChannelsOnly, kind: str) -> None:
    await happens(wire, f"{kind}_archive", channel="C1", user="U1")
    assert "archived" in paused(kept)[0]
    assert paused(kept)[1:] == ["", "", ""]
    await happens(wire, f"{kind}_unarchive", channel="C1", user="U1")
    assert paused(kept) == [""] * 4


@pytest.mark.case_id(150)
async def test_case_150_renamed(wire: Wire, kept: ChannelsOnly) -> None:
    await happens(wire, "channel_rename", channel={"id": "C1", "name": "chips", "created": 1})
    await happens(wire, "channel_rename", channel={"id": "C9", "name": "not-ours", "created": 1})
    names = {key[1:]: channel.name for key, channel in kept.channels.items() if key[0] == "slack"}
    assert names == {("T1", "C1"): "#chips", ("T1", "C2"): "old", ("T2", "C1"): "old"}


async def test_deleted(wire: Wire, kept: ChannelsOnly) -> None:
    await happens(wire, "channel_deleted", channel="C2")
    assert paused(kept)[1] == "the channel was deleted"
    assert len(kept.kept) == 4


@pytest.mark.case_id(138)
async def test_case_138_taken_out_and_invited_again(wire: Wire, kept: ChannelsOnly) -> None:
    await happens(wire, "member_left_channel", channel="C1", user="U1")
    assert paused(kept) == [""] * 4
    await happens(wire, "member_left_channel", channel="C1", user="UBOTT1")
    assert "/invite" in paused(kept)[0]
    await happens(wire, "member_joined_channel", channel="C1", user="UBOTT1")
    assert paused(kept) == [""] * 4


@pytest.mark.parametrize(
    ("rests", "wakes"), [("channel_archive", "channel_unarchive"), ("member_left_channel", "member_joined_channel")]
)
async def test_what_a_person_paused_stays_paused(wire: Wire, kept: ChannelsOnly, rests: str, wakes: str) -> None:
    await kept.pause(kept.channels["slack", "T1", "C1"], BY_HAND)
    for kind in (rests, wakes):
        await happens(wire, kind, channel="C1", user="UBOTT1")
    assert paused(kept) == [BY_HAND, "", "", ""]


@pytest.mark.case_id(138)
@pytest.mark.parametrize(
    ("kind", "body", "rests"),
    [
        ("app_uninstalled", {}, True),
        ("tokens_revoked", {"tokens": {"bot": ["UBOTT1"]}}, True),
        ("tokens_revoked", {"tokens": {"oauth": ["U1"]}}, False),
    ],
)
async def test_case_138_the_workspace_removes_the_app(
    line: Wire, kept: ChannelsOnly, team: Team, kind: str, body: dict[str, Any], rests: bool
) -> None:
    team.revoked = "token_revoked" if rests else ""
    await happens(line, kind, **body)
    assert [bool(reason) for reason in paused(kept)] == [rests, rests, False, False]
    assert bool(line.platform.trouble) is rests


@pytest.mark.case_id(138)
@pytest.mark.parametrize(
    ("kind", "body"), [("app_uninstalled", {}), ("tokens_revoked", {"tokens": {"bot": ["UBOTT1"]}})]
)
async def test_case_138_a_removal_that_is_told_after_the_new_token_was_set_is_over(
    line: Wire, kept: ChannelsOnly, kind: str, body: dict[str, Any]
) -> None:
    """What came in the ten minutes until the token was checked again was told to nobody."""
    await happens(line, kind, **body)
    assert (paused(kept), line.platform.trouble) == ([""] * 4, "")


@pytest.mark.case_id(138)
async def test_case_138_what_rested_because_the_app_was_gone_wakes_at_the_next_start(
    line: Wire, kept: ChannelsOnly, build: Build, team: Team
) -> None:
    team.revoked = "account_inactive"
    await happens(line, "app_uninstalled")
    team.revoked = ""
    channel = kept.channels["slack", "T1", "C2"]
    await kept.pause(channel, "the channel is archived")
    await build()
    assert paused(kept) == ["", "the channel is archived", "", ""]


def _returns(platform: SlackPlatform, store: ChannelsOnly, pause: Any = asyncio.sleep) -> Returns:
    return Returns(platform.workspaces, store, platform.parts.happenings, pause)


@pytest.mark.case_id(135)
@pytest.mark.parametrize("reason", COMES_BACK)
async def test_case_135_what_came_back_while_nobody_listened_goes_on_at_the_next_start(
    kept: ChannelsOnly, build: Build, slack: FakeSlack, team: Team, room: Room, reason: str
) -> None:
    """Its pause says that alerts go on by themselves."""
    await kept.pause(kept.channels["slack", "T1", "C1"], reason)
    await kept.pause(kept.channels["slack", "T1", "C2"], "the channel was deleted")
    platform = await build(start=False)
    for gone in ("archived", "left", "unknown", "nobody can tell"):
        room.archived = gone == "archived"
        room.members = set() if gone == "left" else {team.bot_user}
        team.channels = {} if gone == "unknown" else {"C1": room}
        slack.faults["conversations.info"] += [Fail(503)] if gone == "nobody can tell" else []
        await _returns(platform, kept).look()
        assert paused(kept)[:2] == [reason, "the channel was deleted"], gone
    await platform.start()
    async with asyncio.timeout(60):
        while paused(kept)[0]:  # noqa: ASYNC110 (the store tells nobody)
            await asyncio.sleep(0.005)
    assert paused(kept)[1] == "the channel was deleted"


async def test_what_a_person_paused_is_not_asked_about(kept: ChannelsOnly, build: Build, slack: FakeSlack) -> None:
    await kept.pause(kept.channels["slack", "T1", "C1"], BY_HAND)
    await _returns(await build(start=False), kept).look()
    assert slack.calls == []


async def test_channels_that_may_be_back_are_asked_about_one_after_another(
    kept: ChannelsOnly, build: Build, team: Team, slack: FakeSlack
) -> None:
    waits: list[float] = []

    async def pause(seconds: float) -> None:
        waits.append(seconds)

    for ref in ("C1", "C2"):
        slack.channel(team, ref)
        await kept.pause(kept.channels["slack", "T1", ref], COMES_BACK[0])
    platform = await build(start=False)
    await _returns(platform, kept, pause).look()
    assert (paused(kept)[:2], waits) == (["", ""], [1.5])


async def test_the_token_is_checked_while_many_channels_are_asked_about(
    kept: ChannelsOnly, build: Build, slack: FakeSlack, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ten thousand of them take four hours."""
    monkeypatch.setattr("handlers.slack.returns._EVERY_S", 3600.0)
    for ref in ("C1", "C2"):
        await kept.pause(kept.channels["slack", "T1", ref], COMES_BACK[0])
    await build(check_every_s=0.01)
    async with asyncio.timeout(60):
        while len(slack.called("auth.test")) < 3:  # noqa: ASYNC110 (the fake tells nobody)
            await asyncio.sleep(0.005)
    assert len(slack.called("conversations.info")) < 2


async def test_a_look_for_what_came_back_that_the_store_refuses_is_a_line(
    kept: ChannelsOnly, build: Build, caplog: pytest.LogCaptureFixture
) -> None:
    async def away(*_: object) -> list[str]:
        raise StoreError("the database is busy")

    platform = await build(start=False)
    kept.subscriptions = away  # type: ignore[method-assign,assignment]
    await _returns(platform, kept).look()
    assert [(one.message, one.exc_info) for one in caplog.records] == [
        ("whether channels came back is not known: the database is busy", None)
    ]


@pytest.mark.case_id(135)
async def test_case_135_what_happens_while_the_store_is_away_is_kept_in_order_when_it_is_back(
    line: Wire, kept: ChannelsOnly
) -> None:
    find, away = kept.find_channel, [True]

    async def found(*place: str) -> Channel | None:
        if away:
            away.pop()
            raise StoreError("the database is busy")
        return await find(*place)

    kept.find_channel = found  # type: ignore[method-assign]
    line.platform.parts.happenings.waits_s = (0.05,)
    for kind in ("channel_archive", "channel_unarchive"):
        await line.send("events_api", event({"type": kind, "channel": "C1"}), wait=False)
    await line.platform.tasks.idle()
    assert paused(kept)[0] == ""
    away.append(True)
    await happens(line, "channel_archive", channel="C1")
    assert "archived" in paused(kept)[0]
    away += [True, True]
    await happens(line, "channel_unarchive", channel="C1")
    assert "archived" in paused(kept)[0], "in the end it is given up, and logged"


async def test_events_without_what_they_are_about(line: Wire, kept: ChannelsOnly) -> None:
    for body in ({}, {"channel": None}, {"channel": {"name": "x"}}, {"channel": {"id": "C1"}}, {"channel": ["C1"]}):
        await happens(line, "channel_rename", **body)
    assert paused(kept) == [""] * 4


# ── once, and work that goes on ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.case_id(146)
def test_case_146_remembered_for_more_than_an_hour() -> None:
    now = [0.0]
    once = Once(lambda: now[0])
    assert once.first("a")
    now[0] = 3601.0
    assert not once.first("a")
    now[0] = REMEMBER_S + 3602.0
    assert once.first("a")
    assert once.first("")
    assert once.first("")


def test_memory_is_bounded() -> None:
    once = Once(lambda: 0.0, most=100)
    assert all(once.first(str(number)) for number in range(1000))
    assert not once.first("999")
    assert once.first("0")


async def test_work_that_does_not_end_is_stopped() -> None:
    tasks = Tasks()
    task = tasks.spawn(asyncio.Event().wait())
    await tasks.finish(0.01)
    assert task.cancelled()
