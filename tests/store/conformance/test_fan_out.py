"""What every store owes to the stories of one transaction: each is told of once, as it is at its end."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from bot.ports import FanOut, IngestTx, Store
from bot.store import open_store
from tests.store.build import HOUR, MINUTE, T0, hit, lane, opened, outcome, saving, subscribed

pytestmark = pytest.mark.usefixtures("untraced")

SECOND = 1000


async def told(store: Store, *asked: Sequence[FanOut]) -> list[list[int]]:
    return [await store.transact(lambda tx, some=some: tx.fan_out(some)) for some in asked]  # type: ignore[misc]


def new(story: int, *rules: str, burst: int = 6) -> FanOut:
    return FanOut(story, "new", rules or ("topic:chips",), T0, burst)


def grown(story: int, burst: int = 6) -> FanOut:
    return FanOut(story, "update", (), T0, burst, every_ms=MINUTE)


async def stories(store: Store, n: int, *rules: str) -> list[int]:
    hits = [hit(rule) for rule in rules or ("topic:chips",)]
    saved = await store.transact(saving(*(outcome(f"Story {number}", hits=hits) for number in range(n))))
    return [one.story_id for one in saved]


async def test_nothing_asked_is_nothing_told(store: Store) -> None:
    assert await told(store, []) == [[]]


async def test_stories_are_told_in_the_order_of_their_first_ask_each_once(store: Store) -> None:
    await subscribed(store)
    one, two = await stories(store, 2)
    asked = [new(two), new(one), grown(two), new(two), grown(two), new(one)]
    assert await told(store, asked) == [[1, 1, 0, 0, 0, 0]]
    assert [delivery.story_id for delivery, _ in await lane(store, T0)] == [two, one]
    assert await told(store, [grown(one), new(one), grown(one)]) == [[1, 0, 0]]
    assert [delivery.kind for delivery, _ in await lane(store, T0 + 2 * MINUTE)] == ["update"]


async def test_a_rule_without_subscribers_tells_nobody(store: Store) -> None:
    await subscribed(store)
    (story,) = await stories(store, 1, "topic:chips", "topic:ships")
    asked = [new(story, "topic:ships"), grown(story)]
    assert await told(store, asked, [new(story, "topic:nothing")]) == [[0, 0], [0]]
    assert await lane(store, T0) == []


async def test_the_cap_counts_each_story_of_a_transaction_once(store: Store) -> None:
    await subscribed(store)
    first, second, third = await stories(store, 3)
    asked = [ask for story in (first, second, third) for ask in (new(story, burst=2), grown(story, burst=2))]
    assert await told(store, asked) == [[1, 0, 1, 0, 1, 0]]
    assert [delivery.story_id for delivery, _ in await lane(store, T0)] == [first, second]
    assert await store.turn(T0 + HOUR) == 1


async def test_of_two_rules_that_a_channel_has_the_quicker_one_counts(store: Store) -> None:
    channel = await subscribed(store, mode="daily 09:00")
    await store.subscribe(channel, "topic:ships", "Ships", {}, T0)
    one, two, three = await stories(store, 3, "topic:chips", "topic:ships")
    assert await told(store, [new(one), new(one, "topic:ships")], [new(two), grown(two)], [new(three)]) == [
        [1, 0],
        [1, 0],
        [1],
    ]
    assert [delivery.story_id for delivery, _ in await lane(store, T0)] == [one]


async def test_what_a_filter_held_is_told_when_the_story_has_grown(store: Store) -> None:
    await subscribed(store, confirm="2")
    (story,) = await stories(store, 1)
    assert await told(store, [new(story), grown(story)]) == [[0, 0]]

    def joined(tx: IngestTx) -> list[int]:
        tx.save(0, outcome("It is confirmed", story, source="Another", first_seen=T0 + SECOND))
        return tx.fan_out([grown(story)])

    assert await store.transact(joined) == [1]
    assert [delivery.kind for delivery, _ in await lane(store, T0 + MINUTE)] == ["new"]


async def test_an_outlet_in_other_letters_confirms_nothing(store: Store) -> None:
    await subscribed(store, confirm="2")
    one = await opened(store, "One", source="Reuters")

    def joined(source: str) -> Callable[[IngestTx], list[int]]:
        def work(tx: IngestTx) -> list[int]:
            tx.save(0, outcome(f"It is told by {source}", one, source=source, first_seen=T0 + SECOND))
            return tx.fan_out([grown(one)])

        return work

    assert await store.transact(joined("REUTERS")) == [0]
    assert await store.transact(joined("AP")) == [1]


@pytest.mark.parametrize("name", ["Übermedien", "ÜBERMEDIEN", "Reuters, Übermedien"])
async def test_outlets_are_chosen_and_muted_by_any_letters(store: Store, name: str) -> None:
    assert await chosen(store, name) == ["chosen"]


async def test_outlets_are_chosen_whatever_the_case_of_their_letters() -> None:
    store = open_store("memory:", clock=lambda: T0)
    assert await chosen(store, "übermedien") == ["chosen"]
    await store.close()


@pytest.mark.parametrize("name", ["Übermedien, Inc.", "Übermedien，Inc."])
@pytest.mark.parametrize("given", ["Übermedien, Inc.", "Reuters,ÜBERMEDIEN,Inc., AP"])
async def test_outlets_with_a_comma_are_chosen_and_muted(store: Store, given: str, name: str) -> None:
    assert await chosen(store, given, name) == ["chosen"]


async def test_a_part_of_a_name_with_a_comma_is_not_its_outlet(store: Store) -> None:
    assert await chosen(store, "Übermedien", "Übermedien, Inc.") == ["muted"]


async def chosen(store: Store, name: str, source: str = "Übermedien") -> list[str]:
    """Of a channel that chose an outlet and one that muted it: those that hear of a report of Übermedien."""
    channels = [
        await subscribed(store, "chosen", outlets=name),
        await subscribed(store, "muted", **{"mute-outlets": name}),
    ]
    number = (await store.transact(saving(outcome(hits=[hit()], source=source))))[0].story_id
    await told(store, [new(number)])
    told_to = {delivery.channel_id for delivery, _ in await lane(store, T0, 2)}
    return [channel.ref for channel in channels if channel.id in told_to]


async def test_a_round_up_is_told_to_no_channel_that_was_told_of_all_it_holds(store: Store) -> None:
    await subscribed(store)
    one, two, round_up, other = await stories(store, 4)
    assert await told(store, [new(one)]) == [[1]]
    assert await told(store, [new(other)._replace(told=[one])]) == [[0]]
    assert await told(store, [new(round_up)._replace(told=[one, two])]) == [[1]], "of the second it was not told"
    assert [delivery.story_id for delivery, _ in await lane(store, T0)] == [one, round_up]


async def test_a_round_up_is_told_where_a_rule_of_its_own_asks_for_it(store: Store) -> None:
    await subscribed(store)
    one, round_up = await stories(store, 2, "topic:chips", "topic:ships")
    await subscribed(store, rule="topic:ships")
    assert await told(store, [new(one)]) == [[1]]
    asked = [new(round_up, "topic:ships"), new(round_up)._replace(told=[one])]
    assert await told(store, asked) == [[1, 0]]
