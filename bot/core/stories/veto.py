"""Vetoes: cheap contradictions that keep a report out of a story, however similar they read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from bot.core.language.quantities import Quantity
from bot.core.stories.counted import COMPANIES, MONTH, STRENGTH
from bot.core.stories.followup import RAISES, State
from bot.core.stories.listing import LISTED, other_listing
from bot.core.stories.particulars import LISTS, TIER

_WHOSE = frozenset(("ticker", LISTS, RAISES))  # what names a company, in `other_version`
_NEAR = 0.2
_UNITS = (("q", True), (MONTH, True), (STRENGTH, True), (COMPANIES, True), ("%", False), ("$", False))
_SLACK = {"q": 0.0, MONTH: 0.0, STRENGTH: 0.08}
_SAID = {"q": "Q{:g}", MONTH: "month {:g}", STRENGTH: "magnitude {:g}", COMPANIES: "{:g} companies", "%": "{:g}%"}
_SURE = 0.4  # a score that outweighs a soft contradiction


class Contradiction(NamedTuple):
    """Why a report is not part of a story. A `hard` one holds whatever the score; a soft one yields to a high score."""

    reason: str
    hard: bool


def against(report: State, story: State) -> Contradiction | None:
    """The first contradiction between a report and a story, or None."""
    if report.forms and story.forms:
        return Contradiction("another official act", True)
    if report.subjects and story.subjects and not report.subjects & story.subjects:
        return Contradiction(f"about {_named(report.subjects)}, not {_named(story.subjects)}", True)
    if reason := other_name(report, story):
        return Contradiction(reason, True)
    if not report.subjects & story.subjects and other_listing(report.versions, story.versions):
        return Contradiction("another company's listing", True)
    return other_figures(report.figures, story.figures)


def other_name(report: State, story: State) -> str:
    """As `other_version`, but of two companies in one event each title may give another one's ticker."""
    known = report.versions
    if report.subjects & story.subjects:
        known = frozenset(version for version in known if version[0] != "ticker")
    return other_version(known, story.versions)


def on_its_way(state: State) -> bool:
    """Whether a report names a company on its way to an exchange."""
    return any(kind in (LISTS, LISTED) for kind, _ in state.versions)


def one_listing(report: State, story: State) -> bool:
    """Whether both tell of one company's way to an exchange: the story has all names that the report gives it, or both
    are about the same known company alone, whatever each language calls it.
    """
    mine, theirs = ({name for kind, name in state.versions if kind in (LISTS, LISTED)} for state in (report, story))
    alone = len(report.subjects) == 1 and report.subjects == story.subjects
    return bool(mine and theirs) and (mine <= theirs or alone)


def outweighs(found: Contradiction | None, score: float) -> bool:
    """Whether a contradiction counts more than the score."""
    return found is not None and (found.hard or score < _SURE)


def _named(subjects: Iterable[str]) -> str:
    return ", ".join(sorted(subjects)[:4])


def other_version(one: frozenset[tuple[str, str]], other: frozenset[tuple[str, str]]) -> str:
    """A name that both carry, with versions of which none is common to both, in words; else ""."""
    for name in sorted(({name for name, _ in one} & {name for name, _ in other}) - {LISTED}):
        mine = {version for known, version in one if known == name}
        theirs = {version for known, version in other if known == name}
        if any(_within(a, b) or _within(b, a) for a in mine for b in theirs):
            continue
        if name in _WHOSE or name in (TIER, "index"):
            return f"about {', '.join(sorted(mine))}, not {', '.join(sorted(theirs))}"
        return f"{name} {'/'.join(sorted(mine))} is not {name} {'/'.join(sorted(theirs))}".replace("  ", " ").strip()
    return ""


def _within(version: str, release: str) -> bool:
    """Whether a release such as 3.2.1 belongs to a version such as 3.2."""
    return release == version or (release.startswith(f"{version}.") and version.count(".") > 0)


def other_figures(one: tuple[Quantity, ...], other: tuple[Quantity, ...]) -> Contradiction | None:
    """A unit in which both titles have figures, but none agree within 20 %. Shares and sums change: they are soft."""
    for unit, hard in _UNITS:
        mine = [quantity.value for quantity in one if quantity.unit == unit]
        theirs = [quantity.value for quantity in other if quantity.unit == unit]
        slack = _SLACK.get(unit, _NEAR)
        if mine and theirs and not any(abs(a - b) <= slack * max(a, b) for a in mine for b in theirs):
            return Contradiction(f"{_said(mine, unit)} against {_said(theirs, unit)}", hard)
    return None


def _said(values: list[float], unit: str) -> str:
    said = _SAID.get(unit, "{:,.15g}")  # sums of any currency
    return ", ".join(said.format(value) for value in values[:3])
