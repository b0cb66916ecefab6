"""`tocsin feeds`: add, list, remove, pause, resume, import, export, check.

Sources are imported only when one is needed: the list of watched feeds needs none.
"""

from __future__ import annotations

import re
import shlex
import sys
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from bot.called import typed
from bot.cli.common import now_ms, progress, runs, vault_of
from bot.cli.desks import configured
from bot.cli.feedadd import add_feed
from bot.cli.feedcheck import NO_FEEDS, check_feeds, in_list, spec_of
from bot.cli.feedtable import feed_json, print_feeds
from bot.cli.jsonl import json_text
from bot.cli.lazy import Sentences
from bot.core.errors import ConfigError, NotAFeed
from bot.core.language.languages import language_of, not_a_language
from bot.core.urls import as_web, redacted
from bot.ports import TIERS, Feed, FeedSpec, Store
from bot.settings import Settings

_START = re.compile(r"(.*?://)([^/?#]*@)?([^/?#]*)")


@click.group(cls=Sentences)
def feeds() -> None:
    """Manage the watched feeds: add, list, remove, pause and resume, check, import and export (OPML)."""


@feeds.command()
@click.argument("url")
@click.option("--yes", is_flag=True, help="Take the first feed that is not watched yet, without asking.")
@click.option("--name", help="What alerts call the outlet; by default the feed's own title.")
@click.option("--kind", help="How the address is read (docs/sources.md), such as hkex; by default what is found there.")
@click.option("--tier", type=click.Choice(TIERS), help="How much its reports count in a story; by default trade.")
@click.option("--lang", help="The language of its entries, such as en or zh; by default what their texts show.")
@runs
async def add(url: str, yes: bool, kind: str | None, name: str | None, tier: str | None, lang: str | None) -> None:
    """Add a feed, or the feed behind a page (a site, a GitHub, YouTube, Reddit or Substack address).

    Example: tocsin feeds add https://github.com/vllm-project/vllm --name vLLM --tier official
    """
    if lang and not language_of(lang):
        raise click.BadParameter(not_a_language(lang), param_hint="--lang")
    given: dict[str, Any] = {"source": name, "tier": tier, "lang": language_of(lang or "")}
    await add_feed(_whole(url), yes, kind, given)


def _whole(url: str) -> str:
    """An address as a browser reads it: https if it has no scheme, scheme and host in any case."""
    given = as_web(url).strip().partition("#")[0]
    whole = given if "://" in given else f"https://{given}"
    return _START.sub(lambda start: f"{start[1].lower()}{start[2] or ''}{start[3].lower()}", whole, count=1)


@feeds.command("list")
@click.option("--json", "as_json", is_flag=True, help="JSON instead of a table.")
@runs
async def list_(as_json: bool) -> None:
    """List the watched feeds and how they are doing.

    Example: tocsin feeds list
    """
    rows = await _feeds()
    if as_json:
        click.echo(json_text([feed_json(feed) for feed in rows]))
        return
    if not rows:
        click.echo(typed(NO_FEEDS))
        return
    print_feeds(rows, Console(highlight=False))


async def _feeds() -> list[Feed]:
    async with configured() as (_, store):
        return sorted(await store.feeds(), key=lambda feed: (feed.source or feed.title or feed.url).casefold())


@feeds.command()
@click.argument("url")
@runs
async def remove(url: str) -> None:
    """Stop watching a feed. What it brought stays.

    Example: tocsin feeds remove https://example.com/feed.xml
    """
    async with configured() as (settings, store):
        feed = await _named(store, settings, url)
        await store.remove_feed(feed.url)
        shown = redacted(feed.url)
        again = shown if shown == feed.url else "URL"  # what was a secret in it is not shown
        back = f" until the next start, for {settings.feeds.file} lists it" if in_list(settings, feed) else ""
        click.echo(typed(f"No longer watched{back}: {shown}. To undo: {_adding(feed, again)}"))


def _adding(feed: Feed, url: str) -> str:
    """The command that adds a feed again as it was, except for options that only a feed list can have."""
    usual = FeedSpec(feed.url)
    said = (("name", feed.source, ""), ("kind", feed.kind, usual.kind), ("tier", feed.tier, usual.tier))
    given = (*said, ("lang", feed.lang, ""))
    return shlex.join(
        [
            *("tocsin", "feeds", "add", url),
            *(word for name, value, default in given if value != default for word in (f"--{name}", value)),
        ]
    )


