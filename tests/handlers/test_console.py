"""The terminal as a platform."""

from __future__ import annotations

import asyncio
import io
import os
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from rich.cells import cell_len
from rich.console import Console

from bot.core.message import Alert, Button, DigestLine, Item, OutletLine, Piece, Reply, TopicLine
from bot.core.model import Channel
from bot.ports import Absent, Delivery, Rejected, Retry, Sent
from handlers.console import ConsolePlatform, print_reply, render_alert, render_reply

CHANNEL = Channel(1, "console", "local", "terminal")
ALERT = Alert(
    7,
    "new",
    42,
    "US eases H200 exports \x1b[31mto\u202e China",
    "https://a.example/" + "long/" * 40,
    "The rule sets a cap.",
    tuple(OutletLine(f"Outlet {n}", "", 0) for n in range(6)),
    (TopicLine("topic:x", "Chip export controls", ("H200",)),),
    1_767_870_000_000,
    severity="breaking",
)
DELIVERY = Delivery(7, 1, 42, "new", 0, 0)


def plain(renderable: object, width: int = 60) -> str:
    out = io.StringIO()
    Console(file=out, width=width, color_system=None).print(renderable, crop=False)
    return out.getvalue()


def test_an_alert_says_what_where_who_and_why() -> None:
    text = plain(render_alert(ALERT))
    assert "breaking · Chip export controls" in text
    assert "Outlet 0, Outlet 1, Outlet 2, Outlet 3 (+2)" in text.replace("\n", " ")
    assert "why: H200" in text.replace("\n", " ")
    assert ALERT.url in text, "a link stays on one line"


@pytest.mark.case_id(103)
def test_case_103_no_control_reaches_the_terminal() -> None:
    text = plain(render_alert(ALERT))
    assert "\x1b" not in text
    assert "\u202e" not in text


def test_a_story_of_another_day_has_its_day() -> None:
    began = datetime.fromtimestamp(ALERT.published / 1000, tz=UTC).astimezone()
    assert f" · {began:%H:%M}\n" in plain(render_alert(ALERT, began.date()))
    assert f" · {began:%d %b %H:%M}\n" in plain(render_alert(ALERT, began.date() + timedelta(days=1)))


def test_an_update_says_what_is_new() -> None:
    text = plain(render_alert(replace(ALERT, kind="update", news="correction")))
    assert "update · breaking" in text
    assert "New: correction" in text
    assert "The rule sets a cap" not in text


def test_an_update_has_the_time_of_the_report_that_says_what_is_new() -> None:
    later = ALERT.published + 3_600_000
    update = replace(ALERT, kind="update", outlets=(OutletLine("Wire", "", later),))
    clock = {
        at: f" · {datetime.fromtimestamp(at / 1000, tz=UTC).astimezone():%H:%M}\n" for at in (later, later - 60_000)
    }
    assert clock[later] in plain(render_alert(update)), "who reports too"
    assert clock[later - 60_000] in plain(render_alert(replace(update, news="correction", news_at=later - 60_000)))


@pytest.mark.parametrize(
    ("more", "shown"),
    [({}, False), ({"news": "correction"}, True), ({"also": ("Outlet 7",)}, True), ({"teller": "a-model"}, True)],
)
async def test_an_update_that_says_nothing_is_not_shown(more: dict[str, object], *, shown: bool) -> None:
    """An outlet of the story reports once more: in chat the message is edited, a terminal can't edit."""
    out = io.StringIO()
    platform = ConsolePlatform(console=Console(file=out))
    update = replace(ALERT, kind="update", **more)  # type: ignore[arg-type]
    assert await platform.send(CHANNEL, update, DELIVERY) == Sent("7")
    assert bool(out.getvalue()) is shown


