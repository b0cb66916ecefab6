"""Signing in and out, and what a person changes: whom it is for, where it may come from, what it does."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.errors import StoreError
from bot.core.model import BY_HAND
from handlers import patience
from handlers.web.backoff import FREE, MOST_S, Backoff
from handlers.web.guard import COOKIE
from tests.handlers.web.conftest import T0, Served


@pytest.mark.parametrize("path", ["/channels", "/deliveries"])
async def test_channels_and_deliveries_need_a_session(page: Served, path: str) -> None:
    channel = await page.store.channel("slack", "T1", "C1", "private-room")
    await page.store.subscribe(channel, "topic:chips", "Chips", {}, T0)
    assert "private-room" not in await page.text(path, 303)
    assert await page.sign_in() == 303
    await page.news("Another chip rule")
    assert "private-room" in await page.text(path)


async def test_who_signs_out_is_out_even_with_the_old_cookie(page: Served) -> None:
    assert "Sign out" not in await page.text("/")
    await page.sign_in()
    (cookie,) = [cookie.value for cookie in page.client.cookie_jar if cookie.key == COOKIE]
    form = await page.form("/channels")
    assert await page.post("signout", {"form": "guess"}) == 403
    assert await page.post("signout", {"form": form}) == 303
    await page.text("/channels", 303)
    await page.text("/channels", 303, headers={"Cookie": f"{COOKIE}={cookie}"})


async def test_a_wrong_token_opens_nothing_and_who_guesses_waits(page: Served) -> None:
    for _ in range(FREE):
        assert await page.sign_in("guess") == 403
    assert await page.sign_in("guess") == 429
    assert await page.sign_in() == 429  # not even the right one is looked at
    page.ticks[0] += 2
    assert await page.sign_in() == 303
    assert await page.sign_in("guess") == 403  # and all is forgotten


async def test_what_is_no_text_is_a_wrong_token_too(page: Served) -> None:
    body = f"form={await page.form('/signin')}&token=%ff".encode()
    headers = {"Origin": page.url.rstrip("/"), "Content-Type": "application/x-www-form-urlencoded"}
    async with page.client.post(f"{page.url}signin", data=body, headers=headers) as answer:
        assert answer.status == 403
    reader, writer = await asyncio.open_connection("127.0.0.1", int(page.url.split(":")[2].rstrip("/")))
    writer.write(b"GET /signin HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nCookie: tocsin=\xff\r\n\r\n")
    assert (await reader.read()).startswith(b"HTTP/1.1 200 ")
    writer.close()


async def test_while_the_store_is_away_that_is_said_and_nothing_is_a_defect(
    page: Served, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def away(*_: object) -> None:
        raise StoreError("/var/lib/t.db is locked by another program", "busy")

    await page.sign_in()
    for name in ("latest", "recall"):
        monkeypatch.setattr(page.store, name, away)
        for path in ("", "api/stories"):
            async with page.client.get(page.url + path) as answer:
                assert answer.status == 503
                assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
                assert "/var/lib" not in await answer.text()
    assert [(record.levelname, record.exc_info) for record in caplog.records] == [("WARNING", None)] * 4
    assert await page.text("/healthz") == "ok\n"


@pytest.mark.parametrize(
    "kind",
    ["multipart/form-data", "application/x-www-form-urlencoded; charset=none", "multipart/form-data; boundary=b"],
)
async def test_what_is_no_form_is_a_foreign_one(page: Served, kind: str) -> None:
    headers = {"Origin": page.url.rstrip("/"), "Content-Type": kind}
    for path in ("signin", "signout"):
        async with page.client.post(page.url + path, data=b"--b\r\nx: y\r\n\r\n%ff", headers=headers) as answer:
            assert answer.status == 403


async def half_a_form(page: Served, more: str = "") -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A connection on which a form of nine bytes was begun."""
    reader, writer = await asyncio.open_connection("127.0.0.1", int(page.url.split(":")[2].rstrip("/")))
    kind = "Content-Type: application/x-www-form-urlencoded"
    writer.write(f"POST /signin HTTP/1.1\r\nHost: localhost\r\n{kind}\r\n{more}Content-Length: 9\r\n\r\nform".encode())
    await asyncio.sleep(0.05)
    return reader, writer


