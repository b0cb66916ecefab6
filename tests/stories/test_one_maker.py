"""Two launches of one maker in a day: each report fits either story, and they stay two."""

from __future__ import annotations

from bot.core.model import Entry
from bot.core.stories.cluster import StoryView, document, lone_story
from bot.core.stories.commonness import Commonness
from bot.core.stories.merging import linked
from bot.core.stories.weights import DEFAULT
from tests.shipped import lexicon

WORKBENCH = (
    "Anthropic launches Claude Atelier, a workbench for chemists",
    "Anthropic unveils Claude Atelier for chemists in drug labs",
    "Claude Atelier: Anthropic opens a workbench for chemists",
    "Anthropic's Claude Atelier gives chemists a workbench of their own",
)
MODEL = (
    "Anthropic launches Claude Sonata 6 at a lower price",
    "Anthropic releases Claude Sonata 6, a cheaper model for agents",
    "Claude Sonata 6 is out: Anthropic's model for agents costs less",
    "Anthropic introduces Claude Sonata 6 for agents",
)
FURTHER = (
    "Anthropic brings out Claude Atelier for chemists and labs",
    "Anthropic opens Claude Atelier, a chemists' workbench",
    "Claude Atelier by Anthropic is a workbench for chemists in labs",
)


def test_two_launches_of_one_maker_stay_two() -> None:
    assert linked(_story(1, WORKBENCH), [_story(2, MODEL)], DEFAULT) == []


def test_two_halves_of_one_launch_become_one() -> None:
    other = _story(2, FURTHER)
    assert linked(_story(1, WORKBENCH), [other], DEFAULT) == [other]


def _story(number: int, titles: tuple[str, ...]) -> StoryView:
    docs = [document(Entry(title, "", title), lexicon()) for title in titles]
    view = lone_story(docs, Commonness())
    return StoryView(number, len(titles), 0, 0, view.sides, view.state)
