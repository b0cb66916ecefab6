"""HKEXnews: the latest announcements, from the static JSON behind its own page (it has no feed).

The feed's URL is page 1 of the English list, `…/lcisehk1relsde_1.json` (1 in `1rel`: today; 7: the last seven days,
which are read too if today's list has nothing that the last poll saw).
The Chinese list (`…relsdc_…`) has the same acts under other ids; the two are joined by stock, minute and category, so
that one act is one entry. Times are Hong Kong times without a zone. Options: `drop`, words of categories that are noise
(daily returns of share buy-backs, monthly returns, proxy forms); `languages` ("e", "c").
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from bot.core.errors import FetchError, NotAFeed
from bot.ports import Feed, Fetched, Polled
from bot.sources.hkex_acts import Act, act, told
from bot.sources.kit import polls, seen
from bot.sources.kit.items import Fields, read_json
from bot.sources.kit.paged import Page, Paged
from bot.sources.kit.paging import Walked, walk
from bot.sources.kit.polls import beside, walked
from bot.sources.kit.tools import Tools, words

_KIND = "hkex"
_PAGES = 20  # of each language: at the host's pace of a second, a poll ends well within its lease
_PAGE = re.compile(r"relsd[ec]_(\d+)\.json")
_TODAY = re.compile(r"1(?=relsd[ec]_)")


class _Poll(NamedTuple):
    """What reading the lists needs; `answers` and `notes` are collected."""

    tools: Tools
    feed: Feed
    fields: Fields
    answers: list[Fetched]
    notes: list[str]


async def poll(tools: Tools, feed: Feed, now: int) -> Polled:
    """Poll the lists of both languages, each page by page until an announcement that the last poll saw.

    Raises `FetchError`, `NotAFeed` if the first language can't be read; a failure of the second is a note.
    """
    this = _Poll(tools, feed, Fields(_KIND), [], [])
    before = seen.load(feed.memo)
    first, *others = words(feed, "languages") or ("e", "c")
    lists = {first: await _list(this, before, first)}
    for language in others:
        try:
            lists[language] = await _list(this, before, language)
        except (FetchError, NotAFeed) as error:
            this.notes.append(f"{_KIND}: only the list in one language was read: {error}")
    acts = dict.fromkeys(act for found in lists.values() for act in found.rows)  # pages of a moving list overlap
    memo = {name: found.memo for name, found in lists.items() if found.memo}
    notes = (*dict.fromkeys(note for found in lists.values() for note in found.notes), *this.notes)
    entries = await asyncio.to_thread(told, list(acts), words(feed, "drop"))
    found = walked(this.answers[0], entries, before | memo if memo else {}, (*notes, *this.fields.notes()))
    return beside(found, (polls.entry(act.news_id, "", "") for act in acts))


async def _list(this: _Poll, before: Mapping[str, Any], language: str) -> Walked[Act]:
    """The announcements of one language that may be new: today's, and earlier ones since the last poll."""

    async def page(url: str) -> Page[Act]:
        this.answers.append(await this.tools.get(this.feed, url))
        return await asyncio.to_thread(read, url, this.answers[-1])

    def read(url: str, answer: Fetched) -> Page[Act]:
        body = read_json(_KIND, answer)
        acts = [act(row, language == "c", this.fields) for row in this.fields.rows(body, "newsInfoLst")]
        number = int(_number(url))
        return Page(acts, _named(url, language, number + 1) if number < _pages(body, this.fields) else "")

    today = _named(this.feed.url, language, 1)
    week = _TODAY.sub("7", today)
    further = week if week != today else ""
    paged = Paged(
        _KIND, page, lambda act: act.news_id, _PAGES, begin=_PAGES, further=further, group=lambda act: act.time
    )
    memo = before.get(language, before)  # earlier versions had one memo for both languages
    found = await walk(paged, memo if isinstance(memo, dict) else {}, today)
    cut = {act.time for act in found.open}  # acts of a minute are numbered: these are known, or will be read again
    return found._replace(rows=[act for act in found.rows if act.time not in cut])


def _number(url: str) -> str:
    found = _PAGE.search(url)
    return found[1] if found else "1"


def _named(url: str, language: str, page: int) -> str:
    return _PAGE.sub(f"relsd{language}_{page}.json", url)


def _pages(body: Mapping[str, Any], fields: Fields) -> int:
    number = fields.text(body, "maxNumOfFile")
    return int(number[:9]) if number.isdecimal() else 1
