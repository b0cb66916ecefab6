"""Whether a report, or a story, tells in another one's words of somebody or something else."""

from __future__ import annotations

from bot.core.attribution import told_of_another
from bot.core.contrast import elsewhere
from bot.core.followup import State
from bot.core.views import StoryView


def other_act(title: str, script: str, state: State, view: StoryView) -> str:
    """What a titled report tells of in a frame in which a story tells of something or somebody else, or ""."""
    if not title:
        return ""
    return elsewhere(title, _titles(script, view)) or of_another(title, script, state, view)


def of_another(title: str, script: str, state: State, view: StoryView) -> str:
    """Of whom a report tells in a frame in which a story tells of somebody else, or ""; none where both name one
    company that is known.
    """
    if not state.subjects.isdisjoint(view.state.subjects):
        return ""
    return told_of_another(title, _titles(script, view))


def other_acts(one: StoryView, other: StoryView) -> bool:
    """Whether a title of the smaller of two stories tells of what, or whom, the larger one does not."""
    small, large = sorted((one, other), key=lambda view: view.size)
    titles = [(title, script) for script in small.sides for title in _titles(script, small) if title]
    return any(other_act(title, script, small.state, large) for title, script in titles)


def _titles(script: str, view: StoryView) -> list[str]:
    side = view.sides.get(script)
    return [other.title for other in side.lately] if side else []
