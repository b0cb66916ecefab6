from __future__ import annotations

import tomllib
from typing import Any

import pytest

from bot.core.matching.match import Engine
from bot.core.matching.query import parse
from bot.core.matching.severity import Severities
from bot.core.matching.topics import Loaded, load_topics
from bot.core.model import Entry

ENTITIES = [
    {"id": "nvidia", "name": "Nvidia", "names": ["NVDA"], "zh": ["英伟达"], "group": "chip"},
    {"id": "arm", "name": "Arm", "names": ["Arm Holdings"], "context": ["chip", "softbank"], "group": "chip"},
]


def load(body: str, lists: str = "") -> Loaded:
    return load_topics(
        {"a.toml": tomllib.loads(f'{lists}\n[[topic]]\nid = "t"\ntitle = {{ en = "T" }}\n{body}')}, ENTITIES
    )


def engine(body: str, lists: str = "") -> Engine:
    loaded = load(body, lists)
    assert loaded.errors == ()
    made = Engine()
    made.add("topic:t", loaded.topics[0].tree)
    return made


def entry(title: str, summary: str = "", **known: Any) -> Entry:
    return Entry("1", "", title, summary, **known)


def hits(body: str, title: str, summary: str = "", lists: str = "", **known: Any) -> tuple[str, ...] | None:
    found = engine(body, lists).match(entry(title, summary, **known))
    return found[0].why if found else None


WOOL = "A mill of the north sells wool to weavers of the south, as it has done each spring since the war, "
WEAK = '[[topic.rule]]\nwith = ["ban", "禁令", "chip"]\ncontext = ["chip", "=H20", "芯片"]'


