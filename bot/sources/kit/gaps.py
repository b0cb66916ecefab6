"""What a walk down a list left unread, kept in the feed's memo for the next polls."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple


class Gap(NamedTuple):
    """What is still to be read: from the page `at` down to one of the marks `until`. `failed`: which page, and how."""

    at: str
    until: frozenset[str]
    failed: str = ""


def gap_of(memo: Mapping[str, Any]) -> Gap | None:
    """The gap in a memo, or None."""
    found = memo.get("gap")
    if not isinstance(found, dict) or not isinstance(found.get("at"), str) or not isinstance(found.get("until"), list):
        return None
    return Gap(found["at"], frozenset(map(str, found["until"])), str(found.get("failed") or ""))


def noted(gap: Gap) -> dict[str, Any]:
    """A gap as `gap_of` finds it in a memo."""
    return {"gap": {"at": gap.at, "until": sorted(gap.until), "failed": gap.failed}}
