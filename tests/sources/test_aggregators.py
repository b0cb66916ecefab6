"""Hacker News, Google News and GDELT: wideners whose links and titles are not what they seem."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from bot.core.errors import FetchError, NotAFeed
from bot.ports import Feed
from tests.fakes.recorded import Recorded, said
from tests.shared import SHARED, needs_shared
from tests.sources.kit import entries, facts, poll, source

HN = "https://hn.algolia.com/api/v1/search_by_date?tags=story&query=AI"
NEWS = "https://news.google.com/rss/search?q=chips&hl=en-US&gl=US&ceid=US:en"
GDELT = "https://api.gdeltproject.org/api/v2/doc/doc?query=chips&mode=artlist&format=json"


# ── Hacker News ─────────────────────────────────────────────────────────────────────────────────────────────────


def hit(**fields: object) -> dict[str, object]:
    return (
        {"objectID": "1", "title": "Is x < y?", "url": "https://a.test/", "points": 55, "num_comments": 3}
        | {"created_at_i": 1795514400}
        | fields
    )


async def test_a_story_links_to_its_page_and_remembers_its_discussion():
    polled = await poll("hackernews", Recorded({HN: said({"hits": [hit()]})}), HN)
    (entry,) = entries(polled)
    assert (entry.id, entry.link, entry.title) == ("hackernews:1", "https://a.test/", "Is x &lt; y?")
    assert entry.summary == ""
    assert entry.published == datetime.fromtimestamp(1795514400, UTC)
    assert facts(entry, "discussion") == ["https://news.ycombinator.com/item?id=1"]
    assert polled.notes == ()


async def test_points_that_rise_are_no_edit():
    """Words of a new poll are remembered for half a year, each time."""
    first, later = [
        entries(await poll("hackernews", Recorded({HN: said({"hits": [hit(points=n, num_comments=n)]})}), HN))[0]
        for n in (55, 99)
    ]
    assert first._replace(facts=()) == later._replace(facts=())


async def test_after_days_away_the_next_pages_are_read_too():
    pages = {
        HN: said({"hits": [hit(objectID="9"), hit(objectID="8")], "page": 0, "nbPages": 3}),
        f"{HN}&page=1": said({"hits": [hit(objectID="7"), hit(objectID="6")], "page": 1, "nbPages": 3}),
    }
    fetch = Recorded(pages)
    first = await poll("hackernews", Recorded({HN: said({"hits": [hit(objectID="6")], "nbPages": 9})}), HN)
    polled = await poll("hackernews", fetch, HN, memo=first.memo)
    assert [entry.id for entry in entries(polled)] == [f"hackernews:{n}" for n in (9, 8, 7, 6)]
    assert polled.notes == ()
    await poll("hackernews", fetch, HN, memo=polled.memo)
    assert len(fetch.asked) == 3


async def test_null_titles_and_links_are_no_fault():
    rows = [
        hit(objectID="2", title=None, url=None, story_title="Of a story", story_url="https://b.test/"),
        hit(objectID="3", title=None),
        hit(objectID="4", url=None, points=None),
        hit(objectID="5", url=""),
    ]
    polled = await poll("hackernews", Recorded({HN: said({"hits": rows})}), HN)
    assert [(entry.id, entry.link) for entry in entries(polled)] == [
        ("hackernews:2", "https://b.test/"),
        ("hackernews:4", "https://news.ycombinator.com/item?id=4"),
        ("hackernews:5", "https://news.ycombinator.com/item?id=5"),
    ]
    assert polled.notes == ()


@needs_shared
async def test_the_documented_search_is_read_whole():
    body = (SHARED / "samples" / "shapes" / "hn_algolia_search_by_date.json").read_bytes()
    polled = await poll("hackernews", Recorded({HN: said(body)}), HN)
    assert polled.notes == ()
    assert len(entries(polled)) == 1


async def test_hits_without_any_field_of_a_title_are_a_changed_shape_and_no_quiet_day():
    rows = [{"objectID": str(n), "headline": "Chips"} for n in range(3)]
    polled = await poll("hackernews", Recorded({HN: said({"hits": rows})}), HN)
    assert entries(polled) == ()
    assert polled.notes == ("hackernews: title is missing or has changed in 3 of 3 items",)


# ── Google News ─────────────────────────────────────────────────────────────────────────────────────────────────


def item(title: str, outlet: str = "", link: str = "CBMi1") -> str:
    named = f'<source url="https://o.test">{outlet}</source>' if outlet else ""
    return f"""<item><title>{title}</title><link>https://news.google.com/rss/articles/{link}</link>
    <guid isPermaLink="false">{link}</guid><pubDate>Tue, 24 Nov 2026 10:00:00 GMT</pubDate>
    <description>&lt;ol&gt;&lt;li&gt;links&lt;/li&gt;&lt;/ol&gt;</description>{named}</item>"""


async def search(*items: str):
    body = f'<?xml version="1.0"?><rss version="2.0"><channel><title>q</title>{"".join(items)}</channel></rss>'
    return entries(await poll("google-news", Recorded({NEWS: said(body)}), NEWS))


async def test_the_outlet_leaves_the_title():
    (entry,) = await search(item("Chips - and more - Example Times", "Example Times"))
    assert (entry.title, entry.outlet) == ("Chips - and more", "Example Times")
    assert (entry.summary, entry.content) == ("", "")


async def test_without_a_source_the_suffix_names_the_outlet():
    (entry,) = await search(item("Chips are out - Example Times"))
    assert (entry.title, entry.outlet) == ("Chips are out", "Example Times")
    (bare,) = await search(item("No suffix here"))
    assert (bare.title, bare.outlet) == ("No suffix here", "")


async def test_a_dash_that_is_no_suffix_stays():
    (entry,) = await search(item("Chips - the story", "Example Times"))
    assert (entry.title, entry.outlet) == ("Chips - the story", "Example Times")


async def test_the_link_is_never_identity():
    one, two, other = await search(
        item("Chips - Example Times", "Example Times", "CBMi1"),
        item("Chips - EXAMPLE TIMES", "Example Times", "CBMi2"),
        item("Chips - Daily Example", "Daily Example", "CBMi1"),
    )
    assert one.id == two.id != other.id


@pytest.mark.case_id(83)
async def test_case_083_a_title_that_an_outlet_uses_every_day_is_news_every_day():
    monday = item("Morning briefing - Example Times", "Example Times")
    tuesday = item("Morning briefing - Example Times", "Example Times", "CBMi2").replace("24 Nov", "25 Nov")
    later = monday.replace("10:00:00", "11:30:00")
    one, two, again = await search(monday, tuesday, later)
    assert one.id == again.id != two.id
    assert facts(one, "redirect") == ["yes"]


@needs_shared
async def test_the_recorded_feed_has_outlet_and_title_apart():
    body = (SHARED / "samples" / "feeds" / "platform" / "google-news-rss.xml").read_bytes()
    (entry,) = entries(await poll("google-news", Recorded({NEWS: said(body)}), NEWS))
    assert entry.outlet == "RTBF"
    assert entry.title.endswith("manque de réactifs")


# ── GDELT ───────────────────────────────────────────────────────────────────────────────────────────────────────


def article(title: str = "Chips", **fields: object) -> dict[str, object]:
    return (
        {"url": "https://o.test/1", "title": title, "seendate": "20261124T101500Z", "domain": "o.test"}
        | {"language": "Chinese"}
        | fields
    )


async def test_an_article_with_outlet_language_and_batch_time():
    polled = await poll("gdelt", Recorded({GDELT: said({"articles": [article()]})}), GDELT)
    (entry,) = entries(polled)
    assert (entry.outlet, entry.lang, entry.link) == ("o.test", "zh", "https://o.test/1")
    assert entry.published == datetime(2026, 11, 24, 10, 15, tzinfo=UTC)
    assert polled.notes == ()


@pytest.mark.parametrize(
    ("raw", "title"),
    [
        ("China ' s chip ban : what next ?", "China's chip ban: what next?"),
        ("Chips ( and more ) , again", "Chips (and more), again"),
        ("They don ’ t sell", "They don’t sell"),
        ("中国 芯片 ： 出口 管制", "中国芯片：出口管制"),
        ("英伟达 H20 芯片", "英伟达 H20 芯片"),
        ("Two - year low", "Two - year low"),
        ("Plain title", "Plain title"),
    ],
)
async def test_tokenised_titles_are_joined_again(raw, title):
    (entry,) = entries(await poll("gdelt", Recorded({GDELT: said({"articles": [article(raw)]})}), GDELT))
    assert entry.title == title


async def test_backslashes_that_are_no_escapes_do_not_lose_the_answer():
    good = json.dumps({"articles": [article('C:\\dir "x"')]})
    bad = json.dumps({"articles": [article("A BACK B")]}).replace("BACK", r"\' \d")
    for body, title in ((good, 'C:\\dir "x"'), (bad, r"A \' \d B")):
        assert entries(await poll("gdelt", Recorded({GDELT: said(body)}), GDELT))[0].title == title


async def test_a_sentence_in_place_of_json_is_an_error_in_its_own_words():
    with pytest.raises(FetchError, match="Your query was too short") as refused:
        await poll("gdelt", Recorded({GDELT: said("Your query was too short or too long.\n")}), GDELT)
    assert refused.value.kind == "protocol"
    slow = "Please limit requests to one every 5 seconds or contact us."
    with pytest.raises(FetchError, match="limit requests") as refused:
        await poll("gdelt", Recorded({GDELT: said(slow)}), GDELT)
    assert (refused.value.kind, refused.value.retry_after_s) == ("rate-limit", 60)


async def test_no_articles_are_an_empty_object_and_a_page_is_named():
    assert entries(await poll("gdelt", Recorded({GDELT: said({})}), GDELT)) == ()
    with pytest.raises(NotAFeed, match="an HTML page"):
        await poll("gdelt", Recorded({GDELT: said("<html><body>Down")}), GDELT)
    with pytest.raises(NotAFeed, match="an empty body"):
        await poll("gdelt", Recorded({GDELT: said("")}), GDELT)


async def test_one_request_in_five_seconds():
    fetch = Recorded({GDELT: said({"articles": [article()]})})
    await poll("gdelt", fetch, GDELT)
    assert [asked.every_ms for asked in fetch.asked] == [5000]


@needs_shared
async def test_the_documented_list_is_read_whole():
    body = (SHARED / "samples" / "shapes" / "gdelt_artlist.json").read_bytes()
    polled = await poll("gdelt", Recorded({GDELT: said(body)}), GDELT)
    assert polled.notes == ()
    assert len(entries(polled)) == 1


async def test_the_same_bytes_are_not_read_twice():
    bodies = {HN: {"hits": [hit()]}, GDELT: {"articles": [article()]}}
    for kind, url in (("hackernews", HN), ("gdelt", GDELT)):
        fetch = Recorded({url: said(bodies[url])})
        first = await poll(kind, fetch, url)
        again = await source(kind, fetch).poll(Feed(1, url, kind, body_hash=first.body_hash), 0)
        assert again.parsed is None
