"""What every store owes to what an alert says: what matched for this channel, and nothing that it no longer wants."""

from __future__ import annotations

from bot.core.message import OutletLine, TopicLine
from bot.core.units import DAY_MS, MINUTE_MS
from bot.ports import Delivery, Store
from tests.store.build import T0, hit, opened, outcome, saving, subscribed, told
from tests.store.conformance.serving import lane


async def test_an_alert_says_what_matched_for_this_channel(store: Store) -> None:
    channel = await store.channel("console", "", "policy")
    await store.subscribe(channel, "topic:chips", "Chip controls", {}, T0)
    await store.subscribe(channel, "query:5", "ban*", {}, T0)
    hits = [hit("query:5", "Ban"), hit("topic:chips", "chips", "禁令"), hit("topic:ipos", "IPO")]
    one = outcome("Ban on chips", hits=hits, says="In short.", url="https://n.example/", severity="breaking", lang="zh")
    ((_, story),) = await store.transact(saving(one))
    await told(store, "new", story, ["query:5"])
    _, (delivery,) = await lane(store)
    alert = await store.alert(delivery)
    assert alert is not None
    assert (alert.delivery_id, alert.kind, alert.story_id) == (delivery.id, "new", story)
    assert (alert.title, alert.url, alert.summary) == ("Ban on chips", "https://n.example/", "In short.")
    assert (alert.severity, alert.lang, alert.published, alert.news) == ("breaking", "zh", T0, "")
    assert alert.outlets == (OutletLine("Reuters", "https://n.example/", T0),)
    assert alert.topics == (
        TopicLine("topic:chips", "Chip controls", ("chips", "禁令")),
        TopicLine("query:5", "ban*", ("Ban",)),
    )


async def test_nothing_is_said_after_a_mute_an_unsubscription_or_without_a_story(store: Store) -> None:
    channel = await subscribed(store)
    first = await opened(store, "First")
    lease, (delivery,) = await lane(store)
    ((_, subscription),) = await store.subscriptions(channel)
    assert await store.unsubscribe(subscription.id, channel)
    assert await store.alert(delivery) is None
    await store.subscribe(channel, "topic:chips", "Chips", {}, T0)
    assert await store.alert(delivery) is not None
    await opened(store, "Second")
    _, second = await store.next_deliveries(lease, 9, T0)
    await store.mute(channel, first, on=True, now=T0)
    assert await store.alert(delivery) is None
    assert await store.alert(second) is not None
    assert [one.id for one in await store.next_deliveries(lease, 9, T0)] == [second.id]
    await store.mute(channel, second.story_id, on=True, now=T0)
    assert not await store.begin(lease, second, T0), "it was muted after it was put together"
    assert await store.next_deliveries(lease, 9, T0) == []
    assert await store.alert(Delivery(9, channel.id, 4711, "new", 0, T0)) is None


async def test_a_delivery_of_a_merged_story_speaks_of_the_whole(store: Store) -> None:
    await subscribed(store)
    one, other = await opened(store, "One", "topic:ipos"), await opened(store, "Other")
    _, (delivery,) = await lane(store)
    await store.transact(saving(outcome("Both", one, source="AP", placed={"merges": (other,)})))
    alert = await store.alert(delivery)
    assert alert is not None
    assert alert.story_id == one
    assert [outlet.name for outlet in alert.outlets] == ["Reuters", "AP"]


async def test_the_first_alert_of_a_story_that_began_untold_says_what_came_now(store: Store) -> None:
    """Who passes the hearing today applied in a report of the first poll, which alerted nobody."""
    await subscribed(store)
    (saved,) = await store.transact(saving(outcome("Acme applied to list")))
    later, url = T0 + DAY_MS, "https://exchange.example/2"
    step = outcome(
        "Acme passed its hearing",
        saved.story_id,
        placed={"news": "hearing passed"},
        hits=[hit()],
        first_seen=later,
        published=later - MINUTE_MS,
        url=url,
    )
    await store.transact(saving(step))
    await told(store, "new", saved.story_id, ["topic:chips"], later)
    _, (new,) = await lane(store, later)
    alert = await store.alert(new)
    assert alert is not None
    assert (alert.kind, alert.title) == ("new", "Acme applied to list")
    assert alert.said == "hearing passed – Reuters: Acme passed its hearing"
    assert (alert.link, alert.at) == (url, later - MINUTE_MS)


async def test_a_correction_within_the_minute_is_told_with_the_headline_that_it_corrects(store: Store) -> None:
    """One poll brought both reports: the alert told the first, and nobody ever heard of the other."""
    await subscribed(store)
    story = await opened(store)
    corrected = outcome("CORRECTED-Acme lists in New York", story, placed={"news": "correction"}, first_seen=T0)
    await store.transact(saving(corrected))
    _, (new,) = await lane(store, T0 + 2)
    alert = await store.alert(new)
    assert alert is not None
    assert alert.said == "correction – Reuters: CORRECTED-Acme lists in New York"


async def test_what_grew_within_the_minute_is_no_news_of_a_first_alert(store: Store) -> None:
    await subscribed(store)
    story = await opened(store)
    await store.transact(saving(outcome("More", story, placed={"news": "now 30 %"}, first_seen=T0 + 1)))
    _, (new,) = await lane(store, T0 + 2)
    alert = await store.alert(new)
    assert alert is not None
    assert (alert.news, alert.at) == ("", T0)
