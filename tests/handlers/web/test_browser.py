"""The page in a real browser (Debian's chromium): live, narrow, dark, by keyboard, and asking nobody else."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Route, async_playwright

from bot.core.model import BY_HAND
from bot.ports import PollSettled
from bot.ports.overview import DeliveryRow
from tests.handlers.web.conftest import T0, TOKEN, Served
from tests.handlers.web.test_pages import grown
from tests.store.build import queued

CHROMIUM = shutil.which("chromium") or ""
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-quic",
]  # fmt: skip
pytestmark = [
    pytest.mark.skipif(not CHROMIUM, reason="no chromium here (Debian: apt-get install chromium)"),
    pytest.mark.holds_loop,
]


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as play:
        made = await play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield made
        await made.close()


async def test_a_story_comes_to_an_open_wire_and_nothing_foreign_is_asked(page: Served, browser: Browser) -> None:
    asked: list[str] = []
    said: list[str] = []
    tab = await browser.new_page()
    tab.on("request", lambda request: asked.append(request.url))
    tab.on("console", lambda message: said.append(message.text))
    tab.on("pageerror", lambda error: said.append(str(error)))
    await tab.goto(page.url)
    await tab.get_by_text("Live: new stories").wait_for()
    await asyncio.sleep(0.2)
    await page.news("A foundry of Dresden that is new", at=T0 + 9000)
    await tab.locator("#wire li.fresh").get_by_text("that is new").wait_for()
    assert "Just now" in str(await tab.text_content("#live"))
    for path in ("topics", "sources", "story/1", "signin"):
        await tab.goto(page.url + path)
    assert said == []  # no error, no violation of the content security policy
    assert all(url.startswith(page.url) for url in asked)


@pytest.mark.usefixtures("untraced")
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_a_phone_scrolls_one_way_only(page: Served, browser: Browser, scheme: str) -> None:
    context = await browser.new_context(viewport={"width": 360, "height": 740}, color_scheme=scheme)  # type: ignore[arg-type]
    tab = await context.new_page()
    for path in ("", "topics", "sources", "story/1", "signin"):
        await tab.goto(page.url + path)
        assert await tab.evaluate("document.documentElement.scrollWidth") <= 360, path
    colour = await tab.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (colour == "rgb(21, 23, 26)") == (scheme == "dark")
    await context.close()


async def test_a_phone_cuts_off_nothing_of_what_ails_a_feed(page: Served, browser: Browser) -> None:
    (feed,) = await page.store.due_feeds(T0, 1, 60_000, "a")
    said = f"https://elsewhere.example/{'long' * 30}: no answer"
    await page.store.settle_polls([PollSettled(feed.id, feed.lease_no, T0, feed.rhythm, errors=1, last_error=said)])
    context = await browser.new_context(viewport={"width": 320, "height": 740})
    tab = await context.new_page()
    await tab.goto(f"{page.url}sources")
    over = "[...document.querySelectorAll('.scroll, td')].some(one => one.scrollWidth > one.clientWidth)"
    assert not await tab.evaluate(over)
    await context.close()


async def test_a_phone_names_the_pages_in_one_row_and_zooms_into_no_field(page: Served, browser: Browser) -> None:
    context = await browser.new_context(viewport={"width": 360, "height": 740})
    tab = await context.new_page()
    for path in ("", "topics", "sources", "signin"):
        await tab.goto(page.url + path)
        rows = "new Set([...document.querySelectorAll('header nav a')].map(a => a.offsetTop)).size"
        assert await tab.evaluate(rows) == 1, path
        small = "[...document.querySelectorAll('input, select')].filter(one => getComputedStyle(one).fontSize < '16px')"
        assert await tab.evaluate(f"{small}.length") == 0, path
    await context.close()


async def test_only_the_chart_of_a_story_and_of_a_topic_is_drawn_as_one(page: Served, browser: Browser) -> None:
    """A report with news had the chart's box around it, and another around the word that says so."""
    await grown(page)
    tab = await browser.new_page(viewport={"width": 1200, "height": 900})
    await tab.goto(f"{page.url}story/5")
    boxes = "[...document.querySelectorAll('.grown')].filter(one => getComputedStyle(one).borderTopWidth !== '0px')"
    await tab.evaluate("document.querySelector('.timeline li').classList.add('grown')")
    assert await tab.evaluate(f"{boxes}.map(one => one.tagName)") == ["FIGURE"]
    await tab.goto(f"{page.url}topics")
    rows = "[...document.querySelectorAll('.card figcaption')].map(one => one.offsetHeight)"
    assert all(height < 30 for height in await tab.evaluate(rows)), "one line"
    await tab.close()


