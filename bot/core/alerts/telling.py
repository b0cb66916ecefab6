"""The text of an alert, from the reports at hand: one outlet's lead, or sentences of several. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from bot.core.alerts.summary import LIMIT, LIMIT_CJK, Doc, story_sentences
from bot.core.language.sentences import clean, is_cjk_text
from bot.core.language.text import fold
from bot.core.message import Sentence

TOLD = "told:"
"""The store keeps a language model's summary of a story under this prefix and the story's number."""

_HIT_ROOM, _READ = 0.5, 12_000


class Report(NamedTuple):
    """A stored report: plain text without markup."""

    title: str
    text: str
    outlet: str
    url: str


def told(summary: str, reports: Sequence[Report], terms: Sequence[str], lang: str) -> tuple[str, tuple[Sentence, ...]]:
    """The summary to show, and its sentences with their outlets if it is drawn from several.

    For one outlet: its own summary, and the sentence with the hit if that is not part of it. Languages never mix.
    """
    by_outlet = list({report.outlet: report for report in reversed(reports)}.values())[::-1]
    if len(by_outlet) > 1:
        docs = [Doc(report.title, report.text, report.outlet) for report in by_outlet]
        said = story_sentences(docs, lang=lang)
        if len({sentence.doc for sentence in said}) > 1:
            drawn = tuple(Sentence(one.text, by_outlet[one.doc].outlet, by_outlet[one.doc].url) for one in said)
            return ("" if is_cjk_text(drawn[0].text) else " ").join(one.text for one in drawn), drawn
    return (with_hit(summary, reports[0], terms) if reports else summary), ()


def with_hit(summary: str, report: Report, terms: Sequence[str]) -> str:
    """The summary, and the first sentence of the report that holds a matched term when none is in title or summary."""
    wanted = [folded for term in terms if (folded := fold(term).strip())]
    shown = fold(f"{report.title} {summary}")
    if not wanted or any(term in shown for term in wanted):
        return summary
    limit = LIMIT_CJK if is_cjk_text(report.text) else LIMIT
    for sentence in clean(report.text[:_READ], report.title, most=200):
        folded = fold(sentence)
        if len(sentence) <= limit * _HIT_ROOM + 160 and any(term in folded for term in wanted):
            joint = "" if is_cjk_text(sentence) else " "
            return f"{summary}{joint}… {sentence}" if summary else sentence
    return summary
