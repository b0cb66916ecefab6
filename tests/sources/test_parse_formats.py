"""Formats: RSS 0.9 to 2.0, RDF, Atom 0.3 and 1.0, CDF, JSON Feed, and how they are mixed in the wild."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from bot.core.errors import NotAFeed
from bot.core.model import FeedInfo, ParsedEntry, ParsedFeed
from bot.sources.feed import parse

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
BASE = {"content-location": "https://example.com/feeds/all.xml"}


def one(xml: str, **headers: str) -> ParsedEntry:
    (entry,) = parse(xml.encode(), {name.replace("_", "-"): value for name, value in headers.items()}).entries
    return entry


def item(inner: str, *, spaces: str = "", **headers: str) -> ParsedEntry:
    return one(f'<rss version="2.0" {spaces}><channel><title>F</title><item>{inner}</item></channel></rss>', **headers)


def entry(inner: str, **headers: str) -> ParsedEntry:
    return one(f'<feed xmlns="http://www.w3.org/2005/Atom"><title>F</title><entry>{inner}</entry></feed>', **headers)


@pytest.mark.case_id(53)
@pytest.mark.parametrize(
    "xml",
    [
        # RSS 2.0, 0.92, 0.91
        '<rss version="2.0"><channel><title>F</title><link>https://example.com/</link><item><title>T</title>'
        "<link>https://example.com/1</link><description>D</description></item></channel></rss>",
        '<rss version="0.91"><channel><title>F</title><link>https://example.com/</link><item><title>T</title>'
        "<link>https://example.com/1</link><description>D</description></item></channel></rss>",
        '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://my.netscape.com/rss-0.91.dtd">'
        '<rss version="0.91"><channel><title>F</title><link>https://example.com/</link><item><title>T</title>'
        "<link>https://example.com/1</link><description>D</description></item></channel></rss>",
        # RSS 0.90 and 1.0 (RDF): items beside the channel
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://my.netscape.com/rdf/simple/0.9/">'
        "<channel><title>F</title><link>https://example.com/</link></channel><item><title>T</title>"
        "<link>https://example.com/1</link><description>D</description></item></rdf:RDF>",
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">'
        '<channel rdf:about="https://example.com/"><title>F</title><link>https://example.com/</link></channel>'
        '<item rdf:about="https://example.com/1"><title>T</title><link>https://example.com/1</link>'
        "<description>D</description></item></rdf:RDF>",
        # items outside the channel, upper case
        "<RSS><CHANNEL><TITLE>F</TITLE><LINK>https://example.com/</LINK></CHANNEL><ITEM><TITLE>T</TITLE>"
        "<LINK>https://example.com/1</LINK><DESCRIPTION>D</DESCRIPTION></ITEM></RSS>",
        # Atom 0.3 and 1.0, Atom under a prefix and in no namespace
        '<feed version="0.3" xmlns="http://purl.org/atom/ns#"><title>F</title><link rel="alternate" type="text/html" '
        'href="https://example.com/"/><entry><title>T</title><link rel="alternate" type="text/html" '
        'href="https://example.com/1"/><summary>D</summary></entry></feed>',
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>F</title><link href="https://example.com/"/><entry>'
        '<title>T</title><link href="https://example.com/1"/><summary>D</summary></entry></feed>',
        '<a:feed xmlns:a="http://www.w3.org/2005/Atom"><a:title>F</a:title><a:link href="https://example.com/"/><a:entry>'
        '<a:title>T</a:title><a:link href="https://example.com/1"/><a:summary>D</a:summary></a:entry></a:feed>',
        '<feed><title>F</title><link href="https://example.com/"/><entry><title>T</title>'
        '<link href="https://example.com/1"/><summary>D</summary></entry></feed>',
        # Atom inside RSS
        '<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>F</title>'
        '<link>https://example.com/</link><atom:link rel="self" href="https://example.com/feed"/><atom:entry>'
        '<atom:title>T</atom:title><atom:link href="https://example.com/1"/><atom:summary>D</atom:summary></atom:entry>'
        "</channel></rss>",
        # CDF
        '<CHANNEL HREF="https://example.com/"><TITLE>F</TITLE><LINK>https://example.com/</LINK>'
        '<ITEM HREF="https://example.com/1" LASTMOD="2026-11-24T12:00Z"><TITLE>T</TITLE><ABSTRACT>D</ABSTRACT></ITEM>'
        "</CHANNEL>",
        # an unknown namespace by default, and a wrapper that no format has
        '<rss xmlns="http://example.org/unknown"><channel><title>F</title><link>https://example.com/</link><item>'
        "<title>T</title><link>https://example.com/1</link><description>D</description></item></channel></rss>",
        '<soap xmlns="urn:s"><rss version="2.0"><channel><title>F</title><link>https://example.com/</link><item>'
        "<title>T</title><link>https://example.com/1</link><description>D</description></item></channel></rss></soap>",
    ],
)
def test_case_053_every_format(xml: str) -> None:
    feed = parse(xml.encode(), {})
    assert feed.complete
    assert [(e.title, e.link, e.summary) for e in feed.entries] == [("T", "https://example.com/1", "D")]
    if "<soap" not in xml:
        assert feed.feed == FeedInfo("F", "https://example.com/")


@pytest.mark.case_id(53)
def test_case_053_an_entry_alone_is_a_feed_of_one() -> None:
    assert one('<entry xmlns="http://www.w3.org/2005/Atom"><title>T</title><id>urn:1</id></entry>').title == "T"


# ── titles ─────────────────────────────────────────────────────────────────────────────────────────────────────

MEDIA = 'xmlns:media="http://search.yahoo.com/mrss/" xmlns:dc="http://purl.org/dc/elements/1.1/"'


@pytest.mark.parametrize(
    ("inner", "title"),
    [
        ("<title>AT&amp;T</title>", "AT&T"),
        ("<title>  spaced\n </title>", "spaced"),
        ("<title><![CDATA[R&D <b>x</b>]]></title>", "R&D <b>x</b>"),
        ("<title>One</title><title>Two</title>", "One"),
        ("<title></title><title>Two</title>", "Two"),
        ("<title>One</title><media:title>Two</media:title>", "One"),
        ("<media:title>Two</media:title><title>One</title>", "One"),
        ("<media:group><media:title>Two</media:title></media:group><title>One</title>", "One"),
        ("<media:content><media:title>Two</media:title></media:content>", "Two"),
        ("<dc:title>One</dc:title><title>Two</title>", "One"),
        ("<title>Raw <b>bold</b> &lt;3</title>", "Raw <b>bold</b> &lt;3"),
        ("<image><title>Not this</title></image><title>This</title>", "This"),
    ],
)
def test_titles(inner: str, title: str) -> None:
    assert item(inner, spaces=MEDIA).title == title


def test_an_atom_title_in_xhtml_loses_its_wrapper() -> None:
    xhtml = '<title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">A <em>B</em> &lt;c</div></title>'
    assert entry(xhtml).title == "A <em>B</em> &lt;c"
    prefixed = '<title type="xhtml"><x:div xmlns:x="http://www.w3.org/1999/xhtml">A <x:em>B</x:em></x:div></title>'
    assert entry(prefixed).title == "A <em>B</em>"


# ── ids and links ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("inner", "identity", "link"),
    [
        ("<guid>https://a.com/1</guid>", "https://a.com/1", "https://a.com/1"),
        ("<guid>https://a.com/1</guid><link>https://a.com/2</link>", "https://a.com/1", "https://a.com/2"),
        ("<link>https://a.com/2</link><guid>https://a.com/1</guid>", "https://a.com/1", "https://a.com/2"),
        ('<guid isPermaLink="false">https://a.com/1</guid>', "https://a.com/1", ""),
        ('<guid ispermalink="false">x1</guid>', "x1", ""),
        ('<guid type="x">https://a.com/1</guid>', "https://a.com/1", "https://a.com/1"),
        ("<link>https://a.com/?a=1&amp;amp;b=2</link>", "", "https://a.com/?a=1&b=2"),
        ("<link></link><guid>https://a.com/1</guid>", "https://a.com/1", "https://a.com/1"),
        ("<link> https://a.com/x\n</link>", "", "https://a.com/x"),
        ("<title>T</title>", "", ""),
    ],
)
def test_ids_and_links(inner: str, identity: str, link: str) -> None:
    found = item(inner + "<description>D</description>")
    assert (found.id, found.link) == (identity, link)


def test_atom_links_by_their_relation() -> None:
    links = (
        '<link rel="self" href="https://a.com/self"/><link rel="enclosure" href="https://a.com/a.mp3"/>'
        '<link href="https://a.com/page"/><link rel="alternate" type="application/json" href="https://a.com/json"/>'
        '<link rel="related" href="https://a.com/other"/>'
    )
    assert entry(links).link == "https://a.com/page"
    assert entry("<id>https://a.com/1</id>").link == "https://a.com/1"
    assert entry("<id>tag:a.com,2026:1</id><title>T</title>")[:2] == ("tag:a.com,2026:1", "")


@pytest.mark.case_id(41)
@pytest.mark.parametrize(
    ("written", "link"),
    [
        ("/1", "https://example.com/1"),
        ("1?x=2", "https://example.com/feeds/1?x=2"),
        ("//cdn.example.com/1", "https://cdn.example.com/1"),
        ("https:////example.com/1", "https://example.com/1"),
        ("HTTPS://example.com/1", "https://example.com/1"),
        ("https://example.com/a\n b", "https://example.com/a b"),
        ("https://example.com/1#", "https://example.com/1"),
        ("https://example.com/1?", "https://example.com/1"),
        ("https://example.com/1;", "https://example.com/1"),
        ("https://example.com/1?#", "https://example.com/1"),
        ("https://example.com/1?q=a;", "https://example.com/1?q=a;"),
        ("https://example.com/1?q=a?", "https://example.com/1?q=a?"),
        ("https://example.com/#/1?", "https://example.com/#/1?"),
        ("javascript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("file:///etc/passwd", ""),
        ("mailto:a@example.com", ""),
        ("http://[broken", ""),
        ("//[broken", ""),
        ("https://example.com/" + "x" * 9000, ""),
    ],
)
def test_case_041_links_become_absolute_web_addresses(written: str, link: str) -> None:
    assert item(f"<title>T</title><link>{written}</link>", content_location=BASE["content-location"]).link == link


def test_xml_base_on_every_level() -> None:
    xml = (
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://a.com/x/"><title>F</title><link href="home"/>'
        '<entry xml:base="y/"><title>T</title><link xml:base="z/" href="1"/></entry>'
        '<entry><title>U</title><link href="2"/><id>3</id></entry></feed>'
    )
    feed = parse(xml.encode(), {})
    assert feed.feed.link == "https://a.com/x/home"
    assert [(e.link, e.id) for e in feed.entries] == [
        ("https://a.com/x/y/z/1", ""),
        ("https://a.com/x/2", "https://a.com/x/3"),
    ]


@pytest.mark.parametrize(
    ("space", "inner"),
    [
        ("http://purl.org/dc/elements/1.0/", "<x:title>T</x:title>"),
        ("http://purl.org/dc/elements/1.1", "<x:title>T</x:title>"),
        ("https://purl.org/dc/elements/1.1/", "<x:title>T</x:title>"),
        ("https://www.w3.org/2005/atom/", "<x:title>T</x:title>"),
        ("http://www.rssboard.org/media-rss", "<x:title>T</x:title>"),
        (" HTTP://search.yahoo.com/MRSS", "<x:title>T</x:title>"),
        ("http://purl.org/rss/1.0/modules/content", "<title>T</title><x:encoded>D</x:encoded>"),
        ("https://www.itunes.com/dtds/podcast-1.0.dtd", "<title>T</title><x:summary>D</x:summary>"),
    ],
)
def test_a_namespace_counts_however_it_is_spelt(space: str, inner: str) -> None:
    found = item(inner, spaces=f'xmlns:x="{space}"')
    assert (found.title, found.summary) == ("T", "D" if "D<" in inner else "")


def test_a_guid_that_is_no_address_is_no_link() -> None:
    xml = "<rss><channel><link>https://a.com/</link><item><guid>{}</guid><title>T</title></item></channel></rss>"
    assert [one(xml.format(guid)).link for guid in ("episode-12", "/12")] == ["", "https://a.com/12"]


def test_the_feeds_own_link_is_the_base_of_last_resort() -> None:
    xml = "<rss><channel><link>https://a.com/</link><item><title>T</title><link>/1</link></item></channel></rss>"
    assert one(xml).link == "https://a.com/1"


# ── summary and content ────────────────────────────────────────────────────────────────────────────────────────

EXTENDED = (
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:media="http://search.yahoo.com/mrss/" '
    'xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:xhtml="http://www.w3.org/1999/xhtml"'
)


@pytest.mark.parametrize(
    ("inner", "summary", "content"),
    [
        ("<description>A</description>", "A", ""),
        ("<description>A</description><content:encoded>B</content:encoded>", "A", "B"),
        ("<content:encoded>B</content:encoded><description>A</description>", "A", "B"),
        ("<content:encoded>B</content:encoded>", "B", "B"),
        ("<description>A</description><media:description>B</media:description>", "A", ""),
        ("<media:description>B</media:description><description>A</description>", "A", ""),
        ("<description>A</description><itunes:summary>B</itunes:summary>", "A", "B"),
        ("<content:encoded>C</content:encoded><description>A</description><itunes:summary/>", "A", "C"),
        (
            "<description>A</description><dc:description>B</dc:description><content:encoded>C</content:encoded>",
            "A",
            "C",
        ),
        ("<media:group><media:description>B</media:description></media:group>", "B", ""),
        ("<media:description>B</media:description><content:encoded>C</content:encoded>", "C", "C"),
        (
            "<content:encoded>C</content:encoded><description>A</description><media:group><media:content>"
            "<media:description>B</media:description></media:content><media:content><media:description/>"
            "</media:content></media:group>",
            "A",
            "C",
        ),
        ("<description>a &lt;b&gt;c&lt;/b&gt; &amp;amp; d</description>", "a <b>c</b> &amp; d", ""),
        ("<description>a <b>c</b> &amp; d</description>", "a <b>c</b> &amp; d", ""),
        ("<xhtml:body><xhtml:p>B</xhtml:p></xhtml:body>", "<p>B</p>", "<p>B</p>"),
        ("<description/>", "", ""),
    ],
)
def test_summary_and_content(inner: str, summary: str, content: str) -> None:
    found = item("<title>T</title>" + inner, spaces=EXTENDED)
    assert (found.summary, found.content) == (summary, content)


@pytest.mark.parametrize(
    ("inner", "summary", "content"),
    [
        ("<summary>A</summary><content>B</content>", "A", "B"),
        ('<content type="html">&lt;p&gt;B</content>', "<p>B", "<p>B"),
        (
            '<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>B</p></div></content>',
            "<p>B</p>",
            "<p>B</p>",
        ),
        ('<content mode="base64" type="text/html">PGI+QjwvYj4=</content>', "<b>B</b>", "<b>B</b>"),
        ('<content type="application/octet-stream">PGI+QjwvYj4=</content>', "<b>B</b>", "<b>B</b>"),
        ('<content type="image/png">not base64!</content>', "not base64!", "not base64!"),
        ('<content type="image/svg+xml">plain</content>', "plain", "plain"),
    ],
)
def test_atom_content_by_type(inner: str, summary: str, content: str) -> None:
    found = entry("<title>T</title>" + inner)
    assert (found.summary, found.content) == (summary, content)


# ── dates, language, outlet, form, ttl ─────────────────────────────────────────────────────────────────────────


@pytest.mark.case_id(66)
@pytest.mark.parametrize(
    ("inner", "published"),
    [
        ("<pubDate>Tue, 24 Nov 2026 12:00:00 GMT</pubDate>", NOON),
        ("<dc:date>2026-11-24T12:00:00Z</dc:date>", NOON),
        ("<pubDate>soon</pubDate><dc:date>2026-11-24T12:00:00Z</dc:date>", NOON),
        ("<dcterms:created>2026-11-24T12:00:00Z</dcterms:created>", NOON),
        ("<dcterms:issued>2026-11-24T12:00:00Z</dcterms:issued><dcterms:modified>2026-11-25</dcterms:modified>", NOON),
        ('<pubDate><time datetime="2026-11-24T12:00:00Z">noon</time></pubDate>', NOON),
        ("<pubDate><b>2026-11-24T12:00:00Z</b></pubDate>", None),
        ("<pubDate></pubDate>", None),
        ("", None),
    ],
)
def test_case_066_dates(inner: str, published: datetime | None) -> None:
    spaces = 'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"'
    assert item("<title>T</title>" + inner, spaces=spaces).published == published


def test_atom_dates_published_before_updated() -> None:
    assert entry("<updated>2026-11-25T12:00:00Z</updated><published>2026-11-24T12:00:00Z</published>").published == NOON
    assert entry("<title>T</title><updated>2026-11-24T12:00:00Z</updated>").published == NOON


def test_languages() -> None:
    xml = (
        '<rss xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><language>zh-CN</language>'
        "<item><title>T</title></item><item><title>U</title><dc:language>en-us</dc:language></item>"
        '<item xml:lang="ja"><title>V</title></item></channel></rss>'
    )
    assert [e.lang for e in parse(xml.encode(), {}).entries] == ["zh", "en", "ja"]
    assert (
        one('<feed xml:lang="DE" xmlns="http://www.w3.org/2005/Atom"><entry><title>T</title></entry></feed>').lang
        == "de"
    )


def test_the_outlet_of_an_aggregator() -> None:
    assert item('<title>T</title><source url="https://r.com">Reuters</source>').outlet == "Reuters"
    source = "<source><id>x</id><title>Reuters</title><link href='https://r.com'/></source>"
    found = entry(f"<title>T</title><id>y</id>{source}")
    assert (found.outlet, found.title, found.id) == ("Reuters", "T", "y")


def test_a_filings_form_is_edgars_category() -> None:
    category = '<category scheme="https://www.sec.gov/" label="form type" term="8-K"/><category term="other"/>'
    assert entry(f"<title>T</title>{category}<id>urn:tag:sec.gov,2008:1</id>").form == "8-K"
    assert entry('<title>T</title><category term="8-K"/>').form == ""


@pytest.mark.parametrize(
    ("inner", "ttl_s"),
    [
        ("<ttl>60</ttl>", 3600),
        ("<ttl>99999999</ttl>", None),
        ("<ttl>999999</ttl>", 604_800),
        ("<ttl>soon</ttl>", None),
        ("<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>", 1800),
        ("<sy:updatePeriod>daily</sy:updatePeriod>", 86_400),
        ("<sy:updatePeriod>often</sy:updatePeriod>", None),
        ("", None),
    ],
)
def test_how_long_a_feed_asks_to_be_left_alone(inner: str, ttl_s: int | None) -> None:
    xml = (
        f'<rss xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"><channel><title>F</title>{inner}</channel></rss>'
    )
    assert parse(xml.encode(), {}).ttl_s == ttl_s


# ── JSON Feed ──────────────────────────────────────────────────────────────────────────────────────────────────


def json_feed(*items: object, **fields: object) -> ParsedFeed:
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "F", "items": list(items), **fields}
    return parse(json.dumps(feed).encode(), {"content-type": "text/html"})


def test_json_feed() -> None:
    feed = json_feed(
        {
            "id": 7,
            "url": "/1",
            "title": "T &amp; T",
            "content_html": "<p>B</p>",
            "summary": "A < B",
            "date_published": "2026-11-24T12:00:00Z",
            "language": "zh-Hans",
        },
        {
            "id": "8",
            "external_url": "https://a.com/8",
            "content_text": "1 < 2",
            "date_modified": "2026-11-24T12:00:00Z",
        },
        home_page_url="https://a.com/",
        language="en",
    )
    assert feed.feed == FeedInfo("F", "https://a.com/")
    assert feed.entries[0] == ParsedEntry("7", "https://a.com/1", "T &amp; T", "A &lt; B", "<p>B</p>", NOON, lang="zh")
    assert feed.entries[1] == ParsedEntry("8", "https://a.com/8", "", "1 &lt; 2", "1 &lt; 2", NOON, lang="en")


def test_json_feed_whose_items_are_odd() -> None:
    feed = json_feed({"id": True}, "text", None, {}, {"title": "lone \ud800 kept\x0b"}, {"url": "https://a.com/x"})
    assert [(e.id, e.title) for e in feed.entries] == [("", "lone \ufffd kept"), ("https://a.com/x", "")]
    assert json_feed().entries == ()


@pytest.mark.case_id(50)
def test_case_050_a_json_feed_cut_short_keeps_its_whole_items() -> None:
    whole = json.dumps(
        {"version": "https://jsonfeed.org/version/1.1", "title": "F", "items": [{"id": n} for n in "abc"]}
    )
    feed = parse(whole[:-12].encode(), {})
    assert [e.id for e in feed.entries] == ["a", "b"]
    assert feed.feed.title == "F"
    assert not feed.complete
    broken = whole.replace('"b"}', '"b"} junk').replace('"title": "F",', '"title": F,')
    assert [e.id for e in parse(broken.encode(), {}).entries] == ["a", "b"]


@pytest.mark.parametrize(
    "text",
    ['{"a": 1}', "[1, 2]", '{"items": 3}', '{"items": [1]}', "{broken", '{"version": "1", "items": []}', "[" * 100_000],
)
def test_json_that_is_no_feed(text: str) -> None:
    with pytest.raises(NotAFeed, match="JSON"):
        parse(text.encode(), {})


def test_deep_json_in_one_item_costs_only_what_follows() -> None:
    deep = '{"version": "https://jsonfeed.org/version/1", "items": [{"id": "a"}, {"id": ' + "[" * 100_000
    assert [e.id for e in parse(deep.encode(), {}).entries] == ["a"]


@pytest.mark.case_id(17)
def test_case_017_the_bytes_decide_not_the_header() -> None:
    assert (
        one("<rss><channel><item><title>T</title></item></channel></rss>", content_type="application/json").title == "T"
    )
