"""What every store owes to who subscribes: each is told once, of what passes their filters, and of how it goes on."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.ports import Ambiguous, Receipt, Rejected, Retry, Sent, Store
from tests.store.build import HOUR, MINUTE, T0, begun, hit, leased, opened, outcome, saving, subscribed, told
from tests.store.conformance.serving import SECOND, lane, send, send_one, states

pytestmark = pytest.mark.usefixtures("untraced")


async def test_every_subscriber_is_told_once(store: Store) -> None:
    await subscribed(store, "one")
    two = await subscribed(store, "two")
    await store.subscribe(two, "topic:bans", "Bans", {}, T0)
    await subscribed(store, "three", "topic:ipos")
    ((_, story),) = await store.transact(saving(outcome(hits=[hit("topic:chips"), hit("topic:bans")])))
    assert await told(store, "new", story, ["topic:chips", "topic:bans"]) == 2
    assert await told(store, "new", story, ["topic:chips", "topic:bans", "topic:ipos"]) == 1
    assert await told(store, "new", story, ["topic:ipos", "nobody's"]) == 0
    assert await told(store, "new", story, []) == 0


@pytest.mark.parametrize(
    ("options", "story", "heard"),
    [
        ({"severity": "notable"}, {"severity": "normal"}, 0),
        ({"severity": "notable"}, {"severity": "breaking"}, 1),
        ({"lang": "zh"}, {"lang": "en"}, 0),
        ({"lang": "en,zh"}, {"lang": "zh"}, 1),
        ({"lang": "zh"}, {"lang": ""}, 1),
        ({"lang": "zh"}, {"lang": "%"}, 0),
        ({"confirm": "2"}, {}, 0),
        ({"confirm": "1"}, {}, 1),
    ],
)
async def test_options_filter(store: Store, options: dict[str, str], story: dict[str, str], heard: int) -> None:
    await subscribed(store, **options)
    ((_, number),) = await store.transact(saving(outcome(**story)))  # type: ignore[arg-type]
    assert await told(store, "new", number, ["topic:chips"]) == heard


async def test_a_filter_that_held_a_story_back_lets_it_through_when_it_grows(store: Store) -> None:
    await subscribed(store, "sure", confirm="2")
    await subscribed(store, "grave", severity="breaking")
    story = await opened(store)
    await store.transact(saving(outcome("Also", story, source="AP")))
    assert await told(store, "update", story) == 1
    await store.transact(saving(outcome("Grave", story, severity="breaking")))
    assert await told(store, "update", story) == 1
    leases = await leased(store, n=9)
    assert [(await store.next_deliveries(lease, 9, T0))[0].kind for lease in leases] == ["new", "new"]


async def test_muted_and_paused_channels_hear_nothing(store: Store) -> None:
    muted, paused = await subscribed(store, "muted"), await subscribed(store, "paused")
    ((_, story),) = await store.transact(saving(outcome()))
    assert await store.mute(muted, story, on=True, now=T0)
    assert await store.pause(paused, "moving house") == 1
    assert await told(store, "new", story, ["topic:chips"]) == 0
    assert await store.mute(muted, story, on=False, now=T0)
    assert await store.pause(paused, "") == 1
    assert await told(store, "new", story, ["topic:chips"]) == 2


async def test_a_mute_is_of_one_story(store: Store) -> None:
    channel = await subscribed(store)
    story, muted = await opened(store, "One"), await opened(store, "Muted")
    await store.mute(channel, muted, on=True, now=T0)
    await send(store, Sent("m"))
    await store.transact(saving(outcome("More", story)))
    assert await told(store, "update", story) == 1
    ((_, another),) = await store.transact(saving(outcome("Another")))
    assert await told(store, "new", another, ["topic:chips"]) == 1


async def test_a_story_that_was_told_and_muted_goes_on_when_it_is_unmuted(store: Store) -> None:
    channel = await subscribed(store)
    story = await opened(store)
    await send(store, Sent("m"))
    for on in (True, False):
        await store.mute(channel, story, on=on, now=T0)
    await store.transact(saving(outcome("More", story)))
    assert await told(store, "update", story) == 1


async def test_an_update_that_waited_when_its_story_was_muted_waits_again_when_it_is_unmuted(store: Store) -> None:
    channel = await subscribed(store)
    story = await opened(store)
    await send(store, Sent("m"))
    await store.transact(saving(outcome("More", story, placed={"news": "Correction: in May"})))
    assert await told(store, "update", story, after_ms=MINUTE) == 1
    for on in (True, False):
        await store.mute(channel, story, on=on, now=T0)
    assert await leased(store, T0 + SECOND) == []
    _, (update,) = await lane(store, T0 + MINUTE)
    alert = await store.alert(update)
    assert alert is not None
    assert (update.ref, "in May" in alert.news) == ("m", True)


async def test_an_update_that_was_muted_stays_so_where_its_alert_is_never_found_out_about(store: Store) -> None:
    channel = await subscribed(store)
    story = await opened(store)
    lease, (delivery,) = await lane(store)
    assert await begun(store, lease, delivery, T0)
    await store.transact(saving(outcome("More", story)))
    assert await told(store, "update", story) == 1
    await store.mute(channel, story, on=True, now=T0)
    assert await store.settle(lease, delivery, Ambiguous("can't be looked for", blind=True), T0)
    await store.release(lease)
    await store.mute(channel, story, on=False, now=T0)
    assert await leased(store, T0 + HOUR) == []


async def test_a_paused_channel_gets_no_update(store: Store) -> None:
    channel = await subscribed(store)
    story = await opened(store)
    await send(store, Sent("m"))
    await store.pause(channel, "moving house")
    await store.transact(saving(outcome("More", story)))
    assert await told(store, "update", story) == 0


async def test_an_update_goes_to_who_was_told_and_finds_the_message(store: Store) -> None:
    await subscribed(store)
    story = await opened(store)
    await send(store, Sent("msg-1"))
    await subscribed(store, "came later")
    await store.transact(saving(outcome("More", story, placed={"news": "now 30 %"})))
    assert await told(store, "update", story) == 1
    assert await told(store, "update", story) == 0
    _, (update,) = await lane(store)
    assert (update.kind, update.ref) == ("update", "msg-1")
    alert = await store.alert(update)
    assert alert is not None
    assert (alert.kind, alert.news) == ("update", "now 30 % – Reuters: More")


async def test_growth_before_the_message_went_out_is_in_the_message(store: Store) -> None:
    await subscribed(store)
    story = await opened(store)
    await store.transact(saving(outcome("More", story, source="AP")))
    assert await told(store, "update", story) == 0
    _, (new,) = await lane(store)
    alert = await store.alert(new)
    assert alert is not None
    assert [outlet.name for outlet in alert.outlets] == ["Reuters", "AP"]


@pytest.mark.parametrize("kind", ["new", "update"])
async def test_growth_while_the_message_waits_for_its_place_is_in_the_message(store: Store, kind: str) -> None:
    """It was put together, and its platform's limit has it wait: what comes meanwhile leads to no update after it."""
    await subscribed(store)
    story = await opened(store)
    if kind == "update":
        await send(store, Sent("m"))
        await store.transact(saving(outcome("More", story, placed={"news": "a number"})))
        assert await told(store, "update", story) == 1
    lease, (first,) = await lane(store)
    early = await store.alert(first)
    await store.transact(saving(outcome("Correction", story, placed={"news": "correction"})))
    assert (first.kind, await told(store, "update", story)) == (kind, 0)
    assert early is not None
    assert not await store.begin(lease, replace(first, told=early.told), T0), "it would leave out the correction"
    assert await begun(store, lease, first, T0)
    assert await store.settle(lease, first, Sent("m"), T0)
    await store.transact(saving(outcome("Later", story, placed={"news": "later news"})))
    assert await told(store, "update", story, now=T0 + MINUTE) == 1


