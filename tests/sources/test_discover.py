"""From a pasted address to a feed that works: known sites, pages that name their feed, usual places, previews."""

from __future__ import annotations

import pytest

from bot.core.errors import FetchError, NotAFeed
from bot.ports import FeedSpec, Fetched
from bot.sources.discover import discover, named_by, preview, usual_places
from bot.sources.feed_source import FeedSource
from bot.sources.kinds import SOURCES, build
from bot.sources.kit.tools import Tools
from bot.sources.sites import known_feeds
from tests.fakes.recorded import Recorded, said
from tests.sources.kit import NOW, parse_now

PAGE = "https://blog.example.test/posts/"


def rss(title: str, *items: str) -> str:
    rows = "".join(f"<item><title>{item}</title><link>https://b.test/{item}</link></item>" for item in items)
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>{title}</title>{rows}</channel></rss>'


def page(*links: str, base: str = "") -> str:
    return f"<!doctype html><html><head>{base}{''.join(links)}</head><body>Hello</body></html>"


def alternate(href: str, title: str = "Posts", kind: str = "application/rss+xml") -> str:
    return f'<link rel="alternate" type="{kind}" title="{title}" href="{href}">'


async def find(fetch: Recorded, url: str = PAGE):
    return await discover(url, fetch, build(Tools(fetch, FeedSource(fetch, parse_now), parse_now, "a@b.test")), NOW)


async def test_an_address_that_is_a_feed_is_taken_as_it_is():
    (found,) = await find(Recorded({PAGE: said(rss("Example blog", "one", "two"), PAGE)}))
    assert found.spec.url == PAGE
    assert (found.spec.title, found.spec.source, found.entries) == ("Example blog", "Example blog", 2)
    assert [entry.title for entry in found.newest] == ["one", "two"]


async def test_a_page_names_its_feeds_and_those_of_comments_come_last():
    links = [alternate("/comments/feed", "Comments"), alternate("../feed.xml"), alternate("https://x.test/atom")]
    fetch = Recorded(
        {
            PAGE: said(page(*links), PAGE),
            "https://blog.example.test/comments/feed": said(rss("Comments", "c")),
            "https://blog.example.test/feed.xml": said(rss("Blog", "p")),
        }
    )
    found = await find(fetch)
    assert [one.spec.url.rpartition("/")[2] for one in found] == ["feed.xml", "feed"]


@pytest.mark.parametrize(
    ("link", "url"),
    [
        ("<link rel=alternate type=text/xml href=f>", "https://blog.example.test/posts/f"),
        ('<link rel="alternate" type="application/rss" href="/f">', "https://blog.example.test/f"),
        ('<link rel="alternate" type="application/atom+xml; charset=utf-8" href="/f">', "https://blog.example.test/f"),
        ('<link rel="feed" href="/f">', "https://blog.example.test/f"),
        (alternate("feed://x.test/f"), "http://x.test/f"),
        (alternate("feed:https://x.test/f"), "https://x.test/f"),
        (alternate("/wp-json/wp/v2/pages/1", kind="application/json"), ""),
        (alternate("/embed?url=x", kind="application/json+oembed"), ""),
        ('<link rel="alternate" href="/de">', ""),
    ],
)
def test_what_a_page_may_call_a_feed(link: str, url: str):
    assert [spec.url for spec in named_by(said(page(link), PAGE))] == [url] * bool(url)


async def test_a_page_that_names_no_feed_may_link_to_it():
    links = ["/feed-the-birds", "/sitemap.xml", "/export.aspx?format=rss", "wire/all.rss", "wire/all.rss", PAGE]
    body = "".join(f'<a href="{link}">Follow</a>' for link in links)
    fetch = Recorded({PAGE: said(page(body), PAGE), f"{PAGE}wire/all.rss": said(rss("Blog", "p"))})
    (found,) = await find(fetch)
    assert found.spec.url == f"{PAGE}wire/all.rss"
    assert [asked.url for asked in fetch.asked if asked.url != PAGE] == [
        "https://blog.example.test/export.aspx?format=rss",
        f"{PAGE}wire/all.rss",
    ]


async def test_a_feed_with_nothing_in_it_is_offered_only_when_there_is_no_other():
    fetch = Recorded({PAGE: said(page(alternate("/a"), alternate("/b")), PAGE)})
    fetch.say("https://blog.example.test/a", said(rss("Empty")))
    fetch.say("https://blog.example.test/b", said(rss("Full", "x")))
    assert [one.spec.title for one in await find(fetch)] == ["Posts"]
    fetch.say("https://blog.example.test/b", said(rss("Empty too")))
    assert [one.entries for one in await find(fetch)] == [0, 0]


async def test_without_a_word_on_the_page_the_usual_places_are_tried():
    fetch = Recorded({PAGE: said(page(), PAGE), "https://blog.example.test/rss.xml": said(rss("Blog", "p"))})
    (found,) = await find(fetch)
    assert found.spec.url == "https://blog.example.test/rss.xml"


