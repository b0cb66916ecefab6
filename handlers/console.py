"""The terminal as a platform: shows alerts and keeps a transcript, which tells what was delivered."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from rich.console import Console, Group
from rich.text import Text

from bot.core.alerts.continuing import listed
from bot.core.message import Alert, Item, Piece, Reply
from bot.core.model import Channel
from bot.core.stories.joined import outermost
from bot.core.urlkey import untracked
from bot.ports import Absent, Delivery, Finding, Growth, Pace, Receipt, Rejected, Retry, Sent
from handlers.shape import cleaned
from handlers.shape import lines as shape_lines
from handlers.text import DIGESTS, by_topic, clean, clean_lines, headline
from handlers.transcript import Transcript

_COLOUR = {"breaking": "red", "notable": "yellow", "normal": "cyan"}
_KEPT = 10_000  # deliveries of the transcript, at least: only the newest can be in doubt
_NARROWEST = 10  # columns that text gets at least
_LABEL = {"new": "", "update": "update · ", "sample": "sample · ", "notice": "about your alerts · "}


class ConsolePlatform:
    """Shows alerts on a terminal. The transcript at `path` has one JSON line for each of the newest deliveries (`kept`
    to twice as many), written after it was shown.

    A delivery in doubt is looked up there, and not shown twice. Both are written in a thread, so that a terminal that
    accepts nothing (Ctrl-S, a pipe that nobody reads) or a slow disk blocks no other platform.
    """

    name = "console"
    unable = frozenset(("language", "mention", "mention-from", "thread"))

    def __init__(self, path: Path | None = None, console: Console | None = None, kept: int = _KEPT) -> None:
        self._console = console or Console()
        self._transcript = Transcript(path, kept)
        self._showing: set[int] = set()
        self._turn = threading.Lock()

    def paces(self, channel: Channel) -> Sequence[Pace]:
        """A terminal has no limits."""
        return ()

    async def grows(self, channel: Channel) -> Growth:
        """Updates are shown anew: what was shown can't be changed."""
        return "posted"

    async def start(self) -> None:
        """Read the transcript: which deliveries were shown, and which outlets were named."""
        await asyncio.to_thread(self._transcript.read)

    @property
    def shown(self) -> int:
        """How many alerts the transcript holds."""
        return len(self._transcript)

    async def check(self, channel: Channel) -> str:
        """Anyone may write to their own terminal."""
        return ""

    async def send(self, channel: Channel, alert: Alert, delivery: Delivery) -> Receipt:
        """Show an alert, then record it. What only an edit would tell (an outlet reports again) is not shown at all.

        Nor are outlets that were named before: `also` counts from the first message, which a chat can edit.
        """
        named = self._transcript.named(alert.story_id)
        alert = replace(alert, also=tuple(name for name in alert.also if name not in named))
        if alert.kind == "update" and not (alert.said or alert.also or alert.teller):
            return Sent(str(delivery.id))
        shown = render_alert(alert, datetime.now().astimezone().date())
        try:
            await asyncio.to_thread(self._show, shown, alert, delivery)
        except OSError as error:
            return Rejected(f"the terminal can't be written to: {error.strerror}")
        return Sent(str(delivery.id))

    async def find(self, channel: Channel, delivery: Delivery) -> Finding:
        """Whether the transcript has it; output that the terminal has not accepted yet may still be shown."""
        if delivery.id in self._showing:
            return Retry(1.0, "the terminal takes nothing now")
        return Sent(str(delivery.id)) if delivery.id in self._transcript else Absent("not shown yet")

    async def close(self) -> None:
        """Nothing is open."""

    def _show(self, shown: Group, alert: Alert, delivery: Delivery) -> None:
        self._showing.add(delivery.id)
        with self._turn:
            try:
                self._console.print(shown, crop=False)
                self._transcript.add(alert, delivery.id)
            finally:
                self._showing.discard(delivery.id)


def render_alert(alert: Alert, today: date | None = None) -> Group:
    """An alert as a terminal shows it: head, title, summary, outlets and why, link, an empty line.

    For a report of before `today`, the head has its day.
    """
    if alert.kind == "digest":
        return _digest(alert)
    if form := cleaned(alert.form):
        return Group(_head(alert, today), *map(_shaped, shape_lines(form)), Text(""))
    if alert.kind == "notice":
        return Group(_head(alert, today), Text(clean(alert.title), "bold"), Text(clean_lines(alert.summary)), Text(""))
    lines = [_head(alert, today), _bold(headline(alert.title, alert.summary, alert.url), alert.bold, "bold")]
    lines += [Text(f"New: {clean(alert.said)}", "italic")] if alert.said else []
    lines += (
        [_bold(alert.summary, alert.bold, "")] if alert.summary and (alert.kind != "update" or alert.teller) else []
    )
    lines += [Text(f"also: {clean(listed(alert.also))}", "dim")] if alert.also else []
    lines.append(Text(_foot(alert), "dim"))
    lines += [_link(alert.link)] if alert.link else []
    return Group(*lines, Text(""))


