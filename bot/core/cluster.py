"""Where an entry belongs: copy, same story, follow-up or new. Pure: document and candidates in, placement out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from bot.core.commonness import Commonness
from bot.core.entities import NOTHING, Lexicon
from bot.core.features import Features, features
from bot.core.followup import State, flags, news
from bot.core.identity import plain_title, story_keys
from bot.core.ladders import Step, ladder
from bot.core.model import Entry, Placement
from bot.core.quantities import figures
from bot.core.score import Judged, Member, Side, judge, judge_across, member
from bot.core.sketch import FEWEST, Sketch, containment, sketch
from bot.core.text import fold
from bot.core.veto import Contradiction, is_digest, other_figures, other_version, versions
from bot.core.weights import DEFAULT, Weights

_BODY = 20_000  # characters that count for copies
_SURE = 0.6  # a score that outweighs a soft contradiction
_GREY = 0.75  # from this share of the threshold on, a story is worth a note
_MERGE = 0.8


@dataclass(frozen=True, slots=True)
class Document:
    """An entry as the folding sees it. Made once, by `document`, outside any transaction."""

    entry: Entry
    keys: tuple[int, ...]
    features: Features
    sketch: Sketch
    state: State
    digest: bool
    step: Step | None


class Item(NamedTuple):
    """A stored report that may be copied: its entry's id, its story, its sketch."""

    id: int
    story: int
    sketch: Sketch


@dataclass(frozen=True, slots=True)
class StoryView:
    """A story as the folding sees it: its reports by script, what it told, its times in ms."""

    id: int
    size: int
    first_at: int
    last_at: int
    sides: dict[str, Side] = field(default_factory=dict)
    state: State = field(default_factory=State)


@dataclass(frozen=True, slots=True)
class Candidates:
    """What the store found that may be a copy of a document or tell of the same event.

    `member` is the document weighed by what is common now; `same_item` the report that carries one of its keys;
    `process` the story of its ladder, or None.
    """

    member: Member | None = None
    same_item: Item | None = None
    items: tuple[Item, ...] = ()
    stories: tuple[StoryView, ...] = ()
    process: int | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """Whether two texts tell of one event. `score` lies between 0 and 1; `same` where it reaches its threshold."""

    score: float
    same: bool
    why: str


def document(entry: Entry, lexicon: Lexicon = NOTHING) -> Document:
    """The features of an entry."""
    title = plain_title(entry.title, entry.source)
    body = body_of(entry)
    folded = fold(entry.title)
    step = ladder(entry, lexicon.known)
    state = State(
        flags(folded),
        {step.process: step.order} if step else {},
        figures(folded).quantities,
        versions(folded),
        entry.tier == "official",
        frozenset({entry.form} if entry.form else ()),
    )
    found = features(title, body, lexicon)
    return Document(entry, story_keys(entry), found, sketch(f"{title}\n{body[:_BODY]}"), state, is_digest(folded), step)


def body_of(entry: Entry) -> str:
    """Summary and content as one text, what the content repeats left out."""
    if not entry.content or not entry.summary:
        return entry.content or entry.summary
    start = entry.summary.rstrip(". …")[:80]
    return entry.content if entry.content.startswith(start) else f"{entry.summary}\n{entry.content}"


def place(doc: Document, found: Candidates, now: int, weights: Weights = DEFAULT) -> Placement:
    """Where the entry belongs. Deterministic: the same document and candidates give the same placement."""
    if copied := _copied(doc, found, weights):
        return _joined(doc, found, copied.story, copied)
    if doc.digest or found.member is None:
        return Placement("new", None, why=("a digest stands alone",) if doc.digest else ())
    if found.process is not None:
        return _joined(doc, found, found.process, None, why=(f"next step of {doc.step.process}",) if doc.step else ())
    return _by_score(doc, found, found.member, now, weights)


def same(a: str, b: str, lang: str = "", lexicon: Lexicon = NOTHING, common: Commonness | None = None) -> Judgement:
    """Judge two texts as an entry is judged against a story of one report."""
    one, other = (document(_entry(text, lang), lexicon) for text in (a, b))
    if one.keys and set(one.keys) & set(other.keys):
        return Judgement(1.0, True, "the same text")
    share, least = containment(one.sketch, other.sketch)
    if share >= DEFAULT.copy and least >= FEWEST:
        return Judgement(share, True, f"a copy: {share:.0%} of the shorter text is in the other")
    known = common or Commonness()
    side = Side((member(other.features, known),), 1)
    story = StoryView(0, 1, 0, 0, {other.features.script: side}, other.state)
    said, against = _judged(one, member(one.features, known), story, DEFAULT)
    across = one.features.script != other.features.script
    threshold = said.threshold * (DEFAULT.pair_across if across else DEFAULT.pair)
    passes = said.score >= threshold and not _outweighs(against, said.score)
    return Judgement(said.score, passes, "; ".join(_why(said._replace(threshold=threshold), against)))


