"""Counts as inline SVG: a line for a row, bars for a page. Pure; colours come from the style sheet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from markupsafe import Markup

from bot.core.commands.trend import Bucket, label, peak

_SPARK = Markup(
    '<svg class="spark" viewBox="0 0 {w} 24" width="{w}" height="24" aria-hidden="true" focusable="false">'
    '<polyline points="{points}"/></svg>'
)
_BARS = Markup(
    '<figure><svg class="bars" viewBox="0 0 {w} 64" preserveAspectRatio="none" role="img" aria-label="{said}">{bars}'
    "</svg>"
    "<figcaption><span>{begin}</span><span>{said}</span><span>{end}</span></figcaption></figure>"
)
_BAR = Markup('<rect x="{x}" y="{y:.1f}" width="{w}" height="{h:.1f}"><title>{said}</title></rect>')


def spark(found: Sequence[Bucket]) -> Markup:
    """A small line without words: it only repeats the numbers beside it."""
    most = max((bucket.n for bucket in found), default=0) or 1
    points = " ".join(f"{x * 4},{22 - 20 * bucket.n / most:.1f}" for x, bucket in enumerate(found))
    return _SPARK.format(w=max(4, len(found) * 4 - 4), points=points)


_SPREAD = Markup(
    '<svg class="spark" viewBox="0 0 {w} 20" width="{w}" height="20" aria-hidden="true" focusable="false">'
    '<path d="{path}"/></svg>'
)
_WIDTH = 64
_DOTS = 150
"""With more reports than this, only the line is drawn."""


def spread(times: Sequence[int]) -> Markup:
    """A step up for each outlet, from the first report to the last; nothing for a single one. `times` in ms, sorted."""
    if len(times) < 2:
        return Markup("")
    span, rise = max(1, times[-1] - times[0]), 16 / (len(times) - 1)
    steps = "".join(
        f"H{1 + (_WIDTH - 2) * (at - times[0]) / span:.1f}V{18 - rise * n:.1f}" for n, at in enumerate(times)
    )
    return _SPREAD.format(w=_WIDTH, path=f"M1,18{steps}H{_WIDTH - 1}")


class Point(NamedTuple):
    """A report: when (ms), its kind (new, grown, known, duplicate), and what a tooltip says."""

    at: int
    kind: str
    said: str


_GROWTH = Markup(
    '<svg class="growth" viewBox="0 0 600 96" role="img" aria-label="{said}"><path d="{path}"/>{dots}</svg>'
)
_DOT = Markup('<circle class="{kind}" cx="{x:.1f}" cy="{y:.1f}" r="4.5"><title>{said}</title></circle>')


def growth(points: Sequence[Point], said: str) -> Markup:
    """A story's reports over time, one higher than the one before; `said` tells the same in words. Sorted by time."""
    if len(points) < 2:
        return Markup("")
    first, span, rise = points[0].at, max(1, points[-1].at - points[0].at), 80 / (len(points) - 1)
    places = [(8 + 584 * (point.at - first) / span, 88 - rise * n) for n, point in enumerate(points)]
    path = f"M{places[0][0]:.1f},{places[0][1]:.1f}" + "".join(f"H{x:.1f}V{y:.1f}" for x, y in places[1:])
    shown = [] if len(points) > _DOTS else zip(points, places, strict=True)
    dots = Markup("").join(_DOT.format(kind=point.kind, x=x, y=y, said=point.said) for point, (x, y) in shown)
    return _GROWTH.format(said=said, path=path, dots=dots)


def bars(found: Sequence[Bucket]) -> Markup:
    """One bar for each day, with its number as a tooltip; below, the first and last day and the highest number."""
    top = peak(found)
    most = top.n if top else 1
    drawn = Markup("").join(
        _BAR.format(
            x=x * 10,
            y=64 - 60 * bucket.n / most,
            w=8,
            h=60 * bucket.n / most,
            said=f"{bucket.n} · {label(bucket, hourly=False)}",
        )
        for x, bucket in enumerate(found)
        if bucket.n
    )
    said = f"peak {top.n}, {label(top, hourly=False)}" if top else "nothing yet"
    begin, end = (label(found[at], hourly=False) for at in (0, -1))
    return _BARS.format(w=max(10, len(found) * 10 - 2), bars=drawn, said=said, begin=begin, end=end)