async def test_a_wire_that_stands_open_goes_on_telling_how_old_its_stories_are(page: Served, browser: Browser) -> None:
    tab = await browser.new_page()
    await tab.clock.install(time=1_000_000_000)  # a machine whose clock is wrong
    await tab.goto(page.url)
    told = tab.locator("#s1 time")
    assert await told.text_content() == "60 s ago"
    await tab.clock.fast_forward("02:59:00")
    await tab.wait_for_function("document.querySelector('#s1 time').textContent === '3 h ago'", polling=50)


async def test_a_wire_comes_back_after_the_answer_of_a_proxy(page: Served, browser: Browser) -> None:
    tab, asked = await browser.new_page(), list[str]()

    async def restarting(route: Route) -> None:
        asked.append(route.request.url)
        await (route.fulfill(status=502) if len(asked) == 1 else route.continue_())

    await tab.route("**/events?*", restarting)
    await tab.clock.install()
    await tab.goto(page.url)
    await tab.get_by_text("it comes back by itself").wait_for()
    await tab.clock.fast_forward(10_000)
    await tab.get_by_text("Live: new stories").wait_for()
    await asyncio.sleep(0.2)
    await page.news("A foundry of Dresden that is new", at=T0 + 9000)
    await tab.locator("#wire li.fresh").get_by_text("that is new").wait_for()


async def test_the_first_story_takes_the_place_of_the_word_that_there_is_none(page: Served, browser: Browser) -> None:
    tab = await browser.new_page()
    await tab.goto(page.url)
    await tab.evaluate("document.querySelector('#wire').insertAdjacentHTML('afterend', '<p class=empty>None</p>')")
    await asyncio.sleep(0.2)
    await page.news("A foundry of Dresden that is new", at=T0 + 9000)
    await tab.locator("#wire li.fresh").wait_for()
    assert await tab.locator("p.empty").count() == 0


async def test_a_long_reason_leaves_a_delivery_s_title_room(page: Served, browser: Browser) -> None:
    channel = await page.store.channel("slack", "T1", "C1", "a-channel-of-a-long-name-" * 3)
    await queued(page.store, channel, 4)
    (row,) = await page.store.deliveries(9)

    async def refused(n: int) -> list[DeliveryRow]:
        return [row._replace(state="dead", reason="403 Forbidden: " + "x" * 300, settled_at=T0)][:n]

    page.store.deliveries = refused  # type: ignore[method-assign]
    for width in (1280, 320):
        context = await browser.new_context(viewport={"width": width, "height": 740})
        tab = await context.new_page()
        await tab.goto(f"{page.url}signin")
        await tab.get_by_label("Token").fill(TOKEN)
        await tab.get_by_role("button", name="Sign in").click()
        await tab.goto(f"{page.url}deliveries")
        assert await tab.evaluate("document.querySelector('tbody th').offsetWidth") >= 190
        assert await tab.evaluate("document.documentElement.scrollWidth") <= width
        await context.close()


async def test_the_keyboard_reaches_the_content_first(page: Served, browser: Browser) -> None:
    tab = await browser.new_page()
    await tab.goto(page.url)
    await tab.keyboard.press("Tab")
    assert await tab.evaluate("document.activeElement.textContent") == "Skip to content"
    await tab.keyboard.press("Enter")
    assert await tab.evaluate("document.activeElement.id") == "main"
    for name in ("Topic", "Language", "Keywords"):
        assert await tab.get_by_label(name).first.is_visible()


async def test_a_person_signs_in_and_pauses_a_channel(page: Served, browser: Browser) -> None:
    channel = await page.store.channel("slack", "T1", "C1", "desk")
    await page.store.subscribe(channel, "topic:chips", "Chips", {}, T0)
    tab = await browser.new_page()
    await tab.goto(f"{page.url}signin")
    await tab.get_by_label("Token").fill("a guess")
    await tab.get_by_role("button", name="Sign in").click()
    await tab.get_by_text("That is not the token").wait_for()
    await tab.get_by_label("Token").fill(TOKEN)
    await tab.get_by_role("button", name="Sign in").click()
    await tab.get_by_role("heading", name="Channels").wait_for()
    await tab.get_by_role("button", name="Pause").click()
    await tab.get_by_role("button", name="Resume").wait_for()
    ((_, subscription),) = await page.store.subscriptions(channel)
    assert subscription.paused == BY_HAND
    await tab.goto(f"{page.url}sources")
    await tab.get_by_role("button", name="Pause Alpha").press("Enter")
    await tab.get_by_role("button", name="Resume Alpha").wait_for()
    await tab.get_by_role("button", name="Sign out").press("Enter")
    await tab.get_by_role("link", name="Sign in").wait_for()
    await tab.goto(f"{page.url}channels")
    assert tab.url.endswith("/signin")
