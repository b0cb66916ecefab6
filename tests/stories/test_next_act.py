"""Acts of one kind that are told in the same words: the next one is a story of its own, or news of the first."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from bot.core.language.text import lang_of
from bot.core.model import Entry
from bot.pipeline import Pipeline, Placed
from bot.rules.rulebook import Rulebook
from bot.store import open_store
from tests.shipped import lexicon

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
    Anthropic releases Claude Opus 5 | Anthropic releases Claude Haiku 5
    Google releases Gemini 3.5 Pro | Google releases Gemini 3.5 Flash
    Qantor Net outage takes down ferries | Bellgrove outage takes down ferries
    Nexora recalls 200,000 kettles | Hullwise recalls 200,000 kettles
    Brambex unveils 3nm AI accelerator | Corvane unveils 3nm AI accelerator
    FTC opens probe into Character.AI | FTC opens probe into Replika
    Meta buys AI startup Manus for $2 billion | Meta buys AI chip startup Rivos for $2 billion
    TSMC June sales rise 27% | TSMC July sales rise 26%
    Microsoft to cut 6,000 jobs | Microsoft to cut 9,000 jobs
    Authors sue Anthropic over AI training | Judge dismisses authors' suit against Anthropic over AI training
    Judge rules Google must share search data | Google appeals ruling that it must share search data
    GitHub hit by outage affecting pull requests | GitHub says outage affecting pull requests is resolved
    US House passes chip security act | Trump signs chip security act
    Moonshot files for Hong Kong IPO | Moonshot prices Hong Kong IPO at top of range
    Netherlands seizes control of Nexperia | Netherlands hands back control of Nexperia
    US adds Inspur units to Entity List | Inspur sues US over Entity List designation
    Keelmark Tax Bond ETF declares $0.31 dividend | Keelmark Short-Term Muni Bond ETF declares $0.18 dividend
    4 Reasons to Avoid QVLT and 1 Stock to Buy Instead | 4 Reasons HRMQ is Risky and 1 Stock to Buy Instead
    Norvane beats top-line estimates; lifts outlook | Tessaly misses top-line estimates; lifts outlook
    Corvane Inc. stock rises, outperforms market | Brambex Inc. stock slips, underperforms market
    Wrap: Timber and Paper Stocks Softer Tuesday | Wrap: Timber and Paper Stocks Softer Wednesday
    木材板块周二午后走弱，造纸股领跌 | 木材板块周三午后走弱，造纸股领跌
    美联储宣布降息25个基点 | 英国央行宣布降息25个基点
    摩尔线程IPO过会 | 沐曦股份IPO过会
    AWS大當機，多個網站無法使用 | 微軟Azure大當機，多個網站無法使用
    小米汽车10月交付量超4万辆 | 小米汽车11月交付量超4万辆
    聯發科發表天璣9500 | 聯發科發表天璣8500
    日本近海发生7.1级地震 | 日本近海发生5.4级地震
    现货黄金突破4000美元/盎司 | 现货黄金跌破4000美元/盎司
    工信部：就人形机器人标准公开征求意见 | 工信部：就智能网联汽车标准公开征求意见
    国家网信办发布人工智能标识办法 | 国家网信办发布人脸识别管理办法
    DeepSeek发布V4模型 | DeepSeek发布OCR模型
    智谱向港交所递交招股书 | 智谱通过港交所聆讯
    商務部公布對銻實施出口管制 | 商務部公布對鎵鍺實施出口管制
    美国将140家中国企业列入实体清单 | 美国将28家中国企业移出实体清单
    DeepSeek V4 training cost revealed in paper | DeepSeek V4 banned on Australian government devices
    OpenAI launches GPT-5.5 | Researchers criticise GPT-5.5 hallucinations
    Qwen3.5-Omni released | Qwen3.5-Coder released
    GPT-5.5 price cut by half | GPT-5.5 outage hits users
    Kimi K3 released | Kimi K3 price raised
    Claude Opus 4.8 released | Claude Opus 4.8 jailbroken within hours
    Llama 5 licence bans EU use | Llama 5 leaked on torrent site
    智谱发布GLM-5 | 智谱GLM-5涨价30%
    MiniMax M3开源 | MiniMax M3被指抄袭
    阿里千问App月活破亿 | 阿里千问App出现宕机
"""
SAME = """
    US adds 20 Chinese chip firms to the Entity List | Twenty Chinese chipmakers put on US Entity List
    US bans Nvidia H20 chip exports to China | Nvidia H20 exports to China banned by US
    Two men charged over smuggling Nvidia chips to China | US charges two men with smuggling Nvidia chips to China
    Tillow raises $20 million to weed fields by robot | Weeding robot maker Tillow raises $22 million for fields
    US House passes chip security act | House approves chip security act, sends it to Senate
    Magnitude 7.1 earthquake strikes off Japan | 7.0-magnitude quake strikes off Japan
    Google to appeal chip ruling | Alphabet to appeal chip ruling
    US removes 28 firms from Entity List | 28 firms taken off US Entity List
    Nexora to buy SMIC stake for $2 billion | Nexora to buy stake in SMIC for $2.1 billion
    Bellgrove rebounds on Tuesday as outage ends | Bellgrove rebounds as outage ends on Tuesday
    Qwen3.5 is out: Alibaba's open model beats GPT-5 | Alibaba releases Qwen 3.5 open-weight model
    Zhipu AI releases GLM-5 under MIT licence | Z.ai open-sources GLM5
    Mistral raises €2bn at €12bn valuation | Mistral AI secures 2 billion euros in ASML-led round
    xAI raises $20 billion | xAI完成200亿美元融资
    Apple to use Gemini for Siri | 苹果Siri将采用谷歌Gemini
    Samsung wins Nvidia HBM4 approval | 三星HBM4通过英伟达认证
    Cambricon shares fall 12% after results | 寒武纪业绩后跌12%
    Unitree gets approval for Shanghai IPO | 宇树科技科创板IPO获批
    EU delays AI Act high-risk rules | 欧盟推迟AI法案高风险规则
    ASML to cut 1,700 jobs | ASML将裁员1700人
    DeepSeek releases V4 model | 深度求索发布V4
    Baidu's Kunlunxin files for Hong Kong IPO | 昆仑芯向港交所递交上市申请
"""


