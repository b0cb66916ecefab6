"""Counts as inline SVG: a line for a row, bars for a page. Pure; colours come from the style sheet."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from bot.core.trend import Bucket, label, peak

_SPARK = Markup(
    '<svg class="spark" viewBox="0 0 {w} 24" width="{w}" height="24" aria-hidden="true" focusable="false">'
    '<polyline points="{points}"/></svg>'
)
_BARS = Markup(
    '<svg class="bars" viewBox="0 0 {w} 64" preserveAspectRatio="none" role="img" aria-label="{said}">{bars}</svg>'
)
_BAR = Markup('<rect x="{x}" y="{y:.1f}" width="{w}" height="{h:.1f}"><title>{said}</title></rect>')


def spark(found: Sequence[Bucket]) -> Markup:
    """A small line without words: it says nothing that the numbers beside it do not."""
    most = max((bucket.n for bucket in found), default=0) or 1
    points = " ".join(f"{x * 4},{22 - 20 * bucket.n / most:.1f}" for x, bucket in enumerate(found))
    return _SPARK.format(w=max(4, len(found) * 4 - 4), points=points)


def bars(found: Sequence[Bucket], *, hourly: bool) -> Markup:
    """A bar a bucket, each with its number as a tooltip; the peak is told in words."""
    top = peak(found)
    most = top.n if top else 1
    drawn = Markup("").join(
        _BAR.format(
            x=x * 10,
            y=64 - 60 * bucket.n / most,
            w=8,
            h=60 * bucket.n / most,
            said=f"{bucket.n} · {label(bucket, hourly=hourly)}",
        )
        for x, bucket in enumerate(found)
        if bucket.n
    )
    said = f"peak {top.n}, {label(top, hourly=hourly)}" if top else "nothing yet"
    return _BARS.format(w=max(10, len(found) * 10 - 2), bars=drawn, said=said)