@feeds.command()
@click.argument("url")
@runs
async def pause(url: str) -> None:
    """Stop polling a feed until it is resumed. What it has brought stays known.

    Example: tocsin feeds pause https://example.com/feed.xml
    """
    await _rest(url, on=True)


@feeds.command()
@click.argument("url")
@runs
async def resume(url: str) -> None:
    """Poll a feed again that was paused or given up as gone.

    Example: tocsin feeds resume https://example.com/feed.xml
    """
    await _rest(url, on=False)


async def _rest(url: str, *, on: bool) -> None:
    async with configured() as (settings, store):
        feed = await _named(store, settings, url)
        changed = await store.rest_feed(feed.id, on, now_ms())
        shown = redacted(feed.url)
        back = f"To undo: tocsin feeds {'resume' if on else 'pause'} {shlex.quote(shown)}"
        undo = back if changed else "Nothing was changed."
        click.echo(typed(f"{shown} is {'paused' if on else 'polled'}. {undo}"))


async def _named(store: Store, settings: Settings, url: str) -> Feed:
    """The feed with this address, complete or as the list shows it. Raises `ConfigError` for none, or for several."""
    url = _whole(url)
    feeds, whole = await store.feeds(), vault_of(settings).close(url)
    found = [feed for feed in feeds if feed.url == whole] or [feed for feed in feeds if redacted(feed.url) == url]
    if not found:
        raise ConfigError(f"{redacted(url)} is not among the feeds; tocsin feeds list shows them")
    if len(found) > 1:
        raise ConfigError(f"{len(found)} feeds are shown as {url}; give one whole, as tocsin feeds export writes it")
    return found[0]


@feeds.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False))
@runs
async def import_(file: str) -> None:
    """Add every feed of an OPML file, or of a feed list in TOML.

    Example: tocsin feeds import subscriptions.opml
    """
    specs, added = _listed(Path(file)), 0
    async with configured(absent="make") as (_, store):
        with progress("import", total=len(specs)) as step:
            for start in range(0, len(specs), 500):
                batch = specs[start : start + 500]
                added += await store.add_feeds(batch, now_ms())
                step(len(batch))
    stood = len(specs) - added
    left = f"; {stood} {'was there already and stays' if stood == 1 else 'were there already and stay'} as before"
    click.echo(f"{added} {'feed' if added == 1 else 'feeds'} added{left if stood else ''}.")


def _listed(path: Path) -> list[FeedSpec]:
    """The feeds of a file. Raises `NotAFeed`, or `ConfigError` for a feed list."""
    from bot.sources import opml
    from bot.sources.feedlist import load_feeds

    try:
        return list(load_feeds(path)) if path.suffix == ".toml" else opml.read(path.read_bytes())
    except NotAFeed as error:
        raise NotAFeed(f"{path}: {error}") from None


@feeds.command()
@click.argument("file", type=click.Path(dir_okay=False), default="-")
@runs
async def export(file: str) -> None:
    """Write the feeds to an OPML file.

    Example: tocsin feeds export feeds.opml
    """
    from bot.sources import opml

    specs = [spec_of(feed) for feed in await _feeds()]
    try:
        with click.open_file(file, "wb") as out:
            out.write(opml.write(specs))
    except BrokenPipeError:
        raise
    except OSError as error:
        raise ConfigError(f"{file}: {error.strerror}") from None
    if file != "-":
        click.echo(f"Wrote {len(specs)} {'feed' if len(specs) == 1 else 'feeds'} to {file}.", err=True)


@feeds.command()
@click.argument("url", required=False)
@click.option("--json", "as_json", is_flag=True, help="JSON lines instead of text.")
@runs
async def check(url: str | None, as_json: bool) -> None:
    """Fetch every feed once, or one, and say what is wrong. Changes nothing. Exit code 1 when one fails.

    Example: tocsin feeds check
    """
    if not await check_feeds(url and _whole(url), as_json):
        sys.exit(1)


COMMANDS = (feeds,)
