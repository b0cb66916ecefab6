"""`tocsin demo`: the live program on recorded feeds, with a database of its own that survives a kill."""

from __future__ import annotations

import asyncio
import os
import shlex
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path

from rich.console import Console
from rich.rule import Rule
from rich.table import Table

from bot.called import program
from bot.cli.assembly import live_parts
from bot.cli.common import load_rules, now_ms
from bot.cli.desks import opened_store, transcript
from bot.configure import load_settings
from bot.core.errors import ConfigError
from bot.core.matching.match import TOPIC
from bot.core.matching.query import parse, unparse
from bot.core.matching.topics import Topic
from bot.demo.server import DemoServer
from bot.ports import Store
from bot.rules.rulebook import QUERY
from bot.runtime import Runtime
from bot.settings import Settings
from handlers.console import ConsolePlatform

USUAL = Path("data/demo.db")
"""The demo's database unless another file is named."""
_TOPICS = ("export-controls", "ipo-listings", "open-models", "tech-security", "chipmaking")
_QUERY = '"data centre" OR datacenter'
_GRACE_S = 3.0
_EDIT_MS = 2_000  # a day in seconds: a story that is told once a minute would not be told of what is corrected in it
_LONGEST_S = 30.0  # an alert in doubt after a kill is looked for up to 15 s later
_PORT, _DONE = "demo:port", "demo:done"
_ROWS = (
    ("feeds", "feeds"),
    ("entries", "entries"),
    ("duplicates folded", "duplicates"),
    ("further reports folded", "joined"),
    ("stories", "stories"),
    ("alerts", "alerts"),
)
_NEXT = """
Next, look in what the demo stored:
  TOCSIN_STORE_PATH={db} {tocsin} search smic
Subscribe this terminal, then watch the real feeds:
  {tocsin} subscribe export-controls
  {tocsin} run
README.md takes you to Discord and Slack."""


def demo_settings(db: Path) -> Settings:
    """The settings of a demo: loopback allowed, every feed each second, updates after two seconds, no tokens."""
    return load_settings(
        {
            **{name: value for name, value in os.environ.items() if name.startswith("TOCSIN_CONFIG")},
            "TOCSIN_STORE_PATH": str(db),
            "TOCSIN_FEEDS_FILE": "",
            "TOCSIN_FETCH_ALLOW_PRIVATE": "127.0.0.0/8",
            "TOCSIN_FETCH_HOST_INTERVAL_MS": "0",
            "TOCSIN_POLL_FLOOR_S": "1",
            "TOCSIN_POLL_CEILING_S": "1",
            "TOCSIN_ALERTS_UPDATE_AFTER_S": "2",
        },
        dotenv=None,
    )


async def play(db: Path, seconds: float) -> None:
    """Play the recording once, show what comes, then a table. Goes on where an interrupted demo was."""
    settings = demo_settings(db)
    console = Console(highlight=False)
    fresh = await _begin_anew(settings)
    async with opened_store(settings, upgrade=True, absent="make") as store, _playing(store, seconds) as server:
        _greet(console, server, seconds, fresh)
        await _subscribe(store, load_rules(settings).topics)
        async with live_parts(settings, store) as parts:
            often = replace(parts.pipeline, update_every_ms=_EDIT_MS)
            terminal = ConsolePlatform(transcript(settings), console)
            runtime = Runtime(replace(parts, platforms={"console": terminal}, pipeline=often))
            watcher = asyncio.create_task(_end(runtime, server, store, seconds))
            await runtime.run()
            finished = await watcher
        if finished:
            await store.keep(_DONE, "yes")
        await _sum_up(console, store, terminal.shown, finished)
    if finished:
        for line in _NEXT.format(db=shlex.quote(str(db)), tocsin=program()).splitlines():
            console.print(line, style="bold" if line.startswith(" ") else "", markup=False, soft_wrap=True)
    else:
        console.print(f"Interrupted; {_again(db)} goes on where it was.", markup=False, soft_wrap=True)


def _again(db: Path) -> str:
    """The command that continues a demo."""
    return f"{program()} demo" + ("" if db == USUAL else f" --db {shlex.quote(str(db))}")


