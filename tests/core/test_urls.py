"""Identity keys, what may be asked for, and what is safe to show."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.urlkey import canonical, untracked
from bot.core.urls import (
    BadUrl,
    Credentials,
    checked,
    display_host,
    host_of,
    is_web,
    redacted,
    resolve,
    take_credentials,
)
from bot.sources.feedlist import load_feeds

SAME = [
    (
        "https://www.sec.gov/Archives/edgar/data/1999999/000199999926000001/0001999999-26-000001-index.htm",
        "https://www.sec.gov/Archives/edgar/data/77/0001999999-26-000001-index.html",
    ),
    ("http://example.com/a", "https://example.com/a"),
    ("https://www.example.com/a/", "https://example.com/a"),
    ("https://EXAMPLE.com:443/a", "https://example.com/a"),
    ("https://example.com./a", "https://example.com/a"),
    ("https://m.example.com/a", "https://example.com/a"),
    ("https://amp.example.com/a", "https://example.com/a"),
    ("https://example.com/a/amp/", "https://example.com/a"),
    ("https://example.com/amp/a", "https://example.com/a"),
    ("https://example.com/a.amp.html", "https://example.com/a.html"),
    ("https://example.com/a?outputType=amp", "https://example.com/a"),
    ("https://example.com/a?amp=1", "https://example.com/a"),
    ("https://example.com/a#comments", "https://example.com/a"),
    ("https://example.com/a/index.html", "https://example.com/a"),
    ("https://example.com/a?b=2&a=1", "https://example.com/a?a=1&b=2"),
    ("https://example.com/a?utm_source=rss&utm_medium=feed&id=7", "https://example.com/a?id=7"),
    ("https://example.com/a?fbclid=x&at_medium=RSS&at_campaign=KARANGA", "https://example.com/a"),
    ("https://example.com/a?ref=producthunt", "https://example.com/a"),
    ("https://example.com/a?ref=other-blog.example", "https://example.com/a"),
    ("https://example.com/a?source=rss", "https://example.com/a"),
    ("https://example.com/a?source=rss-0a1b2c------2", "https://example.com/a"),
    ("https://example.com/a?maca=en-rss-en-all-1573-rdf", "https://example.com/a"),
    ("https://example.com/a?.tsrc=rss&dpg_source=x&gad_source=1", "https://example.com/a"),
    ("https://example.com/a?amp", "https://example.com/a"),
    ("https://en.m.example.org/a", "https://en.example.org/a"),
    ("https://shop.m.example/a", "https://shop.m.example/a"),
    (
        "https://www.bing.com/news/apiclick.aspx?ref=FexRss&url=https%3a%2f%2fexample.com%2fa&c=1",
        "https://example.com/a",
    ),
    (
        "https://mp.weixin.qq.com/s?__biz=Mz%3D%3D&mid=22&idx=1&sn=ab&chksm=cd&scene=27#wechat_redirect",
        "http://mp.weixin.qq.com/s?sn=ab&idx=1&mid=22&__biz=Mz%3D%3D",
    ),
    ("https://example.com/%7euser/%e4%b8%ad", "https://example.com/~user/%E4%B8%AD"),
    ("https://example.com/中", "https://example.com/%E4%B8%AD"),
    ("https://example.com/a b", "https://example.com/a%20b"),
    ("https://example.com/p?%7e", "https://example.com/p?~"),
    ("https://www.google.com/url?rct=j&url=https%3A%2F%2Fexample.com%2Fa&ct=ga", "https://example.com/a"),
    ("https://www.google.com/url?q=https%3A%2F%2Fexample.com%2Fa", "https://example.com/a"),
    ("https://www.google.com/amp/s/example.com/a", "https://example.com/a"),
    ("https://example-com.cdn.ampproject.org/c/s/example.com/a?id=1", "https://example.com/a?id=1"),
    ("https://youtu.be/dQw4w9WgXcQ?si=abc", "https://www.youtube.com/watch?v=dQw4w9WgXcQ&feature=share"),
    ("http://arxiv.org/abs/2501.12345v2", "https://arxiv.org/pdf/2501.12345"),
    ("https://export.arxiv.org/abs/cs/0112017v1", "https://arxiv.org/abs/cs/0112017"),
]
OTHER = [
    (
        "https://www.sec.gov/Archives/edgar/data/1999999/000199999926000001/0001999999-26-000001-index.htm",
        "https://www.sec.gov/Archives/edgar/data/1999999/000199999926000001/ex99-1.htm",
    ),
    ("https://example.com/a", "https://example.com/b"),
    ("https://example.com/a?id=1", "https://example.com/a?id=2"),
    ("https://example.com/a?page=2", "https://example.com/a"),
    ("https://news.example.com/a", "https://example.com/a"),
    ("https://example.com/a?ref=main", "https://example.com/a"),
    ("https://mp.weixin.qq.com/s?__biz=M&mid=2&idx=1&sn=a", "https://mp.weixin.qq.com/s?__biz=M&mid=2&idx=2&sn=a"),
    ("https://mp.weixin.qq.com/s?src=3&signature=a", "https://mp.weixin.qq.com/s?src=3&signature=b"),
    ("https://www.bing.com/news/apiclick.aspx?c=1", "https://www.bing.com/news/apiclick.aspx?c=2"),
    ("https://github.com/o/r/blob/x?ref=rss", "https://github.com/o/r/blob/x"),
    ("https://example.com:8443/a", "https://example.com/a"),
    ("https://www.youtube.com/watch?v=a", "https://www.youtube.com/watch?v=b"),
    ("https://example.com/p?123", "https://example.com/p?124"),
    ("https://m.com/a", "https://example.com/a"),
    ("https://example.com/a%2Fb", "https://example.com/a/b"),
    ("https://example.com/amp/news.example/google.com", "https://news.example/google.com"),
]
NONE = [
    "https://news.google.com/rss/articles/CBMiX0FVX3lx?oc=5",
    "javascript:alert(1)",
    "mailto:a@b.example",
    "/relative",
    "",
    "https://[::g]/x",
    "https://www.google.com[/url",
]
REFUSED = [
    "http://evil\\@internal/",
    "http://a@b@c/",
    "http:///x",
    "http://a\tb/",
    "http://exam\nple.com/",
    "http://example.com/\x00",
    "http://example.com:99999/",
    "http://example.com:0/",
    "http://example.com:x/",
    "http://exa mple.com/",
    "http://a..b/",
    "http://-a.example/",
    "http://127.1/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0177.0.0.1/",
    "http://256.1.1.1/",
    "http://1.2.3.4.5/",
    "http://[::1/",
    "http://[fe80::1%25eth0]/",
    "ftp://example.com/",
    "file:///etc/passwd",
    "data:text/html,x",
    "discord://x",
    "//example.com/x",
    "http://example.com/" + "a" * 8200,
    "http://xn--\u2488.example/",
    "http://例\u202e.example/",
    "http://example.com/\ud800",
]


@pytest.mark.case_id(42)
@pytest.mark.parametrize(("one", "other"), SAME)
def test_case_042_the_same_page_has_one_key(one: str, other: str) -> None:
    assert canonical(one) == canonical(other) != ""


@pytest.mark.parametrize(("one", "other"), OTHER)
def test_what_may_differ_in_content_keeps_two_keys(one: str, other: str) -> None:
    assert canonical(one) != canonical(other)


@pytest.mark.parametrize("url", NONE)
def test_what_names_nothing_has_no_key(url: str) -> None:
    assert canonical(url) == ""


def test_a_redirector_without_a_target_keeps_its_own_key() -> None:
    assert canonical("https://www.google.com/url?sa=t") == "https://google.com/url?sa=t"
    assert canonical("https://t.co/AbC") == "https://t.co/AbC"
    assert canonical("https://www.youtube.com/watch?list=x") == "https://youtube.com/watch?list=x"


@pytest.mark.case_id(37)
@pytest.mark.parametrize("url", REFUSED)
def test_case_037_confusing_urls_are_refused(url: str) -> None:
    with pytest.raises(BadUrl) as caught:
        checked(url)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 160
    assert not is_web(url)


@pytest.mark.case_id(31)
def test_case_031_hosts_are_compared_in_one_form() -> None:
    assert checked("HTTP://Bücher.Example./x") == "http://xn--bcher-kva.example/x"
    assert canonical("http://BÜCHER.example/x") == canonical("https://xn--bcher-kva.example/x")
    assert checked("https://[2001:DB8::1]:8443/a?b") == "https://[2001:db8::1]:8443/a?b"
    assert checked("http://192.0.2.1:8080/a") == "http://192.0.2.1:8080/a"
    assert checked("http://1.2.3.example/") == "http://1.2.3.example/"
    assert checked("http://192.0.2.1") == "http://192.0.2.1/"
    assert checked("https://example.com") == "https://example.com/"
    assert checked("https://example.com/a%20b/ü?q=ü#f") == "https://example.com/a%20b/%C3%BC?q=%C3%BC"


@pytest.mark.case_id(38)
def test_case_038_passwords_are_split_off_and_never_shown() -> None:
    url = "https://me:s3cr%40t@example.com/feed?token=abc"
    bare, credentials = take_credentials(url)
    assert bare == "https://example.com/feed?token=abc"
    assert credentials == Credentials("me", "s3cr@t")
    assert redacted(url) == "https://example.com/feed?…"
    assert "s3cr" not in display_host(url)
    assert take_credentials("https://example.com/@me") == ("https://example.com/@me", None)
    assert take_credentials("https://example.com/") == ("https://example.com/", None)
    assert checked(url) == bare
    assert redacted("gopher://me:pw@h/\u202ex?y") == "gopher://h/x?…"


@pytest.mark.case_id(41)
@pytest.mark.parametrize(
    ("link", "resolved"),
    [
        ("/a", "https://example.com/a"),
        ("b", "https://example.com/x/b"),
        ("//cdn.example.com/c", "https://cdn.example.com/c"),
        (" https://other.example/d ", "https://other.example/d"),
        ("javascript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("file:///etc/passwd", ""),
        ("discord://channels/1", ""),
        ("http://[bad", ""),
        ("", ""),
    ],
)
def test_case_041_only_web_links_come_out(link: str, resolved: str) -> None:
    assert resolve(link, "https://example.com/x/feed.xml") == resolved


def test_a_link_without_a_base_must_be_whole() -> None:
    assert resolve("https://example.com/a", "") == "https://example.com/a"
    assert resolve("a", "") == ""


@pytest.mark.case_id(43)
def test_case_043_look_alike_hosts_are_shown_in_punycode() -> None:
    assert display_host("https://www.аррӏе.com/login") == "xn--80ak6aa92e.com"
    assert display_host("not a url") == ""


def test_a_long_address_is_cut_outside_escapes() -> None:
    for before in range(12):
        shown = redacted("https://example.com/" + "a" * before + "%E4%B8%AD" * 100)
        assert shown.endswith("…")
        assert "%" not in shown[-3:-1]


def test_host_of_is_lenient() -> None:
    assert host_of("https://Me@EXAMPLE.com.:8080/x") == "example.com"
    assert host_of("nonsense") == ""
    assert host_of("http://[::1") == ""


@given(st.text(max_size=60))
def test_any_text_is_judged_without_raising(text: str) -> None:
    for url in (text, "https://" + text, "https://example.com/" + text, "https://example.com/?" + text):
        key = canonical(url)
        assert key == "" or key.startswith("https://")
        assert "\n" not in redacted(url)
        assert len(redacted(url)) <= 200
        host_of(url)


@pytest.mark.usefixtures("untraced")
@given(st.from_regex(r"https://(www\.)?[a-z]{1,8}\.example/[a-z/%&=?.~0-9-]{0,40}", fullmatch=True))
def test_a_key_is_its_own_key(url: str) -> None:
    key = canonical(url)
    assert canonical(key) == key


@pytest.mark.usefixtures("untraced")
@given(st.from_regex(r"https://[a-z]{1,8}\.example/[a-z/%&=?.~0-9 é-]{0,40}", fullmatch=True))
def test_what_is_checked_stays_as_it_is(url: str) -> None:
    assert checked(checked(url)) == checked(url)


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/feed/podcast/9/private/3b1f8a52-6c0d-4e1b-9a77-2f90c1d4e6ab.rss", "/feed/podcast/9/private/….rss"),
        ("/calendar/private-7d0f5ce24b9f4a3d8be1/basic.ics", "/calendar/…/basic.ics"),
        ("/rss/x7Kq9mZtR2vLw8Bn4PfY", "/rss/…"),
        ("/f/Zk3_9fQx-Lm27TbVw8Rp1A/new", "/f/…/new"),
        ("/2026/01/08/us-eases-review-of-nvidia-h200-chip-exports", ""),
        ("/Top-10-AI-Chips-Of-The-Year-2026/feed", ""),
        ("/Archives/edgar/data/0001045810/0001193125-26-001234.txt", ""),
        ("/InternationalBusinessMachines/internationalization2024.xml", ""),
        ("/20260108t123000z-report.atom", ""),
    ],
)
def test_what_looks_like_a_key_in_a_path_is_not_shown(path: str, shown: str) -> None:
    assert redacted(f"https://a.example{path}") == f"https://a.example{shown or path}"


def test_an_address_that_is_none_shows_no_key_either() -> None:
    assert redacted("gopher://h/private/3b1f8a526c0d4e1b9a772f90c1d4e6ab") == "gopher://h/private/…"


def test_no_shipped_feed_looks_as_if_it_held_a_key() -> None:
    feeds = load_feeds(Path(__file__).parents[2] / "config" / "feeds.toml")
    assert [feed.url for feed in feeds if "…" in redacted(feed.url).removesuffix("?…")] == []


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://a.example/x?utm_source=rss", "https://a.example/x"),
        ("https://a.example/x?b=%E4&UTM_Medium=feed&a=1&a=#part", "https://a.example/x?b=%E4&a=1&a=#part"),
        ("https://a.example/x?fbclid=1#part", "https://a.example/x#part"),
        ("https://a.example/x?ref=rss&source=feed&v=2", "https://a.example/x?ref=rss&source=feed&v=2"),
        (
            "https://a.example/x?utm_source=rss&X-Amz-Signature=ab",
            "https://a.example/x?utm_source=rss&X-Amz-Signature=ab",
        ),
        ("https://a.example/x?", "https://a.example/x?"),
        ("https://a.example/x#?utm_source=rss", "https://a.example/x#?utm_source=rss"),
        ("", ""),
    ],
)
def test_what_is_shown_follows_no_reader_and_is_the_same_page(url: str, shown: str) -> None:
    assert untracked(url) == shown
    assert canonical(shown) == canonical(url)
