"""A subscription's options: what is right is canonical, what is wrong is refused with what would be right."""

from __future__ import annotations

import pytest

from bot.core.errors import QueryError
from bot.core.options import mentioned, parse_options


def test_options_are_checked_and_canonical() -> None:
    args = {
        "what": "x",
        "severity": "Notable",
        "lang": "en, zh-TW,en",
        "confirm": "03",
    }
    assert parse_options(args) == {"severity": "notable", "lang": "en,zh", "confirm": "3"}


@pytest.mark.parametrize(
    ("name", "value"),
    [("severity", "huge"), ("lang", "english"), ("lang", ","), ("confirm", "0"), ("confirm", "many")],
)
def test_wrong_options_are_refused(name: str, value: str) -> None:
    with pytest.raises(QueryError, match=name.replace("lang", "languages")):
        parse_options({name: value})


def test_a_language_that_no_code_stands_for_is_refused() -> None:
    with pytest.raises(QueryError, match="not “xx”"):
        parse_options({"lang": "en,xx"})


@pytest.mark.parametrize(
    ("platform", "typed", "kept"),
    [
        ("discord", " <@&12345> ", "12345"),
        ("discord", "@here", ""),
        ("slack", "<!subteam^S12|@a>", "S12"),
        ("console", "1", ""),
    ],
)
def test_who_can_be_mentioned(platform: str, typed: str, kept: str) -> None:
    assert mentioned(platform, typed) == kept
