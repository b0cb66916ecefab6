"""`/metrics`: the program's metrics in Prometheus' text format 0.0.4. Names: docs/metrics.md."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from bot.vitals import BOUNDS_S, Histogram, Vitals

TYPE = "text/plain; version=0.0.4; charset=utf-8"
Labels = Mapping[str, str]


def exposition(polls: Mapping[str, int], entries: Mapping[str, int], errors: Mapping[str, int], vitals: Vitals) -> str:
    """The counters: `polls` by outcome, `entries` by kind (`new` begins a story)."""
    receipts = [({"platform": name, "outcome": outcome}, n) for (name, outcome), n in sorted(vitals.receipts.items())]
    problems = [({"part": part, "level": level}, n) for (part, level), n in sorted(vitals.problems.items())]
    lines = [
        *_family("polls_total", "counter", "polls of feeds, by how they ended", _by("outcome", polls)),
        *_family("entries_total", "counter", "entries that polls brought", _by("kind", entries)),
        *_family("stories_total", "counter", "stories begun", [({}, entries.get("new", 0))]),
        *_family("deliveries_total", "counter", "receipts of platforms", receipts),
        *_family("errors_total", "counter", "failures, by kind", _by("kind", errors)),
        *_family("problems_total", "counter", "warnings and errors in the log, by part", problems),
        *_histogram("published_seen", vitals.published_seen, first=True),
        *_histogram("seen_sent", vitals.seen_sent),
    ]
    return "\n".join(lines) + "\n"


def gauges_text(gauges: Mapping[str, int]) -> str:
    """The gauges, by name."""
    lines = [line for name, n in gauges.items() for line in _family(name, "gauge", GAUGES[name], [({}, n)])]
    return "\n".join(lines) + "\n"


GAUGES = {
    "lanes_busy": "lanes that are sending now",
    "lanes_waiting": "lanes in which something waits",
    "backlog": "deliveries that wait",
    "backlog_oldest_seconds": "how long the oldest of them has waited",
    "held": "alerts that are held for a digest",
    "store_bytes": "size of the database",
}


def _by(label: str, counts: Mapping[str, int]) -> list[tuple[Labels, int]]:
    return [({label: name}, n) for name, n in sorted(counts.items())]


def _family(name: str, kind: str, means: str, rows: Sequence[tuple[Labels, int]]) -> Iterator[str]:
    yield f"# HELP tocsin_{name} {means}"
    yield f"# TYPE tocsin_{name} {kind}"
    for labels, n in rows:
        yield f"tocsin_{name}{_shown(labels)} {n}"


def _histogram(stage: str, taken: Histogram, *, first: bool = False) -> Iterator[str]:
    name = "tocsin_latency_seconds"
    if first:
        yield f"# HELP {name} how late reports are seen, and alerts sent"
        yield f"# TYPE {name} histogram"
    count = 0
    for bound, n in zip((*BOUNDS_S, "+Inf"), taken.counts, strict=True):
        count += n
        yield f"{name}_bucket{_shown({'stage': stage, 'le': str(bound)})} {count}"
    yield f"{name}_sum{_shown({'stage': stage})} {taken.total:.3f}"
    yield f"{name}_count{_shown({'stage': stage})} {count}"


def _shown(labels: Labels) -> str:
    inside = ",".join(f'{name}="{_escaped(value)}"' for name, value in labels.items())
    return f"{{{inside}}}" if inside else ""


def _escaped(value: str) -> str:
    return value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
