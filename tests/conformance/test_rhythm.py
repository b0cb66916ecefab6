"""What a subscription's options do, on each chat platform through its own client library: what comes when, and how."""

from __future__ import annotations

import pytest

from tests.conformance.rooms import Room

HOUR, DAY = 60, 24 * 60
"""Minutes. News begins at two o'clock on a Monday night, UTC."""


def texts(room: Room) -> list[str]:
    return [post.text for post in room.posts()]


@pytest.mark.usefixtures("untraced")
@pytest.mark.parametrize(
    ("mode", "end", "named"),
    [
        ("hourly", HOUR, "Hourly digest"),
        ("daily 09:00", 7 * HOUR, "Daily digest"),
        ("weekly tue 09:00", DAY + 7 * HOUR, "Weekly digest"),
    ],
)
async def test_a_period_of_news_is_one_digest_at_its_end(room: Room, mode: str, end: int, named: str) -> None:
    await room.news.subscribe({"mode": mode})
    await room.news.news(10, "One")
    await room.news.news(20, "Two")
    await room.news.until(end - 1)
    assert texts(room) == []
    await room.news.until(end)
    await room.news.until(end + 1)
    await room.news.until(3 * end)
    (digest,) = texts(room)
    assert named in digest
    assert "[One](https://reuters.example/One)" in digest
    assert "[Two](https://reuters.example/Two)" in digest


async def test_what_comes_in_quiet_hours_is_told_after(room: Room) -> None:
    await room.news.subscribe({"quiet": "22:00-07:00", "wake": "breaking"})
    await room.news.news(10, "Slept over")
    await room.news.news(20, "Halt", "breaking")
    assert len(texts(room)) == 1
    await room.news.until(5 * HOUR)
    await room.news.news(5 * HOUR + 1, "Morning")
    alarm, digest, alert = texts(room)
    assert "Halt" in alarm
    assert "Digest after quiet hours" in digest
    assert "Slept over" in digest
    assert "Halt" not in digest
    assert "Morning" in alert


@pytest.mark.usefixtures("untraced")
async def test_a_burst_becomes_a_few_messages_and_a_digest(room: Room) -> None:
    await room.news.store.configure(await room.news.subscribe({}), {"burst": "2"})
    for number in range(40):
        await room.news.news(1, f"News {number}")
    await room.news.news(2, "Grave", "breaking")
    assert len(texts(room)) == 3, "breaking news passes"
    await room.news.until(12)
    *_, digest = texts(room)
    assert len(texts(room)) == 4
    assert "Digest after a burst" in digest
    assert "38" in digest


async def test_only_stories_of_a_weight_or_more(room: Room) -> None:
    await room.news.subscribe({"severity": "notable"})
    story = await room.news.news(1, "Slight")
    await room.news.news(2, "Weighty", "notable")
    assert ["Weighty" in text for text in texts(room)] == [True]
    await room.news.news(3, "Slight grows", "breaking", story=story)
    assert ["Slight" in text for text in texts(room)] == [False, True]


async def test_only_what_chosen_outlets_report(room: Room) -> None:
    await room.news.subscribe({"outlets": "Reuters,财新"})
    story = await room.news.news(1, "Theirs", source="The Ledger")
    await room.news.news(2, "Ours", source="财新")
    assert ["Ours" in text for text in texts(room)] == [True]
    await room.news.news(3, "Now ours", story=story, source="Reuters")
    assert ["Theirs" in text for text in texts(room)] == [False, True]


async def test_not_what_only_muted_outlets_report(room: Room) -> None:
    await room.news.subscribe({"mute-outlets": "The Ledger"})
    story = await room.news.news(1, "Theirs", source="The Ledger")
    assert texts(room) == []
    await room.news.news(3, "Theirs too", story=story, source="Reuters")
    assert ["Theirs" in text for text in texts(room)] == [True]


async def test_only_when_so_many_outlets_report_it(room: Room) -> None:
    await room.news.subscribe({"confirm": "3"})
    story = await room.news.news(1, "Rumour", source="A")
    await room.news.news(2, "Rumour again", story=story, source="A")
    await room.news.news(3, "Rumour as well", story=story, source="B")
    assert texts(room) == []
    await room.news.news(4, "No rumour", story=story, source="C")
    assert ["Rumour" in text for text in texts(room)] == [True]


async def test_what_is_new_is_a_reply_unless_only_first_reports_are_wanted(room: Room) -> None:
    await room.news.subscribe({})
    story = await room.news.news(1, "One")
    await room.news.news(5, "A figure", story=story)
    first, reply = room.posts()
    assert reply.answers == first.id
    assert "A figure" in reply.text
    await room.news.subscribe({"updates": "no"})
    await room.news.news(9, "Another figure", story=story)
    assert len(room.posts()) == 2


async def test_a_mention_is_each_subscriptions_own_beside_the_channels(room: Room) -> None:
    other = room.group.replace("7", "8").replace("S0", "S8")
    channel = await room.news.subscribe({"mention": other, "mention-from": "breaking"})
    await room.news.store.configure(channel, {"mention": room.group, "mention-from": "notable"})
    for at, severity in enumerate(("normal", "notable", "breaking"), 1):
        await room.news.news(at, f"It is {severity}", severity)
    assert [sorted(post.calls) for post in room.posts()] == [[], [room.group], sorted((room.group, other))]


async def test_whoever_waits_for_a_weight_is_mentioned_when_a_story_reaches_it_once(room: Room) -> None:
    await room.news.subscribe({"mention": room.group, "mention-from": "breaking"})
    story = await room.news.news(1, "One", "notable")
    await room.news.news(5, "Worse", "breaking", story=story)
    await room.news.news(9, "Worse still", "breaking", story=story)
    first, rise, more = room.posts()
    assert (first.calls, rise.calls, more.calls) == ([], [room.group], [])
    assert "now breaking" in rise.text
    assert "now" not in more.text


async def test_a_digest_mentions_nobody_and_no_feed_ever_does(room: Room) -> None:
    await room.news.subscribe({"mode": "hourly", "mention": room.group})
    await room.news.news(1, f"<@&{room.group}> <!subteam^{room.group}> @everyone")
    await room.news.until(HOUR)
    await room.news.subscribe({})
    await room.news.news(HOUR + 1, f"<@&{room.group}> <!subteam^{room.group}> <!channel>")
    assert [post.calls for post in room.posts()] == [[], []]
