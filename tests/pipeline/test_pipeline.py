"""What a poll brought, through the real pipeline into a real store."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.core import identity
from bot.core.errors import StoreError
from bot.core.language.entities import NOTHING
from bot.core.matching.match import TOPIC
from bot.core.matching.topics import load_topics
from bot.core.model import Entry, FeedInfo, Hit, ParsedEntry, ParsedFeed
from bot.logs import context
from bot.pipeline import Batch, Pipeline, PipelineOptions
from bot.ports import FeedSpec, Polled, PollSettled, Sent, Store
from bot.rules.lexicons import read_lexicon
from bot.rules.rulebook import Rulebook
from bot.store import open_store

NOW = int(datetime(2026, 1, 8, 12, tzinfo=UTC).timestamp() * 1000)
MINUTE = 60_000
HOUR = 60 * MINUTE
URL = "https://a.example/2026/01/08/chip-plant"
RULES = {"t.toml": {"topic": [{"id": "chips", "title": {"en": "Chips"}, "any": ["chip", "芯片"]}]}}


class Desk:
    """One feed, one subscribed channel, and a clock that each poll moves."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.rules = Rulebook(load_topics(RULES).topics)
        self.pipeline = Pipeline(store, self.rules)
        self.now = NOW

    async def open(self) -> None:
        await self.store.add_feeds([FeedSpec("https://a.example/feed", source="A Wire")], self.now)
        self.channel = await self.store.channel("console", "local", "terminal")
        await self.store.subscribe(self.channel, f"{TOPIC}chips", "Chips", {}, self.now)

    async def poll(self, *items: ParsedEntry, baselined: bool = True, after: int = MINUTE) -> Batch:
        self.now += after
        (feed,) = await self.store.due_feeds(self.now, 1, MINUTE, "test")
        feed = replace(feed, baselined=baselined)
        settled = PollSettled(feed.id, feed.lease_no, self.now, "", baselined=True)
        polled = Polled(200, ParsedFeed(FeedInfo("A"), tuple(items)))
        return await self.pipeline.ingest(feed, polled, settled, self.now)

    async def told(self) -> list[str]:
        leases = await self.store.lease_channels(self.now + 10 * HOUR, 9, MINUTE, "test", ["console"])
        rows = [d for lease in leases for d in await self.store.next_deliveries(lease, 99, self.now + 10 * HOUR)]
        for lease in leases:
            await self.store.release(lease)
        alerts = [await self.store.alert(row) for row in rows]
        return [f"{row.kind}: {alert.title}" for row, alert in zip(rows, alerts, strict=True) if alert]

    async def send(self, now: int) -> list[str]:
        """What is due, by kind; it is sent."""
        kinds = []
        for lease in await self.store.lease_channels(now, 9, MINUTE, "test", ["console"]):
            for row in await self.store.next_deliveries(lease, 99, now):
                assert await self.store.begin(lease, row, now)
                assert await self.store.settle(lease, row, Sent("m"), now)
                kinds.append(row.kind)
            await self.store.release(lease)
        return kinds


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    store = open_store("memory:", clock=lambda: NOW)
    made = Desk(store)
    await made.open()
    yield made
    await store.close()


def item(title: str, number: int = 0, *, at: int | None = NOW, summary: str = "", **more: str) -> ParsedEntry:
    published = datetime.fromtimestamp(at / 1000, UTC) if at is not None else None
    fields = {"id": f"id-{title}-{number}", "link": f"https://a.example/{abs(hash(title)) % 10**9}/{number}"}
    return ParsedEntry(**{**fields, "title": title, "summary": summary, "content": "", "published": published, **more})


class Choking(Rulebook):
    """Rules that one title is too much for."""

    def match(self, entry: Entry) -> list[Hit]:
        if "poison" in entry.title:
            raise ZeroDivisionError("a defect")
        return super().match(entry)


