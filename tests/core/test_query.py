from __future__ import annotations

import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.errors import QueryError
from bot.core.matching import regex
from bot.core.matching.limits import anchored
from bot.core.matching.query import canonical, parse, stored, unparse
from bot.core.matching.tree import (
    Alone,
    And,
    Blank,
    Clause,
    Field,
    Meta,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    Regex,
    all_of,
    any_of,
    leaves,
)
from tests.core.trees import rules


def word(text: str) -> Phrase:
    return Phrase(tuple(text.split()))


A, B, C = word("a"), word("b"), word("c")


def attempt(text: str) -> tuple[Node | None, QueryError | None]:
    try:
        return stored(text), None
    except QueryError as error:
        return None, error


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("a b", And((A, B))),
        ("a AND b & c", And((A, B, C))),
        ("a OR b | c", Or((A, B, C))),
        ("a|b", Or((A, B))),
        ("a b OR c", Or((And((A, B)), C))),
        ("a (b OR c)", And((A, Or((B, C))))),
        ("a NOT b", And((A, Not(B)))),
        ("a -b", And((A, Not(B)))),
        ("a --b", And((A, Not(Not(B))))),
        ("a NEAR b", Near(A, B, 5)),
        ("a NEAR/20 (b OR c)", Near(A, Or((B, C)), 20)),
        ("a NEAR b NEAR/3 c", Near(Near(A, B, 5), C, 3)),
        ("a b NEAR c", And((A, Near(B, C, 5)))),
        ("title:a b", And((Field("title", A), B))),
        ("TITLE:(a b)", Field("title", And((A, B)))),
        ("a lang:zh", And((A, Meta("lang", "zh")))),
        ("a lang:Chinese", And((A, Meta("lang", "zh")))),
        ("a lang:繁體中文", And((A, Meta("lang", "zh")))),
        ("a lang:(zh OR en)", And((A, Or((Meta("lang", "zh"), Meta("lang", "en")))))),
        ("a -form:s-1/a", And((A, Not(Meta("form", "S-1/A"))))),
        ('a source:"Financial  Times"', And((A, Meta("source", "financial times")))),
        ("a after:2026-01-31", And((A, Meta("after", "2026-01-31")))),
        ("a topic:Export-Controls", And((A, Meta("topic", "export-controls")))),
        (r"a /x(\/|y)/", And((A, Regex(r"x(\/|y)")))),
        ("licen*", word("licen*")),
        ("gpt-5*", word("gpt 5*")),
        ("芯片*", word("芯片")),
        ("Open-Source", word("open source")),
        ("AT&T", word("at&t")),
        ("U.S. C++", And((word("u.s"), word("c++")))),
        ("AI芯片", word("ai 芯片")),
        ("輝達", word("辉达")),
        ('"Open Source"', Phrase(("open", "source"), exact=True)),
        ('"芯片"', word("芯片")),
        ("“a” 「b」", And((Phrase(("a",), exact=True), Phrase(("b",), exact=True)))),
        ("（a｜b） －c", And((Or((A, B)), Not(C)))),
        ("title：a", Field("title", A)),
        ("a \u200b\u202e", A),
        ("and or not near", And((word("and"), word("or"), word("not"), word("near")))),
        ('"a AND b"', Phrase(("a", "and", "b"), exact=True)),
        ('"100% *"', Phrase(("100",), exact=True)),
    ],
)
def test_a_query_has_this_tree(text: str, tree: Node) -> None:
    assert parse(text) == tree
    assert parse(unparse(tree)) == tree


def test_a_language_that_an_older_version_took_is_still_read() -> None:
    assert stored("a lang:zz") == And((A, Meta("lang", "zz")))
    assert parse("a lang:yue") == And((A, Meta("lang", "yue")))