async def test_no_feed_at_all_is_one_line_that_says_what_was_tried():
    with pytest.raises(NotAFeed) as refused:
        await find(Recorded({PAGE: said(page(), PAGE)}))
    assert str(refused.value) == (
        f"no feed found for {PAGE}; tried {PAGE}; /posts/feed, /feed, /rss.xml, /atom.xml, /feed.xml, /index.xml, /rss"
        " (not found (404))"
    )


async def test_what_was_tried_is_said_without_passwords_and_keys():
    url = "https://me:secret@blog.example.test/posts/?key=hidden"
    with pytest.raises(NotAFeed, match="no feed found") as refused:
        await find(Recorded({url: said(page(), PAGE)}), url)
    assert PAGE in str(refused.value)
    assert "secret" not in str(refused.value)
    assert "hidden" not in str(refused.value)


async def test_a_page_of_articles_without_a_feed_is_watched_by_its_links():
    links = [f'<a href="/posts/{n}"><h3>A robot folds laundry {n}</h3></a>' for n in range(4)]
    listing = f"<html><head><title>Posts\n of Acme</title></head><body>{''.join(links)}</body></html>"
    (found,) = await find(Recorded({PAGE: said(listing, PAGE)}))
    assert (found.spec.kind, found.spec.options, found.spec.title) == ("newsroom", {"path": "/posts/"}, "Posts of Acme")
    assert [entry.title for entry in found.newest] == [f"A robot folds laundry {n}" for n in range(3)]
    front = "https://blog.example.test/"
    with pytest.raises(NotAFeed, match="no feed found"):
        await find(Recorded({front: said(listing, front)}), front)


async def test_an_address_that_can_not_be_fetched_is_said_as_such():
    with pytest.raises(FetchError, match="404"):
        await find(Recorded())


@pytest.mark.parametrize("url", ["ftp://a.test/", "https://[bad/", "file:///etc/passwd", "hello"])
async def test_what_is_no_web_address_is_not_asked_for(url):
    fetch = Recorded()
    with pytest.raises(NotAFeed, match="is not a web address"):
        await find(fetch, url)
    assert fetch.asked == []


async def test_a_known_site_that_fails_does_not_fall_back_to_guesses():
    fetch = Recorded()
    with pytest.raises(NotAFeed, match=r"releases\.atom, .*404"):
        await find(fetch, "https://github.com/acme/robot")
    assert len(fetch.asked) == 2


async def test_a_known_site_is_read_by_its_own_kind():
    url = "https://huggingface.co/api/models?author=acme&sort=createdAt&direction=-1&limit=50&full=true"
    row = {"_id": "1", "id": "acme/Robot", "tags": [], "pipeline_tag": "x", "createdAt": "2026-11-24T10:00:00Z"}
    (found,) = await find(Recorded({url: said([row])}), "https://huggingface.co/acme/Robot")
    assert (found.spec.kind, found.spec.url, found.spec.lang) == ("huggingface", url, "en")
    assert found.newest[0].title == "acme published the model Robot on Hugging Face"


async def test_a_preview_names_an_unknown_kind_and_an_answer_without_content():
    fetch = Recorded({PAGE: said(rss("Blog", "p"), PAGE, etag='"1"')})
    sources = build(Tools(fetch, FeedSource(fetch, parse_now), parse_now))
    with pytest.raises(NotAFeed, match="telex is not a kind of source; there are arxiv, "):
        await preview(FeedSpec(PAGE, "telex"), sources, NOW)
    fetch.say(PAGE, Fetched(304, PAGE, {}))
    with pytest.raises(NotAFeed, match="answered 304 with nothing to read"):
        await preview(FeedSpec(PAGE), sources, NOW)


def test_a_base_and_odd_links_are_read_rightly():
    links = (alternate("feed"), alternate("javascript:alert(1)"), alternate("ftp://x.test/"), alternate(""))
    others = ('<link rel="stylesheet" href="a.css">', alternate("x", kind="text/html"), '<link href="y">')
    answer = said(page(*links, *others, base='<base href="https://cdn.test/deep/">'), PAGE)
    assert [spec.url for spec in named_by(answer)] == ["https://cdn.test/deep/feed"]
    assert named_by(said(b"", PAGE)) == []
    assert named_by(said(b"\xff\xfe\x00", PAGE)) == []


def test_the_usual_places_begin_below_the_page_itself():
    assert [spec.url for spec in usual_places("https://a.test/blog/")][:2] == [
        "https://a.test/blog/feed",
        "https://a.test/feed",
    ]
    assert usual_places("https://a.test")[0].url == "https://a.test/feed"


