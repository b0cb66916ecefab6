"""Full text finds the same entries in SQLite and in PostgreSQL, whatever is asked."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.core.errors import StoreError
from bot.ports import Store
from bot.store import open_store
from tests.postgres.server import schema
from tests.store.build import Clock, outcome, saving, words

pytestmark = pytest.mark.usefixtures("untraced")

TITLES = (
    "Open source models: what's next?", "open-source model released", "The source, open to all", "c++ and c# at AT&T",
    "出口管制新规：芯片", "芯", "国产芯片出口", "AI芯片 export ban 出口", "O'Reilly \\ slashes",
    "gpt-5.2 vs gpt-5", "a a a b", "b a",
)  # fmt: skip
TERMS = (
    "open",
    "source",
    "open source",
    "model",
    "gpt-5",
    "gpt",
    "芯",
    "芯片",
    "出口",
    "口管",
    "a",
    "b",
    "a b",
    "c++",
    "o'reilly",
)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with schema() as found:
        yield found


@pytest.fixture
async def pair(address: str) -> AsyncIterator[tuple[Store, Store]]:
    stores = open_store("memory:", clock=Clock()), open_store(address, clock=Clock())
    for store in stores:
        if not await store.latest(None, 1):
            await store.transact(saving(*(outcome(title, summary=title[::-1]) for title in TITLES)))
    yield stores
    for store in stores:
        await store.close()


def terms() -> st.SearchStrategy[str]:
    plain = st.sampled_from(TERMS).map(lambda term: f'"{term}"')
    word = st.sampled_from([term for term in TERMS if " " not in term]).map(lambda term: f'"{term}"')
    return st.one_of(
        plain,
        plain.map(lambda term: f"{term}*"),
        plain.map(lambda term: f"title : {term}"),
        plain.map(lambda term: f"body : {term}"),
        st.tuples(word, word, st.integers(0, 3)).map(lambda t: f"NEAR({t[0]} {t[1]}, {t[2]})"),
    )


def expressions() -> st.SearchStrategy[str]:
    return st.recursive(
        terms(),
        lambda part: st.tuples(part, st.sampled_from(("AND", "OR", "NOT")), part).map(lambda t: f"({' '.join(t)})"),
        max_leaves=4,
    )


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(expression=expressions())
async def test_the_same_entries_match(pair: tuple[Store, Store], expression: str) -> None:
    ours, theirs = [[(story, entry.title) for story, entry in await store.scan(expression, 0, 99)] for store in pair]
    assert ours == theirs
    assert [s.id for s in await pair[0].search(expression, 9)] == [s.id for s in await pair[1].search(expression, 9)]


@pytest.mark.parametrize("title", TITLES)
async def test_a_title_finds_itself(pair: tuple[Store, Store], title: str) -> None:
    for store in pair:
        assert title in {story.title for story in await store.search(words(title), 20)}


async def test_both_refuse_what_they_cannot_read(pair: tuple[Store, Store]) -> None:
    for store in pair:
        with pytest.raises(StoreError) as refused:
            await store.search('"open', 5)
        assert refused.value.kind == "query"
