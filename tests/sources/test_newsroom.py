"""Newsrooms without a feed: the links of a list page, and pages that changed."""

from __future__ import annotations

import pytest

from bot.core.errors import NotAFeed
from bot.ports import Feed
from tests.fakes.recorded import Recorded, said
from tests.sources.kit import entries, poll, source

URL = "https://lab.test/news"


def page(*links: str) -> str:
    return f"<html><body><nav><a href='/about'>About the laboratory</a></nav>{''.join(links)}</body></html>"


def link(path: str, title: str = "A model that listens") -> str:
    return f'<a href="{path}"><img src="x.png"><h3>{title}</h3><p>Nov 24, 2026</p></a>'


THREE = [
    link("/news/one"),
    link("/news/two", "智能体可以长时间独立完成工作了"),
    link("https://lab.test/news/three?utm=1#top"),
]


async def test_articles_are_the_links_below_the_path_once_each_in_order():
    others = [
        link("/news/one"),
        link("/news"),
        link("/news/"),
        link("https://elsewhere.test/news/x"),
        "<a>nothing at all</a>",
    ]
    found = entries(await poll("newsroom", Recorded({URL: said(page(*THREE, *others), URL)}), URL, path="/news/"))
    assert [entry.link for entry in found] == [f"https://lab.test/news/{name}" for name in ("one", "two", "three")]
    assert found[0].title == "A model that listens"
    assert found[0].published is None
    assert found[1].title == "智能体可以长时间独立完成工作了"


async def test_articles_that_a_query_alone_tells_apart_are_told_apart():
    rows = [link(f"/news/show.aspx?id={n}&utm_source=list", f"Notice {n} of the ministry") for n in (3, 2, 1)]
    found = entries(await poll("newsroom", Recorded({URL: said(page(*rows, *THREE), URL)}), URL, path="/news/"))
    names = [f"show.aspx?id={n}" for n in (3, 2, 1)] + ["one", "two", "three"]
    assert [entry.link for entry in found] == [f"https://lab.test/news/{name}" for name in names]


async def test_one_article_under_several_queries_is_one():
    twice = [
        link(f"/news/one?place={place}", title) for place in "abc" for title in ("A model that listens", "Listens!")
    ]
    found = entries(await poll("newsroom", Recorded({URL: said(page(*THREE, *twice), URL)}), URL, path="/news/"))
    assert [entry.link for entry in found] == [f"https://lab.test/news/{name}" for name in ("one", "two", "three")]


async def test_a_link_without_a_heading_takes_its_own_text_and_buttons_are_left_out():
    bare = ['<a href="/news/four">A title\n  in two lines</a>', '<a href="/news/five">Read more</a>']
    found = entries(await poll("newsroom", Recorded({URL: said(page(*THREE, *bare), URL)}), URL))
    assert [entry.title for entry in found][3:] == ["A title in two lines"]


async def test_links_are_seen_from_the_base_that_a_page_names():
    body = page(*(link(f"news/{name}") for name in ("one", "two", "three")))
    for base, url in (("/", f"{URL}/"), ("https://lab.test/", URL), ("", "https://lab.test/")):
        said_so = said(body.replace("<body>", f"<head><base href='{base}'></head><body>"), url)
        found = entries(await poll("newsroom", Recorded({url: said_so}), url, path="/news/"))
        assert [entry.link for entry in found] == [f"https://lab.test/news/{name}" for name in ("one", "two", "three")]


async def test_a_page_that_changed_is_named_not_taken_as_empty():
    for body in (page(*THREE[:2]), page(), "", b"\x00\xff"):
        with pytest.raises(NotAFeed, match=r"links under /news/, not 3 or more: it changed"):
            await poll("newsroom", Recorded({URL: said(body, URL)}), URL, path="/news/")
    few = await poll("newsroom", Recorded({URL: said(page(THREE[0]), URL)}), URL, path="/news/", least=1)
    assert len(entries(few)) == 1


async def test_a_page_behind_a_login_is_called_so():
    body = '<html><title>Log in</title><form><input type="password"></form></html>'
    with pytest.raises(NotAFeed, match=r"^newsroom: \S+ is a login page now$"):
        await poll("newsroom", Recorded({URL: said(body, URL)}), URL, path="/news/")


async def test_a_page_in_another_charset_is_read_by_what_it_says():
    body = page('<meta charset="gb18030">', *(link(f"/news/{n}", "模型开源发布的重要消息今日公布") for n in "abc"))
    found = entries(await poll("newsroom", Recorded({URL: said(body.encode("gb18030"), URL)}), URL))
    assert {entry.title for entry in found} == {"模型开源发布的重要消息今日公布"}


@pytest.mark.usefixtures("untraced")
async def test_a_page_without_end_is_read_to_its_limit():
    endless = page(*(link(f"/news/{n}", f"A model that listens, part {n}") for n in range(20_000)))
    found = entries(await poll("newsroom", Recorded({URL: said(endless, URL)}), URL))
    assert len(found) == 500


async def test_an_unchanged_page_is_not_read_again():
    fetch = Recorded({URL: said(page(*THREE), URL)})
    first = await poll("newsroom", fetch, URL)
    again = await source("newsroom", fetch).poll(Feed(1, URL, "newsroom", body_hash=first.body_hash), 0)
    assert again.parsed is None