async def test_growth_while_the_message_goes_out_is_told_after_it(store: Store) -> None:
    await subscribed(store)
    story = await opened(store)
    lease, (new,) = await lane(store)
    assert await store.begin(lease, new, T0)
    await store.transact(saving(outcome("More", story, placed={"news": "a number"})))
    assert await told(store, "update", story) == 1
    assert await store.settle(lease, new, Sent("m"), T0)
    (update,) = await store.next_deliveries(lease, 9, T0)
    assert (await store.alert(update)).news == "a number – Reuters: More"  # type: ignore[union-attr]


async def test_growth_while_the_message_fails_is_folded_into_its_next_try(store: Store) -> None:
    await subscribed(store)
    story = await opened(store)
    lease, (new,) = await lane(store)
    await store.begin(lease, new, T0)
    await store.transact(saving(outcome("More", story)))
    assert await told(store, "update", story) == 1
    await store.settle(lease, new, Retry(0, "busy"), T0)
    await store.release(lease)
    assert await states(store) == {"queued": 1, "folded": 1}


async def test_what_fails_in_one_channel_folds_no_update_of_another(store: Store) -> None:
    await subscribed(store, "one")
    await subscribed(store, "two")
    story = await opened(store)
    await send_one(store)
    lease, (new,) = await lane(store)
    await store.begin(lease, new, T0)
    await store.transact(saving(outcome("More", story)))
    assert await told(store, "update", story) == 2
    await store.settle(lease, new, Retry(0, "busy"), T0)
    assert await states(store) == {"sent": 1, "queued": 2, "folded": 1}


async def test_updates_wait_and_gather_news_at_most_one_a_minute(store: Store) -> None:
    await subscribed(store)
    story = await opened(store)
    await send(store, Sent("m"))
    for n in range(3):
        await store.transact(saving(outcome(f"More {n}", story, placed={"news": f"news {n}"})))
        await told(store, "update", story, now=T0 + n, after_ms=MINUTE)
    assert await leased(store, T0 + MINUTE - 1) == []
    lease, (update,) = await lane(store, T0 + MINUTE)
    gathered = (await store.alert(update)).news  # type: ignore[union-attr]
    assert gathered == " · ".join(f"news {n} – Reuters: More {n}" for n in range(3))
    await begun(store, lease, update, T0 + MINUTE)
    await store.settle(lease, update, Sent(""), T0 + MINUTE)
    await store.release(lease)
    await store.transact(saving(outcome("Again", story, placed={"news": "news 3"})))
    assert await told(store, "update", story, now=T0 + MINUTE) == 1
    assert await leased(store, T0 + 2 * MINUTE - 1) == []
    _, (second,) = await lane(store, T0 + 2 * MINUTE)
    assert (await store.alert(second)).news == "news 3 – Reuters: Again"  # type: ignore[union-attr]


