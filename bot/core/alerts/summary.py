"""Extractive summaries: a few whole sentences from a story's reports; a filing's line is built from its fields.

Of one report, the summary is its lead, for news begins with what matters (lead-3 beat every classic extractor that we
measured, at a thousandth of the cost). Of several, it is the sentences that cover most of what they share (`coverage`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from bot.core.alerts.coverage import Candidate, choose
from bot.core.alerts.filing import details, headline
from bot.core.language.sentences import clean, is_cjk_text, words
from bot.core.model import Entry, fact

LIMIT = 320
"""Characters of a summary in an alert."""

LIMIT_CJK = 120
"""The same for Chinese and Japanese text."""

_LEAD = 3
_ENOUGH = 0.6  # of the limit: a further sentence is looked for only below this
_READ = 4000  # characters of a body that can still hold its lead
_ARTICLE_LEAD = 4
_ARTICLE_WORDS = 55  # a whole article's lead goes on below this, up to its fourth sentence
_SENTENCES = 12  # of each of several reports are weighed
_READ_ALL = 12_000  # characters of each
_FRAGMENT = 3  # words before a lead that are none of it: "Daily Mail Reporter ."
_SHORTEST = 6  # words of a sentence that can stand among others'
_CLAUSES = (", ", "; ", ": ", " – ", " — ", "，", "；", "：", "、")


class Doc(NamedTuple):
    """A report to be summarised: plain text without markup; `title` and `source` may be empty."""

    title: str
    text: str
    source: str = ""


class Told(NamedTuple):
    """A sentence of a summary, with the report that it comes from (its index among the documents given)."""

    text: str
    doc: int


def entry_summary(entry: Entry) -> str:
    """A report in at most 320 characters (120 for Chinese): whole sentences, never the title again; "" if none fits."""
    if fact(entry.facts, "accession"):  # a filing at the SEC; other official acts are told by their source
        line = headline(entry.form, entry.facts)
        more = details(entry.form, entry.facts)
        return more if words(line) == words(entry.title) else " · ".join(part for part in (line, more) if part)
    for text in (entry.summary, entry.content):
        if text and (kept := clean(text[:_READ], entry.title, _LEAD + 1)):
            return lead(kept[1:] if len(kept) > 1 and _is_heading(kept[0]) else kept)
    return ""


def _is_heading(sentence: str) -> bool:
    """Whether a line above a text is a heading: at most three words, without a full stop."""
    return sentence[-1].isalnum() and len(words(sentence)) <= _FRAGMENT


def lead(sentences: list[str]) -> str:
    """The first sentences that fit into an alert. If the very first is too long, it is cut after a clause."""
    cjk = is_cjk_text(sentences[0])
    limit = LIMIT_CJK if cjk else LIMIT
    joint = "" if cjk else " "
    text = shorten(sentences[0], limit)
    for sentence in sentences[1:_LEAD]:
        if len(text) + len(joint) + len(sentence) > limit:
            break
        text += joint + sentence
    return text


def shorten(sentence: str, limit: int) -> str:
    """A sentence of at most `limit` characters, cut after a clause or a word and marked with an ellipsis."""
    if len(sentence) <= limit:
        return sentence
    room = sentence[: limit - 1]
    clause = max(room.rfind(mark) for mark in _CLAUSES)
    at = clause if clause > limit * _ENOUGH else room.rfind(" ")
    return room[: at if at > limit // 2 else len(room)].rstrip(" ,;:–—，；：、") + "…"


def summarise(docs: Sequence[Doc], *, words: int | None = None, lang: str = "") -> str:
    """The documents in `words` words (Chinese: characters) at most, whole sentences in one line.

    Without `words`: of one document its lead (four sentences, or fewer once they have 55 words), of several an
    alert's length. Only documents in the language `lang` (by default that of most) are used; languages never mix.
    """
    mine = [doc for _, doc in _same_language(docs, lang)]
    if len(mine) == 1:
        return _article_lead(mine[0], words)
    told = story_sentences(docs, words=words, lang=lang)
    return _joined([sentence.text for sentence in told])


def story_sentences(docs: Sequence[Doc], *, words: int | None = None, lang: str = "") -> tuple[Told, ...]:
    """The sentences of a summary of several documents, each with its source; within an alert's length by default.

    Falls back on the lead of the first document that has one when they share nothing.
    """
    mine = _same_language(docs, lang)
    pool = [(at, clean(doc.text[:_READ_ALL], doc.title, _SENTENCES)) for at, doc in mine]
    pool = [(at, sentences) for at, sentences in pool if sentences]
    if not pool:
        return ()
    cjk = is_cjk_text(pool[0][1][0])
    budget = words or (LIMIT_CJK if cjk else LIMIT)
    candidates = [
        Candidate(sentence, at, place, cost)
        for at, sentences in pool
        for place, sentence in enumerate(sentences if words else sentences[:_LEAD])
        if (cost := _cost(sentence, cjk=cjk, in_words=words is not None)) <= budget and _stands(sentence, cjk=cjk)
    ]
    chosen = choose(candidates, budget, len(pool))
    if not chosen:
        at, sentences = pool[0]
        return (Told(_within(sentences, words), at),)
    return tuple(Told(candidate.text, candidate.doc) for candidate in chosen)


def _same_language(docs: Sequence[Doc], lang: str) -> list[tuple[int, Doc]]:
    """The documents in one script, Chinese and Japanese or any other, with their index; empty ones left out."""
    kinds = [(at, doc, is_cjk_text(doc.text)) for at, doc in enumerate(docs) if doc.text.strip()]
    cjk = lang in ("zh", "ja") if lang else sum(kind for *_, kind in kinds) * 2 > len(kinds)
    return [(at, doc) for at, doc, kind in kinds if kind == cjk] or [(at, doc) for at, doc, _ in kinds[:1]]


def _article_lead(doc: Doc, limit: int | None) -> str:
    kept = clean(doc.text[:_READ_ALL], doc.title)
    while len(kept) > 1 and len(words(kept[0])) <= _FRAGMENT:
        kept.pop(0)
    return _within(kept, limit) if kept else ""


def _within(sentences: list[str], limit: int | None) -> str:
    """Leading sentences: up to four, or as many as have `limit` words."""
    cjk = is_cjk_text(sentences[0])
    most = limit or (LIMIT_CJK if cjk else _ARTICLE_WORDS)
    kept: list[str] = []
    count = 0
    for sentence in sentences:
        cost = _cost(sentence, cjk=cjk, in_words=True)
        if kept and (count + cost > most if limit else count >= most or len(kept) == _ARTICLE_LEAD):
            break
        kept.append(sentence)
        count += cost
    return _joined(kept) if not limit or count <= limit else _first_words(kept[0], limit, cjk=cjk)


def _first_words(sentence: str, limit: int, *, cjk: bool) -> str:
    return shorten(sentence, limit) if cjk else " ".join(sentence.split()[:limit]).rstrip(",;:") + "…"


def _cost(sentence: str, *, cjk: bool, in_words: bool) -> int:
    if not in_words:
        return len(sentence) + 1
    return len(words(sentence)) if cjk else len(sentence.split())


def _stands(sentence: str, *, cjk: bool) -> bool:
    """Whether a sentence can be put among those of other reports: no fragment, no bare quotation."""
    return len(words(sentence)) >= _SHORTEST and (cjk or not sentence.startswith(('"', "“", "``")))


def _joined(sentences: list[str]) -> str:
    return ("" if sentences and is_cjk_text(sentences[0]) else " ").join(sentences)
