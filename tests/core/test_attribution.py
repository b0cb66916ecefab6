"""Of whom a Chinese title tells: the frames of wires, and what two titles in one frame have in common."""

from __future__ import annotations

import pytest

from bot.core.stories.attribution import (
    LISTS,
    MEETS,
    MOVES,
    RATED,
    RESULTS,
    SAYS,
    SIGNS,
    STRUCK,
    alike,
    attributed,
    told_of_another,
)


@pytest.mark.parametrize(
    ("title", "kind", "who", "rest"),
    [
        ("水务局：下周起分区供水", SAYS, "水务局", "下周起分区供水"),
        ("據青禾社報道，水務局稱下周起分區供水", SAYS, "水务局", "下周起分区供水"),
        ("港务长林一舟表示，新码头明年启用", SAYS, "港务长林一舟", "新码头明年启用"),
        ("“绿岸”规划草案提出扩建湿地公园", SAYS, "“绿岸”规划草案", "扩建湿地公园"),
        ("现货松香日内涨幅扩大至3%，报812元/吨", MOVES, "现货松香", "日内涨幅扩大至3%,报812元/吨"),
        ("受台风影响，北湾100指数期货跌幅扩大至2.2%", MOVES, "北湾100", "指数期货跌幅扩大至2.2%"),
        ("造纸概念反复活跃 蓝鲸纸业2连板", MOVES, "造纸", "概念反复活跃 蓝鲸纸业2连板"),
        ("石桥证券将蓝鲸纸业目标价从52元上调至60元", RATED, "蓝鲸纸业", "从52元上调至60元"),
        ("证监会同意青禾农机首次公开发行股票", LISTS, "青禾农机", "股票"),
        ("青禾农机港股IPO获证监会备案", LISTS, "青禾农机", ""),
        ("青禾农机首次公开发行股票获证监会同意注册", LISTS, "青禾农机", ""),
        ("港务长林一舟会见北湾船东周青禾", MEETS, "北湾船东周青禾", ""),
        ("北湾与南岭签署渔业合作协议", SIGNS, "北湾与南岭", ""),
        ("地震台网：北湾附近海域发生4.1级地震", STRUCK, "北湾", ""),
        ("青禾农机召回147台割草机", STRUCK, "青禾农机", "147台割草机"),
        ("石桥县档案馆馆长林一舟接受审查调查", STRUCK, "石桥县档案馆馆长林一舟", "调查"),
        ("青禾农机：一季度净利润同比增长8%", RESULTS, "青禾农机", "润同比增长8%"),
        ("蓝鲸纸业：股东拟减持不超3%股份", RESULTS, "蓝鲸纸业", "不超3%股份"),
        ("端午假期石桥市共接待游客12万人次", RESULTS, "石桥", "12万人次"),
        ("Blue Whale Paper posts Q2 beat on bag sales", RESULTS, "blue whale paper", " q2 beat on bag sales"),
        ("Blue Whale’s first-quarter profit jumps 8%", RESULTS, "blue whale", " profit jumps 8%"),
        ("Blue Whale stock falls as quarterly revenue slips", RESULTS, "blue whale", " as quarterly revenue slips"),
    ],
)
def test_a_wire_says_of_whom_it_tells(title: str, kind: str, who: str, rest: str) -> None:
    assert attributed(title) == (kind, who, rest)


