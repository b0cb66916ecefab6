"""Recorded feeds, broken at random: each must be read or refused, within the loop's patience and a bound of memory.

`python -m tests.faults.mutants [--tries 5000] [--seed 1]`
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

from bot.core.errors import NotAFeed
from bot.sources.feed import Parser
from tests.shared import SHARED

INPUTS = 5_000
SHIPPED = Path(__file__).parents[2] / "bot" / "demo" / "feeds"
_TYPES = {".json": "application/feed+json", ".rss": "application/rss+xml", ".atom": "application/atom+xml"}
_NASTY = (
    b"<![CDATA[", b"]]>", b"<item>", b"</item>", b"<entry", b"<!--", b"<!DOCTYPE x [", b"&#0;", b"&nope;", b"\x00",
    b"\xff\xfe", b"<?xml version='1.0' encoding='utf-7'?>", b"\xed\xa0\x80", b"{", b'"', b"\\u", b"<svg/onload=1>",
    b"=" * 4096,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tried:
    """What bad inputs came to. `stall_ms` is CPU of one callback of the loop; `memory_mb` is above what was idle."""

    inputs: int
    read: int
    refused: int
    stall_ms: float
    memory_mb: float

    def line(self) -> str:
        """One line for people."""
        return (
            f"bad inputs: {self.inputs} · read: {self.read} · refused: {self.refused} · "
            f"worst stall: {self.stall_ms:.0f} ms · memory above idle: {self.memory_mb:.0f} MB"
        )


def recorded(folders: Sequence[Path] = (SHIPPED, SHARED / "samples" / "feeds")) -> list[Path]:
    """Recordings of feeds: the shipped ones, and the shared ones where they are."""
    return [path for folder in folders if folder.is_dir() for path in sorted(folder.rglob("*")) if path.is_file()]


def broken(die: random.Random, body: bytes) -> bytes:
    """One to four blows: cut, taken out, told twice, bytes flipped, something nasty put in."""
    for _ in range(die.randint(1, 4)):
        at = die.randrange(len(body) + 1)
        to = min(len(body), at + die.randrange(1, 400))
        match die.randrange(5):
            case 0:
                body = body[:at]
            case 1:
                body = body[:at] + body[to:]
            case 2:
                body = body[:to] + body[at:]
            case 3:
                body = body[:at] + die.randbytes(min(8, to - at)) + body[to:]
            case _:
                body = body[:at] + die.choice(_NASTY) + body[at:]
    return body


async def tried(inputs: int, seed: int) -> Tried:
    """Read so many broken feeds, as the program does. Whatever is raised but `NotAFeed` comes through."""
    die, read, refused = random.Random(seed), 0, 0
    bodies = [(path.suffix, path.read_bytes()) for path in recorded()]
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")  # noqa: ASYNC240 - the most so far is forgotten (proc(5))
    idle = max(memory_mb("VmRSS"), memory_mb("VmHWM"))
    with stalls() as worst:
        async with Parser() as parser:
            for _ in range(inputs):
                suffix, body = die.choice(bodies)
                try:
                    await parser.parse(broken(die, body), {"content-type": _TYPES.get(suffix, "text/xml")})
                    read += 1
                except NotAFeed as error:
                    refused += "\n" not in str(error)  # one of several lines is missing in the sum
    return Tried(inputs, read, refused, max(worst) * 1000, max(0.0, memory_mb("VmHWM") - idle))


@contextmanager
def stalls() -> Iterator[list[float]]:
    """The longest that one callback held the event loop, in s of CPU, as the only item of a list."""
    worst, run = [0.0], asyncio.Handle._run

    def timed(handle: asyncio.Handle) -> None:
        began = time.thread_time()
        run(handle)
        worst[0] = max(worst[0], time.thread_time() - began)

    with mock.patch.object(asyncio.Handle, "_run", timed):
        yield worst


def memory_mb(name: str) -> float:
    """`VmRSS` (now) or `VmHWM` (the most) of this process (Linux; elsewhere 0)."""
    status = Path("/proc/self/status")
    lines = status.read_text().splitlines() if status.exists() else []
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith(name)), 0.0)


def main() -> None:
    """Try, and say what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tries", type=int, default=INPUTS)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    sys.stdout.write(asyncio.run(tried(asked.tries, asked.seed)).line() + "\n")


if __name__ == "__main__":
    main()
