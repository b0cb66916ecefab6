"""Writes docs/reliability.md: `python -m tests.faults.report [--kills 200 | --kept kills.json]`.

It measures and writes what it found; `--kept` takes the kills from a file that `make torture` has left.
"""

from __future__ import annotations

import argparse
import asyncio
import platform
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from bot.faultpoint import POINTS
from tests.faults.figures import Figures
from tests.faults.lives import ROOT
from tests.faults.mischief import DISCORD, FEED, SLACK
from tests.faults.mutants import INPUTS, Tried, tried

if TYPE_CHECKING:
    from tests.faults.soak import Soaked

PAGE = ROOT / "docs" / "reliability.md"
_PAGE = """\
# Reliability: what was tried, and what came of it

This page shows which faults were tried on the real program, and how many alerts were lost or doubled.

It is written by `python -m tests.faults.report` ({date}, Python {python}). `make torture` does ten thousand
kills and keeps their figures in `torture.json`, from which `python -m tests.faults.report --kept torture.json` writes
it again. The figures below are those of that run.

| | |
|---|---|
| kills of the real program (SIGKILL) | {kills} |
| faults of feeds, Discord and Slack that it met meanwhile | {faults} |
| alerts that the channels should have received | {expected} |
| alerts received | {received} |
| **lost** | **{lost}** |
| **doubled** | **{doubled}** |
| out of order within a channel | {disordered} |
| worlds (of up to a hundred kills) that broke off | {broken} |
| most memory of a life, feeds and platforms connected | {peak:.0f} MB |
| days in virtual time | {days} |
| posts in that time, lost, doubled | {posted}, {soak_lost}, {soak_doubled} |
| memory on the last day over that of the second (blocks; bounds scaled down, the harness’s counted) | {growth:.3f} |
| polls of an idle week answered as unchanged | {idle:.1%} |
| cases of the catalogue of hostile input that have a test | {cases} of 154 |
| bad inputs tried: recorded feeds, broken at random (`python -m tests.faults.mutants`) | {inputs} |
| … read for what they hold, refused in one line, anything else | {read}, {refused}, 0 |
| … the longest that one of them held the event loop (CPU) | {stall:.0f} ms |
| … memory above what was used before | {above:.0f} MB |

## How the kills are made
The harness (`tests/faults/harness.py`) starts `tocsin run` as a process between loopback servers: feeds, a Discord
(REST and gateway) and a Slack (Web API and Socket Mode). It publishes news, kills the program, starts it again over
the same database, and goes on. In the end it compares what each channel shows, in the servers' own records, with what
was published. Nothing that the program says of itself is counted.

A life ends at a named point, or at any moment. The points, in the order in which news passes them
(`bot/faultpoint.py`), with the kills at each:

{points}

While it lives, the servers misbehave. Discord: {discord}. Slack: {slack}. Feeds: {feeds}.

## How steps are made to meet
Kills hit what is slow. What is quick is tried in virtual time: `python -m tests.faults.interleaved` plays worlds of two
programs' lanes over one store, whose every step may take anything from no time to minutes, may fail, and may be the
last of its program, beside people who edit, mute, pause and resume, and stories that grow and merge. In the end each
channel must have been told everything that it was owed, once. `python -m tests.faults.interleaved_polls` does the same
with two programs that poll the same feeds.

## Why nothing is lost or doubled
- News, its story and its deliveries are stored in one transaction with the feed's validators: either the feed will be
  asked for it again, or the delivery waits in the outbox.
- A delivery is marked as being sent, on disk, before it is sent. Whoever finds it so after a crash looks for it on its
  platform first. Only a look that saw that it is not there leads to a second send (`Absent`, in `bot/ports`); one that
  could not be made is made later, however long that takes, and the channel's other alerts wait behind it.
- On Discord a second send within the nonce's window returns the first message. On Slack the message carries the
  delivery's number in its metadata.
- A channel is served by whoever holds its lease, and each write names it: one that lost it changes nothing.

**What remains.** Where Tocsin may post but not read a channel's history, and a crash or a lost answer hits a send,
nobody can tell whether it was posted. Such a delivery ends as `ambiguous`: it is not sent again, and is named in the
log.

## Other faults that have their test
{tests}
"""
_TESTS = (
    "test_program.py",
    "test_doubt.py",
    "test_interleaved.py",
    "test_runtime.py",
    "test_long_runs.py",
    "test_store_disk.py",
)


def write(figures: Figures, month: Soaked, bad: Tried) -> None:
    """Put what was measured on the page."""
    counted = {point or "any moment": figures.kills[point] for point in (*POINTS, "any moment")}
    PAGE.write_text(
        _PAGE.format(
            date=f"{datetime.now(UTC):%Y-%m-%d}",
            python=platform.python_version(),
            kills=f"{figures.kills.total():,}",
            faults=f"{figures.faults:,}",
            expected=f"{figures.expected:,}",
            received=f"{figures.received:,}",
            lost=figures.lost,
            doubled=figures.doubled,
            disordered=figures.disordered,
            broken=figures.broken,
            peak=figures.peak_mb,
            days=month.days,
            posted=f"{month.posted:,}",
            soak_lost=month.lost,
            soak_doubled=month.doubled,
            growth=month.growth,
            idle=month.idle_unchanged / max(month.idle_polls, 1),
            cases=_cases(),
            inputs=f"{bad.inputs:,}",
            read=f"{bad.read:,}",
            refused=f"{bad.refused:,}",
            stall=bad.stall_ms,
            above=bad.memory_mb,
            points=" · ".join(f"`{point}` {n}" for point, n in counted.items()),
            discord=", ".join(DISCORD),
            slack=", ".join(SLACK),
            feeds=", ".join(str(fault) for fault in FEED),
            tests="\n".join(f"- {line}" for name in _TESTS for line in _said(name)),
        ),
        encoding="utf-8",
    )
    print(f"{PAGE.relative_to(ROOT)} is written")


def _cases() -> int:
    """How many numbered cases the tests name."""
    found = (re.findall(r"case_id\((\d+)", path.read_text("utf-8")) for path in (ROOT / "tests").rglob("test_*.py"))
    return len({number for numbers in found for number in numbers})


def _said(name: str) -> list[str]:
    """What the tests of a file say, by their names."""
    names = re.findall(r"def test_(?:case_\d+_)?(\w+)", (Path(__file__).parent / name).read_text("utf-8"))
    return [said.replace("_", " ") for said in names]


def main() -> None:
    """Measure, then write."""
    from tests.faults.soak import soak
    from tests.faults.torture import tortured
    from tests.faults.virtual import played

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--kept", type=Path, help="the figures of a torture, as its --keep wrote them")
    asked = parser.parse_args()
    bad = asyncio.run(tried(INPUTS, 1))
    print(bad.line())
    figures = Figures.kept(asked.kept) if asked.kept else asyncio.run(tortured(asked.kills, 1))
    print(figures.line())
    month = played(lambda loop: soak(loop, days=30, feeds=3, per_day=6))
    print(month.line())
    write(figures, month, bad)


if __name__ == "__main__":
    main()