@pytest.mark.parametrize("crashed", [False, True])
async def test_an_outlet_is_named_once_as_also_reporting(tmp_path: Path, *, crashed: bool) -> None:
    out = io.StringIO()
    platform = ConsolePlatform(tmp_path / "t.jsonl", Console(file=out, width=60))
    said: list[str] = []
    for number, also in enumerate((("Wire",), ("Wire",), ("Wire", "芯潮"), ("Wire", "芯潮"))):
        if crashed:
            platform = ConsolePlatform(tmp_path / "t.jsonl", Console(file=out, width=60))
            await platform.start()
        update, delivery = replace(ALERT, kind="update", also=also), replace(DELIVERY, id=10 + number)
        assert await platform.send(CHANNEL, update, delivery) == Sent(str(10 + number))
        said.append(next((line for line in out.getvalue().splitlines() if line.startswith("also")), ""))
        out.truncate(out.seek(0))
    assert said == ["also: Wire", "", "also: 芯潮", ""]


async def test_what_was_shown_is_found_again_after_a_crash(tmp_path: Path) -> None:
    path = tmp_path / "t.console"
    console = Console(file=io.StringIO())
    platform = ConsolePlatform(path, console)
    await platform.start()
    assert isinstance(await platform.find(CHANNEL, DELIVERY), Absent)
    assert await platform.send(CHANNEL, ALERT, DELIVERY) == Sent("7")
    with path.open("a") as transcript:
        transcript.write('{"delivery": 8, "ki')
    again = ConsolePlatform(path, console)
    await again.start()
    assert await again.find(CHANNEL, DELIVERY) == Sent("7")
    assert isinstance(await again.find(CHANNEL, replace(DELIVERY, id=8)), Absent)
    assert await again.send(CHANNEL, ALERT, replace(DELIVERY, id=9)) == Sent("9")
    third = ConsolePlatform(path, console)
    await third.start()
    assert await third.find(CHANNEL, replace(DELIVERY, id=9)) == Sent("9"), "not written on in the line that was cut"
    assert again.paces(CHANNEL) == ()
    assert await again.check(CHANNEL) == ""
    await again.close()


async def test_a_transcript_keeps_the_newest_and_grows_no_further(tmp_path: Path) -> None:
    path = tmp_path / "t.console"
    platform = ConsolePlatform(path, Console(file=io.StringIO()), kept=3)
    sent = [replace(DELIVERY, id=number) for number in range(1, 40)]
    for delivery in sent:
        await platform.send(CHANNEL, ALERT, delivery)
        assert path.read_text().count("\n") < 6
    again = ConsolePlatform(path, Console(file=io.StringIO()), kept=3)
    await again.start()
    for one in (platform, again):
        found = [delivery.id for delivery in sent if isinstance(await one.find(CHANNEL, delivery), Sent)]
        assert found == list(range(40 - len(found), 40))
        assert 3 <= len(found) < 6
    assert os.listdir(tmp_path) == ["t.console"]


class Paused(io.StringIO):
    """A terminal after Ctrl-S: what is written waits until it goes on."""

    def __init__(self) -> None:
        super().__init__()
        self.goes_on = threading.Event()

    def write(self, text: str) -> int:
        assert self.goes_on.wait(60)
        return super().write(text)


async def test_a_terminal_that_takes_nothing_holds_nobody_up_and_gets_each_alert_once(tmp_path: Path) -> None:
    out = Paused()
    platform = ConsolePlatform(tmp_path / "t", Console(file=out))
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await platform.send(CHANNEL, ALERT, DELIVERY)
    found = await platform.find(CHANNEL, DELIVERY)
    assert isinstance(found, Retry)
    out.goes_on.set()
    other = replace(DELIVERY, id=8)
    assert await platform.send(CHANNEL, ALERT, other) == Sent("8"), "it has its turn after the first"
    assert await platform.find(CHANNEL, DELIVERY) == Sent("7")
    assert out.getvalue().count("The rule sets a cap.") == 2


async def test_a_terminal_that_is_gone_is_a_receipt(tmp_path: Path) -> None:
    platform = ConsolePlatform(tmp_path / "no" / "folder" / "t", Console(file=io.StringIO()))
    receipt = await platform.send(CHANNEL, ALERT, DELIVERY)
    assert isinstance(receipt, Rejected)


