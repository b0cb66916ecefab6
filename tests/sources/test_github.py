"""GitHub: releases named with their repository, bare tags, noise, new repositories."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.core.errors import NotAFeed
from bot.core.polling.schedule import plan
from bot.core.polling.tempo import load
from bot.core.stories.ladders import ladder
from bot.ingest.feedstate import answered
from bot.ports import Feed
from tests.fakes.recorded import Recorded, said
from tests.sources.kit import NOW, entries, facts, poll, source

RELEASES = "https://github.com/acme/Robot/releases.atom"
TAGS = "https://github.com/acme/Robot/tags.atom"
REPOS = "https://api.github.com/orgs/acme/repos?sort=created&direction=desc&per_page=30"


def release(tag: str, title: str, content: str = "&lt;p&gt;Faster.&lt;/p&gt;") -> str:
    return f"""<entry><id>tag:github.com,2008:Repository/42/{tag}</id><updated>2026-11-24T10:00:00Z</updated>
    <link rel="alternate" type="text/html" href="https://github.com/acme/Robot/releases/tag/{tag}"/>
    <title>{title}</title><content type="html">{content}</content></entry>"""


def feed(*rows: str) -> str:
    return f"""<?xml version="1.0" encoding="UTF-8"?><feed xmlns="http://www.w3.org/2005/Atom">
    <id>x</id><title>Release notes from Robot</title><updated>2026-11-24T10:00:00Z</updated>{"".join(rows)}</feed>"""


async def read(url: str, *rows: str, **options: object):
    return entries(await poll("github", Recorded({url: said(feed(*rows))}), url, **options))


async def test_a_release_is_named_with_its_repository_and_keeps_its_id():
    (entry,) = await read(RELEASES, release("v1.2.0", "v1.2.0"))
    assert entry.title == "Robot v1.2.0"
    assert entry.id == "tag:github.com,2008:Repository/42/v1.2.0"
    assert facts(entry, "owner", "name", "tag", "stage") == ["acme", "Robot", "v1.2.0", "release"]
    assert "Faster." in entry.content + entry.summary


async def test_a_title_of_its_own_is_kept():
    own, full, named = await read(
        RELEASES, release("v1", "Hands at last"), release("v2", "Robot v2"), release("v3", "Robot three")
    )
    assert [entry.title for entry in (own, full, named)] == ["Robot v1: Hands at last", "Robot v2", "Robot v3"]


async def test_a_tag_without_text_or_in_the_tag_feed_is_a_tag():
    (bare,) = await read(RELEASES, release("v1", "v1", ""))
    (tagged,) = await read(TAGS, release("v1", "v1"))
    assert facts(bare, "stage") == facts(tagged, "stage") == ["tag"]
    step, up = ladder(bare), ladder((await read(RELEASES, release("v1", "v1")))[0])
    assert step
    assert up
    assert (step.process, step.order + 1) == (up.process, up.order)


async def test_noise_is_dropped_by_words_of_the_list():
    rows = [release("nightly-2026", "Nightly"), release("v2.0-rc1", "v2.0-RC1"), release("v2.0", "v2.0")]
    found = await read(RELEASES, *rows, drop=("nightly", "-rc"))
    assert [entry.title for entry in found] == ["Robot v2.0"]


async def test_an_id_of_another_shape_takes_the_tag_from_the_link():
    row = release("v1", "v1").replace("tag:github.com,2008:Repository/42/v1", "urn:other")
    (entry,) = await read(RELEASES, row)
    assert facts(entry, "tag") == ["v1"]


async def test_an_unchanged_feed_stays_unchanged():
    fetch = Recorded({RELEASES: said(feed(release("v1", "v1")), etag='"1"')})
    polled = await source("github", fetch).poll(Feed(1, RELEASES, "github", etag='"1"'), 0)
    assert (polled.status, polled.parsed) == (304, None)


def repository(**fields: object) -> dict[str, object]:
    return {
        "id": 7,
        "full_name": "acme/Robot-2",
        "description": "A <b>second</b> robot",
        "html_url": "https://github.com/acme/Robot-2",
        "created_at": "2026-11-24T09:00:00Z",
        "fork": False,
    } | fields


async def test_new_repositories_are_told_and_forks_are_not():
    body = [repository(), repository(id=8, full_name="acme/linux", fork=True)]
    polled = await poll("github", Recorded({REPOS: said(body)}), REPOS)
    (entry,) = entries(polled)
    assert entry.title == "acme opened the repository Robot-2 on GitHub"
    assert entry.summary == "A &lt;b&gt;second&lt;/b&gt; robot"
    assert entry.published == datetime(2026, 11, 24, 9, tzinfo=UTC)
    assert (entry.id, entry.link) == ("github-repository:7", "https://github.com/acme/Robot-2")
    step = ladder(entry)
    assert step
    assert (step.rung, step.order) == ("repository", 1)


async def test_repositories_answer_304_to_a_known_etag():
    fetch = Recorded({REPOS: said([repository()], etag='"r"')})
    first = await poll("github", fetch, REPOS)
    again = await source("github", fetch).poll(Feed(1, REPOS, "github", etag=first.etag), 0)
    assert (again.status, again.parsed, again.etag) == (304, None, '"r"')
    assert fetch.asked[0].headers["Accept"] == "application/vnd.github+json"


async def test_a_message_instead_of_repositories_is_named():
    with pytest.raises(NotAFeed, match="the answer is no list"):
        await poll("github", Recorded({REPOS: said({"message": "Moved"})}), REPOS)


async def test_a_list_of_noise_alone_is_no_empty_one():
    """It was polled ever more slowly, and doctor called it empty."""
    rows = [release(f"v2.0-rc{n}", f"v2.0-rc{n}") for n in range(3)]
    polled = await poll("github", Recorded({RELEASES: said(feed(*rows), etag='"1"')}), RELEASES, drop=("-rc",))
    assert entries(polled) == ()
    settled = answered(Feed(1, RELEASES, "github"), polled, plan("official", {}, 45, 3600), NOW, 0.5)
    assert (load(settled.rhythm).empty, settled.baselined, settled.etag) == (0, True, '"1"')
    empty = await poll("github", Recorded({RELEASES: said(feed())}), RELEASES, drop=("-rc",))
    settled = answered(Feed(1, RELEASES, "github"), empty, plan("official", {}, 45, 3600), NOW, 0.5)
    assert (load(settled.rhythm).empty, settled.baselined) == (1, False)
