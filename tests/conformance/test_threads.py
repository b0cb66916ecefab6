"""Threads on each chat platform, through its own client library: where alerts and what follows stand."""

from __future__ import annotations

import pytest

from bot.core.model import Channel
from bot.ports import Delivery, Finding
from tests.conformance.rooms import DiscordRoom, Room, SlackRoom, discord_room, slack_room
from tests.fakes.discord.faults import Fault
from tests.fakes.discord.world import ALL, START
from tests.fakes.slack.server import Fail


async def test_a_storys_thread_is_under_its_alert(room: Room) -> None:
    await room.news.subscribe({"thread": "story"})
    one = await room.news.news(1, "One")
    await room.news.news(2, "Two")
    await room.news.news(5, "A figure", story=one)
    first, second, reply = room.posts()
    assert (first.thread, second.thread) == ("", "")
    assert reply.thread == first.id
    assert "A figure" in reply.text


@pytest.mark.usefixtures("untraced")
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


@pytest.mark.usefixtures("untraced")
async def test_a_digest_of_one_topic_goes_to_its_thread(room: Room) -> None:
    await room.news.subscribe({"thread": "topic", "mode": "hourly"})
    await room.news.news(1, "One")
    await room.news.until(60)
    head, digest = room.posts()
    assert (head.thread, digest.thread) == ("", head.id)
    assert "One" in digest.text


@pytest.mark.usefixtures("untraced")
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


@pytest.mark.usefixtures("untraced")
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


async def test_a_thread_that_slacks_admins_locked_gives_way_to_a_new_one_and_takes_no_news() -> None:
    async with slack_room() as room:
        await room.news.subscribe({"thread": "topic"})
        story = await room.news.news(1, "One")
        locked = Fail.code("restricted_action_thread_locked")
        room.slack.faults["chat.postMessage"].append(locked)
        await room.news.news(3, "A figure", story=story)
        room.slack.faults["chat.postMessage"].append(locked)
        room.news.clock.step = 500
        await room.news.news(5, "Two")
        await room.news.until(6)
        old, alert, head, later = room.posts()
        assert "A figure" in alert.text
        assert (head.thread, later.thread) == ("", head.id)
        assert head.id != old.id
        assert await resting(room) == []


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


def shut(room: DiscordRoom, thread: str, state: str) -> None:
    """A moderator locks, closes (archives) or deletes a thread."""
    if state == "deleted":
        del room.fake.world.channels[thread]
    else:
        room.fake.world.channels[thread].locked = "locked" in state
        room.fake.world.channels[thread].archived = "archived" in state


async def resting(room: Room) -> list[str]:
    return [subscription.paused for _, subscription in await room.news.store.subscriptions() if subscription.paused]


CLOSED = ["locked", "locked and archived", "deleted"]


@pytest.mark.usefixtures("untraced")
@pytest.mark.parametrize("state", CLOSED)
@pytest.mark.parametrize("kind", [0, 15], ids=["text", "forum"])
async def test_a_locked_thread_gives_way_to_a_new_one(kind: int, state: str) -> None:
    async with discord_room(kind) as room:
        await room.news.subscribe({"thread": "topic"})
        await room.news.news(1, "One")
        old = room.posts()[0].thread or room.posts()[0].id
        shut(room, old, state)
        room.channel.messages.clear()
        room.news.clock.step = 500
        await room.news.news(5, "Two")
        await room.news.until(6)
        *_, head, alert = room.posts()
        assert head.id not in ("", old)
        assert alert.thread == head.id


@pytest.mark.parametrize("state", CLOSED)
@pytest.mark.parametrize(("kind", "thread"), [(0, "story"), (0, "topic"), (15, "none"), (15, "topic")])
async def test_news_of_an_alert_whose_thread_is_closed_stand_in_the_channel(kind: int, thread: str, state: str) -> None:
    """A thread takes nothing any more: that is no reason for its channel to rest."""
    async with discord_room(kind) as room:
        await room.news.subscribe({"thread": thread})
        story = await room.news.news(1, "One")
        await room.news.news(3, "A figure", story=story)
        shut(room, room.posts()[-1].thread, state)
        for day in (1, 2, 3):
            await room.news.news(day * 1440, f"Figure of day {day}", story=story)
        *_, one, two, three = room.posts()
        assert ["Figure of day" in post.text for post in (one, two, three)] == [True] * 3
        started_anew = (thread, state) == ("story", "deleted")
        assert started_anew or one.answers or "One" in one.text, "it says which story it is of"
        assert bool(three.thread) == (kind == 15 or started_anew)
        assert await resting(room) == []


@pytest.mark.parametrize(("kind", "thread"), [(0, "topic"), (15, "none")])
async def test_an_archived_thread_is_opened_again_for_its_alerts_update(kind: int, thread: str) -> None:
    async with discord_room(kind) as room:
        await room.news.subscribe({"thread": thread})
        story = await room.news.news(1, "One")
        old = room.posts()[-1].thread
        shut(room, old, "archived")
        await room.news.news(1440, "A figure", story=story)
        assert room.posts()[-1].thread == old
        assert not room.fake.world.channels[old].archived
        assert await resting(room) == []


@pytest.mark.usefixtures("untraced")
@pytest.mark.parametrize("commit", [False, True])
@pytest.mark.parametrize(("thread", "posts"), [("none", 2), ("topic", 3)])
async def test_an_unknown_outcome_opens_no_second_post_in_a_forum(thread: str, posts: int, commit: bool) -> None:
    """A post takes no nonce; what kind of channel it is may be forgotten before it is looked for."""
    async with discord_room(15) as room:
        await room.news.subscribe({"thread": thread})
        room.news.clock.step = 500
        opening = r"POST /channels/\d+/threads$"
        room.fake.faults = [Fault(opening, status=502, commit=commit)]
        find = room.news.platform.find

        async def forgetful(channel: Channel, delivery: Delivery) -> Finding:
            await room.news.platform.check(channel)  # as a change of the channel does
            return await find(channel, delivery)

        room.news.platform.find = forgetful  # type: ignore[method-assign]
        await room.news.news(1, "One")
        await room.news.news(9, "Two")
        assert len(room.posts()) == posts
        assert len(room.fake.asked(opening)) == (1 if thread == "topic" else 2) + (not commit)


@pytest.mark.parametrize("commit", [False, True])
async def test_an_unknown_outcome_of_news_beside_a_closed_post_is_looked_for(commit: bool) -> None:
    async with discord_room(15) as room:
        await room.news.subscribe({})
        story = await room.news.news(1, "One")
        shut(room, room.posts()[0].thread, "locked")
        room.news.clock.step = 500
        room.fake.faults = [Fault(r"POST /channels/\d+/threads$", status=502, commit=commit)]
        await room.news.news(5, "A figure", story=story)
        await room.news.news(9, "Two")
        assert len(room.posts()) == 3


@pytest.mark.usefixtures("untraced")
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
