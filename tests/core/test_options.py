"""A subscription's options: what is right is canonical, what is wrong is refused with what would be right."""

from __future__ import annotations

import pytest

from bot.core.commands.options import parse_options, parse_settings
from bot.core.errors import QueryError


def test_options_are_checked_and_canonical() -> None:
    args = {
        "what": "x",
        "severity": "Notable",
        "lang": "EN, zh-TW,en",
        "confirm": "03",
    }
    assert parse_options(args) == {"severity": "notable", "lang": "en,zh", "confirm": "3"}


@pytest.mark.parametrize(
    ("name", "value"),
    [("severity", "huge"), ("lang", "klingonish"), ("lang", ","), ("confirm", "0"), ("confirm", "many")],
)
def test_wrong_options_are_refused(name: str, value: str) -> None:
    with pytest.raises(QueryError, match=name.replace("lang", "“lang”")):
        parse_options({name: value})


def test_a_language_may_be_called_by_its_name() -> None:
    assert parse_options({"lang": "English, 中文、de"}) == {"lang": "en,zh,de"}


def test_a_language_that_no_code_stands_for_is_refused() -> None:
    with pytest.raises(QueryError, match="not “xx”"):
        parse_options({"lang": "en,xx"})


def test_a_rhythm_is_canonical_and_the_usual_one_is_not_kept() -> None:
    args = {
        "mode": "Weekly",
        "quiet": "22:00 - 7:00",
        "wake": "Breaking",
        "updates": "No",
        "outlets": "Reuters，财新, Dow, Inc , Acme, Inc",
    }
    assert parse_options(args) == {
        "mode": "weekly mon 09:00",
        "quiet": "22:00-07:00",
        "wake": "breaking",
        "updates": "no",
        "outlets": "Reuters, 财新, Dow, Inc, Acme, Inc",
    }
    none = dict.fromkeys(("quiet", "wake", "thread", "outlets", "mute-outlets"), "None")
    assert parse_options({"mode": "instant", "updates": "yes", **none}) == {}


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("updates", "maybe", "“updates” must be yes or no"),
        ("thread", "each", "“thread” must be one of none, story, topic"),
        ("outlets", ",".join(map(str, range(21))), "at most 20 outlets"),
        ("mute-outlets", "x" * 61, "at most 20 outlets"),
        ("wake", "loud", "“severity” must"),
    ],
)
def test_a_rhythm_that_is_none_is_refused(name: str, value: str, said: str) -> None:
    with pytest.raises(QueryError, match=said):
        parse_options({name: value})


def test_a_channels_settings_are_checked_and_forgotten_by_none() -> None:
    args = {
        "language": "zh-TW",
        "timezone": "Asia/Taipei",
        "mention": "@desk",
        "mention-from": "Notable",
        "burst": "012",
    }
    assert parse_settings(args) == args | {"mention-from": "notable", "burst": "12"}
    assert parse_settings({"burst": "off", "timezone": "None", "mention": ""}) == {"burst": "0", "timezone": ""}


@pytest.mark.parametrize(
    ("name", "value"), [("burst", "1000"), ("burst", "many"), ("language", "fr"), ("timezone", "Mars/Olympus")]
)
def test_a_setting_that_is_none_is_refused(name: str, value: str) -> None:
    with pytest.raises(QueryError, match="not “"):
        parse_settings({name: value})


def test_notices_are_on_unless_they_are_off() -> None:
    assert parse_settings({"notices": "OFF"}) == {"notices": "off"}
    assert parse_settings({"notices": "on"}) == {"notices": ""}
