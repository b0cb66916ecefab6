"""Central banks are known by name: what one of them says meets in both languages, and is not what another says."""

from __future__ import annotations

import pytest

from bot.core.stories.cluster import same
from tests.shipped import lexicon
from tests.stories.placing import placed

ONE = (
    (
        "Bank of England official says AI agents could set off a market crash",
        "英国央行官员警告：AI智能体可能引发市场崩盘",
    ),
    ("美联储主席：通胀仍然过高，7月利率尚无定论", "Fed chair says inflation is still too high and July rates are open"),
)
TWO = (
    (
        "Rate cut in June not likely as inflation slows, says ECB board",
        "Rate cut in June likely as inflation slows, says Fed",
    ),
    ("美联储主席：不排除7月加息", "欧洲央行行长：不排除7月加息"),
)


async def test_a_decision_is_news_to_the_day_before_it() -> None:
    titles = (
        "Energy prices weigh on the ECB as it prepares to decide on rates",
        "ECB raises rates to curb inflation from energy prices",
        "ECB raises interest rates as energy prices drive inflation",
    )
    kinds = [one.placement.kind for one in await placed([(title, "") for title in titles], hours=9)]
    assert kinds == ["new", "grown", "known"]


@pytest.mark.parametrize(("a", "b"), ONE)
def test_what_a_central_bank_says_is_one_in_both_languages(a: str, b: str) -> None:
    assert same(a, b, "", lexicon()).same


@pytest.mark.usefixtures("untraced")
@pytest.mark.parametrize(("a", "b"), TWO)
def test_two_central_banks_are_two(a: str, b: str) -> None:
    said = same(a, b, "", lexicon())
    assert not said.same
    assert "about" in said.why
