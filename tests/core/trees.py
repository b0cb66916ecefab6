"""Random queries and entries over a small vocabulary, English and Chinese, for property tests."""

from __future__ import annotations

from hypothesis import strategies as st

from bot.core.matching.limits import anchored
from bot.core.matching.tree import Field, Meta, Near, Node, Not, Phrase, Regex, all_of, any_of
from bot.core.model import Entry

WORDS = ["chip", "chips", "ban", "open", "source", "h20", "5.6", "at&t", "policies"]
RUNS = ["芯片", "出口", "片出", "芯", "口管制"]
TEXT = [
    *WORDS,
    *RUNS,
    "chipmaker",
    "Open-Source",
    "GPT-5.6",
    "AT&T",
    "芯，片",
    "晶片",
    "U.S.",
    "licence",
    ".",
    "；",
    "H20s",
]

words = st.sampled_from(WORDS)
runs = st.sampled_from(RUNS)
phrases = st.one_of(
    st.lists(words | runs, min_size=1, max_size=3).map(lambda found: Phrase(tuple(found))),
    words.map(lambda word: Phrase((word,))),
    runs.map(lambda run: Phrase((run,))),
    st.lists(words, min_size=1, max_size=2).map(lambda found: Phrase(tuple(found), exact=True)),
    st.sampled_from(["chi*", "lic*", "pol*"]).map(lambda word: Phrase((word,))),
    words.map(lambda word: Phrase((word, "sou*"))),
)
alternatives = st.lists(phrases, min_size=1, max_size=3).map(any_of)
nears = st.recursive(
    st.builds(Near, alternatives, alternatives, st.integers(1, 20)),
    lambda inner: st.builds(Near, inner, alternatives, st.integers(1, 20)),
    max_leaves=3,
)
tests = st.one_of(
    st.sampled_from(["en", "zh"]).map(lambda code: Meta("lang", code)),
    st.sampled_from(["reuters", "financial times"]).map(lambda name: Meta("source", name)),
    st.sampled_from(["S-1", "S-1/A"]).map(lambda form: Meta("form", form)),
    st.sampled_from(["after", "before"]).map(lambda name: Meta(name, "2026-01-31")),
    st.sampled_from(["h[12]0", "ban.{0,5}chip", "芯.?片"]).map(Regex),
)


def _grown(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    many = st.lists(inner, min_size=2, max_size=3)
    return st.one_of(many.map(all_of), many.map(any_of), inner.map(Not))


plain = st.recursive(phrases | nears, _grown, max_leaves=5)
fielded = st.builds(Field, st.sampled_from(["title", "body"]), plain)
trees = st.recursive(phrases | nears | tests | fielded, _grown, max_leaves=8)
rules = st.builds(lambda tree, word: tree if anchored(tree) else all_of([word, tree]), trees, phrases)

_text = st.lists(st.sampled_from(TEXT), max_size=16).flatmap(
    lambda found: st.sampled_from([" ", " ", "", "-"]).map(lambda joint: joint.join(found))
)
entries = st.builds(
    Entry,
    id=st.just("1"),
    url=st.just(""),
    title=_text,
    summary=_text,
    content=_text,
    source=st.sampled_from(["Reuters", "Financial  Times", ""]),
    lang=st.sampled_from(["en", "zh", "zh-tw", ""]),
    form=st.sampled_from(["S-1", "s-1/a", ""]),
    published=st.sampled_from([None, 1769817599999, 1769817600000]),
    first_seen=st.just(1769900000000),
)
