"""What every store owes to channels and what they asked for."""

from __future__ import annotations

import pytest

from bot.core.model import BY_HAND
from bot.delivery.departures import Departures, purge
from bot.ports import Store
from tests.store.build import (
    DAY,
    HOUR,
    MINUTE,
    T0,
    Clock,
    judgements,
    lane,
    leased,
    opened,
    outcome,
    queued,
    saving,
    subscribed,
    told,
)


async def test_a_channel_is_made_on_first_use_and_found_afterwards(store: Store) -> None:
    assert await store.find_channel("discord", "g1", "c1") is None
    made = await store.channel("discord", "g1", "c1", "policy")
    assert await store.channel("discord", "g1", "c1") == made
    assert await store.find_channel("discord", "g1", "c1") == made
    assert (await store.channel("discord", "g1", "c1", "renamed")).name == "renamed"
    assert (await store.channel("discord", "g2", "c1")).id != made.id


async def test_settings_are_laid_over_each_other(store: Store) -> None:
    channel = await store.channel("slack", "T1", "C1")
    first = await store.configure(channel, {"language": "zh-CN"})
    assert first.settings == {"language": "zh-CN"}
    second = await store.configure(channel, {"mention": "@desk"})
    assert second.settings == {"language": "zh-CN", "mention": "@desk"}
    third = await store.configure(channel, {"language": ""})
    assert third.settings == {"mention": "@desk"}
    assert await store.find_channel("slack", "T1", "C1") == third


@pytest.mark.case_id(144)
async def test_case_144_two_who_subscribe_at_once_share_one_subscription(store: Store) -> None:
    channel = await store.channel("console", "", "x")
    first = await store.subscribe(channel, "topic:chips", "Chips", {"severity": "notable"}, T0)
    assert await store.subscribe(channel, "topic:chips", "Chips", {"severity": "notable"}, T0 + 9) == first
    other = await store.subscribe(channel, "topic:chips", "Chips", {"lang": "zh"}, T0 + 9)
    assert (other.id, other.options, other.created_at) == (first.id, {"lang": "zh"}, T0)


async def test_subscriptions_are_listed_for_one_channel_or_all(store: Store) -> None:
    one, two = await subscribed(store, "one"), await subscribed(store, "two", "query:4", confirm="3")
    ((channel, subscription),) = await store.subscriptions(two)
    assert channel == two
    assert (subscription.rule, subscription.label, subscription.options) == ("query:4", "query:4", {"confirm": "3"})
    assert [channel for channel, _ in await store.subscriptions()] == [one, two]


async def test_subscriptions_are_listed_for_one_server_or_workspace(store: Store) -> None:
    """The same scope on another platform, and a channel without a subscription, are none of it."""
    places = (("discord", "g2", "b"), ("discord", "g1", "z"), ("discord", "g1", "a"), ("slack", "g1", "a"))
    b, z, a, _ = [await store.channel(*place) for place in places]
    await store.channel("discord", "g3", "nothing")
    for channel, rule in ((a, "topic:chips"), (z, "topic:chips"), (b, "topic:chips"), (z, "topic:ipos")):
        await store.subscribe(channel, rule, rule, {}, T0)
    found = await store.subscriptions_in("discord", "g1")
    assert [(channel, kept.rule) for channel, kept in found] == [
        (z, "topic:chips"),
        (z, "topic:ipos"),
        (a, "topic:chips"),
    ]
    assert found == [pair for pair in await store.subscriptions() if pair[0] in (a, z)]
    assert await store.subscriptions_in("discord", "g3") == await store.subscriptions_in("slack", "g9") == []
    assert await store.scopes("discord") == ["g1", "g2"]
    assert await store.scopes("slack") == []


async def test_only_its_own_channel_ends_a_subscription(store: Store) -> None:
    one, two = await subscribed(store, "one"), await subscribed(store, "two")
    ((_, subscription),) = await store.subscriptions(one)
    assert not await store.unsubscribe(subscription.id, two)
    assert await store.unsubscribe(subscription.id, one)
    assert not await store.unsubscribe(subscription.id, one)
    assert await store.subscriptions(one) == []


