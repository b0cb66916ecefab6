"""Threads on each chat platform, through its own client library: where alerts and what follows stand."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.conformance.rooms import ROOMS, DiscordRoom, Room, SlackRoom, discord_room, slack_room
from tests.fakes.discord.faults import Fault
from tests.fakes.discord.world import ALL, START
from tests.fakes.slack.server import Fail


@pytest.fixture(params=ROOMS)
async def room(request: pytest.FixtureRequest) -> AsyncIterator[Room]:
    async with ROOMS[request.param]() as made:
        yield made


async def test_a_storys_thread_is_under_its_alert(room: Room) -> None:
    await room.news.subscribe({"thread": "story"})
    one = await room.news.news(1, "One")
    await room.news.news(2, "Two")
    await room.news.news(5, "A figure", story=one)
    first, second, reply = room.posts()
    assert (first.thread, second.thread) == ("", "")
    assert reply.thread == first.id
    assert "A figure" in reply.text


async def test_a_topics_thread_holds_all_its_alerts_and_what_follows(room: Room) -> None:
    await room.news.subscribe({"thread": "topic"})
    one = await room.news.news(1, "One")
    await room.news.news(2, "Two")
    await room.news.news(5, "A figure", story=one)
    head, first, second, reply = room.posts()
    assert head.thread == ""
    assert "Chips" in head.text
    assert [post.thread for post in (first, second, reply)] == [head.id] * 3
    assert "Two" in second.text
    assert "A figure" in reply.text
    assert reply.answers == first.id or "One" in reply.text, "it says which story it is of"


async def test_a_digest_of_one_topic_goes_to_its_thread(room: Room) -> None:
    await room.news.subscribe({"thread": "topic", "mode": "hourly"})
    await room.news.news(1, "One")
    await room.news.until(60)
    head, digest = room.posts()
    assert (head.thread, digest.thread) == ("", head.id)
    assert "One" in digest.text


async def test_a_thread_that_was_deleted_is_opened_anew(room: Room) -> None:
    await room.news.subscribe({"thread": "topic"})
    await room.news.news(1, "One")
    deleted = room.posts()[0].id
    drop(room, deleted)
    room.news.clock.step = 500
    await room.news.news(5, "Two")
    await room.news.until(6)
    head, alert = room.posts()
    assert head.id != deleted
    assert (head.thread, alert.thread) == ("", head.id)
    assert "Two" in alert.text


def drop(room: Room, head: str) -> None:
    """Somebody deletes a thread and what headed it."""
    if isinstance(room, DiscordRoom):
        del room.fake.world.channels[head]
        room.channel.messages.clear()
    elif isinstance(room, SlackRoom):
        room.channel.messages.clear()


HEAD, START_IT = r"POST /channels/\d+/messages$", r"POST /channels/\d+/messages/\d+/threads$"


@pytest.mark.parametrize("forgetful", [False, True], ids=["nonce", "look"])
@pytest.mark.parametrize("commit", [False, True])
@pytest.mark.parametrize("where", [HEAD, START_IT])
async def test_an_unknown_outcome_opens_no_second_thread_on_discord(where: str, commit: bool, forgetful: bool) -> None:
    async with discord_room(forgetful=forgetful) as room:
        room.fake.faults = [Fault(where, status=502, commit=commit)]
        await one_alert_in_its_thread(room)


@pytest.mark.parametrize("commit", [False, True])
async def test_an_unknown_outcome_opens_no_second_thread_on_slack(commit: bool) -> None:
    async with slack_room() as room:
        room.slack.faults["chat.postMessage"].append(Fail(500, commit=commit))
        await one_alert_in_its_thread(room)


@pytest.mark.parametrize("commit", [False, True])
async def test_an_alert_in_doubt_is_looked_for_in_its_thread(commit: bool) -> None:
    async with discord_room(forgetful=True) as room, slack_room() as other:
        room.fake.faults = [Fault(HEAD, status=502, commit=commit)]
        other.slack.faults["chat.postMessage"].append(Fail(500, commit=commit))
        for each in (room, other):
            await each.news.subscribe({"thread": "topic"})
            each.news.clock.step = 500
            await each.news.news(1, "One")
            await each.news.news(9, "Two")
            assert len(each.posts()) == 3


async def one_alert_in_its_thread(room: Room) -> None:
    await room.news.subscribe({"thread": "topic"})
    room.news.clock.step = 500
    await room.news.news(1, "One")
    head, alert = room.posts()
    assert (head.thread, alert.thread) == ("", head.id)
    assert "One" in alert.text


async def test_without_the_right_to_threads_alerts_stand_in_the_channel() -> None:
    for wish in ("story", "topic"):
        async with discord_room() as room:
            room.channel.rights = ALL & ~START
            await room.news.subscribe({"thread": wish})
            story = await room.news.news(1, "One")
            await room.news.news(3, "A figure", story=story)
            await room.news.news(5, "Two")
            *_, first, reply, second = room.posts()
            assert {post.thread for post in room.posts()} == {""}
            assert reply.answers == first.id
            assert "Two" in second.text
            assert len(room.fake.asked(r"POST .*/threads")) == 1, "it is not asked for each alert"


async def test_in_a_forum_a_topic_has_one_post() -> None:
    async with discord_room(kind=15) as room:
        await room.news.subscribe({"thread": "topic"})
        one = await room.news.news(1, "One")
        await room.news.news(2, "Two")
        await room.news.news(5, "A figure", story=one)
        head, first, second, reply = room.posts()
        assert len({post.thread for post in (head, first, second, reply)}) == 1
        assert reply.answers == first.id


async def test_a_locked_thread_gives_way_to_a_new_one() -> None:
    async with discord_room() as room:
        await room.news.subscribe({"thread": "topic"})
        await room.news.news(1, "One")
        old = room.posts()[0].id
        room.fake.world.channels[old].locked = True
        room.news.clock.step = 500
        await room.news.news(5, "Two")
        await room.news.until(6)
        *_, head, alert = room.posts()
        assert head.id not in ("", old)
        assert alert.thread == head.id


@pytest.mark.parametrize("forgetful", [False, True], ids=["nonce", "look"])
@pytest.mark.parametrize("commit", [False, True])
async def test_news_in_doubt_is_looked_for_in_the_storys_thread(commit: bool, forgetful: bool) -> None:
    async with discord_room(forgetful=forgetful) as room:
        await room.news.subscribe({"thread": "story"})
        story = await room.news.news(1, "One")
        room.news.clock.step = 500
        room.fake.faults = [Fault(HEAD, status=502, commit=commit)]
        await room.news.news(5, "A figure", story=story)
        await room.news.news(9, "Two")
        first, reply, _ = room.posts()
        assert reply.thread == first.id


async def test_news_in_doubt_that_stands_in_the_channel_is_found_there() -> None:
    async with discord_room(forgetful=True) as room:
        room.channel.rights = ALL & ~START
        await room.news.subscribe({"thread": "story"})
        story = await room.news.news(1, "One")
        room.news.clock.step = 500
        room.fake.faults = [Fault(HEAD, status=502, commit=True)]
        await room.news.news(5, "A figure", story=story)
        await room.news.news(9, "Two")
        assert len(room.posts()) == 3
