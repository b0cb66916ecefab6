"""Text safety for every platform: cases 43, 103–106, 109."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.graphemes import graphemes
from handlers.text import MARKS_IN_A_ROW, clean, clean_lines, emphasis, headline, lures, safe_url, truncate, utf16

SPEED = settings(max_examples=200, deadline=None)


@pytest.mark.parametrize(
    ("text", "clusters"),
    [
        ("", []),
        ("abc", ["a", "b", "c"]),
        ("a\r\nb", ["a", "\r\n", "b"]),
        ("e\u0301x", ["e\u0301", "x"]),
        ("👨‍👩‍👧🇭🇰🇨🇳", ["👨‍👩‍👧", "🇭🇰", "🇨🇳"]),
        ("🇭🇰🇨", ["🇭🇰", "🇨"]),
        ("👍🏽👍", ["👍🏽", "👍"]),
        ("❤️‍🔥", ["❤️‍🔥"]),
        ("a\u200d🔥", ["a\u200d", "🔥"]),
        ("\u1100\u1161\u11a8\u1100", ["\u1100\u1161\u11a8", "\u1100"]),
        ("각ᆨ가ᅡ", ["각ᆨ", "가ᅡ"]),
        ("\u1100\u1100가", ["\u1100\u1100가"]),
        ("각각", ["각", "각"]),
        ("\u0600١", ["\u0600١"]),
        ("a\u200bb", ["a", "\u200b", "b"]),
        ("a\x01\u0301", ["a", "\x01", "\u0301"]),
        ("🏴\U000e0067\U000e007f!", ["🏴\U000e0067\U000e007f", "!"]),
        ("中文", ["中", "文"]),
    ],
)
def test_graphemes(text: str, clusters: list[str]) -> None:
    assert list(graphemes(text)) == clusters


@SPEED
@given(st.text())
def test_graphemes_joined_are_the_text(text: str) -> None:
    assert "".join(graphemes(text)) == text


@SPEED
@given(st.text())
@pytest.mark.case_id(103)
def test_case_103_clean_text_hides_nothing(text: str) -> None:
    cleaned = clean(text)
    assert clean(cleaned) == cleaned
    assert not set(cleaned) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\u2060\ufeff\n\t\x00")
    assert not any(0xD800 <= ord(char) <= 0xDFFF or 0xE0000 <= ord(char) <= 0xE007F for char in cleaned)
    run = 0
    for char in cleaned:
        run = run + 1 if unicodedata.category(char)[0] == "M" else 0
        assert run <= MARKS_IN_A_ROW


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("  a \t\n b  ", "a b"),
        ("\ud800x", "\ufffdx"),
        ("می‌خواهم", "می‌خواهم"),
        ("क्‍ष", "क्‍ष"),
        ("a\u200db", "ab"),
        ("👨‍👩", "👨‍👩"),
        ("❤️‍🔥", "❤️‍🔥"),
        ("x‍", "x"),
        ("‍x", "x"),
        ("👩🏽‍🚀", "👩🏽‍🚀"),
        ("\u0600١", "\u0600١"),
        ("a\u3164b\u2800c\ufdd0\uffffd", "abcd"),
        ("a\u2065b\ufff0c\U000e0000d\U000e0fffe", "abcde"),
        ("葛\U000e0100", "葛\U000e0100"),
        ("a\u2028b\x07c", "a bc"),
    ],
)
def test_clean_keeps_what_shapes_and_drops_what_hides(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned


def test_lines_are_kept_where_they_are_meant() -> None:
    assert clean_lines("\n a \n\n\n\n b\u202e \n") == "a\n\nb"


@SPEED
@given(st.text(), st.integers(0, 40))
@pytest.mark.case_id(104)
def test_case_104_what_is_cut_fits_and_is_a_start(text: str, limit: int) -> None:
    cut = truncate(text, limit)
    assert utf16(cut) <= limit
    assert cut == text or cut == "" or (cut.endswith("…") and text.startswith(cut[:-1].rstrip()))
    if utf16(text) <= limit:
        assert cut == text


@pytest.mark.case_id(105)
def test_case_105_emoji_are_cut_between_not_within() -> None:
    family = "👨‍👩‍👧"
    assert truncate(f"ab{family}cd", 7) == "ab…"
    assert truncate("🇭🇰🇨🇳", 6) == "🇭🇰…"
    assert truncate("abc", 2, lambda g: 2) == "…"


def test_emphasis_finds_whole_words_and_any_chinese() -> None:
    text = "SMIC wins; smic's SMICs 中芯国际 H20-ban"
    assert "".join(piece for piece, _ in emphasis(text, ["smic", "中芯", "h20", ""])) == text
    assert [piece for piece, bold in emphasis(text, ["smic", "中芯", "h20"]) if bold] == ["SMIC", "smic", "中芯", "H20"]
    assert emphasis("", ["x"]) == []
    assert emphasis("", []) == []
    assert emphasis("abc", []) == [("abc", False)]


@pytest.mark.case_id(106)
def test_case_106_headlines() -> None:
    assert headline(" Title ", "x") == "Title"
    assert headline("", "Rates rose 2.5 points! More.") == "Rates rose 2.5 points!"
    assert headline("", "", "https://www.Example.com/a") == "example.com"
    assert headline("", "", "") == "(untitled)"


@pytest.mark.case_id(43)
@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://a.example/x(y)|z>q'\"", "https://a.example/x%28y%29%7Cz%3Eq%27%22"),
        ("https://а.example/п", "https://xn--80a.example/%D0%BF"),
        ("https://a.example:8443/%E4?x=1#f", "https://a.example:8443/%E4?x=1#f"),
        ("https://a.example/@everyone", "https://a.example/%40everyone"),
        ("https://a.example/x?utm_source=rss&id=3&utm_medium=feed#f", "https://a.example/x?id=3#f"),
        ("https://u:p@a.example/", ""),
        ("http://a.example\\@internal/", ""),
        ("javascript:alert(1)", ""),
        ("/relative", ""),
        ("", ""),
        ("https://a.example/" + "x" * 3000, ""),
        ("https://a.example/" + "中" * 600, ""),
    ],
)
def test_case_43_safe_urls(url: str, safe: str) -> None:
    assert safe_url(url) == safe


@pytest.mark.case_id(109)
@pytest.mark.parametrize(
    ("text", "lure"),
    [
        ("https://discord.gg/abc", True),
        ("come to discord.com/invite/abc", True),
        ("https://steamcommunnity.com/x", True),
        ("https://dlscord-nitro.com/x", True),
        ("https://steamcommunity.com/app/1", False),
        ("https://discord.com/blog", False),
        ("https://support.discord.com/x", False),
        ("https://www.reuters.com/discord-ipo", False),
        ("https://discordance.org/", False),
        ("", False),
    ],
)
def test_case_109_lures(text: str, lure: bool) -> None:
    assert lures(text) is lure
