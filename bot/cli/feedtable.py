"""The table of `tocsin feeds list`: fitted to a terminal, one row per feed in a pipe, or JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.core.urls import redacted
from bot.ports import Feed
from handlers.console import folded
from handlers.text import clean

_HEADS = ("feed", "kind", "tier", "lang", "state")
_GAP = "  "
_NARROWEST = 12  # columns that a name gets at least
_UNFOLDED = 10_000  # columns: in a file or a pipe each feed has one line
_SHOWN = (
    "kind",
    "source",
    "title",
    "lang",
    "tier",
    "state",
    "errors",
    "last_error",
    "last_ok",
    "last_new",
    "next_poll",
)


def print_feeds(feeds: Sequence[Feed], console: Console) -> None:
    """Print feeds. On a terminal the address is below its feed, to be opened and copied; elsewhere it is in the row."""
    if not console.is_terminal:
        console.width = _UNFOLDED
        console.print(_table(feeds))
        return
    for line in _lines(feeds, console.width):
        for piece in folded(line, console):
            console.print(piece, soft_wrap=True)


def feed_json(feed: Feed) -> dict[str, object]:
    """A feed for programs; times in ms since 1970."""
    return {"url": redacted(feed.url), **{name: getattr(feed, name) for name in _SHOWN}}


def _table(feeds: Sequence[Feed]) -> Table:
    table = Table(*_HEADS, "address", box=None, pad_edge=False)
    for feed, cells in zip(feeds, _cells(feeds), strict=True):
        table.add_row(*cells[:-1], clean(_trouble(feed)) or _state(feed), redacted(feed.url))
    return table


def _lines(feeds: Sequence[Feed], width: int) -> Iterator[Text]:
    """The rows: columns as wide as necessary, names as wide as possible; addresses and problems below each feed."""
    rows = [_HEADS, *_cells(feeds)]
    widths = [max(map(cell_len, column)) for column in zip(*rows, strict=True)]
    rest = sum(widths[1:]) + len(_GAP) * (len(widths) - 1)
    widths[0] = max(_NARROWEST, min(widths[0], width - rest))
    yield _row(_HEADS, widths, "bold")
    for feed, cells in zip(feeds, rows[1:], strict=True):
        yield _row(cells, widths)
        yield Text(_GAP + clean(redacted(feed.url)), "blue")
        if trouble := clean(_trouble(feed)):
            yield Text(_GAP + trouble, "yellow")


def _row(cells: Sequence[str], widths: Sequence[int], style: str = "") -> Text:
    row = Text(style=style)
    for cell, width in zip(cells, widths, strict=True):
        text = Text(cell)
        text.truncate(width, overflow="ellipsis", pad=True)
        row.append_text(text).append(_GAP)
    row.rstrip()
    return row


def _cells(feeds: Sequence[Feed]) -> list[tuple[str, ...]]:
    """A row's cells. Feeds of one outlet are told apart by titles: their addresses may differ only in hidden parts."""
    shared = Counter(feed.source for feed in feeds)
    names = [feed.source or feed.title for feed in feeds]
    names = [
        f"{name} · {feed.title}" if shared[feed.source] > 1 and feed.title not in ("", name) else name
        for feed, name in zip(feeds, names, strict=True)
    ]
    return [
        (clean(name) or "–", feed.kind, feed.tier, feed.lang, _state(feed))
        for feed, name in zip(feeds, names, strict=True)
    ]


def _state(feed: Feed) -> str:
    if feed.state != "active":
        return feed.state
    if feed.errors:
        return "fails"
    return "partial" if feed.last_error else "well" if feed.last_ok else "not polled yet"


def _trouble(feed: Feed) -> str:
    """Why the last poll failed, or what its answer lacked; nothing for a paused feed."""
    return "" if feed.state == "paused" else feed.last_error