@pytest.mark.case_id(57)
@pytest.mark.parametrize("elsewhere", [False, True])
async def test_case_057_an_entry_that_a_defect_chokes_on_holds_up_no_other(
    desk: Desk, caplog: pytest.LogCaptureFixture, elsewhere: bool
) -> None:
    """Neither those of its feed, poll after poll, nor, where another program places them, those of all feeds."""
    choking = Pipeline(desk.store, Choking(load_topics(RULES).topics))
    desk.pipeline = Pipeline(desk.store, desk.rules, PipelineOptions(leave=True)) if elsewhere else choking
    await desk.poll(item("A poison of a title"), item("New chip plant opens in Dresden"))
    await choking.drain()
    assert await choking.drain() == 0
    assert await desk.told() == ["new: New chip plant opens in Dresden"]
    (said,) = [record for record in caplog.records if "left out by a defect" in record.getMessage()]
    assert context(said)["feed"] == 1


async def test_news_of_a_topic_is_told_once(desk: Desk) -> None:
    first = await desk.poll(item("New chip plant opens in Dresden"), item("Rain in Lisbon on Sunday morning"))
    again = await desk.poll(item("New chip plant opens in Dresden"), item("Rain in Lisbon on Sunday morning"))
    assert (first.counts.entries, first.counts.stories, first.counts.alerts) == (2, 2, 1)
    assert again.counts.entries == 0
    assert await desk.told() == ["new: New chip plant opens in Dresden"]


CHIP_NEWS = (
    item("美国放宽英伟达H200芯片对华出口审查", summary="美国商务部周二宣布，英伟达H200芯片对华出口改为逐案审查。"),
    item("中芯国际四季度芯片营收24.9亿美元 同比增长12%", summary="中芯国际公布第四季度营收24.9亿美元。"),
)


@pytest.mark.parametrize(
    ("title", "told"),
    [
        ("8点1氪丨中芯国际四季度芯片营收24.9亿美元；里斯本周日下雨；美国放宽英伟达H200芯片对华出口", False),
        ("8点1氪丨中芯国际四季度芯片营收24.9亿美元；里斯本周日下雨；荷兰限制芯片设备维修", True),
        ("8点1氪丨里斯本周日下雨；港口罢工；果园采摘", False),
        ("财联社早报：芯片与鱼", True),  # of what nothing is set apart nobody can say that it was told
    ],
)
async def test_case_083_a_round_up_of_what_was_told_is_told_to_nobody_again(
    desk: Desk, title: str, *, told: bool
) -> None:
    await desk.poll(*CHIP_NEWS)
    first = await desk.told()
    await desk.poll(item(title), after=2 * HOUR)
    assert len(first) == 2
    assert await desk.told() == [*first, *([f"new: {title}"] if told else [])]
    assert (await desk.store.stats())["stories"] == 3


async def test_a_round_up_is_told_to_whoever_was_not_told_of_all_its_parts(desk: Desk) -> None:
    """A channel that came later, or whose filters held one of them."""
    await desk.poll(CHIP_NEWS[0], baselined=False)
    await desk.poll(CHIP_NEWS[1], after=HOUR)
    first = await desk.told()
    round_up = "早报：美国放宽英伟达H200芯片对华出口；中芯国际四季度芯片营收24.9亿美元"
    await desk.poll(item(round_up), after=HOUR)
    assert len(first) == 1
    assert await desk.told() == [*first, f"new: {round_up}"]


WIRE = (
    "The commerce department said on Tuesday that it would review exports of advanced chips to China case by case, "
    "replacing a presumption of denial that has stood since 2022. Officials said that licences would be decided within "
    "ninety days. Shares of chip makers rose in New York, and lawmakers asked for hearings in the spring."
)


