"""`tocsin stories`: exports labelled pairs, learns thresholds from them, and lists stories worth a second look."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import click

from bot.cli.common import load_lexicon, load_weights, runs
from bot.cli.desks import configured
from bot.cli.jsonl import placed_jsonl, text_in, write_line, writer
from bot.cli.lazy import Sentences
from bot.configure import load_settings
from bot.core.errors import ConfigError
from bot.core.language.entities import Lexicon
from bot.core.model import Entry, Story
from bot.core.stories.tuning import Pair, propose
from bot.core.stories.weights import Weights
from bot.ingest.apart import stranger_in, two_in
from bot.ports import Store

_FILE = click.Path(exists=True, dir_okay=False, allow_dash=True)


@click.group(cls=Sentences)
def stories() -> None:
    """Check and tune how reports are folded into stories.

    Example: tocsin stories audit
    """


@stories.command()
@click.option("--out", type=click.Path(dir_okay=False), help="A file to write to; by default standard output.")
@runs
async def export(out: str | None) -> None:
    """Write each judgement of two reports (the buttons *same story*, *not the same story*), one JSON object a line.

    Example: tocsin stories export --out pairs.jsonl
    """
    async with configured() as (_, store):
        labelled = await store.labelled()
    with writer(out) as lines:
        for one in labelled:
            said = {"a": _text(one.a), "b": _text(one.b), "same": one.same, "lang": one.a.lang, "by": one.by}
            write_line(lines, said | {"at": one.at})
    click.echo(f"{len(labelled)} pairs.", err=True)


def _text(entry: Entry) -> str:
    return f"{entry.title}\n{entry.summary or entry.content}".strip()


@stories.command()
@click.argument("source", metavar="PAIRS.jsonl", type=_FILE)
def tune(source: str) -> None:
    """Try how strict folding should be on labelled pairs {"a","b","same","lang"?}; changes nothing.

    The gain is measured on pairs that the number was not chosen by (five folds).

    Example: tocsin stories tune pairs.jsonl
    """
    settings = load_settings()
    pairs = list(_pairs(source))
    if not pairs:
        raise ConfigError(f"{source} holds no pairs; tocsin stories export writes those that people judged")
    said = propose(pairs, load_lexicon(settings))
    click.echo(f"{said.pairs} pairs: F1 {said.before:.3f} as shipped, {said.after:.3f} tuned (on pairs left out)")
    if said.factor == 1.0:
        click.echo("Nothing better was found, or there are fewer than 20 pairs.")
    else:
        click.echo(f"To take it: strictness = {round(100 * said.factor)} in the section [stories] of your settings")


def _pairs(source: str) -> Iterator[Pair]:
    for where, row in placed_jsonl(source):
        if not isinstance(row.get("same"), bool):
            raise ConfigError(f'{where}: "same" must be true or false')
        a, b = (text_in(row, name, where) for name in ("a", "b"))
        yield Pair(a, b, row["same"], str(row.get("lang") or ""))


@stories.command()
@click.option("--last", type=click.IntRange(1, 10_000), default=500, help="How many stories, newest first (500).")
@click.option("--apply/--dry-run", "carry_out", default=False, help="Carry out proposals, each after a question.")
@click.option("--yes", is_flag=True, help="With --apply: do not ask.")
@runs
async def audit(last: int, carry_out: bool, yes: bool) -> None:
    """Name stories that turned out to be two, and reports that do not fit theirs (of ten or more); changes nothing.

    With --apply they are given a story of their own. Nobody is alerted by it: a channel hears of the new story with
    its next report. What was sent stays as it is.

    Example: tocsin stories audit --last 1000 --apply
    """
    asked, found = Asked(carry_out, yes), 0
    async with configured() as (settings, store):
        lexicon, weights = load_lexicon(settings), load_weights(settings)
        for story in await store.latest(None, last):
            found += await _look(store, story, asked, lexicon, weights)
    said = {0: "Every report fits its story.", 1: "1 report does not fit its story."}
    click.echo(said.get(found, f"{found} reports do not fit their story."))


class Asked(NamedTuple):
    """Whether proposals are applied, and whether without asking."""

    carry_out: bool
    yes: bool

    def agreed(self) -> bool:
        """Whether the proposal that was just shown is to be carried out."""
        return self.carry_out and (self.yes or click.confirm("    Take them out?", default=False))


async def _look(store: Store, story: Story, asked: Asked, lexicon: Lexicon, weights: Weights) -> int:
    """Show the reports that do not belong to a story, and move them out if asked; returns how many there are."""
    reports = await store.reports(story.id)
    found = 0
    while two := two_in(story.id, reports, lexicon, weights) or stranger_in(story.id, reports, lexicon, weights):
        found += len(two.moved)
        said = "does not fit" if two.alone else "is of another event"
        click.echo(f"{story.id} {story.title}" + ("" if two.alone else f"\n    two stories: {two.parting.why}"))
        for report in two.moved:
            click.echo(f"    {said}: {report.entry.title} ({report.entry.source})")
        if asked.agreed():
            click.echo(f"    They are story {await store.part(two.parting)} now.")
        elif asked.carry_out:
            return found
        reports = [report for report in reports if report not in two.moved]
    return found


COMMANDS = (stories,)
