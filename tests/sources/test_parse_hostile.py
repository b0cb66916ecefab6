"""Hostile and broken XML: a clear error or a repaired value, the rest of the feed kept, nothing fetched."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.errors import NotAFeed
from bot.core.language.html import to_text
from bot.core.model import ParsedFeed
from bot.sources.feed import parse
from bot.sources.parsing.chain import MOST_BYTES
from bot.sources.parsing.fields import CONTENT_BYTES, ID_BYTES, SUMMARY_BYTES, TITLE_BYTES
from bot.sources.parsing.repair import behind_asides, is_whole
from bot.sources.parsing.xmlfeed import MOST_ITEMS

HEAD = '<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0"><channel><title>F</title>'
TAIL = "</channel></rss>"


def no_last_resort(utf8: bytes, headers: object) -> ParsedFeed:
    raise AssertionError("no body here needs feedparser")


def read(xml: str | bytes) -> ParsedFeed:
    return parse(xml if isinstance(xml, bytes) else xml.encode("utf-8", "surrogatepass"), {}, no_last_resort)


def titles(xml: str | bytes) -> list[str]:
    return [entry.title for entry in read(xml).entries]


def items(*inner: str) -> str:
    return HEAD + "".join(f"<item>{text}</item>" for text in inner) + TAIL


@pytest.mark.case_id(44)
def test_case_044_billion_laughs_stays_small() -> None:
    bomb = '<!DOCTYPE rss [<!ENTITY a "ha">' + "".join(
        f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in zip("abcdefghij", "bcdefghijk", strict=True)
    )
    (entry,) = read(bomb + "]>" + items("<title>&k; and &a;</title>")[39:]).entries
    assert entry.title == "&k; and ha"


@pytest.mark.case_id(44)
def test_case_044_quadratic_entities_stay_small() -> None:
    big = f'<!DOCTYPE rss [<!ENTITY a "{"x" * 100_000}">]>' + items("<title>" + "&a;" * 1000 + "</title>")[39:]
    assert len(titles(big)[0]) <= TITLE_BYTES


@pytest.mark.case_id(44)
@pytest.mark.parametrize(
    "kind", ['SYSTEM "file:///etc/passwd"', 'SYSTEM "http://127.0.0.1:9/x"', 'PUBLIC "x" "file:///etc/passwd"']
)
def test_case_044_nothing_outside_is_read(kind: str) -> None:
    for doctype in (
        f"<!DOCTYPE rss [<!ENTITY x {kind}>]>",
        f"<!DOCTYPE rss {kind}>",
        f"<!DOCTYPE r [<!ENTITY % p {kind}> %p;]>",
    ):
        (title,) = titles(doctype + items("<title>a &x; b</title>")[39:])
        assert title == "a &x; b"


@pytest.mark.case_id(48)
def test_case_048_backslashes_in_entities() -> None:
    doctype = r"""<!DOCTYPE rss [<!ENTITY path "C:\new\1"><!ENTITY cubed "&#179;"><!ENTITY q 'say "hi"'>]>"""
    assert titles(doctype + items("<title>&path; &cubed;&q;</title>")[39:]) == [r'C:\new\1 ³say "hi"']


@pytest.mark.case_id(45)
def test_case_045_fields_are_capped() -> None:
    (entry,) = read(
        items(
            f"<title>{'é' * 600_000}</title><description>{'d' * 700_000}</description>"
            f"<guid isPermaLink='false'>{'g' * 5000}</guid><content>{'c' * 700_000}</content>"
        )
    ).entries
    assert len(entry.title.encode()) == TITLE_BYTES
    assert len(entry.summary) == SUMMARY_BYTES
    assert len(entry.content) == CONTENT_BYTES
    assert len(entry.id) == ID_BYTES


@pytest.mark.case_id(45)
def test_case_045_long_ids_stay_distinct() -> None:
    long = "g" * 5000
    feed = read(items(*(f"<title>T</title><guid isPermaLink='false'>{long}{n}</guid>" for n in range(3))))
    assert len({entry.id for entry in feed.entries}) == 3


@pytest.mark.case_id(46)
@pytest.mark.parametrize("reference", ["&#xD800;", "&#55296;", "&#x110000;", "&#xDFFF;", "&#999999999999;"])
def test_case_046_impossible_references_are_replaced(reference: str) -> None:
    assert titles(items(f"<title>a{reference}b</title>", "<title>kept</title>")) == ["a\ufffdb", "kept"]


@pytest.mark.case_id(46)
def test_case_046_a_surrogate_in_the_bytes() -> None:
    assert (
        titles(items("<title>a@b</title>", "<title>kept</title>").encode().replace(b"@", b"\xed\xa0\x80"))[1] == "kept"
    )


@pytest.mark.case_id(47)
def test_case_047_forbidden_characters_are_stripped() -> None:
    assert titles(items("<title>a\x00b\x0bc\ufffed\uffffe</title>", "<title>&#0;x&#11;y&#xFFFE;</title>")) == [
        "abcde",
        "xy",
    ]


@pytest.mark.usefixtures("untraced")
@pytest.mark.case_id(49)
def test_case_049_deep_nesting_costs_one_item() -> None:
    deep = "<title>deep</title>" + "<a>" * 20_000 + "</a>" * 20_000
    assert titles(items("<title>one</title>", deep, "<title>two</title>")) == ["one", "deep", "two"]
    assert titles(items("<description>" + "<div>" * 20_000, "<title>two</title>"))[-1] == "two"


@pytest.mark.case_id(50)
@pytest.mark.parametrize("kept", range(4))
def test_case_050_a_cut_feed_keeps_its_whole_items(kept: int) -> None:
    whole = items(*(f"<title>number {n}</title><description><![CDATA[<p>text</p>]]></description>" for n in range(4)))
    ends = [at + len("</item>") for at in range(len(whole)) if whole.startswith("</item>", at)]
    for cut in {ends[kept], ends[kept] + 9, (ends[kept + 1] - 2) if kept < 3 else ends[kept] + 3}:
        feed = read(whole[:cut])
        assert [entry.title for entry in feed.entries] == [f"number {n}" for n in range(kept + 1)]
        assert not feed.complete


@pytest.mark.case_id(50)
def test_case_050_wherever_it_is_cut_no_item_is_half() -> None:
    whole = items("<title>one &amp; two</title><link>https://a.com/1</link>", "<title>three</title>")
    for cut in range(len(HEAD) + 1, len(whole) - 1, 7):
        feed = read(whole[:cut])
        assert not feed.complete
        assert all(entry.title in {"one & two", "three"} for entry in feed.entries)


@pytest.mark.case_id(51)
@pytest.mark.parametrize(
    "xml",
    [
        "  \n" + items("<title>T</title>"),
        "\ufeff \n" + items("<title>T</title>"),
        "junk before " + items("<title>T</title>"),
        "<!-- a <rss> comment -->" + items("<title>T</title>"),
        "<?php echo ?>\n<br/>\n" + items("<title>T</title>"),
        items("<title>T</title>").replace('version="1.0"', 'version="1.1"', 1),
        items("<title>T</title>") + "<html><body>and another root</body></html>",
        items("<title>T</title>") + items("<title>U</title>")[39:],
        items("<title>T</title>") + "\n\n trailing junk",
        items("<title>T</title>") + "\x00\x00\x00",
        items("<title>T</title>").replace('"2.0"', "2.0"),
        '<?xml?xml version="1.0" encoding="UTF-8" ??>' + items("<title>T</title>")[39:],
    ],
)
def test_case_051_junk_around_the_feed(xml: str) -> None:
    assert titles(xml)[0] == "T"


@pytest.mark.case_id(52)
def test_case_052_prefixes_and_entities_nobody_declared() -> None:
    feed = read(
        items(
            "<title>a&nbsp;b &eacute; &mdash; &unknown; &copy</title><dc:date>2026-11-24T12:00:00Z</dc:date>"
            "<content:encoded><![CDATA[<p>&nbsp;</p>]]></content:encoded><foo:bar baz:x='1'>y</foo:bar>"
        )
    )
    assert feed.entries[0].title == "a\xa0b é — &unknown; &copy"
    assert feed.entries[0].published is not None
    assert feed.entries[0].content == "<p>&nbsp;</p>"


@pytest.mark.case_id(52)
def test_case_052_a_whole_feed_under_an_undeclared_prefix() -> None:
    xml = "<rss><rss:channel><rss:title>F</rss:title><rss:item><rss:title>T</rss:title></rss:item></rss:channel></rss>"
    assert titles(xml) == ["T"]
    assert titles(xml.replace("<rss>", "<rss rss:version=2.0>")) == ["T"]


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("AT&T and R&D", "AT&T and R&D"),
        ("a & b", "a & b"),
        ("?a=1&b=2", "?a=1&b=2"),
        ("1 < 2", "1 < 2"),
        ("&amp; &lt; &#38; &#x26;", "& < & &"),
        ("&lt;b&gt; &AMP;", "<b> &"),
        ("a <![CDATA[& <b> &amp;]]>", "a & <b> &amp;"),
        ("&#x1F600; &#X41; &#8217;", "😀 A ’"),
    ],
)
def test_nothing_is_silently_lost(written: str, title: str) -> None:
    """A lenient parser turns AT&T into AT; the ampersand of a broken neighbour must not change that."""
    assert titles(items(f"<title>{written}</title>")) == [title]
    assert titles(items(f"<title>{written}</title>", "<title>x & y</b></title>"))[0] == title


@pytest.mark.case_id(54)
def test_case_054_very_many_references() -> None:
    body = items("<title>T</title><description>" + "&#8217;&amp;" * 55_603 + "</description>")
    assert read(body).entries[0].summary.startswith("’&’&")
    assert read(body.replace("T<", "T & <")).entries[0].title == "T &"


@pytest.mark.case_id(55)
@pytest.mark.parametrize(
    "page",
    [
        "<!DOCTYPE html><html><head><title>x</title></head><body><p>y</p></body></html>",
        "<html><body><a href='/feed'>feed</a><item>not one</item></body></html>",
        "\n<!-- cached -->\n<!doctype HTML>\n<html lang=en><p>unclosed",
        '<?xml version="1.0"?><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0" "x"><html xmlns="x"><body/></html>',
    ],
)
def test_case_055_a_web_page_is_not_a_feed(page: str) -> None:
    with pytest.raises(NotAFeed, match="web page"):
        read(page)


@pytest.mark.parametrize(
    "doctype", ["<!DOCTYPE html>", '<!doctype HTML PUBLIC "-//W3C//DTD XHTML 1.0" "x">\n<!-- -->\n']
)
def test_a_feed_with_the_doctype_of_a_page_is_a_feed(doctype: str) -> None:
    feed = '<feed xmlns="http://www.w3.org/2005/Atom"><title>F</title><entry><title>T</title></entry></feed>'
    assert titles(f'<?xml version="1.0"?>{doctype}{feed}') == ["T"]
    assert titles(f"{doctype}{items('<title>T</title>')}") == ["T"]


@pytest.mark.case_id(56)
@pytest.mark.parametrize("body", ["", " \n\t", "\ufeff", "\ufeff \n"])
def test_case_056_nothing_at_all(body: str) -> None:
    with pytest.raises(NotAFeed, match="empty"):
        read(body)


@pytest.mark.case_id(56)
def test_case_056_a_feed_without_items_is_a_feed() -> None:
    feed = read(HEAD + TAIL)
    assert feed.entries == ()
    assert feed.complete
    assert read("<rss/>").entries == ()


@pytest.mark.parametrize(
    "body",
    [
        "just text",
        "<urlset><url><loc>https://a.com</loc></url></urlset>",
        '<opml version="2.0"><body><outline text="x"/></body></opml>',
        "<<<<>>>>",
        "<",
        "\x00\x01\x02\x03",
        "%PDF-1.4",
        "<svg xmlns='x'><title>t</title></svg>",
    ],
)
def test_other_things_are_no_feed(body: str) -> None:
    with pytest.raises(NotAFeed):
        read(body)


@pytest.mark.case_id(57)
@pytest.mark.parametrize(
    "bad",
    [
        "<title>bad & <b></title>",
        "<title>bad",
        "<title>bad</titel><link/>",
        "<title>bad</title><x a=1 b>",
        "<title>bad \x0b &#xD800;</title></x></y>",
        "<title>bad</title>" + "<a>" * 500,
    ],
)
def test_case_057_one_bad_item_among_a_hundred(bad: str) -> None:
    good = [f"<title>good {n}</title>" for n in range(100)]
    found = titles(items(*good[:50], bad, *good[50:]))
    assert [title for title in found if title.startswith("good")] == [f"good {n}" for n in range(100)]
    assert len(found) <= 101


REST = "<link>https://a.com/1</link><pubDate>Tue, 24 Nov 2026 12:00:00 GMT</pubDate>"


@pytest.mark.case_id(57)
@pytest.mark.parametrize(
    ("field", "summary"),
    [
        (
            "<description>one<br>two & <p>three <img src=a.png></description>",
            "one<br>two &amp; <p>three <img src=a.png>",
        ),
        ("<description>a <b>b</i> <![CDATA[c]]> d</description>", "a <b>b</i> c d"),
        ("<description> <![CDATA[a <b> c]]> </description></x>", "a <b> c"),
        ("<description>plain</description><foo bar=1 baz disabled>x</foo>", "plain"),
        ("<description>plain</description><foo a='b=c d' e = f/>", "plain"),
        ("<description/><summary>plain</summary></x>", ""),
        ("<description>plain</description></x><title>never closed", "plain"),
        ("<x:description>plain</x:description></y><description>plain</description>", "plain"),
    ],
)
def test_case_057_a_broken_field_spoils_no_other(field: str, summary: str) -> None:
    first, second = read(items(f"<title>T</title>{field}{REST}", "<title>two</title>")).entries
    assert (first.title, first.summary, first.link) == ("T", summary, "https://a.com/1")
    assert first.published is not None
    assert second.title == "two"


SOUND = items(
    *(
        f'<title>number {n} &amp; more</title><link>https://a.com/{n}</link><guid isPermaLink="false">id {n}</guid>'
        f"<description><![CDATA[<p>text {n}</p>]]></description><dc:date>2026-11-24</dc:date>"
        for n in range(6)
    )
)


@pytest.mark.usefixtures("untraced")
@pytest.mark.case_id(57)
@settings(max_examples=300, deadline=None)
@given(
    st.integers(len(HEAD) + 6, len(SOUND) - len("</item>" + TAIL) - 1),
    st.sampled_from(
        ["&", "<", ">", "</x>", "<br>", "\x0b", '"', "<b", "&nbsp;", "&#xD800;", "]]>", "<![CDATA[", "<x a=1>"]
    ),
    st.integers(0, 9),
)
def test_case_057_one_blow_costs_at_most_two_items(at: int, blow: str, deleted: int) -> None:
    """Two where it falls between them; all others come whole and unchanged."""
    before, after = read(SOUND), read(SOUND[:at] + blow + SOUND[at + deleted :])
    assert len(set(before.entries) - set(after.entries)) <= 2


def test_a_section_that_is_never_closed_ends_with_its_item() -> None:
    broken = items("<title>one</title><description><![CDATA[open</description>", "<title><![CDATA[two]]></title>")
    assert titles(broken) == ["one", "two"]
    assert titles(items("<title>one</title><x><![CDATA[", "<title>two</title>")) == ["one", "two"]


def test_items_that_are_never_closed() -> None:
    xml = HEAD + "<item><title>one</title><item><title>two</title><item><title>three</title>" + TAIL
    assert titles(xml) == ["one", "two", "three"]
    assert titles(HEAD + "<item/><item><title>two & </title></item>" + TAIL) == ["two &"]


def test_tags_that_only_look_like_items() -> None:
    xml = (
        HEAD
        + "<item><title>a & b</title><x:item>no</x:item><description><![CDATA[</item><item>]]></description></item>"
    )
    (entry,) = read(xml + "<!-- <item><title>no</title></item> -->" + TAIL).entries
    assert (entry.title, entry.summary) == ("a & b", "</item><item>")


@pytest.mark.case_id(93)
def test_case_093_the_newest_by_position() -> None:
    many = titles(items(*(f"<title>{n}</title>" for n in range(20_000))))
    assert many == [str(n) for n in range(MOST_ITEMS)]

    def dated(numbers: range) -> str:
        return items(*(f"<title>{n}</title><pubDate>{2000 + n // 12}-{n % 12 + 1:02}-01</pubDate>" for n in numbers))

    assert titles(dated(range(600, 0, -1)))[0] == "600"
    assert titles(dated(range(600)))[:: MOST_ITEMS - 1] == ["100", "599"]
    broken = titles(items("<title>a & b</b></title>", *(f"<title>{n}</title>" for n in range(1000))))
    assert len(broken) == MOST_ITEMS


def test_a_body_beyond_any_feed_is_refused_unread() -> None:
    with pytest.raises(NotAFeed, match="64 MB"):
        read(b"<rss>" + bytes(MOST_BYTES))


MARKUP = """<item> </item> <title> </title> <rss> </rss> <channel> </channel> <![CDATA[ ]]> <!-- --> & ; &# xD800; " >
<a/b=' < /> x é <?xml <!DOCTYPE [ ] <entry> </entry> <feed> xmlns='' <dc:date> <link/> { }"""
PIECES = st.sampled_from([*MARKUP.split(), "\x00", " "])


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=40).map("".join), st.booleans())
def test_any_body_is_a_feed_or_an_error(body: str, inside: bool) -> None:
    def hopeless(utf8: bytes, headers: object) -> ParsedFeed:
        raise NotAFeed("hopeless")

    text = f"<rss><channel><item><title>first</title></item>{body}</channel></rss>" if inside else body
    try:
        feed = parse(text.encode(), {}, hopeless)
    except NotAFeed:
        return
    assert all(isinstance(entry.title, str) for entry in feed.entries)
    if inside and feed.entries:
        assert to_text(feed.entries[0].title).startswith("first")


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_a_feed_or_an_error(body: bytes) -> None:
    with pytest.raises(NotAFeed):
        parse(body + b"\x01", {}, no_last_resort)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=30), min_size=1, max_size=5)
)
def test_what_is_written_is_read(texts: list[str]) -> None:
    texts = [text for text in texts if text.strip() and not set(text) & {"\ufffe", "\uffff"}] or ["x"]
    escaped = (text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;") for text in texts)
    found = titles(items(*(f"<title>{text}</title>" for text in escaped)))
    for text, title in zip(texts, found, strict=True):
        assert title == text.strip() or not text.isascii()  # text that was encoded twice is undone


@pytest.mark.parametrize(
    ("end", "whole"),
    [
        ("</rss>", True),
        ("</RSS >\n<!-- cached 10:15 --> <?made by?>\n", True),
        ("</rss><!-- </rss> -->", True),
        ("</atom:feed><!-- a <!-- b -->", True),
        ("</rss><!-- cached", False),
        ("</rss><!--", False),
        ("</rss> and more", False),
        ("<!-- </rss>", True),  # a comment that nothing ends is text
        ("</item>", False),
    ],
)
def test_a_document_is_whole_when_nothing_but_asides_follow_its_root(end: str, whole: bool) -> None:
    assert is_whole("<rss><channel>" + end) is whole


def test_asides_without_an_end_are_searched_once() -> None:
    assert behind_asides(" <!-- a --><?b?> <!-- c --> <html>") == "<html>"
    assert behind_asides("<!--" * 3) == "<!--" * 3