@pytest.mark.parametrize(
    ("body", "title", "summary", "terms"),
    [
        ('any = ["entity list"]', "Entity Lists grow", "", ("Entity Lists",)),
        ('any = ["go* public"]', "Firm going public", "", ("going public",)),
        ('any = ["gemma 3*"]', "Gemma 3n is out", "", ("Gemma 3n",)),
        ('any = ["ai*"]', "Aid for AI", "", ("Aid",)),
        ("any = ['\"chips\"']", "A chip", "", None),
        ("any = ['\"chips\"']", "CHIPS act", "", ("CHIPS",)),
        ('any = ["=AMD"]', "AMD and amd", "", ("AMD",)),
        ('any = ["=AMD"]', "amd", "", None),
        ('any = ["=MI325*"]', "The MI325X", "", ("MI325X",)),
        ('any = ["=MI325*"]', "The mi325x", "", None),
        ('any = ["=SK Hynix"]', "SK Hynix, sk hynix", "", ("SK Hynix",)),
        ('any = ["實體清單"]', "列入实体清单", "", ("实体清单",)),
        ('any = ["芯片*"]', "芯片厂", "", ("芯片",)),
        ('queries = ["export NEAR/3 (ban OR curb)"]', "Export of chips: ban", "", ("Export", "ban")),
        ('queries = ["=H20 sale*"]', "H20 sales", "", ("H20", "sales")),
        ('queries = ["=H20 sale*"]', "h20 sales", "", None),
        (WEAK, "Chip ban", "", ("Chip", "ban")),
        (WEAK, "Chip", "", None),
        (WEAK, "Chip or chips", "", ("Chip", "chips")),
        (WEAK, "Ban on wool; chip news", "", None),
        (WEAK, "禁令；芯片", "", None),
        (WEAK, "芯片禁令", "", ("芯片", "禁令")),
        (WEAK, "Ban", "Chip", None),
        (WEAK, "", "A ban. A chip.", None),
        (WEAK, "", "A ban on a chip. No.", ("ban", "chip")),
        (WEAK, "", "该禁令。芯片", None),
        (WEAK + '\nscope = "item"', "Ban", "H20", ("Ban", "H20")),
        (WEAK + '\nscope = "item"', "Ban；wool", "H20", ("Ban", "H20")),
        (WEAK + '\nscope = "item"', "Ban；H20", "", None),
        ('queries = ["title:(chip ban)"]', "Chip news；a ban on wool", "", None),
        ('queries = ["title:(chip ban)"]', "Wool；chip ban", "", ("chip", "ban")),
        ('queries = ["chip ban"]', "Wool；a chip", "ban", ("chip", "ban")),
        ('queries = ["chip -wool"]', "Wool；a chip", "", ("chip",)),
        ('queries = ["chip -wool"]', "A chip of wool；bread", "", None),
        ('any = ["chip"]\nexclude = ["football"]', "Football；a chip", "", ("chip",)),
        ('any = ["chip"]\nexclude = ["football"]', "Chip; football chip", "", ("Chip",)),
        (WEAK + '\nwithout = ["potato"]', "Potato；chip ban", "", ("chip", "ban")),
        ('queries = ["chip NEAR/9 ban"]', "chip；ban", "", None),
        ('queries = ["chip -w0"]', "；".join(f"w{n}" for n in range(40)) + "；chip", "", ("chip",)),
        ('queries = ["chip ban"]', "；".join(["wool"] * 1000 + ["chip", "ban"]), "", ("chip", "ban")),
        ('queries = ["chip w20"]', "；".join(f"w{n}" for n in range(40)) + "；chip", "", ("chip", "w20")),
        ('any = ["chip"]\nwithout = ["stocks"]', "Chip stocks fall", "", None),
        ('any = ["chip"]\nwithout = ["stocks"]', "Chip maker falls", "Its stocks too", ("Chip",)),
        ('any = ["chip"]\nwithout = ["stocks"]', "Wool stocks；chip falls", "", ("chip",)),
        (WEAK, "", f"{WOOL}Wool is sold. A chip ban holds.", None),
        (WEAK, "", f"{WOOL}and a chip ban holds, by which a mill is told to sell wool.", ("chip", "ban")),
        (WEAK, "", "Wool is sold. A chip ban holds.", ("chip", "ban")),
        (WEAK, "", "羊毛出口连年增长，牧民今年收入不错，合作社又添新机。芯片禁令生效。", None),
        (WEAK + '\nscope = "title"', "", "chip ban", None),
        ('scope = "title"\n' + WEAK, "", "chip ban", None),
        ('scope = "title"\n' + WEAK + '\nscope = "clause"', "", "chip ban", ("chip", "ban")),
        (WEAK + '\nscope = "title"', "Chip ban", "", ("Chip", "ban")),
        ('[[topic.rule]]\nwith = ["ban"]\nscope = "title"', "News", "A ban", None),
        ('[[topic.rule]]\nwith = ["ban"]\nscope = "title"', "A ban", "", ("ban",)),
        ('scope = "title"\nany = ["ban"]', "News", "A ban", None),
        ('scope = "title"\nany = ["ban"]', "A ban", "", ("ban",)),
        ('scope = "title"\nany = ["@entity:arm"]', "Arm sells", "Chips", None),
        ('any = ["chip"]\nnot = ["potato chip"]', "Potato chip", "", None),
        ('any = ["chip"]\nnot = ["potato chip"]', "Potato chip, chip", "", ("chip",)),
        ('any = ["chip"]\nnot = ["potato chip"]', "Chip", "", ("Chip",)),
        ('any = ["chip"]\nexclude = ["football"]', "Chip football", "", None),
        ('any = ["chip"]\nexclude = ["football"]', "Chip", "", ("Chip",)),
        (f'not = ["chip ban"]\n{WEAK}', "Chip ban", "", None),
        (f'not = ["chip ban"]\n{WEAK}', "Chip ban: the ban on H20", "", ("ban", "H20")),
        ('any = ["@entity:nvidia"]', "英偉達 rises", "", ("英偉達",)),
        ('any = ["@entity:arm"]', "Arm in arm", "", None),
        ('any = ["@entity:arm"]', "Arm sells chips", "", ("Arm", "chips")),
        (
            'not = ["potato chip"]\n[[topic.rule]]\ncontext = ["chip"]\nlangs = ["en"]',
            "A potato chip is not a chip",
            "",
            ("chip",),
        ),
        ('any = ["@group:chip"]', "NVDA", "", ("NVDA",)),
        ('any = ["@group:chip"]', "Arm in arm", "", None),
        ('any = ["@group:chip"]', "Arm sells chips", "", ("Arm", "chips")),
        ('[[topic.rule]]\nwith = ["ipo"]\ncontext = ["@group:chip"]', "Arm IPO", "", None),
        ('[[topic.rule]]\nwith = ["ipo"]\ncontext = ["@group:chip"]', "Nvidia IPO", "", ("Nvidia", "IPO")),
        (WEAK + '\nwithout = ["potato"]', "Chip ban", "potato", ("Chip", "ban")),
        (WEAK + '\nwithout = ["potato"]', "Potato chip ban", "", None),
        ('any = ["=Foo Bar*"]', "Foo Bars", "", ("Foo Bars",)),
        ('any = ["=Foo Bar*"]', "Foo bars", "", None),
        ('[[topic.rule]]\nwith = ["ipo"]\ncontext = ["@entity:arm"]', "Arm IPO", "", ("Arm", "IPO")),
        ("any = [" + ", ".join(f'"w{n}"' for n in range(20)) + ', "w3s"]', "w3 w7", "", ("w3", "w7")),
    ],
)
def test_what_sets_a_topic_off(body: str, title: str, summary: str, terms: tuple[str, ...] | None) -> None:
    found = hits(body, title, summary)
    assert found == terms if terms is None or found is None else sorted(found) == sorted(terms)


