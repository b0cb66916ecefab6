"""Users' patterns, through RE2 alone: linear in the text, bounded in memory, no backtracking."""

from __future__ import annotations

from functools import lru_cache
from typing import Protocol

_MEMORY = 1 << 20  # bytes that one compiled pattern may take; what needs more is refused


class Found(Protocol):
    def span(self) -> tuple[int, int]: ...


class Pattern(Protocol):
    """A compiled pattern."""

    def search(self, text: str) -> Found | None: ...


@lru_cache(maxsize=256)
def compiled(pattern: str) -> Pattern:
    """The pattern, case-insensitive. Raises `ValueError`, one line for users, if RE2 refuses it or is not installed."""
    try:
        import re2
    except ImportError:
        raise ValueError(
            "patterns need RE2, which is not installed here; whoever runs Tocsin can add google-re2"
        ) from None
    options = re2.Options()
    options.case_sensitive = False
    options.max_mem = _MEMORY
    options.log_errors = False
    try:
        made: Pattern = re2.compile(pattern, options)
    except re2.error as error:
        raise ValueError(_plainly(error)) from None
    return made


def _plainly(error: Exception) -> str:
    reason = error.args[0] if error.args else ""
    text = reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)
    line = " ".join(text.split())[:80]
    return f"the pattern can't be used: {line}; RE2 has no look-around, no back-references, few repeats above 1000"
