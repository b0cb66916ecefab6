"""One program's work, shared by several over one store: each does its part, and nothing is done twice or left."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.core.model import FeedInfo, ParsedEntry, ParsedFeed
from bot.lanes import LaneOptions
from bot.llm import LlmOptions, Summariser
from bot.parts import ROLES, Parts
from bot.pipeline import Pipeline, PipelineOptions
from bot.poller import PollOptions
from bot.ports import Polled, PollSettled, Store
from bot.rules.rulebook import Rulebook
from bot.runtime import Runtime
from bot.store import open_store
from handlers.console import ConsolePlatform
from tests.fakes.manners import Anyhow
from tests.store.build import MINUTE, T0, Clock, due_feed, lane, opened, subscribed


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = open_store(str(tmp_path / "t.db"), clock=Clock())
    yield opened
    await opened.close()


def polled(*titles: str) -> Polled:
    entries = [ParsedEntry(f"id-{t}", f"https://a.example/{n}", t, "", "", None) for n, t in enumerate(titles)]
    return Polled(200, ParsedFeed(FeedInfo("A"), tuple(entries)))


async def fetched(store: Store, *titles: str) -> None:
    """What the program that fetches leaves."""
    feed = replace(await due_feed(store), baselined=True)
    fetching = Pipeline(store, Rulebook(), PipelineOptions(leave=True))
    report = await fetching.ingest(feed, polled(*titles), PollSettled(feed.id, feed.lease_no, T0, ""), T0)
    assert report.counts.entries == 0


def made_of(store: Store, roles: tuple[str, ...]) -> Parts:
    """A program of these roles, with a language model that nobody is asked for."""
    return Parts(
        store=store,
        rules=Rulebook(),
        sources={},
        platforms={"console": ConsolePlatform()},
        clock=Clock(),
        manners=Anyhow(),
        poller=PollOptions(),
        pipeline=PipelineOptions(),
        lanes=LaneOptions(poll_ms=10),
        roles=roles,
        model=Summariser(LlmOptions("http://127.0.0.1:9/v1", "m-1"), store, Clock()),
    )


async def test_one_fetches_and_another_places(store: Store) -> None:
    rules = Rulebook()
    rule = rules.resolve("chips")
    number = await store.query(rule.label)
    await subscribed(store, rule=f"query:{number}")
    await rules.load_queries(store)
    await fetched(store, "New chips from Dresden", "Rain in Lisbon on Sunday")
    assert (await store.stats()).get("entries", 0) == 0
    placing = Pipeline(store, rules)
    assert await placing.drain() == 2
    assert await placing.drain() == 0
    assert [alert.title for _, alert in await lane(store, T0) if alert] == ["New chips from Dresden"]
    entries = [entry for story in (1, 2) for entry, _ in await store.timeline(story)]
    assert {entry.id for entry in entries} == {"id-New chips from Dresden", "id-Rain in Lisbon on Sunday"}
    assert {(entry.first_seen, entry.facts) for entry in entries} == {(T0, ())}


async def test_what_was_taken_and_not_stored_is_there_again(store: Store) -> None:
    await fetched(store, "One", "Two", "Three")
    with pytest.raises(ZeroDivisionError):
        await store.transact(lambda tx: 1 // (len(tx.take(9)) - 3))
    assert await Pipeline(store, Rulebook()).drain() == 3


async def test_a_query_that_another_program_adds_is_matched_here(store: Store) -> None:
    ours, theirs = Rulebook(), Rulebook()
    await ours.load_queries(store)
    for words in ("h20 AND ban", "gallium"):
        rule = theirs.resolve(words)
        await subscribed(store, words, f"query:{await store.query(rule.label)}")
        await ours.refresh(store)
        assert rule.label in ours.queries.values()
    await ours.refresh(store)
    assert len(ours.queries) == 2


async def test_work_of_every_hour_is_one_programs(store: Store) -> None:
    assert await store.claim("upkeep", T0, 1000)
    assert not await store.claim("upkeep", T0 + 999, 1000)
    assert await store.claim("other", T0 + 999, 1000)
    assert await store.claim("upkeep", T0 + 1000, 1000)
    assert await store.claim("upkeep", T0 - 5_000, 1000)  # the clock was put back


async def test_quiet_hours_begin_while_the_programs_that_send_are_away(store: Store) -> None:
    """What comes then is held: sent when they are back, in the night, it would be what nobody wanted."""
    await subscribed(store, quiet="16:01-20:00")  # T0 is 16:00 UTC
    late = Clock(T0 + 5 * MINUTE)
    runtime = Runtime(replace(made_of(store, ("ingest",)), clock=late))
    running = asyncio.create_task(runtime.run())
    async with asyncio.timeout(60):
        while await store.next_turn() <= late.now:  # noqa: ASYNC110 - the store tells of it, no event does
            await asyncio.sleep(0.01)
        runtime.stop.set()
        await running
    await opened(store, first_seen=late.now)
    assert (await store.stats())["deliveries_held"] == 1


@pytest.mark.parametrize(
    ("roles", "loops"),
    [
        (ROLES, {"topics", "queries", "poller", "inbox", "upkeep", "lanes", "rhythm", "summaries"}),
        (("poll",), {"topics", "queries", "poller"}),
        (("ingest",), {"topics", "queries", "inbox", "upkeep", "summaries", "rhythm"}),
        (("send", "web"), {"topics", "queries", "lanes", "rhythm"}),
        (("gateway",), {"topics", "queries"}),
    ],
)
async def test_a_program_runs_the_loops_of_its_roles(store: Store, roles: tuple[str, ...], loops: set[str]) -> None:
    runtime = Runtime(made_of(store, roles))
    assert {name for name, _ in runtime._works()} - {"presence", "notices"} == loops
    running = asyncio.create_task(runtime.run())
    await asyncio.sleep(0.05)
    assert runtime.troubles() == []
    runtime.stop.set()
    async with asyncio.timeout(60):
        await running
