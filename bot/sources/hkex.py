"""HKEXnews: the latest announcements, from the static JSON behind its own page (it has no feed).

The feed's URL is page 1 of the English list, `…/lcisehk1relsde_1.json` (1 in `1rel`: today; 7: the last seven days).
The Chinese list (`…relsdc_…`) holds the same acts under other ids: the two are joined by stock, minute and category,
so that one act is one entry. Times are Hong Kong times without a zone. Options: `drop`, words of a category that is
noise (daily returns of share buy-backs, monthly returns, proxy forms); `languages` ("e", "c").
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from bot.core.errors import FetchError, NotAFeed
from bot.ports import Feed, Fetched, Polled
from bot.sources import seen
from bot.sources.hkex_acts import Act, act, told
from bot.sources.items import Fields, read_json
from bot.sources.polls import polled
from bot.sources.tools import Tools, words

_KIND = "hkex"
_PAGES = 20
_PAGE = re.compile(r"relsd[ec]_\d+\.json")


async def poll(tools: Tools, feed: Feed, now: int) -> Polled:
    """Poll both languages' lists, each page after page until an announcement that the last poll saw.

    Raises `FetchError`, `NotAFeed` when the first language can't be read; the second one's failure is a note.
    """
    fields, known = Fields(_KIND), seen.known(feed.memo)
    first, *others = words(feed, "languages") or ("e", "c")
    answer, acts = await _list(tools, feed, first, known, fields)
    notes = list[str]()
    for language in others:
        try:
            acts += (await _list(tools, feed, language, known, fields))[1]
        except (FetchError, NotAFeed) as error:
            notes.append(f"hkex: only the list in one language was read: {error}")
    entries = told(acts, words(feed, "drop"))
    memo = seen.remember(_heads(acts))
    return polled(answer, entries, notes=(*notes, *fields.notes()), memo=memo)


async def _list(
    tools: Tools, feed: Feed, language: str, known: frozenset[str], fields: Fields
) -> tuple[Fetched, list[Act]]:
    """All announcements of one language that may be new; the first page's answer."""
    answers, acts = list[Fetched](), list[Act]()
    for page in range(1, _PAGES + 1):
        answers.append(await tools.get(feed, _PAGE.sub(f"relsd{language}_{page}.json", feed.url)))
        body = read_json(_KIND, answers[-1])
        new = [act(row, language == "c", fields) for row in fields.rows(body, "newsInfoLst")]
        acts += new
        if page >= _pages(body, fields) or any(one.news_id in known for one in new):
            break
    return answers[0], acts


def _pages(body: Mapping[str, Any], fields: Fields) -> int:
    number = fields.text(body, "maxNumOfFile")
    return int(number) if number.isdecimal() else 1


def _heads(acts: Iterable[Act]) -> list[str]:
    """The newest ids of each language's list, 30 a language."""
    ids = {flag: [act.news_id for act in acts if act.chinese is flag][:30] for flag in (False, True)}
    return ids[False] + ids[True]
