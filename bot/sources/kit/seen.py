"""A source's memo of its last poll, so that paging stops where that poll began."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

KEPT = 60
"""How many ids at the head of a list are remembered: several, because a single one may be withdrawn."""


def load(memo: str) -> dict[str, Any]:
    """The memo as an object; an empty or foreign one is {}."""
    try:
        found = json.loads(memo) if memo else {}
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def dump(memo: dict[str, Any]) -> str:
    """An object as a memo that can be stored; equal objects give equal memos."""
    text = json.dumps(memo, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return text.encode("utf-8", "replace").decode()


def listed(memo: Mapping[str, Any]) -> tuple[str, ...]:
    """The ids that the last poll found at the head of its list, in their order."""
    found = memo.get("seen")
    return tuple(map(str, found)) if isinstance(found, list) else ()
