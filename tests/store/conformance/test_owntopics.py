"""What every store owes to the names that people give to queries."""

from __future__ import annotations

import asyncio

import pytest

from bot.core.matching.owntopics import OwnTopic
from bot.core.model import Channel, Subscription
from bot.delivery.departures import Departures, purge
from bot.ports import Changes, Home, News, Store
from bot.ports.notices import Notice
from bot.store import open_store
from bot.store.transfer import copied, whole
from tests.store.build import DAY, HOUR, T0, lane, opened

pytestmark = pytest.mark.usefixtures("untraced")

US, THEM = Home("slack", "T1"), Home("slack", "T2")
OLD, NEW = OwnTopic("Our chips", "chip"), OwnTopic("OUR chips", "chip OR fab")


async def rule(store: Store, own: OwnTopic) -> str:
    return f"query:{await store.query(own.query)}"


async def gets(store: Store, home: Home, ref: str, own: OwnTopic, label: str = "", **options: str) -> Channel:
    """A channel of a home that subscribes to a query by its name."""
    channel = await store.channel(*home, ref)
    await store.subscribe(channel, await rule(store, own), label or own.name, options, T0)
    return channel


async def held(store: Store, channel: Channel) -> list[Subscription]:
    return [one for _, one in await store.subscriptions(channel)]


async def test_a_name_is_found_by_its_key_in_its_home_only(store: Store) -> None:
    assert await store.own_topic(US, OLD.key) is None
    assert await store.name_topic(US, None, OLD, await rule(store, OLD)) == 0
    assert await store.own_topic(US, NEW.key) == OLD
    assert await store.own_topics(US) == [OLD]
    for home in (THEM, Home("discord", "T1"), Home("slack", "T")):
        assert await store.own_topic(home, OLD.key) is None
        assert await store.own_topics(home) == []
    assert await store.all_own_topics() == {US: [OLD]}


async def test_names_of_two_homes_do_not_meet(store: Store) -> None:
    await store.name_topic(US, None, OLD, await rule(store, OLD))
    await store.name_topic(THEM, None, NEW, await rule(store, NEW))
    assert await store.all_own_topics() == {US: [OLD], THEM: [NEW]}
    ours, theirs = await gets(store, US, "C1", OLD), await gets(store, THEM, "C1", NEW)
    assert await store.unname_topic(US, OLD) == 1
    assert [one.label for one in await held(store, ours)] == [OLD.query]
    assert [one.label for one in await held(store, theirs)] == [NEW.name]
    assert await store.own_topics(THEM) == [NEW]


async def test_who_has_the_name_follows_with_options_feedback_and_webhooks_and_nobody_else(store: Store) -> None:
    await store.name_topic(US, None, OLD, await rule(store, OLD))
    channel = await gets(store, US, "C1", OLD, lang="zh")
    await store.taste(channel, await rule(store, OLD), "Reuters", -1, T0)
    hook = await gets(store, Home("webhook", "slack:T1"), "desk", OLD)
    plain = await gets(store, US, "C2", OLD, OLD.query)
    other = await gets(store, THEM, "C1", OLD)
    before = await held(store, channel)
    assert await store.named_so(US, OLD.name) == 2
    assert await store.name_topic(US, OLD, NEW, await rule(store, NEW)) == 2
    (after,) = await held(store, channel)
    assert (after.id, after.rule, after.label) == (before[0].id, await rule(store, NEW), NEW.name)
    assert after.options == {"lang": "zh"}
    assert [taste.rule for taste in await store.tastes(channel)] == [after.rule]
    assert [one.label for one in await held(store, hook)] == [NEW.name]
    for left in (plain, other):
        assert [one.rule for one in await held(store, left)] == [await rule(store, OLD)]
    assert await store.own_topics(US) == [NEW]


async def test_who_follows_a_name_to_another_query_is_told_once(store: Store) -> None:
    await store.name_topic(US, None, OLD, await rule(store, OLD))
    followers = [await gets(store, US, "C1", OLD), await gets(store, US, "C2", OLD)]
    await gets(store, US, "C3", OLD, OLD.query)
    await gets(store, THEM, "C1", OLD)
    asked: list[Channel] = []

    def notice(channel: Channel) -> Notice | None:
        asked.append(channel)
        return Notice(channel.id, (), "Other keywords", channel.ref) if channel.ref != "C2" else None

    news = News(T0, notice)
    assert await store.name_topic(US, OLD, NEW, await rule(store, NEW), news) == 2
    assert asked == followers
    ((delivery, alert),) = await lane(store, T0, 9, "slack")
    assert alert is not None
    assert (delivery.channel_id, delivery.kind, alert.title, alert.summary) == (
        followers[0].id,
        "notice",
        "Other keywords",
        "C1",
    )
    again = OwnTopic("our chips", NEW.query)
    assert await store.name_topic(US, NEW, again, await rule(store, NEW), news) == 2
    assert await store.name_topic(US, OLD, NEW, await rule(store, NEW), news) is None
    assert asked == followers, "another spelling is no news, nor is what was not changed"


async def test_what_waits_by_a_name_waits_by_its_other_keywords_in_every_channel(store: Store) -> None:
    await store.name_topic(US, None, OLD, await rule(store, OLD))
    for ref in ("C1", "C2"):
        await gets(store, US, ref, OLD, mode="hourly")
    story = await opened(store, rule=await rule(store, OLD))
    assert await store.name_topic(US, OLD, NEW, await rule(store, NEW)) == 2
    await store.turn(T0 + HOUR)
    digests = [alert for _, alert in await lane(store, T0 + HOUR, 9, "slack") if alert]
    assert [[(line.label, line.story_id) for line in digest.lines] for digest in digests] == [[(NEW.name, story)]] * 2


