"""The one SQL text as PostgreSQL reads it: every statement of ours can be prepared there, against our schema."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from bot.store.postgres.dialect import schema, statement
from bot.store.postgres.textquery import query, vector
from bot.store.sql import folding
from tests.postgres.server import schema as schema_of_its_own
from tests.store.test_queries import ALL, flat


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("select a from t where b = :b and c = ?", "select a from t where b = %(b)s and c = %s"),
        ("where x like 'told:%' and y = :y", "where x like 'told:%%' and y = %(y)s"),
        ("select 'query:' || id, a::text", "select 'query:' || id, a::text"),
        ("select 5 % 2", "select 5 %% 2"),
        ("cast(:a as integer)", "cast(%(a)s as bigint)"),
        ("select id limit :n /* skip locked */", "select id limit %(n)s for update skip locked"),
        ("select id /* locked of d */", "select id for update of d"),
        ("select rowid from entry_fts where entry_fts match :expression",
         "select id from entry_fts where terms @@ (%(expression)s)::tsquery"),
        ("as (select value from json_each(:ids))",
         "as (select value::bigint from jsonb_array_elements_text(%(ids)s::jsonb) as each(value))"),
        ("a in (select value from json_each(:ids))",
         "a = any(array(select value::bigint from jsonb_array_elements_text(%(ids)s::jsonb) as each(value)))"),
        ("b not in (select value || '' from json_each(:names))",
         "b <> all(array(select value from jsonb_array_elements_text(%(names)s::jsonb) as each(value)))"),
    ],
)  # fmt: skip
def test_what_differs_is_translated(ours: str, theirs: str) -> None:
    assert statement(ours) == theirs


def test_the_schema_is_translated() -> None:
    ours = (
        "create table x (\n    id integer primary key autoincrement, -- never\n    text text not null\n) without rowid;"
    )
    assert schema(ours).split() == [
        "create",
        "table",
        "x",
        "(",
        "id",
        "bigint",
        "generated",
        "by",
        "default",
        "as",
        "identity",
        "primary",
        "key,",
        "text",
        "text",
        "collate",
        '"C"',
        "not",
        "null",
        ");",
    ]


@pytest.fixture(scope="module")
def prepared() -> Iterator[object]:
    import psycopg

    from bot.store import open_store

    with schema_of_its_own() as address:
        open_store(address, clock=lambda: 0)
        with psycopg.connect(address, autocommit=True) as conn:
            yield conn


FOLDING = {
    name: text
    for name, text in vars(folding).items()
    if name.isupper() and not name.startswith("_") and isinstance(text, str)
}
EVERY = ALL | {
    name: text for name, text in FOLDING.items() if re.match(r"\s*(?:select|insert|update|delete|with)\b", text)
}


@pytest.mark.usefixtures("untraced")
@pytest.mark.parametrize("name", EVERY)
def test_postgresql_takes_it(name: str, prepared: object) -> None:
    text = statement(EVERY[name]).replace("%%", "%")
    names = dict.fromkeys(re.findall(r"%\((\w+)\)s", text))
    for number, found in enumerate(names, 1):
        text = text.replace(f"%({found})s", f"${number}")
    marks = iter(range(len(names) + 1, 99))
    text = re.sub(r"%s", lambda _: f"${next(marks)}", text)
    if "entry_fts (id" in text:
        pytest.skip("PostgreSQL has its own: Postgres.add_texts")
    prepared.execute(f"prepare s as {text}")  # type: ignore[attr-defined]
    prepared.execute("deallocate s")  # type: ignore[attr-defined]


def test_statements_of_many_parts_are_flat() -> None:
    assert list(flat((("a",), "b"))) == ["a", "b"]


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ('"open source"', "('open' <-> 'source')"),
        ('"gpt-5" *', "'gpt-5':*"),
        ('"a" AND "b" OR "c"', "(('a' & 'b') | 'c')"),
        ('"a" NOT ("b" OR "c")', "('a' & !(('b' | 'c')))"),
        ('title : "a"', "'a':A"),
        ('body : ("a" OR "b")', "('a':B | 'b':B)"),
        ('chars : "芯"', "'芯':C"),
        ('"芯"*', "'芯':C"),
        ('NEAR("a" "b", 0)', "(('a' <0> 'b') | ('a' <1> 'b') | ('b' <0> 'a') | ('b' <1> 'a'))"),
        ('"o\'reilly"', "'o''reilly'"),
        ('"c:\\x"', "'c:\\\\x'"),
        ('"say ""no"""', "('say' <-> '\"no\"')"),
    ],
)  # fmt: skip
def test_an_expression_is_translated(ours: str, theirs: str) -> None:
    assert query(ours) == theirs


@pytest.mark.parametrize(
    "broken", ["", '"a', '"a" AND', "a", '("a"', '"a" "b"', 'NEAR("a")', 'NEAR("a" "b"', '""', ')"a"', "title :", "~"]
)
def test_a_broken_expression_is_a_query_error(broken: str) -> None:
    from bot.core.errors import StoreError

    with pytest.raises(StoreError) as refused:
        query(broken)
    assert refused.value.kind == "query"


def test_a_vector_tells_places_and_columns() -> None:
    assert vector("a b a", "b", "芯") == "'a':1A,3A 'b':2A,35B '芯':16383C"
    assert vector("", "x " * 300, "").count(",") == 255
