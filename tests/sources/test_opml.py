"""OPML in and out: folders, foreign and hostile files, nothing lost on the way round."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.errors import NotAFeed
from bot.ports import FeedSpec
from bot.sources.opml import read, write


def opml(body: str) -> bytes:
    return f'<?xml version="1.0"?><opml version="1.0"><head><title>x</title></head><body>{body}</body></opml>'.encode()


def test_nested_folders_become_one_path():
    body = """<outline text="News"><outline title="China" text="c">
      <outline type="rss" text="Feed" xmlUrl="https://a.test/rss" htmlUrl="https://a.test/"/></outline>
      <outline xmlUrl="https://b.test/rss"/></outline><outline text="Top" xmlurl="https://c.test/rss"/>"""
    specs = read(opml(body))
    assert [(spec.url, spec.title, spec.options.get("folder")) for spec in specs] == [
        ("https://a.test/rss", "Feed", "News/China"),
        ("https://b.test/rss", "", "News"),
        ("https://c.test/rss", "Top", None),
    ]


def test_one_url_twice_is_one_feed_and_other_schemes_are_left_out():
    urls = (
        "https://a.test/",
        "https://a.test/",
        "ftp://a.test/",
        "javascript:x",
        "https://[bad/",
        " ",
        "http://b.test/",
    )
    body = "".join(f'<outline xmlUrl="{url}"/>' for url in urls)
    assert [spec.url for spec in read(opml(body))] == ["https://a.test/", "http://b.test/"]


def test_an_address_of_the_scheme_feed_is_one_of_the_web():
    (spec,) = read(opml('<outline xmlUrl="feed://a.test/rss"/>'))
    assert spec.url == "http://a.test/rss"


def test_bare_ampersands_and_control_characters_of_other_readers_are_mended():
    data = opml('<outline text="R&D&amp;x&#38;" xmlUrl="https://a.test/?a=1&b=2"/>\x0b')
    (spec,) = read(b"\n" + data)
    assert (spec.url, spec.title) == ("https://a.test/?a=1&b=2", "R&D&x&")


@pytest.mark.parametrize(
    ("outline", "title", "url"),
    [
        ('text="One "Two". Three" xmlUrl="https://a.test/" type="rss" /', 'One "Two". Three', "https://a.test/"),
        ('title=""A" is B" xmlUrl="https://a.test/"/', '"A" is B', "https://a.test/"),
        ('text="T" description="<a href="https://b.test/" title="x">B</a> & <b>C</b>" xmlUrl="https://a.test/?a&b"/',
         "T", "https://a.test/?a&b"),
        ('xmlUrl="https://a.test/" own="x" text="a < b"/', "a < b", "https://a.test/"),
        ('text="a&eacute;&amp;&atsign;" xmlUrl="https://a.test/"/', "aé&&atsign;", "https://a.test/"),
    ],
)  # fmt: skip
def test_quotes_and_markup_in_attributes_of_careless_writers_are_mended(outline, title, url):
    body = (
        f'<outline text="Folder"><outline {outline}></outline><outline text="Next" xmlUrl="https://c.test/"></outline>'
    )
    first, following = read(opml(body))
    assert (first.title, first.url, first.options) == (title, url, {"folder": "Folder"})
    assert (following.title, following.url) == ("Next", "https://c.test/")


@pytest.mark.case_id(44)
def test_case_044_entities_are_refused_before_anything_is_expanded():
    bomb = b'<?xml version="1.0"?><!DOCTYPE opml [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><opml><body/></opml>'
    file = b'<!doctype opml SYSTEM "file:///etc/passwd"><opml><body/></opml>'
    for data in (bomb, file):
        with pytest.raises(NotAFeed, match="has a DOCTYPE"):
            read(data)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "not readable as XML"),
        (b"<opml><body>", "not readable as XML"),
        (b"<rss/>", "the file is <rss>, not <opml>"),
        (b"not xml", "not readable as XML"),
        (opml('<outline text="empty"/>'), "lists no feeds"),
        (b"<opml>" + b" " * (8 << 20) + b"</opml>", "over 8,388,608"),
        (b"<opml>" + b"<outline>" * 20_000, "not readable as XML"),
    ],
)
def test_what_is_no_list_is_refused_in_one_line(data, told):
    with pytest.raises(NotAFeed, match=told) as refused:
        read(data)
    assert "\n" not in str(refused.value)
    assert len(str(refused.value)) < 300


def test_too_many_feeds_are_refused():
    body = "".join(f'<outline xmlUrl="https://a.test/{n}"/>' for n in range(10_001))
    with pytest.raises(NotAFeed, match="10,001 feeds, over 10,000"):
        read(opml(body))


def test_a_password_in_a_url_does_not_leave_the_house():
    data = write([FeedSpec("https://user:secret@a.test/rss?x=1")])
    assert b"secret" not in data
    assert read(data)[0].url == "https://a.test/rss?x=1"


def test_a_written_list_is_what_other_readers_take():
    specs = [
        FeedSpec("https://a.test/rss", title="A & B", options={"folder": "News/China"}),
        FeedSpec("https://b.test/rss", source="B", tier="official"),
        FeedSpec("https://c.test/rss", options={"folder": "News"}),
    ]
    text = write(specs, "My feeds").decode()
    assert '<outline text="News" title="News">' in text
    assert text.count('text="News"') == 1
    assert '<outline text="official"' in text
    assert 'text="A &amp; B"' in text
    assert "<title>My feeds</title>" in text


def test_options_that_are_no_json_are_left_out():
    data = opml('<outline xmlns:t="urn:tocsin:opml" xmlUrl="https://a.test/" t:options="{oops" t:kind="github"/>')
    (spec,) = read(data)
    assert (spec.kind, dict(spec.options)) == ("github", {})


@pytest.mark.parametrize("kind", ["cninfo", "of-a-newer-version"])
def test_options_that_no_feed_list_may_give_are_left_out(kind):
    """Such hours failed each poll of the feed, and such an interval each settling of any feed's polls."""
    options = {"hours": "always", "every_s": 10**19, "every_ms": "x", "folder": "A", "forms": ["S-1"], "days": 5}
    told = json.dumps(options).replace('"', "&quot;")
    row = f'<outline xmlns:t="urn:tocsin:opml" xmlUrl="https://a.test/" t:options="{told}" t:kind="{kind}" t:tier="x"/>'
    (spec,) = read(opml(row))
    assert (spec.kind, spec.tier) == (kind, "trade")
    assert spec.options == {"folder": "A", "forms": ["S-1"], "days": 5}
    (spec,) = read(opml(row.replace("&quot;days&quot;: 5", "&quot;days&quot;: 5000")))
    assert ("days" in spec.options) == (kind != "cninfo")


