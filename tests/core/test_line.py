"""Typed lines become commands and arguments."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.core.commands.line import astray, misnamed, parse_line, quoted
from bot.core.commands.loose import with_times
from bot.core.commands.spec import BY_NAME


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
        (
            'edit 3 to="""rare earths"" OR gallium" lang=en',
            "edit",
            {"what": "3", "to": '"rare earths" OR gallium', "lang": "en"},
        ),
        (
            'webhook do name=desk line=“edit 7 to=“"rare earths" OR 锗””',
            "webhook",
            {"action": "do", "name": "desk", "line": 'edit 7 to=“"rare earths" OR 锗”'},
        ),
        (
            "webhook do desk edit 7 to=“gallium” name=x url=y",
            "webhook",
            {"action": "do", "name": "desk", "line": "edit 7 to=“gallium” name=x url=y"},
        ),
        ('webhook do desk "latest"', "webhook", {"action": "do", "name": "desk", "line": "latest"}),
        ("webhook remove desk", "webhook", {"action": "remove", "name": "desk", "line": ""}),
        ("webhook list", "webhook", {"action": "list"}),
        (
            "edit 3 mode=„daily 08:30“ quiet=”22:00-07:00”",
            "edit",
            {"what": "3", "mode": "daily 08:30", "quiet": "22:00-07:00"},
        ),
        ("subscribe „h20 AND ban“ name=「我们的词」", "subscribe", {"what": "h20 AND ban", "name": "我们的词"}),
        ("edit 3 name=“a “ b”", "edit", {"what": "3", "name": "a “ b"}),
        ('template 3 set=""', "template", {"what": "3", "set": ""}),
        ("latest", "latest", {}),
        ("latest 5", "latest", {"n": "5"}),
        ("feedback 42 less", "feedback", {"story": "42", "verdict": "less"}),
        ("feedback 42 fewer", "feedback", {"story": "42 fewer"}),
        ("trend open-models 30", "trend", {"what": "open-models", "days": "30"}),
        ("search h20 2026", "search", {"query": "h20 2026"}),
        (
            "settings language=zh-CN mention=@desk",
            "settings",
            {"language": "zh-CN", "mention": "@desk"},
        ),
        ("search x=1 rate", "search", {"query": "x=1 rate"}),
        ("subscribe chips mode=daily 08:00", "subscribe", {"what": "chips", "mode": "daily 08:00"}),
        ("subscribe mode=Daily at 8:30 chips", "subscribe", {"what": "chips", "mode": "daily at 8:30"}),
        (
            "edit 3 mode=weekly fri 17:00 quiet=22:00-07:00",
            "edit",
            {"what": "3", "mode": "weekly fri 17:00", "quiet": "22:00-07:00"},
        ),
        ("edit 3 mode=weekly friday", "edit", {"what": "3", "mode": "weekly friday"}),
        ("edit 3 --mode weekly friday", "edit", {"what": "3", "mode": "weekly friday"}),
        (
            "edit --mode weekly fri 17:00 3 --quiet=22:00-07:00",
            "edit",
            {"what": "3", "mode": "weekly fri 17:00", "quiet": "22:00-07:00"},
        ),
        ("edit 3 —mode weekly 周五 17：00", "edit", {"what": "3", "mode": "weekly 周五 17：00"}),
        ('edit 3 --mode "weekly fri"', "edit", {"what": "3", "mode": "weekly fri"}),
        ("search h20 --share --page 2", "search", {"query": "h20", "share": "yes", "page": "2"}),
        ("search h20 --share", "search", {"query": "h20", "share": "yes"}),
        ("search h20 share=yes", "search", {"query": "h20", "share": "yes"}),
        ("search chips —the new oil", "search", {"query": "chips —the new oil"}),
        ("edit 3 --mode", "edit", {"what": "3", "mode": ""}),
        ("subscribe chips mode=daily 25:00", "subscribe", {"what": "chips", "mode": "daily 25:00"}),
        ("subscribe 08:00 train", "subscribe", {"what": "08:00 train"}),
        ("subscribe fake money mode=weekly", "subscribe", {"what": "fake money", "mode": "weekly"}),
        ("subscribe black friday mode=weekly", "subscribe", {"what": "black friday", "mode": "weekly"}),
        ("subscribe mode=weekly satellite", "subscribe", {"what": "satellite", "mode": "weekly"}),
        ("subscribe mode=weekly monkey", "subscribe", {"what": "monkey", "mode": "weekly"}),
        ("subscribe the sun mode=weekly 08:00", "subscribe", {"what": "the sun", "mode": "weekly 08:00"}),
        ("subscribe look at mode=daily", "subscribe", {"what": "look at", "mode": "daily"}),
        ("subscribe chips at 08:00 mode=daily", "subscribe", {"what": "chips", "mode": "daily at 08:00"}),
    ],
)
def test_a_typed_line_is_understood(line: str, name: str, args: dict[str, str]) -> None:
    parsed = parse_line(line)
    assert (parsed.name, parsed.args, parsed.problem) == (name, args, "")


def test_an_unknown_command_is_named() -> None:
    parsed = parse_line("digest x")
    assert (parsed.problem, parsed.values) == ("command.none", {"name": "digest"})


@pytest.mark.parametrize(("typed", "near"), [("Sub chips", "subscribe"), ("unsubscibe chips", "unsubscribe")])
def test_a_command_that_may_have_been_meant_is_named(typed: str, near: str) -> None:
    parsed = parse_line(typed)
    assert (parsed.problem, parsed.values) == ("command.near", {"name": typed.split()[0], "near": near})


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


