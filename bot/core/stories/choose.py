"""Chooses among stories: the most similar few are judged in full, and the best without an objection is taken."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from bot.core.language.meaning import Embedder
from bot.core.language.text import fold
from bot.core.model import Placement
from bot.core.stories.again import another_matter, tells_again
from bot.core.stories.beside import nothing_beside
from bot.core.stories.followup import AGAIN_MS, DIGEST, State, flags, news
from bot.core.stories.grounds import same_results, too_little
from bot.core.stories.joined import AGAINST, MEANT, SCORE, SHARED, STEP
from bot.core.stories.merging import linked, looked_back, one_company, one_story
from bot.core.stories.opening import OUTAGE
from bot.core.stories.reversal import LAUNCHED
from bot.core.stories.score import Judged, heaviest, judged_by, likeness, meant_of, rivals_of
from bot.core.stories.side import Member
from bot.core.stories.stated import stated
from bot.core.stories.veto import Contradiction, against, on_its_way, one_listing, outweighs
from bot.core.stories.views import Document, StoryView
from bot.core.stories.weights import Weights
from bot.core.stories.whose import another_count, other_act
from bot.core.units import DAY_MS

FURTHER = "further news"
"""The news of a report that tells what came next, but in no words that our lists know."""
LISTING = f"{STEP}a listing"
"""Why a report joined below the threshold: it is a listing's next step (`_taken`)."""
_LAUNCH = "an outage, not the launch"
_GREY = 0.75  # from this share of the threshold on, a story is worth a note
_HIGHEST = 0.8  # threshold that silence can raise
_JUDGED = 4  # stories that are judged in full


class Option(NamedTuple):
    """A judged story."""

    view: StoryView
    said: Judged

    @property
    def margin(self) -> float:
        """By how much the score is above the threshold."""
        return self.said.score - self.said.threshold


def _fitness(option: Option) -> tuple[float, int, int]:
    """The sort key of options: the margin; of equals, the story with the later last report, then the older story."""
    return option.margin, option.view.last_at, -option.view.id


def choose(
    doc: Document, one: Member, views: Sequence[StoryView], weights: Weights, near: Sequence[int] = ()
) -> Placement:
    """Place a report by its score. `near`: stories to judge even if they share few words with it."""
    at = doc.entry.at
    open_views = [view for view in views if view.sides and is_open(at, view, weights)]
    listings = _listings(doc.state, open_views)
    judged = _judged(one, open_views, at, weights, doc.embed, (*near, *listings))
    found = [_taken(option) if option.view.id in listings else option for option in judged]
    options = sorted(found, key=_fitness, reverse=True)
    fit = [option for option in options if option.margin >= 0 and not _stopped(doc, one, option)]
    if not fit:
        return _apart(doc, one, options)
    best = fit[0]
    others = [option.view for option in options if option is not best]
    merges = (
        one_story([option.view for option in fit if option.said.score >= weights.merge], weights)
        or one_company(doc.state, [option.view for option in fit], weights)
        or looked_back(best.view, others, weights)
        or linked(best.view, others, weights)
    )
    story = min([best.view, *merges], key=lambda view: view.id)
    fresh = news_of(doc, best.view) or _further(doc, one, best)
    return Placement(
        "grown" if fresh else "known",
        story.id,
        None,
        best.said.score,
        best.said.threshold,
        (*reasons(one, best.view, best.said), *((LISTING,) if best.margin == 0 else ())),
        fresh,
        merges=tuple(view.id for view in [best.view, *merges] if view.id != story.id),
    )


def _listings(state: State, views: Sequence[StoryView]) -> frozenset[int]:
    """If a report tells of a company on its way to an exchange: the stories of that company's listing."""
    if not on_its_way(state):
        return frozenset()
    return frozenset([view.id for view in views if one_listing(state, view.state)])


def _judged(
    one: Member, views: Iterable[StoryView], at: int, weights: Weights, embed: Embedder | None, near: Sequence[int]
) -> list[Option]:
    """Judge the most similar stories, and those near in meaning, for a report written at `at` (ms)."""
    ranked = sorted(views, key=lambda view: (-likeness(one, view.sides), -view.id))
    ranked = ranked[:_JUDGED] + [view for view in ranked[_JUDGED:] if view.id in near]
    meant = meant_of(one, ranked, embed) if embed else [None] * len(ranked)
    rivals = rivals_of(one, ranked)
    return [
        Option(view, _quiet(judged_by(one, view, weights, embed, told, rival), at - view.last_at, weights))
        for view, told, rival in zip(ranked, meant, rivals, strict=True)
    ]


def _taken(option: Option) -> Option:
    """Lower the threshold for a listing's next step, which shares few words with the last: the company is enough."""
    return option._replace(said=option.said._replace(threshold=min(option.said.threshold, option.said.score)))


def _quiet(said: Judged, gap_ms: int, weights: Weights) -> Judged:
    """Raise the threshold for a story that has been silent for `gap_ms`."""
    raised = said.threshold * (1.0 + max(0, gap_ms) / weights.quiet_ms)
    return Judged(said.score, max(said.threshold, min(_HIGHEST, raised)), said.signals, said.meant)