async def test_pause_and_resume_delete_nothing(store: Store) -> None:
    channel = await subscribed(store)
    await store.subscribe(channel, "topic:ipos", "IPOs", {}, T0)
    assert await store.pause(channel, "quiet please") == 2
    assert await store.pause(channel, "quiet please") == 0
    assert {subscription.paused for _, subscription in await store.subscriptions(channel)} == {"quiet please"}
    assert await store.pause(channel, "") == 2
    assert await store.pause(channel, "") == 0


async def test_subscribing_again_ends_a_pause(store: Store) -> None:
    channel = await subscribed(store)
    await store.pause(channel, "gone")
    subscription = await store.subscribe(channel, "topic:chips", "topic:chips", {}, T0)
    assert subscription.paused == ""
    await opened(store)
    assert len(await leased(store)) == 1


@pytest.mark.parametrize("rule", ["topic:ipos", "topic:rain"])
async def test_who_subscribes_in_a_channel_that_rests_by_itself_ends_that(store: Store, rule: str) -> None:
    channel = await subscribed(store)
    await store.subscribe(channel, "topic:ipos", "IPOs", {}, T0)
    await store.pause(channel, "gone")
    await store.subscribe(channel, rule, rule, {}, T0)
    assert {one.paused for _, one in await store.subscriptions(channel)} == {""}


@pytest.mark.parametrize("rule", ["topic:chips", "topic:rain"])
@pytest.mark.parametrize("mode", ["instant", "hourly"])
async def test_what_waits_where_somebody_paused_comes_when_it_is_resumed_whatever_is_subscribed_to(
    store: Store, clock: Clock, rule: str, mode: str
) -> None:
    """Else it was taken for what nobody asks for any more."""
    channel = await subscribed(store, mode=mode)
    await opened(store, "Before")
    await store.pause(channel, BY_HAND)
    made = await store.subscribe(channel, rule, rule, {"mode": mode}, T0)
    assert made.paused == BY_HAND
    await opened(store, "Meanwhile", rule)
    await store.turn(T0 + HOUR)
    assert await lane(store, T0 + HOUR) == []
    assert await store.pause(channel, "") == 1 + (rule != "topic:chips")
    await store.turn(T0 + HOUR)
    assert len(await lane(store, T0 + HOUR)) == 1


async def test_a_number_is_of_one_subscription_for_ever(store: Store) -> None:
    """A button of an old message ended the one that came after it."""
    channel = await subscribed(store, rule="topic:chips")
    numbers = []
    for rule in ("topic:rain", "topic:snow", "topic:snow", "topic:ipos"):
        made = await store.subscribe(channel, rule, rule, {}, T0)
        numbers.append(made.id)
        assert made in [one for _, one in await store.subscriptions(channel)]
        if rule == "topic:rain":
            await store.unsubscribe(made.id, channel)
    assert numbers[1] == numbers[2]
    assert len({1, *numbers}) == 4
    assert not await store.unsubscribe(numbers[0], channel)
    assert "subscription" not in await store.stats()


async def test_one_story_is_unmuted_and_others_stay_so(store: Store) -> None:
    channel = await subscribed(store)
    one, other = await opened(store, "One"), await opened(store, "Other")
    for story in (one, other):
        await store.mute(channel, story, on=True, now=T0)
    assert await store.mute(channel, one, on=False, now=T0)
    assert await store.mute(channel, other, on=False, now=T0), "it was muted still"


async def test_a_mute_takes_back_what_waits_and_follows_a_merge(store: Store) -> None:
    channel = await subscribed(store)
    one, other = await opened(store, "One"), await opened(store, "Other")
    assert await store.mute(channel, other, on=True, now=T0)
    assert not await store.mute(channel, other, on=True, now=T0)
    assert (await store.stats())["deliveries_muted"] == 1
    await store.transact(saving(outcome("Both", one, placed={"merges": (other,)})))
    assert not await store.mute(channel, one, on=True, now=T0)
    assert await store.mute(channel, other, on=False, now=T0)
    assert not await store.mute(channel, one, on=False, now=T0)


