"""`tocsin feeds add`: finds the feeds at an address, tells which are watched already, and asks which to add.

Sources are imported only when one is needed.
"""

from __future__ import annotations

import shlex
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from bot.called import typed
from bot.cli.common import now_ms, vault_of
from bot.cli.desks import configured
from bot.cli.feedcheck import entries_in
from bot.core.errors import ConfigError
from bot.core.language.html import title_text
from bot.core.urls import redacted
from bot.ports import FeedSpec, Store
from bot.settings import Settings
from handlers.text import clean

if TYPE_CHECKING:
    from bot.sources.discover import Preview


async def add_feed(url: str, yes: bool, kind: str | None, given: dict[str, Any]) -> None:
    """Add the feed at or behind an address, with the options that were `given`, and say what was done."""
    new = await _new(url, kind)
    spec = (new[0].spec if yes else _chosen(new)) if new else None
    if spec is None:
        click.echo("Nothing was changed.")
        return
    spec = replace(spec, **{key: value for key, value in given.items() if value})
    async with configured(absent="make") as (_, store):  # only now: who asks in vain is left no empty database
        added = await store.add_feeds([spec], now_ms())
    shown = redacted(spec.url)
    said = f"Added: {shown}. To undo: {_typed('remove', shown)}" if added else f"Watched already: {shown}."
    click.echo(typed(said))
    if others := [redacted(one.spec.url) for one in new if one.spec.url != spec.url]:
        click.echo(typed(f"To add another: {_typed('add', others[0])}"))


def _typed(command: str, url: str) -> str:
    return f"tocsin feeds {command} {shlex.quote(url)}"


async def _new(url: str, kind: str | None) -> list[Preview]:
    """The feeds at or behind an address that are not watched yet, shown with numbers; watched ones get a line each."""
    from bot.cli.assembly import opened_sources
    from bot.sources.discover import discover, preview

    async with configured(absent="pretend") as (settings, store), opened_sources(settings, store) as (fetch, sources):
        if await _watched(store, settings, url):
            click.echo(f"Watched already: {redacted(url)}.")
            return []
        if kind is None:
            found = await discover(url, fetch, sources, now_ms())
        else:
            found = [await preview(FeedSpec(url, kind), sources, now_ms())]
        new = [one for one in found if not await _watched(store, settings, one.spec.url)]
    for one in found:
        if one not in new:
            click.echo(f"Watched already: {redacted(one.spec.url)}{_moved(one)}.")
    for number, one in enumerate(new, 1):
        _show_preview(number, one)
    return new


async def _watched(store: Store, settings: Settings, url: str) -> bool:
    whole = vault_of(settings).close(url)
    return any(feed.url == whole for feed in await store.feeds())


def _chosen(found: list[Preview]) -> FeedSpec | None:
    """The feed that the user picks; None for none. Raises `ConfigError` if nobody can answer."""
    try:
        if len(found) > 1:
            return found[click.prompt("Which one", type=click.IntRange(1, len(found))) - 1].spec
        return found[0].spec if click.confirm(f"Watch {redacted(found[0].spec.url)}?", default=True) else None
    except click.Abort:
        if sys.stdin.isatty():
            raise
        click.echo()
        raise ConfigError("nobody answers here, so nothing was changed; --yes takes the first") from None


def _moved(one: Preview) -> str:
    return f" ({one.before} has moved there for good)" if one.before else ""


def _show_preview(number: int, one: Preview) -> None:
    shown = redacted(one.spec.url)
    how = " (it has no feed: watched by its links)" if one.spec.kind == "newsroom" else ""
    click.echo(f"{number}. {clean(one.spec.title) or shown}: {entries_in(one.entries)}, {shown}{how}{_moved(one)}")
    for line in one.lacks:
        click.echo(f"   ! {line}")
    for entry in one.newest:
        click.echo(f"   · {clean(title_text(entry.title))}")
