"""What a story says in a few whole sentences, taken from its reports; a filing's line is made from its fields.

Lead sentences are the summary of one report: news puts first what matters (lead-3 beat every classic extractor that we
measured, at a thousandth of the cost).
"""

from __future__ import annotations

from bot.core.filing import details, headline
from bot.core.model import Entry
from bot.core.sentences import clean, is_cjk_text, words

LIMIT = 320
"""Characters of a summary in an alert."""

LIMIT_CJK = 120
"""The same for Chinese and Japanese text."""

_LEAD = 3
_ENOUGH = 0.6  # of the limit: a further sentence is looked for only below this
_READ = 4000  # characters of a body that can still hold its lead
_CLAUSES = (", ", "; ", ": ", " – ", " — ", "，", "；", "：", "、")


def entry_summary(entry: Entry) -> str:
    """One report in at most 320 characters (120 for Chinese): whole sentences, never the title again, "" if none."""
    if entry.form and entry.facts:
        line = headline(entry.form, entry.facts)
        more = details(entry.facts)
        return more if words(line) == words(entry.title) else " · ".join(part for part in (line, more) if part)
    for text in (entry.summary, entry.content):
        if text and (kept := clean(text[:_READ], entry.title, _LEAD)):
            return lead(kept)
    return ""


def lead(sentences: list[str], limit: int = 0) -> str:
    """The first sentences that fit into `limit` characters; a first one that is too long is cut after a clause."""
    cjk = is_cjk_text(sentences[0])
    limit = limit or (LIMIT_CJK if cjk else LIMIT)
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