async def test_what_one_channel_was_told_is_still_news_to_another(store: Store) -> None:
    await subscribed(store, "one")
    await subscribed(store, "two")
    story = await opened(store)
    await send_one(store)
    await send_one(store)
    await store.transact(saving(outcome("More", story, placed={"news": "now 30 %"})))
    assert await told(store, "update", story) == 2
    await send_one(store)
    _, (update,) = await lane(store)
    assert (await store.alert(update)).news == "now 30 % – Reuters: More"  # type: ignore[union-attr]


async def test_no_update_of_what_was_never_delivered(store: Store) -> None:
    await subscribed(store)
    story = await opened(store)
    await send(store, Rejected("too odd"))
    await store.transact(saving(outcome("More", story)))
    assert await told(store, "update", story) == 0
    await store.transact(saving(outcome("Grave", story, severity="breaking")))
    assert await told(store, "update", story) == 0


async def last_news(store: Store, story: int, *receipts: Receipt) -> str:
    """The news of the last of some updates a minute apart, each after one more report."""
    for number, receipt in enumerate(receipts, 1):
        await store.transact(saving(outcome(f"More {number}", story, placed={"news": f"news {number}"})))
        now = T0 + number * MINUTE
        await told(store, "update", story, now=now)
        lease, (update,) = await lane(store, now)
        alert = await store.alert(update)
        await store.release(lease)
        await send(store, receipt, now)
    assert alert is not None
    return alert.news


async def test_what_a_refused_update_said_is_said_by_the_next(store: Store) -> None:
    await subscribed(store)
    story = await opened(store)
    await send(store, Sent("m"))
    assert (
        await last_news(store, story, Rejected("too odd"), Sent("m"))
        == "news 1 – Reuters: More 1 · news 2 – Reuters: More 2"
    )


async def test_what_was_followed_and_told_is_not_told_again(store: Store) -> None:
    channel = await subscribed(store)
    ((_, story),) = await store.transact(saving(outcome(hits=[hit()])))
    assert await store.follow(channel, story, on=True, now=T0)
    await send(store, Sent("m"))
    assert await store.follow(channel, story, on=False, now=T0)
    assert await store.follow(channel, story, on=True, now=T0)
    assert (await store.stats()).get("deliveries_queued", 0) == 0
    assert await told(store, "new", story, ["topic:chips"]) == 0


async def test_news_that_a_second_try_told_is_not_told_again(store: Store) -> None:
    """Of a try that surely did not arrive nothing was told; what came since is in the next one."""
    await subscribed(store)
    story = await opened(store)
    await send(store, Sent("m"))
    assert await last_news(store, story, Retry(0, "a limit"), Sent("m"), Sent("m")) == "news 3 – Reuters: More 3"


@pytest.mark.parametrize("follows", [True, False])
@pytest.mark.parametrize("kind", ["new", "update"])
async def test_what_may_stand_already_tells_no_more_when_it_is_sent_again(
    store: Store, kind: str, follows: bool
) -> None:
    """Its platform shows the first one where that arrived: what came meanwhile is told by the update after it."""
    channel = await subscribed(store)
    story = await opened(store)
    if follows:
        await store.follow(channel, story, on=True, now=T0)
    if kind == "update":
        await send(store, Sent("m"))
    await store.transact(saving(outcome("A denial", story, placed={"news": "denial"})))
    assert await told(store, "update", story) == int(kind == "update")
    lease, (first,) = await lane(store)
    early = await store.alert(first)
    assert await begun(store, lease, first, T0)
    await store.transact(
        saving(outcome("A correction", story, placed={"news": "correction"}, severity="breaking", first_seen=T0 + 1))
    )
    assert await told(store, "update", story, now=T0 + 1) == 1
    assert await store.settle(lease, first, Ambiguous("no answer"), T0)
    doubtful, after = await store.next_deliveries(lease, 9, T0 + 5_000)
    again = await store.alert(doubtful)
    assert early is not None
    assert again is not None
    assert (again.news, again.told, again.severity) == (early.news, early.told, early.severity)
    assert "denial" in again.news.lower()
    anew = await store.alert(replace(doubtful, told=0))
    assert anew is not None
    assert "correction" in anew.news.lower(), "of what surely did not arrive"
    assert await store.begin(lease, replace(doubtful, told=again.told), T0 + 5_000)
    assert await store.settle(lease, doubtful, Sent("m"), T0 + 5_000)
    last = await store.alert(after)
    assert last is not None
    assert ("denial" in last.news.lower(), "correction" in last.news.lower()) == (False, True)
    assert (last.before, last.severity) == ("normal", "breaking")
