"""Typed lines become commands and arguments."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands.line import parse_line


@pytest.mark.parametrize(
    ("line", "name", "args"),
    [
        ("subscribe export-controls", "subscribe", {"what": "export-controls"}),
        ("/tocsin Subscribe export-controls", "subscribe", {"what": "export-controls"}),
        ('subscribe "h20 NEAR/5 (ban OR licence)"', "subscribe", {"what": "h20 NEAR/5 (ban OR licence)"}),
        ('subscribe "export control"', "subscribe", {"what": '"export control"'}),
        ("subscribe 'export control'", "subscribe", {"what": "export control"}),
        ('search "export control" AND smic', "search", {"query": '"export control" AND smic'}),
        (
            'subscribe h20 ban channel=C12 lang="en, zh" severity=notable',
            "subscribe",
            {"what": "h20 ban", "channel": "C12", "lang": "en, zh", "severity": "notable"},
        ),
        (
            "search form:S-1 AND (AI OR chip) share=yes",
            "search",
            {"query": "form:S-1 AND (AI OR chip)", "share": "yes"},
        ),
        (
            "subscribe “中芯 AND 制裁” lang=“zh, en”",
            "subscribe",
            {"what": "中芯 AND 制裁", "lang": "zh, en"},
        ),
        ("latest", "latest", {}),
        ("latest 5", "latest", {"n": "5"}),
        ("trend open-models 30", "trend", {"what": "open-models", "days": "30"}),
        ("search h20 2026", "search", {"query": "h20 2026"}),
        (
            "settings language=zh-CN mention=@desk",
            "settings",
            {"language": "zh-CN", "mention": "@desk"},
        ),
        ("search x=1 rate", "search", {"query": "x=1 rate"}),
    ],
)
def test_a_typed_line_is_understood(line: str, name: str, args: dict[str, str]) -> None:
    parsed = parse_line(line)
    assert (parsed.name, parsed.args, parsed.problem) == (name, args, "")


def test_an_unknown_command_is_named() -> None:
    parsed = parse_line("subscrib x")
    assert (parsed.problem, parsed.values) == ("command.none", {"name": "subscrib"})


def test_an_empty_line_asks_for_help() -> None:
    assert parse_line("  ").name == "help"


def test_a_huge_line_is_refused() -> None:
    parsed = parse_line("search " + "x" * 9993)
    assert (parsed.problem, parsed.values) == ("wrong.line", {"n": 10_000, "most": 2000})


@given(st.text(max_size=300))
def test_any_line_is_understood_or_refused(line: str) -> None:
    parsed = parse_line(line)
    assert parsed.problem or parsed.name
    assert all(isinstance(value, str) for value in parsed.args.values())
