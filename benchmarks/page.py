"""How long a page takes: `python -m benchmarks.page [--full]`, among 50,000 stored entries, or 1,000,000.

The entries lie within ninety days; the newest forty stories have thirty outlets each; 300 channels have 1,500
subscriptions and 1,200 deliveries that wait. Real requests over loopback, one after another; CPU time of this process
(client, server and store together), the worst of twenty requests a page. The target is 50 ms at a million entries.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import random
import time
from dataclasses import replace

import aiohttp

from benchmarks.answers import rulebook
from benchmarks.store import OUTLETS, T0, WORDS, filled, new_store, outcomes
from bot.commands.desk import Desk
from bot.configure import resolve
from bot.core.model import Placement
from bot.ports import IngestTx, Store
from bot.sources.feedlist import load_feeds
from bot.translations import Words
from handlers.web.app import make_app
from handlers.web.guard import Guard
from handlers.web.run import served
from handlers.web.sessions import Sessions, own_keys
from handlers.web.site import Site

DAYS_MS = 90 * 86_400_000
COMMON, OTHER = WORDS[:2]
LISTS = ("", "?topic=5", "?q=nvidia", "?lang=en", "api/stories", f"api/search?q={COMMON}", "feeds/topic/5.atom")
TRIED = ("topics?q=title:earnings", f"topics?q={COMMON}%20NOT%20{OTHER}")
PAGES = (*LISTS, "story/{story}", "topics", *TRIED, "sources", "channels", "deliveries", "metrics")
REQUESTS, TARGET_MS, NEWEST = 20, 50, 40
TOKEN = "-"


async def main() -> None:
    """Fill a store, ask for each page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--full", action="store_true", help="among 1,000,000 entries")
    n = 1_000_000 if parser.parse_args().full else 50_000
    async with new_store() as store:
        await filled(store, n, DAYS_MS // n)
        await grown(store, n)
        await subscribed(store)
        gc.collect()
        gc.freeze()  # what filling left in memory is no part of a running program's
        await store.add_feeds(load_feeds(resolve("config/feeds.toml")), T0)
        site = Site(Desk(store, rulebook(), Words(), lambda: T0 + DAYS_MS, {}))
        guard = Guard(own_keys(TOKEN), Sessions(store, TOKEN, lambda: T0 + DAYS_MS))
        jar = aiohttp.CookieJar(unsafe=True)
        async with (
            served(make_app(site, guard), "127.0.0.1", 0) as url,
            aiohttp.ClientSession(cookie_jar=jar, headers={"Origin": url.rstrip("/")}) as client,
        ):
            await signed_in(client, url)
            for page in PAGES:
                taken = sorted([await _taken(client, url, page, n) for _ in range(REQUESTS)])
                print(
                    f"page /{page} at {n:,} entries: median {taken[REQUESTS // 2]:.1f} ms, "
                    f"worst {taken[-1]:.1f} ms (target <= {TARGET_MS})"
                )


async def grown(store: Store, n: int) -> None:
    """Thirty outlets for each of the newest stories."""
    made = outcomes(NEWEST * 30, seed=2)

    def work(tx: IngestTx) -> None:
        for number, one in enumerate(made):
            at = T0 + DAYS_MS - 60_000 * (NEWEST * 30 - number)
            entry = replace(one.entry, source=OUTLETS[number % 30], published=at, first_seen=at)
            tx.save(0, replace(one, entry=entry, placement=Placement("known", n - number // 30)))

    await store.transact(work)


async def subscribed(store: Store) -> None:
    """Channels with subscriptions, and four alerts for each that wait."""
    for number in range(300):
        channel = await store.channel("slack", "T1", f"C{number}", f"room-{number}")
        for topic in range(5):
            await store.subscribe(channel, f"topic:{(number + topic) % 20}", "Topic", {"mode": "hourly"}, T0)
        for story in range(1, 5):
            await store.follow(channel, story, on=True, now=T0)


async def signed_in(client: aiohttp.ClientSession, url: str) -> None:
    """The client's session sees channels and deliveries."""
    async with client.get(f"{url}signin") as answer:
        form = (await answer.text()).split('name="form" value="')[1].split('"')[0]
    async with client.post(f"{url}signin", data={"token": TOKEN, "form": form}) as answer:
        assert answer.url.path == "/channels"


async def _taken(client: aiohttp.ClientSession, home: str, page: str, n: int) -> float:
    url = home + page.format(story=n - random.randrange(NEWEST))
    before = time.process_time()
    async with client.get(url) as answer:
        assert answer.status == 200, (url, answer.status)
        body = await answer.read()
    taken = (time.process_time() - before) * 1000
    holds = {**dict.fromkeys(LISTS, (b"https://n", b'class="story')), **dict.fromkeys(TRIED, (b"in the last 7 days",))}
    assert any(mark in body for mark in holds.get(page, (b"",))), f"nothing on /{page}"
    return taken


if __name__ == "__main__":
    asyncio.run(main())
