"""A subscription's options as text → checked values. What can't be right is refused with what would be."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.core.errors import QueryError

SEVERITIES = ("normal", "notable", "breaking")
_LANG = re.compile(r"[a-z]{2}(-[A-Za-z]{2,4})?")


def parse_options(args: Mapping[str, str]) -> dict[str, str]:
    """The options among a command's arguments, checked and in canonical form. Raises `QueryError`."""
    checks = {"severity": _severity, "lang": _langs, "confirm": _confirm}
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