@given(st.text(alphabet=st.sampled_from("ab =“”\"'„「」镓"), max_size=40))
@example('a "b"')
@example('a “" b')
def test_a_quoted_value_is_read_back_as_it_was(value: str) -> None:
    parsed = parse_line(f"edit 3 to={quoted(value)} lang=en")
    assert parsed.args == {"what": "3", "to": value, "lang": "en"}


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("subscribe", "chips mod=hourly", ("mod", "mode")),
        ("edit", "1 quite=22:00-07:00", ("quite", "quiet")),
        ("edit", "1 --quite 22:00-07:00", ("quite", "quiet")),
        ("subscribe", "chips mode=hourly", ("", "")),
        ("subscribe", 'chips "mod=hourly"', ("", "")),
        ("subscribe", "e=mc2 a = b", ("", "")),
        ("status", "mod=hourly", ("", "")),
    ],
)
def test_a_misspelt_option_is_found_among_the_words(name: str, text: str, found: tuple[str, str]) -> None:
    assert misnamed(BY_NAME[name], text) == found


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("settings", "quiet=22:00-07:00", ("quiet", "edit")),
        ("settings", "foo=bar", ("foo", "")),
        ("settings", "en", ("", "")),
        ("subscribe", "chips timezone=Asia/Shanghai", ("timezone", "settings")),
        ("subscribe", 'chips "timezone=Asia/Shanghai"', ("", "")),
        ("subscribe", "e=mc2", ("", "")),
        ("search", "timezone=x", ("", "")),
        ("subscribe", "chips --timezone Asia/Shanghai", ("timezone", "settings")),
        ("subscribe", "chips --foo bar", ("foo", "")),
        ("subscribe", "chips --mod hourly", ("", "")),
        ("search", "chips --lang zh", ("lang", "edit")),
        ("search", "chips --page 2 -foo", ("", "")),
    ],
)
def test_an_option_of_another_command_is_told_from_keywords(name: str, text: str, found: tuple[str, str]) -> None:
    assert astray(BY_NAME[name], text) == found


@pytest.mark.parametrize(
    ("typed", "mode", "rest"),
    [
        ("3 --mode weekly friday", "weekly friday", ["3"]),
        ("--mode=weekly fri 17:00 3", "weekly fri 17:00", ["3"]),
        ("--quiet 22:00-07:00 3 --mode daily noon", "daily noon", ["--quiet", "22:00-07:00", "3"]),
        ("black friday --mode weekly fri", "weekly fri", ["black", "friday"]),
        ("3 --mode weekly fri 5 pm", "weekly fri 5 pm", ["3"]),
        ("3 --mode daily 9", "daily 9", ["3"]),
    ],
)
def test_a_shell_gives_the_day_of_a_digest_as_words_of_its_own(typed: str, mode: str, rest: list[str]) -> None:
    made = with_times(typed.split())
    option = f"--mode={mode}"
    assert option in made
    assert [word for word in made if word != option] == rest


@pytest.mark.parametrize(
    "typed", ["3 --mode", "chips", "", "black friday --mode weekly", "3 --mode daily --quiet 22:00-07:00"]
)
def test_the_words_of_a_shell_stay_where_no_digest_is_named(typed: str) -> None:
    assert with_times(typed.split()) == typed.split()


def test_a_shell_gives_quiet_hours_as_words_of_their_own() -> None:
    made = with_times(["3", "--quiet", "10", "pm", "-", "7", "am", "--confirm", "2"])
    assert made == ["3", "--quiet=10 pm - 7 am", "--confirm", "2"]


@pytest.mark.parametrize(
    ("line", "args"),
    [
        ("subscribe chips mode=daily 8 pm", {"what": "chips", "mode": "daily 8 pm"}),
        ("subscribe chips 5 pm mode=daily", {"what": "chips", "mode": "daily 5 pm"}),
        ("subscribe chips mode=weekly on fri at 5 pm", {"what": "chips", "mode": "weekly on fri at 5 pm"}),
        ("subscribe chips mode=daily at 9", {"what": "chips", "mode": "daily at 9"}),
        ("subscribe mode=daily 5 nm chips", {"what": "5 nm chips", "mode": "daily"}),
        ("subscribe mode=daily 8:30 amd", {"what": "amd", "mode": "daily 8:30"}),
        ("subscribe high noon mode=daily", {"what": "high noon", "mode": "daily"}),
        ("subscribe 5 mode=daily", {"what": "5", "mode": "daily"}),
        ("subscribe gpt 5.15 mode=daily", {"what": "gpt 5.15", "mode": "daily"}),
        ("subscribe chips mode=每周五 下午5点", {"what": "chips", "mode": "每周五 下午5点"}),
        ("subscribe quiet=10 pm - 7 am h20", {"what": "h20", "quiet": "10 pm - 7 am"}),
        ("subscribe quiet=22:00 h20", {"what": "h20", "quiet": "22:00"}),
        ("settings timezone New York", {"timezone": "New York"}),
        ("settings notices off timezone=UTC+8", {"notices": "off", "timezone": "UTC+8"}),
        ("settings timezone", {"language": "timezone"}),
        ("sources page 2", {"page": "2"}),
        ("settings timezone=New York notices=off", {"timezone": "New York", "notices": "off"}),
    ],
)
def test_a_time_or_a_zone_may_be_of_several_words(line: str, args: dict[str, str]) -> None:
    assert parse_line(line).args == args
