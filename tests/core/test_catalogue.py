"""The shipped topics: what they find, what they pass over, what they say of themselves."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from bot.core.language.text import lang_of
from bot.core.matching.match import Engine
from bot.core.matching.severity import Severities
from bot.core.model import Entry
from tests.shipped import topics as catalogue

pytestmark = pytest.mark.usefixtures("untraced")
CASES: dict[str, dict[str, list[str]]] = tomllib.loads(Path(__file__).with_name("catalogue.toml").read_text("utf-8"))
COMPANIES = ("deepseek", "qwen-alibaba", "tencent", "minimax", "zhipu", "moonshot", "huawei", "smic", "nvidia")
LABELS = {*CASES, *(f"company-{name}" for name in (*COMPANIES, "microsoft"))}


@cache
def engine() -> Engine:
    made = Engine()
    for topic in catalogue().topics:
        made.add(topic.id, topic.tree)
    return made


def topics_of(title: str, summary: str = "", **known: Any) -> set[str]:
    return set(engine().matching(Entry("1", "", title, summary, **{"lang": lang_of(title), **known})))


def cases(*kinds: str) -> Iterator[Any]:
    for topic, table in CASES.items():
        for kind in kinds:
            yield from (pytest.param(topic, title, id=f"{topic}-{kind}-{title}") for title in table[kind])


def test_every_topic_loads() -> None:
    assert catalogue().errors == ()
    assert {topic.id for topic in catalogue().topics} == LABELS


def test_every_topic_has_titles_in_three_languages_and_says_what_it_is() -> None:
    for topic in catalogue().topics:
        assert set(topic.titles) == {"en", "zh-CN", "zh-TW"}
        assert topic.description("en").endswith(".")
        assert topic.description("zh-CN").endswith("。")
        assert topic.description("zh-TW") != topic.description("zh-CN") or "DeepSeek" in topic.title("en")


@pytest.mark.parametrize("kind", ["en", "zh", "tw", "miss"])
def test_there_are_enough_examples(kind: str) -> None:
    assert all(len(table[kind]) >= 3 for table in CASES.values())


@pytest.mark.parametrize(("topic", "title"), list(cases("en", "zh", "tw")))
def test_finds(topic: str, title: str) -> None:
    assert topic in topics_of(title)


@pytest.mark.parametrize(("topic", "title"), list(cases("miss")))
def test_passes_over(topic: str, title: str) -> None:
    assert topic not in topics_of(title)


COMPANY_TITLES = {
    "deepseek": ("DeepSeek cuts prices", "深度求索招人", "DeepSeek傳出新消息"),
    "qwen-alibaba": ("Alibaba Cloud expands", "千问改版", "阿里巴巴財報"),
    "tencent": ("Tencent buys a studio", "腾讯年会", "騰訊雲降價"),
    "minimax": ("MiniMax shares rise", "MiniMax出海", "稀宇科技擴編"),
    "zhipu": ("Z.ai hires", "智谱改名", "智譜上市"),
    "moonshot": ("Moonshot AI plans office", "月之暗面搬家", "Kimi K3 發布"),
    "huawei": ("Huawei wins contract", "华为年报", "華為昇騰"),
    "smic": ("SMIC guides higher", "中芯国际业绩", "中芯國際擴產"),
    "nvidia": ("NVIDIA opens campus", "英伟达大会", "輝達股價"),
    "microsoft": ("Microsoft opens campus", "微软裁员", "微軟財報"),
}


@pytest.mark.parametrize(
    ("company", "title"), [(name, title) for name, titles in COMPANY_TITLES.items() for title in titles]
)
def test_a_company_is_found_by_its_names_in_a_title(company: str, title: str) -> None:
    assert f"company-{company}" in topics_of(title)


@pytest.mark.parametrize(
    ("topic", "title", "summary"),
    [
        ("company-microsoft", "Retailer hires", "He once worked at Microsoft."),
        ("company-nvidia", "A phone review", "Its rival uses a part from Nvidia."),
        ("company-huawei", "某公司发布新车", "座舱由华为提供。"),
        ("company-moonshot", "Kimi wins in Monza", "Antonelli's second victory"),
        ("company-minimax", "The minimax algorithm explained", ""),
        ("company-qwen-alibaba", "阿里山日出", ""),
        ("company-smic", "中芯两国互访", ""),
    ],
)
def test_a_company_in_passing_and_a_namesake_set_nothing_off(topic: str, title: str, summary: str) -> None:
    assert topic not in topics_of(title, summary)


@pytest.mark.parametrize(
    ("topic", "title", "summary"),
    [
        ("chipmaking", "A laptop for school is on offer", "It has a fast chip, and memory prices are still high."),
        ("tech-security", "A year of the labs", "OpenAI was hacked in spring, and won a case in autumn."),
        ("adoption", "A kitchen run by machines", "The AI chefs aren't taking anyone's jobs."),
        ("datacentre-compute", "A phone will cost more", "Data centers buy all the memory."),
        ("regulation-policy", "一款写代码的工具", "用 AI 完成代码审查。"),
        ("model-launches", "法庭上的一周", "前高管说 OpenAI 发布模型前没有测试。"),
        ("model-launches", "A browser written again", "We used a release of Claude Opus 5 for the work."),
        ("open-models", "How to run Gemma 4 on an old laptop", ""),
        ("chipmaking", "Motherboard takes an AMD chip and AI accelerators", ""),
        ("embodied-ai", "从零写一个交易机器人", ""),
    ],
)
def test_what_a_text_says_in_passing_and_advice_set_nothing_off(topic: str, title: str, summary: str) -> None:
    assert topic not in topics_of(title, summary)


@pytest.mark.parametrize(
    ("topic", "title", "summary"),
    [
        ("datacentre-compute", "We deepen our roots in Ohio", "The firm will expand its data center campus there."),
        ("datacentre-compute", "一项新投资", "公司将扩建当地的数据中心园区。"),
        ("regulation-policy", "What comes next for the labs", "The White House asks to see AI models first."),
        ("model-launches", "Qwen 4", "Alibaba today releases a model that plans before it answers."),
        ("research", "A sparser way to prune", "Abstract: We study zero-shot pruning."),
    ],
)
def test_a_lead_that_tells_the_matter_is_found(topic: str, title: str, summary: str) -> None:
    assert topic in topics_of(title, summary)


def test_a_company_named_twice_close_together_in_the_text_is_found() -> None:
    assert "company-nvidia" in topics_of("Chips", "Nvidia fell. Analysts had expected Nvidia to rise.")


def test_each_part_of_a_round_up_is_judged_alone() -> None:
    assert topics_of("8点1氪丨咖啡品牌裁员；某市发布大模型行动方案") == {"regulation-policy"}
    assert topics_of("咖啡连锁融资两亿元；机器人餐厅开业") == set()


@pytest.mark.parametrize(
    ("title", "topics"),
    [
        ("8点1氪丨某地发布高温预警；月之暗面完成新一轮融资；油价下调", {"funding-ma"}),
        ("早报丨英伟达发新显卡；某药企获批在中国销售新药", {"chipmaking"}),
        ("Morning: Nvidia holds a picnic; China lets Danish pork in", set()),
        ("出海周报｜某咖啡连锁融资两亿元/机器人餐厅开业", set()),
        ("出海周报｜某市举办论坛 / 月之暗面完成新一轮融资", {"funding-ma"}),
    ],
)
def test_no_topic_is_made_of_words_from_two_parts_of_a_round_up(title: str, topics: set[str]) -> None:
    assert {name for name in topics_of(title) if not name.startswith("company-")} == topics


@pytest.mark.parametrize(
    ("filer", "form", "found"),
    [
        ("Northgate Silicon, Inc.", "S-1", True),
        ("Clearwater Photonics Ltd", "F-1/A", True),
        ("Northgate Silicon, Inc.", "10-Q", False),
        ("Silicon Valley Cheese Co", "S-1", False),
        ("Acme Foods Inc.", "S-1", False),
    ],
)
def test_papers_of_a_listing_are_found_by_what_the_filers_name_says(filer: str, form: str, found: bool) -> None:
    assert ("ipo-listings" in topics_of(f"{filer} filed a {form}", form=form)) is found


def test_a_rule_of_the_bureau_is_found_by_its_form() -> None:
    title = "Revisions to advanced computing provisions"
    assert "export-controls" in topics_of(title, form="RULE")
    assert "export-controls" not in topics_of(title)


@pytest.mark.parametrize(
    ("topic", "title", "level"),
    [
        ("export-controls", "Interim final rule on AI chips", "breaking"),
        ("export-controls", "Opinion: chip export rules", "normal"),
        ("funding-ma", "Nvidia acquires a startup", "notable"),
        ("adoption", "Prices", "normal"),
        ("company-nvidia", "Nvidia faces a probe", "notable"),
    ],
)
def test_severity(topic: str, title: str, level: str) -> None:
    assert Severities({one.id: one.severity for one in catalogue().topics}).of([topic], Entry("1", "", title)) == level
