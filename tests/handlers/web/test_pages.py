"""The page over real HTTP: what it shows, whom it lets in, what it never does."""

from __future__ import annotations

import asyncio
import json
import re
from typing import Any

import aiohttp
import pytest
import yarl
from aiohttp import web

from bot.core.errors import StoreError
from bot.core.matching.topics import load_topics
from bot.core.model import Story
from bot.core.urls import redacted
from bot.ports import PollSettled
from bot.ports.overview import DeliveryRow
from tests.handlers.web.conftest import NEWS, RULES, T0, Served


async def test_the_wire_shows_the_newest_first_and_escapes_what_was_published(page: Served) -> None:
    text = await page.text("/")
    assert text.index("芯片") < text.index("Ban on chip exports")
    assert "<script>alert" not in text
    assert "<img src=x" not in text
    assert "\u202e" not in text


@pytest.mark.parametrize(
    ("query", "there", "absent"),
    [
        ("?topic=models", "open weights", "Ban on chip"),
        ("?lang=zh", "芯片", "Ban on chip"),
        ("?q=exports", "Ban on chip", "open weights"),
    ],
)
async def test_the_wire_can_be_filtered(page: Served, query: str, there: str, absent: str) -> None:
    text = await page.text(f"/{query}")
    assert there in text
    assert absent not in text


async def test_a_query_that_is_none_is_told_in_one_line(page: Served) -> None:
    assert 'role="alert"' in await page.text("/?q=((((")
    assert 'role="alert"' in await page.text("/topics?q=OR")
    for path in ("/", "/topics"):
        assert 'role="alert">The quotation mark is never closed' in await page.text(f'{path}?q="x')


async def test_a_story_tells_who_reported_it(page: Served) -> None:
    assert "Reuters" in await page.text("/story/1")
    missing = await page.text("/story/999", 404)
    assert "There is no story 999" in missing
    assert 'href="/topics"' in missing


@pytest.mark.parametrize("path", ["/topisc", "/story/abc", "/topics/", "/%3Cb%3E"])
async def test_an_address_that_no_page_has_gets_a_page_all_the_same(page: Served, path: str) -> None:
    missing = await page.text(path, 404)
    assert "There is no page /" in missing
    assert 'href="/topics"' in missing
    assert "<b>" not in missing


async def test_what_ails_a_feed_is_told_without_the_address_that_stands_beside_it(page: Served) -> None:
    (feed,) = await page.store.due_feeds(T0, 1, 60_000, "a")
    said = f"{redacted(feed.url)}: no connection"
    await page.store.settle_polls([PollSettled(feed.id, feed.lease_no, T0, feed.rhythm, errors=2, last_error=said)])
    text = await page.text("/sources")
    assert ">no connection (2 times in a row" in text
    assert text.count(redacted(feed.url)) == 1


