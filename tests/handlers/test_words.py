"""The wording: whole in every language, and a broken file says so."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest

from bot.core.commands.forms import form_args
from bot.core.commands.line import parse_line
from bot.core.commands.spec import BY_NAME, COMMANDS
from bot.core.errors import ConfigError
from bot.core.language.languages import LANGUAGES
from bot.translations import Words, load_words, nearest
from tests.wording import WORDS


@pytest.mark.parametrize(
    ("locale", "language"),
    [
        ("en-US", "en"),
        ("en", "en"),
        ("fr", "en"),
        ("", "en"),
        ("zh-CN", "zh-CN"),
        ("zh", "zh-CN"),
        ("zh_Hans_SG", "zh-CN"),
        ("zh-TW", "zh-TW"),
        ("zh-HK", "zh-TW"),
        ("zh-Hant-MO", "zh-TW"),
    ],
)
def test_the_nearest_language(locale: str, language: str) -> None:
    assert nearest(locale) == language


def test_english_stands_in_and_then_the_key() -> None:
    words = Words({"en": {"a": "one {n}"}, "zh-TW": {"b": "二"}})
    assert words("zh-HK", "a", n=3) == "one 3"
    assert words("zh-HK", "b") == "二"
    assert words("en", "b") == "b"
    assert words.find("zh-CN", "a") == ""


@pytest.mark.parametrize("locale", ["zh-CN", "zh-TW"])
@pytest.mark.parametrize(
    "said",
    [
        "there is no such name here, or names can't be removed here",
        "somebody else has just changed this name; please look again",
    ],
)
def test_a_refusal_says_once_that_nothing_was_changed(locale: str, said: str) -> None:
    problem = WORDS.told(locale, f"{said}. Nothing was changed")
    assert len(re.findall("[没沒]有任何改[动動]", WORDS(locale, "wrong.query", problem=problem))) == 1


@pytest.mark.parametrize("locale", LANGUAGES)
def test_all_numbers_of_a_sentence_are_grouped_alike(locale: str) -> None:
    said = WORDS(locale, "topics.terms", n=3100, english=2100, chinese=1000)
    assert re.findall(r"[0-9,.]*[0-9]", said) == ["3,100", "2,100", "1,000"]


@pytest.mark.parametrize("locale", LANGUAGES[1:])
def test_every_command_is_described_in_every_language(locale: str) -> None:
    keys = {f"command.{command.name}.{part}" for command in COMMANDS for part in ("name", "help")}
    for command in COMMANDS:
        for arg in command.args:
            own = f"arg.{command.name}.{arg.name}.help"
            keys.add(own if WORDS.find(locale, own) else f"arg.{arg.name}.help")
    assert [key for key in sorted(keys) if not WORDS.find(locale, key)] == []


def holes(text: str) -> set[str]:
    found = [(name, spec or "") for _, name, spec, _ in Formatter().parse(text) if name is not None]
    return {name for name, _ in found} | {name for _, spec in found for name in holes(spec)}


def told_lines(text: str) -> list[str]:
    """Lines of commands that a text tells, with something in their holes."""
    specs = [spec or "" for _, name, spec, _ in Formatter().parse(text) if name == "cmd"]
    return [re.sub(r"\{\w+\}", "help", spec) for spec in specs]


@pytest.mark.parametrize("locale", LANGUAGES)
def test_every_line_that_is_told_is_one_that_can_be_typed(locale: str) -> None:
    """In chat and in the terminal, but for how the program is started, which the terminal alone tells."""
    told = [line for key, text in WORDS.texts[locale].items() if key != "status.start" for line in told_lines(text)]
    assert len(told) > 30
    assert [line for line in told if parse_line(line).problem] == []


@pytest.mark.parametrize("locale", LANGUAGES)
def test_no_command_is_named_in_passing(locale: str) -> None:
    """A bare “topics lists them all” can be typed nowhere but in Slack, behind its `/tocsin`."""
    command = re.compile(rf"(?<![\w./{{-])(?:{'|'.join(c.name for c in COMMANDS)})(?![\w-]|/)(?: [a-z-]+=)")
    bare = {key: re.sub(r"\{cmd:(?:[^{}]|\{\w+\})*\}", "", text) for key, text in WORDS.texts[locale].items()}
    assert [key for key, text in bare.items() if command.search(text) or "docs/" in text] == []


@pytest.mark.parametrize("locale", LANGUAGES[1:])
def test_everything_that_is_said_is_said_in_every_language_with_the_same_names(locale: str) -> None:
    english, other = WORDS.texts["en"], WORDS.texts[locale]
    assert sorted(english.keys() - other.keys()) == []
    described = ("command.", "arg.", "root.")  # in English these stand in bot/core/commands/spec.py
    assert [key for key in sorted(other.keys() - english.keys()) if not key.startswith(described)] == []
    assert [key for key, text in english.items() if holes(text) - {"cmd"} != holes(other[key]) - {"cmd"}] == []


@pytest.mark.parametrize("locale", LANGUAGES[1:])
def test_no_chinese_text_is_left_in_english(locale: str) -> None:
    names_only = {"why.hit"}
    assert [k for k, text in WORDS.texts[locale].items() if text.isascii() and k not in names_only] == []


def test_traditional_texts_hold_no_simplified_characters() -> None:
    simplified = set("发这键词么时没动订阅频设为从报们选择应过还开长无统会议个")
    assert simplified & set("".join(WORDS.texts["zh-TW"].values())) == set()


@pytest.mark.parametrize(("n", "said"), [(1, "1 story"), (0, "0 stories"), (2, "2 stories"), (1000, "1,000 stories")])
def test_a_number_and_the_word_that_goes_with_it(n: int, said: str) -> None:
    assert Words({"en": {"a": "{n:,} {n:story|stories}"}})("en", "a", n=n) == said


@pytest.mark.parametrize(("n", "said"), [(1.0, "1 day"), (1.04, "1 day"), (1.44, "1.4 days"), (30.0, "30 days")])
def test_a_measure_has_one_decimal_at_most(n: float, said: str) -> None:
    assert Words({"en": {"a": "{n} {n:day|days}"}})("en", "a", n=n) == said


@pytest.mark.parametrize(
    ("locale", "channel", "said"),
    [
        ("zh-CN", "这个频道", "这个频道有 3 个订阅。"),
        ("zh-CN", "#policy", "#policy 有 3 个订阅。"),
        ("en", "this channel", "This channel has 3 subscriptions."),
        ("en", "policy", "policy has 3 subscriptions."),
    ],
)
def test_a_sentence_begins_and_is_spaced_as_its_language_does(locale: str, channel: str, said: str) -> None:
    assert WORDS(locale, "subscriptions.head", channel=channel, n=3) == said


def test_an_outlets_chinese_name_keeps_its_space_in_english() -> None:
    assert WORDS("en", "taste.less", outlet="财新") == "less from 财新"
    assert WORDS("zh-CN", "notice.gone", name="财新").startswith("财新已停止")
    assert WORDS.told("zh-CN", "Tocsin is not in this channel; any member can bring it in with /invite").startswith(
        "Tocsin 不在这个频道；"
    )


def test_a_chinese_name_keeps_its_space_beside_a_dot() -> None:
    """Parts of a line stand apart, whatever they end with."""
    said = WORDS("zh-CN", "story.line", outlets="财经前线", reports=2, id=3)
    assert said == "财经前线 · 报道 2 篇 · 事件 3"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ('[reply]\n"a" = 3', "a must be text"),
        ('"a" = "b"', "outside a table"),
        ("[reply", "not valid TOML"),
    ],
)
def test_a_broken_file_says_so(tmp_path: Path, body: str, said: str) -> None:
    (tmp_path / "en.toml").write_text(body, encoding="utf-8")
    with pytest.raises(ConfigError, match=said):
        load_words(tmp_path)


def test_no_folder_is_no_words(tmp_path: Path) -> None:
    assert load_words(tmp_path).texts == {}


@pytest.mark.parametrize(
    ("english", "said"),
    [
        ("there is no placeholder {body}; there are title, summary", "没有 {body} 这个占位符；可用的有 title, summary"),
        ("it answers, but without an entry (3 times in a row)", "有应答，但没有条目（连续 3 次）"),
        ("HTTP 503 (once, fine until 5 h ago)", "HTTP 503（1 次，5 小时前还正常）"),
        ("vitamin d", "vitamin d"),
        ("“updates” must be yes or no, not “correction”", "updates 只能是 yes 或 no，而不是“correction”"),
    ],
)
def test_what_somebody_typed_is_said_back_as_it_is(english: str, said: str) -> None:
    assert WORDS.told("zh-CN", english) == said


@pytest.mark.parametrize("locale", LANGUAGES)
def test_every_field_of_a_form_and_every_choice_has_a_name(locale: str) -> None:
    """Forms are for who does not know what is typed: a field was called by what stands for it in a line."""
    asked = [arg for name in ("subscribe", "settings", "search", "edit") for arg in form_args(BY_NAME[name])]
    keys = {f"field.{arg.name}" for arg in asked if arg.kind != "flag" and arg.name not in ("what", "page")}
    keys |= {f"choice.{choice}" for arg in asked for choice in arg.choices if choice != "none"}
    assert [key for key in sorted(keys) if not WORDS.find(locale, key)] == []
    assert [key for key in keys if key.startswith("field.") and len(WORDS.find(locale, key)) > 45] == []
