"""`tocsin feeds check`: fetches every feed once and prints one line about each."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Mapping
from urllib.parse import urlsplit

import click

from bot.called import typed
from bot.cli.common import now_ms, progress, vault_of
from bot.cli.desks import Absent, configured
from bot.cli.jsonl import json_text
from bot.configure import resolve
from bot.core.errors import ConfigError, FetchError, NotAFeed
from bot.core.language.html import title_text
from bot.core.urls import redacted
from bot.ports import Feed, FeedSpec, Source
from bot.settings import Settings
from handlers.text import clean

NO_FEEDS = "No feeds yet: tocsin run adds those of config/feeds.toml, tocsin feeds add URL your own."


def in_list(settings: Settings, feed: Feed) -> bool:
    """Whether the feed list has a feed, so that each start adds it again. An unreadable list adds none."""
    from bot.sources.feedlist import load_feeds

    try:
        specs = load_feeds(resolve(settings.feeds.file)) if settings.feeds.file else ()
    except ConfigError:
        return False
    vault = vault_of(settings)
    return any(vault.close(spec.url) == feed.url for spec in specs)


async def check_feeds(url: str | None, as_json: bool) -> bool:
    """Fetch the feed at `url`, or all watched ones, and print a line for each; True if none fails."""
    from bot.cli.assembly import opened_sources

    absent: Absent = "pretend" if url else "refuse"
    async with configured(absent=absent) as (settings, store), opened_sources(settings, store) as (_, sources):
        specs = [FeedSpec(url)] if url else [spec_of(feed) for feed in await store.feeds()]
        if not specs and not as_json:
            click.echo(typed(NO_FEEDS))
        gate, hosts = asyncio.Semaphore(settings.fetch.workers), defaultdict[str, asyncio.Lock](asyncio.Lock)

        async def checked(spec: FeedSpec) -> dict[str, str]:
            async with hosts[urlsplit(spec.url).netloc], gate:  # a host's own queue must not outlast the deadline
                return await _verdict(spec, sources)

        failed = 0
        begun = [(spec, asyncio.ensure_future(checked(spec))) for spec in specs]
        with progress("check", total=len(specs)) as step:
            for spec, found in begun:
                said = await found
                step(1)
                failed += said["state"] == "fails"
                click.echo(_line({"url": redacted(spec.url), **said}, as_json))
    return not failed


def spec_of(feed: Feed) -> FeedSpec:
    """The specification by which a watched feed was added."""
    return FeedSpec(feed.url, feed.kind, feed.title, feed.source, feed.lang, feed.tier, feed.options)


def entries_in(n: int) -> str:
    """How many, in words."""
    return f"{n} {'entry' if n == 1 else 'entries'}"


def _line(said: Mapping[str, str], as_json: bool) -> str:
    if as_json:
        return json_text(said)
    return f"{said['state']:8} {said['url']}  {said['detail']}"


async def _verdict(spec: FeedSpec, sources: Mapping[str, Source]) -> dict[str, str]:
    from bot.sources.discover import preview

    try:
        found = await preview(spec, sources, now_ms())
    except (FetchError, NotAFeed) as error:
        return {"state": "fails", "detail": str(error).removeprefix(f"{redacted(spec.url)}: ")}
    newest = clean(title_text(found.newest[0].title)) if found.newest else ""
    detail = f"{entries_in(found.entries)}; newest: {newest}" if found.entries else "no entries"
    state = "partial" if found.lacks else "well" if found.entries else "empty"
    return {"state": state, "detail": "; ".join((*found.lacks, detail))}
