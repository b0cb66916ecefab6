"""Lists that are paged: nothing is lost or asked for without end, whatever fails while they are read."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from bot.core.errors import FetchError, NotAFeed
from bot.sources.kit.gaps import Gap, gap_of
from bot.sources.kit.paged import Page, Paged, place
from bot.sources.kit.paging import walk

DOWN = FetchError("timeout", "no answer")
MORE = ("list: more came since the last poll than one poll reads; the next ones read on",)


class Listing:
    """Numbers, the newest first, so many a page; `fail` says what is wrong with a page, by its number."""

    def __init__(self, count: int, size: int = 3) -> None:
        self.rows = list(range(count, 0, -1))
        self.size = size
        self.fail: dict[int, Exception] = {}
        self.cut: set[int] = set()
        self.asked: list[int] = []
        self.memo: dict[str, Any] = {}

    def add(self, count: int) -> None:
        top = self.rows[0]
        self.rows[:0] = range(top + count, top, -1)

    async def read(self, at: str) -> Page[int]:
        number = int(at)
        self.asked.append(number)
        if number in self.fail:
            raise self.fail[number]
        start = (number - 1) * self.size
        rows = self.rows[start : start + self.size]
        if number in self.cut:
            return Page(rows[:1], str(number + 1), cut=True)
        return Page(rows, str(number + 1) if start + self.size < len(self.rows) else "")

    async def poll(self, most: int = 4, **options: Any) -> tuple[list[int], tuple[str, ...]]:
        self.asked.clear()
        found = await walk(Paged("list", self.read, str, most, **options), self.memo, "1")
        self.memo = found.memo or self.memo
        group = options.get("group", str)
        cut = {group(row) for row in found.open} if "group" in options else set()
        return [row for row in found.rows if group(row) not in cut], found.notes


async def test_the_first_poll_begins_and_the_next_ones_go_down_to_what_is_known():
    news = Listing(30)
    assert await news.poll() == ([30, 29, 28], ())
    news.add(4)
    assert await news.poll() == ([34, 33, 32, 31, 30, 29], ())
    assert news.asked == [1, 2]
    assert await news.poll() == ([34, 33, 32], ())


async def test_a_burst_is_read_by_several_polls_while_the_list_goes_on():
    news = Listing(30)
    await news.poll()
    news.add(20)
    told, notes = await news.poll()
    assert (told, notes) == (list(range(50, 38, -1)), MORE)
    news.add(1)
    assert await news.poll() == ([51, 50, 49, *range(39, 30, -1)], MORE)
    assert news.asked == [1, 5, 6, 7]
    assert await news.poll() == ([51, 50, 49, 30, 29, 28], ())
    assert await news.poll() == ([51, 50, 49], ())
    assert news.asked == [1]


@pytest.mark.parametrize("error", [DOWN, NotAFeed("a login page"), FetchError("server", "it failed", status=503)])
async def test_what_stands_before_a_page_that_fails_is_told_and_what_stands_behind_it_read_later(error: Exception):
    news = Listing(30)
    await news.poll()
    news.add(7)
    news.fail[2] = error
    for _ in range(3):
        assert await news.poll() == (
            [37, 36, 35],
            (f"list: older rows were not read, they are asked for again: {error}",),
        )
        assert news.asked == [1, 2]
    news.fail.clear()
    assert await news.poll() == ([37, 36, 35, 34, 33, 32, 31, 30, 29], ())


async def test_a_first_page_that_fails_is_the_polls_failure():
    news = Listing(3)
    news.fail[1] = DOWN
    with pytest.raises(FetchError):
        await news.poll()


async def test_a_page_that_comes_cut_is_asked_for_again():
    news = Listing(30)
    await news.poll()
    news.add(4)
    news.cut = {1}
    assert await news.poll() == ([34], ("list: a page came cut, it is asked for again",))
    news.cut = {2}
    told, notes = await news.poll()
    assert (told, len(notes)) == ([34, 33, 32, 34, 33, 32, 31], 1)
    news.cut = set()
    assert (await news.poll())[0] == [34, 33, 32, 31, 30, 29]


@pytest.mark.parametrize("status", [400, 404, 410, 422])
async def test_a_list_that_became_shorter_ends_where_a_page_is_twice_no_page(status: int):
    """A page that is refused for good, as a cursor of long ago, was asked for at every poll for ever."""
    gone = FetchError("not-found", "no such page", status=status)
    news = Listing(30)
    await news.poll()
    news.add(7)
    news.fail[2] = gone
    assert len((await news.poll())[1]) == 1
    assert (await news.poll())[1] == ()
    assert gap_of(news.memo) is None
    await news.poll()
    assert news.asked == [1]


async def test_a_server_that_gives_one_page_again_and_again_is_left_at_the_second():
    async def same(at: str) -> Page[int]:
        asked.append(at)
        return Page([3, 2, 1], str(int(at) + 1))

    asked: list[str] = []
    paged = Paged("list", same, str, 20)
    found = await walk(paged, {"seen": ["0"]}, "1")
    assert (asked, found.notes, gap_of(found.memo)) == (["1", "2"], (), None)
    found = await walk(paged, {"seen": ["9"], "gap": {"at": "7", "until": ["0"]}}, "1")
    assert len(asked) <= 6
    assert gap_of(found.memo) is None


async def test_a_page_of_thousands_of_rows_is_the_last_of_a_poll():
    news = Listing(9_000, size=1_000)
    await news.poll()
    news.add(3_000)
    told, notes = await news.poll()
    assert (len(told), notes) == (2_000, MORE)
    assert await news.poll() == (list(range(12_000, 11_000, -1)) + list(range(10_000, 9_000, -1)), MORE)
    assert (await news.poll())[1] == ()


async def test_an_empty_list_forgets_nothing():
    news = Listing(0)
    news.memo = {"seen": ["1"]}
    assert await news.poll() == ([], ())
    assert news.memo == {"seen": ["1"]}


@pytest.mark.parametrize("gap", [None, 7, {}, {"at": 1, "until": []}, {"at": "1", "until": None}, {"until": []}])
def test_a_gap_of_another_shape_is_none(gap: object):
    assert gap_of({"gap": gap}) is None
    assert gap_of({"gap": {"at": "2", "until": [1], "failed": None}}) == Gap("2", frozenset({"1"}))


def test_the_name_of_another_kinds_page_is_no_number():
    assert [place(at) for at in ("7", "https://a.test/2", "")] == [7, 0, 0]


@pytest.mark.parametrize("options", [{}, {"by_day": True}, {"group": lambda row: str(row // 3)}])
@pytest.mark.parametrize("seed", range(40))
async def test_whatever_fails_in_whatever_order_every_row_is_told_at_last(seed: int, options: dict[str, Any]):
    """Bursts, failing and cut pages, over and over; then calm: no row after the first poll is missing."""
    die = Random(seed)
    news = Listing(die.randint(1, 40), size=die.randint(1, 5))
    told = set((await news.poll(**options))[0]) or set(news.rows[:1])
    begun = max(told)
    for _ in range(25):
        news.add(die.choice((0, 0, 1, 2, 9, 30)))
        errors = (DOWN, NotAFeed("a page"), FetchError("server", "it failed", status=503))
        news.fail = {page: die.choice(errors) for page in range(2, 40) if die.random() < 0.15}
        news.cut = {page for page in range(1, 40) if die.random() < 0.1}
        told |= set((await news.poll(**options))[0])
        assert len(news.asked) <= 5
    news.fail, news.cut = {}, set()
    notes, polls = MORE, 0
    while notes and polls < 300:
        rows, notes = await news.poll(**options)
        told, polls = told | set(rows), polls + 1
    assert notes == ()
    assert told >= set(range(begun + 1, news.rows[0] + 1))


async def test_no_group_with_a_new_row_is_left_half_read_and_a_cut_one_is_named():
    news = Listing(40)
    tens = {"group": lambda row: str(row // 10)}
    await news.poll(**tens)
    news.add(12)  # 52 … 50, 49 … 41 beside the known 40 …
    found = await walk(Paged("list", news.read, str, 9, **tens), news.memo, "1")
    assert found.rows == list(range(52, 37, -1))
    assert (found.open, found.notes) == ([38], ())
    assert (await walk(Paged("list", news.read, str, 9, **tens), {"seen": ["45"]}, "1")).rows[-1] == 40
    found = await walk(Paged("list", news.read, str, 2, **tens), {"seen": ["1"]}, "1")
    assert (found.open, found.memo["gap"]["at"]) == ([47], "2")  # the second page again, for the whole of the forties


async def test_a_slow_server_is_read_for_less_than_a_lease_and_read_on_later(monkeypatch: pytest.MonkeyPatch):
    """A poll that outlives its lease changes nothing: the next one would begin again, for ever."""
    now = 0.0
    monkeypatch.setattr("bot.sources.kit.way.monotonic", lambda: now)
    news = Listing(40)
    await news.poll()
    news.add(30)

    async def slowly(at: str) -> Page[int]:
        nonlocal now
        now += 20
        return await news.read(at)

    told: set[int] = set()
    for _ in range(12):
        now = 0.0
        found = await walk(Paged("list", slowly, str, 99), news.memo, "1")
        news.memo = found.memo
        told |= set(found.rows)
        assert now <= 40
    assert told >= set(range(40, 71))


async def test_a_gap_in_the_longer_list_closes_though_the_one_that_begins_anew_each_day_stays_empty():
    """The head of the longer list was read again and again, all night, and never what stands behind it."""
    week = Listing(40)
    today = Page[int]([])

    async def read(at: str) -> Page[int]:
        return today if at == "today" else await week.read(at)

    memo: dict[str, Any] = {"seen": ["1"]}
    told: set[int] = set()
    notes = MORE
    for _ in range(8):
        found = await walk(Paged("list", read, str, 4, further="1"), memo, "today")
        memo, notes, told = found.memo, found.notes, told | set(found.rows)
    assert (told, notes) == (set(range(1, 41)), ())


async def test_the_first_rows_of_a_new_day_are_not_all_that_is_known():
    """They may be taken back: the whole of the longer list was news then, days before the first poll."""
    week = Listing(9)
    today = [10]

    async def read(at: str) -> Page[int]:
        return Page(today) if at == "today" else await week.read(at)

    paged = Paged("list", read, str, 9, further="1")
    memo = (await walk(paged, {"seen": ["9"]}, "today")).memo
    today[:], week.asked[:] = [11], []
    found = await walk(paged, memo, "today")
    assert (found.rows, week.asked) == ([11, 9], [1])


@pytest.mark.parametrize("options", [{}, {"group": lambda row: str(row // 3)}])
@pytest.mark.parametrize("seed", range(20))
async def test_nothing_is_lost_at_midnight_whatever_fails(seed: int, options: dict[str, Any]):
    """A list that begins anew while pages of it and of the longer one fail, over and over; then calm."""
    die = Random(seed)
    news, midnight, failing = Listing(die.randint(1, 40), size=die.randint(1, 5)), 0, set[str]()

    async def read(at: str) -> Page[int]:
        which, number = at.split()
        news.asked.append(int(number))
        if at in failing:
            raise DOWN
        rows = [row for row in news.rows if row > midnight or which == "week"]
        start = (int(number) - 1) * news.size
        page = rows[start : start + news.size]
        return Page(page, f"{which} {int(number) + 1}" if start + news.size < len(rows) else "")

    async def poll() -> tuple[set[int], tuple[str, ...]]:
        news.asked.clear()
        found = await walk(Paged("list", read, str, 6, further="week 1", **options), news.memo, "today 1")
        news.memo = found.memo or news.memo
        group = options.get("group", str)
        cut = {group(row) for row in found.open} if options else set()
        return {row for row in found.rows if group(row) not in cut}, found.notes

    begun, told = news.rows[0], (await poll())[0]
    for _ in range(20):
        news.add(die.choice((0, 0, 1, 2, 9, 30)))
        midnight = news.rows[0] if die.random() < 0.2 else midnight
        pages = [f"{which} {number}" for which in ("today", "week") for number in range(1, 40)]
        failing = {page for page in pages[1:] if die.random() < 0.15}
        told |= (await poll())[0]
        assert len(news.asked) <= 7
    failing, notes, polls = set(), MORE, 0
    while notes and polls < 100:
        rows, notes = await poll()
        told, polls = told | rows, polls + 1
    assert (notes, set(range(begun + 1, news.rows[0] + 1)) - told) == ((), set())