@pytest.mark.parametrize(
    ("url", "feed", "kind"),
    [
        ("https://github.com/acme/robot", "https://github.com/acme/robot/releases.atom", "github"),
        ("https://github.com/acme/robot.git", "https://github.com/acme/robot/releases.atom", "github"),
        ("https://www.github.com/acme/robot/releases", "https://github.com/acme/robot/releases.atom", "github"),
        ("https://github.com/acme/robot/tags", "https://github.com/acme/robot/tags.atom", "github"),
        ("https://github.com/acme/robot/commits/main", "https://github.com/acme/robot/commits/main.atom", "feed"),
        ("https://github.com/acme/robot/commits", "https://github.com/acme/robot/commits/HEAD.atom", "feed"),
        (
            "https://github.com/acme",
            "https://api.github.com/users/acme/repos?sort=created&direction=desc&per_page=30",
            "github",
        ),
        (
            "https://www.youtube.com/channel/UCabc",
            "https://www.youtube.com/feeds/videos.xml?channel_id=UCabc",
            "feed",
        ),
        ("https://youtube.com/user/acme", "https://www.youtube.com/feeds/videos.xml?user=acme", "feed"),
        (
            "https://www.youtube.com/playlist?list=PL1",
            "https://www.youtube.com/feeds/videos.xml?playlist_id=PL1",
            "feed",
        ),
        (
            "https://old.reddit.com/r/LocalLLaMA/top/",
            "https://www.reddit.com/r/LocalLLaMA/new/.rss?limit=100",
            "feed",
        ),
        ("https://www.reddit.com/u/acme", "https://www.reddit.com/user/acme/.rss?limit=100", "feed"),
        ("https://arxiv.org/list/cs.CL/recent", "https://rss.arxiv.org/rss/cs.CL", "arxiv"),
        (
            "https://arxiv.org/search/?query=robot hands",
            "https://export.arxiv.org/api/query?search_query=all%3A%22robot%20hands%22"
            "&sortBy=submittedDate&sortOrder=descending&max_results=50",
            "arxiv",
        ),
        (
            "https://huggingface.co/acme",
            "https://huggingface.co/api/models?author=acme&sort=createdAt&direction=-1&limit=50&full=true",
            "huggingface",
        ),
        ("https://huggingface.co/blog", "https://huggingface.co/blog/feed.xml", "feed"),
        ("https://acme.substack.com/p/a-post", "https://acme.substack.com/feed", "feed"),
        ("https://open.substack.com/pub/Acme/p/a-post?r=1", "https://acme.substack.com/feed", "feed"),
        (
            "https://github.com/orgs/acme/repositories",
            "https://api.github.com/users/acme/repos?sort=created&direction=desc&per_page=30",
            "github",
        ),
        (
            "https://huggingface.co/organizations/acme",
            "https://huggingface.co/api/models?author=acme&sort=createdAt&direction=-1&limit=50&full=true",
            "huggingface",
        ),
        ("https://rss.arxiv.org/atom/cs.CL", "https://rss.arxiv.org/rss/cs.CL", "arxiv"),
        ("https://new.reddit.com/r/acme", "https://www.reddit.com/r/acme/new/.rss?limit=100", "feed"),
        (
            "https://www.sec.gov/edgar/browse/?CIK=1045810",
            "https://data.sec.gov/submissions/CIK0001045810.json",
            "edgar-company",
        ),
        (
            "https://www.sec.gov/cgi-bin/browse-edgar?action=getcompany&CIK=0001045810&type=10-K",
            "https://data.sec.gov/submissions/CIK0001045810.json",
            "edgar-company",
        ),
        ("https://medium.com/@acme/a-post", "https://medium.com/feed/@acme", "feed"),
    ],
)
def test_addresses_of_known_sites_become_their_feeds(url, feed, kind):
    spec = known_feeds(url)[0]
    assert (spec.url, spec.kind) == (feed, kind)
    assert spec.kind in SOURCES
    assert spec.source != "YouTube", "two channels are two outlets: each feed's own title names it"


@pytest.mark.parametrize(
    "url",
    [
        "https://example.test/",
        "https://github.com/",
        "https://github.com/trending",
        "https://www.youtube.com/@acme",
        "https://www.youtube.com/watch?v=1",
        "https://www.reddit.com/",
        "https://arxiv.org/abs/2611.01234",
        "https://huggingface.co/models",
        "https://huggingface.co/",
        "https://medium.com/",
        "https://github.com/orgs",
        "https://huggingface.co/organizations",
        "https://open.substack.com/",
        "https://www.sec.gov/news",
        "https://www.sec.gov/cgi-bin/browse-edgar?action=getcompany&CIK=NVDA",
        "https://www.sec.gov/edgar/browse/?CIK=12345678901",
        "https://notgithub.com/acme/robot",
    ],
)
def test_other_pages_have_no_known_feed(url):
    assert known_feeds(url) == []
