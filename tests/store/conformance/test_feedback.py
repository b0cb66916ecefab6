"""What a store owes to stories that go on and to what channels say of them."""

from __future__ import annotations

import pytest

from bot.core.message import Alert
from bot.core.model import Channel
from bot.ports import Delivery, Store
from bot.ports.feedback import Taste
from tests.store.build import HOUR, MINUTE, T0, hit, judgements, opened, outcome, saving, subscribed, told
from tests.store.build import lane as owed

pytestmark = pytest.mark.usefixtures("untraced")

RULE = "topic:chips"


async def lane(store: Store, now: int) -> list[tuple[Delivery, Alert]]:
    """What the channel is owed now; each has something to say."""
    return [(delivery, alert) for delivery, alert in await owed(store, now) if alert is not None]


async def report(store: Store, story: int, outlet: str, now: int, news: str = "", severity: str = "normal") -> int:
    """One more report of a story; how many deliveries came of it."""
    made = outcome(f"{outlet} has it", story, placed={"news": news}, hits=[hit()], severity=severity, source=outlet)
    await store.transact(saving(made))
    return await told(store, "update", story, [RULE], now)


async def said(store: Store, story: int, outlet: str, now: int, **how: str) -> Alert:
    await report(store, story, outlet, now, **how)
    ((_, alert),) = await lane(store, now)
    return alert


async def test_an_edit_names_who_reports_too(store: Store) -> None:
    await subscribed(store)
    story = await opened(store, "One", source="Reuters")
    await lane(store, T0)
    assert (await said(store, story, "财新", T0 + HOUR)).also == ("财新",)
    alert = await said(store, story, "AP", T0 + 2 * HOUR)
    assert (alert.also, alert.news) == (("财新", "AP"), "")


async def test_a_story_that_becomes_graver_is_worth_a_reply_once(store: Store) -> None:
    await subscribed(store)
    story = await opened(store, "One", source="Reuters")
    await lane(store, T0)
    assert (await said(store, story, "AP", T0 + HOUR, severity="breaking")).said == "now breaking"
    assert (await said(store, story, "AFP", T0 + 2 * HOUR, severity="breaking")).said == ""


async def test_after_five_replies_in_a_day_the_message_is_only_edited(store: Store) -> None:
    await subscribed(store)
    story = await opened(store, "One", source="Reuters")
    await lane(store, T0)
    news = [(await said(store, story, f"O{n}", T0 + n * HOUR, news=f"step {n}")).news for n in range(1, 8)]
    assert news == [*(f"step {n} – O{n}: O{n} has it" for n in range(1, 6)), "", ""]
    assert (await said(store, story, "AP", T0 + 27 * HOUR, news="step 8")).news == "step 8 – AP: AP has it"


async def test_each_channel_gets_each_update_however_many_another_had_before(store: Store) -> None:
    await subscribed(store, "one")
    story = await opened(store, "One", source="Reuters")
    await lane(store, T0)
    for hours in (1, 2):
        assert await report(store, story, "AP", T0 + hours * HOUR) == 1
        await lane(store, T0 + hours * HOUR)
    await subscribed(store, "two", "topic:ships")
    await store.transact(saving(outcome("Ships too", story, hits=[hit("topic:ships")])))
    assert await told(store, "new", story, ["topic:ships"], T0 + 3 * HOUR) == 1
    await lane(store, T0 + 3 * HOUR)
    for hours in (4, 5):
        assert await report(store, story, "AFP", T0 + hours * HOUR) == 2
        assert len(await owed(store, T0 + hours * HOUR, 2)) == 2


async def test_what_is_new_leads_to_the_report_that_says_it(store: Store) -> None:
    channel = await subscribed(store)
    story = await opened(store, "One", source="Reuters", url="https://a.example/1")
    await lane(store, T0)
    two = outcome(
        "Two",
        story,
        placed={"news": "correction"},
        hits=[hit()],
        url="https://a.example/2",
        published=T0 + 1,
        first_seen=T0 + 5,
    )
    three = outcome("Three", story, hits=[hit()], url="https://a.example/3")
    await store.transact(saving(two, three))
    await told(store, "update", story, [RULE], T0 + HOUR)
    ((_, alert),) = await lane(store, T0 + HOUR)
    assert (alert.url, alert.link) == ("https://a.example/1", "https://a.example/2")
    assert (alert.published, alert.news_at, alert.at) == (T0, T0 + 1, T0 + 1)
    await store.follow(channel, story, True, T0 + HOUR)
    await store.transact(
        saving(outcome("Four", story, hits=[hit()], url="https://a.example/4", published=None, first_seen=T0 + 9))
    )
    await told(store, "update", story, [RULE], T0 + 2 * HOUR)
    ((_, alert),) = await lane(store, T0 + 2 * HOUR)
    assert (alert.link, alert.at) == ("https://a.example/4", T0 + 9)


