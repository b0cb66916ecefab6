"""What a store owes to stories that grow graver, before or after a digest told of them."""

from __future__ import annotations

import pytest

from bot.ports import Sent, Store
from tests.store.build import DAY, HOUR, MINUTE, T0, begun, hit, lane, leased, opened, outcome, saving, subscribed, told

pytestmark = pytest.mark.usefixtures("untraced")


async def graver(store: Store, story: int, now: int, severity: str = "breaking") -> int:
    """One more report that makes a story graver; how many deliveries came of it."""
    await store.transact(saving(outcome("More", story, hits=[hit()], severity=severity)))
    return await told(store, "update", story, ["topic:chips"], now)


async def test_a_story_that_waits_comes_at_once_when_it_has_become_grave_enough(store: Store) -> None:
    await subscribed(store, mode="hourly", wake="breaking")
    story = await opened(store, "One")
    assert await graver(store, story, T0 + MINUTE, "notable") == 0
    assert await graver(store, story, T0 + 2 * MINUTE) == 1
    ((delivery, alert),) = await lane(store, T0 + 2 * MINUTE)
    assert (delivery.kind, alert.severity if alert else "") == ("new", "breaking")
    assert await store.turn(T0 + HOUR) == 0, "nothing is left for the digest"


async def test_a_story_waits_on_where_nothing_may_break_the_rhythm(store: Store) -> None:
    await subscribed(store, mode="hourly")
    story = await opened(store, "One")
    assert await graver(store, story, T0 + MINUTE) == 0
    assert await store.turn(T0 + HOUR) == 1


async def test_what_a_burst_holds_back_passes_when_it_becomes_breaking(store: Store) -> None:
    await subscribed(store)
    stories = [await opened(store, f"News {number}") for number in range(8)]
    await lane(store, T0)
    assert await graver(store, stories[6], T0 + MINUTE) == 1
    ((delivery, _),) = await lane(store, T0 + MINUTE)
    assert delivery.story_id == stories[6]
    assert await store.turn(T0 + 10 * MINUTE) == 1
    ((_, alert),) = await lane(store, T0 + 10 * MINUTE)
    assert alert is not None
    assert [line.story_id for line in alert.lines] == [stories[7]]


async def test_what_a_digest_told_is_told_again_only_when_it_becomes_breaking_and_once(store: Store) -> None:
    await subscribed(store, mode="hourly", wake="breaking")
    story = await opened(store, "One")
    await store.turn(T0 + HOUR)
    await lane(store, T0 + HOUR)
    assert await graver(store, story, T0 + 2 * HOUR, "notable") == 0
    assert await graver(store, story, T0 + 2 * HOUR) == 1
    ((delivery, alert),) = await lane(store, T0 + 2 * HOUR)
    assert (delivery.kind, delivery.ref, alert.severity if alert else "") == ("update", "", "breaking")
    assert await graver(store, story, T0 + 3 * HOUR) == 0
    assert await store.turn(T0 + DAY) == 0


async def test_what_becomes_breaking_while_its_digest_is_sent_is_told_after_it(store: Store) -> None:
    """A digest in doubt is looked for over minutes."""
    await subscribed(store, mode="hourly", wake="breaking")
    story = await opened(store, "One")
    await store.turn(T0 + HOUR)
    now = T0 + HOUR
    (lease,) = await leased(store, now)
    (digest,) = await store.next_deliveries(lease, 9, now)
    assert await begun(store, lease, digest, now)
    assert await graver(store, story, now) == 0
    assert await store.settle(lease, digest, Sent("m"), now)
    await store.release(lease)
    ((delivery, alert),) = await lane(store, now + 1)
    assert (delivery.kind, alert.severity if alert else "") == ("update", "breaking")
    assert await graver(store, story, now + MINUTE) == 0


async def test_what_becomes_breaking_while_its_digest_is_sent_with_other_breaking_news_is_told_in_the_next(
    store: Store,
) -> None:
    await subscribed(store, mode="hourly")
    await opened(store, "Other", severity="breaking")
    story = await opened(store, "One")
    now = T0 + HOUR
    await store.turn(now)
    (lease,) = await leased(store, now)
    (digest,) = await store.next_deliveries(lease, 9, now)
    assert await begun(store, lease, digest, now)
    await graver(store, story, now)
    assert await store.settle(lease, digest, Sent("m"), now)
    await store.release(lease)
    await store.turn(now + HOUR)
    assert [[line.title for line in alert.lines] for _, alert in await lane(store, now + HOUR) if alert] == [["One"]]


async def test_what_a_digest_told_as_breaking_does_not_rise_again(store: Store) -> None:
    await subscribed(store, mode="hourly")
    story = await opened(store, "One", severity="breaking")
    await store.turn(T0 + HOUR)
    await lane(store, T0 + HOUR)
    assert await graver(store, story, T0 + 2 * HOUR) == 0


