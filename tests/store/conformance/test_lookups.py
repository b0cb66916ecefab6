"""What every store owes to readers: newest stories, search in both scripts, counts."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.core.errors import QueryError, StoreError
from bot.core.language.text import fold
from bot.core.matching.query import parse
from bot.core.matching.search import to_fts
from bot.ports import Store
from bot.store import open_store
from tests.store.build import DAY, HOUR, T0, Clock, entry, hit, opened, outcome, saving, subscribed, words

pytestmark = pytest.mark.usefixtures("untraced")

HEADLINES = (
    "Nvidia H20 sales to China halted",
    "中芯国际宣布新一轮融资",
    "中芯國際公佈季度業績",
    "华为发布新芯片，性能提升30%",
    "Open-source model GPT-5.6 released",
    "AT&T and O'Neil sign C++ deal at 5.6 %",
    "芯",
    "SMIC（中芯）said no",
)


async def titles(store: Store, *texts: str) -> set[str]:
    return {story.title for story in await store.search(words(*texts), 50)}


async def filled(store: Store) -> None:
    await store.transact(saving(*(outcome(title, published=T0 + n) for n, title in enumerate(HEADLINES))))


async def test_the_newest_stories_come_first_and_can_be_paged(store: Store) -> None:
    for n in range(5):
        await store.transact(
            saving(outcome(f"Story {n}", published=T0 - n, hits=[hit("topic:odd")] if n % 2 else [hit("topic:even")]))
        )
    first = await store.latest(None, 2)
    assert [story.title for story in first] == ["Story 0", "Story 1"]
    assert [story.title for story in await store.latest(None, 9, first[-1].last_at)] == [
        "Story 2",
        "Story 3",
        "Story 4",
    ]
    assert [story.title for story in await store.latest("topic:odd", 9)] == ["Story 1", "Story 3"]
    assert [story.title for story in await store.latest("topic:even", 9, T0 - 1)] == ["Story 2", "Story 4"]
    assert [story.title for story in await store.latest(None, 9, skip=2)] == [
        story.title for story in (await store.latest(None, 9))[2:]
    ]
    assert [story.title for story in await store.latest("topic:even", 9, skip=1)] == ["Story 2", "Story 4"]
    assert await store.latest("topic:none", 9) == []
    assert await store.story(4711) is None
    assert await store.timeline(4711) == []


async def test_search_finds_words_of_both_scripts(store: Store) -> None:
    await filled(store)
    assert await titles(store, "中芯") == {HEADLINES[1], HEADLINES[2], HEADLINES[7]}
    assert await titles(store, "中芯国际") == {HEADLINES[1], HEADLINES[2]}
    assert await titles(store, "中芯國際", "融资") == {HEADLINES[1]}
    assert await titles(store, "芯") >= {HEADLINES[1], HEADLINES[2], HEADLINES[3], HEADLINES[6], HEADLINES[7]}
    assert await titles(store, "NVIDIA", "h20") == {HEADLINES[0]}
    assert await titles(store, "at&t", "c++", "5.6") == {HEADLINES[5]}
    assert await titles(store, "gpt-5.6") == {HEADLINES[4]}
    assert await titles(store, "nvidi") == set()


async def test_search_finds_a_body_and_gives_each_story_once(store: Store) -> None:
    ((_, story),) = await store.transact(saving(outcome("Title", summary="In the summary", content="deep 正文 text")))
    await store.transact(saving(outcome("Title two", story, summary="In the summary")))
    assert [found.id for found in await store.search(words("summary"), 9)] == [story]
    assert [found.id for found in await store.search(words("正文"), 9)] == [story]
    assert [found.id for found in await store.search('title : "two"', 9)] == [story]
    assert await store.search('title : "summary"', 9) == []


async def test_a_newer_match_goes_before_an_older_one_that_is_no_better(store: Store, clock: Clock) -> None:
    for age, title in ((60 * DAY, "Chip ban old"), (0, "Chip ban new"), (0, "Chip chip chip")):
        await store.transact(saving(outcome(title, first_seen=T0 - age, published=T0 - age)))
    assert [story.title for story in await store.search(words("ban"), 9)] == ["Chip ban new", "Chip ban old"]
    assert len(await store.search(words("chip"), 2)) == 2


@pytest.mark.case_id(112)
@pytest.mark.parametrize(
    "text", ['"', '"*"', '"NEAR"', '"AND" "OR"', "title:x", '"(a"', "'; drop table entry", "%", '""', '"" ""']
)
async def test_case_112_operators_in_search_words_are_words(store: Store, text: str) -> None:
    await filled(store)
    with suppress(QueryError):  # there is nothing to look for
        assert await store.search(to_fts(parse(text)), 9) == []


async def test_an_expression_that_cant_be_read_is_one_line(store: Store) -> None:
    with pytest.raises(StoreError) as refused:
        await store.search('"a" AND (', 9)
    assert refused.value.kind == "query"
    assert "\n" not in str(refused.value)


async def test_entries_are_looked_up_by_form_and_by_outlet(store: Store) -> None:
    rows = (("one", "Reuters", "S-1"), ("two", "BBC", "s-1"), ("three", "Le  Monde", ""), ("four", "BBC", "上市申请"))
    for n, (title, source, form) in enumerate(rows):
        await store.transact(saving(outcome(title, source=source, form=form, first_seen=T0 + n, published=None)))

    async def titles(forms: list[str], outlets: list[str], since: int = 0, n: int = 9) -> list[str]:
        return [one.title for _, one in await store.filed(forms, outlets, since, n)]

    assert await titles(["s-1"], []) == ["two", "one"]
    assert await titles(["上市申请"], ["reuters"]) == ["four", "one"]
    assert await titles(["s-1"], ["bbc", "le monde"], T0 + 1) == ["four", "three", "two"]
    assert await titles([], ["bbc"], n=1) == ["four"]
    assert await titles([], ["le"]) == await titles([], []) == []


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    texts=st.lists(st.text("中芯国际华为 ab,，1。", min_size=1, max_size=12), min_size=1, max_size=6),
    word=st.text("中芯国际华为", min_size=2, max_size=3),
)
async def test_chinese_words_are_found_as_completely_as_by_substring(texts: list[str], word: str) -> None:
    store = open_store("memory:", clock=Clock())
    await store.transact(saving(*(outcome(f"{n} {text}", url=f"u{n}") for n, text in enumerate(texts))))
    found = {int(story.url[1:]) for story in await store.search(words(word), 50)}
    await store.close()
    assert found == {n for n, text in enumerate(texts) if word in fold(text)}


async def test_entries_come_newest_first_and_by_an_expression(store: Store) -> None:
    for n, title in enumerate(("h20 ban", "ipo of smic", "nothing")):
        await store.transact(saving(outcome(title, first_seen=T0 + n, published=None)))
    assert [one.title for one in await store.newest(2)] == ["nothing", "ipo of smic"]
    either = '"ban" OR "smic"'
    assert [one.title for _, one in await store.scan(either, 0, 9)] == ["ipo of smic", "h20 ban"]
    assert [one.title for _, one in await store.scan(either, T0 + 1, 9)] == ["ipo of smic"]
    ((story, one),) = await store.scan('"h20" NOT "smic"', 0, 9)
    assert one == entry("h20 ban", published=None)
    assert (await store.story(story)).title == "h20 ban"  # type: ignore[union-attr]


async def test_counts_an_hour_are_kept_for_each_rule_and_for_all(store: Store) -> None:
    hour = T0 - T0 % HOUR
    for at in (hour, hour + 1, hour + HOUR):
        await store.transact(saving(outcome(hits=[hit("topic:chips")], published=at, first_seen=at)))
    await store.transact(saving(outcome(published=hour, first_seen=hour)))
    assert await store.trend("topic:chips", 0) == [(hour, 2), (hour + HOUR, 1)]
    assert await store.trend("topic:chips", hour + HOUR + 5) == [(hour + HOUR, 1)]
    assert await store.trend("", 0) == [(hour, 3), (hour + HOUR, 1)]
    assert await store.trend("topic:none", 0) == []


async def test_words_and_outlets_are_known_by_how_often_they_came(store: Store) -> None:
    await filled(store)
    for n in range(2):
        await store.transact(saving(outcome("nvidia novel 2026"), outcome(f"once{n} nvidia")))
    assert await store.spellings("N", 9) == [("nvidia", 4), ("novel", 2)]
    assert await store.spellings("n", 1) == [("nvidia", 4)]
    assert await store.spellings("once", 9) == []
    await store.transact(saving(outcome(source="Caixin 财新"), outcome(source="AP")))
    assert await store.spellings("20", 9) == await store.spellings("中", 9) == []
    assert await store.outlets() == ["Reuters", "AP", "Caixin 财新"]
    assert await store.outlets("caix") == ["Caixin 财新"]
    assert await store.outlets("", 1) == ["Reuters"]


async def test_a_common_word_is_counted_to_a_mark_and_kept(store: Store) -> None:
    for _ in range(3):
        await store.transact(saving(*(outcome("common words", first_seen=T0) for _ in range(40))))
    ((word, docs),) = await store.spellings("common", 9)
    assert word == "common"
    assert 64 <= docs <= 120
    await store.transact(saving(outcome("seldom"), outcome("seldom")))
    assert await store.spellings("seldom", 9) == [("seldom", 2)]
    await store.retain(T0 + 400 * DAY, 90 * DAY)
    assert await store.spellings("common", 9) == [(word, docs)]
    assert await store.spellings("seldom", 9) == []


async def test_stats_count_what_there_is(store: Store) -> None:
    await subscribed(store)
    story = await opened(store)
    await store.transact(saving(outcome("copy", story, placed={"kind": "duplicate"})))
    stats = await store.stats()
    assert stats == {
        "feeds": 0, "feeds_failing": 0, "channels": 1, "channels_paused": 0, "subscriptions": 1,
        "entries": 2, "stories": 1, "duplicates": 1, "deliveries_queued": 1,
    }  # fmt: skip


async def test_the_latest_in_a_language_are_found_behind_many_others(store: Store) -> None:
    await store.transact(saving(outcome("一条旧闻", lang="zh", published=T0 - 5, first_seen=T0)))
    await store.transact(saving(*(outcome(f"Story number {n}") for n in range(300))))
    assert [story.title for story in await store.latest(None, 10, lang="zh")] == ["一条旧闻"]
    assert await store.latest(None, 10, lang="fr") == []
    assert len(await store.latest(None, 10)) == 10