@pytest.mark.parametrize(
    ("text", "column", "says"),
    [
        ("", 1, "the query is empty"),
        (" \u200b ", 1, "the query is empty"),
        ("()", 1, "the parentheses are empty"),
        ("a (b", 3, "never closed"),
        ("a (", 3, "needs a word after it"),
        ("(a OR )", 7, "a word is needed before “)”"),
        ("a)", 2, "has no matching"),
        ("a OR", 3, "“OR” needs a word after it"),
        ("OR a", 1, "“OR” needs a word before it"),
        ("a AND OR b", 7, "“OR” needs a word before it"),
        ("NEAR/3", 1, "needs a word before it"),
        ("a NOT", 3, "needs a word after it"),
        ('a "b', 3, "the quotation mark is never closed"),
        ('a ""', 3, "the quotation marks hold no letters"),
        ("a - b", 3, "has no letters or digits"),
        ("😀", 1, "has no letters or digits"),
        ("ab*", 1, "* needs at least 3 letters"),
        ("*", 1, "has no letters or digits"),
        ("ch*ip", 1, "* may only end a word"),
        ("-a", 1, "this query only rules things out"),
        ("a OR -b", 6, "this side of OR only rules things out"),
        ("(a b) OR lang:zh", 10, "lang: alone matches too much"),
        ("lang:zh topic:x", 1, "has no word that must be there"),
        ("form:upload", 1, "form: alone matches too much"),
        ("source:x OR lang:zh", 13, "lang: alone matches too much"),
        ("title:-a", 7, "only rules things out"),
        ("/a/", 1, "a /pattern/ alone is too slow"),
        ("/" + "ab" * 40 + "/", 1, "…"),
        ("a OR /b/", 6, "a /pattern/ alone is too slow"),
        ("foo:bar", 1, "there is no field “foo:”; fields are title,"),
        ("sorce:bar a", 1, "did you mean source:"),
        ("title:", 1, "title: needs a value"),
        ("title:(body:a)", 8, "body: can't be used inside title:"),
        ("title:/x/ a", 7, "can't be used inside title:"),
        ('source:"" a', 8, "source: needs a value"),
        ("source:reut* a", 8, "source: compares exactly"),
        ("a NEAR/0 b", 3, "from 1 to 20"),
        ("a NEAR/21 b", 3, "from 1 to 20"),
        ("a NEAR/x b", 3, "from 1 to 20"),
        ("a NEAR/99999999999 b", 3, "from 1 to 20"),
        ("a NEAR (b c)", 3, "NEAR joins words"),
        ("a NEAR -b", 3, "NEAR joins words"),
        ("a NEAR (b NEAR c)", 3, "NEAR joins words"),
        ("title:a NEAR b", 9, "put NEAR inside the field"),
        ("a after:2026-02-30", 9, "is not a date"),
        ("a after:tomorrow", 9, "is not a date"),
        ("a lang:klingon", 8, "is not a language code"),
        ("a lang:zz", 8, "is not a language code"),
        ("a lang:cn-TW", 8, "is not a language code"),
        ("a /b", 3, "the closing / is missing"),
        (r"a /(b)\1/", 3, "no back-references"),
        ("a /(?=b)c/", 3, "the pattern can't be used"),
        ("a /b{1000}{1000}/", 3, "the pattern can't be used"),
        ("a /((((b{100}){100}){100})/", 3, "the pattern can't be used"),
    ],
)
def test_what_can_not_be_read_is_refused_in_one_line(text: str, column: int, says: str) -> None:
    with pytest.raises(QueryError) as refused:
        parse(text)
    line = str(refused.value)
    assert says in line
    assert refused.value.column == column
    assert line.endswith(f"(column {column})")
    assert "\n" not in line
    assert len(line) < 220


LIMITS = [
    ("a " * 300, 513, "512 characters; this one has 600"),
    ("(" * 10_240, 513, "512 characters"),
    ("(" * 500, 9, "nested deeper than 8"),
    ("-" * 500 + "a", 9, "nested deeper than 8"),
    ("a " + "NOT " * 100, 35, "nested deeper than 8"),
    ("a " * 65, 129, "64 terms"),
    ("aaa* " * 6, 26, "5 words with *"),
    ("a /b/ /c/ /d/", 11, "2 patterns"),
    ("a /" + "b" * 261 + "/", 3, "260 characters; this has 261"),
]


@pytest.mark.case_id(98)
@pytest.mark.parametrize(("text", "column", "says"), LIMITS)
def test_case_098_limits(text: str, column: int, says: str) -> None:
    with pytest.raises(QueryError, match=says) as refused:
        parse(text)
    assert refused.value.column == column


def test_what_is_just_within_the_limits_is_read() -> None:
    assert len(list(leaves(parse("a " * 64)))) == 64
    assert parse("(((((((( a ))))))))") == A
    assert parse("a /" + "b" * 260 + "/ /c/ aaa* bbb* ccc* ddd* eee*")
    assert parse("x" * 512)


@pytest.mark.case_id(112)
@pytest.mark.parametrize("text", ['a" OR 1=1 --', "%", "_ a", "a' b", "* NEAR *", '"a" NEAR("b", 2)', "{a b}:c", "a^2"])
def test_case_112_operators_of_other_languages_are_words_or_refused(text: str) -> None:
    tree, error = attempt(text)
    assert error is not None or all(isinstance(leaf, Phrase) for leaf in leaves(tree or A))


