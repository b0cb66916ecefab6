"""What an outlet changes in an item that it published already: corrections are told, nothing is told twice."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.core.identity import identity_keys
from bot.core.matching.search import to_fts
from bot.core.matching.topics import load_topics
from bot.core.model import ParsedEntry
from bot.ingest.adopt import adopt
from bot.pipeline import Pipeline, PipelineOptions
from bot.rules.rulebook import Rulebook
from tests.pipeline.test_pipeline import HOUR, MINUTE, NOW, RULES, Choking, Desk, desk, item

__all__ = ["desk"]

LINK = "https://a.example/plant"
FIRST = item("Chip plant in Dresden to cost 2 billion euros", id="7", link=LINK, summary="The plant opens in May.")


async def heard(desk: Desk) -> list[tuple[str, str]]:
    """What the channel is owed an hour later, with the news of it; it is sent."""
    desk.now += HOUR
    found = []
    for lease in await desk.store.lease_channels(desk.now, 9, MINUTE, "test", ["console"]):
        for row in await desk.store.next_deliveries(lease, 9, desk.now):
            alert = await desk.store.alert(row)
            found.append((row.kind, alert.news if alert else ""))
        await desk.store.release(lease)
    await desk.send(desk.now)
    return found


@pytest.mark.usefixtures("untraced")
@pytest.mark.case_id(82)
@pytest.mark.parametrize("elsewhere", [False, True])
@pytest.mark.parametrize(
    "title",
    [
        "CORRECTED-Chip plant in Dresden to cost 3 billion euros",
        "Correction: chip plant in Dresden",
        "RETRACTED: chip plant in Dresden to cost 2 billion euros",
        "更正：德累斯顿芯片工厂投资30亿欧元",
    ],
)
async def test_case_082_a_correction_in_its_items_place_is_told(desk: Desk, title: str, *, elsewhere: bool) -> None:
    """Also days later, under the date of the first report; and once, whichever copy of the feed comes next."""
    if elsewhere:
        desk.pipeline = Pipeline(desk.store, desk.rules, PipelineOptions(leave=True))
    places = Pipeline(desk.store, desk.rules)
    right = FIRST._replace(title=title)
    told = []
    for copy, after in ((FIRST, MINUTE), (right, 70 * HOUR), (FIRST, MINUTE), (right, MINUTE), (right, 25 * HOUR)):
        await desk.poll(copy, after=after)
        await places.drain()
        told.append(await heard(desk))
    assert told == [[("new", "")], [("update", f"correction – A Wire: {title}")], [], [], []]
    assert (await desk.store.stats())["stories"] == 1


@pytest.mark.case_id(82)
async def test_case_082_what_was_a_correction_from_the_first_is_told_once(desk: Desk) -> None:
    right = FIRST._replace(title=f"Correction: {FIRST.title}")
    await desk.poll(right)
    assert await heard(desk) == [("new", "")]
    await desk.poll(right._replace(summary="The plant opens in June."), after=HOUR)
    await desk.poll(right._replace(title=f"{right.title} (corrected)"), after=HOUR)
    assert await heard(desk) == []


async def owed(desk: Desk) -> list[tuple[str, str, str]]:
    """What the channel is owed an hour later: kind, title, what is said to be new; it is sent."""
    desk.now += HOUR
    found = []
    for lease in await desk.store.lease_channels(desk.now, 9, MINUTE, "test", ["console"]):
        for row in await desk.store.next_deliveries(lease, 9, desk.now):
            alert = await desk.store.alert(row)
            assert alert
            found.append((row.kind, alert.title, alert.said))
        await desk.store.release(lease)
    await desk.send(desk.now)
    return found


@pytest.mark.case_id(81)
@pytest.mark.parametrize(
    ("first", "edited"),
    [
        ("Chip plant in Dresden to cost 2 billion euros", "Dresden chip plant to cost 2 billion euros"),
        ("Chip plant in Drseden to open in May", "Chip plant in Dresden to open in May"),
        ("德累斯顿芯片工厂投资20亿欧元", "德累斯顿的芯片工厂将投资20亿欧元"),
    ],
)
@pytest.mark.parametrize("elsewhere", [False, True])
async def test_case_081_an_edited_headline_edits_the_message(
    desk: Desk, first: str, edited: str, *, elsewhere: bool
) -> None:
    """And says nothing anew; copies of the feed that alternate change nothing any more (case 88)."""
    if elsewhere:
        desk.pipeline = Pipeline(desk.store, desk.rules, PipelineOptions(leave=True))
    places = Pipeline(desk.store, desk.rules)
    one, other = (FIRST._replace(title=title) for title in (first, edited))
    told = []
    for copy in (one, other, one, other):
        await desk.poll(copy)
        await places.drain()
        told.append(await owed(desk))
    assert told == [[("new", first, "")], [("update", edited, "")], [], []]
    (story,) = await desk.store.latest(None, 9)
    assert (story.title, story.entries) == (edited, 1)
    found = await desk.store.search(to_fts(Rulebook().resolve_query(edited.split()[0])), 9)
    assert [one.id for one in found] == [story.id]


@pytest.mark.case_id(81)
@pytest.mark.parametrize("elsewhere", [False, True])
async def test_case_081_an_edit_that_says_what_was_asked_for_is_told(desk: Desk, *, elsewhere: bool) -> None:
    """To those who asked for what only the new words say; once, and not where the news is old."""
    if elsewhere:
        desk.pipeline = Pipeline(desk.store, desk.rules, PipelineOptions(leave=True))
    places = Pipeline(desk.store, desk.rules)
    one = FIRST._replace(title="Minister speaks of exports to Dresden")
    other = one._replace(title="Minister speaks of chip exports to Dresden")
    told = []
    for copy, after in ((one, MINUTE), (other, HOUR), (one, HOUR), (other, HOUR)):
        await desk.poll(copy, after=after)
        await places.drain()
        told.append(await owed(desk))
    assert told == [[], [("new", other.title, "")], [], []]

    late = one._replace(id="8", link="https://a.example/late", title="Rain keeps a harbour in Lyon shut")
    await desk.poll(late)
    await places.drain()
    await desk.poll(late._replace(title="Rain keeps a chip harbour in Lyon shut"), after=47 * HOUR)
    assert await owed(desk) == []


@pytest.mark.case_id(81)
async def test_case_081_an_edit_that_makes_a_story_graver_is_told_to_who_waited_for_that(desk: Desk) -> None:
    """Though another report's headline stands in the message, and by a rule that held before."""
    halts = {"id": "halts", "title": {"en": "Halts"}, "any": ["halted"], "severity": {"base": "breaking"}}
    desk.rules = Rulebook(load_topics({"t.toml": {"topic": [*RULES["t.toml"]["topic"], halts]}}).topics)
    desk.pipeline = Pipeline(desk.store, desk.rules)
    woken: list[str] = []
    desk.pipeline.on_story = lambda story: woken.append(f"story {story}")
    await desk.store.subscribe(desk.channel, "topic:chips", "Chips", {"severity": "breaking"}, desk.now)
    first = FIRST._replace(title="Acme chip plant in Dresden to cost 2 billion euros")
    second = item("Dresden chip plant of Acme to cost 2 billion euros", id="8", link=f"{LINK}/8", outlet="B Daily")
    for one in (first, second):
        await desk.poll(one)
        assert await owed(desk) == []
    await desk.poll(second._replace(title="Dresden chip plant of Acme halted, to cost 2 billion euros"))
    assert await owed(desk) == [("new", first.title, "")]
    assert woken == ["story 1"]


