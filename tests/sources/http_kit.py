"""What the tests of the fetch path share: settings that let loopback in, and a parser of the simplest feeds."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

from bot.configure import load_settings
from bot.core.errors import NotAFeed
from bot.core.model import FeedInfo, ParsedEntry, ParsedFeed
from bot.settings import FetchSettings

KIB = 1024


def settings(**changes: object) -> FetchSettings:
    """The shipped settings, with loopback let in and a short deadline; any key may be changed."""
    keys = {"deadline_s": 5, "allow_private": "127.0.0.0/8", **changes}
    return load_settings({f"TOCSIN_FETCH_{name}".upper(): str(value) for name, value in keys.items()}, None).fetch


def rss(*items: str, title: str = "News") -> bytes:
    """A feed with an item for each `id` or `id@ISO date`."""
    parts = [f"<item><id>{one.partition('@')[0]}</id><date>{one.partition('@')[2]}</date></item>" for one in items]
    return f"<rss><title>{title}</title>{''.join(parts)}</rss>".encode()


async def tiny_parse(body: bytes, headers: Mapping[str, str]) -> ParsedFeed:
    """Reads what `rss` writes, and knows a cut one."""
    text = body.decode("utf-8", "replace")
    if not text.startswith("<rss"):
        raise NotAFeed("no feed in any form that is read here")
    found = re.findall(r"<item><id>(.*?)</id><date>(.*?)</date></item>", text)
    entries = tuple(
        ParsedEntry(one, "", one, "", "", datetime.fromisoformat(date) if date else None) for one, date in found
    )
    return ParsedFeed(FeedInfo("News"), entries, complete=text.endswith("</rss>"))
