from __future__ import annotations

import io
import sys

import pytest

from bot import chart
from bot.chart import DARK, HEIGHT, LIGHT, WIDTH, Colours, draw, lacks_chinese
from bot.core.commands.trend import NOTHING, Bucket, Drawn
from bot.core.errors import TocsinError
from bot.core.units import DAY_MS, HOUR_MS

Image = pytest.importorskip("PIL.Image")
DAYS = [Bucket(1_795_478_400_000 + n * DAY_MS, (n * 7) % 11) for n in range(30)]


def pixels(png: bytes) -> dict[tuple[int, int, int], int]:
    picture = Image.open(io.BytesIO(png))
    assert (picture.format, picture.size, picture.mode) == ("PNG", (WIDTH, HEIGHT), "RGB")
    return {colour: count for count, colour in picture.getcolors(WIDTH * HEIGHT)}


def rgb(colour: str) -> tuple[int, ...]:
    return tuple(int(colour[at : at + 2], 16) for at in (1, 3, 5))


@pytest.mark.parametrize(("dark", "colours"), [(False, LIGHT), (True, DARK)])
def test_paper_columns_and_peak_are_drawn_in_their_colours(dark: bool, colours: Colours) -> None:
    found = pixels(draw(Drawn("Chips"), DAYS, headline=Drawn("A ban"), dark=dark))
    assert max(found, key=lambda colour: found[colour]) == rgb(colours.paper)
    assert found[rgb(colours.column)] > 20 * found[rgb(colours.peak)] / 2 > 500
    assert found[rgb(colours.ink)] > 50


def test_columns_are_as_high_as_their_counts() -> None:
    one = pixels(draw(NOTHING, [Bucket(0, 10), Bucket(DAY_MS, 5)]))
    other = pixels(draw(NOTHING, [Bucket(0, 10), Bucket(DAY_MS, 10 - 1)]))
    ratio = other[rgb(LIGHT.column)] / one[rgb(LIGHT.column)]
    assert 1.75 < ratio < 1.85


@pytest.mark.parametrize(
    "found", [[], [Bucket(0, 0)], [Bucket(0, 10**9)], [Bucket(n * HOUR_MS, n % 3) for n in range(48)]]
)
def test_any_counts_can_be_drawn(found: list[Bucket]) -> None:
    assert pixels(draw(Drawn("T"), found, headline=Drawn("x" * 5000)))


def test_text_that_no_font_can_draw_gives_way_whole_to_its_plain_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chart, "_FONTS", ())
    assert lacks_chinese()
    shown = draw(Drawn("芯片出口 (chips)", "Chips (chips)"), DAYS, headline=Drawn("英伟达 Nvidia 禁令", "story 3"))
    assert shown == draw(Drawn("Chips (chips)"), DAYS, headline=Drawn("story 3"))
    assert draw(Drawn("芯片 NOT ban"), DAYS) == draw(Drawn("(a title that no font here can draw)"), DAYS)
    assert draw(Drawn("Chips"), DAYS, headline=Drawn("禁令")) == draw(Drawn("Chips"), DAYS)


@pytest.mark.parametrize("colours", [LIGHT, DARK])
def test_text_and_columns_stand_out_from_the_paper(colours: Colours) -> None:
    """4.5 : 1, the contrast that WCAG 2.1 asks for in 1.4.3."""
    for colour in (colours.ink, colours.faint, colours.peak, colours.column):
        light, dark = sorted((luminance(rgb(colour)), luminance(rgb(colours.paper))), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= (4.5 if colour != colours.column else 3.0)


def luminance(colour: tuple[int, ...]) -> float:
    parts = [part / 255 for part in colour]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_without_pillow_a_chart_is_refused_with_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "PIL", None)
    with pytest.raises(TocsinError, match="pip install pillow"):
        draw(Drawn("T"), DAYS)