@pytest.mark.parametrize("options", [{"confirm": "2"}, {"outlets": "B Daily"}, {"mute-outlets": "A Wire"}])
async def test_a_wire_report_in_another_paper_is_what_a_filter_waits_for(desk: Desk, options: dict[str, str]) -> None:
    await desk.store.subscribe(desk.channel, f"{TOPIC}chips", "Chips", options, desk.now)
    await desk.poll(item("US eases review of chip exports to China", summary=WIRE))
    before = await desk.told()
    await desk.poll(item("Chip exports to China: US eases its review", summary=WIRE))
    same_outlet = await desk.told()
    (copy,) = (await desk.poll(item("US review of chip exports to China eases", summary=WIRE, outlet="B Daily"))).placed
    assert (before, same_outlet, copy.placement.kind) == ([], [], "duplicate")
    assert await desk.told() == ["new: US eases review of chip exports to China"]


async def test_a_wire_report_in_another_paper_is_told_with_the_first_one(desk: Desk) -> None:
    """Once for each paper; what its first poll only listed is no news until it is published elsewhere."""
    await desk.poll(item("US eases review of chip exports to China", summary=WIRE), baselined=False)
    assert await desk.told() == []
    for n in range(3):
        await desk.poll(item(f"US eases its review of chip exports, {n}", summary=WIRE, outlet="B Daily"))
    assert await desk.send(desk.now) == ["new"]
    for outlet in ("C Daily", "C Daily", "A Wire"):
        await desk.poll(item(f"US eases review, {desk.now}", summary=WIRE, outlet=outlet), after=2 * MINUTE)
        await desk.send(desk.now + MINUTE)
    assert (await desk.store.stats())["deliveries_sent"] == 2


async def test_the_first_poll_is_a_baseline(desk: Desk) -> None:
    report = await desk.poll(item("Chip makers had a good year"), baselined=False)
    assert report.counts.entries == 1
    assert await desk.told() == []
    assert (await desk.store.latest(f"{TOPIC}chips", 5))[0].title == "Chip makers had a good year"


@pytest.mark.case_id(74)
async def test_case_074_what_is_too_old_is_stored_and_not_told(desk: Desk) -> None:
    report = await desk.poll(item("Old chip news from the archive", at=NOW - 60 * HOUR))
    assert (report.counts.entries, report.counts.alerts) == (1, 0)
    assert await desk.told() == []


@pytest.mark.case_id(75)
async def test_case_075_a_filing_dated_last_week_is_told(desk: Desk) -> None:
    await desk.poll(item("S-1 - Chip Company Inc", at=NOW - 5 * 24 * HOUR, form="S-1"))
    assert await desk.told() == ["new: S-1 - Chip Company Inc"]


@pytest.mark.case_id(66)
async def test_case_066_without_a_date_it_happened_when_it_was_seen(desk: Desk) -> None:
    await desk.poll(item("Undated chip story with some words", at=None))
    (story,) = await desk.store.latest(f"{TOPIC}chips", 1)
    assert story.first_at == desk.now


@pytest.mark.case_id(67)
async def test_case_067_a_date_in_the_future_is_not_believed(desk: Desk) -> None:
    await desk.poll(item("Chip story from the year 2041", at=NOW + 15 * 365 * 24 * HOUR))
    (story,) = await desk.store.latest(f"{TOPIC}chips", 1)
    assert story.first_at == desk.now
    assert await desk.told() == ["new: Chip story from the year 2041"]


@pytest.mark.case_id(70)
async def test_case_070_an_item_dated_anew_at_each_poll_is_told_once(desk: Desk) -> None:
    for minute in range(4):
        await desk.poll(item("Chip plant opens in Dresden today", at=NOW + minute * MINUTE))
    assert await desk.told() == ["new: Chip plant opens in Dresden today"]


@pytest.mark.case_id(79)
async def test_case_079_ids_that_change_all_at_once_tell_nothing_again(desk: Desk) -> None:
    titles = [f"Chip report number {n} of the long weekly series" for n in range(20)]
    await desk.poll(*(item(title, 1, summary=f"The full text of report {title} for readers.") for title in titles))
    told = len(await desk.told())
    moved = [
        item(
            title,
            2,
            id=f"new-{title}",
            link=f"https://a.example/new/{n}",
            summary=f"The full text of report {title} for readers.",
        )
        for n, title in enumerate(titles)
    ]
    report = await desk.poll(*moved)
    assert report.counts.entries == 0
    assert len(await desk.told()) == told


