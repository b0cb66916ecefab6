"""The wire as it is read on: its pages, its filters, and what stands at its end."""

from __future__ import annotations

import asyncio
import re

import pytest

from bot.core.errors import StoreError
from handlers.web.site import PAGE
from tests.handlers.web.conftest import T0, Served
from tests.store.build import hit, outcome, saving

PAPER = T0 - 86_400_000


async def printed(page: Served, n: int) -> None:
    """A day's paper: all that it prints has the same time."""
    notices = [
        outcome(f"Notice {number} of a paper", lang="fr", published=PAPER, first_seen=PAPER, hits=[hit("topic:models")])
        for number in range(n)
    ]
    await page.store.transact(saving(*notices))


async def read_on(page: Served, path: str) -> list[str]:
    """The titles on a page and on all that its link to older ones leads to."""
    titles: list[str] = []
    while path:
        text = await page.text(path)
        titles += re.findall(r'lang="[a-z]+" dir="auto">([^<]*)</a></h2>', text)
        older = re.search(r'<a href="/([^"]*)">Older stories', text)
        path = older[1].replace("&amp;", "&") if older else ""
    return titles


async def test_who_reads_on_sees_every_story_once_though_many_have_one_time(page: Served) -> None:
    await printed(page, 2 * PAGE)
    titles = await read_on(page, "/")
    assert len(titles) == len(set(titles)) == 2 * PAGE + 4
    assert len(await read_on(page, "/?lang=fr")) == 2 * PAGE


async def test_a_topic_ends_though_a_story_of_its_past_has_grown_since(page: Served) -> None:
    await printed(page, PAGE + 1)
    (oldest,) = await page.store.latest("topic:models", 1, skip=PAGE)  # it stands last on the first page
    await page.store.transact(saving(outcome("Of another matter", oldest.id, published=T0 + 99, first_seen=T0 + 99)))
    titles = await read_on(page, "/?topic=models")
    assert len(titles) == len(set(titles)) == PAGE + 2


@pytest.mark.usefixtures("untraced")
async def test_what_a_query_finds_has_pages_too(page: Served) -> None:
    await printed(page, PAGE + 5)
    assert len(await read_on(page, "/?q=notice&lang=fr")) == PAGE + 5


async def test_an_older_page_stands_still_and_leads_back(page: Served) -> None:
    await printed(page, PAGE)
    text = await page.text("/?page=2")
    assert "data-live" not in text
    assert '<a href="/?topic=&amp;lang=&amp;q=&amp;page=1">Newer stories' in text
    for odd in ("0", "-1", "x", "9" * 30):
        assert "data-live" in await page.text(f"/?page={odd}")
    assert "Older stories" not in await page.text(f"/?page={'9' * 18}")


async def test_a_filter_shows_what_it_filters_by(page: Served) -> None:
    text = await page.text("/?lang=ja&topic=gone%3Cb%3E")
    assert '<option value="ja" selected>ja</option>' in text
    assert "<option selected>gone&lt;b&gt;</option>" in text
    assert '<option value="zh">Chinese</option>' in text


async def test_the_chart_counts_what_is_shown_or_is_not_there(page: Served) -> None:
    for path in ("/", "/?topic=chips"):
        assert "reports an hour" in await page.text(path)
    for path in ("/?q=chip", "/?lang=zh"):
        assert "reports an hour" not in await page.text(path)


async def test_text_that_runs_from_right_to_left_does_so(page: Served) -> None:
    await page.store.transact(saving(outcome("شركة تعلن عن رقاقة جديدة", lang="ar", published=T0 + 9)))
    assert 'lang="ar" dir="auto">شركة' in await page.text("/")


async def test_that_no_feed_is_watched_is_said(page: Served) -> None:
    assert "No feed is watched yet" not in await page.text("/sources")
    await page.store.remove_feed("https://user:secret@feeds.example/a.xml")
    assert "No feed is watched yet" in await page.text("/sources")


async def test_a_feed_is_offered_of_what_is_shown_alone(page: Served) -> None:
    assert 'href="/feeds/topic/chips.atom"' in await page.text("/?topic=chips")
    assert 'href="/feeds/query.atom?q=a%20%26b"' in await page.text("/?q=a+%26b")
    assert "Atom</a>" not in await page.text("/?topic=chips&q=ban")
    assert 'class="turn"' not in await page.text("/")  # no landmark with nothing in it


async def test_a_watcher_is_let_go_while_the_store_is_away(page: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    async def away(*_: object) -> None:
        raise StoreError("t.db is locked by another program", "busy")

    monkeypatch.setattr(page.store, "latest", away)
    async with page.client.get(f"{page.url}events?since=1") as answer, asyncio.timeout(60):
        assert await answer.text() == "retry: 3000\n\n"


async def test_a_look_at_the_events_alone_keeps_no_place(page: Served) -> None:
    async with page.client.head(f"{page.url}events") as answer:
        assert answer.headers["Content-Type"] == "text/event-stream"
        assert answer.headers["X-Accel-Buffering"] == "no"
    async with page.client.head(f"{page.url}events") as answer:  # on the same connection: it is free again
        assert answer.status == 200
