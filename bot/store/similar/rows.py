"""How the folding index stores a report and a story's state: as JSON that reads back exactly."""

from __future__ import annotations

import json
import sys
from array import array
from base64 import b64decode, b64encode
from collections.abc import Iterable
from typing import Any

from bot.core.language.meaning import Vector
from bot.core.language.quantities import Quantity
from bot.core.stories.followup import State
from bot.core.stories.side import Member
from bot.core.stories.sketch import Sketch

_decode = json.JSONDecoder().raw_decode
_encoded = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False).encode


def member_text(one: Member, names: frozenset[str]) -> str:
    """A report as JSON. `names` are the terms that were counted as names, kept for recounting."""
    row = {
        "s": one.script,
        "n": one.words,
        "w": one.weights,
        "m": one.mass,
        "c": sorted(one.names),
        "f": sorted(names),
    }
    if one.shared is not one.weights:
        row["x"] = one.shared
    if one.head:
        row["h"] = sorted(one.head)
    if one.title:
        row["t"] = one.title
    if one.meant:
        row["v"] = b64encode(array("b", one.meant)).decode()
    if one.source:
        row["o"] = one.source
    if one.years:
        row["y"] = sorted(one.years)
    return _encoded(row)


def member_of(text: str) -> Member:
    """The report that `member_text` wrote."""
    row: dict[str, Any] = _decode(text)[0]
    weights = _shared_keys(row["w"])
    return Member(
        row["s"],
        row["n"],
        weights,
        row["m"],
        frozenset(row["c"]),
        _shared_keys(row["x"]) if "x" in row else weights,
        frozenset(row.get("y", ())),
        frozenset(row.get("h", ())),
        row.get("t", ""),
        array("b", b64decode(row["v"])) if "v" in row else (),
        sys.intern(row.get("o", "")),
    )


def _shared_keys(weights: dict[str, int]) -> dict[str, int]:
    """The weights, with one copy of each term for all reports in memory, as these tell of the same few things."""
    return dict(zip(map(sys.intern, weights), weights.values(), strict=True))


def meant_of(text: str) -> tuple[str, Vector]:
    """The script of a stored report, and its title's vector or ()."""
    row: dict[str, Any] = _decode(text)[0]
    return row["s"], array("b", b64decode(row["v"])) if "v" in row else ()


def counted(text: str) -> tuple[list[str], list[str]]:
    """The terms and names of a stored report, for counting it again."""
    row: dict[str, Any] = _decode(text)[0]
    return list(row["w"]), row["f"]


def sketch_bytes(one: Sketch) -> bytes:
    """The hashes of a sketch, sorted, 32 bits each."""
    return array("I", sorted(one.hashes)).tobytes()


def sketch_of(level: int, hashes: bytes) -> Sketch:
    """The sketch that `sketch_bytes` wrote."""
    return Sketch(level, frozenset(array("I", hashes)))


def state_text(state: State) -> str:
    """A story's state as JSON, the same for equal states."""
    row = {
        "flags": sorted(state.flags),
        "rungs": dict(sorted(state.rungs.items())),
        "figures": state.figures,
        "versions": sorted(state.versions),
        "official": state.official,
        "forms": sorted(state.forms),
        "subjects": sorted(state.subjects),
        "leads": state.leads,
    }
    return _encoded({name: value for name, value in row.items() if value})


def state_of(text: str) -> State:
    """The state that `state_text` wrote."""
    row: dict[str, Any] = _decode(text)[0]
    return State(
        frozenset(row.get("flags", ())),
        row.get("rungs", {}),
        _quantities(row.get("figures", ())),
        frozenset((name, version) for name, version in row.get("versions", ())),
        row.get("official", False),
        frozenset(row.get("forms", ())),
        frozenset(row.get("subjects", ())),
        _quantities(row.get("leads", ())),
    )


def _quantities(row: Iterable[tuple[float, str]]) -> tuple[Quantity, ...]:
    return tuple(Quantity(value, unit) for value, unit in row)


def heaviest(one: Member, most: int) -> list[tuple[int, str]]:
    """The heaviest terms with their weights. For Chinese: of the terms that both languages share, and half as many of
    its own.
    """
    if one.shared is one.weights:
        return _top(one.weights, most)
    own = _top(one.weights, most // 2)
    return list({term: (weight, term) for weight, term in (*own, *_top(one.shared, most))}.values())


def _top(weights: dict[str, int], most: int) -> list[tuple[int, str]]:
    return sorted(zip(weights.values(), weights, strict=True), reverse=True)[:most]
