"""HKEXnews: the latest announcements, from the static JSON behind its own page (it has no feed).

The feed's URL is page 1 of the English list, `…/lcisehk1relsde_1.json` (1 in `1rel`: today; 7: the last seven days,
which are read too where today's list has nothing that the last poll saw).
The Chinese list (`…relsdc_…`) holds the same acts under other ids: the two are joined by stock, minute and category,
so that one act is one entry. Times are Hong Kong times without a zone. Options: `drop`, words of a category that is
noise (daily returns of share buy-backs, monthly returns, proxy forms); `languages` ("e", "c").
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from bot.core.errors import FetchError, NotAFeed
from bot.ports import Feed, Fetched, Polled
from bot.sources import seen
from bot.sources.hkex_acts import Act, act, told
from bot.sources.items import Fields, read_json
from bot.sources.polls import polled
from bot.sources.tools import Tools, words

_KIND = "hkex"
_PAGES = 20
_CUT = seen.unread(_KIND, _PAGES)
_PAGE = re.compile(r"relsd[ec]_\d+\.json")
_TODAY = re.compile(r"1(?=relsd[ec]_)")


class _Poll(NamedTuple):
    """What reading a list takes: `known` are the ids of the last poll, `notes` what was not read, as it is found."""

    tools: Tools
    feed: Feed
    known: frozenset[str]
    fields: Fields
    notes: list[str]


async def poll(tools: Tools, feed: Feed, now: int) -> Polled:
    """Poll both languages' lists, each page after page until an announcement that the last poll saw.

    Raises `FetchError`, `NotAFeed` when the first language can't be read; the second one's failure is a note.
    """
    this = _Poll(tools, feed, seen.known(feed.memo), Fields(_KIND), [])
    first, *others = words(feed, "languages") or ("e", "c")
    answer, acts = await _list(this, feed.url, first)
    for language in others:
        try:
            acts += (await _list(this, feed.url, language))[1]
        except (FetchError, NotAFeed) as error:
            this.notes.append(f"{_KIND}: only the list in one language was read: {error}")
    if this.known.isdisjoint(one.news_id for one in acts) and _CUT not in this.notes:
        acts += await _before(this, (first, *others))
    acts = list(dict.fromkeys(acts))  # a list that moves on between two pages gives its last row once more
    notes = (*this.notes, *this.fields.notes())
    return polled(answer, told(acts, words(feed, "drop")), notes=notes, memo=seen.remember(_heads(acts)))


async def _list(this: _Poll, url: str, language: str) -> tuple[Fetched, list[Act]]:
    """All announcements of one language that may be new; the first page's answer."""
    answers, acts = list[Fetched](), list[Act]()
    for page in range(1, _PAGES + 1):
        answers.append(await this.tools.get(this.feed, _PAGE.sub(f"relsd{language}_{page}.json", url)))
        body = read_json(_KIND, answers[-1])
        new = [act(row, language == "c", this.fields) for row in this.fields.rows(body, "newsInfoLst")]
        acts += new
        if page >= _pages(body, this.fields) or any(one.news_id in this.known for one in new):
            return answers[0], acts
    if this.known and _CUT not in this.notes:
        this.notes.append(_CUT)
    return answers[0], acts


async def _before(this: _Poll, languages: Sequence[str]) -> list[Act]:
    """What came between the last poll and today, whose list begins anew at midnight: from the last seven days' lists.

    Of these down to the last one known: what is older was not told by the last poll either.
    """
    week, acts = _TODAY.sub("7", this.feed.url), list[Act]()
    if not this.known or week == this.feed.url:
        return acts
    try:
        for language in languages:
            found = (await _list(this, week, language))[1]
            known = [place for place, one in enumerate(found, 1) if one.news_id in this.known]
            acts += found[: max(known, default=0)]
    except (FetchError, NotAFeed) as error:
        this.notes.append(f"{_KIND}: what came between the last poll and today was not read: {error}")
    else:
        if not acts and _CUT not in this.notes:
            this.notes.append(f"{_KIND}: the last poll lies over seven days back; what came before today is not read")
    return acts


def _pages(body: Mapping[str, Any], fields: Fields) -> int:
    number = fields.text(body, "maxNumOfFile")
    return int(number[:9]) if number.isdecimal() else 1


def _heads(acts: Iterable[Act]) -> list[str]:
    """The newest ids of each language's list, 30 a language."""
    ids = {flag: [act.news_id for act in acts if act.chinese is flag][:30] for flag in (False, True)}
    return ids[False] + ids[True]
