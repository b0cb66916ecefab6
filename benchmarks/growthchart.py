"""The chart of docs/scale.md: what each kind of work costs by the size of the store, both on logarithmic scales."""

from __future__ import annotations

from math import log10

Panel = tuple[str, list[int], list[dict[str, float]]]
_WIDTH, _HEIGHT, _LEFT, _TOP, _GAP, _NAMES = 270, 300, 50, 40, 50, 170
_LOW, _HIGH = -1, 3  # powers of ten, ms
_COLOURS = (
    "#3f7cc4",
    "#c2410c",
    "#15803d",
    "#7c3aed",
    "#b45309",
    "#0e7490",
    "#be185d",
    "#4d7c0f",
    "#475569",
    "#dc2626",
)


def chart(panels: list[Panel]) -> str:
    """An SVG with a panel for each way to grow; a line for each kind of work, named at the right."""
    width = _LEFT + len(panels) * (_WIDTH + _GAP) + _NAMES
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {_TOP + _HEIGHT + 50}" font-family="sans-serif" '
        f'font-size="11"><rect width="100%" height="100%" fill="#ffffff"/>'
    ]
    for number, panel in enumerate(panels):
        parts += _panel(_LEFT + number * (_WIDTH + _GAP), panel)
    last = _LEFT + len(panels) * (_WIDTH + _GAP)
    for number, name in enumerate(panels[0][2][0]):
        y, colour = _TOP + 14 + number * 20, _COLOURS[number % len(_COLOURS)]
        parts.append(f'<line x1="{last}" y1="{y}" x2="{last + 18}" y2="{y}" stroke="{colour}" stroke-width="2"/>')
        parts.append(f'<text x="{last + 24}" y="{y + 4}" fill="#1c2430">{name}</text>')
    return "\n".join([*parts, "</svg>"]) + "\n"


def _panel(left: int, panel: Panel) -> list[str]:
    what, sizes, found = panel
    parts = [f'<text x="{left}" y="{_TOP - 16}" fill="#1c2430">ms of CPU a call, by {what}</text>']
    for power in range(_LOW, _HIGH + 1):
        y = _y(10.0**power)
        parts.append(f'<line x1="{left}" y1="{y:.1f}" x2="{left + _WIDTH}" y2="{y:.1f}" stroke="#e3e7ec"/>')
        parts.append(f'<text x="{left - 6}" y="{y + 4:.1f}" text-anchor="end" fill="#5b6675">{10.0**power:g}</text>')
    for number, size in enumerate(sizes):
        x, y = _x(left, number, len(sizes)), _TOP + _HEIGHT + 20
        parts.append(f'<text x="{x:.1f}" y="{y}" text-anchor="middle" fill="#5b6675">{size:,}</text>')
    for number, name in enumerate(found[0]):
        at = [f"{_x(left, n, len(sizes)):.1f},{_y(one[name]):.1f}" for n, one in enumerate(found)]
        colour = _COLOURS[number % len(_COLOURS)]
        parts.append(f'<polyline points="{" ".join(at)}" fill="none" stroke="{colour}" stroke-width="2"/>')
    return parts


def _x(left: int, number: int, of: int) -> float:
    return left + 20 + number * (_WIDTH - 40) / max(1, of - 1)


def _y(ms: float) -> float:
    share = (log10(max(ms, 10.0**_LOW)) - _LOW) / (_HIGH - _LOW)
    return _TOP + _HEIGHT * (1 - min(1.0, share))
