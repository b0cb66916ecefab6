"""A subscription's options as text → checked values. What can't be right is refused with what would be."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from bot.core.errors import QueryError

SEVERITIES = ("normal", "notable", "breaking")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_CLOCK = re.compile(r"([01]?\d|2[0-3])[:：]([0-5]\d)")
_LANG = re.compile(r"[a-z]{2}(-[A-Za-z]{2,4})?")


class Mode(NamedTuple):
    """When alerts go out: `instant`, `hourly`, `daily` or `weekly`, at `minute` of the day on `day` (0 = Monday)."""

    name: str
    minute: int = 0
    day: int = 0

    def __str__(self) -> str:
        clock = f"{self.minute // 60:02d}:{self.minute % 60:02d}"
        return {"daily": f"daily {clock}", "weekly": f"weekly {DAYS[self.day]} {clock}"}.get(self.name, self.name)


def parse_mode(text: str) -> Mode:
    """`instant`, `hourly`, `daily 08:30`, `weekly mon 08:30`. Raises `QueryError` with what would be right."""
    name, *rest = text.lower().split() or ["instant"]
    day = DAYS.index(rest.pop(0)[:3]) if name == "weekly" and rest and rest[0][:3] in DAYS else 0
    if name in ("instant", "hourly") and not rest:
        return Mode(name)
    if name in ("daily", "weekly"):
        found = _CLOCK.fullmatch(rest[0]) if rest else _CLOCK.fullmatch("08:00")
        if found and len(rest) <= 1:
            return Mode(name, int(found[1]) * 60 + int(found[2]), day)
    raise QueryError(f"mode is instant, hourly, daily 08:30 or weekly mon 08:30, not “{text[:40]}”")


def parse_quiet(text: str) -> tuple[int, int]:
    """`22:00-07:30` → minutes of the day (start, end). Raises `QueryError`."""
    start, _, end = text.replace("–", "-").partition("-")
    found = _CLOCK.fullmatch(start.strip()), _CLOCK.fullmatch(end.strip())
    if found[0] is None or found[1] is None:
        raise QueryError(f"quiet hours look like 22:00-07:30, not “{text[:40]}”")
    minutes = [int(clock[1]) * 60 + int(clock[2]) for clock in found if clock]
    if minutes[0] == minutes[1]:
        raise QueryError("quiet hours must end at another time than they start")
    return minutes[0], minutes[1]


def parse_options(args: Mapping[str, str]) -> dict[str, str]:
    """The options among a command's arguments, checked and in canonical form. Raises `QueryError`."""
    checks = {"severity": _severity, "lang": _langs, "mode": lambda text: str(parse_mode(text)), "confirm": _confirm}
    return {name: check(args[name].strip()) for name, check in checks.items() if args.get(name, "").strip()}


def _severity(text: str) -> str:
    if text.lower() not in SEVERITIES:
        raise QueryError(f"severity is normal, notable or breaking, not “{text[:40]}”")
    return text.lower()


def _langs(text: str) -> str:
    langs = [lang for lang in re.split(r"[,\s]+", text) if lang]
    wrong = next((lang for lang in langs if not _LANG.fullmatch(lang)), None)
    if wrong is not None or not langs:
        raise QueryError(f"languages are codes such as en or en,zh, not “{(wrong or text)[:40]}”")
    return ",".join(dict.fromkeys(lang[:2] for lang in langs))


def _confirm(text: str) -> str:
    if not text.isdecimal() or not 1 <= int(text) <= 20:
        raise QueryError(f"confirm is the number of outlets, 1 to 20, not “{text[:40]}”")
    return str(int(text))
