"""`tocsin stories`: what people said of stories as a data set, thresholds learned from it, and stories to look at."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import click

from bot.cli.assembly import opened_store
from bot.cli.jsonl import read_jsonl, write_line, writer
from bot.cli.parts import load_lexicon, load_weights, open_settings
from bot.core.cluster import document
from bot.core.entities import Lexicon
from bot.core.errors import ConfigError
from bot.core.model import Entry
from bot.core.tuning import Pair, propose, strangers
from bot.core.weights import DEFAULT, Weights
from bot.ports import Store

_FILE = click.Path(exists=True, dir_okay=False, allow_dash=True)


@click.group()
def stories() -> None:
    """Learn from what people say of stories, and look for reports that are in the wrong one.

    Example: tocsin stories audit
    """


@stories.command()
@click.option("--out", type=click.Path(dir_okay=False), help="A file to write; standard output if left out.")
def export(out: str | None) -> None:
    """Write each judgement of two reports (the buttons *same story*, *not the same story*), one JSON object a line.

    Example: tocsin stories export --out pairs.jsonl
    """
    count = asyncio.run(_export(out))
    click.echo(f"{count} pairs.", err=True)


async def _export(out: str | None) -> int:
    async with opened_store(open_settings()) as store:
        labelled = await store.labelled()
    with writer(out) as lines:
        for one in labelled:
            said = {"a": _text(one.a), "b": _text(one.b), "same": one.same, "lang": one.a.lang, "by": one.by}
            write_line(lines, said | {"at": one.at})
    return len(labelled)


def _text(entry: Entry) -> str:
    return f"{entry.title}\n{entry.summary or entry.content}".strip()


@stories.command()
@click.argument("source", metavar="PAIRS.jsonl", type=_FILE)
def tune(source: str) -> None:
    """Try how strict folding should be by labelled pairs {"a","b","same","lang"?}; changes nothing.

    The gain is measured on pairs that the number was not chosen by (five folds).

    Example: tocsin stories tune pairs.jsonl
    """
    settings = open_settings()
    said = propose(list(_pairs(source)), load_lexicon(settings))
    click.echo(f"{said.pairs} pairs: F1 {said.before:.3f} as shipped, {said.after:.3f} tuned (on pairs left out)")
    if said.factor == 1.0:
        click.echo("Nothing better was found, or there are fewer than 20 pairs.")
    else:
        click.echo(f"To take it: strictness = {round(100 * said.factor)} in the section [stories] of your settings")


def _pairs(source: str) -> Iterator[Pair]:
    for number, row in enumerate(read_jsonl(source), 1):
        if not isinstance(row.get("same"), bool):
            raise ConfigError(f'{source}:{number}: "same" must be true or false')
        yield Pair(str(row.get("a") or ""), str(row.get("b") or ""), row["same"], str(row.get("lang") or ""))


@stories.command()
@click.option("--last", type=click.IntRange(1, 10_000), default=500, help="How many stories, newest first (500).")
def audit(last: int) -> None:
    """Name reports that do not fit the rest of their story, of stories with ten reports or more; changes nothing.

    Example: tocsin stories audit --last 1000
    """
    asyncio.run(_audit(last))


async def _audit(last: int) -> None:
    settings = open_settings()
    lexicon, weights = load_lexicon(settings), load_weights(settings)
    found = 0
    async with opened_store(settings) as store:
        for story in await store.latest(None, last):
            odd = await _odd(store, story.id, lexicon, weights)
            found += len(odd)
            for entry in odd:
                click.echo(f"{story.id} {story.title}\n    does not fit: {entry.title} ({entry.source})")
    click.echo(f"{found} reports do not fit their story." if found else "Every report fits its story.")


async def _odd(store: Store, story: int, lexicon: Lexicon, weights: Weights = DEFAULT) -> list[Entry]:
    entries = [entry for entry, _ in await store.timeline(story)]
    return [entries[place] for place in strangers([document(entry, lexicon) for entry in entries], weights)]


COMMANDS = (stories,)
