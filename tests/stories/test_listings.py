"""A company's way to the exchange in two languages, and beside those of others in the same words."""

from __future__ import annotations

from bot.configure import resolve
from bot.core.model import Entry
from bot.core.text import lang_of
from bot.lexicons import read_lexicon
from bot.pipeline import Pipeline, Placed
from bot.rulebook import Rulebook
from bot.store import open_store

NOW, MINUTE = 1_767_600_000_000, 60_000
COMPANIES = [
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
]


async def placed(told: list[tuple[str, str]]) -> list[Placed]:
    """Titles with their leads, a minute apart, through the pipeline."""
    entries = [
        Entry(
            str(number),
            f"https://o{number}.example/",
            title,
            lead,
            source=f"Outlet {number}",
            lang=lang_of(title),
            published=NOW + number * MINUTE,
            first_seen=NOW + number * MINUTE,
        )
        for number, (title, lead) in enumerate(told)
    ]
    store = open_store("memory:", clock=lambda: NOW)
    lexicon = read_lexicon(*map(resolve, ("config/entities.toml", "config/glossary.toml")))
    done = await Pipeline(store, Rulebook(), lexicon=lexicon).replay(entries)
    await store.close()
    return list(done.placed)


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
