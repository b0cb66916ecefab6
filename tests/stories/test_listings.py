"""A company's way to the exchange in two languages, and beside those of others in the same words."""

from __future__ import annotations

from tests.stories.placing import placed

COMPANIES = (
    "云图",
    "星河",
    "蓝鲸",
    "青禾",
    "海川",
    "北辰",
    "天工",
    "远山",
    "白泽",
    "玄武",
    "赤焰",
    "长风",
    "明月",
    "金石",
)


def debut(company: str, number: int) -> tuple[str, str]:
    lead = f"{company}今日在港交所挂牌上市，首日股价大涨，收市报{30 + number}港元。"
    return f"{company}港股上市首日大涨 市值突破千亿港元", lead


async def test_a_debut_is_found_behind_fourteen_of_the_other_language() -> None:
    others = [debut(f"{name}科技", number) for number, name in enumerate(COMPANIES)]
    english = ("Zhipu surges in Hong Kong debut", "Shares of Zhipu rose 13% on their first day in Hong Kong.")
    first, *_, last = await placed([english, *others, debut("智谱", 100)])
    assert last.story_id == first.story_id


async def test_the_debut_of_another_company_is_told() -> None:
    """The second read like a copy of the first: their texts differ in a name."""
    later = ("云图科技上市首日成交活跃 股价大涨收市", "云图科技今日在港交所挂牌上市，首日股价大涨。")
    one, other = await placed([debut("天工科技", 1), later])
    assert (other.placement.kind, other.story_id != one.story_id) == ("new", True)