@pytest.mark.usefixtures("untraced")
@pytest.mark.parametrize(
    ("before", "known", "holds"),
    [
        (58, {}, True),
        (60, {}, False),
        (60, {"tier": "official"}, True),
        (60, {"form": "S-1"}, True),
        (3_000, {"tier": "official"}, True),
    ],
)
@pytest.mark.parametrize("body", ['any = ["chip"]', 'queries = ["chip"]', 'queries = ["chip NEAR/2 sold"]'])
@pytest.mark.parametrize("split", [0, 20, 60, 80])
@pytest.mark.parametrize("word", ["wool", "羊"])
def test_what_a_text_says_further_down_is_said_in_passing(
    before: int, known: dict[str, str], holds: bool, body: str, split: int, word: str
) -> None:
    """Its first sixty words say what it is about, be they the feed's summary or the whole article."""
    text = [word] * before + ["chip", "sold"] + ["mutton"] * 90
    made = Entry("1", "", "Title", " ".join(text[:split]), content=" ".join(text[split:]), lang="en", **known)
    found = engine(body).match(made)
    assert bool(found) is holds
    if found:
        assert found[0].why[0] == "chip"


def test_what_stands_after_a_summary_that_is_cut_within_long_words_is_not_looked_at() -> None:
    """Its places would be those of another text."""
    made = Entry("1", "", "Title", f"{'w' * 400} " * 5, content="chip " + "mutton " * 90, lang="en")
    assert engine('any = ["chip"]').match(made) == []


def test_queries_of_readers_look_everywhere() -> None:
    made = Engine()
    made.add("query:1", parse("chip topic:t"))
    made.add("topic:t", load('any = ["wool"]').topics[0].tree)
    made.add("query:2", parse("chip"))
    far = Entry("1", "", "Wool", "", content="mutton " * 100 + "chip", lang="en")
    assert made.matching(far) == ["topic:t", "query:1", "query:2"]


def test_each_part_of_a_round_up_has_the_lead_alone() -> None:
    assert hits('queries = ["chip wool"]', "Chip；bread", "wool " + "mutton " * 80) == ("Chip", "wool")
    assert hits('queries = ["chip wool"]', "Chip；bread", "mutton " * 80 + "wool") is None