def _pairs(text: str) -> list[list[str]]:
    return [[title.strip() for title in line.split("|")] for line in text.strip().splitlines()]


@pytest.mark.usefixtures("untraced")
@pytest.mark.parametrize(("first", "then"), _pairs(ACTS))
async def test_the_next_act_is_told(first: str, then: str) -> None:
    assert await _kind(first, then) in ("new", "grown")


@pytest.mark.usefixtures("untraced")
@pytest.mark.parametrize(("first", "then"), _pairs(SAME))
async def test_the_same_act_is_told_once(first: str, then: str) -> None:
    assert await _kind(first, then) == "known"


async def test_a_third_company_in_one_frame_joins_its_own_story() -> None:
    titles = [f"{name} prices its IPO at the top of its range" for name in ("Firmus", "Etched", "Etched", "Firmus")]
    placed = await _placed(*titles)
    assert [one.placement.kind for one in placed[:2]] == ["new", "new"]
    assert [one.story_id for one in placed[2:]] == [placed[1].story_id, placed[0].story_id]


DELL = "Dell raises annual forecast on AI servers"
LEAD = "lifted its full-year revenue and profit outlook on Thursday, betting on demand for servers with Nvidia chips."


async def test_a_notice_in_another_ones_words_is_no_copy_of_it() -> None:
    leads = [
        (DELL, f"Dell Technologies {LEAD}"),
        ("HPE raises annual forecast on AI servers", f"Hewlett Packard Enterprise {LEAD}"),
        ("HPE raises annual forecast on AI servers", f"Hewlett Packard Enterprise {LEAD} Shares rose."),
        ("Nexora hit by data breach", "Cloud provider Nexora said hackers stole data of 4 million customers."),
        (
            "Nexora chief resigns after data breach",
            "Cloud provider Nexora said hackers stole data of 4 million customers.",
        ),
        (
            "Osk adds 23 mills firms to its list",
            "The ministry added them on Tuesday, citing their looms and what they weave.",
        ),
        (
            "Osk adds 140 mills firms to its list",
            "The ministry added them on Tuesday, citing their looms and what they weave.",
        ),
    ]
    placed = await _placed(*leads)
    assert [one.placement.kind for one in placed] == ["new", "new", "duplicate", "new", "grown", "new", "new"]
    assert placed[2].story_id == placed[1].story_id
    assert placed[4].placement.news == "resignation"


async def test_a_series_with_one_text_for_all_is_no_copy_of_its_first_part() -> None:
    text = (
        "Shares have drifted in the past six months, and holders wonder whether to stay. We think that there are"
        " better places for money just now. Growth has slowed for eight quarters in a row, margins fell behind those"
        " of rivals, and debt weighs on what is left for buybacks. Read on for the whole of what we found, and for one"
        " share that we would rather own at this price, in our free report for members."
    )
    told = [(f"4 Reasons to Avoid {ticker} and 1 Stock to Buy Instead", text) for ticker in ("QVLT", "HRMQ", "QVLT")]
    placed = await _placed(*told)
    assert [one.placement.kind for one in placed] == ["new", "new", "duplicate"]


async def test_a_look_alike_is_not_taken_in_by_a_story_that_has_grown() -> None:
    titles = [
        "Tesla recalls 200,000 vehicles over rearview camera",
        "Tesla recalls 46,000 Cybertrucks over trim panel",
        "Tesla recalls 200,000 vehicles over camera",
        "Tesla recalls 200,000 vehicles",
        "Tesla to recall around 200,000 cars over camera fault",
    ]
    placed = await _placed(*titles)
    assert [one.placement.kind for one in placed[:2]] == ["new", "new"]
    assert [one.placement.merges for one in placed] == [()] * len(titles)


async def _kind(first: str, then: str) -> str:
    return (await _placed(first, then))[1].placement.kind


async def _placed(*titles: str | tuple[str, str]) -> Sequence[Placed]:
    store = open_store("memory:", clock=lambda: NOW)
    entries = [_entry(number, title) for number, title in enumerate(titles)]
    placed = (await Pipeline(store, Rulebook(), lexicon=lexicon()).replay(entries)).placed
    await store.close()
    return placed


def _entry(number: int, told: str | tuple[str, str]) -> Entry:
    at = NOW + number * 3 * HOUR
    link = f"https://o{number}.example/"
    title, lead = (told, "") if isinstance(told, str) else told
    return Entry(str(number), link, title, lead, source=f"O{number}", lang=lang_of(title), published=at, first_seen=at)
