"""`why`: why an alert was sent, or why an article did not match."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial

from bot.commands.feedback import why_tastes
from bot.commands.talk import Talk, number_in
from bot.core.alerts.continuing import listed
from bot.core.matching.judge import Judge
from bot.core.matching.match import TOPIC
from bot.core.message import SEVERITIES, Item, Reply
from bot.core.model import Entry, Hit, Placement, Story
from bot.core.stories.joined import Joined, joined, joined_later, outermost
from bot.ports import Voice
from bot.rules.rulebook import Rule, may_see

_REPORTS = 20
_TERMS = 12


async def why(talk: Talk, args: Mapping[str, str]) -> Reply:
    """The topics and queries that a story hit, with their words, and what joined its reports; or one rule's verdict.

    With `figures`, for the terminal's `story --why`, scores and thresholds too.
    """
    number, what = _asked(args.get("story", ""), args.get("what", ""))
    story = await talk.story(number)
    reports = await talk.store.timeline(story.id)
    if what:
        return await _verdict(talk, await talk.resolve(what), story, reports)
    own = await talk.own_rules()
    lines = _hits(talk, own, reports) or (talk.say("why.none", id=story.id),)
    lines += (*_weight(talk, story, reports), *await why_tastes(talk, story))
    every = await talk.store.placements(story.id)
    placed = every[:_REPORTS]
    if len(every) > _REPORTS:
        lines += (talk.say("why.first", shown=_REPORTS, n=len(every), id=story.id),)
    ids = await talk.store.entry_ids(story.id)
    outlets = {number: entry.source for number, (entry, _) in zip(ids, every, strict=False)}
    items = await talk.desk.beside(partial(_items, talk, placed, outlets))
    if args.get("figures"):
        items = tuple(_figured(talk, item, *one) for item, one in zip(items, placed, strict=True))
    return Reply(talk.say("why.head", title=story.title, id=story.id), lines, items)


def _asked(story: str, what: str) -> tuple[str, str]:
    """The story that is asked about, and the topic or query, which may follow its number: `why 42 export-controls`."""
    number, _, rest = story.strip().partition(" ")
    named = number_in(number).isdecimal() or "://" in number
    return (number, rest.strip()) if rest and named and not what and "=" not in rest else (story, what)


def _items(talk: Talk, placed: Sequence[tuple[Entry, Placement]], outlets: Mapping[int, str]) -> tuple[Item, ...]:
    """The reports of a page. Common words are looked for in every pair of texts: a fifth of a second for twenty."""
    others = [entry for entry, _ in placed]
    later = joined_later(one for _, one in placed)
    return tuple(
        _report(talk, entry, one, others, late, outlets.get(one.duplicate_of or 0, ""))
        for (entry, one), late in zip(placed, later, strict=True)
    )


def _report(talk: Talk, entry: Entry, placed: Placement, others: Sequence[Entry], late: bool, copied: str) -> Item:
    """A report with what joined it. For a report that began a story: what kept it apart from the nearest one, and
    whether that story was merged with this one since. For a copy: which outlet had it before.
    """
    why = because(talk.say, placed, joined(entry, placed, others))
    more = (talk.say("why.later") if late else "", talk.say("why.copied", outlet=copied) if copied else "")
    parts = (entry.source, why, *more)
    return Item(entry.title, entry.url, " · ".join(filter(None, parts)), at=entry.at)


def _figured(talk: Talk, item: Item, entry: Entry, placed: Placement) -> Item:
    """Add the score that decided, and its threshold; a copy or a step needed neither."""
    found = joined(entry, placed, worded=False)
    if found.said or found.near in (None, "step"):
        return item
    figures = talk.say("why.figures", score=f"{placed.score:.2f}", threshold=f"{placed.threshold:.2f}")
    return replace(item, detail=f"{item.detail} · {figures}")


def because(say: Voice, placed: Placement, found: Joined) -> str:
    """What joined a report to its story, in one line."""
    if found.said:  # of a report that was taken out, its score belongs to the story where it was
        return " · ".join(say.told(line) for line in found.said)
    return _apart(say, placed, found) if placed.kind == "new" else _together(say, found)


def _together(say: Voice, found: Joined) -> str:
    near = say(f"why.near.{found.near}") if found.near else ""
    words = say("why.common", words=", ".join(found.words)) if found.words else ""
    return " · ".join(filter(None, (near, words)))


def _apart(say: Voice, placed: Placement, found: Joined) -> str:
    """The line that a report began a story, and why it did not join the nearest one."""
    if found.near is None or placed.maybe_same_as is None:
        return say("why.began")
    key = "why.other.words" if found.words else "why.other"
    other = say(key, id=placed.maybe_same_as, words=", ".join(found.words))
    if not found.against:
        return say("why.apart.short", other=other)
    return say("why.apart.against", other=other, against=say.told(found.against))


def _weight(talk: Talk, story: Story, reports: Sequence[tuple[Entry, Sequence[Hit]]]) -> tuple[str, ...]:
    """Why a story is notable or breaking: the rule, and what triggered it."""
    level = next((level for level in SEVERITIES[1:] if level == story.severity), None)
    if level is None:
        return ()
    weight = talk.say(f"alert.{level}")
    found = talk.rules.why_grave(reports, level)
    if found is None:
        return (talk.say("why.weight.gone", weight=weight),)
    entry, verdict = found
    topic = talk.title(f"{TOPIC}{verdict.topic}", verdict.topic)
    names = {"weight": weight, "topic": topic, "detail": verdict.detail, "outlet": entry.source or "–"}
    return (talk.say(f"why.weight.{verdict.by}", **names),)


def _hits(talk: Talk, own: Mapping[str, str], reports: Sequence[tuple[Entry, Sequence[Hit]]]) -> tuple[str, ...]:
    terms: dict[str, dict[str, None]] = {}
    for _, hits in reports:
        for hit in hits:
            if may_see(hit.rule, own):
                terms.setdefault(hit.rule, {}).update(dict.fromkeys(hit.why))
    return tuple(
        talk.say("why.hit", what=talk.title(rule, own.get(rule, rule)), terms=listed(outermost(list(found)), _TERMS))
        for rule, found in terms.items()
    )


async def _verdict(talk: Talk, rule: Rule, story: Story, reports: Sequence[tuple[Entry, Sequence[Hit]]]) -> Reply:
    """Whether one rule matches the story's reports: the words if it does, what was missing if not."""
    label = talk.title(rule.id, rule.label)
    entries = [entry for entry, _ in reports]
    entry, found, reason = await talk.desk.beside(partial(_judged, rule, entries, talk.rules.topics_of))
    if entry is not None:
        return talk.reply("why.does", title=entry.title, what=label, terms=", ".join(found))
    title = entries[0].title if entries else story.title
    reply = talk.reply("why.not", title=title, what=label, reason=talk.say.told(reason))
    near = await talk.near_topic(rule.text) if rule.query else ""
    return replace(reply, lines=(*reply.lines, talk.say("preview.near", near=near))) if near else reply


def _judged(
    rule: Rule, entries: Sequence[Entry], topics_of: Callable[[Entry], frozenset[str]]
) -> tuple[Entry | None, tuple[str, ...], str]:
    """The first entry that a rule matches, with the words; or why it does not match the first. A topic of thousands of
    words takes a fifth of a second."""
    judge = Judge(rule.tree)
    for entry in entries:
        if found := judge.terms(entry, topics_of(entry)):
            return entry, found, ""
    return None, (), judge.failed(entries[0], topics_of(entries[0])) if entries else ""
