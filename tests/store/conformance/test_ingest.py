"""What every store owes to entries, stories and their copies."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.language.entities import NOTHING
from bot.core.model import Entry, Hit, Placement
from bot.core.stories.cluster import Candidates, document
from bot.ports import Edited, FanOut, Feed, IngestTx, Saved, Store
from tests.fakes.meaning import Meanings
from tests.store.build import (
    DAY,
    HOUR,
    T0,
    due_feed,
    entry,
    hit,
    lane,
    opened,
    outcome,
    saving,
    subscribed,
    told,
    words,
)


async def test_keys_are_new_once_for_each_feed(store: Store) -> None:
    big, small = 2**64 - 1, -(2**63)
    one, other = await due_feed(store, "https://a.example/"), await due_feed(store, "https://b.example/")

    def work(tx: IngestTx) -> tuple[list[bool], list[bool], list[bool]]:
        before = tx.new_keys(one.id, [[1, big], [small], [3]])
        tx.mark_seen(one.id, [[1, big], [small]], T0)
        return before, tx.new_keys(one.id, [[1], [big, 9], [small], [3]]), tx.new_keys(other.id, [[1]])

    assert await store.transact(work) == ([True] * 3, [False, False, False, True], [True])
    assert await store.transact(lambda tx: tx.new_keys(one.id, [])) == []


async def test_a_story_holds_what_its_first_report_said(store: Store) -> None:
    one = outcome(
        "台积电 raises guidance", says="In short.", severity="notable", lang="zh",
        hits=[hit("topic:chips"), hit("query:7", "guidance")], url="https://news.example/a", published=T0 - HOUR,
    )  # fmt: skip
    ((_, story_id),) = await store.transact(saving(one))
    story = await store.story(story_id)
    assert story is not None
    assert (story.title, story.url, story.summary, story.lang) == (
        "台积电 raises guidance", "https://news.example/a", "In short.", "zh",
    )  # fmt: skip
    assert (story.first_at, story.last_at, story.entries) == (T0 - HOUR, T0 - HOUR, 1)
    assert story.outlets == ("Reuters",)
    assert set(story.topics) == {"topic:chips", "query:7"}
    assert story.severity == "notable"


async def test_reports_join_in_order_of_time_and_outlets_are_told_once(store: Store) -> None:
    ((_, story),) = await store.transact(saving(outcome("First", published=T0)))
    await store.transact(
        saving(
            outcome("Third", story, source="Caixin", published=T0 + 2, first_seen=T0 + 9, placed={"kind": "known"}),
            outcome("Second", story, source="Reuters", published=T0 + 1, first_seen=T0 + 9),
        )
    )
    assert [one.title for one, _ in await store.timeline(story)] == ["First", "Second", "Third"]
    found = await store.story(story)
    assert found is not None
    assert (found.outlets, found.entries, found.last_at) == (("Reuters", "Caixin"), 3, T0 + 2)


async def test_the_better_source_gives_the_headline_of_its_language(store: Store) -> None:
    ((_, story),) = await store.transact(saving(outcome("8-K - NVIDIA", tier="official", says="Filed.")))
    zh = outcome("英伟达", story, tier="wire", lang="zh", says="不同语言", url="https://zh.example/")
    await store.transact(saving(zh))
    found = await store.story(story)
    assert found is not None
    assert (found.title, found.summary, found.url) == ("8-K - NVIDIA", "Filed.", "")
    await store.transact(
        saving(outcome("Nvidia says", story, tier="wire", says="Nvidia said.", url="https://w.example/"))
    )
    await store.transact(saving(outcome("Nvidia again", story, tier="wire", says="Again.")))
    found = await store.story(story)
    assert found is not None
    assert (found.title, found.summary, found.url) == ("Nvidia says", "Nvidia said.", "https://w.example/")


async def test_a_copy_counts_as_a_report_but_changes_nothing_else(store: Store) -> None:
    ((first, story),) = await store.transact(saving(outcome("News", tier="trade")))
    copy = outcome(
        "NEWS!",
        story,
        tier="wire",
        source="AP",
        published=T0 + DAY,
        first_seen=T0 + DAY,
        placed={"kind": "duplicate", "duplicate_of": first},
    )
    await store.transact(saving(copy))
    found = await store.story(story)
    assert found is not None
    assert (found.title, found.last_at, found.entries, found.outlets) == ("News", T0, 2, ("Reuters", "AP"))
    assert (await store.stats())["duplicates"] == 1


async def test_a_story_never_loses_its_gravity(store: Store) -> None:
    ((_, story),) = await store.transact(saving(outcome(severity="notable")))
    await store.transact(saving(outcome("More", story, severity="breaking")))
    await store.transact(saving(outcome("Less", story, severity="normal")))
    assert (await store.story(story)).severity == "breaking"  # type: ignore[union-attr]


async def test_hits_come_back_with_their_reason(store: Store) -> None:
    why = Hit("topic:chips", ("chips", "禁令"))
    ((_, story),) = await store.transact(saving(outcome(hits=[why], facts=(("cik", "1045810"),), form="8-K", id="g1")))
    ((one, hits),) = await store.timeline(story)
    assert hits == (why,)
    assert (one.facts, one.form, one.id, one.tier) == ((("cik", "1045810"),), "8-K", "g1", "wire")
    assert one == entry(facts=(("cik", "1045810"),), form="8-K", id="g1")


async def test_placements_say_what_joined_each_report(store: Store) -> None:
    ((first, story),) = await store.transact(saving(outcome()))
    joined = {"why": ("chips", "ban"), "score": 0.7, "threshold": 0.5, "news": "now with numbers", "maybe_same_as": 9}
    await store.transact(saving(outcome("More", story, placed=joined)))
    await store.transact(saving(outcome("Copy", story, placed={"kind": "duplicate", "duplicate_of": first})))
    opening, grown, copy = [placement for _, placement in await store.placements(story)]
    assert opening == Placement("new", story)
    assert grown == Placement("grown", story, None, 0.7, 0.5, ("chips", "ban"), "now with numbers", 9)
    assert (copy.kind, copy.duplicate_of) == ("duplicate", first)


async def test_what_was_remembered_is_found_again(store: Store) -> None:
    doc = document(
        entry(
            "TSMC raises 2026 revenue guidance to 30 percent",
            summary="The chip maker said so in Taipei.",
            url="https://n.example/a?utm_source=x",
        )
    )

    def work(tx: IngestTx) -> int:
        saved = tx.save(0, outcome(doc.entry.title))
        tx.remember(doc, saved.entry_id, saved.story_id)
        return saved.story_id

    story = await store.transact(work)
    found = await store.transact(lambda tx: tx.candidates(doc))
    assert [view.id for view in found.stories] == [story]
    assert await store.find("https://www.n.example/a") == story
    assert await store.find("https://n.example/b") is None
    assert await store.find("") is None


async def test_a_story_in_the_other_language_is_found_by_what_its_title_means(store: Store) -> None:
    knowing = replace(NOTHING, embed=Meanings({"bell": 0, "钟": 0, "cake": 1}))

    def work(tx: IngestTx) -> tuple[int, Candidates]:
        docs = [document(entry(title), knowing) for title in ("Bell rings at noon", "Cake is sold", "老城正午钟声响起")]
        tx.guard(docs)
        stories = []
        for doc in docs[:2]:
            tx.candidates(doc)
            saved = tx.save(0, outcome(doc.entry.title))
            tx.remember(doc, saved.entry_id, saved.story_id)
            stories.append(saved.story_id)
        return stories[0], tx.candidates(docs[2])

    bell, found = await store.transact(work)
    assert [view.id for view in found.stories] == [bell]
    assert found.near == (bell,)


async def test_merged_stories_become_one_and_keep_their_numbers(store: Store) -> None:
    (_, one), (_, other) = await store.transact(
        saving(
            outcome("One", hits=[hit("topic:chips")], published=T0 + 5),
            outcome("Other", hits=[hit("topic:ipos")], source="Caixin", severity="breaking", published=T0 - 5),
        )
    )
    ((_, at),) = await store.transact(saving(outcome("Both", one, source="AP", placed={"merges": (other,)})))
    assert at == one
    found = await store.story(other)
    assert found is not None
    assert (found.id, found.entries, found.severity, found.first_at) == (one, 3, "breaking", T0 - 5)
    assert set(found.outlets) == {"Reuters", "Caixin", "AP"}
    assert set(found.topics) == {"topic:chips", "topic:ipos"}
    assert len(await store.timeline(other)) == 3
    assert (await store.stats())["stories"] == 1
    ((_, late),) = await store.transact(saving(outcome("To the old number", other)))
    assert late == one


async def test_a_merge_of_a_merged_story_follows_on(store: Store) -> None:
    stories = [saved.story_id for saved in await store.transact(saving(*(outcome(f"Story {n}") for n in range(3))))]
    await store.transact(saving(outcome("a", stories[1], placed={"merges": (stories[2],)})))
    await store.transact(saving(outcome("b", stories[0], placed={"merges": (stories[1], stories[0])})))
    assert [(await store.story(number)).id for number in stories] == [stories[0]] * 3  # type: ignore[union-attr]


async def test_what_joins_a_story_that_was_merged_just_now_joins_what_it_became(store: Store) -> None:
    one, other = [saved.story_id for saved in await store.transact(saving(outcome("One"), outcome("Other")))]
    work = saving(outcome("More", other), outcome("Both", one, placed={"merges": (other,)}), outcome("Later", other))
    assert [saved.story_id for saved in await store.transact(work)] == [other, one, one]
    story = await store.story(other)
    assert story is not None
    assert (story.id, story.entries) == (one, 5)


async def test_a_merge_never_alerts_again(store: Store) -> None:
    both = await subscribed(store, "both")
    await store.subscribe(both, "topic:ipos", "IPOs", {}, T0)
    one, other = await opened(store, "One"), await opened(store, "Other", "topic:ipos")
    await store.transact(saving(outcome("Both", one, placed={"merges": (other,)})))
    assert await told(store, "new", one, ["topic:chips", "topic:ipos"]) == 0
    stats = await store.stats()
    assert (stats["deliveries_queued"], stats["deliveries_folded"]) == (1, 1)


@pytest.mark.usefixtures("untraced")
@pytest.mark.parametrize("mode", ["instant", "hourly"])
async def test_a_channel_that_was_told_of_the_story_that_merges_is_not_told_of_the_other(
    store: Store, mode: str
) -> None:
    channel = await subscribed(store, "both")
    other = await opened(store, "Other")
    assert len(await lane(store, T0)) == 1
    await store.subscribe(channel, "topic:chips", "Chips", {"mode": mode}, T0)
    one = await opened(store, "One")
    await store.transact(saving(outcome("Both", one, placed={"merges": (other,)})))
    await store.turn(T0 + HOUR)
    assert [alert for _, alert in await lane(store, T0 + HOUR) if alert] == []
    assert await told(store, "update", one, now=T0 + HOUR) == 1  # under the message that it has


async def test_a_merge_sends_nothing_of_what_a_channel_muted(store: Store) -> None:
    channel = await subscribed(store, "both")
    stories = [await opened(store, "One"), await opened(store, "Other"), await opened(store, "Third")]
    await store.mute(channel, stories[1], True, T0)
    await store.transact(saving(outcome("Both", stories[0], placed={"merges": (stories[1],)})))
    await store.transact(saving(outcome("All", stories[0], placed={"merges": (stories[2],)})))
    assert await lane(store, T0) == []


async def test_a_merge_takes_no_alert_from_a_channel_that_was_to_hear_of_one_alone(store: Store) -> None:
    await subscribed(store, "chips")
    await subscribed(store, "ipos", "topic:ipos")
    one, other = await opened(store, "One"), await opened(store, "Other", "topic:ipos")
    await store.transact(saving(outcome("Both", one, source="AP", placed={"merges": (other,)})))
    sent = await lane(store, T0, 2)
    assert [(delivery.kind, alert and alert.story_id) for delivery, alert in sent] == [("new", one), ("new", one)]


async def test_a_channel_that_was_told_of_both_keeps_both_messages(store: Store) -> None:
    both = await subscribed(store, "both")
    await store.subscribe(both, "topic:ipos", "IPOs", {}, T0)
    one, other = await opened(store, "One"), await opened(store, "Other", "topic:ipos")
    assert len(await lane(store, T0)) == 2
    await store.transact(saving(outcome("Both", one, source="AP", placed={"merges": (other,)})))
    stats = await store.stats()
    assert {name: n for name, n in stats.items() if name.startswith("deliveries_") and n} == {"deliveries_sent": 2}


async def test_ids_are_never_used_twice(store: Store) -> None:
    first = await store.transact(saving(outcome(), outcome()))
    await store.retain(T0 + 400 * DAY, DAY)
    assert await store.latest(None, 10) == []
    second = await store.transact(saving(outcome()))
    assert second[0].entry_id > first[-1].entry_id
    assert second[0].story_id > first[-1].story_id


async def test_text_of_any_kind_is_kept_as_it_is(store: Store) -> None:
    odd = "O'Neil \"quoted\" %_ \\ 中文 \U0001f600 \u202e'; drop table entry;--"
    ((_, story),) = await store.transact(
        saving(outcome(odd, summary=odd, says=odd, source=odd, hits=[hit("query:1", odd)]))
    )
    found = await store.story(story)
    assert found is not None
    assert (found.title, found.summary, found.outlets) == (odd, odd, (odd,))
    assert (await store.timeline(story))[0][1][0].why == (odd,)


async def test_another_item_under_an_id_that_its_feed_used_before_is_told_from_an_edit(store: Store) -> None:
    """By the last report under the id, of that feed, and by its date."""
    one, other = await due_feed(store, "https://a.example/"), await due_feed(store, "https://b.example/")
    plant = outcome("Chip plant in Dresden opens in May", id="7", published=None)
    later = entry("Malaysia asks for a licence to export goods", id="7", published=T0 + HOUR)
    again = [replace(later, title="Dresden chip plant opens"), replace(later, published=T0), replace(later, id="8")]

    def work(tx: IngestTx) -> tuple[list[bool], list[bool]]:
        tx.save(one.id, plant)
        found = tx.others(one.id, [later, *again, replace(later, published=None)])
        return found, tx.others(other.id, [later])

    assert await store.transact(work) == ([True, False, False, False, False], [False])
    await store.transact(lambda tx: tx.save(one.id, outcome(later.title, id="7", published=T0 + HOUR)))
    assert await store.transact(lambda tx: tx.others(one.id, [replace(later, published=T0 + DAY)])) == [False]


async def retitled(store: Store, feed: Feed, edited: Entry, now: int = T0) -> list[Edited]:
    return await store.transact(lambda tx: tx.retitle(feed.id, [edited], now))


async def test_an_edited_headline_is_its_storys_where_that_was_the_reports_own(store: Store) -> None:
    one, other = await due_feed(store, "https://a.example/"), await due_feed(store, "https://b.example/")
    first = outcome("Chip plant in Drseden opens in May", url="https://a.example/plant", tier="trade")
    wire = "Dresden's new chip plant to open in May"

    def place(tx: IngestTx) -> Saved:
        doc = document(first.entry, NOTHING)
        tx.guard([doc])
        saved = tx.save(one.id, first)
        tx.remember(doc, *saved)
        return saved

    saved = await store.transact(place)
    edited = replace(first.entry, title="Chip plant in Dresden opens in May", summary="It cost much.")
    assert await retitled(store, other, edited) == []
    assert await retitled(store, one, edited, T0 + 3 * DAY) == []
    assert await retitled(store, one, edited) == [Edited(*saved, edited, first.entry, is_headline=True)]
    story = await store.story(saved.story_id)
    assert story is not None
    assert (story.title, story.summary, story.entries) == (edited.title, "It cost much.", 1)
    assert [found.id for found in await store.search(words("Dresden"), 9)] == [saved.story_id]
    assert await store.search(words("Drseden"), 9) == []

    bare = replace(edited, title="Chip plant in Dresden opens in early May", summary="")
    assert await retitled(store, one, bare) == [
        Edited(*saved, bare, replace(bare, title=edited.title, summary=edited.summary), True)
    ]
    story = await store.story(saved.story_id)
    assert story is not None
    assert (story.title, story.summary) == (bare.title, "It cost much."), "what others say of it stays"

    await store.transact(saving(outcome(wire, saved.story_id, url="https://b.example/1", tier="wire")))
    again = replace(edited, title="Chip plant in Dresden to open in May")
    (last,) = await retitled(store, one, again)
    assert not last.is_headline, "a better headline stands there"
    assert {found.title for found, _ in await store.timeline(saved.story_id)} == {again.title, wire}


async def test_what_an_edit_sets_off_is_told_to_those_who_asked_for_it(store: Store) -> None:
    """Once, by how grave it is since then, and with the words that stand there now."""
    await subscribed(store, "here", severity="notable")
    ((entry, story),) = await store.transact(saving(outcome("Minister speaks", hits=[])))
    edited = Edited(entry, story, outcome("Minister bans chips").entry, outcome("Minister speaks").entry, True)

    def work(tx: IngestTx, severity: str) -> list[int]:
        tx.set_off(edited, [hit("topic:chips", "bans chips")], severity, T0)
        return tx.fan_out([FanOut(story, "new", ["topic:chips"], T0, 0)])

    assert await store.transact(lambda tx: work(tx, "normal")) == [0]
    assert await store.transact(lambda tx: work(tx, "notable")) == [1]
    assert await store.transact(lambda tx: work(tx, "normal")) == [0]
    found = await store.story(story)
    assert found is not None
    assert found.severity == "notable"
    ((_, alert),) = await lane(store, T0)
    assert alert is not None
    assert [topic.why for topic in alert.topics] == [("bans chips",)]
