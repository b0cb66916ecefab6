"""What stands around a report and tells nothing of it."""

from __future__ import annotations

import pytest

from bot.core.language.wrapping import boilerplate, without_signature, without_site
from bot.core.model import Entry
from bot.core.stories.cluster import document


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("潮信社3月10日电，北湾指数高开", "北湾指数高开"),
        ("潮信社北湾3月10日电(记者 林一舟)石桥大雨不停", "石桥大雨不停"),
        ("【石桥大雨】潮信社3月10日电，石桥昨夜大雨", "石桥昨夜大雨"),
        ("《港口日报》10月3日讯，石桥大雨不停", "石桥大雨不停"),
        ("3 月 10 日消息，新码头启用", "新码头启用"),
        ("潮信获悉，新码头启用", "新码头启用"),
        ("市场消息：新码头启用", "新码头启用"),
        ("據潮信社10月3日報道，新碼頭啟用", "新碼頭啟用"),
        ("NORTH BAY (Reuters) - The quay opens", "The quay opens"),
        ("(HARBOUR WIRE) -- The quay opens", "The quay opens"),
        ("NORTH BAY, March 10 (BUSINESS WIRE) -- The quay opens", "The quay opens"),
        ("新码头10月3日启用", "新码头10月3日启用"),
        ("港务局：新码头启用", "港务局：新码头启用"),
        ("中兴通讯：前三季度营收增长", "中兴通讯：前三季度营收增长"),
        ("香港電訊：上半年獲利增加", "香港電訊：上半年獲利增加"),
        ("阿里和腾讯，谁先造出自己的芯片", "阿里和腾讯，谁先造出自己的芯片"),
        ("潮信科技讯，新码头启用", "新码头启用"),
        ("The quay (north) - opens", "The quay (north) - opens"),
        ("潮信社3月10日电，", "潮信社3月10日电，"),
        ("", ""),
    ],
)
def test_what_a_wire_puts_before_its_reports_is_not_read(text: str, rest: str) -> None:
    assert without_signature(text) == rest


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("Article URL: https://quay.example/a?b=1#c Comments URL: https://n.example/2 Points: 12 # Comments: 9", ""),
        ("The quay opens. Continue reading...", "The quay opens."),
        ("The quay opens. READ MORE", "The quay opens."),
        ("Points: 12", ""),
        ("The quay opens. The post The quay appeared first on Harbour Post.", "The quay opens."),
        ("The quay opens. This article appeared first on Harbour Post.", "The quay opens. This article"),
        ("The quay opens. Read the full story on Harbour Post", "The quay opens."),
        ("The quay opens submitted by /u/gull [link] [comments]", "The quay opens"),
        ("新码头启用。点击查看全文", "新码头启用。"),
        (
            "新码头启用。 #欢迎关注潮信官方微信公众号：潮信（微信号：chaoxin），更多精彩内容第一时间为您奉上。",
            "新码头启用。 。",
        ),
        ("新码头启用（https://quay.example/a）今天开放", "新码头启用（ ）今天开放"),
        ("新码头启用。（文章来源：港口日报）", "新码头启用。"),
        ("[!--begin:htmlVideoCode--]0a1[!--end:htmlVideoCode--] 新码头启用", "0a1 新码头启用"),
        ("Pupils read more than ever; points: none", "Pupils read more than ever; points: none"),
        ("Read more on why the quay was shut", "Read more on why the quay was shut"),
        ("The quay opens. Read more »", "The quay opens."),
        ("The quay opens", "The quay opens"),
    ],
)
def test_what_a_site_says_of_its_page_is_not_read(text: str, rest: str) -> None:
    assert " ".join(without_site(text).split()) == rest


def test_of_a_long_text_the_end_is_looked_at() -> None:
    text = "Continue reading. " + "The quay opens. " * 200
    assert without_site(f"{text}Continue reading") == f"{text} "


def test_two_posts_of_one_site_share_nothing_by_its_words() -> None:
    around = "Article URL: https://{}.example/ Comments URL: https://news.example/item?id={} Points: 120 # Comments: 92"
    one = document(Entry("1", "", "A lamp that sings", around.format("lamp", 41)))
    other = document(Entry("2", "", "Bread on the moon", around.format("bread", 42)))
    assert not one.features.terms.keys() & other.features.terms.keys()
    assert not one.sketch.hashes & other.sketch.hashes


@pytest.mark.parametrize(
    "words",
    [
        "# Comments: 4",
        "查看详情",
        "Full coverage on Google News.",
        "https://north.example/quay",
        "The post The quay appeared first on North Bay.",
        "责任编辑：林一舟",
    ],
)
def test_what_a_site_says_of_its_page_is_no_sentence_of_a_summary(words: str) -> None:
    assert boilerplate(words)
    assert not boilerplate(f"The quay opens on Monday, said the mayor of North Bay, {words[:1]} and the pier follows.")
