"""Times that were typed without the quotes that hold an option's words together: `chips mode=weekly fri 5 pm`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.core.commands.cadence import DAY, QUIET, plain, spoken
from bot.core.language.daytime import TIME
from bot.core.language.pattern import late_pattern

_CLOCK = rf"(?:at )?{TIME}(?!\S)"
_HOUR = r"(?:at )?\d{1,2}$"
"""An hour alone, which is a keyword elsewhere."""
_DAILY = late_pattern(rf"{_CLOCK}|{_HOUR}")
_WEEKLY = late_pattern(rf"(?:on )?(?:{DAY})(?!\S)(?: {_CLOCK}| {_HOUR})?|{_CLOCK}|{_HOUR}")
_AFTER = {"daily": _DAILY, "weekly": _WEEKLY}
_TIMED = late_pattern(rf"(?!noon|midnight){_CLOCK}")
_HOURS = late_pattern(rf"(?:{QUIET})(?!\S)")
_MOST = 8


def take_times(loose: list[str], args: dict[str, str], places: Mapping[str, int]) -> None:
    """Move the words of a digest's time, of quiet hours and of a zone from the loose words to their arguments.

    An option stands behind as many loose words as `places` says.
    """
    _take_mode(loose, args, places.get("mode"))
    _take_quiet(loose, args, places.get("quiet"))
    if "timezone" in args and loose:  # the command that has it takes no other words
        begin = places.get("timezone", 0)
        args["timezone"] = " ".join((args["timezone"], *loose[begin:]))
        del loose[begin:]


def _take_mode(loose: list[str], args: dict[str, str], place: int | None) -> None:
    """The day and the time of a digest. Away from the option they must have figures, since a day may be a keyword."""
    mode, _, day = spoken(args.get("mode", "")).partition(" ")
    pattern = _DAILY if day else _AFTER.get(mode)
    if pattern is None or mode not in _AFTER:
        return
    for start in ([] if place is None else [place]) + list(range(len(loose))):
        found = pattern.match(plain(" ".join(loose[start:])))
        if found and (start == place or _TIMED.search(found[0])):
            end = start + len(found[0].split())
            args["mode"] = " ".join((plain(args["mode"]), *loose[start:end]))
            del loose[start:end]
            break


def _take_quiet(loose: list[str], args: dict[str, str], place: int | None) -> None:
    """The rest of quiet hours with spaces in them, behind their option."""
    if place is None:
        return
    begun = args["quiet"].split()
    found = _HOURS.match(plain(" ".join((*begun, *loose[place : place + _MOST]))))
    if found and (more := len(found[0].split()) - len(begun)) > 0:
        args["quiet"] = " ".join((*begun, *loose[place : place + more]))
        del loose[place : place + more]


def with_times(words: Sequence[str]) -> list[str]:
    """The words of a shell with `--mode weekly friday 17:00` as one option and one value."""
    made = list(words)
    for name in ("mode", "quiet"):
        made = _with_time(made, name)
    return made


def _with_time(words: list[str], name: str) -> list[str]:
    for at, word in enumerate(words):
        option, sign, value = word.partition("=")
        begin = at + 1 if sign else at + 2
        if option == f"--{name}" and begin <= len(words):
            args, rest = {name: value if sign else words[begin - 1]}, words[begin:]
            take_times(rest, args, {name: 0})
            return [*words[:at], f"--{name}={args[name]}", *rest] if len(rest) < len(words) - begin else words
    return words