def test_a_reply_lists_its_items() -> None:
    item = Item("A story", "https://a.example/1", "2 reports", at=1_767_870_000_000, bold=("story",))
    reply = Reply("Found", ("a line",), (item, Item("Bare")), (Button("x"),), page=1, pages=3)
    text = plain(render_reply(reply))
    for part in (
        "Found",
        "a line",
        "A story",
        "2 reports",
        "https://a.example/1",
        "Bare",
        "page 1 of 3 · more: --page 2",
    ):
        assert part in text
    assert plain(render_reply(reply, "page=")).endswith("page 1 of 3 · more: page=2\n")
    assert "more" not in plain(render_reply(Reply("Found", page=3, pages=3)))


@pytest.mark.parametrize("width", [20, 40, 80])
def test_a_reply_is_folded_between_words_below_its_beginning_and_an_address_never_is(width: int) -> None:
    url = "https://a.example/" + "long/" * 20
    title = "The exchange of Shanghai answers 上海证券交易所就科创板上市审核作出答复并公布问询 in three languages"
    reply = Reply(
        "this terminal hears of it", ("A line that goes on and on " * 4,), (Item(title, url, "Wire · story 4"),)
    )
    out = io.StringIO()
    print_reply(reply, Console(file=out, width=width, color_system=None, force_terminal=True))
    lines = out.getvalue().splitlines()
    assert f"  {url}" in lines
    assert all(cell_len(line) <= width for line in lines if url not in line)
    assert all(line.startswith(("  ", "• ", "This terminal")) for line in lines if line not in lines[:2])
    words = " ".join(out.getvalue().split())
    assert "A line that goes on and on A line" in words
    whole = io.StringIO()
    print_reply(reply, Console(file=whole, width=width, color_system=None))
    assert f"• {title}\n" in whole.getvalue()


def test_a_reply_shows_its_sample_as_an_alert() -> None:
    out = io.StringIO()
    shaped = replace(
        ALERT, kind="sample", form=(Piece("own", "So: "), Piece("value", "H200 exports"), Piece("own", "!"))
    )
    print_reply(Reply("So an alert would look.", alert=shaped), Console(file=out, width=60, color_system=None))
    head, empty, above, sample = out.getvalue().rstrip("\n").split("\n")
    assert (head, empty, sample) == ("So an alert would look.", "", "So: H200 exports!")
    assert "sample · " in above


def test_an_address_in_a_template_stays_in_one_piece_and_words_are_folded() -> None:
    address = "https://a.example/" + "a-long-path/" * 8
    form = (
        Piece("value", "H200 exports " * 5),
        Piece("own", "\nMore: "),
        Piece("link", address),
        Piece("own", " (new)"),
    )
    out = io.StringIO()
    Console(file=out, width=40, color_system=None).print(render_alert(replace(ALERT, form=form)), crop=False)
    lines = [line.rstrip() for line in out.getvalue().splitlines()]
    assert [line for line in lines if address in line.split()]
    assert all(len(line) <= 40 for line in lines if address not in line)


def test_a_sample_is_of_no_story() -> None:
    assert "story 42" in plain(render_alert(ALERT))
    assert "story" not in plain(render_alert(replace(ALERT, kind="sample", story_id=0))).replace("The rule", "")


def test_a_digest_of_days_says_on_which_day_they_began() -> None:
    line = DigestLine("topic:x", "Chips", 7, "H200 exports", "", 1, "normal", 0)
    week = replace(ALERT, kind="digest", digest="weekly", lines=(line,), since=1_767_870_000_000)
    day = f"{datetime.fromtimestamp(1_767_870_000, tz=UTC).astimezone():%d %b %H:%M}"
    assert f"1 story since {day}" in plain(render_alert(week))
    assert f"1 story since {day[-5:]}" in plain(render_alert(replace(week, digest="hourly")))