async def test_who_wants_first_reports_alone_hears_of_no_rise(store: Store) -> None:
    await subscribed(store, mode="hourly", wake="breaking", updates="no")
    story = await opened(store, "One")
    await store.turn(T0 + HOUR)
    await lane(store, T0 + HOUR)
    assert await graver(store, story, T0 + 2 * HOUR) == 0


async def test_who_muted_or_paused_hears_of_no_rise(store: Store) -> None:
    muted, paused = [await subscribed(store, ref, mode="hourly", wake="breaking") for ref in ("muted", "paused")]
    story = await opened(store, "One")
    await store.turn(T0 + HOUR)
    await lane(store, T0 + HOUR, 2)
    await store.mute(muted, story, on=True, now=T0 + HOUR)
    await store.pause(paused, "moving house")
    assert await graver(store, story, T0 + 2 * HOUR) == 0
    await store.mute(muted, story, on=False, now=T0 + HOUR)
    await store.mute(muted, await opened(store, "Another"), on=True, now=T0 + HOUR)
    assert await graver(store, story, T0 + 2 * HOUR) == 1, "it is another story that is muted"


async def test_what_waits_for_a_digest_in_a_paused_channel_waits_on(store: Store) -> None:
    channel = await subscribed(store, mode="hourly", wake="breaking")
    story = await opened(store, "One")
    await store.pause(channel, "moving house")
    assert await graver(store, story, T0 + MINUTE) == 0


async def test_a_rise_keeps_to_the_rhythm_and_is_a_line_of_the_next_digest(store: Store) -> None:
    await subscribed(store, mode="hourly")
    story = await opened(store, "One")
    await store.turn(T0 + HOUR)
    await lane(store, T0 + HOUR)
    assert await graver(store, story, T0 + HOUR + MINUTE) == 1
    assert await lane(store, T0 + HOUR + MINUTE) == []
    assert await store.turn(T0 + 2 * HOUR) == 1
    ((_, alert),) = await lane(store, T0 + 2 * HOUR)
    assert alert is not None
    assert [(line.story_id, line.severity) for line in alert.lines] == [(story, "breaking")]


async def test_a_digest_that_waited_a_while_in_a_paused_channel_tells_its_stories(store: Store) -> None:
    channel = await subscribed(store, mode="hourly")
    await opened(store, "One")
    await store.turn(T0 + HOUR)
    await store.pause(channel, "moving house")
    clock = store._clock  # type: ignore[attr-defined]
    clock.now = T0 + 3 * HOUR
    await store.pause(channel, "")
    ((_, alert),) = await lane(store, clock.now)
    assert alert is not None
    assert [line.title for line in alert.lines] == ["One"]


async def test_a_channel_that_goes_on_takes_nothing_from_what_waits(store: Store) -> None:
    one, _ = [await subscribed(store, ref, mode="hourly") for ref in ("one", "two")]
    await opened(store, "One")
    await store.pause(one, "moving house")
    await store.pause(one, "")
    assert await store.turn(T0 + HOUR) == 2


async def test_a_digest_that_waited_too_long_in_a_paused_channel_goes_with_its_stories(store: Store) -> None:
    channel = await subscribed(store, mode="hourly")
    await opened(store, "One")
    await store.turn(T0 + HOUR)
    await store.pause(channel, "deleted")
    clock = store._clock  # type: ignore[attr-defined]
    clock.now = T0 + 4 * DAY
    await store.pause(channel, "")
    assert await lane(store, clock.now) == []
    stats = await store.stats()
    assert {name: n for name, n in stats.items() if name.startswith("deliveries_") and n} == {"deliveries_stale": 2}


@pytest.mark.parametrize(
    ("severity", "options", "comes"),
    [
        ("notable", {"severity": "breaking", "wake": "notable"}, False),
        ("breaking", {"severity": "breaking", "wake": "notable"}, True),
        ("notable", {"severity": "notable"}, False),
        ("breaking", {"severity": "notable"}, True),
    ],
    ids=["not asked for", "asked for and wakes", "asked for and not breaking", "asked for at once and breaking"],
)
async def test_what_one_rule_holds_comes_by_another_that_asks_for_its_weight(
    store: Store, severity: str, options: dict[str, str], comes: bool
) -> None:
    """One subscription holds the story for its digest; the other would tell it, where it is as grave as it asks for."""
    channel = await subscribed(store, mode="hourly")
    await store.subscribe(channel, "topic:space", "Space", options, T0)
    story = await opened(store, "One")
    more = outcome("More", story, hits=[hit("topic:space")], severity=severity)
    await store.transact(saving(more))
    assert await told(store, "update", story, ["topic:space"], T0 + MINUTE) == comes
