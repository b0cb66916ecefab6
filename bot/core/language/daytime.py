"""Times of day as people write them: 08:30, 8pm, 7:30 a.m., noon, 早上8点半."""

from __future__ import annotations

import re

from bot.core.errors import QueryError

_UNITS = "零一二三四五六七八九"
_NUMBER = r"(?:\d{1,2}|[二三四五]?十[一二三四五六七八九]?|[零〇]?[一二两兩三四五六七八九]|[零〇])"
_PARTS = {
    "凌晨": "night",
    **dict.fromkeys(("清晨", "早上", "早晨", "早", "上午"), "morning"),
    "中午": "noon",
    **dict.fromkeys(("下午", "傍晚"), "afternoon"),
    **dict.fromkeys(("晚上", "晚"), "evening"),
}
_PART = "|".join(_PARTS)
_HALF = r"[ap]\.?m\b\.?"
TIME = (
    rf"(?:noon|midnight|(?:{_PART})?\s?\d{{1,2}}:\d{{2}}(?:\s?{_HALF})?|\d{{1,2}}(?:\.\d{{2}})?\s?{_HALF}"
    rf"|(?:{_PART})?\s?{_NUMBER}(?:点|點|时|時)(?:钟|鐘|整|半|[一三]刻|{_NUMBER}分?)?)"
)
"""A pattern for a time of day, in plain text in small letters."""
_READ = re.compile(
    rf"(?P<part>{_PART})?\s?(?P<hour>{_NUMBER})(?:[:.点點时時](?P<minute>半|[一三]刻|{_NUMBER})?)?"
    rf"(?:分|钟|鐘|整)?\s?(?P<half>{_HALF})?"
)
_CALLED = {"noon": "12:00", "midnight": "00:00"}
_PAST = {"半": 30, "一刻": 15, "三刻": 45}
_AFTER_NOON = {hour: hour + 12 for hour in range(1, 12)}
_FROM_FIVE = {hour: hour + 12 for hour in range(5, 12)}
_LATE = {hour: hour for hour in range(13, 24)}
_HOURS: dict[str, dict[int, int]] = {
    "": {hour: hour for hour in range(24)},
    "am": {12: 0, **{hour: hour for hour in range(1, 12)}},
    "pm": {12: 12, **_AFTER_NOON},
    "night": {12: 0, **{hour: hour for hour in range(7)}},
    "morning": {hour: hour for hour in range(1, 12)},
    "noon": {11: 11, 12: 12, 1: 13, 2: 14},
    "afternoon": {12: 12, **_AFTER_NOON, **_LATE},
    "evening": {12: 0, **_FROM_FIVE, **_LATE},  # 晚上2点 is none that all take alike
}
"""The hour of the day that is meant by an hour's name, for each part of the day."""


def clock(text: str) -> str:
    """A text that matches `TIME`, or an hour alone, as `20:00`. Raises `QueryError` if the day has no such time."""
    if text in _CALLED:
        return _CALLED[text]
    found = _READ.fullmatch(text)
    hour = _hour(found) if found else None
    minute = _minute(found["minute"] or "") if found else 0
    if hour is None or minute > 59:
        raise QueryError(f"{text} is not a time of day; write it like 09:00, 22:30 or 8 pm")
    return f"{hour:02}:{minute:02}"


def _hour(found: re.Match[str]) -> int | None:
    """The hour of the day; None if there is no such hour."""
    part, half = _PARTS.get(found["part"], ""), (found["half"] or "").replace(".", "")
    return None if part and half else _HOURS[part or half].get(_number(found["hour"]))


def _minute(text: str) -> int:
    return _PAST[text] if text in _PAST else _number(text) if text else 0


def _number(text: str) -> int:
    """A number of up to 59 in digits or in Chinese."""
    if text.isdecimal():
        return int(text)
    plain = text.replace("〇", "零").replace("两", "二").replace("兩", "二")
    tens, ten, units = plain.rpartition("十")
    unit = _UNITS.index(units[-1]) if units else 0
    return unit + (10 * (_UNITS.index(tens) if tens else 1) if ten else 0)
