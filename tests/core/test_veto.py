"""Contradictions, round-ups, and what a follow-up adds."""

from __future__ import annotations

import pytest

from bot.core.language.quantities import Quantity, figures
from bot.core.language.text import fold
from bot.core.stories.followup import State, flags, news, told
from bot.core.stories.particulars import rounds, versions
from bot.core.stories.reversal import WAY
from bot.core.stories.veto import against, other_figures, other_version

HOUR = 3_600_000


@pytest.mark.parametrize(
    ("one", "other", "differ"),
    [
        ("openai releases gpt-5.6", "openai releases gpt-5.5", True),
        ("openai releases gpt-5.6", "gpt 5.6 is out", False),
        ("qwen3-8b is out", "qwen3-14b is out", True),
        ("osk eyes fernlake in potential $6b deal", "osk is acquiring fernlake for $6.5b", False),
        ("llama 4 arrives", "llama 3 arrives", False),
        ("qwen3.5-omni is out", "qwen3.5-coder is out", True),
        ("qwen3.5-omni is out", "qwen 3.5 is out", False),
        ("qwen 3.5 vl is out", "qwen3.5-image is out", True),
        ("up 3.5 percent", "up 4.5 percent", False),
        ("nvidia h200 rule", "nvidia h20 rule", True),
        ("a quiet day", "another day", False),
        ("国家统计局：7月cpi持平", "国家统计局：7月ppi下降", True),
        ("cpi and ppi rise", "ppi rises", False),
        ("claude opus 5 is out", "claude haiku 5 is out", True),
        ("gemini 3.5 pro is out", "gemini 3.5 flash is out", True),
        ("gemini 3.5 pro and flash 3.5 are out", "gemini 3.5 flash is out", False),
        ("qwen3-max is out", "qwen3-coder is out", True),
        ("联发科发表天玑9500", "联发科发表天玑8500", True),
        ("金价突破4000美元", "金价突破4200美元", False),
        ("magnitude 7.1 quake", "magnitude 7.0 quake", False),
        ("商务部公告2026年第1号", "商务部公告2026年第2号", True),
        ("商务部公告2026年第1号", "公告第1号解读", False),
        ("今年第十二号台风登陆", "今年第十三号台风生成", True),
    ],
)
def test_versions_of_one_name(one: str, other: str, differ: bool) -> None:
    assert bool(other_version(versions(one), versions(other))) is differ


@pytest.mark.parametrize(
    ("one", "other", "said"),
    [
        ([(3, "q")], [(2, "q")], "Q3 against Q2"),
        ([(3, "q")], [(3, "q")], ""),
        ([(5e9, "$")], [(1e9, "$")], "5,000,000,000 against 1,000,000,000"),
        ([(1.1e9, "$")], [(1e9, "$")], ""),
        ([(10, "%")], [(30, "%"), (11, "%")], ""),
        ([(10, "%")], [(10, "$")], ""),
        ([(7, "")], [(9, "")], ""),
    ],
)
def test_figures_of_one_unit(one: list[tuple[float, str]], other: list[tuple[float, str]], said: str) -> None:
    found = other_figures(tuple(Quantity(*q) for q in one), tuple(Quantity(*q) for q in other))
    assert (found.reason if found else "") == said
    assert found is None or found.hard is (found.reason[0] == "Q")


@pytest.mark.parametrize(
    ("title", "flag"),
    [
        ("company denies report", "denial"),
        ("公司否认传闻", "denial"),
        ("company says it is untrue", "denial"),
        ("company has no plans to merge", "ruled out"),
        ("company won't sell its mills", "ruled out"),
        ("公司：暂无融资计划", "ruled out"),
        ("公司排除并购可能", "ruled out"),
        ("corrected: oil falls", "correction"),
        ("deal called off", "withdrawal"),
        ("rule takes effect later: us delays tariff", "delay"),
        ("fda approves drug", "approval"),
        ("exclusive: chips held at border", "exclusive report"),
        ("阿里开源新模型", "open source"),
        ("Alibaba opens weights of its new model", "open source"),
        ("官宣：苹果与谷歌合作", "confirmation"),
    ],
)
def test_flags_of_a_title(title: str, flag: str) -> None:
    assert flag in flags(title)


@pytest.mark.parametrize(
    "title",
    [
        "oil leaks",
        "sweden wins",
        "不可取消的订单",
        "the market is open",
        "不排除涨价可能",
        "osk pushes back on wool",
    ],
)
def test_titles_without_a_flag(title: str) -> None:
    assert flags(title) - {f"{WAY}won"} == frozenset()


def test_what_is_news_to_a_story() -> None:
    old = State(figures=(Quantity(10.0, "%"),), rungs={"p": 2})
    assert news(old, State(rungs={"p": 3}), 0, "priced", "") == "priced"
    assert news(old, State(rungs={"p": 2}), 0, "priced", "") == ""
    assert news(old, State(flags=frozenset({"denial"})), 0, "", "") == "denial"
    assert news(State(flags=frozenset({"denial"})), State(flags=frozenset({"denial"})), 0, "", "") == ""
    assert news(old, State(official=True), 0, "", "") == "official source"
    fresh = State(figures=(Quantity(20.0, "%"),))
    assert news(old, fresh, HOUR, "", "") == ""
    assert news(old, fresh, 7 * HOUR, "", "Up by 20%") == "new figure: 20%"
    assert news(State(figures=old.figures, leads=fresh.figures), fresh, 7 * HOUR, "", "Up by 20%") == ""
    assert news(old, State(figures=(Quantity(10.1, "%"), Quantity(9.0, ""))), 7 * HOUR, "", "") == ""


