"""Where an entry belongs: copy, same story, follow-up or new. Pure: document and candidates in, placement out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from bot.core.identity import filed_keys, plain_title, story_keys
from bot.core.language.entities import NOTHING, Lexicon
from bot.core.language.quantities import figures
from bot.core.language.text import Lexed, fold, lexed, tokens
from bot.core.language.wrapping import without_signature, without_site
from bot.core.model import Entry, Placement, fact
from bot.core.stories.again import copies_another, copies_with_news
from bot.core.stories.choose import FURTHER, choose, news_of, objection, reasons
from bot.core.stories.commonness import Commonness
from bot.core.stories.counted import counted
from bot.core.stories.features import features
from bot.core.stories.followup import DIGEST, State, flags, lead_flags, lead_sums
from bot.core.stories.headline import beginning, telling_title, without_column
from bot.core.stories.joined import STEP
from bot.core.stories.ladders import ladder
from bot.core.stories.listing import listed, other_listing
from bot.core.stories.particulars import rounds, versions
from bot.core.stories.roundup import is_digest
from bot.core.stories.score import judged_by
from bot.core.stories.side import Member, Side, member
from bot.core.stories.sketch import Sketch, anchors, containment, is_copy, sketch
from bot.core.stories.veto import other_figures, other_name, outweighs
from bot.core.stories.views import Candidates, Document, Item, StoryView
from bot.core.stories.weights import DEFAULT, Weights
from bot.core.stories.whose import of_another, other_act

__all__ = [
    "Candidates",
    "Document",
    "Item",
    "Judgement",
    "StoryView",
    "document",
    "original_of",
    "place",
    "same",
]

_VERSIONED = re.compile(r"[0-9](?<=[A-Za-z]{3}[0-9])[0-9]*(?:\.[0-9]+)*(?![0-9A-Za-z])")
_BODY = 9_000  # characters that count
_LEAD = 240  # characters of a body that say what the title leaves out
_NOTICE = 60  # words of a text that differs from the next of its kind in a word or two


@dataclass(frozen=True, slots=True)
class Judgement:
    """Whether two texts tell of one event. `score` lies between 0 and 1; `same` if it reaches its threshold."""

    score: float
    same: bool
    why: str


def document(entry: Entry, lexicon: Lexicon = NOTHING) -> Document:
    """The features of an entry."""
    title = plain_title(entry.title, entry.source)
    body = body_of(entry)
    folded = tokens(entry.title).folded
    step = ladder(entry, lexicon.known)
    act = fact(entry.facts, "act")
    title, body = spaced(title), spaced(body[:_BODY])
    plain = without_signature(without_column(title))
    body = without_signature(body.replace(title, plain, 1) if body.startswith(title) else body)
    body = without_site(body[:_BODY])
    read = _read(plain, body)
    found = features(read, lexicon, telling_title(plain, body), entry.at)
    lead = fold(body[:_LEAD])
    state = State(
        frozenset({DIGEST}) if is_digest(folded) else flags(folded) | lead_flags(lead),
        {step.process: step.order} if step else {},
        (*figures(folded).quantities, *counted(folded)),
        versions(folded) | listed(folded) | rounds(title, folded, found.spelled),
        entry.tier == "official",
        frozenset(filter(None, (entry.form, act))),
        found.subjects,
        lead_sums(lead),
    )
    # Official acts share the wording of their form: the same words are no sign of the same act.
    shingles = Sketch() if act else sketch(read.texts)
    digest = DIGEST in state.flags
    asked, filed = story_keys(entry), filed_keys(entry)
    return Document(entry, asked, filed, found, shingles, anchors(shingles), state, digest, step, lexicon.embed)


def spaced(text: str) -> str:
    """The text with names and versions apart: Qwen3.5 becomes Qwen 3.5, GPT-5 becomes GPT 5."""
    return _VERSIONED.sub(r" \g<0>", text)


def body_of(entry: Entry) -> str:
    """Summary and content as one text, without the part that the content repeats."""
    if not entry.content or not entry.summary:
        return entry.content or entry.summary
    start = entry.summary.rstrip(". …")[:80]
    return entry.content if entry.content.startswith(start) else f"{entry.summary}\n{entry.content}"


def _read(title: str, body: str) -> Lexed:
    """Title and body as one text, the title once."""
    start = title.rstrip(". …")[:60]
    room = _BODY - len(title) - 1
    if not body or room <= 0:
        return lexed(title[:_BODY])
    return lexed(body[:_BODY]) if start and body.startswith(start) else lexed(title, body[:room])


def place(doc: Document, found: Candidates, weights: Weights = DEFAULT) -> Placement:
    """Decide where an entry belongs. Deterministic: the same document and candidates give the same placement."""
    if found.original:
        return _joined(doc, found, found.original.story, found.original)
    if doc.digest or found.member is None:
        return Placement("new", None, why=("a digest stands alone",) if doc.digest else ())
    if found.process is not None:
        return _joined(doc, found, found.process, None, why=(f"{STEP}{doc.step.process}",) if doc.step else ())
    return choose(doc, found.member, found.stories, weights, found.near)


def same(
    a: str,
    b: str,
    lang: str = "",
    lexicon: Lexicon = NOTHING,
    common: Commonness | None = None,
    weights: Weights = DEFAULT,
) -> Judgement:
    """Judge two texts as an entry is judged against a story of one report."""
    one, other = (document_of(text, lang, lexicon) for text in (a, b))
    if one.keys and set(one.keys) & set(other.keys):
        return Judgement(1.0, True, "the same text")
    known = common or Commonness()
    story = lone_story([other], known)
    reader = member(one.features, known, lexicon.embed)
    share, least = containment(one.sketch, other.sketch)
    if is_copy(share, least, weights.copy, one.features.script) and not of_something_else(one, reader, story):
        return Judgement(share, True, f"a copy: {share:.0%} of the shorter text is in the other")
    said = judged_by(reader, story, weights, lexicon.embed)
    contradiction = objection(one.state, reader, story, said, one.features.spelled)
    across = one.features.script != other.features.script
    threshold = said.threshold * pair_factor(weights, across=across, meant=lexicon.embed is not None)
    passes = said.score >= threshold and not outweighs(contradiction, said.score)
    why = reasons(reader, story, said._replace(threshold=threshold), contradiction)
    return Judgement(said.score, passes, "; ".join(why))


def pair_factor(weights: Weights, *, across: bool, meant: bool) -> float:
    """The factor by which thresholds are raised for two lone texts."""
    if not across:
        return weights.pair
    return weights.pair_across_meant if meant else weights.pair_across


def document_of(text: str, lang: str = "", lexicon: Lexicon = NOTHING) -> Document:
    """A bare text as a document. Its first line is the title; if that is long, its first sentence."""
    title, _, body = text.partition("\n")
    start = beginning(title)
    return document(Entry("", "", start, text if len(start) < len(title) else body, lang=lang), lexicon)


def lone_story(docs: Sequence[Document], common: Commonness) -> StoryView:
    """Documents as a story that no store holds, in their order."""
    sides: dict[str, Side] = {}
    for doc in docs:
        sides.setdefault(doc.features.script, Side()).add(member(doc.features, common, doc.embed, doc.entry.source))
    for side in sides.values():
        side.size = len(docs)
    return StoryView(0, len(docs), 0, 0, sides, docs[0].state)


def original_of(
    doc: Document,
    one: Member,
    same_item: Item | None,
    items: Iterable[Item],
    views: Callable[[int], Iterable[StoryView]],
    weights: Weights = DEFAULT,
) -> Item | None:
    """The report of which a document is a copy, or None: the same item, or the one of `items` that holds most of its
    text, unless it tells of something else in the same words. `views` gives a story as it is judged.

    A copy belongs to the story of its original, so no other story needs to be looked at.
    """
    found = same_item or _copied(doc, items, weights)
    if found is None or found is same_item:
        return found
    return None if any(of_something_else(doc, one, view) for view in views(found.story)) else found


def _copied(doc: Document, items: Iterable[Item], weights: Weights) -> Item | None:
    best: tuple[float, int, Item] | None = None
    for item in items:
        share, least = containment(doc.sketch, item.sketch)
        fits = is_copy(share, least, weights.copy, doc.features.script)
        if fits and (best is None or (share, -item.id) > best[:2]):
            best = (share, -item.id, item)
    return best[2] if best else None


def of_something_else(doc: Document, one: Member, view: StoryView) -> bool:
    """Whether a report that reads like a copy tells of another company, version or list in the same words.

    A short titled report does so, too, if it has one name in the place of another, or another number of companies: two
    notices of ten words differ only there, two of a hundred would differ in more. A round-up holds most of a short
    report that it mentions, and tells of others as well: it can only be a copy of a round-up.
    """
    title, script, state = doc.features.title, doc.features.script, doc.state
    if doc.digest is not (DIGEST in view.state.flags):
        return True
    if doc.entry.form and view.state.forms and doc.entry.form not in view.state.forms:
        return True  # an amendment reads like what it amends
    if of_another(title, script, state, view) or other_name(state, view.state):
        return True
    if other_listing(state.versions, view.state.versions):
        return True
    if doc.entry.title and copies_another(one, view, doc.entry.at):
        return True
    if doc.entry.title and other_act(title, script, state, view, doc.features.spelled):
        return True
    if doc.features.words > _NOTICE or not doc.entry.title:
        return False
    against = other_figures(state.figures, view.state.figures)
    return against is not None and against.hard


def _joined(doc: Document, found: Candidates, story: int, copied: Item | None, why: tuple[str, ...] = ()) -> Placement:
    """The placement of a copy or of a process's step: grown if it brings news, else duplicate or known."""
    view = next((view for view in found.stories if view.id == story), None)
    fresh = (news_of(doc, view) or _copied_news(doc, found, copied, view)) if view else ""
    share = containment(doc.sketch, copied.sketch)[0] if copied else 1.0
    if copied:
        why = ("the same item",) if copied is found.same_item else (f"a copy: {share:.0%} of the text",)
    kind = "grown" if fresh else "duplicate" if copied else "known"
    return Placement(kind, story, copied.id if copied else None, share, DEFAULT.copy, why, fresh)


def _copied_news(doc: Document, found: Candidates, copied: Item | None, view: StoryView) -> str:
    """What a copy by another item adds: its title may tell more, above a text that was told."""
    if copied is None or copied is found.same_item or found.member is None or not doc.entry.title:
        return ""
    return FURTHER if copies_with_news(found.member, view, doc.entry.at) else ""
