"""Converts traditional to simplified Chinese, character by character, with OpenCC's dictionaries."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files

_VARIANTS = ("HKVariantsRev.txt", "TWVariantsRev.txt")
_SIMPLIFIED = "TSCharacters.txt"


@lru_cache(maxsize=1)
def simplified() -> dict[str, str]:
    """Each traditional or regional character with the simplified one that it is folded to. Read once, on first use.

    If a character has several simplified forms, the first is taken: for matching it only matters that query and text
    are folded alike.
    """
    table = _table(_SIMPLIFIED)
    for name in _VARIANTS:
        for variant, common in _table(name).items():
            table.setdefault(variant, table.get(common, common))
    return table


def _table(name: str) -> dict[str, str]:
    text = files("opencc").joinpath("dictionary", name).read_text(encoding="utf-8")
    pairs = (line.split("\t") for line in text.splitlines() if "\t" in line)
    return {key: first for key, values in pairs if len(key) == len(first := values.split(" ")[0]) == 1 and key != first}