def test_a_language_that_there_is_not_is_left_out():
    row = '<outline xmlns:t="urn:tocsin:opml" xmlUrl="https://a.test/" t:lang="{}"/>'
    assert [spec.lang for lang in ("zh-TW", "zz") for spec in read(opml(row.format(lang)))] == ["zh", ""]


_text = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff"), max_size=30
).map(lambda t: " ".join(t.split()))
_specs = st.builds(
    FeedSpec,
    url=st.integers(0, 10**6).map(lambda n: f"https://a.test/{n}?a=1&b=2"),
    kind=st.sampled_from(["feed", "github"]),
    title=_text.filter(bool),
    source=_text,
    lang=st.sampled_from(["", "en", "zh"]),
    tier=st.sampled_from(["trade", "official"]),
    options=st.fixed_dictionaries(
        {"folder": st.lists(_text.filter(lambda t: t and "/" not in t), min_size=1, max_size=3).map("/".join)},
        optional={"every_s": st.integers(1, 9999), "forms": st.lists(_text, max_size=3)},
    ),
)


@pytest.mark.usefixtures("untraced")
@given(st.lists(_specs, min_size=1, max_size=6, unique_by=lambda spec: spec.url))
def test_what_goes_out_comes_back(specs):
    assert sorted(read(write(specs)), key=str) == sorted(specs, key=str)
