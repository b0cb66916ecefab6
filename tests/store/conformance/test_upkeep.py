"""What every store owes to its operator: forgetting, small texts, checks, an orderly end."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.cli.platforms import FADING
from bot.core.alerts.telling import TOLD
from bot.core.errors import StoreError
from bot.core.model import Placement
from bot.core.stories.cluster import document
from bot.fading import DAYS, dated, purge, undated
from bot.ports import IngestTx, Outcome, Store
from bot.store import open_store
from handlers.discord.buttons import BUTTON, Buttons
from tests.store.build import (
    DAY,
    T0,
    Clock,
    due_feed,
    entry,
    hit,
    lane,
    leased,
    opened,
    outcome,
    saving,
    settled,
    subscribed,
)

FOLDED = ("fold_item", "fold_story", "fold_post", "fold_shingle", "fold_key")


@pytest.mark.case_id(86)
@pytest.mark.case_id(125)
async def test_case_125_what_was_seen_outlives_what_was_said(store: Store) -> None:
    feed = await due_feed(store)
    await store.transact(lambda tx: tx.mark_seen(feed.id, [[1], [2]], T0))
    polled = settled(feed, last_new=T0 + 100 * DAY)
    await store.commit_poll(polled, lambda tx: tx.save(feed.id, outcome("old", hits=[hit()])))
    await store.transact(lambda tx: tx.mark_seen(feed.id, [[2]], T0 + 100 * DAY))
    assert await store.retain(T0 + 100 * DAY, 90 * DAY, 180 * DAY) == 1
    assert await store.latest(None, 9) == []
    assert await store.transact(lambda tx: tx.new_keys(feed.id, [[1], [2]])) == [False, False]
    await store.retain(T0 + 200 * DAY, 90 * DAY, 180 * DAY)
    assert await store.transact(lambda tx: tx.new_keys(feed.id, [[1], [2]])) == [True, False]


@pytest.mark.case_id(86)
async def test_case_086_what_an_unchanged_feed_listed_half_a_year_ago_is_still_known(store: Store) -> None:
    """It answers 304, or the same bytes: nothing is read, and nothing noted as seen."""
    feed = await due_feed(store)
    await store.transact(lambda tx: tx.mark_seen(feed.id, [[1], [2]], T0 - 5 * DAY))  # it listed 1 no longer at T0
    await store.transact(lambda tx: tx.mark_seen(feed.id, [[2]], T0 - DAY))  # all are noted once a day, and
    await store.transact(lambda tx: tx.mark_seen(feed.id, [[3]], T0))  # in between what is new alone
    await store.settle_polls([settled(feed, last_new=T0)])
    await store.retain(T0 + 400 * DAY, 90 * DAY, 180 * DAY)
    assert await store.transact(lambda tx: tx.new_keys(feed.id, [[1], [2], [3]])) == [True, False, False]


async def test_forgetting_takes_old_entries_and_the_stories_left_empty(store: Store) -> None:
    await subscribed(store)
    gone = await opened(store, "gone", summary="unfindable", first_seen=T0 - 100 * DAY)
    kept = await opened(store, "kept", first_seen=T0 - 100 * DAY)
    await store.transact(saving(outcome("fresh", kept)))
    assert await store.retain(T0, 90 * DAY) == 2
    assert await store.story(gone) is None
    assert [one.title for one, _ in await store.timeline(kept)] == ["fresh"]
    assert await store.search('"unfindable"', 9) == []
    stats = await store.stats()
    assert (stats["entries"], stats["stories"]) == (1, 1)
    assert await store.retain(T0, 90 * DAY) == 0


async def test_forgetting_takes_what_was_said_of_stories_that_became_part_of_another(store: Store) -> None:
    """A channel that was told of both keeps both messages: with the story their rows go, and mutes of either."""
    desk = await subscribed(store)
    both = [await opened(store, name, first_seen=T0 - 100 * DAY) for name in ("one", "other")]
    await lane(store, T0)
    await store.mute(desk, both[1], True, T0)
    merging = outcome("both", both[0], placed={"merges": (both[1],)}, first_seen=T0 - 100 * DAY)
    for story in both:
        await store.keep(f"{TOLD}{story}", "what a model said")
    await store.transact(saving(merging))
    assert await rows_of(store, "delivery", "mute", "memory") == [2, 2, 2]
    assert await store.retain(T0, 90 * DAY) == 3
    assert await rows_of(store, "delivery", "mute", "memory") == [0, 0, 0]


async def rows_of(store: Store, *tables: str) -> list[int]:
    """How many rows these hold."""
    counts = [f"select count(*) from {table}" for table in tables]
    found: list[int] = await store.read(  # type: ignore[attr-defined]
        lambda db: [db.execute(count).fetchone()[0] for count in counts]
    )
    return found


async def test_forgetting_empties_the_folding_index_too(store: Store) -> None:
    def told(tx: IngestTx, number: int, at: int) -> None:
        doc = document(
            entry(f"TSMC raises guidance to {number} percent", summary="It said so in Taipei.", first_seen=at)
        )
        saved = tx.save(0, Outcome(doc.entry, (), Placement("new", None), ()))
        tx.remember(doc, saved.entry_id, saved.story_id)

    def left(tx: IngestTx) -> list[int]:
        rows = (tx._db.execute(f"select count(*) from {table}").fetchone()[0] for table in FOLDED)  # type: ignore[attr-defined]
        return list(rows)

    for number in range(3):
        await store.transact(lambda tx, number=number: told(tx, number, T0))  # type: ignore[misc]
    await store.transact(lambda tx: told(tx, 9, T0 + 100 * DAY))
    doc = document(
        entry("TSMC raises guidance in Taipei", first_seen=T0 + 100 * DAY)
    )  # no copy: its like is looked for

    async def near() -> list[int]:
        found = await store.transact(lambda tx: tx.candidates(doc))
        return sorted(view.id for view in found.stories)

    before, near_before = await store.transact(left), await near()
    assert await store.retain(T0 + 100 * DAY, 90 * DAY) == 3
    after = await store.transact(left)
    assert after[0] == 1
    assert all(0 < few < many for few, many in zip(after, before, strict=True))
    assert len(near_before) > 1
    assert await near() == near_before[-1:]


@pytest.mark.usefixtures("untraced")
async def test_forgetting_many_goes_in_small_steps(store: Store) -> None:
    await store.transact(saving(*(outcome(f"old {n}") for n in range(1_201))))
    forgetting = asyncio.create_task(store.retain(T0 + DAY, DAY - 1))
    await store.transact(saving(outcome("in between", first_seen=T0 + DAY)))
    assert await forgetting == 1_201
    assert [story.title for story in await store.latest(None, 9)] == ["in between"]


async def test_a_delivery_that_waits_for_a_forgotten_story_has_nothing_to_say(store: Store) -> None:
    await subscribed(store)
    await opened(store)
    (lease,) = await leased(store)
    (delivery,) = await store.next_deliveries(lease, 9, T0)
    await store.retain(T0 + 100 * DAY, DAY)
    assert await store.alert(delivery) is None


async def test_what_waits_in_a_paused_channel_is_forgotten_with_its_story(store: Store) -> None:
    """Nobody would tell of it any more, nor anything take its row away once the story is gone."""
    desk = await subscribed(store)
    story = await opened(store, first_seen=T0 - 100 * DAY)
    await store.pause(desk, "owner")
    assert await rows_of(store, "delivery") == [1]
    await store.retain(T0, 90 * DAY)
    assert await store.story(story) is None
    assert await rows_of(store, "delivery") == [0]


async def test_what_several_add_to_a_number_is_summed_up(store: Store) -> None:
    await asyncio.gather(*(store.add("llm:2026-01-08", n) for n in range(20)))
    assert await store.recall("llm:2026-01-08") == "190"
    await store.add("llm:2026-01-08", 1 << 40)
    assert await store.recall("llm:2026-01-08") == str(190 + (1 << 40))


async def test_small_texts_are_kept_replaced_and_dropped(store: Store) -> None:
    assert await store.recall("commands") == ""
    await store.keep("commands", "v1")
    await store.keep("commands", "v2 文")
    assert await store.recall("commands") == "v2 文"
    await store.keep("commands", "")
    assert await store.recall("commands") == ""


async def test_a_sound_store_has_no_damages(store: Store) -> None:
    await opened(store)
    assert await store.check() == []


async def test_a_store_that_was_written_to_since_the_last_check_is_sound(store: Store) -> None:
    """SQLite's own check reads full text from 3.44 on, as a connection knew it last."""
    for turn in range(3):
        await store.transact(saving(*(outcome(f"Story {turn} {n}", content="words " * 200) for n in range(5))))
        assert await store.check() == []


