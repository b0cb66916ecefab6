"""How long a page takes: `python -m benchmarks.page [--full]`, among 50,000 stored entries, or 1,000,000.

Real requests over loopback, one after another; CPU time of this process (client, server and store together), the
worst of twenty requests a page. The target is 50 ms at a million entries.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import time

import aiohttp

from benchmarks.answers import rulebook
from benchmarks.store import T0, filled, new_store
from bot.commands.desk import Desk
from bot.configure import resolve
from bot.feedlist import load_feeds
from bot.words import Words
from handlers.web.app import make_app
from handlers.web.guard import Guard
from handlers.web.run import served
from handlers.web.site import Site

LISTS = ("", "?topic=5", "?q=nvidia", "?lang=en", "api/stories", "feeds/topic/5.atom")
PAGES = (*LISTS, "story/{story}", "topics", "topics?q=title:earnings", "sources", "metrics")
REQUESTS, TARGET_MS = 20, 50


async def main() -> None:
    """Fill a store, ask for each page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--full", action="store_true", help="among 1,000,000 entries")
    n = 1_000_000 if parser.parse_args().full else 50_000
    async with new_store() as store:
        await filled(store, n)
        await store.add_feeds(load_feeds(resolve("config/feeds.toml")), T0)
        site = Site(Desk(store, rulebook(), Words(), lambda: T0 + n * 60_000, {}))
        async with served(make_app(site, Guard("-")), "127.0.0.1", 0) as url, aiohttp.ClientSession() as client:
            for page in PAGES:
                taken = sorted([await _taken(client, url, page, n) for _ in range(REQUESTS)])
                print(
                    f"page /{page} at {n:,} entries: median {taken[REQUESTS // 2]:.1f} ms, "
                    f"worst {taken[-1]:.1f} ms (target ≤ {TARGET_MS})"
                )


async def _taken(client: aiohttp.ClientSession, home: str, page: str, n: int) -> float:
    url = home + page.format(story=random.randint(1, n))
    before = time.process_time()
    async with client.get(url) as answer:
        assert answer.status == 200, (url, answer.status)
        body = await answer.read()
        assert page not in LISTS or b"https://n" in body or b'class="story' in body, f"no story on /{page}"
    return (time.process_time() - before) * 1000


if __name__ == "__main__":
    asyncio.run(main())
