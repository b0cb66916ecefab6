"""Labelled Chinese and English-Chinese pairs, those that nothing was tuned on: told apart by words alone."""

from __future__ import annotations

import pytest

from bot.core.stories.cluster import same
from tests.shipped import lexicon
from tests.stories.pairs import pairs


@pytest.mark.parametrize(("kinds", "floor"), [(("zh", "script"), 0.63), (("cross",), 0.75)])
def test_kept_pairs_reach_their_f1(kinds: tuple[str, ...], floor: float) -> None:
    said = [(same(one.a, one.b, "", lexicon()).same, one.same) for one in pairs() if one.kept and one.kind in kinds]
    right = said.count((True, True))
    assert 2 * right / (sum(s for s, _ in said) + sum(t for _, t in said)) >= floor


def test_there_are_enough_pairs_of_each_kind() -> None:
    kinds = [one.kind for one in pairs()]
    assert kinds.count("zh") + kinds.count("script") >= 120
    assert kinds.count("cross") >= 60