async def test_the_terminal_and_its_webhooks_are_one_home(store: Store) -> None:
    terminal = Home("console", "local")
    await store.name_topic(terminal, None, OLD, await rule(store, OLD))
    await gets(store, terminal, "terminal", OLD)
    await gets(store, Home("webhook", "local"), "desk", OLD)
    assert await store.named_so(terminal, OLD.name) == 2


async def test_a_channel_that_has_the_new_query_too_keeps_one_of_the_two(store: Store) -> None:
    await store.name_topic(US, None, OLD, await rule(store, OLD))
    channel = await gets(store, US, "C1", OLD)
    await gets(store, US, "C1", NEW, NEW.query, severity="notable")
    assert await store.name_topic(US, OLD, NEW, await rule(store, NEW)) == 1
    (one,) = await held(store, channel)
    assert (one.rule, one.label, one.options) == (await rule(store, NEW), NEW.name, {"severity": "notable"})


async def test_the_same_query_under_another_spelling_stays_the_same_subscription(store: Store) -> None:
    again = OwnTopic(NEW.name, OLD.query)
    await store.name_topic(US, None, OLD, await rule(store, OLD))
    channel = await gets(store, US, "C1", OLD)
    before = await held(store, channel)
    assert await store.name_topic(US, OLD, again, await rule(store, OLD)) == 1
    (after,) = await held(store, channel)
    assert (after.id, after.rule, after.label) == (before[0].id, before[0].rule, again.name)


async def test_of_two_who_give_a_name_at_once_one_is_told_to_look_again(store: Store) -> None:
    rules = await rule(store, OLD), await rule(store, NEW)
    both = await asyncio.gather(store.name_topic(US, None, OLD, rules[0]), store.name_topic(US, None, NEW, rules[1]))
    assert sorted(both, key=str) == [0, None]
    (kept,) = await store.own_topics(US)
    assert kept == (OLD if both[0] == 0 else NEW)
    assert await store.name_topic(US, OwnTopic("Our chips", "rain"), OLD, rules[0]) is None
    assert await store.own_topics(US) == [kept]


async def test_a_query_whose_text_reads_like_a_name_is_left_alone(store: Store) -> None:
    word, wide = OwnTopic("chip", "chip OR fab"), OwnTopic("chip", "chip OR wafer")
    plain = await gets(store, US, "C1", OwnTopic("", "chip"), "chip")
    await store.name_topic(US, None, word, await rule(store, word))
    assert await store.name_topic(US, word, wide, await rule(store, wide)) == 0
    assert await store.unname_topic(US, wide) == 0
    assert [one.rule for one in await held(store, plain)] == [await rule(store, OwnTopic("", "chip"))]


async def test_each_change_is_told_of_once_and_nothing_else(store: Store) -> None:
    assert await store.changes(-1) == Changes(0, (), ())
    channel = await gets(store, US, "C1", OLD, OLD.query)
    assert (await store.changes(0)).number == 0, "new subscriptions are told of by `queries_since`"
    old, new = await rule(store, OLD), await rule(store, NEW)
    await store.name_topic(US, None, OLD, old)
    assert await store.changes(0) == Changes(2, ((int(old[6:]), OLD.query),), (US,))
    ((_, one),) = await store.subscriptions()
    await store.amend(channel, one.id, one.rule, one.label, {"lang": "zh"}, T0)
    assert await store.changes(2) == Changes(2, (), ())
    await store.amend(channel, one.id, new, NEW.query, {}, T0)
    assert await store.changes(2) == Changes(3, ((int(new[6:]), NEW.query),), ())
    await store.amend(channel, one.id, "topic:chips", "Chips", {}, T0)
    assert await store.changes(2) == Changes(3, (), ()), "nobody subscribes to it any more"
    await store.unname_topic(US, OLD)
    assert await store.changes(3) == Changes(4, (), (US,))
    assert (await store.changes(-1)).homes == (US,)


async def test_who_looks_too_seldom_is_told_to_read_all(store: Store) -> None:
    names = [OwnTopic(f"name {n}", "chip") for n in range(60)]
    for own in names:
        await store.name_topic(US, None, own, await rule(store, own))
    assert (await store.changes(0)).number == 120
    assert (await store.changes(0)).missed
    assert not (await store.changes(20)).missed
    assert not (await store.changes(-1)).missed, "whoever starts reads all anyway"


async def test_who_left_long_ago_has_no_names_any_more(store: Store) -> None:
    await store.name_topic(US, None, OLD, await rule(store, OLD))
    await store.name_topic(THEM, None, OLD, await rule(store, OLD))
    now = (await store.changes(-1)).number
    await Departures("slack", "removed", store, store, lambda: T0).left("T1")
    await purge(store, T0 + 30 * DAY, 90 * DAY)
    assert await store.own_topics(US) == [OLD]
    await purge(store, T0 + 91 * DAY, 90 * DAY)
    assert await store.all_own_topics() == {THEM: [OLD]}
    assert await store.changes(now) == Changes(now + 1, (), (US,))


async def test_an_alert_says_the_name(store: Store) -> None:
    await gets(store, Home("console", "local"), "terminal", OLD)
    await opened(store, rule=await rule(store, OLD))
    ((_, alert),) = await lane(store, T0)
    assert alert is not None
    assert [topic.title for topic in alert.topics] == [OLD.name]


async def test_a_copy_of_the_store_has_the_names(store: Store) -> None:
    await store.name_topic(US, None, OLD, await rule(store, OLD))
    await gets(store, US, "C1", OLD)
    copy = open_store("memory:", clock=lambda: T0)
    try:
        await copied(whole(store), whole(copy))
        assert await copy.all_own_topics() == {US: [OLD]}
        assert await copy.named_so(US, OLD.name) == 1
    finally:
        await copy.close()
