"""An alert is sent at once with the reports' own sentences, and edited when a model has told it better."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from bot.core.alerts.telling import TOLD
from bot.core.matching.topics import load_topics
from bot.core.message import Alert
from bot.core.model import Entry
from bot.pipeline import Pipeline, PipelineOptions
from bot.ports import Sent, Store
from bot.retelling import Retelling, lead_sentences
from bot.rules.rulebook import Rulebook
from bot.store import open_store
from tests.pipeline.test_pipeline import Desk, desk, item

__all__ = ["desk"]

T0 = 1_780_000_000_000
RULES = {"t.toml": {"topic": [{"id": "chips", "title": {"en": "Chips"}, "any": ["chip"]}]}}
LEAD = "The ministry added 23 chip firms to its list on Tuesday. Shares fell."


class Teller:
    """A model that has one thing to say."""

    model = "m-1"
    at_once = 2

    def __init__(self, said: str) -> None:
        self.said = said
        self.asked: list[list[str]] = []
        self.closed = False

    async def summary(self, sentences: Sequence[str]) -> str:
        self.asked.append(list(sentences))
        return self.said

    async def close(self) -> None:
        self.closed = True


async def sent(store: Store, now: int) -> list[Alert]:
    """What the channel gets now."""
    got = []
    for lease in await store.lease_channels(now, 9, 60_000, "a", ["console"]):
        for delivery in await store.next_deliveries(lease, 9, now):
            alert = await store.alert(delivery)
            assert alert is not None
            got.append(alert)
            await store.begin(lease, delivery, now)
            await store.settle(lease, delivery, Sent("m"), now)
        await store.release(lease)
    return got


async def told(said: str) -> tuple[list[Alert], Teller]:
    store = open_store("memory:", clock=lambda: T0)
    channel = await store.channel("console", "", "desk")
    await store.subscribe(channel, "topic:chips", "Chips", {}, T0)
    woken, stop, teller = asyncio.Event(), asyncio.Event(), Teller(said)
    retelling = Retelling(store, teller, lambda: T0 + 5_000, woken.set)
    pipeline = Pipeline(store, Rulebook(load_topics(RULES).topics))
    pipeline.on_story = retelling.note
    await pipeline.replay([Entry("1", "https://a.example/1", "Chip list", LEAD, source="A", lang="en", first_seen=T0)])
    alerts = await sent(store, T0)
    running = asyncio.create_task(retelling.run(stop))
    async with asyncio.timeout(60):
        while not teller.asked:  # noqa: ASYNC110 - what is asked is a list, no event
            await asyncio.sleep(0.01)
        if said:
            await woken.wait()
        if said:  # the same once more is no news
            woken.clear()
            retelling.note(1)
            while len(teller.asked) < 2:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
            await asyncio.sleep(0.05)
            assert not woken.is_set()
    stop.set()
    await running
    alerts += await sent(store, T0 + 6_000)
    await store.close()
    return alerts, teller


async def test_the_alert_comes_first_and_is_edited_after() -> None:
    (first, second), teller = await told("23 chip firms were listed on Tuesday.")
    assert (first.kind, first.summary, first.teller) == ("new", LEAD, "")
    assert (second.kind, second.summary, second.teller) == ("update", "23 chip firms were listed on Tuesday.", "m-1")
    assert second.news == ""
    assert teller.asked[:1] == [["The ministry added 23 chip firms to its list on Tuesday.", "Shares fell."]]
    assert teller.closed


async def test_a_model_with_nothing_to_say_changes_nothing() -> None:
    (only,), _ = await told("")
    assert only.kind == "new"


async def test_a_story_that_is_told_anew_again_is_edited_as_often_as_the_pipeline_edits() -> None:
    store = open_store("memory:", clock=lambda: T0)
    await store.subscribe(await store.channel("console", "", "desk"), "topic:chips", "Chips", {}, T0)
    woken, stop, teller, options = asyncio.Event(), asyncio.Event(), Teller("One."), PipelineOptions(update_every_ms=2)
    retelling = Retelling(store, teller, lambda: T0 + 5, woken.set, options)
    pipeline = Pipeline(store, Rulebook(load_topics(RULES).topics))
    await pipeline.replay([Entry("1", "https://a.example/1", "Chip list", LEAD, source="A", lang="en", first_seen=T0)])
    await sent(store, T0)
    running = asyncio.create_task(retelling.run(stop))
    for said, now in (("One.", T0 + 6), ("Two.", T0 + 9)):
        teller.said = said
        retelling.note(1)
        async with asyncio.timeout(60):
            await woken.wait()
        woken.clear()
        assert [alert.summary for alert in await sent(store, now)] == [said]
    stop.set()
    await running
    await store.close()


async def test_what_a_model_said_goes_with_the_words_that_it_was_of(desk: Desk) -> None:
    """An outlet edits its headline: the message is edited, has the report's own words, and the model is asked again."""
    noted: list[int] = []
    desk.pipeline.on_story = noted.append
    for title in ("Chip plant in Drseden to open in May", "Chip plant in Dresden to open in May"):
        await desk.poll(item(title, id="7", link="https://a.example/7"))
        assert not await desk.store.recall(f"{TOLD}1")
        await desk.store.keep(f"{TOLD}1", '["It opens in Drseden.", "m-1"]')
        await desk.send(desk.now)
    assert noted == [1, 1]


async def test_as_many_are_asked_for_at_a_time_as_the_model_takes() -> None:
    store = open_store("memory:", clock=lambda: T0)
    pipeline = Pipeline(store, Rulebook(load_topics(RULES).topics))
    titles = ("Chip list grows", "Flood in Lisbon", "Bank fined for fraud")
    for number, title in enumerate(titles):
        told = f"{title}, officials said on Tuesday. More is to come."
        await pipeline.replay([Entry(str(number), "", title, told, source="A", lang="en", first_seen=T0)])

    class Slow(Teller):
        at_once = 3
        all_asked = asyncio.Event()

        async def summary(self, sentences: Sequence[str]) -> str:
            await super().summary(sentences)
            if len(self.asked) == self.at_once:
                self.all_asked.set()
            await self.all_asked.wait()
            return ""

    stop, teller = asyncio.Event(), Slow("")
    retelling = Retelling(store, teller, lambda: T0, lambda: None)
    for story in await store.latest(None, 9):
        retelling.note(story.id)
    running = asyncio.create_task(retelling.run(stop))
    try:
        async with asyncio.timeout(10):
            await teller.all_asked.wait()
    finally:
        stop.set()
        await running
        await store.close()


def test_only_sentences_of_the_storys_language_are_asked_about() -> None:
    entries = [
        Entry("1", "", "A", "One thing happened today. One thing happened today.", lang="en"),
        Entry("2", "", "B", "今天发生了一件事。", lang="zh"),
    ]
    assert lead_sentences(entries, "en") == ["One thing happened today."]
    assert lead_sentences(entries, "zh") == ["今天发生了一件事。"]
