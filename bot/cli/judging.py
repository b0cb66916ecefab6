"""Offline commands that run texts through what folds and sums up: same, summarise."""

from __future__ import annotations

from typing import Any

import click

from bot.cli.common import load_lexicon, load_weights
from bot.cli.jsonl import FILE, placed_jsonl, text_in, write_line, writer
from bot.configure import load_settings
from bot.core.alerts import summary
from bot.core.errors import ConfigError
from bot.core.stories.cluster import same as judge


@click.command()
@click.argument("source", metavar="IN.jsonl", type=FILE)
def same(source: str) -> None:
    """Judge pairs of texts {"id","a","b","lang"?} as an entry is judged against a story: {"id","score","same","why"}.

    Example: tocsin same pairs.jsonl
    """
    settings = load_settings()
    lexicon, weights = load_lexicon(settings), load_weights(settings)
    with writer(None) as out:
        for where, row in placed_jsonl(source):
            a, b = (text_in(row, name, where) for name in ("a", "b"))
            said = judge(a, b, str(row.get("lang") or ""), lexicon, weights=weights)
            line = {"id": row.get("id"), "score": round(said.score, 4), "same": said.same, "why": said.why}
            write_line(out, line)


@click.command()
@click.argument("source", metavar="IN.jsonl", type=FILE)
@click.option(
    "--words",
    type=click.IntRange(5, 2000),
    help="About how many words; by default an alert's length, of a single document up to four sentences.",
)
def summarise(source: str, words: int | None) -> None:
    """Summarise documents {"id","lang"?,"docs":[{"title","text","source"}]}: {"id","summary"}.

    Example: tocsin summarise docs.jsonl --words 100
    """
    with writer(None) as out:
        for where, row in placed_jsonl(source):
            docs = [
                summary.Doc(*(str(doc.get(key) or "") for key in ("title", "text", "source")))
                for doc in _docs(row, where)
            ]
            text = summary.summarise(docs, words=words, lang=str(row.get("lang") or ""))
            write_line(out, {"id": row.get("id"), "summary": text})


def _docs(row: dict[str, Any], where: str) -> list[dict[str, Any]]:
    docs = row.get("docs", [])
    if not isinstance(docs, list) or not all(isinstance(doc, dict) for doc in docs):
        raise ConfigError(f'{where}: "docs" must be a list of objects {{"title", "text", "source"}}')
    return docs


COMMANDS = (same, summarise)
