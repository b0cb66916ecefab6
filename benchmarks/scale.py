"""Many programs over one database: deliveries, placing, kills, pace and a million channels, on SQLite and PostgreSQL.

    python -m benchmarks.scale             two or three minutes
    python -m benchmarks.scale --full      a quarter of an hour: --report writes its figures into docs/scale.md

PostgreSQL is the server of TEST_DATABASE_URL; a schema is made on it and dropped. Rates are by the wall clock, so that
a busy machine lowers them; efficiency is a ratio within one run.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from benchmarks.scaleruns import IDLE, delivered, killed, many, placed

DEFAULT = "postgresql://postgres@127.0.0.1:5432/test"


def main() -> None:
    """Print, and with --report write, what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--report", action="store_true", help="write docs/scale.md's figures")
    parser.add_argument("--kinds", default="sqlite,postgresql")
    parser.add_argument("--parts", default=",".join(PARTS))
    asked = parser.parse_args()
    with ExitStack() as stack:
        kinds = [kind for kind in asked.kinds.split(",") if kind == "sqlite" or _answers(stack)]
        lines = [line for part in asked.parts.split(",") for line in PARTS[part](kinds, asked.full)]
    if asked.report:
        _write(lines)


def _answers(stack: ExitStack) -> bool:
    import psycopg

    address = os.environ.get("TEST_DATABASE_URL", DEFAULT)
    try:
        stack.enter_context(psycopg.connect(address, connect_timeout=3))
    except psycopg.OperationalError:
        print("no PostgreSQL at TEST_DATABASE_URL: its figures are left out")
        return False
    return True


def _say(line: str) -> str:
    print(line, flush=True)
    return line


def _title(text: str) -> Iterator[str]:
    yield _say("")
    yield _say(text)
    yield _say("")


def deliver_part(kinds: list[str], full: bool) -> Iterator[str]:
    """Deliveries a second, by workers and sink."""
    yield from _title("Deliveries to a sink that answers after 150 ms, or at once:")
    yield _say("| store | sink | workers | deliveries/s | efficiency | lost | doubled | out of order |")
    yield "|---|---|--:|--:|--:|--:|--:|--:|"
    for kind in kinds:
        for wait_ms in (150, 0):
            alone = 0.0
            for workers in (1, 2, 4):
                channels, stories = (200, (8 if full else 3) * workers) if wait_ms else (200, 40 if full else 8)
                sends, wanted = delivered(kind, workers, wait_ms, channels, stories)
                rate = sends.rate()
                alone = alone or rate
                faults = " | ".join(map(str, sends.faults(wanted)))
                share = f"{rate / alone / workers:.1%}" if wait_ms else ""
                yield _say(f"| {kind} | {wait_ms} ms | {workers} | {rate:,.0f} | {share} | {faults} |")


def place_part(kinds: list[str], full: bool) -> Iterator[str]:
    """Entries a second, and stories against events."""
    yield from _title(
        "Ingest: matched by the shipped topics and by queries, folded, told to five channels of each fourth event:"
    )
    yield _say("| store | workers | entries/s | events | stories | false splits | alerts |")
    yield "|---|--:|--:|--:|--:|--:|--:|"
    for kind in kinds:
        for workers in (1, 2, 4):
            done = placed(kind, workers, 1_500 if full else 200)
            splits = max(0, done.stories - done.events)
            yield _say(
                f"| {kind} | {workers} | {done.rate:,.0f} | {done.events:,} | {done.stories:,} | {splits} | "
                f"{done.alerts:,} |"
            )


def pace_part(kinds: list[str], full: bool) -> Iterator[str]:
    """The worst second over many processes of one bot."""
    yield from _title("One bot's pace over several programs, the worst second:")
    yield _say("| store | workers | sends | worst second (limit 50) |")
    yield "|---|--:|--:|--:|"
    for kind in kinds:
        for workers in (1, 2, 4):
            sends, _ = delivered(kind, workers, 0, 100, 10 if full else 3, paced=True)
            yield _say(f"| {kind} | {workers} | {len(sends.lines):,} | {sends.worst_second()} |")


def kills_part(kinds: list[str], full: bool) -> Iterator[str]:
    """Kills under load."""
    yield from _title("Senders killed (`kill -9`) at random times and replaced, while they send:")
    yield _say("| store | workers | kills | deliveries | repeats dropped | lost | doubled | out of order |")
    yield "|---|--:|--:|--:|--:|--:|--:|--:|"
    for kind in kinds:
        for workers in (2, 4):
            sends, wanted, kills = killed(kind, 100 if full else 8, workers)
            faults = " | ".join(map(str, sends.faults(wanted)))
            repeats = len(sends.lines) - len(sends.told)
            yield _say(f"| {kind} | {workers} | {kills} | {wanted:,} | {repeats} | {faults} |")


def many_part(kinds: list[str], full: bool) -> Iterator[str]:
    """ms a call beside many channels."""
    yield from _title(
        "Many channels, ms a call by the wall clock (a look for lanes with nothing due, with all due, one for "
        f"digests, a look-up), and µs a channel of a story told to all. {IDLE} idle workers look once a second each:"
    )
    yield _say(
        f"| store | channels | nothing due | all due | digests due? | latest 10 | told, µs | {IDLE} idle workers |"
    )
    yield "|---|--:|--:|--:|--:|--:|--:|--:|"
    for kind in kinds:
        yield _say(many(kind, 1_000_000 if full else 10_000))


PARTS = {
    "deliver": deliver_part,
    "place": place_part,
    "pace": pace_part,
    "kills": kills_part,
    "many": many_part,
}


def _write(lines: list[str]) -> None:
    """Put the tables between the marks of docs/scale.md."""
    page = Path(__file__).parent.parent / "docs" / "scale.md"
    text = page.read_text(encoding="utf-8")
    head, _, rest = text.partition("<!-- figures -->\n")
    _, _, tail = rest.partition("<!-- /figures -->")
    tables = "\n".join(lines).strip()
    page.write_text(f"{head}<!-- figures -->\n\n{tables}\n\n<!-- /figures -->{tail}", encoding="utf-8")


if __name__ == "__main__":
    main()
