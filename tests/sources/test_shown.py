"""Items that stand as they stood are not parsed again, and nobody can tell."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import bot
from bot.core.errors import NotAFeed
from bot.core.identity import GuidRule, guid_rule
from bot.core.model import Entry, ParsedEntry
from bot.core.polling import tempo
from bot.core.units import DAY_MS
from bot.ports import Feed, Fetched, Polled
from bot.sources.feed import parse
from bot.sources.feed_source import FeedSource
from bot.sources.kit.shown import Shown
from bot.sources.parsing.slices import cut
from tests.fakes.site import Site

NOW = 1_795_000_000_000
URL = "https://news.example/feed"
RECORDED = [path.read_bytes() for path in sorted((Path(bot.__file__).parent / "demo" / "feeds").iterdir())]
HEAD = b'<rss version="2.0"><channel><title>News</title><link>https://news.example/</link>'
TAIL = b"</channel></rss>"


class Reader:
    """Polls a site as the program does, and beside it with a source that remembers nothing."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.source = FeedSource(site, site.parse)
        self.feed = Feed(1, URL)
        self.stored: list[ParsedEntry] = []

    async def poll(self, body: bytes, *, commit: bool = True, now: int = NOW) -> Polled | None:
        """What the program sees, once it was found to mean the same as the whole body; None for what is no feed."""
        self.site.body = body
        try:
            whole = await FeedSource(self.site, self.site.parse).poll(self.feed, now)
        except NotAFeed:
            with pytest.raises(NotAFeed):
                await self.source.poll(self.feed, now)
            return None
        polled = await self.source.poll(self.feed, now)
        self._same(polled, whole)
        if commit and whole.parsed and whole.parsed.complete and whole.parsed.entries:
            self.stored = [*self.stored, *whole.parsed.entries]
            self.feed = replace(self.feed, body_hash=polled.body_hash, baselined=True)
        return polled

    def _same(self, polled: Polled, whole: Polled) -> None:
        news, full = polled.parsed, whole.parsed
        if news is None or full is None or news.listed is None:
            assert polled == whole
            return
        assert replace(polled, parsed=None) == replace(whole, parsed=None)
        assert news._replace(entries=(), listed=None) == full._replace(entries=())
        assert news.listed == tempo.listed(full.entries)
        assert list(news.entries) == [entry for entry in full.entries if entry in news.entries]
        assert all(entry in self.stored for entry in full.entries if entry not in news.entries)
        assert guid_rule([Entry(item.id, item.link, item.title) for item in full.entries]) is GuidRule.TRUST


def item(number: int, words: str = "some words") -> bytes:
    return (
        f"<item><title>Chip {number}</title><link>https://news.example/{number}</link>"
        f"<guid isPermaLink='false'>news-{number}</guid>"
        f"<pubDate>Tue, 24 Nov 2026 {number // 60 % 24:02}:{number % 60:02}:00 GMT</pubDate>"
        f"<description>{words}</description></item>"
    ).encode()


def is_partial(polled: Polled | None) -> bool:
    """Whether entries were left out because they stood there before."""
    assert polled is not None
    assert polled.parsed is not None
    return polled.parsed.listed is not None


def ids(polled: Polled | None) -> list[str]:
    assert polled is not None
    assert polled.parsed is not None
    return [entry.id for entry in polled.parsed.entries]


def rss(*items: bytes, head: bytes = HEAD, tail: bytes = TAIL) -> bytes:
    return head + b"\n".join(items) + tail


def listed(first: int, count: int = 20) -> list[bytes]:
    """Items, the newest first."""
    return [item(number) for number in range(first + count, first, -1)]


async def test_only_new_and_changed_items_are_parsed() -> None:
    site = Site()
    reader = Reader(site)
    await reader.poll(rss(*listed(0)))
    site.parsed = 0
    polled = await reader.poll(rss(*listed(2)[:15], item(7, "corrected words"), *listed(2)[16:]))
    assert ids(polled) == ["news-22", "news-21", "news-7"]
    assert site.parsed < 1.3 * len(site.body)  # one of the two readers took it whole


