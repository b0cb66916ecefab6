"""`tocsin doctor`: checks the installation and says how to fix what is wrong."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator, Sequence
from typing import NamedTuple
from urllib.parse import urlsplit

import click
from rich.console import Console
from rich.text import Text

from bot import chart
from bot.called import pip, typed
from bot.cli.assembly import make_platforms, opened_sources
from bot.cli.common import load_rules, now_ms, vault_of, words
from bot.cli.desks import no_database, opened_store
from bot.cli.jsonl import json_text
from bot.cli.platforms import PLATFORMS
from bot.commands.desk import Desk
from bot.commands.run import CommandDesk
from bot.configure import load_settings, resolve
from bot.core.errors import FetchError, TocsinError
from bot.core.model import Channel
from bot.core.urls import redacted
from bot.ingest.feedstate import health_of
from bot.ports import ChatPlatform, Feed, FeedSpec, Fetch, Platform, Store
from bot.rules.rulebook import Rulebook
from bot.settings import Settings
from bot.sources.feedlist import load_feeds
from bot.sources.fetching.address import MARK, AddressGate
from bot.store import is_absent, shown
from bot.vault import Locked, Vault
from handlers.console import print_folded
from handlers.text import clean

_MARKS = {"ok": ("✓", "green"), "note": ("·", "yellow"), "fail": ("✗", "red")}
_HOSTS = 3


class Finding(NamedTuple):
    """The result of one check: `state` is ok, note or fail; `text` is the finding and, if not ok, what to do."""

    state: str
    about: str
    text: str


@click.command()
@click.option("--offline", is_flag=True, help="Check only what needs no network.")
@click.option("--json", "as_json", is_flag=True, help="JSON lines instead of text.")
def doctor(offline: bool, as_json: bool) -> None:
    """Check configuration, topics, database, feeds, network and tokens, and say what to do. Exit 1 if something fails.

    Example: tocsin doctor
    """
    findings = asyncio.run(examine(offline))
    console = Console(highlight=False)
    for finding in findings:
        if as_json:
            click.echo(json_text(finding._asdict()))
        else:
            mark, colour = _MARKS[finding.state]
            print_folded(Text.assemble((mark, colour), f" {finding.about}: {clean(typed(finding.text))}"), console)
    if any(finding.state == "fail" for finding in findings):
        sys.exit(1)


async def examine(offline: bool) -> list[Finding]:
    """Run every check, in the order in which a start needs them; checks that a failure prevents are left out."""
    try:
        settings = load_settings()
        settings.proxies.checked()
        AddressGate(settings.fetch.allow_private, settings.fetch.allow_ports)
        vault_of(settings)
    except TocsinError as error:
        return [Finding("fail", "configuration", str(error))]
    topics, rules = _topics(settings)
    found = [
        Finding("ok", "configuration", "all keys and values are valid"),
        *_notes(settings),
        topics,
        *_list(settings),
    ]
    try:
        async with opened_store(settings, absent="pretend") as store:
            feeds = await store.feeds()
            found += [*await _database(settings, store), *_feeds(feeds), *_sealed(feeds, vault_of(settings))]
            if not offline:
                found += [*await _network(settings, store), *await _tokens(settings, store, rules)]
    except TocsinError as error:
        found.append(Finding("fail", "database", str(error)))
    return found


def _notes(settings: Settings) -> Iterator[Finding]:
    if not settings.fetch.contact:
        yield Finding(
            "note", "contact", "fetch.contact is empty: the SEC's sources are not asked; set TOCSIN_FETCH_CONTACT"
        )
    elif "@" not in settings.fetch.contact:
        yield Finding("note", "contact", "fetch.contact is no mail address: the SEC refuses readers that name none")
    if not settings.secrets.encryption_key:
        yield Finding(
            "note", "encryption", "TOCSIN_ENCRYPTION_KEY is not set: tokens and feed passwords are stored unencrypted"
        )
    if not chart.available():
        yield Finding("note", "charts", f"Pillow is not installed: trend has no chart; {pip()} install pillow")
    elif chart.lacks_chinese():
        yield Finding(
            "note",
            "charts",
            "no font with Chinese is installed: charts show Chinese titles in English, Chinese headlines as the "
            "story's number; install one (Debian: fonts-noto-cjk, or fonts-wqy-microhei)",
        )


def _topics(settings: Settings) -> tuple[Finding, Rulebook]:
    try:
        rules = load_rules(settings)
    except TocsinError as error:
        return Finding("fail", "topics", str(error)), Rulebook()
    return Finding("ok", "topics", f"{len(rules.topics)} topics"), rules


def _list(settings: Settings) -> Iterator[Finding]:
    """Check the feed list: a fault in it would stop a start."""
    try:
        load_feeds(resolve(settings.feeds.file)) if settings.feeds.file else ()
    except TocsinError as error:
        yield Finding("fail", "feed list", str(error))


async def _database(settings: Settings, store: Store) -> list[Finding]:
    if is_absent(settings.database):
        return [Finding("note", "database", no_database(settings))]
    damage = await store.check()
    if damage:
        return [
            Finding(
                "fail", "database", f"{shown(settings.database)}: {damage[0]}; bring back a backup: tocsin restore FILE"
            )
        ]
    stats = await store.stats()
    waiting = sum(n for name, n in stats.items() if name in ("deliveries_queued", "deliveries_sending"))
    lost = stats.get("deliveries_ambiguous", 0)
    owed = f"{waiting:,} {'delivery' if waiting == 1 else 'deliveries'} waiting"
    counts = f"{stats.get('entries', 0):,} entries, {stats.get('stories', 0):,} stories, {owed}"
    found = [Finding("ok", "database", f"{shown(settings.database)} is sound: {counts}")]
    if lost:
        found.append(Finding("note", "deliveries", f"{lost} may or may not have arrived"))
    return found


def _feeds(feeds: Sequence[Feed]) -> Iterator[Finding]:
    """Feeds that are not well, worst first; one line for the others."""
    if not feeds:
        yield Finding("note", "feeds", "none yet; tocsin run adds the shipped ones, tocsin feeds add URL your own")
        return
    now, well = now_ms(), 0
    for feed in sorted(feeds, key=lambda feed: -feed.errors):
        health = health_of(feed, now)
        if health.word in ("well", "new"):
            well += 1
        else:
            name = feed.source or redacted(feed.url)
            yield Finding("note", name, health.line.removeprefix(f"{name}: "))
    yield Finding("ok" if well else "fail", "feeds", f"{well} of {len(feeds)} are fine or not polled yet")


def _sealed(feeds: Sequence[Feed], vault: Vault) -> Iterator[Finding]:
    """Feeds whose passwords can't be opened with any key that is set."""
    shut = 0
    for feed in feeds:
        try:
            vault.open(feed.url)
        except Locked:
            shut += 1
    if shut:
        remedy = "TOCSIN_ENCRYPTION_KEY is not their key; put the key that sealed them behind it, after a comma"
        yield Finding("fail", "passwords", f"those of {shut} of {len(feeds)} feeds can't be opened: {remedy}")


