"""A source's memo of its last poll, so that paging stops where that began."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

_KEPT = 60


def load(memo: str) -> dict[str, Any]:
    """The memo as an object; an empty or foreign one is {}."""
    try:
        found = json.loads(memo) if memo else {}
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def dump(memo: dict[str, Any]) -> str:
    """An object as a memo that can be stored, always the same for the same content."""
    text = json.dumps(memo, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return text.encode("utf-8", "replace").decode()


def known(memo: str) -> frozenset[str]:
    """The ids that the last poll found at the head of its list."""
    ids = load(memo).get("seen")
    return frozenset(str(one) for one in ids) if isinstance(ids, list) else frozenset()


def remember(ids: Iterable[str]) -> str:
    """A memo of the ids at the head of a list: several, because one alone may be taken back.

    "" for an empty list, which is no reason to forget the one before.
    """
    heads = list(dict.fromkeys(filter(None, ids)))[:_KEPT]
    return dump({"seen": heads}) if heads else ""


def unread(kind: str, pages: int) -> str:
    """The note of a poll that came to its last page and found nothing that the last poll saw."""
    return f"{kind}: over {pages} pages since the last poll; older ones are not read"