async def test_who_follows_a_story_hears_of_every_report(store: Store) -> None:
    channel = await subscribed(store)
    story = await opened(store, "One", source="Reuters")
    await lane(store, T0)
    assert await store.follow(channel, story, True, T0)
    assert not await store.follow(channel, story, True, T0)
    news = [(await said(store, story, f"O{n}", T0 + n * HOUR)).news for n in range(1, 8)]
    assert news == [f"O{n}: O{n} has it" for n in range(1, 8)]
    assert await store.follow(channel, story, False, T0)
    assert (await said(store, story, "AFP", T0 + 9 * HOUR)).news == ""


async def test_a_followed_story_that_no_subscription_brought_is_posted(store: Store) -> None:
    story = await opened(store, "One", source="Reuters")
    channel = await store.channel("console", "local", "policy")
    await store.mute(channel, await opened(store, "Muted"), True, T0)
    await store.follow(channel, story, True, T0)
    ((delivery, _),) = await lane(store, T0)
    assert (delivery.kind, delivery.story_id) == ("new", story)
    assert (await said(store, story, "AP", T0 + HOUR)).news == "AP: AP has it"


async def disliked(store: Store, outlet: str, delta: int = -1, **options: str) -> Channel:
    channel = await subscribed(store, **options)
    await store.taste(channel, RULE, outlet, delta, T0)
    return channel


async def test_less_needs_another_outlet(store: Store) -> None:
    await disliked(store, "Blog")
    story = await opened(store, "One", source="Blog")
    assert await lane(store, T0) == []
    assert await report(store, story, "Blog", T0 + MINUTE) == 0
    assert await report(store, story, "Reuters", T0 + 2 * MINUTE) == 1


async def test_less_lets_pass_what_is_graver_than_asked_for(store: Store) -> None:
    await disliked(store, "Blog")
    await opened(store, "One", source="Blog", severity="notable")
    assert len(await lane(store, T0)) == 1


async def test_less_never_touches_other_outlets_and_can_be_taken_back(store: Store) -> None:
    channel = await disliked(store, "Blog")
    await opened(store, "One", source="Reuters")
    assert len(await lane(store, T0)) == 1
    assert await store.tastes(channel) == [Taste(RULE, "Blog", -1)]
    await store.taste(channel, RULE, "Blog", 0, T0)
    assert await store.tastes(channel) == []
    await opened(store, "Two", source="Blog")
    assert len(await lane(store, T0)) == 1


async def test_less_is_said_of_one_topic_and_holds_for_no_other(store: Store) -> None:
    channel = await disliked(store, "Blog")
    await store.subscribe(channel, "topic:ships", "Ships", {}, T0)
    await opened(store, "One", "topic:ships", source="Blog")
    assert len(await lane(store, T0)) == 1


async def test_more_passes_the_guard_against_bursts_but_no_option(store: Store) -> None:
    await disliked(store, "Reuters", 1, confirm="1")
    for number in range(8):
        await opened(store, f"News {number}", source="AP")
    assert len(await lane(store, T0)) == 6
    await opened(store, "Mine", source="Reuters")
    assert [alert.title for _, alert in await lane(store, T0)] == ["Mine"]


async def test_more_goes_below_no_option(store: Store) -> None:
    await disliked(store, "Reuters", 1, severity="notable")
    await opened(store, "Mine", source="Reuters")
    assert await lane(store, T0) == []


async def test_judgements_of_pairs_are_kept_one_a_person(store: Store) -> None:
    await store.label_pair(7, 3, True, "discord:1:ann", T0)
    await store.label_pair(3, 7, False, "discord:1:ann", T0 + 1)
    await store.label_pair(3, 7, True, "slack:T:bob", T0 + 2)
    assert await judgements(store) == [
        (3, 7, False, "discord:1:ann", T0 + 1),
        (3, 7, True, "slack:T:bob", T0 + 2),
    ]


async def test_the_entries_of_a_story_in_the_order_of_its_timeline(store: Store) -> None:
    story = await opened(store, "One", source="Reuters")
    await report(store, story, "AP", T0 + HOUR)
    ids = await store.entry_ids(story)
    assert (len(ids), sorted(ids)) == (len(await store.timeline(story)), ids)
