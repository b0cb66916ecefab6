"""HTML to text: what is kept, what goes, and that no input makes it slow or loud."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.language.html import title_text, to_text, unescape


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("", ""),
        ("plain", "plain"),
        ("two\n  words", "two words"),
        ("one\n\ntwo", "one\ntwo"),
        ("AT&T &amp; R&D: a < b and c > d", "AT&T & R&D: a < b and c > d"),
        ("?a=1&copy=2&amp;x", "?a=1&copy=2&x"),
        ("<p>One</p><p>Two</p>", "One\nTwo"),
        ("a<b>b</b>c<br/>d", "abc\nd"),
        ("<p>\nfolded\n  here </p>", "folded here"),
        ("<ul><li>a<li>b</ul><table><tr><td>1</td><td>2</td></tr></table>", "a\nb\n1 2"),
        ("List<String> x", "List x"),
        ("<john@example.com> wrote <3", "<john@example.com> wrote <3"),
        ("text <unclosed", "text"),
        ("text <a <b>bold</b> more", "text bold more"),
        ('<img alt="a>b" src="x">text', "text"),
        ('<a title="x < y">foo</a>', "foo"),
        ("<a href='x'>it's</a>", "it's"),
        ("<xhtml:p>One</xhtml:p>two", "One\ntwo"),
        ("<![CDATA[in &amp; out]]> after", "in & out after"),
        ("<?php echo ?>after<!DOCTYPE html>", "after"),
        ("&nbsp;&#8217;&#x2019;&hellip;", "’’…"),
        ("&#xD800;&#0;&#11;&#x110000;x", "\ufffd\ufffd\ufffdx"),
        ("<p>&lt;b&gt; is a tag</p>", "<b> is a tag"),
        ("a\x0bb\x00c", "a b c"),
        ("\ufeffva\u00adlue\u200bs\u2060 👩\u200d💻 می\u200cشود", "values 👩\u200d💻 می\u200cشود"),
        ("\u200cGENEVA (Wire) - as \u200cWashington", "GENEVA (Wire) - as Washington"),
        ('<img alt="one <b>bold</b> cat" src="x">text', "text"),
        ('<a href="/<br>">one</a> two', "one two"),
        ('<a href="x>one</a> "two"</p>', 'one "two"'),
        ("one</> two", "one two"),
        ("See the <object> tag</p><p>and more", "See the tag\nand more"),
        ("safe<iframe src='x'>words", "safewords"),
        ("kept<style>p {", "kept"),
        ("one&nbsp two ?a&nbsp=1", "one two ?a&nbsp=1"),
    ],
)
def test_text_of_html(html: str, text: str) -> None:
    assert to_text(html) == text


@pytest.mark.case_id(107)
@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<script>alert('<p>x</p>')</script>hi<style>p{}</style> there", "hi there"),
        ("<SCRIPT src=x>a</SCRIPT >b", "b"),
        ("before<!-- a <b>bold</b> comment -->after", "beforeafter"),
        ("<img onerror=alert(1) src=x>safe", "safe"),
        ("<svg/>after", "after"),
        ("<ul><li>one<ul><li>two</li></ul></li></ul>", "one\ntwo"),
        ("a<br><br><br>b", "a\nb"),
        ("kept<!-- never closed <b>x</b>", "kept"),
        ("kept<script>never closed", "kept"),
        ("<iframe><p>frames</p></iframe>x", "x"),
    ],
)
def test_case_107_markup_becomes_text(html: str, text: str) -> None:
    assert to_text(html) == text


@pytest.mark.case_id(108)
def test_case_108_data_images_are_dropped() -> None:
    picture = "data:image/png;base64," + "iVBORw0KGgo" * 9000
    assert to_text(f'<p>see <img src="{picture}"> this</p>') == "see this"
    assert to_text(f"see {picture} this") == "see this"


@pytest.mark.case_id(63)
def test_case_063_html_escaped_twice_is_undone() -> None:
    assert to_text("&lt;p&gt;One &amp;amp; two&lt;/p&gt;&lt;p&gt;three&lt;/p&gt;") == "One & two\nthree"
    assert to_text("<div>&lt;b&gt;bold&lt;/b&gt; and &lt;i&gt;more&lt;/i&gt;</div>") == "bold and more"


@pytest.mark.parametrize(
    ("html", "title"),
    [
        ("Using <video> in HTML", "Using <video> in HTML"),
        ("The <b>bold</b>\n move", "The bold move"),
        ("Tom &amp; Jerry &lt;3", "Tom & Jerry <3"),
        ("One<br>two", "One two"),
        ("<p>wrapped</p>", "wrapped"),
        ("A <script>x()</script>B", "A B"),
        ("a < b", "a < b"),
    ],
)
def test_titles_keep_brackets_that_are_meant(html: str, title: str) -> None:
    assert title_text(html) == title


def test_references_need_their_semicolon() -> None:
    assert unescape("&copy 2026 &copy; AT&T &unknown; &#65;") == "&copy 2026 © AT&T &unknown; A"


@given(st.text(alphabet="<>&;/!-\"'ab p=#x0[]", max_size=200))
def test_any_text_gives_folded_text(html: str) -> None:
    for line in to_text(html).split("\n"):
        assert line == " ".join(line.split())
    assert "\n" not in title_text(html)


@given(st.text(max_size=80))
def test_what_is_escaped_comes_back(text: str) -> None:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    visible = " ".join("".join(char if char.isprintable() or char.isspace() else " " for char in text).split())
    got = " ".join(to_text(f"<p>{escaped}</p>").split())
    if "<" not in text and visible.isprintable():
        assert [*filter(str.isalnum, got)] == [*filter(str.isalnum, visible)]


@pytest.mark.parametrize(
    "unit", ["<", "<p ", "<!--", "<script>", '<a "', "&lt;b&gt;", "data:", "</script ", "<![CDATA[", "&#"]
)
def test_work_grows_with_length_only(unit: str) -> None:
    """Ten times the input costs about ten times the steps: counted, not timed, so that a busy machine can't matter."""
    few, many = _steps(unit * 300), _steps(unit * 3000)
    assert many <= few * 14


def _steps(html: str) -> int:
    count = 0

    def tick(*_: object) -> object:
        nonlocal count
        count += 1
        return tick

    before = sys.gettrace()
    sys.settrace(tick)
    try:
        to_text(html)
    finally:
        sys.settrace(before)
    return count