async def test_the_deliveries_name_a_story_that_has_joined_another(
    page: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    channel = await page.store.channel("slack", "T1", "C1", "desk")
    await page.store.subscribe(channel, "topic:chips", "Chips", {}, T0)
    await page.sign_in()
    await page.news("A chip plant burns in Ohio")
    (row,) = await page.store.deliveries(9)
    told = [row._replace(title=""), row._replace(title="", story_id=999), row._replace(story_id=0, kind="notice")]

    async def deliveries(n: int) -> list[DeliveryRow]:
        return told[:n]

    monkeypatch.setattr(page.store, "deliveries", deliveries)
    text = await page.text("/deliveries")
    assert "A chip plant burns in Ohio" in text
    assert text.count("a story that is gone") == 1
    assert "a notice about a source" in text


async def test_topics_draw_what_there_is_and_the_sign_in_does_not_tell_of_itself(page: Served) -> None:
    quiet = {"id": "quiet", "title": {"en": "Quiet"}, "description": "Quiet.", "any": ["whisper"]}
    page.rules.put_topics(load_topics({"t.toml": {"topic": [*RULES["t.toml"]["topic"], quiet]}}).topics)
    text = await page.text("/topics")
    cards = text.split('<li class="card">')[1:]
    assert cards
    assert all(('class="bars"' in card) == ("<span>0 reports" not in card) for card in cards)
    assert any("<span>0 reports" in card for card in cards)
    scale = re.compile(r"<figcaption><span>\d+ \w{3}</span><span>peak [1-9]\d*, \d+ \w{3}</span><span>\d+ \w{3}</span>")
    assert all(scale.search(card) for card in cards if "<svg" in card)
    assert "to see channels and deliveries" in text
    assert "to see channels and deliveries" not in await page.text("/signin")


async def test_a_report_whose_story_joined_this_one_did_not_begin_it(page: Served) -> None:
    await page.news("A chip plant burns in Ohio")
    (later, *_) = await page.store.latest(None, 1)
    await page.store.transact(lambda tx: tx._merge(later.id, 1, T0))  # type: ignore[attr-defined]
    text = await page.text("/story/1")
    assert (text.count("first report"), text.count("began as a separate story, joined here later")) == (1, 1)


async def test_a_story_that_spread_is_drawn_on_the_wire_and_on_its_page(page: Served) -> None:
    assert 'class="within"' not in await page.text("/")
    assert 'class="growth"' not in await page.text("/story/1")
    title, body, *_ = NEWS[0]
    for number, outlet in enumerate(("The Ledger", "Policy Desk"), 1):
        await page.news(title, outlet, at=T0 + number * 3_600_000, body=body)
    assert "3 outlets within 2 h" in await page.text("/")
    text = await page.text("/story/1")
    assert "3 reports of 3 outlets within 2 h" in text
    assert "+ 60 min" in text
    assert text.count("<circle") == 3


BEGUN = (
    "US orders licences for Nvidia H20 chips to China",
    "The Commerce Department said so on Sunday in a final rule.",
)
JOINED = (
    ("Licence needed for Nvidia H20 exports to China, says rule", "Nvidia expects a charge, it said on Sunday."),
    ("Nvidia needs licences to sell H20 chips to China", "A final rule of the Commerce Department asks for them."),
)


async def grown(page: Served) -> str:
    """The page of a story that two more reports joined."""
    await page.news(BEGUN[0], "AP", at=T0 + 60_000, body=BEGUN[1])
    for number, (title, body) in enumerate(JOINED, 2):
        await page.news(title, f"Outlet {number}", at=T0 + number * 60_000, body=body)
    return await page.text("/story/5")


async def test_why_a_report_is_here_is_said_in_words(page: Served) -> None:
    text = await grown(page)
    assert text.count("the same event · in common: ") == 2
    assert "Nvidia H20" in text.split("in common: ")[1]
    assert "score" not in text
    assert "shared:" not in text


async def test_of_very_many_reports_the_newest_have_their_words(page: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("handlers.web.pages._WORDED", 1)
    text = await grown(page)
    assert text.count("the same event") == 2
    assert text.count("in common: ") == 1


async def test_topics_are_counted_and_queries_tried(page: Served) -> None:
    text = await page.text("/topics")
    assert "3 reports in 14 days" in text
    assert "1 report in 14 days" in text
    assert '<p class="about">Chips.</p>' in text
    text = await page.text("/topics?q=parameters")
    assert "</strong> story in the last 7 days" in text
    assert "Stored reports go back 1.0 days; the average is over that time." in text


async def test_no_password_of_a_feed_is_shown(page: Served) -> None:
    for path in ("/sources", "/api/sources"):
        text = await page.text(path)
        assert "Alpha" in text
        assert "secret" not in text


async def test_only_known_host_names_are_served(page: Served) -> None:
    await page.text("/", 421, headers={"Host": "rebound.evil.example"})
    await page.text("/", 200, headers={"Host": "news.example"})
    for none in ("[::1", "a]b", "", "a\u2100b.example", "localhost:99999", "localhost:x"):
        await page.text("/feeds/topic/chips.atom", 421, headers={"Host": none})


async def test_every_answer_carries_the_headers(page: Served) -> None:
    for path in ("", "topics", "static/style.css", "story/999", "api/stories", "metrics", "events", "slack%2Fevents"):
        async with page.client.get(yarl.URL(page.url + path, encoded=True)) as answer:
            assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
            assert answer.headers["X-Content-Type-Options"] == "nosniff"


async def test_a_file_is_asked_for_again_after_an_upgrade_and_sent_once(page: Served) -> None:
    async with page.client.get(f"{page.url}static/style.css") as first:
        assert first.headers["Cache-Control"] == "no-cache"
    async with page.client.get(
        f"{page.url}static/style.css", headers={"If-None-Match": first.headers["ETag"]}
    ) as again:
        assert (again.status, await again.read()) == (304, b"")


async def test_while_the_store_is_away_a_page_says_so(page: Served) -> None:
    await page.sign_in()
    await page.store.close()
    for path in ("", "story/1", "topics?q=chip", "?q=chip", "sources", "channels", "deliveries"):
        async with page.client.get(page.url + path) as answer:
            assert (answer.status, answer.headers["Retry-After"]) == (503, "5")
            assert "try again" in await answer.text()
            assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert await page.text("/healthz") == "ok\n"


@pytest.mark.case_id(116)
async def test_case_116_metrics_tell_what_is_counted_while_the_store_is_away(
    page: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The counters of failures are wanted most then; what only the store can tell is left out, never a made-up 0."""

    async def away() -> None:
        raise StoreError("no room left", "full")

    monkeypatch.setattr(page.store, "backlog", away)
    metrics = await page.text("/metrics")
    assert page.program.metrics() in metrics
    assert "tocsin_backlog" not in metrics


async def test_health_readiness_and_metrics(page: Served) -> None:
    assert await page.text("/healthz") == "ok\n"
    assert await page.text("/readyz") == "ready\n"
    page.program.said = ["polling rests: the store can't be used"]
    assert "polling rests" in await page.text("/readyz", 503)
    metrics = await page.text("/metrics")
    assert "tocsin_backlog 0" in metrics
    assert "tocsin_store_bytes 4096" in metrics


async def next_row(answer: aiohttp.ClientResponse) -> str:
    """The HTML of the next story on the wire."""
    async for line in answer.content:
        if line.startswith(b"data: "):
            return str(json.loads(line.removeprefix(b"data: "))["html"])
    raise AssertionError("the stream ended")


async def test_the_wire_is_live_and_goes_on_where_a_browser_was(page: Served) -> None:
    async with page.client.get(f"{page.url}events", headers={"Last-Event-ID": str(T0 + 2)}) as answer:
        assert answer.headers["Content-Type"] == "text/event-stream"
        async with asyncio.timeout(60):
            assert "芯片" in await next_row(answer)
            await asyncio.sleep(0.1)
            await page.news("A <i>foundry</i> of Dresden that is new", at=T0 + 9000)
            fresh = await next_row(answer)
    assert "that is new" in fresh
    assert "<i>" not in fresh


async def test_a_wire_that_was_opened_a_moment_ago_misses_nothing(page: Served) -> None:
    since = (await page.text("/")).split("/events?since=")[1].split('"')[0]
    await page.news("A foundry of Dresden before the first look", at=T0 + 9000)
    async with page.client.get(f"{page.url}events?since={since}") as answer, asyncio.timeout(60):
        assert "before the first look" in await next_row(answer)


async def test_a_store_that_can_not_be_read_at_the_first_look_is_looked_at_again(
    page: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    latest, looks = page.store.latest, list[Any]()

    async def away_at_first(*asked: Any) -> list[Story]:
        looks.append(asked)
        if len(looks) == 1:
            raise StoreError("the database is locked", "busy")
        return await latest(*asked)

    monkeypatch.setattr(page.store, "latest", away_at_first)
    async with page.client.get(f"{page.url}events") as answer, asyncio.timeout(10):
        while len(looks) < 3:  # noqa: ASYNC110 (nobody tells of a look)
            await asyncio.sleep(0.005)
        await page.news("A foundry of Dresden that came later", at=T0 + 9000)
        assert "that came later" in await next_row(answer)


async def test_watchers_are_let_go_by_a_defect_and_may_ask_again(page: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    latest, looks = page.store.latest, list[Any]()

    async def broken_once(*asked: Any) -> list[Story]:
        looks.append(asked)
        if len(looks) == 1:
            raise ValueError("a defect")
        return await latest(*asked)

    monkeypatch.setattr(page.store, "latest", broken_once)
    async with page.client.get(f"{page.url}events") as answer, asyncio.timeout(10):
        assert await answer.text() == "retry: 3000\n\n"
    async with page.client.get(f"{page.url}events") as answer, asyncio.timeout(10):
        while len(looks) < 3:  # noqa: ASYNC110 (nobody tells of a look)
            await asyncio.sleep(0.005)
        await page.news("A foundry of Dresden after all", at=T0 + 9000)
        assert "after all" in await next_row(answer)


async def test_a_reader_who_takes_nothing_is_not_kept(page: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    async def stuck(self: web.StreamResponse, data: bytes) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr("handlers.web.live.PATIENCE_S", 0.01)
    monkeypatch.setattr(web.StreamResponse, "write", stuck)
    async with asyncio.timeout(60):
        with pytest.raises(aiohttp.ClientError):
            async with page.client.get(f"{page.url}events") as answer:
                await answer.read()


async def test_a_reader_who_falls_behind_is_let_go_to_ask_again(page: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("handlers.web.live.WAITING", 0)
    async with page.client.get(f"{page.url}events") as answer, asyncio.timeout(60):
        await asyncio.sleep(0.1)
        await page.news("A chip story that nobody reads", at=T0 + 9000)
        assert b"nobody reads" not in await answer.read()


async def test_who_left_keeps_no_place_until_something_is_told(page: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("handlers.web.live.MOST", 1)
    monkeypatch.setattr("handlers.web.live.BEAT_LOOKS", 1 << 60)
    async with page.client.get(f"{page.url}events") as answer:
        assert answer.status == 200
        await page.text("/events", status=503)
    async with asyncio.timeout(60):
        while True:
            async with page.client.get(f"{page.url}events") as answer:
                if answer.status == 200:
                    return


async def test_who_leaves_before_the_first_word_is_no_defect(
    page: Served, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    prepare, began = web.StreamResponse.prepare, asyncio.Event()

    async def leaving(self: web.StreamResponse, request: web.BaseRequest) -> Any:
        assert request.transport
        request.transport.abort()
        began.set()
        return await prepare(self, request)

    monkeypatch.setattr(web.StreamResponse, "prepare", leaving)
    with pytest.raises(aiohttp.ClientError):
        await page.text("/events")
    await began.wait()
    monkeypatch.undo()
    assert await page.text("/healthz")
    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == []
