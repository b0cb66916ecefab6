"""Shard blocks: shared fairly, taken over from the dead, heard by one program at a time."""

from __future__ import annotations

import pytest

from bot.ports import ShardAsk, Share, Store
from tests.store.build import DAY, T0

pytestmark = pytest.mark.usefixtures("untraced")

LEASE = 20_000


async def share(store: Store, owner: str, now: int = T0, *, shards: int = 8, width: int = 2) -> Share:
    return await store.lease_shards(ShardAsk("bot", owner, shards, width, LEASE), now)


async def settled(store: Store, owners: str, now: int = T0) -> dict[str, list[int]]:
    """What each has after some looks in turn."""
    for _ in range(6):
        found = {owner: list((await share(store, owner, now)).blocks) for owner in owners}
    return found


async def test_one_program_hears_all(store: Store) -> None:
    first = await share(store, "a")
    assert (first.shards, list(first.blocks), first.until) == (8, [0], T0 + LEASE)
    every = await share(store, "a")
    assert list(every.blocks) == [0, 1, 2, 3]
    assert [every.ids(block) for block in every.blocks] == [[0, 1], [2, 3], [4, 5], [6, 7]]
    assert every.next_at == 0
    assert (await share(store, "a", T0 + 5_000)).blocks == every.blocks


async def test_a_bot_of_one_shard_is_heard_at_once_and_by_one(store: Store) -> None:
    first, second = [await share(store, owner, shards=1, width=16) for owner in "ab"]
    assert (first.ids(0), list(first.blocks), list(second.blocks)) == ([0], [0], [])
    assert second.next_at == T0 + LEASE


async def test_programs_that_start_together_share_from_the_beginning(store: Store) -> None:
    taken = [list((await share(store, owner)).blocks) for owner in "abcd"]
    assert taken == [[0], [1], [2], [3]]
    assert await settled(store, "abcd") == {"a": [0], "b": [1], "c": [2], "d": [3]}


async def test_who_comes_late_is_given_a_share_one_block_at_a_time(store: Store) -> None:
    await settled(store, "a")
    assert list((await share(store, "b")).blocks) == []
    assert len((await share(store, "a")).blocks) == 3
    assert {owner: len(blocks) for owner, blocks in (await settled(store, "ab")).items()} == {"a": 2, "b": 2}


async def test_a_dead_ones_blocks_are_taken_within_a_lease(store: Store) -> None:
    await settled(store, "ab")
    later = T0 + LEASE - 1
    assert len((await share(store, "a", later)).blocks) == 2
    then = await share(store, "a", T0 + LEASE)
    assert len(then.blocks) == 4
    back = await share(store, "b", T0 + LEASE)
    assert list(back.blocks) == []
    assert max(then.blocks.values()) == 2, "who takes a block over has another number"


async def test_what_is_given_back_at_a_stop_is_free_at_once(store: Store) -> None:
    await settled(store, "ab")
    await store.release_shards("bot", "b")
    assert len((await share(store, "a")).blocks) == 4
    await store.release_shards("bot", "nobody")


async def test_all_keep_to_one_number_of_shards_while_anybody_hears(store: Store) -> None:
    await settled(store, "a")
    other = await share(store, "b", shards=16)
    assert (other.shards, other.width) == (8, 2)
    await store.release_shards("bot", "a")
    anew = await share(store, "b", shards=16)
    assert (anew.shards, len(anew.blocks)) == (16, 8)


async def test_bots_are_apart_and_a_clock_that_was_put_back_stops_nobody(store: Store) -> None:
    await settled(store, "a")
    other = await store.lease_shards(ShardAsk("another", "a", 1, 1, LEASE), T0)
    assert list(other.blocks) == [0]
    assert list((await share(store, "b", T0 - DAY)).blocks) == [0]


async def test_a_program_that_died_here_need_not_be_waited_for(store: Store) -> None:
    await settled(store, "a")
    assert await store.evict(lambda owner: owner == "a") == 4
    assert list((await share(store, "b")).blocks) == [0]
