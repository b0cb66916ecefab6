"""Explains to people what joined a report to a story: whole words as the report has them, nearness without a figure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Literal, NamedTuple

from bot.core.language.hanzi import simplified
from bot.core.language.quantities import places
from bot.core.language.stems import suffixless
from bot.core.language.text import Tokens, is_cjk, tokens
from bot.core.matching.document import body_of
from bot.core.model import Entry, Placement

SCORE, MEANT, SHARED, AGAINST, STEP = "score ", "titles near in meaning: ", "shared: ", "against: ", "next step of "
"""How the lines of a stored judgement begin (`bot.core.stories.choose.reasons`, `bot.core.stories.cluster.place`)."""

_CLEAR, _SAFE = 0.2, 0.05  # above the threshold: no question; not only just
_BODY = 1_500  # characters of a body in which words are looked for
_LONGEST = 60  # characters of a phrase
_LONGEST_HAN = 12  # of one in Chinese that is made whole
_BARE = re.compile("[0-9]{1,2}")  # a number that says nothing to a reader
_JOINTS = ("", " ", "-")  # between words of one phrase

Near = Literal["clear", "enough", "just", "short", "step"]
"""How far a score lies above its threshold; `short`: below it; `step`: the next step of an official procedure."""


class Joined(NamedTuple):
    """Why a report is in its story. `near` is None if nothing was judged (a copy, the same item); then `said` tells
    what decided.

    `words` are the words that report and story have in common, the heaviest first, as the report has them (across
    languages, as another report of the story has them). `against` is the objection, "" for none.
    """

    near: Near | None
    words: tuple[str, ...]
    against: str
    said: tuple[str, ...]


def joined(entry: Entry, placed: Placement, others: Sequence[Entry] = (), *, worded: bool = True) -> Joined:
    """Read the stored placement of a report; `others` are the story's other reports.

    Without `worded`, `words` is empty: they cost a quarter of a millisecond a report.
    """
    near: Near | None = None
    said, terms, against = [], "", ""
    for line in placed.why:
        if line.startswith(SCORE):
            near = _near(placed.score - placed.threshold)
        elif line.startswith(STEP):
            near = "step"
        elif line.startswith(SHARED):
            terms = line.removeprefix(SHARED)
        elif line.startswith(AGAINST):
            against = line.removeprefix(AGAINST)
        elif not line.startswith(MEANT):
            said.append(line)
    words = words_of(terms.split(", "), [entry, *others]) if terms and worded else ()
    return Joined(near, words, against, tuple(said))


def joined_later(placed: Iterable[Placement]) -> Iterator[bool]:
    """For each of a story's reports, in order, whether it began a story that was merged into this one later: that is so
    for every report that began a story, except the first.
    """
    begun = False
    for one in placed:
        yield begun and one.kind == "new"
        begun = begun or one.kind == "new"


def _near(margin: float) -> Near:
    if margin < 0:
        return "short"
    return "clear" if margin >= _CLEAR else "enough" if margin >= _SAFE else "just"


def words_of(terms: Sequence[str], entries: Iterable[Entry]) -> tuple[str, ...]:
    """The words that folding's terms stand for, from the first texts that hold them; neighbours become one phrase.

    Terms that are in none of the texts are left out, unless that would leave none.
    """
    rank = {term: number for number, term in enumerate(dict.fromkeys(terms))}
    found: list[tuple[int, str]] = []
    texts = list(dict.fromkeys(f"{entry.title}\n{body_of(entry)[:_BODY]}" for entry in entries))
    for text in texts:
        others = [other for other in texts if other != text]
        found += [(number, _whole(text, span, others)) for number, span in _taken(text, rank)]
        if not rank:
            break
    words = [word for _, word in sorted(found)] or list(rank)
    return tuple(dict.fromkeys([word for word in words if not _BARE.fullmatch(word)] or words))


def _whole(text: str, span: tuple[int, int], others: Iterable[str]) -> str:
    """A phrase; in Chinese, widened by the neighbours that another text shares, if that is no whole sentence: pairs of
    characters, some of which are too common to be terms, end within words.
    """
    phrase = text[slice(*span)].strip()
    if not all(map(is_cjk, phrase)):
        return phrase
    plain = _plain(text)
    wider = (_widened(text, plain, span, other) for other in map(_plain, others))
    return next(
        (text[start:end] for start, end in wider if end - start <= _LONGEST_HAN and (start, end) != span), phrase
    )


def _widened(text: str, plain: str, span: tuple[int, int], other: str) -> tuple[int, int]:
    """A phrase, widened by the neighbours that the other text shares."""
    start, end = span
    while start and is_cjk(text[start - 1]) and plain[start - 1 : start + 2] in other:
        start -= 1
    while is_cjk(text[end : end + 1]) and plain[end - 2 : end + 1] in other:
        end += 1
    return start, end


@lru_cache(maxsize=64)  # the reports of a story are held against each other again and again
def _plain(text: str) -> str:
    return text.translate(_simple())


@lru_cache(maxsize=1)
def _simple() -> dict[int, str]:
    return {ord(char): plain for char, plain in simplified().items()}


def _taken(text: str, rank: dict[str, int]) -> Iterator[tuple[int, tuple[int, int]]]:
    """The places of phrases: first of the one that holds most terms, then of the one that holds most of the rest. Terms
    that a phrase holds are removed from `rank`.
    """
    read = tokens(text)
    standing = sorted((read.original(*span), term) for term, span in _places(read) if term in rank)
    while phrases := list(_phrases(text, [(span, term) for span, term in standing if term in rank])):
        start, end, terms = max(phrases, key=lambda phrase: (len(phrase.terms), -phrase.start))
        yield min([rank.pop(term) for term in terms]), (start, end)


class _Phrase(NamedTuple):
    start: int
    end: int
    terms: frozenset[str]


def _phrases(text: str, found: Iterable[tuple[tuple[int, int], str]]) -> Iterator[_Phrase]:
    """Terms that overlap or are neighbours, as one phrase, up to a line long: a title may repeat one word for ever."""
    at: _Phrase | None = None
    for (start, end), term in found:
        joint = at is not None and (start <= at.end or text[at.end : start] in _JOINTS)
        if at is not None and joint and end <= at.start + _LONGEST:
            at = _Phrase(at.start, max(at.end, end), at.terms | {term})
            continue
        if at is not None:
            yield at
        at = _Phrase(start, end, frozenset((term,)))
    if at is not None:
        yield at


def _places(read: Tokens) -> Iterator[tuple[str, tuple[int, int]]]:
    """Each term of a text, as `bot.core.stories.features` makes them, with its place in the folded text."""
    yield from places(read.folded)
    for number, word in enumerate(read.texts):
        yield suffixless(word), read.folded_span(number)
        if number and len(word) == 1 == len(read.texts[number - 1]) and read.glued(number):
            yield read.texts[number - 1] + word, read.folded_span(number - 1, number)


def outermost(words: Sequence[str]) -> list[str]:
    """Words, each once whatever its case, without those that are part of another word or its singular."""
    each = {word.casefold(): word for word in reversed(words)}
    return [each[one] for one in reversed(each) if not any(one != other and _within(one, other) for other in each)]


def _within(word: str, other: str) -> bool:
    if not word.isascii():
        return word in other
    return bool(re.search(rf"(?<![a-z0-9]){re.escape(word)}s?(?![a-z0-9])", other))
