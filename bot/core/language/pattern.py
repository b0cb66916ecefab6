"""Patterns that are compiled when they are first used: there are hundreds, and most commands need few."""

from __future__ import annotations

import re
from typing import Any, cast

_METHODS = ("search", "match", "fullmatch", "finditer", "findall", "sub", "split")
_VALUES = ("pattern", "flags", "groups", "groupindex")


class _Compiled:
    """Holds a compiled pattern's methods as attributes."""


class _Late(_Compiled):
    """Stands for a pattern. It becomes a `_Compiled` when it is first used, since asking this class costs more."""

    def __init__(self, text: str, flags: int) -> None:
        self._text, self._flags = text, flags

    def __getattr__(self, name: str) -> Any:
        made = re.compile(self._text, self._flags)
        self.__dict__.update({each: getattr(made, each) for each in (*_METHODS, *_VALUES)})
        self.__class__ = _Compiled  # type: ignore[assignment]
        return getattr(made, name)


def late_pattern(text: str, flags: int = 0) -> re.Pattern[str]:
    """As `re.compile`, but an error in `text` is raised only at the first use."""
    return cast("re.Pattern[str]", _Late(text, flags))
