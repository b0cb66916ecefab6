"""Names with versions: one however they are written, in both languages, and a thing beside whose they are."""

from __future__ import annotations

import pytest

from bot.core.stories.cluster import same, spaced
from tests.shipped import lexicon


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Qwen 3.5 released with open weights", "Qwen3.5 is out"),
        ("OpenAI launches GPT-5.5", "OpenAI发布GPT5.5"),
        ("Alibaba releases Qwen3.5", "阿里发布千问3.5"),
        ("Zhipu AI releases GLM-5 under MIT licence", "Z.ai open-sources GLM5"),
        ("Baidu launches Ernie 5.0", "百度发布文心5.0"),
        ("DeepSeek releases V4 model", "深度求索发布V4"),
        ("Samsung wins Nvidia HBM4 approval", "三星HBM4通过英伟达认证"),
        ("EU delays AI Act high-risk rules", "欧盟推迟AI法案高风险规则"),
        ("Unitree gets approval for Shanghai IPO", "宇树科技科创板IPO获批"),
        ("Cambricon shares fall 12% after results", "寒武纪业绩后跌12%"),
        ("Baidu's Kunlunxin files for Hong Kong IPO", "昆仑芯向港交所递交上市申请"),
    ],
)
def test_one_event_however_its_names_are_written(one: str, other: str) -> None:
    assert same(one, other, "", lexicon()).same
    assert same(other, one, "", lexicon()).same


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Alibaba releases Qwen3.5", "阿里发布千问3"),
        ("Baidu's Kunlunxin files for Hong Kong IPO", "百度发布文心5.0"),
        ("DeepSeek withholds V4 from US chipmakers", "DeepSeek发布OCR论文"),
        ("OpenAI raises $110 billion", "OpenAI拟在印度建数据中心"),
        ("Huawei launches Mate 80", "华为公布昇腾芯片三年路线图"),
        ("Unitree IPO approved", "宇树科技春晚机器人表演走红"),
        ("EU fines X 120 million euros", "欧盟对Meta发起反垄断调查"),
        ("Cambricon turns annual profit", "寒武纪否认获大额订单传闻"),
        ("Samsung profit triples on memory boom", "三星工会计划罢工"),
    ],
)
def test_what_one_maker_does_in_a_day_stays_apart(one: str, other: str) -> None:
    assert not same(one, other, "", lexicon()).same
    assert not same(other, one, "", lexicon()).same


@pytest.mark.parametrize(
    ("text", "apart"),
    [
        ("Qwen3.5-72B and GLM5", "Qwen 3.5-72B and GLM 5"),
        ("H200, K3, HBM4 and MI350", "H200, K3, HBM 4 and MI350"),
        ("GPT4o and Qwen3VL", "GPT4o and Qwen3VL"),
    ],
)
def test_a_version_is_a_number_behind_a_name_of_three_letters(text: str, apart: str) -> None:
    assert spaced(text) == apart
