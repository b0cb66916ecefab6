"""What a story has told, in another language or in another part, is not told as news again."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tests.stories.placing import Told, placed_at

VOTES = (
    (
        "Senate passes chip security bill with location tracking for AI exports",
        "The Senate voted 84-14 to pass the Chip Security Act, which requires location checks of exported AI chips.",
        0,
    ),
    (
        "美参议院通过《芯片安全法案》 要求AI芯片出口须具备定位功能",
        "美国参议院以84票对14票通过《芯片安全法案》，要求对出口的AI芯片进行位置验证。",
        2,
    ),
    (
        "House clears chip security bill, sending it to Trump's desk",
        "The House voted to pass the Chip Security Act, sending the measure on location checks of AI chips to Trump.",
        45,
    ),
    ("美众议院通过《芯片安全法案》 将送交特朗普签署", "美国众议院以312票对98票通过《芯片安全法案》。", 51),
)
RESULTS = (
    (
        "中芯国际三季度营收29.1亿美元 毛利率23.1%",
        "中芯国际公布2026年第三季度业绩，收入环比增长10.2%，产能利用率96.3%。",
        0,
    ),
    ("中芯国际：第三季度净利润2.96亿美元 同比增54%", "中芯国际晚间披露三季报。", 1),
)
FINED = (
    (
        "US fines chip equipment firm Orrell $97 million over shipments to SMIC",
        "Orrell has agreed to pay $97 million to settle allegations it shipped ion implanters to SMIC unlicensed.",
        0,
    ),
    (
        "因违规向中芯国际出货 Orrell被美国罚款9700万美元",
        "美国商务部宣布，离子注入设备商Orrell同意支付9700万美元，就未经许可向中芯国际出口设备的指控达成和解。",
        7,
    ),
    (
        "Orrell to pay $97 million to settle US claims on SMIC exports",
        "The maker of ion implanters resolved allegations over shipments to SMIC.",
        1,
    ),
    (
        "美商务部对Orrell处以9700万美元罚款 涉对华出口离子注入机",
        "美国商务部工业和安全局宣布，对离子注入设备商Orrell处以9700万美元行政罚款。",
        8,
    ),
)
LISTED = (
    (
        "US adds 19 Chinese firms to Entity List over military supercomputers",
        "The US added 19 Chinese companies to the Entity List for acquiring chips for military supercomputers.",
        0,
    ),
    (
        "China vows 'necessary measures' after US adds 19 firms to Entity List",
        "China's commerce ministry said it strongly opposed the addition of 19 Chinese companies to the Entity List.",
        5,
    ),
)
DEAL = (
    ("Tarn Systems to buy Lumatrix for $3 billion", "Tarn agreed to buy Lumatrix for $3.2 billion, it said.", 0),
    ("Tarn Systems to buy Lumatrix for $3.2 billion", "Tarn Systems agreed to pay $3.2 billion for Lumatrix.", 0.1),
)
RAISED = (
    ("Voltarc raises $200 million in Series C", "Voltarc raised $320 million, of which $120 million is debt.", 0),
    ("Voltarc raises $320 million in Series C", "The startup raised $320 million in equity and debt.", 0.2),
)
PREMIUM = (
    ("Tarn to buy Aridus in server push, shares fall 3%", "Tarn pays a premium of 38% for the designer Aridus.", 0),
    ("Tarn to pay 38% premium for server designer Aridus", "Tarn will pay a premium of 38% for Aridus.", 7),
)


@pytest.mark.parametrize(
    ("told", "kinds"),
    [
        (VOTES, ["new", "known", "grown", "known"]),
        (RESULTS, ["new", "known"]),
        (FINED, ["new", "known", "known", "known"]),
        (LISTED, ["new", "grown"]),
        (DEAL, ["new", "duplicate"]),
        (RAISED, ["new", "known"]),
        (PREMIUM, ["new", "known"]),
    ],
)
async def test_what_was_told_is_no_news_again(told: Sequence[Told], kinds: list[str]) -> None:
    done = await placed_at(told)
    assert [one.placement.kind for one in done] == kinds
    assert {one.story_id for one in done} == {done[0].story_id}