def _entry(text: str, lang: str) -> Entry:
    title, _, body = text.partition("\n")
    return Entry("", "", title, body, lang=lang)


def _copied(doc: Document, found: Candidates, weights: Weights) -> Item | None:
    """The report of which this one is a copy: the same item, or the one that holds most of its text."""
    if found.same_item:
        return found.same_item
    best: tuple[float, int, Item] | None = None
    for item in found.items:
        share, least = containment(doc.sketch, item.sketch)
        if share >= weights.copy and least >= FEWEST and (best is None or (share, -item.id) > best[:2]):
            best = (share, -item.id, item)
    return best[2] if best else None


def _joined(doc: Document, found: Candidates, story: int, copied: Item | None, why: tuple[str, ...] = ()) -> Placement:
    """The placement of a copy or a step: grown when it brings news, else duplicate or known."""
    view = next((view for view in found.stories if view.id == story), None)
    fresh = _news(doc, view) if view else ""
    share = containment(doc.sketch, copied.sketch)[0] if copied else 1.0
    if copied and not why:
        why = ("the same item",) if copied is found.same_item else (f"a copy: {share:.0%} of the text",)
    kind = "grown" if fresh else "duplicate" if copied else "known"
    return Placement(kind, story, copied.id if copied else None, share, DEFAULT.copy, why, fresh)


def _news(doc: Document, view: StoryView) -> str:
    return news(view.state, doc.state, doc.entry.at - view.first_at, doc.step.words if doc.step else "")


class _Option(NamedTuple):
    """A story that could take the entry: sorted so that the best comes last."""

    margin: float
    last_at: int
    minus_id: int
    view: StoryView
    said: Judged
    against: Contradiction | None


def _by_score(doc: Document, found: Candidates, one: Member, now: int, weights: Weights) -> Placement:
    options = [
        _Option(said.score - said.threshold, view.last_at, -view.id, view, said, against)
        for view in found.stories
        if _open(doc.entry.at, view, weights)
        for said, against in [_judged(doc, one, view, weights)]
    ]
    options.sort(key=lambda option: option[:3], reverse=True)
    fit = [option for option in options if option.margin >= 0 and not _stops(option)]
    if not fit:
        return _new(options)
    best = fit[0]
    fresh = _news(doc, best.view)
    return Placement(
        "grown" if fresh else "known",
        best.view.id,
        None,
        best.said.score,
        best.said.threshold,
        _why(best.said, None),
        fresh,
    )


def _open(at: int, view: StoryView, weights: Weights) -> bool:
    """Whether a story takes a report of time `at` (ms): within the window of its reports, not spanning too long."""
    near = view.first_at - weights.window_ms <= at <= view.last_at + weights.window_ms
    return near and max(at, view.last_at) - min(at, view.first_at) <= weights.close_ms and view.size < weights.most


def _judged(doc: Document, one: Member, view: StoryView, weights: Weights) -> tuple[Judged, Contradiction | None]:
    """The better of the judgements by script, and what speaks against it."""
    said = [
        judge(one, side, weights) if script == one.script else judge_across(one, side, weights)
        for script, side in view.sides.items()
    ]
    best = max(said, key=lambda one: one.score - one.threshold)
    return best, _against(doc, view)


def _against(doc: Document, view: StoryView) -> Contradiction | None:
    if doc.state.forms and view.state.forms:
        return Contradiction("another filing", True)
    if reason := other_version(doc.state.versions, view.state.versions):
        return Contradiction(reason, True)
    if reason := other_figures(doc.state.figures, view.state.figures):
        return Contradiction(reason, reason.startswith("Q"))
    return None


def _stops(option: _Option) -> bool:
    return _outweighs(option.against, option.said.score)


def _outweighs(against: Contradiction | None, score: float) -> bool:
    return against is not None and (against.hard or score < _SURE)


def _new(options: Sequence[_Option]) -> Placement:
    if not options:
        return Placement("new", None)
    best = options[0]
    near = best.said.score >= _GREY * best.said.threshold
    return Placement(
        "new",
        None,
        None,
        best.said.score,
        best.said.threshold,
        _why(best.said, best.against) if near else (),
        maybe_same_as=best.view.id if near else None,
    )


def _why(said: Judged, against: Contradiction | None) -> tuple[str, ...]:
    lines = [f"score {said.score:.2f}, threshold {said.threshold:.2f}"]
    if said.terms:
        lines.append(f"shared: {', '.join(_plain(said.terms))}")
    if against:
        lines.append(f"against: {against.reason}")
    return tuple(lines)


def _plain(terms: Iterable[str]) -> list[str]:
    return [term[1:] if term[0] in "#@" else term for term in terms]
