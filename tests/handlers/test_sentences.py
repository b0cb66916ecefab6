"""Sentences that are made in English, as the sources have them: each has its Chinese, and is found by its English."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.cli.platforms import REMOVED
from bot.core.commands.options import CHECKS, SETTINGS
from bot.core.errors import QueryError
from bot.core.language.languages import LANGUAGES
from bot.core.matching.query import parse
from bot.sources.fetching.answers import refusal
from handlers.discord import receipts as discord_receipts
from handlers.slack import receipts as slack_receipts
from handlers.slack.calls import Fault
from tests.handlers.test_words import holes
from tests.wording import WORDS

ROOT = Path(__file__).parents[2]
RAISERS = ("failure", "QueryError")
SAYERS = {
    "bot/core/matching/limits.py": {"advice"},
    "bot/core/matching/missing.py": {
        "of",
        "_inside",
        "_leaf",
        "_phrase",
        "_none_of",
        "_having",
        "_near",
        "_clause",
        "_meta",
    },
    "handlers/discord/rights.py": {"_problem"},
    "handlers/discord/receipts.py": {"_other"},
    "handlers/webhook/send.py": {"check"},
}
"""Functions whose return values are sentences."""


def sample(node: ast.expr) -> str:
    """A sentence as it might be made: holes are filled with words of no meaning. "" for what is not one."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if not isinstance(node, ast.JoinedStr):
        return ""
    return "".join(map(_part, node.values))


def _part(part: ast.expr) -> str:
    """`where` is half a sentence that may be missing."""
    if isinstance(part, ast.Constant):
        return str(part.value)
    missing = isinstance(part, ast.FormattedValue) and isinstance(part.value, ast.Name) and part.value.id == "where"
    return "" if missing else "xyz"


def raised(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in RAISERS and node.args:
            yield sample(node.args[0])


def returned(tree: ast.Module, names: set[str]) -> Iterator[str]:
    functions = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    for node in (inner for function in functions if function.name in names for inner in ast.walk(function)):
        if isinstance(node, ast.Return) and node.value is not None:
            values = [node.value.body, node.value.orelse] if isinstance(node.value, ast.IfExp) else [node.value]
            yield from map(sample, values)


def sentences() -> list[str]:
    """Every sentence of the sources; what only joins others has no words of its own."""
    found: list[str] = []
    for path in [
        *sorted((ROOT / "bot" / "core").rglob("*.py")),
        *(ROOT / "bot" / name for name in ("rules/rulebook.py", "commands/naming.py")),
    ]:
        found += raised(ast.parse(path.read_text(encoding="utf-8")))
    for name, functions in SAYERS.items():
        found += returned(ast.parse((ROOT / name).read_text(encoding="utf-8")), functions)
    found += [slack_receipts.explain(Fault(code)) for code in (*slack_receipts._GONE, *slack_receipts._WORKSPACE)]
    found += discord_receipts._WHY.values()
    found += [slack_receipts.receipt(Fault(code)).reason for code in slack_receipts._REJECTED]
    found += [slack_receipts.ARCHIVED, slack_receipts.REMOVED, slack_receipts.DELETED, slack_receipts.UNINSTALLED]
    found += [REMOVED]
    return [
        text for text in found if text.replace("xyz", "").strip(" .;()column") and not text.startswith("xyz (column")
    ]


@pytest.mark.usefixtures("untraced")
@pytest.mark.parametrize("locale", LANGUAGES[1:])
def test_every_sentence_has_its_chinese(locale: str) -> None:
    every = sentences()
    assert len(every) > 80
    begun = [text for text in every if not text.startswith((" ", "xyz is xyz"))]  # by one of some words
    assert [text for text in begun if WORDS.told(locale, text) == text] == []
    whole = [text for text in every if "xyz" not in text and not text.startswith(" ")]
    assert [text for text in whole if not re.search("[\u3400-\u9fff]", WORDS.told(locale, text))] == []


def test_a_sentence_is_known_in_the_middle_of_another_too() -> None:
    """What is said of a whole workspace begins with a small letter behind the platform's name."""
    said = "the token was revoked; install the app again and set the new token"
    assert WORDS.told("zh-CN", said) == "令牌已被撤销；请重新安装应用并设置新令牌"


def test_parts_that_have_no_chinese_are_not_joined_as_chinese() -> None:
    assert WORDS.told("zh-CN", "vitamin d; vitamin c") == "vitamin d; vitamin c"


@pytest.mark.parametrize("locale", LANGUAGES[1:])
def test_a_translation_keeps_the_holes(locale: str) -> None:
    raw = WORDS.sentences[locale]
    assert [row for row in raw if holes(row.english) != holes(row.text)] == []
    assert len(raw) == len(WORDS.sentences["zh-CN"])


@pytest.mark.usefixtures("untraced")
def test_english_stays_as_it_is() -> None:
    assert all(WORDS.told("en", text) == text for text in sentences())


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("a query may have 512 characters; this one has 900 (column 513)",
         "查询最多 512 个字符，这里有 900 个（第 513 个字符）"),
        ("“x” does not occur; “y” rules it out", "没有“x”；“y”把它排除了"),
        ("none of “x”, “z” occurs; no word like “y”, “v” or “w” occurs in the title",
         "“x”、“z”都没有；标题里没有“y”、“v”、“w”这类词"),
        ("it has “x”, but “y” does not occur in the body; “z” does not occur", "有“x”，但正文里没有“y”；没有“z”"),
        ("its language is not known, not zh", "它的语言是未知，不是 zh"),
        ("form: needs a value right after it", "form: 后面要紧跟一个值"),
        ("put NEAR inside the field: title:(chip NEAR ban)", "请把 NEAR 放进字段里：title:(chip NEAR ban)"),
        ("Tocsin lacks View Channel and Send Messages in #news; whoever has Manage Channels can grant it there",
         "Tocsin 在 #news 缺少权限：查看频道、发送消息；有“管理频道”权限的人可以在那里授予"),
        ("Tocsin is not in #news; any member can bring it in with /invite.",
         "Tocsin 不在 #news；任何成员都可以用 /invite 请它加入。"),
        ("5,000,000,000 against 1,000,000,000", "一个是 5,000,000,000，一个是 1,000,000,000"),
        ("gallium in the place of antimony", "说的是 gallium，而不是 antimony"),
        ("something else", "something else"),
    ],
)  # fmt: skip
def test_a_sentence_in_chinese(english: str, chinese: str) -> None:
    assert WORDS.told("zh-CN", english) == chinese