def is_open(at: int, view: StoryView, weights: Weights) -> bool:
    """Whether a story still takes a report written at `at` (ms): within its window, its whole span and its size."""
    if DIGEST in view.state.flags:
        return False
    first, last = view.first_at, view.last_at
    near = first - weights.window_ms <= at <= last + weights.window_ms
    return near and max(at, last) - min(at, first) <= weights.close_ms and view.size < weights.most


def _stopped(doc: Document, one: Member, option: Option) -> bool:
    return outweighs(_objection(doc, one, option), option.said.score)


def _objection(doc: Document, one: Member, option: Option) -> Contradiction | None:
    if one_listing(doc.state, option.view.state):
        return against(doc.state, option.view.state)
    found = _after_a_launch(doc, option.view) or objection(
        doc.state, one, option.view, option.said, doc.features.spelled
    )
    if found and found.hard:
        return found
    return another_matter(one, option.view, option.said, doc.entry.at) or found


def _after_a_launch(doc: Document, view: StoryView) -> Contradiction | None:
    """The objection that an outage is not part of a launch of the day before: they share only the product's name."""
    outage = OUTAGE in doc.state.flags and OUTAGE not in view.state.flags and LAUNCHED in view.state.flags
    return Contradiction(_LAUNCH, True) if outage and doc.entry.at - view.first_at >= DAY_MS else None


def objection(
    state: State, one: Member, view: StoryView, said: Judged, spelled: frozenset[str]
) -> Contradiction | None:
    """The first objection to a report, which tells `state`, being part of a story; hard ones come first."""
    found = against(state, view.state)
    if found and found.hard:
        return found
    if act := other_act(one.title, one.script, state, view, spelled):
        return Contradiction(act, True)
    return too_little(one, view, said, state.subjects) or nothing_beside(one, view, said, spelled) or found


def _further(doc: Document, one: Member, best: Option) -> str:
    side = best.view.sides.get(one.script)
    hours = doc.entry.at - best.view.first_at < AGAIN_MS
    if _told_in_another_language(doc, best.view) or (hours and side and same_results(one, side)):
        return ""
    official = doc.state.official or bool(doc.state.forms)
    again = tells_again(one, best.view, best.said, doc.entry.at, official=official)
    return "" if again else FURTHER


def _told_in_another_language(doc: Document, view: StoryView) -> bool:
    """Whether a title announces what the story has told in another language, but not in the title's own."""
    announced = {flag for flag in doc.state.flags if ":" not in flag}
    if not announced:
        return False
    side = view.sides.get(doc.features.script)
    known = flags(fold(" \n".join([other.title for other in side.lately]))) if side else frozenset()
    fresh = announced - known
    return bool(fresh) and fresh <= view.state.flags


def news_of(doc: Document, view: StoryView) -> str:
    """What a report adds to a story, in words, or ""."""
    step = doc.step.words if doc.step else ""
    if told := news(view.state, doc.state, doc.entry.at - view.first_at, step, doc.entry.title):
        return told
    return _counted_anew(doc.features.title, doc.features.script, view)


def _counted_anew(title: str, script: str, view: StoryView) -> str:
    """The news that a title repeats another one with a new figure, unless the opening of a text told that figure."""
    count = another_count(title, script, view)
    if not count:
        return ""
    term, shown = next((one for one in stated(title) if count in one[1]), ("", count))
    return "" if any(term == one.term for one in view.state.leads) else f"new figure: {shown}"


def reasons(one: Member, view: StoryView, said: Judged, found: Contradiction | None = None) -> tuple[str, ...]:
    """A judgement in words: score and threshold, the heaviest shared terms, the objection."""
    lines = [f"{SCORE}{said.score:.2f}, threshold {said.threshold:.2f}"]
    terms = _shared(one, view)
    if said.meant:
        lines.append(f"{MEANT}{said.meant:.2f}")
    if terms:
        lines.append(f"{SHARED}{', '.join(term[1:] if term[0] in '#@' else term for term in terms)}")
    if found:
        lines.append(f"{AGAINST}{found.reason}")
    return tuple(lines)


def _shared(one: Member, view: StoryView) -> tuple[str, ...]:
    side = view.sides.get(one.script)
    if side:
        return heaviest(one.weights, side.sum)
    other = next(iter(view.sides.values()))
    return heaviest(one.shared, {term: 1 for member in other.lately for term in member.shared})


def _apart(doc: Document, one: Member, options: Sequence[Option]) -> Placement:
    """Open a new story; note the nearest one if it was near."""
    if not options or options[0].said.score < _GREY * options[0].said.threshold:
        return Placement("new", None)
    view, said = options[0].view, options[0].said
    why = reasons(one, view, said, _objection(doc, one, options[0]))
    return Placement("new", None, None, said.score, said.threshold, why, maybe_same_as=view.id)