def _digest(alert: Alert) -> Group:
    """A digest: its stories by topic, a line and a link each."""
    many = f"{len(alert.lines)} {'stories' if len(alert.lines) != 1 else 'story'}"
    since = "within ten minutes" if alert.digest == "burst" else f"since {_begun_at(alert)}"
    head = (("● ", _COLOUR[alert.severity]), (f"{DIGESTS[alert.digest]} · ", "dim"), (f"{many} {since}", "bold"))
    rows = [Text.assemble(*head)]
    for label, lines in by_topic(alert.lines):
        rows.append(Text(clean(label), "bold cyan"))
        for line in lines:
            weight = f"{line.severity} · " if line.severity != "normal" else ""
            outlets = f"{line.outlets} outlets · " if line.outlets > 1 else ""
            rows.append(Text.assemble("• ", (weight, _COLOUR[line.severity]), clean(line.title)))
            rows.append(Text(f"  {outlets}story {line.story_id}", "dim"))
            rows += [Text("  ").append_text(_link(line.url))] if line.url else []
    return Group(*rows, Text(""))


def _head(alert: Alert, today: date | None) -> Text:
    colour = _COLOUR[alert.severity]
    topics = ", ".join(clean(topic.title) for topic in alert.topics) or ("story" if alert.story_id else "Tocsin")
    severity = f"{alert.severity} · " if alert.severity != "normal" else ""
    return Text.assemble(
        ("● ", colour), (f"{_LABEL[alert.kind]}{severity}", colour), (topics, f"bold {colour}"),
        (f" · {_dated(alert.at, today)}", "dim"),
    )  # fmt: skip


def _shaped(line: Sequence[Piece]) -> Text:
    """A line of a template. Lines with an address are wrapped only between words, so that a terminal can open it."""
    linked = any(piece.kind == "link" for piece in line)
    return Text("".join(piece.text for piece in line), overflow="ignore" if linked else None)


def _link(url: str) -> Text:
    """A link on one line, whatever the width, so that a terminal can open it."""
    return Text(untracked(clean(url)), "blue", no_wrap=True, overflow="ignore")


def _foot(alert: Alert) -> str:
    outlets = listed([clean(outlet.name) for outlet in alert.outlets], 4)
    why = ", ".join(clean(term) for term in outermost(alert.bold)[:6])
    story = f"story {alert.story_id}" if alert.story_id else ""
    return " · ".join(part for part in (outlets, f"why: {why}" if why else "", story) if part)


def _bold(text: str, terms: Sequence[str], style: str) -> Text:
    shown = Text(clean(text), style)
    shown.highlight_words([term for term in terms if term], "underline", case_sensitive=False)
    return shown


def _begun_at(alert: Alert) -> str:
    """When a digest's period began, with the day if it is not today."""
    return f"{_local(alert.since):%d %b %H:%M}" if alert.digest in ("daily", "weekly") else _clock(alert.since)


def _local(at: int) -> datetime:
    return datetime.fromtimestamp(at / 1000, tz=UTC).astimezone()


def _dated(at: int, today: date | None) -> str:
    return f"{_local(at):%d %b %H:%M}" if today and _local(at).date() != today else _clock(at)


def _clock(at: int) -> str:
    return f"{_local(at):%H:%M}"


def render_reply(reply: Reply, page: str = "--page ") -> Text:
    """A reply as a terminal shows it, without its alert, if any; `page` tells how to ask for another page."""
    lines = [Text(_begun(clean(reply.text)), "bold" if reply.ok else "bold red")]
    lines += [Text("  " + clean(line)) for line in reply.lines]
    for item in reply.items:
        lines += _item(item)
    if reply.pages > 1:
        lines.append(Text(_pages(reply, page), "dim"))
    return Text("\n").join(lines)


def _pages(reply: Reply, page: str) -> str:
    further = f" · more: {page}{reply.page + 1}" if reply.page < reply.pages else ""
    return f"page {reply.page} of {reply.pages}{further}"


def print_reply(reply: Reply, console: Console, page: str = "--page ") -> None:
    """Print a reply, wrapped to a terminal's width; elsewhere each line is whole. A sample alert comes last."""
    print_folded(render_reply(reply, page), console)
    if reply.alert:
        console.print("", render_alert(reply.alert), sep="\n", crop=False)


def print_folded(shown: Text, console: Console) -> None:
    """Print a text, wrapped to a terminal's width; elsewhere each line is whole."""
    for line in folded(shown, console) if console.is_terminal else [shown]:
        console.print(line, soft_wrap=True)


def folded(shown: Text, console: Console) -> Iterator[Text]:
    """`shown` line by line, wrapped between words to a terminal's width; continued lines are indented like the first.

    An address is not broken: a terminal would open only a part of it.
    """
    for line in shown.split("\n"):
        begin = len(line.plain) - len(line.plain.lstrip(" •"))
        if "://" in line.plain and " " not in line.plain.strip():
            yield line
            continue
        first, *rest = line[begin:].wrap(console, max(_NARROWEST, console.width - begin)) or [Text("")]
        yield line[:begin].append_text(first)
        yield from (Text(" " * begin).append_text(piece) for piece in rest)


def _begun(text: str) -> str:
    """A sentence that begins with a channel that has no name of its own."""
    return text[0].upper() + text[1:] if text.startswith(("this terminal ", "webhook ")) else text


def _item(item: Item) -> list[Text]:
    title = Text.assemble("• ", _bold(item.title, item.bold, "bold"))
    when = f"{_local(item.at):%d %b %H:%M} · " if item.at else ""
    rows = [title]
    rows += [Text(f"  {when}{clean(item.detail)}", "dim")] if item.detail or when else []
    rows += [Text("  ").append_text(_link(item.url))] if item.url else []
    return rows
