from __future__ import annotations

from bot.core.matching.backtest import backtest, compare, projected, readable
from bot.core.matching.query import parse
from bot.core.model import Entry
from bot.core.units import DAY_MS

NOW = 1_800_000_000_000


def row(story: int, title: str, days: float) -> tuple[int, Entry]:
    return story, Entry(str(story), "", title, first_seen=int(NOW - days * DAY_MS))


ROWS = [
    row(9, "Chip ban", 0.5),
    row(9, "Chip ban again", 1),
    row(8, "Wool", 2),
    row(7, "A chip", 6.9),
    row(6, "Chip ban", 7.1),
    row(5, "Chips", 20),
    row(4, "Chip", 30.5),
]


def test_stories_of_a_week_and_a_month_are_counted_once_each() -> None:
    result = backtest(parse("chip"), ROWS, NOW)
    assert (result.week, result.month, result.looked_at, result.matched) == (2, 4, 6, 5)
    assert [(match.story, match.entry.title, match.terms) for match in result.latest] == [
        (9, "Chip ban", ("Chip",)),
        (7, "A chip", ("chip",)),
        (6, "Chip ban", ("Chip",)),
    ]
    assert result.span_days == 20
    assert result.daily == 4 / 20
    assert not result.young
    assert backtest(parse("chip"), ROWS[:3], NOW).young
    assert not result.busy
    assert not result.too_broad  # too few entries to say


def test_nothing_stored_gives_nothing() -> None:
    result = backtest(parse("chip"), [], NOW)
    assert (result.week, result.daily, result.share, result.latest, result.too_broad) == (0, 0, 0, (), False)


def test_what_matches_more_than_a_fifth_is_too_broad_and_twenty_a_day_are_busy() -> None:
    many = [row(n, "chip" if n % 4 == 0 else "wool", n / 400) for n in range(400)]
    result = backtest(parse("chip"), many, NOW)
    assert result.share == 0.25
    assert result.too_broad
    assert result.busy
    assert not backtest(parse("chip halt"), many, NOW).too_broad


def test_more_than_could_be_read_is_reckoned_from_what_was() -> None:
    read = backtest(parse("chip"), [row(n, "chip", n / 50) for n in range(101)], NOW)  # 101 stories in two days
    assert (read.week, read.month, read.span_days) == (101, 101, 2)
    month = projected(read, 30)
    assert (month.week, month.month, month.span_days) == (354, 1515, 30)
    assert month.daily == 50.5
    young = projected(read, 3)
    assert (young.week, young.month, round(young.daily, 1)) == (152, 152, 50.7)
    at_once = projected(read._replace(span_days=0), 1)
    assert at_once.month == 101 * 1440
    assert projected(read._replace(week=90, span_days=10), 30)[:2] == (90, 303)


def test_of_whole_articles_fewer_are_read_than_of_short_entries() -> None:
    short = [row(n, "chip", n) for n in range(300)]
    assert readable(short) == short
    whole = [(n, Entry(str(n), "", "chip", content="word " * 1000)) for n in range(300)]
    assert readable(whole) == whole[:39]  # 195 thousand characters
    books = [(n, Entry(str(n), "", "chip", content="word " * 9000)) for n in range(300)]
    assert readable(books) == books[:20]


def test_a_changed_rule_gains_and_loses() -> None:
    change = compare(parse("chip ban"), parse("chip again OR wool"), ROWS)
    assert [match.entry.title for match in change.gained] == ["Wool"]
    assert [match.entry.title for match in change.lost] == ["Chip ban", "Chip ban"]
    assert change.kept == 1
    assert sorted(change.lost[0].terms) == ["Chip", "ban"]