@pytest.mark.parametrize(
    ("rule", "known", "holds"),
    [
        ('forms = ["S-1", "F-1"]', {"form": "s-1"}, True),
        ('forms = ["S-1", "F-1"]', {"form": "S-1/A"}, False),
        ('langs = ["ZH"]', {"lang": "zh-TW"}, True),
        ('langs = ["zh"]', {"lang": "en"}, False),
        ('sources = ["Federal  Register"]', {"source": "Federal Register"}, True),
        ('sources = ["Federal Register"]', {"source": "Register"}, False),
    ],
)
def test_rules_may_ask_for_form_language_and_source(rule: str, known: dict[str, str], holds: bool) -> None:
    assert (hits(f'[[topic.rule]]\ncontext = ["chip"]\n{rule}', "Chip", **known) is not None) is holds


def test_lists_hold_terms_lists_and_entities() -> None:
    lists = '[lists]\nall = ["@chips", "@entity:nvidia"]\nchips = ["chip", "芯片"]'
    assert hits('any = ["@all"]', "NVDA", lists=lists) == ("NVDA",)
    assert hits('any = ["@all"]', "晶片与芯片", lists=lists) == ("芯片",)
    assert hits('queries = ["ban NEAR @chips"]', "ban on chips", lists=lists) == ("ban", "chips")


def test_a_name_stands_for_the_same_each_time() -> None:
    lists = '[lists]\nall = ["@chips", "@entity:arm"]\nchips = ["chip", "芯片"]'
    twice = load(
        'any = ["@chips", "@all", "@all"]\nqueries = ["ban @all", "ban @chips"]\nnot = ["@all"]', lists
    ).topics[0]
    once = load('any = ["@all"]\nqueries = ["ban @all", "ban @chips"]\nnot = ["@all"]', lists).topics[0]
    assert twice == once


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("", "nothing sets it off"),
        ('any = "chip"', "any: a list of words in quotes is needed"),
        ("any = [1]", "any: a list of words in quotes is needed"),
        ('any = ["*"]', "has no letters or digits"),
        ('any = ["a*"]', "* needs at least 2 letters"),
        ('any = ["c*ip"]', "* may only end a word"),
        ('any = ["="]', "has no letters or digits"),
        ('any = [""]', "has no letters or digits"),
        ('any = ["chip", " "]', "has no letters or digits"),
        ('any = ["@chips"]', "@chips is no list"),
        ('any = ["@loop"]', "@loop holds itself"),
        ('any = ["@entity:nvidea"]', "did you mean nvidia?"),
        ('any = ["@group:chips"]', "no entity is of this group; did you mean chip?"),
        ('any = ["@entity:zzzz"]', "no such entity"),
        ('not = ["😀"]\nany = ["a"]', "not: “😀” has no letters"),
        ('queries = ["a AND"]', "queries: “a AND”: “AND” needs a word after it (column 3)"),
        ('queries = ["-a"]', "only rules things out"),
        ('[[topic.rule]]\ncontext = ["a"]\nlangs = ["zz"]', "langs: “zz” is not a language code such as en or zh"),
        ('any = ["a"]\nanny = ["b"]', "anny is not a key here; did you mean any?"),
        ("[[topic.rule]]\nlangs = ['zh']", "needs terms in with or context, forms or sources"),
        ("[[topic.rule]]\nwith = []", "needs terms in with or context"),
        ('any = ["a"]\nexclude = ["@none"]', "exclude: @none: there is no term in it"),
        ('any = ["a"]\nwithout = ["@none"]', "without: @none: there is no term in it"),
        ('queries = ["a @none"]', "@none: there is no term in it"),
        ("[[topic.rule]]\nwith = ['a']\nscope = 'page'", "scope is one of clause, title, item"),
        ('any = ["a"]\nscope = "page"', "scope is one of clause, title, item"),
        ("[[topic.rule]]\nwords = ['a']", "words is not a key here"),
        ('any = ["a"]\n[topic.severity]\nbase = "high"', "severity.base and severity.official are one of"),
        ('any = ["a"]\n[topic.severity]\nbreaking = ["*"]', "severity.breaking: “*” has no letters"),
        ('any = ["a"]\n[topic.severity]\nworst = ["b"]', "worst is not a key here"),
    ],
)
def test_a_wrong_topic_is_named_in_one_line_and_left_out(body: str, says: str) -> None:
    loaded = load(body, '[lists]\nloop = ["@loop"]\nnone = []')
    assert loaded.topics == ()
    (error,) = loaded.errors
    assert str(error).startswith("a.toml: topic t: ")
    assert says in str(error)
    assert "\n" not in str(error)


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ({"topic": [{"id": "Bad Id"}]}, "needs an id of small letters"),
        ({"topic": [{"title": {"en": "T"}}]}, "needs an id of small letters"),
        ({"topic": [{"id": "t", "any": ["a"]}]}, "title needs at least English"),
        ({"topic": [{"id": "t", "any": ["a"], "title": {"en": "T", "fr": "T"}}]}, "fr is not a key here"),
        (
            {"topic": [{"id": "t", "any": ["a"], "title": {"en": "T"}, "description": {"zh": "题"}}]},
            "zh is not a key here",
        ),
        ({"topic": {"id": "t"}}, "write [[topic]] with two brackets"),
        ({"topics": []}, "topics is no part of a topic file"),
    ],
)
def test_a_wrong_file_is_named(table: dict[str, Any], says: str) -> None:
    loaded = load_topics({"a.toml": table})
    assert loaded.topics == ()
    assert [says in str(error) for error in loaded.errors] == [True]