@pytest.mark.parametrize("mode", ["instant", "hourly"])
@pytest.mark.parametrize("later", [MINUTE, 2 * HOUR, 3 * DAY])
async def test_what_waited_when_its_story_was_muted_waits_again_when_it_is_unmuted(
    store: Store, mode: str, later: int
) -> None:
    """As long as it is news: a mute that was a mistake kept the story from its channel for ever."""
    channel = await subscribed(store, mode=mode)
    story = await opened(store)
    assert await store.mute(channel, story, on=True, now=T0)
    await store.turn(T0 + later - 1)
    assert await lane(store, T0 + later - 1) == []
    assert await store.mute(channel, story, on=False, now=T0 + later)
    await store.turn(T0 + later + HOUR)
    got = await lane(store, T0 + later + HOUR)
    title = "1 story" if mode == "hourly" else "Ban on chips widens"
    assert [alert.title for _, alert in got if alert] == ([] if later > 2 * DAY else [title])
    for on in (True, False):
        await store.mute(channel, story, on=on, now=T0 + later)
    await store.turn(T0 + later + DAY)
    assert await lane(store, T0 + later + DAY) == [], "it was told"


async def test_queries_have_one_id_by_their_text_and_are_listed_while_used(store: Store) -> None:
    used, unused = await store.query("h20 AND ban"), await store.query("中芯")
    assert await store.query("h20 AND ban") == used
    assert used != unused
    await subscribed(store, "x", f"query:{used}")
    assert await store.queries() == [(used, "h20 AND ban")]


async def test_another_label_changes_nothing_else_and_not_what_was_edited_meanwhile(store: Store) -> None:
    channel = await subscribed(store, "one", "topic:chips")
    ((_, read),) = await store.subscriptions(channel)
    await store.amend(channel, read.id, read.rule, read.label, {"lang": "zh"}, T0)
    await store.relabel(read, "芯片")
    ((_, after),) = await store.subscriptions(channel)
    assert (after.rule, after.label, after.options) == (read.rule, "芯片", {"lang": "zh"})
    await store.relabel(read, "Chips of old")
    ((_, kept),) = await store.subscriptions(channel)
    assert kept.label == "芯片"


async def test_an_edit_keeps_number_pause_feedback_and_what_waits(store: Store) -> None:
    channel = await subscribed(store, "one", "topic:chips")
    ((_, before),) = await store.subscriptions(channel)
    await store.taste(channel, "topic:chips", "Reuters", -1, T0)
    await queued(store, channel)
    await store.pause(channel, "rest")
    after = await store.amend(channel, before.id, "topic:rain", "Rain", {"lang": "zh"}, T0 + 9)
    assert after is not None
    assert (after.id, after.rule, after.label, after.options) == (before.id, "topic:rain", "Rain", {"lang": "zh"})
    assert (after.paused, after.created_at) == ("rest", before.created_at)
    assert [(t.rule, t.outlet) for t in await store.tastes(channel)] == [("topic:rain", "Reuters")]
    assert await store.lease_channels(T0 + 10, 9, 60_000, "w", ["console"]) == []
    await store.pause(channel, "")
    assert len(await store.lease_channels(T0 + 10, 9, 60_000, "w", ["console"])) == 1


@pytest.mark.parametrize("mode", ["instant", "hourly"])
@pytest.mark.parametrize(("before", "after"), [("query", "query"), ("query", "topic"), ("topic", "query")])
async def test_what_waits_by_some_keywords_waits_by_those_that_take_their_place(
    store: Store, mode: str, before: str, after: str
) -> None:
    """Of a topic others would be told what is none of it: whoever takes another takes what comes from then on."""
    kept = before == after
    rules = [f"query:{await store.query(text)}" for text in ("h20", "h20 OR h200")]
    old, new = (rule if kind == "query" else "topic:rain" for kind, rule in zip((before, after), rules, strict=True))
    channel = await subscribed(store, "one", old, mode=mode)
    await opened(store, rule=old)
    ((_, held),) = await store.subscriptions(channel)
    for rule in (new, old, new):
        assert await store.amend(channel, held.id, rule, rule, held.options, T0)
    await store.turn(T0 + HOUR)
    got = await lane(store, T0 + HOUR)
    assert [alert is not None for _, alert in got] == [kept]


async def test_what_waits_by_some_keywords_is_told_to_nobody_else_by_those_that_take_their_place(store: Store) -> None:
    old, new = [f"query:{await store.query(text)}" for text in ("h20", "h20 OR h200")]
    channel = await subscribed(store, "one", old, mode="hourly")
    await subscribed(store, "two", new, confirm="2")
    story = await opened(store, rule=old)
    ((_, held),) = await store.subscriptions(channel)
    assert await store.amend(channel, held.id, new, new, held.options, T0)
    await store.transact(saving(outcome("More", story, source="AP")))
    assert await told(store, "update", story) == 0


