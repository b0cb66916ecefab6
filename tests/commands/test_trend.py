"""The picture of a trend, attached where something can draw."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from bot.commands.desk import Desk
from bot.commands.run import CommandDesk
from bot.core.commands.trend import NOTHING, Bucket, Drawn
from tests.commands.test_commands import NOW, OWNER, House, house
from tests.wording import WORDS

__all__ = ["house"]


class Pen:
    """Keeps what it was asked to draw."""

    def __init__(self) -> None:
        self.drawn: list[tuple[Drawn, int, Drawn, bool]] = []

    def __call__(
        self, title: Drawn, found: Sequence[Bucket], *, headline: Drawn = NOTHING, dark: bool = False
    ) -> bytes:
        self.drawn.append((title, sum(bucket.n for bucket in found), headline, dark))
        return b"\x89PNG"


@pytest.fixture
def pen() -> Pen:
    return Pen()


def commands(house: House, pen: Pen | None) -> CommandDesk:
    return CommandDesk(Desk(house.store, house.rules, WORDS, lambda: NOW, {}, draw=pen))


async def test_a_trend_has_a_picture_with_a_latin_title_and_the_peaks_headline(house: House, pen: Pen) -> None:
    desk = commands(house, pen)
    reply = await desk.type(replace(OWNER, locale="zh-CN"), "trend chips 2")
    assert (reply.ok, reply.picture, len(reply.lines)) == (True, b"\x89PNG", 1)
    ((title, total, headline, dark),) = pen.drawn
    assert (title, total, dark) == (("芯片 (chips)", "Chips (chips)"), 2, False)
    assert headline in (("中芯国际四季度营收增长", "story 3"), ("New chip plant opens in Dresden", "story 1"))


async def test_keywords_that_nobody_subscribes_to_are_drawn_too(house: House, pen: Pen) -> None:
    reply = await commands(house, pen).type(OWNER, "trend dresden")
    assert reply.picture == b"\x89PNG"
    assert pen.drawn == [(("dresden", ""), 1, ("New chip plant opens in Dresden", "story 1"), False)]


async def test_keywords_count_what_came_before_anybody_subscribed_to_them(house: House, pen: Pen) -> None:
    before = await commands(house, None).type(OWNER, "trend dresden")
    assert "1 report" in before.text
    await commands(house, None).run(OWNER, "subscribe", {"what": "dresden", "confirmed": "yes"})
    after = await commands(house, pen).type(OWNER, "trend dresden")
    assert (after.text, after.lines) == (before.text, before.lines)
    assert pen.drawn == [(("dresden", ""), 1, ("New chip plant opens in Dresden", "story 1"), False)]


async def test_whose_ground_is_dark_gets_dark_paper(house: House, pen: Pen) -> None:
    await commands(house, pen).type(replace(OWNER, dark=True), "trend rain share=yes")
    assert pen.drawn == [(("Rain (rain)", "Rain (rain)"), 1, ("Rain floods vineyards near Porto", "story 2"), True)]


async def test_what_is_shared_keeps_its_picture(house: House, pen: Pen) -> None:
    reply = await commands(house, pen).type(OWNER, "trend rain share=yes")
    assert (reply.private, reply.picture) == (False, b"\x89PNG")


async def test_nothing_is_drawn_of_nothing_or_without_a_pen(house: House, pen: Pen) -> None:
    assert (await commands(house, None).type(OWNER, "trend rain")).picture == b""
    house.rules.put_topics([])
    quiet = House()
    try:
        assert (await commands(quiet, pen).type(OWNER, "trend rain")).picture == b""
    finally:
        await quiet.store.close()
    assert pen.drawn == []
