"""Headlines of one field: what nearly all of them say, who is in the news each hour, and columns, are no event."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core.model import Entry
from bot.pipeline import Pipeline
from bot.rules.rulebook import Rulebook
from bot.store import open_store
from tests.shipped import lexicon

NOW, MINUTE = 1_767_600_000_000, 60_000
APART = """
    Meta is testing an AI pendant
    Meta moves the lead of its AI products to hardware
    Meta sued over a contract for AI labelling
    Google adds AI answers to maps
    Google pays farmers for AI weather data
    Why wearable AI tires people out
    Bishops ask AI makers to slow down
    Uber holds its AI bill steady with smaller models
    Banks warn that AI spending runs ahead of demand
    A choir trains an AI on recordings of its own
    Wix lays off staff as AI takes over support
    AI helps a clinic to read knee scans
    OpenAI hires a veteran banker for Seoul
    OpenAI loses a trademark case in Alicante
    OpenAI pays a fine over visa filings
    OpenAI shows football odds inside its assistant
    Show HN: A terminal radio for offline weeks
    Show HN: Turn holiday photos into stamps
    Show HN: A spreadsheet that runs in a shell
    Show HN: Bread timers for shared kitchens
    OpenAI与Anthropic争相租下码头仓库
    OpenAI与Anthropic赞助青少年帆船赛
    人工智能让渔民看懂潮汐
    人工智能写出的校歌引来争议
    「青禾农机」完成数千万元A轮融资｜北方首发
    「蓝鲸纸业」完成数千万元A轮融资｜北方首发
    [分享] 做了一个整理菜谱的小工具
    [分享] 做了一个记录爬山路线的小程序
    Sailors learn pottery at a school of Nora Quill
    Why critics of modern opera still admire Nora Quill
    证监会同意青禾农机股份有限公司首次公开发行股票并在创业板上市的注册申请
    证监会同意蓝鲸造纸控股有限公司首次公开发行股票并在深市主板上市的注册申请
    蓝鲸造纸：一季度净利润同比增长52% 纸袋销路好
    青禾农机：一季度净利润同比增长8%
    松桥茶业：2025年净利润同比下降3% 拟10派1元
    港务局：将完善夜间装卸补贴政策
    港务局：将完善渔船停靠登记制度
    潮信社1月5日电，灯塔修缮今天完工
    潮信社1月5日电，渔船避风禁令解除
    Harbour news for January 5, 2026: Ferries
    Orchard notes for January 5, 2026: Pruning
    现货松香日内跌幅扩大至1%，报812元/吨
    现货桐油日内跌幅扩大至1%，报1240元/吨
    Blue Whale Paper Inc. (BWP) Q2 2026 Earnings Call Transcript
    Green Farms Corporation (GFM) Q2 2026 Earnings Call Transcript
    7 Best Bread Knives (2026): Steel, Carbon, Cheap
    Best Bus Games (2026): Cards, Dice, Cheap
    Painter Warns of Shortage as Prices Climb After Drought
    Island Warns Pilots as Ash Clouds Climb After Quake
"""
AGAIN = "OpenAI loses trademark case in Alicante court"
TWO = """
    证监会同意青禾农机股份有限公司首次公开发行股票并在创业板上市的注册申请
    证监会同意蓝鲸造纸控股有限公司首次公开发行股票并在深市主板上市的注册申请
    青禾农机创业板首次公开发行股票的注册申请已得到证监会同意
"""
"""What one frame tells of two, and a report in no frame that fits both."""


async def test_a_word_that_a_whole_field_uses_and_a_name_make_no_story() -> None:
    titles = [line.strip() for line in APART.strip().splitlines()]
    *others, last = stories = await _stories([*titles, AGAIN])
    assert len(set(others)) == len(titles)
    assert last == stories[titles.index("OpenAI loses a trademark case in Alicante")]


async def test_what_fits_two_companies_stories_does_not_make_them_one() -> None:
    first, second, third = await _stories([line.strip() for line in TWO.strip().splitlines()])
    assert first == third != second


async def test_what_reads_like_a_copy_of_anothers_report_finds_its_own_story() -> None:
    first, second, _ = [line.strip() for line in TWO.strip().splitlines()]
    assert await _stories([first, second, first.replace("青禾农机", "蓝鲸造纸")]) == [1, 2, 2]


async def _stories(titles: Sequence[str]) -> list[int]:
    """The story of each title at the end of a stream in which they come a minute apart."""
    store = open_store("memory:", clock=lambda: NOW)
    pipeline = Pipeline(store, Rulebook(), lexicon=lexicon())
    done = await pipeline.replay([_entry(number, title) for number, title in enumerate(titles)])
    await store.close()
    merged = {old: one.story_id for one in done.placed for old in one.placement.merges}
    return [merged.get(one.story_id, one.story_id) for one in done.placed]


def _entry(number: int, title: str) -> Entry:
    at = NOW + number * MINUTE
    return Entry(
        str(number),
        f"https://o{number}.example/",
        title,
        source=f"Outlet {number}",
        lang="en",
        published=at,
        first_seen=at,
    )