STATUSES = (400, 401, 403, 404, 405, 410, 412, 429, 500, 503)
UNANSWERED = (
    "no connection (Connection refused)",
    "the host name can't be resolved now",
    "no trusted TLS connection (certificate has expired)",
    "the server hung up without an answer",
    "the connection was closed before an answer came",
    "no complete answer within 30 s",
    "the proxy can't be reached (Connection refused)",
)


@pytest.mark.parametrize("locale", LANGUAGES[1:])
def test_what_fails_at_a_feed_has_its_chinese(locale: str) -> None:
    shown = "https://x.example/feed"
    said = [str(refusal(status, {}, shown, 0)) for status in STATUSES]
    said += [str(refusal(403, {"cf-mitigated": "challenge"}, shown, 0))]
    said += [f"{shown}: {text}" for text in UNANSWERED]
    for text in [*said, *(f"{text} ({rest})" for text in said for rest in ("once", "3 times in a row"))]:
        told = WORDS.told(locale, text)
        assert told.startswith(f"{shown}：")
        assert re.search("[\u3400-\u9fff]", told)
        assert not re.search("answer|server|often|rest|times|once|there", told.removeprefix(shown)), told


@pytest.mark.parametrize("locale", LANGUAGES[1:])
def test_what_an_older_version_kept_is_said_in_chinese(locale: str) -> None:
    """Older stories keep what was new in them in the words of the version that told it."""
    assert {"a turn", "official word"}.isdisjoint(WORDS.told(locale, text) for text in ("a turn", "official word"))


def test_traditional_chinese_has_its_own_quotation_marks() -> None:
    said = WORDS.told("zh-TW", "none of “x”, “z” occurs; it has “x”, but “y” does not occur")
    assert not set("“”,") & set(said), said
    assert "「x」、「z」" in said


def refusals(name: str) -> Iterator[str]:
    check = {**CHECKS, **SETTINGS}[name]
    for value in ("klingon", "99:99", "0" * 50, ",", "{x}"):
        try:
            check(value)
        except QueryError as error:
            yield str(error)


@pytest.mark.parametrize("name", sorted({*CHECKS, *SETTINGS} - {"mention"}))
def test_what_is_wrong_with_an_option_is_said_in_chinese(name: str) -> None:
    said = list(refusals(name))
    assert [text for text in said if WORDS.told("zh-TW", text) == text] == []


@pytest.mark.parametrize(
    "query", ["", "(", ")", "a OR", "-a", "/x/", "lang:xx", "a NEAR/99 b", "foo:bar x", '"', "a*", "()"]
)
def test_what_is_wrong_with_a_query_is_said_in_chinese(query: str) -> None:
    with pytest.raises(QueryError) as refused:
        parse(query)
    said = WORDS.told("zh-CN", str(refused.value))
    assert "个字符" in said
    assert said != str(refused.value)


def test_a_long_text_is_not_looked_for() -> None:
    assert WORDS.told("zh-CN", "a" * 10_000) == "a" * 10_000
