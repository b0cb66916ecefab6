"""Official processes as ladders: one key for one process, steps that only go up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.model import Entry, ParsedEntry
from bot.core.stories.ladders import LADDERS, Step, company_key, family, ladder
from tests.process import process_key


def entry(form: str = "", **facts: str) -> Entry:
    return Entry("1", "https://example.test/", "title", form=form, facts=tuple(facts.items()))


def climb(*entries: Entry) -> list[Step]:
    steps = [ladder(one) for one in entries]
    assert all(steps)
    return [step for step in steps if step]


def test_an_offering_climbs_from_draft_to_price():
    steps = climb(*(entry(form, cik="0001234567") for form in ("DRS", "S-1", "S-1/A", "EFFECT", "424B4")))
    assert {step.process for step in steps} == {"sec-offering:0001234567"}
    assert [step.order for step in steps] == [1, 2, 3, 4, 5]
    assert steps[-1].words == "offering priced, final prospectus filed"


def test_a_known_companys_filings_meet_whether_or_not_they_have_its_number():
    """A feed that says "Acme AI, Inc. filed an S-1/A" names no CIK."""
    known = {"cik:1234567": "acme", "acme ai": "acme"}
    first = entry("S-1", cik="0001234567", company="ACME AI HOLDINGS CORP")
    said, priced = entry("S-1/A", company="Acme AI, Inc."), entry("424B4", cik="0007654321", company="Acme AI")
    steps = [ladder(one, lambda name: known.get(name.casefold(), "")) for one in (first, said, priced)]
    assert {step.process for step in steps if step} == {"sec-offering:acme"}
    stranger = ladder(entry("S-1/A", cik="0000000009", company="Acme Foods"), lambda name: known.get(name, ""))
    assert stranger
    assert stranger.process == "sec-offering:0000000009"


def test_a_listing_in_hong_kong_joins_applicant_and_stock_through_a_known_entity():
    known = {"2513.HK": "zhipu", "Knowledge Atlas Technology": "zhipu"}
    stages = ("application", "phip", "prospectus", "allotment", "listing")
    early = [entry(ladder="hkex-ipo", stage=stage, company="Knowledge Atlas Technology") for stage in stages[:2]]
    late = [entry(ladder="hkex-ipo", stage=s, company="KNOWLEDGE ATLAS", tickers="2513.HK") for s in stages[2:]]
    steps = [ladder(one, lambda name: known.get(name, "")) for one in (*early, *late)]
    assert {step.process for step in steps if step} == {"hkex-ipo:zhipu"}
    assert [step.order for step in steps if step] == [1, 2, 3, 4, 5]


def test_without_a_known_entity_names_meet_when_they_are_the_same_company():
    first = entry(ladder="hkex-ipo", stage="application", company="Example Robotics Co., Ltd. - H")
    last = entry(ladder="hkex-ipo", stage="allotment", company="EXAMPLE ROBOTICS", tickers="9999.HK")
    other = entry(ladder="hkex-ipo", stage="application", company="Example Robots Co., Ltd.")
    assert process_key(first) == process_key(last) == "hkex-ipo:example robotics"
    assert process_key(other) != process_key(first)
    assert process_key(entry(ladder="hkex-ipo", stage="listing", tickers="9999.HK")) == "hkex-ipo:9999.HK"


def test_a_rule_has_three_states_under_one_number():
    steps = climb(*(entry("Rule", ladder="rule", stage=s, document="2099-00001") for s in LADDERS["rule"]))
    assert [step.process for step in steps] == ["rule:2099-00001"] * 3
    assert [step.rung for step in steps] == ["inspection", "published", "effective"]


def test_repository_tag_release_and_model_card_are_one_release():
    def step(stage: str, host: str, owner: str, name: str, tag: str = "") -> Entry:
        return entry(ladder="release", stage=stage, host=host, owner=owner, name=name, tag=tag)

    known = {"github:QwenLM": "qwen", "hf:Qwen": "qwen"}
    made = [
        step("repository", "github", "QwenLM", "Qwen4"),
        step("release", "github", "QwenLM", "Qwen4", "v1.0.0"),
        step("model", "hf", "Qwen", "Qwen4-235B-A22B-Instruct-FP8"),
        step("model", "hf", "Qwen", "Qwen4-8B-GGUF"),
    ]
    assert {process_key(one, lambda name: known.get(name, "")) for one in made} == {"release:qwen/qwen4"}


def test_releases_of_a_tool_are_one_process_a_version():
    def release(tag: str) -> str:
        return process_key(
            entry(ladder="release", stage="release", host="github", owner="vllm-project", name="vllm", tag=tag)
        )

    assert release("v0.11.0") == release("0.11.0") == "release:vllm-project/vllm@0.11.0"
    assert release("v0.11.1") != release("v0.11.0")
    assert release("Stable") == "release:vllm-project/vllm@stable"


@pytest.mark.parametrize(
    "one",
    [
        entry(),
        entry("8-K", cik="0001234567"),
        entry("S-1"),
        entry(ladder="rule", stage="rumour", document="1"),
        entry(ladder="no-such-ladder", stage="release"),
        entry(ladder="rule", stage="published"),
        entry(ladder="release", stage="tag", owner="acme"),
    ],
)
def test_what_is_no_step_has_no_process(one):
    assert ladder(one) is None
    assert process_key(one) == ""


def test_a_parsed_entry_has_the_same_step_as_the_stored_one():
    facts = (("ladder", "rule"), ("stage", "published"), ("document", "2099-00001"))
    parsed = ParsedEntry("1", "", "t", "", "", facts=facts)
    assert ladder(parsed) == ladder(Entry("1", "", "t", facts=facts))


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Acme AI Co., Ltd. - H", "acme ai"),
        ("ACME AI CO LTD", "acme ai"),
        ("Acme AI Group Holdings Limited", "acme ai"),
        ("Société Générale S.A.", "societe generale s a"),
        ("示例科技股份有限公司", "示例科技"),
        ("示例科技有限公司", "示例科技"),
        ("Limited", "limited"),
        ("Co", "co"),
        ("", ""),
    ],
)
def test_a_companys_key_has_no_legal_form(name, key):
    assert company_key(name) == key


@pytest.mark.parametrize(
    ("name", "kin"),
    [
        ("DeepSeek-V4", "deepseek-v4"),
        ("DeepSeek-V4-Base", "deepseek-v4"),
        ("Qwen3-235B-A22B-Instruct-2507", "qwen3-2507"),
        ("Kimi-K2-Instruct-0905", "kimi-k2-0905"),
        ("GLM-4.5-Air-FP8", "glm-4.5-air"),
        ("Mixtral-8x7B-Instruct-v0.1", "mixtral-v0.1"),
        ("7B-Instruct", "7b-instruct"),
    ],
)
def test_sizes_and_number_formats_are_one_family(name, kin):
    assert family(name) == kin


@given(st.text(max_size=60))
def test_keys_are_settled_for_any_name(name):
    assert company_key(company_key(name)) == company_key(name)
    assert family(family(name)) == family(name)


def test_every_ladder_goes_up_and_every_rung_has_words():
    for rungs in LADDERS.values():
        orders = [rung.order for rung in rungs.values()]
        assert orders == sorted(orders)
        assert all(rung.words for rung in rungs.values())
