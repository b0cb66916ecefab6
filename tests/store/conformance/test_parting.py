"""A story taken apart: what moves, what stays, and what both say of themselves afterwards."""

from __future__ import annotations

import pytest

from bot.core.alerts.telling import TOLD
from bot.core.language.entities import NOTHING
from bot.core.model import Entry
from bot.core.stories.followup import State
from bot.core.stories.weights import DEFAULT
from bot.ingest.apart import grown_since, looked_again, two_in
from bot.pipeline import Pipeline
from bot.ports import Parting, Store
from bot.rules.rulebook import Rulebook
from tests.store.build import DAY, T0, hit, leased, opened, outcome, saving, subscribed, told
from tests.stories import twins as written
from tests.stories.twins import twins

NEW = State()


async def folded(store: Store, *entries: Entry) -> list[int]:
    """Entries through the pipeline; the ids of their stories."""
    report = await Pipeline(store, Rulebook()).replay(entries)
    return [placed.story_id for placed in report.placed]


def parting(story: int, *entries: int, why: str = "another event") -> Parting:
    return Parting(story, entries, NEW, NEW, why)


async def test_each_part_tells_of_its_own_reports(store: Store) -> None:
    ((_, story),) = await store.transact(
        saving(outcome("First", hits=[hit()], source="AP", tier="trade", url="https://a.example/", says="Of one."))
    )
    ((moved, _), (copy, _), _) = await store.transact(
        saving(
            outcome(
                "Other",
                story,
                hits=[hit("topic:ipos")],
                source="Caixin",
                published=T0 + 1,
                first_seen=T0 + 1,
                says="Of the other.",
            ),
            outcome("Copy", story, source="Reuters", published=T0 + 9, first_seen=T0 + 9, placed={"kind": "duplicate"}),
            outcome("Third", story, hits=[hit()], source="Reuters", published=T0 + 5, first_seen=T0 + 5),
        )
    )
    await store.keep(f"{TOLD}{story}", "what a model said of both")
    new = await store.part(parting(story, moved, copy, why="names differ"))
    assert new
    kept, other = await store.story(story), await store.story(new)
    assert kept
    assert other
    assert (kept.title, kept.entries, kept.outlets, kept.topics) == ("Third", 2, ("AP", "Reuters"), ("topic:chips",))
    assert (kept.first_at, kept.last_at) == (T0, T0 + 5)
    assert (other.title, other.summary, other.entries, other.lang) == ("Other", "", 2, "en")
    assert (other.outlets, other.topics, other.last_at) == (("Caixin", "Reuters"), ("topic:ipos",), T0 + 1)
    assert [entry.title for entry, _ in await store.timeline(new)] == ["Other", "Copy"]
    assert (await store.stats())["stories"] == 2
    assert not await store.recall(f"{TOLD}{story}")
    placed = await store.placements(new)
    assert placed[0][1].why[0] == f"taken out of story {story}: names differ"


async def test_what_would_leave_nothing_or_takes_nothing_changes_nothing(store: Store) -> None:
    ((first, story), (second, _)) = await store.transact(saving(outcome("First"), outcome("Other")))
    assert await store.part(parting(story, first)) is None
    assert await store.part(parting(story, second)) is None
    assert await store.part(parting(99, first)) is None
    assert await store.reports(99) == []


async def test_a_number_goes_with_the_report_that_opened_it(store: Store) -> None:
    ((_, one), (_, two), (late, three)) = await store.transact(saving(*map(outcome, ("One", "Two", "Three"))))
    await store.transact(saving(outcome("All", one, placed={"merges": (two, three)})))
    new = await store.part(parting(two, late))
    assert new
    at = [(await store.story(number)) for number in (one, two, three)]
    assert [story and story.id for story in at] == [one, one, new]


async def test_numbers_stay_where_it_is_not_known_who_opened_them(store: Store) -> None:
    ((_, one), (late, two)) = await store.transact(saving(outcome("One"), outcome("Two")))
    await store.transact(
        saving(outcome("All", one, placed={"merges": (two,)}), outcome("Odd", one, placed={"kind": "new"}))
    )
    assert await store.part(parting(one, late))
    story = await store.story(two)
    assert story
    assert story.id == one


async def test_nobody_is_told_by_it_and_the_next_report_is_news(store: Store) -> None:
    await subscribed(store)
    muted = await subscribed(store, "quiet")
    story = await opened(store)
    await store.mute(muted, story, True, T0)
    ((moved, _),) = await store.transact(saving(outcome("Other", story, hits=[hit()])))
    for lease in await leased(store, n=9):
        await store.release(lease)
    new = await store.part(parting(story, moved))
    assert new
    assert await told(store, "new", story, ["topic:chips"]) == 0
    await store.transact(saving(outcome("More of the other", new, hits=[hit()])))
    assert await told(store, "new", new, ["topic:chips"]) == 1


@pytest.mark.usefixtures("untraced")
async def test_twins_are_found_and_taken_apart_and_stay_so(store: Store) -> None:
    entries = [entry for entry, _ in twins()]
    (story,) = set(await folded(store, *entries))
    assert await grown_since(store, entries[-1].at) == [story]
    assert await grown_since(store, entries[-1].at + DAY) == []
    found = two_in(story, await store.reports(story), NOTHING, DEFAULT)
    assert found
    assert [report.entry.title for report in found.moved] == [entry.title for entry in entries[1::2]]
    moved = await looked_again(store, [story], NOTHING, DEFAULT)
    (new,) = set(moved.values())
    assert list(moved) == list(found.parting.entries)
    assert await looked_again(store, [story, new], NOTHING, DEFAULT) == {}
    assert await folded(store, *written.later()) == [story, new]
    assert len(await store.reports(new)) == 7


async def test_a_copy_goes_with_what_it_copies(store: Store) -> None:
    entries = [entry for entry, _ in twins()]
    (story,) = set(await folded(store, *entries, written.copy_of(entries[1], 1), written.copy_of(entries[0], 2)))
    moved = await looked_again(store, [story], NOTHING, DEFAULT)
    (new,) = set(moved.values())
    assert len(await store.reports(new)) == 7
    assert len(await store.reports(story)) == 7