@pytest.mark.case_id(113)
@pytest.mark.parametrize("text", ["cafe\u0301", "café", "ＣＡＦＥ", "ca\u200bfé", "\u202ecafé"])
def test_case_113_spellings_that_look_alike_are_one_query(text: str) -> None:
    assert unparse(canonical(parse(text))) == "cafe"


@pytest.mark.usefixtures("untraced")
@settings(max_examples=300, deadline=None)
@given(rules)
def test_printing_and_parsing_gives_the_same_tree(tree: Node) -> None:
    """Trees as the parser makes them: printed once, they are what it reads."""
    text = unparse(canonical(tree))
    read, error = attempt(text)
    if read is None:  # the random tree is beyond what a user may ask
        assert any(limit in str(error) for limit in ("nested deeper", "words with *", "patterns"))
    else:
        assert read == canonical(tree)
        assert unparse(read) == text
        assert anchored(read)


QUERY_PIECES = ["a", "chips", "芯片", "(", ")", '"', "OR", "AND", "NOT", "-", "NEAR/3", "NEAR", "title:", "lang:zh"]
QUERY_PIECES += ["|", "&", "/x/", "abc*", ":", "/", "*", "“", "”", "\u202e", "source:", "2026-01-01", "after:"]


@pytest.mark.usefixtures("untraced")
@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(QUERY_PIECES), max_size=14), st.sampled_from([" ", ""]))
def test_any_text_is_read_or_refused_with_a_column_inside_it(found: list[str], joint: str) -> None:
    text = joint.join(found)
    tree, error = attempt(text)
    assert error is None or 1 <= error.column <= len(text) + 1
    if tree is not None:
        assert stored(unparse(tree)) == tree
        assert stored(unparse(canonical(tree))) == canonical(tree)


@pytest.mark.usefixtures("untraced")
@settings(max_examples=200, deadline=None)
@given(st.text(max_size=40))
def test_no_text_breaks_the_parser(text: str) -> None:
    tree, error = attempt(text)
    assert error is None or "\n" not in str(error)
    assert tree is None or stored(unparse(tree)) == tree


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a b", "b AND a"),
        ("chips", "chip"),
        ("companies OR ban OR ban", "ban OR company"),
        ("a (b (c a))", "c b a"),
        ("b --a", "b a"),
        ("a NEAR b", "b NEAR/5 a"),
        ("title:(chips b)", "title:(b chip)"),
        ("a -b c", "c a NOT b"),
        ("a --(b c)", "a b c"),
        ("chip chips", "chip"),
        (" OR ".join(f"w{n}" for n in range(20)), " OR ".join(f"w{n}" for n in reversed(range(20)))),
        ("x (" + " OR ".join(f"w{n}" for n in range(20)) + ")", "(" + " | ".join(f"w{n}" for n in range(20)) + ") & x"),
    ],
)
def test_equal_queries_have_one_form(one: str, other: str) -> None:
    assert canonical(parse(one)) == canonical(parse(other))


def test_what_is_ruled_out_stands_last() -> None:
    assert canonical(Or((Not(A), C, B))) == Or((B, C, Not(A)))
    assert unparse(canonical(parse("-a c b"))) == "b c -a"


def test_many_alternatives_are_one_flat_tree() -> None:
    tree = parse(" OR ".join(f"w{n}" for n in range(60)) + " OR a b AND c d")
    assert isinstance(tree, Or)
    assert len(tree.parts) == 61
    assert tree.parts[-1] == parse("a b c d")


def test_parts_of_topics_can_be_printed_for_people() -> None:
    clause = Clause((A,), (B, C), title_only=True)
    assert unparse(Blank(all_of([clause, Phrase(("h20",), exact=True, cased="H20")]), (C,))) == (
        "(title{a WITH b OR c} =H20) BLANK{c}"
    )
    assert unparse(canonical(Alone(any_of([C, A])))) == "ALONE{a OR c}"
    assert unparse(Clause((A,), (Phrase(("mi*",), exact=True, cased="MI"),))) == "clause{a WITH =MI*}"


def test_a_tree_is_never_empty() -> None:
    with pytest.raises(ValueError, match="at least one part"):
        all_of([])


def test_without_re2_patterns_are_refused_with_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "re2", None)
    regex.compiled.cache_clear()
    with pytest.raises(QueryError, match="whoever runs Tocsin can add google-re2"):
        parse("a /b/")