async def test_an_edit_never_makes_two_of_one(store: Store) -> None:
    channel = await subscribed(store, "one", "topic:chips")
    await store.subscribe(channel, "topic:rain", "Rain", {}, T0)
    before = await store.subscriptions(channel)
    number = before[0][1].id
    assert await store.amend(channel, number, "topic:rain", "Rain", {"lang": "zh"}, T0) is None
    other = await store.channel("console", "", "two")
    assert await store.amend(other, number, "topic:chips", "Chips", {"lang": "zh"}, T0) is None
    assert await store.amend(channel, 999, "topic:x", "X", {}, T0) is None
    assert await store.subscriptions(channel) == before


async def test_an_edit_is_of_the_subscription_with_this_number(store: Store) -> None:
    channel = await subscribed(store, "one", "topic:chips")
    second = await store.subscribe(channel, "topic:rain", "Rain", {}, T0)
    await store.taste(channel, "topic:chips", "Reuters", -1, T0)
    await store.taste(channel, "topic:rain", "AP", -1, T0)
    assert await store.amend(channel, second.id, "topic:snow", "Snow", {}, T0)
    assert [one.rule for _, one in await store.subscriptions(channel)] == ["topic:chips", "topic:snow"]
    assert {(t.rule, t.outlet) for t in await store.tastes(channel)} == {
        ("topic:chips", "Reuters"),
        ("topic:snow", "AP"),
    }


async def test_who_left_is_forgotten_after_the_time_that_is_kept(store: Store) -> None:
    left = Departures("discord", "removed", store, store, lambda: T0)
    slack = Departures("slack", "removed", store, store, lambda: T0)
    there = [("discord", "1", "c1"), ("discord", "1", "c2"), ("discord", "2", "c1")]
    there += [("webhook", "discord:1", "desk"), ("webhook", "discord:11", "desk")]
    for platform, scope, ref in there:
        channel = await store.channel(platform, scope, ref)
        await store.subscribe(channel, "topic:chips", "Chips", {}, T0)
        await store.keep(f"owner:{channel.id}", f"discord @user {ref}")
        await store.pause(channel, "removed")
    await opened(store)
    for scope in ("discord:1", "discord:11"):
        await store.keep(f"webhook.{scope}.desk", "sealed")
        await store.label_pair(int(scope[8:]), 99, True, f"{scope}:42", T0)
    await left.left("1")
    await slack.left("T1")
    await slack.back("T1")
    await Departures("discord", "removed", store, store, lambda: T0 + DAY).left("1")
    await store.pause(await store.channel("discord", "1", "c2"), "")
    assert await purge(store, T0 + 90 * DAY - 1, 90 * DAY) == 0
    assert await purge(store, T0 + 90 * DAY, 90 * DAY) == 2
    assert await purge(store, T0 + 900 * DAY, 90 * DAY) == 0
    kept = [(channel.scope, channel.ref) for channel, _ in await store.subscriptions()]
    assert kept == [("1", "c2"), ("2", "c1"), ("discord:11", "desk")], (
        "what still gets something stays, and so do others"
    )
    owners = sorted((await store.recall_all("owner:")).values())
    assert owners == ["discord @user c1", "discord @user c2", "discord @user desk"]
    assert await store.recall_all("left:") == {}
    assert list(await store.recall_all("webhook.")) == ["webhook.discord:11.desk"]
    assert {pair[0]: pair[3] for pair in await judgements(store)} == {1: "", 11: "discord:11:42"}


async def test_forgetting_who_left_lets_others_write_in_between(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each channel's deliveries are looked for among all: two hundred channels at once would hold up every lane."""
    for number in range(5):
        await store.channel("discord", "9", f"c{number}")
    left: list[int] = []
    write = store.write  # type: ignore[attr-defined]

    async def watched(work: object, **how: object) -> object:
        done = await write(work, **how)
        left.append(len(await store.channel_rows(99)))
        return done

    monkeypatch.setattr(store, "write", watched)
    assert await store.forget_scope("discord", "9") == 5
    assert sorted(set(left), reverse=True) == [5, 4, 3, 2, 1, 0]
