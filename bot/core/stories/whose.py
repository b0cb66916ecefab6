"""Whether a report tells, in a story's very words, of somebody or something else."""

from __future__ import annotations

from bot.core.stories.attribution import told_of_another
from bot.core.stories.contrast import elsewhere, recounted
from bot.core.stories.followup import State
from bot.core.stories.views import StoryView


def other_act(title: str, script: str, state: State, view: StoryView, spelled: frozenset[str]) -> str:
    """If a titled report uses a story's frame for somebody or something else: whom or what, in words; else "".

    `spelled`: the terms of all names of the report's companies.
    """
    if not title:
        return ""
    return elsewhere(title, _titles(script, view), spelled) or of_another(title, script, state, view)


def of_another(title: str, script: str, state: State, view: StoryView) -> str:
    """If a report uses a story's frame for somebody else: whom, in words; "" otherwise, and if both name one known
    company.
    """
    if not state.subjects.isdisjoint(view.state.subjects):
        return ""
    return told_of_another(title, _titles(script, view))


def another_count(title: str, script: str, view: StoryView) -> str:
    """The figure of a report that repeats a story's very words with another figure, or ""."""
    return recounted(title, _titles(script, view))


def _titles(script: str, view: StoryView) -> list[str]:
    side = view.sides.get(script)
    return [other.title for other in side.lately] if side else []
