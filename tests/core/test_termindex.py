from __future__ import annotations

import pytest

from bot.core.matching.anchors import Frequencies
from bot.core.matching.document import Doc
from bot.core.matching.program import build, numbers, required
from bot.core.matching.query import parse
from bot.core.matching.termindex import TermIndex
from bot.core.matching.terms import Term, term_of
from bot.core.matching.tree import Alone, Blank, Clause, Phrase, children, leaves, sought
from bot.core.model import Entry


def term(*words: str, scope: str = "") -> Term:
    return term_of(Phrase(words), scope)


def doc(title: str, summary: str = "") -> Doc:
    return Doc(Entry("1", "", title, summary))


def test_a_term_is_looked_for_while_it_is_used() -> None:
    index = TermIndex()
    terms = [
        term("lic*"),
        term("lid*"),
        term("lice*"),
        term("芯片"),
        term("芯片厂"),
        term("a", "b", "c"),
        term("a", "b", "d"),
    ]
    terms += [term("go*", "by"), term("no*", "by"), term("ban", scope="title")]
    found = [index.number(one) for one in terms]
    index.use([*found, found[0]])
    text = doc("licence lid 芯片厂 a b c a b d going by not by ban")
    assert index.find(text) == set(found)
    index.drop(found[:1])
    for gone in range(len(terms)):
        assert index.find(text) == set(found[gone:])
        index.drop([found[gone]])
    assert len(index) == 0
    assert index.find(text) == set()
    with pytest.raises(KeyError):
        index.term(found[0])


def test_numbers_are_used_again() -> None:
    index = TermIndex()
    first = index.number(term("a"))
    index.use([first])
    index.drop([first])
    assert index.number(term("b", "c")) == first
    assert index.term(first) == term("b", "c")


@pytest.mark.parametrize(
    "text", ["a1|b1|c1|d1|e1|f1|g1|h1|(i1 j1)", "chip|chips|b1|c1|d1|e1|f1|g1|h1", "a1 NEAR (b1|a1)"]
)
def test_a_program_gives_back_every_use(text: str) -> None:
    index = TermIndex()
    program = build(parse(text), index)
    index.use(numbers(program))
    index.drop(numbers(program))
    assert len(index) == 0


def test_alternatives_of_one_meaning_are_given_back_too() -> None:
    index = TermIndex()
    clause = Clause((Phrase(("chip",)), Phrase(("chips",))), (Phrase(("ban",)),))
    program = build(Blank(clause, (Phrase(("bans",)),)), index)
    assert len(index) == 2
    index.use(numbers(program))
    index.drop(numbers(program))
    assert len(index) == 0


def test_a_rule_is_filed_under_what_it_needs() -> None:
    index = TermIndex()

    def needs(text: str) -> list[set[str]]:
        return [{index.term(n).words[0] for n in one} for one in required(build(parse(text), index))]

    assert needs("a -b lang:en") == [{"a"}]
    assert needs("a (b OR c)") == [{"a"}, {"b", "c"}]
    assert needs("a OR b c") == [{"a", "b"}]
    assert needs("a NEAR (b OR c)") == [{"a"}, {"b", "c"}]
    assert needs("a|b|c|d|e|f|g|h") == [set("abcdefgh")]


def test_rare_words_cost_less_and_what_was_counted_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    frequencies = Frequencies()
    cost = frequencies.cost
    assert cost(term("zebra")) < cost(term("ai")) < cost(term("the"))
    assert cost(term("人工智能")) < cost(term("人"))
    assert cost(term("zebra", "crossing")) < cost(term("zebra"))
    assert cost(term("zebra", scope="title")) < cost(term("zebra"))
    assert cost(term("zeb*")) > cost(term("zebra"))
    monkeypatch.setattr("bot.core.matching.anchors._MOST_WORDS", 6)
    for turn in range(300):
        frequencies.learn({"zebra", "stripe", f"once{turn}"})
    assert cost(term("zebra")) > cost(term("ai"))


def test_every_leaf_of_a_topic_is_reached() -> None:
    one, other, third = Phrase(("a",)), Phrase(("b",)), Phrase(("c",))
    tree = Blank(Clause((one,), (other,)), (third,))
    assert list(leaves(tree)) == [one, other, third]
    assert children(parse("a NEAR b")) == (one, other)
    assert list(leaves(parse("title:a -b"))) == [one, other]


def test_what_speaks_for_a_tree_is_neither_ruled_out_nor_set_aside() -> None:
    one, two = Phrase(("a",)), Phrase(("芯片",))
    tree = Alone(Blank(Clause((one,), (two,)), (Phrase(("c",)),)))
    assert list(sought(tree)) == [one, two]
    assert list(sought(parse("a -b lang:zh"))) == [one]
    assert (one.chinese, two.chinese) == (False, True)