async def _network(settings: Settings, store: Store) -> list[Finding]:
    """Whether the hosts of some feeds can be reached at all, those first that answered last.

    Before the first start, these are the feeds that it will add.
    """
    known = sorted(await store.feeds(), key=lambda feed: -(feed.last_ok or 0))
    feeds: Sequence[Feed | FeedSpec] = known
    if not feeds and settings.feeds.file and not any(_list(settings)):
        feeds = load_feeds(resolve(settings.feeds.file))
    first: dict[str | None, Feed | FeedSpec] = {}
    for feed in feeds:
        if feed.kind == "feed":
            first.setdefault(urlsplit(feed.url).hostname, feed)
    hosts = list(first.values())[:_HOSTS]
    if not hosts:
        return []
    async with opened_sources(settings, store) as (fetch, _):
        problems = [problem for feed in hosts if (problem := await _reach(fetch, feed.url))]
    if len(problems) < len(hosts):
        return [Finding("ok", "network", " ".join(("feeds can be reached", *_through(settings))))]
    if all(MARK in problem for problem in problems):  # by our own rule: line, DNS and proxy were not tried
        return [Finding("fail", "network", f"none of {len(hosts)} hosts may be asked: {problems[0]}")]
    tried = " ".join((f"none of {len(hosts)} hosts can be reached", *_through(settings)))
    return [Finding("fail", "network", f"{tried} ({problems[0]}); check the connection, DNS and proxy")]


def _through(settings: Settings) -> list[str]:
    proxies = settings.proxies.shown()
    return [f"through {' and '.join(proxies)}"] if proxies else []


async def _reach(fetch: Fetch, url: str) -> str:
    try:
        await fetch.get(url)
    except FetchError as error:
        return "" if error.status else str(error)
    return ""


async def _tokens(settings: Settings, store: Store, rules: Rulebook) -> list[Finding]:
    """Check each chat platform: is its token valid, may it post where channels subscribe."""
    say = words()
    platforms = make_platforms(settings, store, CommandDesk(Desk(store, rules, say, now_ms, {})), say, hears=False)
    found: list[Finding] = []
    for name, platform in platforms.items():
        if name != "console":
            found += await _platform(name, platform, store)
    without = [name for name in PLATFORMS if name not in platforms]
    return [*found, *(Finding("note", name, f"no token is set: {PLATFORMS[name].steps}") for name in without)]


async def _platform(name: str, platform: Platform, store: Store) -> list[Finding]:
    try:
        await platform.start()
        rows = await store.subscriptions()
        resting = name == "webhook"  # one that was removed rests, as it was asked to
        channels = {
            channel.id: channel for channel, one in rows if channel.platform == name and not (resting and one.paused)
        }
        checked = [(channel, await platform.check(channel)) for channel in channels.values()]
        said = await platform.diagnose() if isinstance(platform, ChatPlatform) else []
    except TocsinError as error:
        return [Finding("fail", name, str(error))]
    finally:
        await platform.close()
    bad = [Finding("fail", _called(channel), problem) for channel, problem in checked if problem]
    if name == "webhook" and not checked:
        return []
    token = "" if name == "webhook" else "the token is good; "
    well = Finding("ok", name, f"{token}subscribed channels that can be posted to: {len(checked)}")
    problems = [Finding("fail", name, problem) for problem in said]
    advice = platform.advice if isinstance(platform, ChatPlatform) else []
    return [*([*problems, *bad] or [well]), *(Finding("note", name, line) for line in advice)]


def _called(channel: Channel) -> str:
    """The name of a webhook's channel begins with what it is."""
    name = channel.name or channel.ref
    return name if name.startswith(f"{channel.platform} ") else f"{channel.platform} {name}"


COMMANDS = (doctor,)