@pytest.mark.parametrize(
    ("title", "said"),
    [
        ("Acme raises €2.8 billion", "€2.8 billion"),
        ("Acme raises HK$1.5bn in IPO", "HK$1.5bn"),
        ("中芯国际第三季度营收29.1亿元", "29.1亿元"),
        ("20 analysts see profit up 20 per cent", "20 per cent"),
    ],
)
def test_a_figure_is_told_as_its_title_states_it(title: str, said: str) -> None:
    """A sum in euros was told in dollars, and one in Chinese in English."""
    old = State(figures=(Quantity(7.0, "$"), Quantity(7.0, "%")))
    assert news(old, State(figures=figures(fold(title)).quantities), 7 * HOUR, "", title) == f"new figure: {said}"


def test_a_state_gathers_and_is_bounded() -> None:
    many = State(figures=tuple(Quantity(float(n), "$") for n in range(90)), rungs={"p": 1}, official=True)
    both = told(State(rungs={"p": 3}, forms=frozenset({"S-1"})), many)
    assert both.rungs == {"p": 3}
    assert len(both.figures) == 40
    assert both.official
    assert both.forms == {"S-1"}


@pytest.mark.parametrize(
    ("one", "other", "differ"),
    [
        ("「青禾农机」完成数千万元A轮融资", "「蓝鲸纸业」完成数千万元A轮融资", True),
        ("青禾农机完成数千万元天使轮融资", "青禾农机获数千万元Pre-A轮融资", True),
        ("「青禾农机」完成数千万元A轮融资", "青禾农机A轮融资数千万元到账", False),
        ("Tillow raises $20M Series A led by Oakbridge", "Marrow Labs raised $20M in a round led by Oakbridge", True),
        ("Tillow raises $20M Series A led by Oakbridge", "Tillow raises $40M Series B", True),
        ("Tillow raises $20M Series A", "Farm robots: Tillow lands $20M", False),
        ("Tillow raises $20M to weed fields", "Farm robots draw $20M from Oakbridge", False),
        ("Tillow raises hopes of farmers", "Marrow raises doubts", False),
        ("Tillow sets IPO price range", "Marrow Labs sets IPO price range", True),
        ("Tillow prices its IPO at the top", "Marrow prices its IPO at the top", True),
        ("Tillow sets IPO price range", "Farm robots: Tillow prices IPO", False),
        ("Tillow sets IPO price range", "Farm robot maker sets IPO price range", False),
    ],
)
def test_news_of_money_is_told_apart_by_whose_it_is_and_by_its_round(one: str, other: str, differ: bool) -> None:
    mine, theirs = (rounds(title, fold(title)) for title in (one, other))
    assert bool(other_version(mine, theirs)) is differ
    assert bool(other_version(theirs, mine)) is differ


def test_a_known_company_goes_by_several_names() -> None:
    title, other = "Alphabet raises $80B in a Series C", "Google raises $80B"
    names = frozenset({"alphabet", "googl", "谷歌"})
    assert rounds(title, fold(title), names) == {("round", "c"), ("raises", "alphabet"), ("raises", "googl")}
    assert not other_version(rounds(title, fold(title), names), rounds(other, fold(other)))


@pytest.mark.parametrize(
    ("title", "ticker"),
    [
        ("blue whale paper inc. (bwp) is a top bag maker", "bwp"),
        ("why whale (bwp) is a stock to hold", "bwp"),
        ("蓝鲸纸业公司(bwp):一只被低估的股票", "bwp"),
        ("whale group (nyse: bwp) buys a mill", "bwp"),
        ("blue whale (bwp) buys a mill", ""),  # what else may stand in brackets
        ("paper office inc. (sec) opens", ""),
    ],
)
def test_a_ticker_in_brackets(title: str, ticker: str) -> None:
    assert {name for kind, name in versions(title) if kind == "ticker"} == ({ticker} if ticker else set())


def test_two_tickers_are_two_companies() -> None:
    one, other = versions("whale inc. (bwp) is a top stock"), versions("farms inc. (gfm) is a top stock")
    assert other_version(one, other) == "about bwp, not gfm"
    assert other_version(one, versions("whale inc. (bwp) and farms inc. (gfm) are top stocks")) == ""


async def test_a_title_of_nothing_but_initials_takes_no_time() -> None:
    """`tests.guard` judges how long the loop was held."""
    title = f"{'A.' * 1_000}- raises $5m"
    assert not rounds(title, fold(title))


@pytest.mark.parametrize(("other", "apart"), [({"whale", "farms"}, False), ({"farms"}, True), (set(), True)])
def test_two_tickers_in_titles_that_name_one_company_are_no_contradiction(other: set[str], *, apart: bool) -> None:
    one = State(versions=versions("whale (bwp) shares jump as farms buys a stake"), subjects=frozenset({"whale"}))
    two = State(versions=versions("farms (gfm) buys a stake in whale, shares fall"), subjects=frozenset(other))
    assert (against(one, two) is not None) is apart
