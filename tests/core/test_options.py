"""A subscription's options: what is right is canonical, what is wrong is refused with what would be right."""

from __future__ import annotations

import pytest

from bot.core.errors import QueryError
from bot.core.options import Mode, parse_mode, parse_options, parse_quiet


@pytest.mark.parametrize(
    ("text", "mode"),
    [
        ("instant", Mode("instant")),
        ("", Mode("instant")),
        ("HOURLY", Mode("hourly")),
        ("daily 8:30", Mode("daily", 510)),
        ("daily", Mode("daily", 480)),
        ("weekly monday 09:00", Mode("weekly", 540, 0)),
        ("weekly mon", Mode("weekly", 480, 0)),
        ("weekly sun 23：59", Mode("weekly", 1439, 6)),
    ],
)
def test_modes(text: str, mode: Mode) -> None:
    assert parse_mode(text) == mode
    assert parse_mode(str(mode)) == mode


@pytest.mark.parametrize("text", ["daily 25:00", "weekly mon x", "sometimes", "hourly 08:00", "daily 1 2"])
def test_wrong_modes_are_refused(text: str) -> None:
    with pytest.raises(QueryError, match="daily 08:30"):
        parse_mode(text)


def test_quiet_hours() -> None:
    assert parse_quiet("22:00-07:30") == (1320, 450)
    assert parse_quiet("22:00 – 7:30") == (1320, 450)


@pytest.mark.parametrize("text", ["22-7", "22:00", "22:00-22:00", "25:00-01:00", ""])
def test_wrong_quiet_hours_are_refused(text: str) -> None:
    with pytest.raises(QueryError, match="quiet hours"):
        parse_quiet(text)


def test_options_are_checked_and_canonical() -> None:
    args = {
        "what": "x",
        "severity": "Notable",
        "lang": "en, zh-TW,en",
        "mode": "daily 8:05",
        "confirm": "03",
    }
    assert parse_options(args) == {"severity": "notable", "lang": "en,zh", "mode": "daily 08:05", "confirm": "3"}


@pytest.mark.parametrize(
    ("name", "value"),
    [("severity", "huge"), ("lang", "english"), ("lang", ","), ("mode", "x"), ("confirm", "0"), ("confirm", "many")],
)
def test_wrong_options_are_refused(name: str, value: str) -> None:
    with pytest.raises(QueryError, match=name.replace("lang", "languages").replace("mode", "mode is")):
        parse_options({name: value})