def test_a_good_topic_beside_a_wrong_one_is_kept_and_an_id_is_taken_once() -> None:
    good = {"id": "t", "title": {"en": " A  title ", "zh-CN": "题"}, "any": ["a"], "description": "d"}
    loaded = load_topics({"a.toml": {"topic": [good, {"id": "u"}]}, "b.toml": {"topic": [good]}})
    (topic,) = loaded.topics
    assert (topic.id, topic.description("en"), topic.description("zh-CN")) == ("t", "d", "d")
    assert (topic.title("zh-CN"), topic.title("zh-TW")) == ("题", "A title")
    assert [str(error)[:16] for error in loaded.errors] == ["a.toml: topic u:", "b.toml: topic t "]


def test_the_version_changes_with_what_a_topic_matches() -> None:
    versions = [load(body).topics[0].version for body in ('any = ["a"]', 'any = ["a"]', 'any = ["b"]')]
    assert versions[0] == versions[1] != versions[2]
    assert len(versions[0]) == 12


SEVERITY = """any = ["chip"]
[topic.severity]
base = "notable"
breaking = ["final rule"]
notable = ["rule"]
normal = ["opinion"]
official = "notable"
"""


@pytest.mark.parametrize(
    ("title", "tier", "level"),
    [
        ("chip", "trade", "notable"),
        ("chip opinion", "trade", "normal"),
        ("chip opinion", "official", "notable"),
        ("chip opinion on a rule", "trade", "notable"),
        ("chip opinion on a final rule", "trade", "breaking"),
    ],
)
def test_the_strongest_word_sets_the_severity(title: str, tier: str, level: str) -> None:
    severities = Severities({topic.id: topic.severity for topic in load(SEVERITY).topics})
    assert severities.of(["t"], entry(title, tier=tier)) == level
    assert severities.of([], entry(title, tier=tier)) == "normal"


def test_words_further_down_are_no_severity() -> None:
    severities = Severities({topic.id: topic.severity for topic in load(SEVERITY).topics})
    assert severities.of(["t"], entry("chip", "mutton " * 20 + "final rule")) == "breaking"
    assert severities.of(["t"], entry("chip", "mutton " * 80 + "final rule")) == "notable"