@pytest.mark.parametrize(
    "title",
    [
        "Harbour board: new quay opens next year",
        "独家：新码头明年启用时间敲定",
        "外媒：新码头明年启用时间敲定",
        "知情人士称，新码头明年启用",
        "青禾智能发布新款割草机：续航翻倍",
        "青禾农机港股上市",
        "他称赞新码头的设计",
        "北湾水价下调：老城区每吨降7元",  # what stands before a colon may be the news
        "摆渡票价连续五个月不变：成人3元",
        "涨水季节到来",
        "涨3%",
    ],
)
def test_other_titles_are_in_no_frame(title: str) -> None:
    assert attributed(title) is None


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("工信部", "工业和信息化部", True),
        ("林一舟", "港务长林一舟", True),
        ("水务局长林一舟", "水务局副局长周青禾", True),  # of one house: what is said must tell
        ("美联储官员林一舟", "美联储理事周青禾", False),
        ("蓝鲸股份", "青禾股份", False),
        ("德国外长", "法国外长", False),
        ("沪指", "上证指数", True),
        ("恒指", "恒生", True),
        ("道指", "纳斯达克", False),
        ("国际金价", "现货黄金", True),
        ("伦敦银", "现货白银", True),
        ("美油", "wti原油", True),
        ("美油", "布伦特原油", False),
        ("国际金价", "现货白银", False),
        ("bwpc", "blue whale paper company", True),
        ("ora inc.", "ornate international, inc.", False),
    ],
)
def test_names_may_be_one(one: str, other: str, *, same: bool) -> None:
    assert alike(one, other) is same


@pytest.mark.parametrize(
    ("title", "others", "found"),
    [
        ("蓝鲸纸业：股东拟减持不超3%股份", ["青禾农机：股东拟减持不超2%股份"], "about 蓝鲸纸业, not 青禾农机"),
        ("现货松香日内涨3%", ["现货桐油日内涨2%"], "about 现货松香, not 现货桐油"),
        ("现货松香日内涨3%", ["现货松香日内涨2%"], ""),
        ("蓝鲸纸业：股东拟减持", ["一家农机厂的股东拟减持", "青禾农机：股东拟减持"], "about 蓝鲸纸业, not 青禾农机"),
        ("蓝鲸纸业：股东拟减持", ["造纸厂蓝鲸的股东拟减持", "青禾农机：股东拟减持"], ""),
        ("蓝鲸纸业：一季度净利润同比增长8%", ["青禾农机：更正后预计亏损"], "about 蓝鲸纸业, not 青禾农机"),
        (
            "北湾20年期国债收益率上升4个基点",
            ["南岭10年期国债收益率下降2个基点"],
            "about 北湾20年期国债, not 南岭10年期国债",
        ),
        ("港股IPO：青禾农机递表港交所", ["港股IPO：蓝鲸纸业再次递表港交所"], "about 青禾农机, not 蓝鲸纸业"),
        ("港股IPO：青禾农机递表港交所", ["青禾农机赴港上市获证监会备案"], ""),
        ("水务局：下周起分区供水", ["港务局：新码头启用", "水务局：下周起停水检修"], ""),
        (
            "工信部：下周起分区供水",
            ["林一舟称植树周开始", "工业和信息化部：下周起停水检修"],
            "",
        ),  # one name, told short
        ("水务局：下周起分区供水", ["港务局：新码头启用", "老城区下周起分区供水"], ""),  # not all in a frame
        ("水务局：下周起分区供水", ["港务局：水务局供水方案已收到"], ""),  # named there
        ("港务局称已收到供水方案", ["水务局：供水方案已送港务局"], ""),
        (
            "水务局：青禾农机的水壶已收到",
            ["港务长林一舟表示，新码头明年启用", "青禾农机：水壶已送出"],
            "",
        ),  # names one of them
        ("水务局：下周起分区供水", ["现货松香日内涨幅扩大至3%"], ""),  # another kind of frame
        ("水务局：下周起分区供水", [], ""),
        ("Harbour board says no", ["Water board says no"], ""),
        ("Blue Whale posts Q2 beat", ["Green Farms reports higher Q2 profit"], "about blue whale, not green farms"),
        ("Ora Inc. posts Q2 beat", ["Corporal Paints reports higher Q2 profit"], "about ora inc., not corporal paints"),
        ("Blue Whale Inc. posts Q2 beat", ["Blue Whale reports higher Q2 profit"], ""),
        ("Blue Whale posts Q2 beat", ["Green Farms posts Q2 beat", "Paper makers rise with Whale"], ""),
    ],
)
def test_one_frame_with_another_name_in_it(title: str, others: list[str], found: str) -> None:
    assert told_of_another(title, others) == found


async def test_a_title_of_digits_takes_no_time() -> None:
    """`tests.guard` judges how long the loop was held."""
    assert not attributed(f"北湾{'9.' * 8_000}涨")