async def test_a_head_that_tells_the_time_and_items_that_went_cost_next_to_nothing() -> None:
    reader = Reader(Site())
    heads = [HEAD + b"<lastBuildDate>Tue, 24 Nov 2026 10:0%d:00 GMT</lastBuildDate>" % n for n in range(2)]
    await reader.poll(rss(*listed(0), head=heads[0]))
    polled = await reader.poll(rss(*listed(0)[:15], head=heads[1]))
    assert polled is not None
    assert polled.parsed is not None
    assert polled.parsed.entries == ()
    assert polled.parsed.listed is not None
    assert len(polled.parsed.listed.keys) == 15


async def test_what_was_not_stored_is_told_again() -> None:
    reader = Reader(Site())
    await reader.poll(rss(*listed(0)))
    await reader.poll(rss(*listed(3)), commit=False)
    polled = await reader.poll(rss(*listed(4)))
    assert {"news-21", "news-22", "news-23", "news-24"} <= set(ids(polled))


async def test_after_a_day_all_is_looked_at_again() -> None:
    reader = Reader(Site())
    await reader.poll(rss(*listed(0)))
    await reader.poll(rss(*listed(1)), now=NOW + DAY_MS - 1)
    polled = await reader.poll(rss(*listed(2)), now=NOW + DAY_MS)
    assert not is_partial(polled)


UNUSUAL = {
    "a new base": {"head": HEAD.replace(b"<channel>", b'<channel xml:base="https://other.example/">')},
    "a new language": {"head": HEAD + b"<language>zh</language>"},
    "a language behind the items": {"tail": b"<language>zh</language>" + TAIL},
    "a tag around the items": {"head": HEAD + b"<group>", "tail": b"</group>" + TAIL},
    "an encoding": {"head": b'<?xml version="1.0" encoding="gb2312"?>' + HEAD},
    "a document type": {"head": b"<!DOCTYPE rss>" + HEAD},
    "no end": {"tail": b"<item><title>cut"},
}


@pytest.mark.parametrize("frame", UNUSUAL.values(), ids=UNUSUAL)
async def test_another_frame_may_mean_other_items(frame: Mapping[str, bytes]) -> None:
    reader = Reader(Site())
    await reader.poll(rss(*listed(0)))
    polled = await reader.poll(rss(*listed(1), **frame))
    assert not is_partial(polled)


ODD = {
    "no id": b"<item><title>Nameless</title><link>https://news.example/n</link></item>",
    "an id that is the title": b"<item><guid isPermaLink='false'>Chip</guid><title>Chip</title></item>",
    "an id that is there": b"<item><guid isPermaLink='false'>news-9</guid><title>Another</title></item>",
    "a language of its own": b'<item xml:lang="zh"><guid>z</guid><title>Chip</title></item>',
    "an address of its own": b'<item xml:base="https://o.example/"><guid>z</guid><title>Chip</title></item>',
    "nothing": b"<item/>",
    "an end in its text": b"<item><guid>z</guid><title><![CDATA[</item> <item>]]></title></item>",
    "an item in a comment": b"<item><guid>z</guid><!--</item>" + item(3) + b"<item>--><title>Chip</title></item>",
    "an item in an item": b"<item><guid>z</guid><title>Chip</title><item><guid>y</guid></item></item>",
    "text that was encoded twice": "<item><guid>z</guid><title>CafÃ©</title></item>".encode(),
    "bytes that are no text": b"<item><guid>z</guid><title>\xe9t\xe9</title></item>",
    "a broken reference": b"<item><guid>z</guid><title>a & b</title></item>",
    "a comment between items": b"<!-- 12:00 -->",
}


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
async def test_an_odd_item_means_what_it_means_in_the_whole(odd: bytes) -> None:
    reader = Reader(Site())
    await reader.poll(rss(*listed(0)))
    for first in (1, 2):
        polled = await reader.poll(rss(item(40 + first), odd, *listed(first)))
        assert not is_partial(polled)
    await reader.poll(rss(*listed(3)))
    polled = await reader.poll(rss(*listed(4)))
    assert is_partial(polled)