@pytest.mark.case_id(57)
async def test_case_057_an_edit_that_a_defect_chokes_on_holds_up_no_other(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    one = FIRST._replace(title="Minister speaks of exports to Dresden")
    await desk.poll(one)
    desk.pipeline = Pipeline(desk.store, Choking(load_topics(RULES).topics))
    await desk.poll(
        one._replace(title="Minister speaks of poison and exports to Dresden"),
        item("Copper mine in Chile orders a chip scanner"),
    )
    assert [title for _, title, _ in await owed(desk)] == ["Copper mine in Chile orders a chip scanner"]
    assert "left out by a defect" in caplog.text


async def test_other_news_under_the_same_link_is_no_edit(desk: Desk) -> None:
    await desk.poll(FIRST)
    assert [kind for kind, *_ in await owed(desk)] == ["new"]
    await desk.poll(FIRST._replace(title="Nvidia moves its chip order to TSMC"))
    assert await owed(desk) == []
    (story,) = await desk.store.latest(None, 9)
    assert story.title == FIRST.title


async def test_an_edit_after_two_days_or_at_the_first_poll_changes_nothing(desk: Desk) -> None:
    await desk.poll(FIRST)
    await owed(desk)
    await desk.poll(FIRST._replace(title=f"{FIRST.title}, says mayor"), baselined=False)
    await desk.poll(FIRST._replace(title=f"{FIRST.title}, mayor says"), after=50 * HOUR)
    assert await owed(desk) == []
    (story,) = await desk.store.latest(None, 9)
    assert story.title == FIRST.title


async def test_a_correction_that_stood_there_at_the_first_poll_is_no_news(desk: Desk) -> None:
    await desk.poll(FIRST, baselined=False)
    await desk.poll(FIRST._replace(title=f"Correction: {FIRST.title}"), baselined=False)
    assert await heard(desk) == []


async def test_a_correction_seen_before_such_titles_had_a_key_is_no_news(desk: Desk) -> None:
    """An older version marked the item's own keys alone."""
    right = FIRST._replace(title=f"Correction: {FIRST.title}")
    (feed,) = await desk.store.feeds()
    keys = identity_keys(adopt(right, feed, desk.now))
    await desk.store.transact(lambda tx: tx.mark_seen(feed.id, [keys], desk.now))
    await desk.poll(right)
    assert await heard(desk) == []


OTHER = FIRST._replace(
    title="Malaysia asks for a licence to export AI chips",
    link="https://a.example/licence",
    summary="Permits are needed from Monday, says the ministry of trade.",
    published=datetime.fromtimestamp(NOW / 1000 + 3600, UTC),
)


@pytest.mark.parametrize("elsewhere", [False, True])
async def test_an_id_that_a_feed_uses_again_for_another_item_hides_it_from_nobody(
    desk: Desk, *, elsewhere: bool
) -> None:
    """Some feeds number the places of their list. Copies of the feed that alternate tell nothing twice (case 88)."""
    if elsewhere:
        desk.pipeline = Pipeline(desk.store, desk.rules, PipelineOptions(leave=True))
    places = Pipeline(desk.store, desk.rules)
    told = []
    for copy in (FIRST, OTHER, FIRST, OTHER):
        await desk.poll(copy, after=HOUR)
        await places.drain()
        told.append([title for _, title, _ in await owed(desk)])
    assert told == [[FIRST.title], [OTHER.title], [], []]
    assert (await desk.store.stats())["stories"] == 2


@pytest.mark.case_id(81)
@pytest.mark.parametrize(
    "other",
    [
        OTHER._replace(link=FIRST.link),
        OTHER._replace(link=f"{FIRST.link}?utm_source=x"),
        OTHER._replace(published=FIRST.published),
        OTHER._replace(published=None),
        OTHER._replace(title="Dresden to get a chip plant for 3 billion euros"),
        OTHER._replace(title="Chips"),
    ],
)
async def test_case_081_what_may_be_an_edit_of_the_item_is_no_other_one(desk: Desk, other: ParsedEntry) -> None:
    """Under its link, of its date, or with some of its words."""
    await desk.poll(FIRST)
    batch = await desk.poll(other, after=HOUR)
    assert list(batch.placed) == []
