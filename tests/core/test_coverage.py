"""Concept coverage: the sentences chosen say what the reports share, once, within the budget."""

from __future__ import annotations

from itertools import chain, combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.alerts.coverage import Candidate, choose

pytestmark = pytest.mark.usefixtures("untraced")


def _candidates(*docs: list[str]) -> list[Candidate]:
    return [
        Candidate(text, doc, place, len(text.split()))
        for doc, sentences in enumerate(docs)
        for place, text in enumerate(sentences)
    ]


REPORTS = _candidates(
    ["Acme bought Bolt for two billion dollars.", "Bolt makes memory chips in Ohio.", "Its founder likes chess."],
    ["Bolt was bought by Acme for two billion dollars on Monday.", "Regulators must still agree."],
    ["Acme will pay two billion dollars for Bolt.", "Bolt makes memory chips in Ohio.", "Shares rose."],
)


def test_what_several_reports_say_is_chosen_and_said_once() -> None:
    chosen = [candidate.text for candidate in choose(REPORTS, 16, 3)]
    assert chosen[0] in {REPORTS[0].text, REPORTS[3].text}
    assert chosen.count("Bolt makes memory chips in Ohio.") == 1
    assert "Its founder likes chess." not in chosen


def test_nothing_shared_nothing_chosen() -> None:
    assert choose(_candidates(["One thing happened here."], ["Another matter entirely arose."]), 50, 2) == []
    assert choose([], 50, 0) == []


def test_one_report_counts_all_it_says() -> None:
    assert [c.place for c in choose(_candidates(["Acme bought Bolt.", "Bolt makes chips."]), 6, 1)] == [0, 1]


def test_an_exchange_betters_a_greedy_choice() -> None:
    """The best by rate (short) shuts out the best by worth when only one fits."""
    short, long = "alpha beta gamma", "alpha beta gamma delta epsilon zeta eta"
    candidates = [Candidate(short, 0, 1, 3), Candidate(long, 1, 1, 7), Candidate(long + " theta", 2, 1, 7)]
    assert [candidate.cost for candidate in choose(candidates, 7, 3)] == [7]


_WORDS = st.lists(st.sampled_from(["acme", "bolt", "chip", "deal", "east", "fire"]), min_size=3, max_size=7).map(
    " ".join
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(_WORDS, min_size=1, max_size=3), min_size=2, max_size=4), st.integers(3, 15))
def test_choices_fit_and_come_near_the_best(docs: list[list[str]], budget: int) -> None:
    candidates = _candidates(*docs)
    chosen = choose(candidates, budget, len(docs))
    assert sum(candidate.cost for candidate in chosen) <= budget
    assert len({(candidate.doc, candidate.place) for candidate in chosen}) == len(chosen)
    assert chosen == sorted(chosen, key=lambda candidate: (candidate.place, candidate.doc))
    best = max(
        (_worth(some, candidates) for n in range(4) for some in combinations(candidates, n) if _cost(some) <= budget),
        default=0.0,
    )
    assert _worth(chosen, candidates) >= best * 0.6  # greedy alone promises (1 - 1/e) of the best


def _cost(chosen: tuple[Candidate, ...]) -> int:
    return sum(candidate.cost for candidate in chosen)


def _concepts(text: str) -> set[tuple[str, ...]]:
    """Pairs of neighbours, and words by themselves."""
    words = text.split()
    return {*pairwise(words), *((word,) for word in words)}


def _worth(chosen: list[Candidate] | tuple[Candidate, ...], candidates: list[Candidate]) -> float:
    covered = set(chain.from_iterable(_concepts(candidate.text) for candidate in chosen))
    total = 0.0
    for concept in covered:
        told = [candidate for candidate in candidates if concept in _concepts(candidate.text)]
        docs = len({candidate.doc for candidate in told})
        if docs >= 2:
            total += (docs + sum(candidate.place == 0 for candidate in told)) * (1 if len(concept) == 2 else 0.5)
    return total