async def test_a_form_that_is_not_in_the_coding_it_names_is_a_foreign_one(
    page: Served, caplog: pytest.LogCaptureFixture
) -> None:
    reader, writer = await half_a_form(page, "Content-Encoding: deflate\r\n")
    writer.write(b"=none")
    assert b" 403 " in await reader.read(100)
    writer.close()
    await asyncio.sleep(0.05)
    assert caplog.records == []


async def test_who_does_not_end_a_form_is_not_waited_for(page: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "BODY_S", 0.1)
    reader, writer = await half_a_form(page)
    async with asyncio.timeout(60):
        assert b" 403 " in await reader.read(100)
    writer.close()


async def test_who_leaves_in_the_middle_of_a_form_is_no_line_of_the_log(
    page: Served, caplog: pytest.LogCaptureFixture
) -> None:
    _, writer = await half_a_form(page)
    writer.close()
    await asyncio.sleep(0.05)
    assert caplog.records == []


async def test_what_is_no_http_is_answered_and_no_line_of_the_log(
    page: Served, caplog: pytest.LogCaptureFixture
) -> None:
    for sent in (b"FOO / HTTP/1.1\r\n\r\n", b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\n\r\n", b"\x16\x03\x01\r\n\r\n"):
        reader, writer = await asyncio.open_connection("127.0.0.1", int(page.url.split(":")[2].rstrip("/")))
        writer.write(sent)
        assert b" 400 " in await reader.read(100)
        writer.close()
    assert caplog.records == []


def test_one_who_guesses_keeps_nobody_else_out() -> None:
    backoff = Backoff(lambda: 0.0)
    for _ in range(50):
        backoff.wrong("203.0.113.7")
        backoff.wrong("2001:db8::7")
    assert backoff.wait_s("203.0.113.7") == MOST_S
    assert backoff.wait_s("203.0.113.8") == 0.0
    assert backoff.wait_s("2001:db8::8") == MOST_S  # the same customer's network
    assert backoff.wait_s("2001:db8:0:1::7") == 0.0


def test_only_so_many_clients_are_remembered() -> None:
    backoff = Backoff(lambda: 0.0)
    for _ in range(FREE):
        backoff.wrong("first")
    for number in range(1000):
        backoff.wrong(f"10.0.{number // 250}.{number % 250}")
    assert backoff.wait_s("first") == 0.0


@pytest.mark.usefixtures("untraced")
@given(st.lists(st.floats(0, 7200), max_size=60))
def test_every_wait_ends_by_itself(pauses: list[float]) -> None:
    ticks = [0.0]
    backoff = Backoff(lambda: ticks[0])
    for pause in pauses:
        ticks[0] += pause
        backoff.wrong("one")
        assert 0 <= backoff.wait_s("one") <= MOST_S
    ticks[0] += MOST_S
    assert backoff.wait_s("one") == 0.0
    ticks[0] += 3601
    backoff.wrong("one")
    assert backoff.wait_s("one") == 0.0  # an hour without one, and it begins anew


async def test_a_form_of_another_origin_changes_nothing(page: Served) -> None:
    assert await page.sign_in(Origin="https://evil.example") == 403
    assert await page.sign_in(Origin="http://[::1") == 403
    before = await page.form("/signin")
    channel = await page.store.channel("slack", "T1", "C1")
    await page.store.subscribe(channel, "topic:chips", "Chips", {}, T0)
    await page.sign_in()
    form = await page.form("/channels")
    for path in (f"channels/{channel.id}/pause", "sources/1/pause", "signout"):
        assert await page.post(path, {"form": form}, Origin="https://evil.example") == 403
        assert await page.post(path, {"form": "guess"}) == 403
        assert await page.post(path, {"form": before}) == 403  # good for the session that it was made for alone
        async with page.client.post(page.url + path, data={"form": form}) as answer:
            assert answer.status == 403  # no browser leaves the origin out
    ((_, subscription),) = await page.store.subscriptions(channel)
    assert subscription.paused == ""
    assert (await page.store.feeds())[0].state == "active"


async def test_nobody_changes_anything_without_a_session(page: Served) -> None:
    form = await page.form("/signin")
    assert await page.post("sources/1/pause", {"form": form}) == 403
    assert (await page.store.feeds())[0].state == "active"


async def test_a_channel_is_paused_and_resumed(page: Served) -> None:
    channel = await page.store.channel("slack", "T1", "C1", "desk")
    await page.store.subscribe(channel, "topic:chips", "Chips", {}, T0)
    await page.sign_in()
    form = await page.form("/channels")
    for data, paused in (({}, BY_HAND), ({"resume": "1"}, "")):
        assert await page.post(f"channels/{channel.id}/pause", {"form": form, **data}) == 303
        ((_, subscription),) = await page.store.subscriptions(channel)
        assert subscription.paused == paused
        assert ("Resume desk" in await page.text("/channels")) == bool(paused)
    assert await page.post("channels/999/pause", {"form": form}) == 303


async def test_a_feed_is_paused_and_resumed(page: Served) -> None:
    assert "Pause Alpha" not in await page.text("/sources")
    await page.sign_in()
    form = await page.form("/sources")
    assert "Pause Alpha" in await page.text("/sources")
    assert await page.post("sources/1/pause", {"form": form}) == 303
    text = await page.text("/sources")
    assert "paused by hand" in text
    assert "Resume Alpha" in text
    assert "1 feed is watched; none needs attention." in text
    assert await page.post("sources/1/pause", {"form": form, "resume": "1"}) == 303
    assert (await page.store.feeds())[0].state == "active"


async def test_what_is_held_for_digests_is_counted_in_words(page: Served) -> None:
    channel = await page.store.channel("slack", "T1", "C1", "desk")
    await page.store.subscribe(channel, "topic:chips", "Chips", {"mode": "hourly"}, T0)
    await page.sign_in()
    await page.news("Another chip rule")
    assert "1 alert is held for digests." in await page.text("/channels")
    await page.news("Wafers and a chip plant in Kumamoto")
    assert "2 alerts are held for digests." in await page.text("/channels")


async def test_channels_say_what_they_get_and_what_waits(page: Served) -> None:
    channel = await page.store.channel("slack", "T1", "C1", "desk")
    options = {"severity": "notable", "mode": "hourly", "template": "{title}"}
    await page.store.subscribe(channel, "topic:chips", "Chips", {}, T0)
    await page.store.subscribe(channel, "topic:models", "Models", options, T0)
    await page.store.subscribe(channel, "query:1", "h20 AND <ban>", {}, T0)
    await page.sign_in()
    assert "No delivery waits." in await page.text("/channels")
    await page.news("Another chip rule")
    text = await page.text("/channels")
    assert "1 delivery waits in 1 lane, the oldest written 60 s ago." in text
    assert "1 waits, the oldest for 60 s" in text
    for said in ("Chips", "severity notable", "mode hourly", "own template", "h20 AND &lt;ban&gt;"):
        assert said in text, said


async def test_many_channels_are_shown_a_hundred_at_a_time(page: Served) -> None:
    for number in range(101):
        await page.store.channel("slack", "T1", f"C{number}", f"room-{number}-")
    await page.sign_in()
    text = await page.text("/channels")
    assert "room-99-" in text
    assert "room-100-" not in text
    after = text.split("/channels?after=")[1].split('"')[0]
    assert "room-100-" in await page.text(f"/channels?after={after}")


async def test_a_named_subscription_leads_to_what_its_keywords_find_however_long(page: Served) -> None:
    query = " OR ".join([*(f"unheard{n:03}" for n in range(30)), "exports"])
    channel = await page.store.channel("discord", "1", "7", "#desk")
    await page.store.subscribe(channel, f"query:{await page.store.query(query)}", "Our desk", {}, T0)
    await page.rules.load_queries(page.store)
    await page.sign_in()
    link = (await page.text("/channels")).split('<a href="/?q=')[1].split('"')[0]
    found = await page.text(f"/?q={link}")
    assert "Ban on chip exports" in found
    assert "open weights" not in found
