"""Chooses the title that represents a story, and a substitute for an uninformative one."""

from __future__ import annotations

import re
from functools import lru_cache

from bot.core.language.text import bigrams, fold
from bot.core.model import Entry

_PARTS = re.compile(r"[a-z]+|[0-9]+|[\u3400-\u9fff]+")
_CALENDAR = re.compile(
    r"(?:[0-9]+(?:st|nd|rd|th)?|jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?|(?:mon|tues|wednes|thurs|fri|satur|sun)day"
    r"|mon|tue|wed|thu|fri|sat|sun|[ap]m?|m|[a-z]{2}t|gmt|utc|cest|hrs?|st|nd|rd|th|updated?|last|posted|published|on|at|of"
    r"|年|月|日|号|时|分|星期[一二三四五六日天]|周[一二三四五六日]|发布于?|更新于?)"
)
_LABEL = re.compile(
    r"\s*(?:[\[【][^\[\]【】]{1,14}[\]】]|(?:(?:show|ask|tell|launch) hn|corrected) ?[:：–—-])\s*(?=\S.{5})",
    re.IGNORECASE,
)
_LABELLED = frozenset("[【:：–—-")
_BARS = frozenset("｜丨|")
_COLUMN = re.compile(r"(?<=.{8})\s*[｜丨|]\s*[^｜丨|\s，。！？!?]{2,8}$")
_OPENING = 12  # words of the text that stand for a title
_LONGEST_DATE = 80  # characters
_DIGIT = re.compile("[0-9]")
_FEW_WORDS = 3
_LONG_TITLE = 160  # characters: longer is no title but a text
_SENTENCE = re.compile(r"(?<=.{20})(?:[.!?](?=\s)|[。！？])")
_TIERS = {"wire": 4, "trade": 3, "official": 2, "aggregator": 1}


def headline_rank(entry: Entry) -> int:
    """How well an entry's title represents its story: the highest wins, and of equals the first.

    Wires write for all kinds of readers; an official title names a form before the news ("8-K - …").
    """
    return _TIERS.get(entry.tier, 3) if entry.title.strip() else 0


def without_column(title: str) -> str:
    """A title without the label before it and the column after it: "[Discussion] …", "Corrected: …", "…｜36氪首发".

    Reports of different events share these, so they say nothing about the event.
    """
    if not _LABELLED.isdisjoint(title):
        label = _LABEL.match(title)
        title = title[label.end() :] if label else title
    if title.isascii() or _BARS.isdisjoint(title):
        return title
    return _COLUMN.sub("", title)


def is_edit(title: str, earlier: str) -> bool:
    """Whether a title is an earlier one reworded: at least half of the shorter one's words (in Chinese, pairs of
    characters) are in both.
    """
    mine, theirs = (set(bigrams(fold(one)).split()) for one in (title, earlier))
    return len(mine & theirs) * 2 >= min(len(mine), len(theirs)) > 0


def is_other(title: str, earlier: str) -> bool:
    """Whether a title shares so little with an earlier one that it tells of something else: at most a sixth of the
    shorter one's words. Titles of a word or two can't say.
    """
    mine, theirs = (set(bigrams(fold(one)).split()) for one in (title, earlier))
    return min(len(mine), len(theirs)) >= _FEW_WORDS and len(mine & theirs) * 6 <= min(len(mine), len(theirs))


def telling_title(title: str, body: str) -> str:
    """The title. For a text without one (a post), its beginning; for a mere date ("Updated: 3 May, 10:15 GMT"), the
    words after it.
    """
    if not title:
        return beginning(body.lstrip().partition("\n")[0])
    if not is_date(title):
        return title
    rest = body.removeprefix(title).split()
    return " ".join(rest[:_OPENING]) or title


def beginning(line: str) -> str:
    """A line that may be a title; the first sentence of a long one."""
    if len(line) <= _LONG_TITLE:
        return line
    ends = _SENTENCE.search(line)
    return line[: ends.start() + 1 if ends else _LONG_TITLE]


def is_date(title: str) -> bool:
    """Whether a title names a date or a time and nothing else."""
    if len(title) > _LONGEST_DATE or (title.isascii() and not _DIGIT.search(title)):
        return False
    parts = _PARTS.findall(fold(title)) if any(map(str.isdigit, title)) else []
    return len(parts) > 1 and all(map(of_calendar, parts))


@lru_cache(maxsize=4_096)
def of_calendar(word: str) -> bool:
    """Whether a folded word names a day, a month or an hour, or goes with them ("gmt", "updated")."""
    return _CALENDAR.fullmatch(word) is not None
