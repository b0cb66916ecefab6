"""Acts of one kind that are told in the same words: the next one is a story of its own, or news of the first."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from bot.configure import resolve
from bot.core.model import Entry
from bot.core.text import lang_of
from bot.lexicons import read_lexicon
from bot.pipeline import Pipeline, Placed
from bot.rulebook import Rulebook
from bot.store import open_store

NOW, HOUR = 1_767_600_000_000, 3_600_000
ACTS = """
    US bans Nvidia H20 chip exports to China | US allows Nvidia to resume H20 chip sales to China
    China imposes export controls on gallium and germanium | China imposes export controls on antimony
    Commerce Department issues final AI diffusion rule | Commerce Department rescinds AI diffusion rule
    Commerce opens Section 232 probe into semiconductor imports | Commerce opens Section 232 probe into drone imports
    US adds 20 Chinese chip firms to the Entity List | US adds two Chinese AI firms to the Entity List
    US adds 20 Chinese chip firms to the Entity List | US adds 140 Chinese firms to the Entity List in new crackdown
    US adds 28 Chinese chip firms to the Entity List | US removes 28 Chinese firms from the Entity List
    EU fines Apple 500 million euros under markets act | EU fines Meta 200 million euros under markets act
    商务部公布对镓锗实施出口管制 | 商务部公布对锑实施出口管制
    商务部将10家美国企业列入不可靠实体清单 | 商务部将15家美国企业列入不可靠实体清单
    商务部将15家美国实体列入出口管制管控名单 | 商务部将15家美国实体移出出口管制管控名单
    Zhipu prices Hong Kong IPO at top of range | MiniMax prices Hong Kong IPO at top of range
    Senate passes chip security act | House passes chip security act
    Judge blocks White House AI preemption order | Appeals court reinstates White House AI preemption order
    DeepSeek releases V3 model | DeepSeek releases R1 model
    SMIC first-quarter profit rises | SMIC second-quarter profit rises
    Netherlands tightens chip tool export rules | Netherlands eases chip tool export rules
    US adds Inspur units to Entity List | US adds Sugon units to Entity List
    BIS proposes rule on chip location verification | BIS finalizes rule on chip location verification
    Court rules for Anthropic in copyright case | Court rules against Anthropic in copyright case
    Meta to open-source Llama 5 | Meta will not open-source Llama 5
    Moonshot files for Hong Kong IPO | Moonshot withdraws Hong Kong IPO filing
    Japan restricts exports of chip resist to China | South Korea restricts exports of chip resist to China
    Trump signs order on AI preemption | Trump revokes order on AI preemption
    Huawei unveils Ascend 950 | Huawei unveils Ascend 960
    Treasury sanctions Hong Kong traders over chip transfers | Treasury sanctions Malaysian traders over chip transfers
    Taiwan adds Huawei to its export control list | US puts Huawei on export blacklist
    Two men charged over smuggling Nvidia chips to China | Three others charged over smuggling Nvidia chips to China
    Tillow raises $20 million to weed fields by robot | Tillow raises $150 million to weed fields by robot
    Firmus sets IPO price range | Moonshot sets IPO price range
    Firmus prices its IPO at the top of its range | Etched prices its IPO at the top of its range
    Washington asks OpenAI to delay launch of Loom 5 model | OpenAI launches Loom 5 model
    White House delays a count of voting machines | The White House serves crumbs after an AI dinner
    台湾将华为列入实体清单 | 美国将华为列入实体清单
    美国将140家中国企业列入实体清单 | 美国将28家中国企业移出实体清单
"""
SAME = """
    US adds 20 Chinese chip firms to the Entity List | Twenty Chinese chipmakers put on US Entity List
    US bans Nvidia H20 chip exports to China | Nvidia H20 exports to China banned by US
    Two men charged over smuggling Nvidia chips to China | US charges two men with smuggling Nvidia chips to China
    Tillow raises $20 million to weed fields by robot | Weeding robot maker Tillow raises $22 million for fields
    US removes 28 firms from Entity List | 28 firms taken off US Entity List
"""


def _pairs(text: str) -> list[list[str]]:
    return [[title.strip() for title in line.split("|")] for line in text.strip().splitlines()]


@pytest.mark.parametrize(("first", "then"), _pairs(ACTS))
async def test_the_next_act_is_told(first: str, then: str) -> None:
    assert await _kind(first, then) in ("new", "grown")


@pytest.mark.parametrize(("first", "then"), _pairs(SAME))
async def test_the_same_act_is_told_once(first: str, then: str) -> None:
    assert await _kind(first, then) == "known"


async def test_a_third_company_in_one_frame_joins_its_own_story() -> None:
    titles = [f"{name} prices its IPO at the top of its range" for name in ("Firmus", "Etched", "Etched", "Firmus")]
    placed = await _placed(*titles)
    assert [one.placement.kind for one in placed[:2]] == ["new", "new"]
    assert [one.story_id for one in placed[2:]] == [placed[1].story_id, placed[0].story_id]


async def _kind(first: str, then: str) -> str:
    return (await _placed(first, then))[1].placement.kind


async def _placed(*titles: str) -> Sequence[Placed]:
    store = open_store("memory:", clock=lambda: NOW)
    tables = map(resolve, ("config/entities.toml", "config/glossary.toml"))
    entries = [_entry(number, title) for number, title in enumerate(titles)]
    placed = (await Pipeline(store, Rulebook(), lexicon=read_lexicon(*tables)).replay(entries)).placed
    await store.close()
    return placed


def _entry(number: int, title: str) -> Entry:
    at = NOW + number * 3 * HOUR
    link = f"https://o{number}.example/"
    return Entry(str(number), link, title, source=f"O{number}", lang=lang_of(title), published=at, first_seen=at)