async def test_a_kind_that_tells_entries_anew_sees_them_all() -> None:
    reader = Reader(Site())
    reader.feed = replace(reader.feed, kind="newsroom")
    await reader.poll(rss(*listed(0)))
    polled = await reader.poll(rss(*listed(1)))
    assert not is_partial(polled)


async def test_the_memory_is_bounded_and_forgets_who_was_quiet_longest() -> None:
    site, shown = Site(), Shown(items=50)
    for number in (1, 2, 3):
        answer = Fetched(200, URL, {}, rss(*listed(number)))
        look = shown.look(Feed(number, URL), answer, NOW)
        shown.keep(Feed(number, URL), 7, look, parse(answer.body, {"content-location": URL}))
    again = [Feed(number, URL, body_hash=7, baselined=True) for number in (1, 2, 3)]
    looks = [shown.look(feed, Fetched(200, URL, {}, rss(*listed(feed.id))), NOW) for feed in again]
    assert [look is not None and look.rest is not None for look in looks] == [False, True, True]
    assert site.parsed == 0


ITEMS = st.lists(
    st.one_of(
        st.integers(0, 30).map(item),
        st.integers(0, 30).map(lambda number: item(number, "<![CDATA[<p>more & more</p>]]>")),
        st.sampled_from([*ODD.values(), "<item><guid>q</guid><title>芯片</title></item>".encode()]),
    ),
    min_size=8,
    max_size=30,
)
FRAMES = st.sampled_from([{}, {}, {}, *UNUSUAL.values(), {"head": HEAD + b"<pubDate>now</pubDate>"}])


@pytest.mark.usefixtures("untraced")
@given(st.lists(st.tuples(ITEMS, FRAMES, st.booleans()), min_size=2, max_size=5))
async def test_whatever_a_feed_lists_is_told_as_if_it_was_parsed_whole(
    bodies: list[tuple[list[bytes], Mapping[str, bytes], bool]],
) -> None:
    reader = Reader(Site())
    await reader.poll(rss(*listed(10)))
    for items, frame, commit in bodies:
        await reader.poll(rss(*items, **frame), commit=commit)


@pytest.mark.usefixtures("untraced")
@given(st.data())
async def test_plain_feeds_that_move_on_are_told_as_if_they_were_parsed_whole(data: st.DataObject) -> None:
    reader, first = Reader(Site()), 0
    for _ in range(4):
        first += data.draw(st.integers(0, 6))
        items = listed(first)
        for at in data.draw(st.sets(st.integers(0, 19), max_size=3)):
            items[at] = item(first + at, f"words of {first}")
        await reader.poll(rss(*items), commit=data.draw(st.booleans()))


async def test_recorded_feeds_that_grow_are_told_as_if_they_were_parsed_whole() -> None:
    chance, partly = random.Random(7), 0
    for found in filter(None, map(cut, RECORDED)):
        reader = Reader(Site())
        for share in (0.8, 0.9, 0.95, 1.0):
            some = [at for at in range(len(found.items)) if chance.random() < share]
            polled = await reader.poll(found.of(some))
            partly += polled is not None and polled.parsed is not None and polled.parsed.listed is not None
    assert partly >= 8


@pytest.mark.parametrize("unit", [b"<!--", b"<pubDate>", b"-->", b"<!-->"])
async def test_a_head_that_looks_like_comments_without_an_end_is_looked_at_once(unit: bytes) -> None:
    """The loop's guard (tests/conftest.py) fails this where each beginning searches the whole head for its end."""
    head = HEAD + b"<copyright><![CDATA[" + unit * (400_000 // len(unit)) + b"]]></copyright>"
    reader = Reader(Site())
    for first in range(2):
        polled = await reader.poll(head + b"".join(item(first + n) for n in range(12)) + TAIL)
        assert polled
        assert polled.parsed
    assert len(polled.parsed.entries) == 1
