"""What reads like a copy: a page's own words around other news, the next price above the same text, a new title."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core.model import Entry
from bot.pipeline import Pipeline, Placed
from bot.rules.rulebook import Rulebook
from bot.store import open_store
from tests.shipped import lexicon

NOW, HOUR = 1_767_600_000_000, 3_600_000
AROUND = (
    "Every evening our keepers of the light choose what mattered on the coast and tell it in two minutes, with prints "
    "by the harbour school, tide tables for seven bays and a riddle whose answer stands in the paper of the next day."
)
BILL = (
    "The bill would let towns on the coast keep half of what ferries pay for berths. Its authors say that piers have "
    "been left to rot since the war; its critics, that island fares would rise by a third before a nail is bought."
)


async def test_what_a_page_says_around_its_news_makes_no_copies() -> None:
    lamp, bread = await _placed(("A lamp that sings when it rains", AROUND), ("Bread is baked on the moon", AROUND))
    assert (lamp.placement.kind, bread.placement.kind) == ("new", "new")


async def test_another_version_above_the_same_text_is_no_copy() -> None:
    text = (
        "OpenAI said its new model is faster and cheaper than the one before, and that it will be in the app for all "
        "who pay from today. Developers pay half as much for each million words as they did. The company said the "
        "model makes fewer mistakes in long tasks, and that tests by outside groups agree."
    )
    one, other = await _placed(("OpenAI releases GPT-5.2", text), ("OpenAI releases GPT-5.3", text))
    assert (one.placement.kind, other.placement.kind) == ("new", "new")


async def test_a_title_that_tells_what_came_next_above_the_same_text_is_news() -> None:
    due, again, passed = await _placed(
        ("House to vote on berth bill for coast towns", BILL),
        ("Berth bill for coast towns: House to vote", BILL),
        ("Ferry owners sue after narrow win for island mayors", BILL),
    )
    assert (due.placement.kind, again.placement.kind) == ("new", "duplicate")
    assert passed.placement.kind in ("grown", "new")


async def test_a_correction_joins_what_it_corrects() -> None:
    title = "Quay company to build ${} million pier in North Bay"
    first, second = await _placed(
        (title.format(9), BILL), ("CORRECTED-" + title.format(6), f"(Corrects the sum) {BILL}")
    )
    assert (second.placement.kind, second.placement.news, second.story_id) == ("grown", "correction", first.story_id)


async def test_a_text_without_a_title_is_a_copy_by_its_text() -> None:
    first, second = await _placed(("", BILL), ("", BILL.replace("rot", "decay")))
    assert second.placement.duplicate_of == first.entry_id


async def _placed(*reports: tuple[str, str]) -> Sequence[Placed]:
    store = open_store("memory:", clock=lambda: NOW)
    entries = [
        Entry(
            str(number), f"https://o{number}.example/", title, text, source=f"O{number}", lang="en",
            published=NOW + number * HOUR, first_seen=NOW + number * HOUR,
        )
        for number, (title, text) in enumerate(reports)
    ]  # fmt: skip
    placed = (await Pipeline(store, Rulebook(), lexicon=lexicon()).replay(entries)).placed
    await store.close()
    return placed
