"""Stories that go on, on each chat platform through its own client library; languages, time zones, templates."""

from __future__ import annotations

import pytest

from tests.conformance.rooms import Room
from tests.conformance.test_rhythm import texts


@pytest.mark.usefixtures("untraced")
async def test_a_story_that_grows_is_one_message_which_says_who_reports_too(room: Room) -> None:
    await room.news.subscribe({})
    story = await room.news.news(1, "One", source="Reuters")
    for n in range(1, 4):
        await room.news.news(10 * n, f"Step {n}", story=story, source=f"Outlet {n}")
    alert, *replies = room.posts()
    assert "also: Outlet 1, Outlet 2, Outlet 3" in alert.text.replace("\\", "")
    assert [f"Step {n}" in reply.text for n, reply in enumerate(replies, 1)] == [True] * 3
    assert {reply.answers for reply in replies} == {alert.id}


async def test_only_stories_in_chosen_languages(room: Room) -> None:
    await room.news.subscribe({"lang": "zh"})
    await room.news.news(1, "One", lang="en")
    await room.news.news(2, "芯片", lang="zh")
    assert ["芯片" in text for text in texts(room)] == [True]


async def test_a_day_begins_where_the_channel_is(room: Room) -> None:
    channel = await room.news.subscribe({"mode": "daily 09:00"})
    await room.news.store.configure(channel, {"timezone": "Asia/Shanghai"})  # where the news begins at ten
    await room.news.until(0)
    await room.news.news(1, "One")
    await room.news.until(23 * 60 - 1)
    assert texts(room) == []
    await room.news.until(23 * 60)
    assert ["Daily digest" in text for text in texts(room)] == [True]


async def test_alerts_have_the_shape_of_their_template(room: Room) -> None:
    await room.news.subscribe({"template": "**{title}** by {outlets}[: {news}]"})
    story = await room.news.news(1, "One *two*", source="Reuters")
    await room.news.news(9, "A figure", story=story, source="AP")
    alert, reply = (text.replace("\\", "") for text in texts(room))
    assert "One *two*" in alert
    assert "by Reuters" in alert
    assert "A figure" in reply


async def test_a_story_is_followed_where_nothing_is_subscribed(room: Room) -> None:
    """It is posted, so that its reports have something to reply to."""
    store = room.news.store
    story = await room.news.news(1, "One", source="Reuters")
    channel = await store.channel(room.news.platform.name, room.news.scope, room.news.ref)
    assert await store.follow(channel, story, True, room.news.clock.now)
    await room.news.until(2)
    await room.news.news(9, "Said again", story=story, source="AP")
    alert, reply = room.posts()
    assert "One" in alert.text
    assert ("Said again" in reply.text, reply.answers) == (True, alert.id)