async def _begin_anew(settings: Settings) -> bool:
    """Remove the database of a finished demo; False if a demo was interrupted and goes on.

    Raises `ConfigError` for a database that is no demo's, which the next demo would remove.
    """
    path = settings.store.path
    async with opened_store(settings, upgrade=True, absent="make") as store:
        done = await store.recall(_DONE)
        begun = await store.recall(_PORT)
        stats = await store.stats()
    if not begun and any(stats.get(name) for name in ("feeds", "entries", "subscriptions")):
        raise ConfigError(f"{path} is in use, but not by a demo; --db names another file")
    if done:
        for left in (path, f"{path}-wal", f"{path}-shm", str(transcript(settings))):
            with suppress(FileNotFoundError):
                os.remove(left)
    return bool(done) or not begun


@asynccontextmanager
async def _playing(store: Store, seconds: float) -> AsyncIterator[DemoServer]:
    """The loopback server, on the port of an interrupted demo, whose feeds are known by their addresses."""
    server = DemoServer(seconds)
    await server.start(int(await store.recall(_PORT) or 0))
    await store.keep(_PORT, str(server.port))
    await store.add_feeds(server.specs(), now_ms())
    try:
        yield server
    finally:
        await server.close()


def _greet(console: Console, server: DemoServer, seconds: float, fresh: bool) -> None:
    console.print(Rule("[bold]Tocsin demo[/]", align="left"))
    if not fresh:
        console.print("Going on where the demo was interrupted.")
    console.print(
        f"{len(server.specs())} recorded feeds, {server.items} items, a working day in {seconds:.0f} seconds. "
        "Nothing leaves this machine."
    )
    console.print(f"[dim]This terminal subscribes to {', '.join(_TOPICS)} and to the query {_QUERY}[/]\n")


async def _subscribe(store: Store, topics: Mapping[str, Topic]) -> None:
    """The terminal subscribes to some topics and to a query of its own."""
    channel = await store.channel("console", "local", "terminal", "this terminal")
    await store.configure(channel, {"burst": "0"})  # a day in seconds: what comes in hours is no burst
    query = unparse(parse(_QUERY))
    rules = {f"{TOPIC}{name}": topics[name].title("en") for name in _TOPICS if name in topics} | {
        f"{QUERY}{await store.query(query)}": query
    }
    for rule, label in rules.items():
        await store.subscribe(channel, rule, label, {}, now_ms())


async def _end(runtime: Runtime, server: DemoServer, store: Store, seconds: float) -> bool:
    """Stop when the recording is over, no alert waits or is in doubt, and none came for a while; True if none is left.

    Updates wait for less than that while. If nothing moves any more, the demo ends all the same.
    """
    sent, moved, quiet_since = -1, now_ms(), now_ms()
    while not runtime.stop.is_set():
        await asyncio.sleep(0.2)
        stats = await store.stats()
        before, sent = sent, stats.get("deliveries_sent", 0)
        doubtful, waiting = stats.get("deliveries_sending", 0), stats.get("deliveries_queued", 0)
        now = now_ms()
        if sent != before:
            moved = now
        if sent != before or doubtful or waiting or not server.done:
            quiet_since = now
        if now - quiet_since > _GRACE_S * 1000 or now - moved > (seconds + _LONGEST_S) * 1000:
            runtime.stop.set()
            return not doubtful
    return False


async def _sum_up(console: Console, store: Store, alerts: int, finished: bool) -> None:
    stats = {**await store.stats(), "alerts": alerts}
    entries, copies, stories = (stats.get(name, 0) for name in ("entries", "duplicates", "stories"))
    stats["joined"] = entries - copies - stories
    table = Table(show_header=False, box=None, pad_edge=False)
    table.add_column(style="bold")
    table.add_column(justify="right")
    for label, name in _ROWS:
        table.add_row(label, f"{stats.get(name, 0):,}")
    if not finished:
        console.print()  # the terminal's own ^C stands there
    console.print(Rule("[bold]What it did[/]", align="left"))
    console.print(table)
