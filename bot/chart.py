"""Draws the trend as a PNG: one column per bucket, the peak labelled with its headline. Needs the extra `charts`."""

from __future__ import annotations

import importlib.util
import io
import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from bot.called import pip
from bot.core.commands.trend import NOTHING, Bucket, Drawn, label, peak
from bot.core.errors import TocsinError
from bot.core.language.text import is_cjk
from bot.core.units import DAY_MS

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont, ImageFont

    Font = FreeTypeFont | ImageFont

WIDTH, HEIGHT = 1000, 500
_LEFT, _RIGHT, _TOP, _BOTTOM = 76, 28, 128, 64
_FONTS = (  # the first that exists is used for texts with Chinese; Pillow's own font has no Chinese
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/truetype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
    "/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf",
    "/System/Library/Fonts/PingFang.ttc",
    "C:/Windows/Fonts/msyh.ttc",
)


_NOT_LATIN = re.compile("[^ -\u024f\u2010-\u2026\u20ac]+")
_NAMELESS = "(a title that no font here can draw)"


class Colours(NamedTuple):
    """One look, as #rrggbb."""

    paper: str
    ink: str
    faint: str
    line: str
    column: str
    peak: str


# Contrast of text and columns with the paper is at least 4.5 : 1 in both looks (WCAG 2.1, 1.4.3).
LIGHT = Colours("#ffffff", "#1c2430", "#5b6675", "#e3e7ec", "#3f7cc4", "#c2410c")
DARK = Colours("#1e2127", "#f1f3f5", "#a9b2bd", "#353a43", "#6ea8ec", "#ff9f5a")


def available() -> bool:
    """Whether `draw` can draw here."""
    return importlib.util.find_spec("PIL") is not None


def lacks_chinese() -> bool:
    """Whether no installed font has Chinese: such texts are then drawn in other words."""
    return not _chinese_font()


def draw(title: Drawn, found: Sequence[Bucket], *, headline: Drawn = NOTHING, dark: bool = False) -> bytes:
    """A PNG of 1000 × 500. `found` as `bot.core.commands.trend.buckets` gives it; `headline`: of the peak's story.

    Where no installed font can draw all of a text, its plain form is drawn. Raises `TocsinError` if Pillow is not
    installed.
    """
    try:
        from PIL import Image, ImageDraw
    except ImportError:
        raise TocsinError(f"charts need Pillow, which is not installed here: {pip()} install pillow") from None
    colours = DARK if dark else LIGHT
    picture = Image.new("RGB", (WIDTH, HEIGHT), colours.paper)
    _Chart(ImageDraw.Draw(picture), colours, found).draw(title, headline)
    out = io.BytesIO()
    picture.save(out, "PNG", compress_level=6)
    return out.getvalue()


class _Chart:
    """Draws on one picture."""

    def __init__(self, pen: ImageDraw, colours: Colours, found: Sequence[Bucket]) -> None:
        self._pen = pen
        self._colours = colours
        self._found = found
        self._top = peak(found)
        self._hourly = len(found) > 1 and found[1].at - found[0].at < DAY_MS
        self._scale = _round_up(self._top.n if self._top else 1)

    def draw(self, title: Drawn, headline: Drawn) -> None:
        total = sum(bucket.n for bucket in self._found)
        named = _drawable(title) or (_NAMELESS if title.text else "")
        self._text((_LEFT, 26), _cut(named, 27, WIDTH - _LEFT - _RIGHT), 27, self._colours.ink)
        unit = "hour" if self._hourly else "day"
        self._text((_LEFT, 66), f"reports per {unit}, UTC · {total} in all", 17, self._colours.faint)
        self._grid()
        for index, bucket in enumerate(self._found):
            self._column(index, bucket)
        self._dates()
        if self._top:
            self._mark(self._top, headline)

    def _x(self, index: float) -> float:
        return _LEFT + index * (WIDTH - _LEFT - _RIGHT) / max(1, len(self._found))

    def _y(self, n: float) -> float:
        return HEIGHT - _BOTTOM - n * (HEIGHT - _BOTTOM - _TOP) / self._scale

    def _grid(self) -> None:
        for step in sorted({0, self._scale // 2, self._scale}):
            y = self._y(step)
            self._pen.line((_LEFT, y, WIDTH - _RIGHT, y), self._colours.line, 1)
            self._text((_LEFT - 12, y), str(step), 16, self._colours.faint, "rm")

    def _column(self, index: int, bucket: Bucket) -> None:
        if bucket.n:
            gap = min(6.0, (self._x(1) - self._x(0)) * 0.15)
            colour = self._colours.peak if bucket == self._top else self._colours.column
            box = (self._x(index) + gap, self._y(bucket.n), self._x(index + 1) - gap, self._y(0) - 1)
            self._pen.rounded_rectangle(box, radius=3, fill=colour, corners=(True, True, False, False))

    def _dates(self) -> None:
        """About eight labels below the axis, so that none overlaps another."""
        step = max(1, -(-len(self._found) // 8))
        for index in range(0, len(self._found), step):
            text = label(self._found[index], hourly=self._hourly).removesuffix(" UTC")
            self._text((self._x(index + 0.5), HEIGHT - _BOTTOM + 20), text, 16, self._colours.faint, "mm")

    def _mark(self, top: Bucket, headline: Drawn) -> None:
        """The peak's number above its column, and its day and headline in the line above the plot."""
        x = self._x(self._found.index(top) + 0.5)
        self._text((x, self._y(top.n) - 6), str(top.n), 17, self._colours.peak, "mb")
        when = f"Peak, {label(top, hourly=self._hourly)}"
        said = f"{when}: {drawn}" if (drawn := _drawable(headline)) else when
        self._text((_LEFT, 94), _cut(said, 17, WIDTH - _LEFT - _RIGHT), 17, self._colours.peak)

    def _text(self, at: tuple[float, float], text: str, size: int, colour: str, anchor: str = "la") -> None:
        self._pen.text(at, text, colour, _font_for(text, size), anchor)


def _round_up(n: int) -> int:
    """A round, even top for the axis: 2, 4, 6, 8, 10, 20, 40 …"""
    unit = int("1" + "0" * (len(str(n)) - 1))
    return max(2, next(unit * factor for factor in (1, 2, 4, 6, 8, 10) if unit * factor >= n))


@lru_cache(maxsize=16)
def _font(size: int, chinese: bool) -> Font:
    from PIL import ImageFont

    return ImageFont.truetype(_chinese_font(), size) if chinese else ImageFont.load_default(size)


def _chinese_font() -> str:
    return next((path for path in _FONTS if Path(path).is_file()), "")


def _font_for(text: str, size: int) -> Font:
    return _font(size, chinese=any(map(is_cjk, text)))


def _drawable(said: Drawn) -> str:
    """The text, else its plain form, if the fonts have all its glyphs, on one line; "" if they have not."""
    lines = (" ".join(text.split()) for text in said)
    return next((line for line in lines if line and (_chinese_font() or not _NOT_LATIN.search(line))), "")


def _cut(text: str, size: int, width: int) -> str:
    """The text, shortened with … where it would be wider than `width` pixels."""
    text = text[:300]
    font = _font_for(text, size)
    if font.getlength(text) <= width:
        return text
    while text and font.getlength(text + "…") > width:
        text = text[:-1]
    return text.rstrip() + "…"
