"""Whether a report, or a story, tells in another one's words of somebody or something else."""

from __future__ import annotations

from bot.core.stories.attribution import told_of_another
from bot.core.stories.contrast import elsewhere, recounted
from bot.core.stories.followup import State
from bot.core.stories.views import StoryView


def other_act(title: str, script: str, state: State, view: StoryView, spelled: frozenset[str]) -> str:
    """What a titled report tells of in a frame in which a story tells of something or somebody else, or "".

    `spelled`: the terms by which the companies that the report names go.
    """
    if not title:
        return ""
    return elsewhere(title, _titles(script, view), spelled) or of_another(title, script, state, view)


def of_another(title: str, script: str, state: State, view: StoryView) -> str:
    """Of whom a report tells in a frame in which a story tells of somebody else, or ""; none where both name one
    company that is known.
    """
    if not state.subjects.isdisjoint(view.state.subjects):
        return ""
    return told_of_another(title, _titles(script, view))


def another_count(title: str, script: str, view: StoryView) -> str:
    """The figure that a report tells in the very words in which a story told another one, or ""."""
    return recounted(title, _titles(script, view))


def _titles(script: str, view: StoryView) -> list[str]:
    side = view.sides.get(script)
    return [other.title for other in side.lately] if side else []
