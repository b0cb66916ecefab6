"""`make torture`: kills by the thousand, then a long month in virtual time. Ends in an error when anything is amiss.

`python -m tests.faults.torture [--kills 10000] [--seed 1] [--jobs 6] [--minutes 90] [--keep FILE] [--report]`
(`--postgresql [--roles]`: over the server of TEST_DATABASE_URL)
"""

from __future__ import annotations

import argparse
import asyncio
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

from tests.faults.crew import crewed
from tests.faults.figures import Figures
from tests.faults.harness import torture
from tests.faults.mutants import INPUTS, tried
from tests.faults.report import write
from tests.faults.soak import soak
from tests.faults.virtual import played
from tests.postgres.server import schema

ROUND = 100
"""Kills over one database and one set of servers."""
JOBS = 6
"""Worlds side by side: a life mostly waits."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How to torture: `jobs` worlds at a time, no new one after `minutes`, the figures kept in a file after each."""

    jobs: int = JOBS
    minutes: float = 24 * 60
    keep: Path | None = None
    postgresql: bool = False
    roles: bool = False


async def tortured(kills: int, seed: int, plan: Plan = Plan()) -> Figures:
    """So many kills, in rounds. A round in which something is amiss leaves its folder behind."""
    total = Figures()
    rounds = enumerate(_rounds(kills), seed)
    ends = time.monotonic() + plan.minutes * 60

    async def job() -> None:
        for number, many in rounds:
            if time.monotonic() > ends:
                return
            folder = Path(tempfile.mkdtemp(prefix="tocsin-torture-"))
            figures = await _round(folder, number, many, plan)
            total.add(figures)
            print(f"seed {number}: {figures.line()}" + ("" if figures.clean else f" ({folder})"), flush=True)
            if plan.keep:
                total.keep(plan.keep)
            if figures.clean:
                shutil.rmtree(folder)

    await asyncio.gather(*(job() for _ in range(plan.jobs)))
    return total


async def _round(folder: Path, seed: int, kills: int, plan: Plan) -> Figures:
    """One world to its end; one that breaks off is counted as that, and the others go on."""
    try:
        with schema() if plan.postgresql or plan.roles else nullcontext("") as address:
            if plan.roles:
                return await crewed(folder, seed, kills, address)
            return await torture(folder, seed, kills, address=address)
    except AssertionError as error:
        print(f"seed {seed}: broke off: {error}", flush=True)
        return Figures(broken=1)


def _rounds(kills: int) -> Iterator[int]:
    for done in range(0, kills, ROUND):
        yield min(ROUND, kills - done)


def main() -> None:
    """Torture, soak, and say what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=JOBS, help="worlds side by side")
    parser.add_argument("--minutes", type=float, default=24 * 60.0, help="begin no new world after so long")
    parser.add_argument("--days", type=int, default=60)
    parser.add_argument("--postgresql", action="store_true", help="over the server of TEST_DATABASE_URL")
    parser.add_argument("--roles", action="store_true", help="there, five programs that share the work")
    parser.add_argument("--keep", type=Path, help="a file for the figures so far; see tests.faults.report --kept")
    parser.add_argument("--report", action="store_true", help="write docs/reliability.md from what came of it")
    asked = parser.parse_args()
    plan = Plan(asked.jobs, asked.minutes, asked.keep, asked.postgresql, asked.roles)
    figures = asyncio.run(tortured(asked.kills, asked.seed, plan))
    print(figures.line())
    if asked.roles:
        print("kills by role:", ", ".join(f"{role} {n}" for role, n in sorted(figures.kills.items())))
        sys.exit(0 if figures.clean else 1)
    bad = asyncio.run(tried(INPUTS, asked.seed))
    print(bad.line())
    month = played(lambda loop: soak(loop, days=asked.days, feeds=10, per_day=12))
    print(month.line())
    if asked.report:
        write(figures, month, bad)
    sys.exit(0 if figures.clean and not (month.lost or month.doubled) else 1)


if __name__ == "__main__":
    main()
