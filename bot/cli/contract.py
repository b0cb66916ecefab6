"""Offline commands that look at a feed or at entries alone: parse, match."""

from __future__ import annotations

import sys
from datetime import UTC
from pathlib import Path
from typing import Any

import click

from bot.cli.entryline import entry_of
from bot.cli.jsonl import FILE, json_text, placed_jsonl, text_in, write_line, writer
from bot.core.errors import ConfigError, QueryError
from bot.core.matching.match import Engine
from bot.core.matching.query import parse as parse_query
from bot.core.model import ParsedEntry


@click.command()
@click.argument("file", type=FILE)
@click.option("--url", default="", help="Where the feed came from: the base of relative links.")
@click.option("--content-type", default="", help="The Content-Type header that came with it.")
def parse(file: str, url: str, content_type: str) -> None:
    """Print a feed as JSON. Exit code 3 and one line for what is not a feed.

    Example: tocsin parse feed.xml --url https://example.com/feed.xml
    """
    from bot.sources.feed import parse as parse_feed

    headers = {"content-type": content_type, "content-location": url}
    parsed = parse_feed(_bytes(file), {name: value for name, value in headers.items() if value})
    entries = [_entry_json(entry) for entry in parsed.entries]
    feed = {"title": parsed.feed.title, "link": parsed.feed.link}
    click.echo(json_text({"feed": feed, "entries": entries}, indent=1))


def _bytes(file: str) -> bytes:
    if file == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(file).read_bytes()
    except OSError as error:
        raise ConfigError(f"{file}: {error.strerror}") from None


def _entry_json(entry: ParsedEntry) -> dict[str, Any]:
    published = entry.published.astimezone(UTC).isoformat() if entry.published else None
    return {
        "id": entry.id,
        "link": entry.link,
        "title": entry.title,
        "published": published,
        "summary": entry.summary,
        "content": entry.content,
    }


@click.command()
@click.option("--queries", required=True, type=FILE, help='JSON lines {"id","query"}.')
@click.argument("source", metavar="IN.jsonl", type=FILE)
def match(queries: str, source: str) -> None:
    """Print which queries each entry matches, as {"id","queries"}.

    Example: tocsin match --queries queries.jsonl news.jsonl
    """
    if queries == source == "-":
        raise ConfigError("the standard input can't be both the queries and the entries; name a file for one of them")
    engine, ids = _engine(queries)
    with writer(None) as out:
        for where, row in placed_jsonl(source):
            found = [ids[rule] for rule in engine.matching(entry_of(row, 0, where))]
            once = [one for at, one in enumerate(found) if one not in found[:at]]
            write_line(out, {"id": row.get("id"), "queries": once})


def _engine(queries: str) -> tuple[Engine, dict[str, Any]]:
    """The queries in an engine, and the given id of each, by rule. Several may have the same id."""
    engine, ids = Engine(), dict[str, Any]()
    for where, row in placed_jsonl(queries):
        if "id" not in row:
            raise ConfigError(f'{where}: "id" is missing')
        rule = f"query:{len(ids)}"
        try:
            engine.add(rule, parse_query(text_in(row, "query", where)))
            ids[rule] = row["id"]
        except QueryError as error:
            column = f"column {error.column}"
            said = str(error).removesuffix(f" ({column})")
            click.echo(f"tocsin: query {row['id']}: {column}: {said}", err=True)
    return engine, ids


COMMANDS = (parse, match)
