"""Whose way to the exchange a Chinese title tells of."""

from __future__ import annotations

import pytest

from bot.core.language.text import fold
from bot.core.stories.listing import listed


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("青禾智能通过港交所上市聆讯", "青禾"),
        ("证监会同意青禾科技科创板IPO注册", "青禾"),
        ("“农机第一股”青禾股份首日收涨187%", "青禾"),
        ("GPU公司青禾科技确定发行价114.28元", "青禾"),
        ("青禾科技首日掛牌升76%", "青禾"),
        ("新股消息 | 青禾科技递表港交所", "青禾"),
        ("Tillow母公司蓝鲸纸业港股首日高开46%", "蓝鲸纸业"),
        ("TILLOW明日掛牌 暗盤升逾兩成", "tillow"),
        ("今日两只新股上市首日大涨", ""),  # nobody's
        ("新机型上市，售价两千元", ""),  # on sale
        ("Tillow sets IPO price range", ""),
    ],
)
def test_the_company_before_the_step(title: str, name: str) -> None:
    assert {who for _, who in listed(fold(title))} == ({name} if name else set())