async def test_a_backup_is_a_store(store: Store, tmp_path: Path) -> None:
    """Of a server, too: its copy is a file."""
    story = await opened(store, "kept")
    assert await store.backup(str(tmp_path / "copy.db")) > 10_000
    copy = open_store(str(tmp_path / "copy.db"), clock=Clock())
    assert [found.id for found in await copy.latest(None, 9)] == [story]
    await copy.close()


async def test_closing_finishes_what_was_asked_for_and_ends_it(store: Store) -> None:
    asked = [asyncio.create_task(store.query(f"q{n}")) for n in range(20)]
    await asyncio.sleep(0)
    await store.close()
    assert len(set(await asyncio.gather(*asked))) == 20
    await store.close()
    for call in (store.query("late"), store.stats()):
        with pytest.raises(StoreError) as refused:
            await call
        assert refused.value.kind == "closed"


async def test_what_fades_is_forgotten_after_thirty_days(store: Store) -> None:
    kept = {"old": dated("confirm:what=a b", T0), "new": dated("confirm:what=c", T0 + 1), "timeless": "revert:what=1 2"}
    for key, text in kept.items():
        await store.keep(BUTTON + key, text)
    await store.keep("webhook.desk", dated("x", T0))
    assert await purge(store, [BUTTON], T0 + DAYS * DAY) == 1
    left = await store.recall_all(BUTTON)
    assert {key.removeprefix(BUTTON): undated(text) for key, text in left.items()} == {
        "new": "confirm:what=c",
        "timeless": "revert:what=1 2",
    }
    assert await purge(store, [BUTTON], T0 + 2 * DAYS * DAY) == 2, (
        "what an earlier version kept gets its time when it is seen"
    )
    assert await store.recall_all(BUTTON) == {}
    assert await store.recall("webhook.desk") == dated("x", T0)


async def test_a_button_that_discord_kept_is_among_what_fades(store: Store) -> None:
    await Buttons(store, clock=lambda: T0 / 1000).keep({"k": "confirm:what=a"})
    assert await purge(store, FADING, T0 + DAYS * DAY - 1) == 0
    assert await Buttons(store).of("k") == "confirm:what=a"
    assert await purge(store, FADING, T0 + DAYS * DAY) == 1
    assert await Buttons(store).of("k") is None