@pytest.mark.case_id(83)
async def test_case_083_one_title_for_two_stories_tells_both(desk: Desk) -> None:
    await desk.poll(
        item("Chip briefing", 1, summary="A plant in Dresden opens its second line for car makers this week.")
    )
    await desk.poll(
        item("Chip briefing", 2, summary="Memory prices fell by a tenth in Seoul as stocks piled up again.")
    )
    assert (await desk.store.stats())["stories"] == 2


@pytest.mark.case_id(86)
async def test_case_086_an_item_that_comes_back_is_not_told_again(desk: Desk) -> None:
    await desk.poll(item("Chip plant opens in Dresden"))
    await desk.poll(item("Something else entirely happened"))
    report = await desk.poll(item("Chip plant opens in Dresden"))
    assert report.counts.entries == 0


@pytest.mark.case_id(89)
async def test_case_089_another_identity_rule_tells_nothing_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither when it comes, nor when the one before it goes."""
    news = item("Chip plant opens in Dresden")
    await desk.poll(news)
    for versions in ((2, 1), (2,)):
        monkeypatch.setattr(identity, "VERSIONS", versions)
        desk.pipeline = Pipeline(desk.store, desk.rules)  # a program that was upgraded remembers nothing by itself
        assert (await desk.poll(news)).counts.entries == 0
    assert await desk.told() == ["new: Chip plant opens in Dresden"]


@pytest.mark.case_id(80)
async def test_case_080_one_item_in_five_feeds_of_a_publisher_is_one_alert(desk: Desk) -> None:
    await desk.store.add_feeds([FeedSpec(f"https://a.example/{n}", source=f"A Wire {n}") for n in range(4)], desk.now)
    feeds = await desk.store.due_feeds(desk.now, 9, MINUTE, "test")
    lead = "The plant in Dresden makes chips for cars and cost two billion euros, the company said on Thursday."
    for feed in feeds:
        news = item("Chip plant opens in Dresden", summary=lead, id=f"{feed.id}", link=f"{URL}?utm_source={feed.id}")
        settled = PollSettled(feed.id, feed.lease_no, desk.now, "", baselined=True)
        polled = Polled(200, ParsedFeed(FeedInfo("A"), (news,)))
        await desk.pipeline.ingest(replace(feed, baselined=True), polled, settled, desk.now)
    assert await desk.told() == ["new: Chip plant opens in Dresden"]
    (story,) = await desk.store.latest(f"{TOPIC}chips", 5)
    assert set(story.outlets) == {"A Wire", "A Wire 0", "A Wire 1", "A Wire 2", "A Wire 3"}


@pytest.mark.case_id(85)
@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            (
                "Nvidia names Jane Roe finance chief",
                "Nvidia said Jane Roe will oversee the finances of the chip maker.",
            ),
            ("Nvidia recalls power cables of its chips", "Nvidia recalled 40,000 cables after reports that they melt."),
        ),
        (
            (
                "Nvidia invests $5 billion in Intel",
                "Nvidia will buy Intel chip shares at $23.28, they said on Thursday.",
            ),
            (
                "China tells firms to stop buying Nvidia's RTX Pro 6000D chips",
                "China's internet regulator told companies including ByteDance to end orders, the FT said.",
            ),
        ),
        (
            ("中芯国际四季度芯片营收24.9亿美元", "中芯国际公布第四季度业绩，营收同比增长12%，毛利率两成。"),
            ("中芯国际董事长辞职", "该芯片公司董事长因个人原因辞任，由副董事长代行职责。"),
        ),
    ],
)
async def test_case_085_two_events_of_one_company_on_one_day_are_two_alerts(
    desk: Desk, one: tuple[str, str], other: tuple[str, str]
) -> None:
    for number, (title, summary) in enumerate((one, other)):
        await desk.poll(item(title, number, summary=summary), after=HOUR)
    assert await desk.told() == [f"new: {one[0]}", f"new: {other[0]}"]


@pytest.mark.case_id(87)
async def test_case_087_order_in_the_feed_does_not_matter(desk: Desk) -> None:
    items = [item(f"Chip item number {n} with its own words {n * 7}", n) for n in range(5)]
    await desk.poll(*items)
    report = await desk.poll(*reversed(items))
    assert report.counts.entries == 0


async def test_what_one_poll_brings_is_told_in_the_order_in_which_it_was_published(desk: Desk) -> None:
    newest = item("Dresden opens its chip museum to schools", 2)
    await desk.poll(newest, item("Ban on chip exports to Osk is lifted", 1, at=NOW - HOUR))
    assert await desk.told() == ["new: Ban on chip exports to Osk is lifted", f"new: {newest.title}"]


async def test_a_lost_lease_stores_nothing(desk: Desk) -> None:
    (feed,) = await desk.store.due_feeds(NOW, 1, MINUTE, "one")
    stale = PollSettled(feed.id, feed.lease_no - 1, NOW, "")
    with pytest.raises(StoreError, match="another process"):
        await desk.pipeline.ingest(feed, Polled(200, ParsedFeed(FeedInfo(), (item("Chip"),))), stale, NOW)
    assert (await desk.store.stats()).get("entries", 0) == 0


async def test_a_story_that_grows_updates_those_who_were_told(desk: Desk) -> None:
    lead = "The plant in Dresden makes chips for cars and cost two billion euros, the company said on Thursday."
    await desk.poll(item("Chip plant opens in Dresden", 1, summary=lead))
    told = await desk.told()
    await desk.poll(item("Dresden chip plant opens for car makers", 2, summary=lead, outlet="B Daily"))
    assert told == ["new: Chip plant opens in Dresden"]
    (story,) = await desk.store.latest(f"{TOPIC}chips", 5)
    assert story.entries == 2
    assert set(story.outlets) == {"A Wire", "B Daily"}


@pytest.mark.parametrize(
    ("options", "wait"), [(PipelineOptions(), MINUTE), (PipelineOptions(update_every_ms=2_000), 2_000)]
)
async def test_updates_of_a_story_are_so_far_apart(desk: Desk, options: PipelineOptions, wait: int) -> None:
    desk.pipeline = Pipeline(desk.store, desk.rules, replace(options, update_after_ms=0))
    await desk.poll(item("Chip plant opens in Dresden for two billion euros", 1))
    assert await desk.send(desk.now) == ["new"]
    await desk.poll(item("Chip plant in Dresden opens after two billion euros of cost", 2, outlet="B"))
    assert await desk.send(sent := desk.now) == ["update"]
    await desk.poll(item("Two billion euros: the Dresden chip plant opens", 3, outlet="C"), after=1)
    assert await desk.send(sent + wait - 1) == []
    assert await desk.send(sent + wait) == ["update"]


async def test_the_rulebook_remembers_recent_stories(desk: Desk) -> None:
    await desk.poll(item("Chip plant opens in Dresden"))
    assert [title for _, title in desk.rules.lately.stories] == ["Chip plant opens in Dresden"]


@pytest.mark.parametrize("known", [False, True])
async def test_reports_meet_by_the_names_that_a_changed_table_brings(desk: Desk, known: bool) -> None:
    config = Path(__file__).parents[2] / "config"
    desk.pipeline.know(read_lexicon(config / "entities.toml", config / "glossary.toml") if known else NOTHING)
    first = await desk.poll(item("Zhipu and Moonshot AI cut prices of their models"))
    other = await desk.poll(item("智谱、月之暗面下调模型价格"))
    assert (first.counts.stories, other.counts.stories) == (1, 0 if known else 1)
