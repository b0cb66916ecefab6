"""What a report and a story tell beside whom they are about: a name is no event."""

from __future__ import annotations

import pytest

from bot.core.language.entities import NOTHING, Entity, lexicon
from bot.core.language.text import lexed
from bot.core.model import Entry
from bot.core.stories.beside import nothing_beside
from bot.core.stories.cluster import Document, StoryView, document, lone_story, same
from bot.core.stories.commonness import Commonness
from bot.core.stories.features import features
from bot.core.stories.score import Judged
from bot.core.stories.side import Member, member
from bot.core.stories.weights import SIGNALS

LEXICON = lexicon(
    (
        Entity("harbour-board", "Harbour Board", names=("the Board",), zh=("港务局",), venue=True),
        Entity("tillow", "Tillow", names=("Tillow Code",)),
        Entity("marrow", "Marrow"),
    ),
    {"crane": "起重机"},
)
UNLIKE, ACROSS = (0.1,) * len(SIGNALS), (0.1,) * 6
FITS = Judged(0.9, 0.2, UNLIKE)


def doc(title: str) -> Document:
    return document(Entry("1", "", title), LEXICON)


def read(found: Document) -> Member:
    return member(found.features, Commonness())


def story(*titles: str) -> StoryView:
    return lone_story([doc(title) for title in titles], Commonness())


def apart(title: str, *titles: str, said: Judged = FITS) -> bool:
    found = doc(title)
    return nothing_beside(read(found), story(*titles), said, found.features.spelled) is not None


@pytest.mark.parametrize(
    ("title", "other"),
    [
        ("Harbour Board counts its gulls", "Why the Harbour Board moved the bell"),
        ("Tillow Code paints a fence", "A farmer sues Tillow Code over weeds"),
        ("Tillow and Marrow sponsor a race", "Marrow hires a cook from Tillow"),
        ("港务局招聘厨师", "Harbour Board counts its gulls"),
    ],
)
def test_a_name_in_common_is_no_event(title: str, other: str) -> None:
    assert apart(title, other)
    assert apart(other, title)


@pytest.mark.parametrize(
    ("title", "other"),
    [
        ("Harbour Board counts its gulls at dusk", "Gulls at dusk: the Harbour Board has a number"),
        ("Tillow and Marrow will merge", "Marrow to merge with Tillow"),
        ("港务局采购起重机", "Harbour Board orders a crane for the quay"),
    ],
)
def test_a_name_and_what_it_did_is_one(title: str, other: str) -> None:
    assert not apart(title, other)


def test_nothing_is_asked_of_titles_that_are_alike_in_words_or_in_meaning() -> None:
    titles = ("Harbour Board counts its gulls", "Why the Harbour Board moved the bell")
    closest = tuple(0.6 if name == "closest" else 0.1 for name in SIGNALS)
    assert apart(*titles)
    assert not apart(*titles, said=Judged(0.9, 0.2, closest))
    assert not apart(*titles, said=Judged(0.9, 0.2, ACROSS, meant=0.6))


def test_a_word_of_half_of_a_storys_titles_may_be_common_by_the_story_alone() -> None:
    common = Commonness()
    for _ in range(4_000):
        common.count(["gull", "bell"], [])
    docs = [doc(f"Harbour Board and the gull {word}") for word in ("census", "song", "feast")]
    found = doc("Gull of the Harbour Board")
    one = member(found.features, common)
    few, many = lone_story(docs[:2], common), lone_story(docs, common)
    said = Judged(0.9, 0.2, UNLIKE)
    assert nothing_beside(one, few, said, found.features.spelled)
    assert not nothing_beside(one, many, said, found.features.spelled)


def test_terms_by_which_entities_go() -> None:
    assert LEXICON.spelled["harbour-board"] >= {"harbour", "board", "港务", "务局"}
    assert features(lexed("The Board met"), LEXICON, "").spelled == LEXICON.spelled["harbour-board"]
    assert features(lexed("The Board met"), NOTHING, "").spelled == frozenset()


@pytest.mark.parametrize(
    ("title", "subjects"),
    [
        ("Marrow sinks on debut, a day after Tillow", {"marrow"}),
        ("Marrow sinks on debut three weeks after Tillow did", {"marrow"}),
        ("Marrow bakes bread, like Tillow", {"marrow"}),
        ("继Tillow之后，Marrow上市首日破发", {"marrow"}),
        ("Marrow sinks on debut as Tillow floats", {"marrow", "tillow"}),
        ("Bread sinks, a day after Tillow", {"tillow"}),
        ("Ferries, a day after Tillow and Marrow", {"tillow", "marrow"}),
    ],
)
def test_whom_a_title_names_in_an_aside_it_is_not_about(title: str, subjects: set[str]) -> None:
    found = features(lexed(title), LEXICON, title)
    assert found.subjects == subjects
    assert {term for term in found.head if term[0] == "@"} == {f"@{one}" for one in subjects}


def test_two_texts_that_share_a_name_are_not_the_same() -> None:
    one = "Harbour Board counts gulls near rusty ferries before the summer fairs return"
    said = same(one, "Old bell of a drowned chapel moved at last by patient men of the Harbour Board", "en", LEXICON)
    assert not said.same
    assert "little but a name in common" in said.why
