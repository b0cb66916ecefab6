"""`make torture`: kills by the thousand, then a long month in virtual time. Ends in an error when anything is amiss.

`python -m tests.faults.torture [--kills 10000] [--seed 1] [--jobs 2] [--postgresql [--roles]] [--report]`
"""

from __future__ import annotations

import argparse
import asyncio
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

from tests.faults.crew import crewed
from tests.faults.figures import Figures
from tests.faults.harness import torture
from tests.faults.report import write
from tests.faults.soak import soak
from tests.faults.virtual import played
from tests.postgres.server import schema

ROUND = 100
"""Kills over one database and one set of servers."""


async def tortured(kills: int, seed: int, jobs: int = 2, *, postgresql: bool = False, roles: bool = False) -> Figures:
    """So many kills, in rounds, `jobs` at a time. A round in which something is amiss leaves its folder behind."""
    total = Figures()
    rounds = enumerate(_rounds(kills), seed)

    async def job() -> None:
        for number, many in rounds:
            folder = Path(tempfile.mkdtemp(prefix="tocsin-torture-"))
            with schema() if postgresql or roles else nullcontext("") as address:
                one = crewed(folder, number, many, address) if roles else torture(folder, number, many, address=address)
                figures = await one
            total.add(figures)
            print(f"seed {number}: {figures.line()}" + ("" if figures.clean else f" ({folder})"), flush=True)
            if figures.clean:
                shutil.rmtree(folder)

    await asyncio.gather(*(job() for _ in range(jobs)))
    return total


def _rounds(kills: int) -> Iterator[int]:
    for done in range(0, kills, ROUND):
        yield min(ROUND, kills - done)


def main() -> None:
    """Torture, soak, and say what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--days", type=int, default=60)
    parser.add_argument("--postgresql", action="store_true", help="over the server of TEST_DATABASE_URL")
    parser.add_argument("--roles", action="store_true", help="there, five programs that share the work")
    parser.add_argument("--report", action="store_true", help="write docs/reliability.md from what came of it")
    asked = parser.parse_args()
    figures = asyncio.run(tortured(asked.kills, asked.seed, asked.jobs, postgresql=asked.postgresql, roles=asked.roles))
    print(figures.line())
    if asked.roles:
        print("kills by role:", ", ".join(f"{role} {n}" for role, n in sorted(figures.kills.items())))
        sys.exit(0 if figures.clean else 1)
    month = played(lambda loop: soak(loop, days=asked.days, feeds=10, per_day=12))
    print(month.line())
    if asked.report:
        write(figures, month)
    sys.exit(0 if figures.clean and not (month.lost or month.doubled) else 1)


if __name__ == "__main__":
    main()
