"""A digest of any size: within Slack's limits, and what is not shown is counted."""

from __future__ import annotations

import itertools
import re

import pytest

from bot.core.message import DigestLine
from handlers.slack.render import digest_message
from tests.fakes.slack.limits import message_problems
from tests.fakes.slack.reader import read_blocks
from tests.handlers.slack.helpers import NOW, alert, voice

pytestmark = pytest.mark.usefixtures("untraced")


def digest_of(topics: int, stories: int) -> tuple[DigestLine, ...]:
    """So many stories of each of so many topics."""
    return tuple(
        DigestLine(f"topic:{t}", f"Topic {t}", 1000 * t + n, f"Story {t}-{n}.", "https://a.test/", 2, "normal", NOW)
        for t in range(topics)
        for n in range(stories)
    )


@pytest.mark.parametrize("topics", [1, 2, 8, 15, 16, 22, 23, 24, 40])
@pytest.mark.parametrize("stories", [1, 12, 200])
def test_every_story_is_shown_or_counted(topics: int, stories: int) -> None:
    made = digest_message(alert(kind="digest", lines=digest_of(topics, stories), since=NOW), voice)
    assert message_problems({"text": made.text, "blocks": made.blocks}) == []
    lines = read_blocks(made.blocks).lines
    shown = sum(line.startswith("Story ") for line in lines)
    counted = sum(int(found[1]) for line in lines if (found := re.match(r"and (\d+) more", line)))
    assert shown + counted == topics * stories
    assert shown >= min(topics, 20), "a row of each topic, as long as there is room"


def test_no_topic_is_named_without_a_story_of_it() -> None:
    made = digest_message(alert(kind="digest", lines=digest_of(40, 30), since=NOW), voice)
    kinds = [line.partition(" ")[0] for line in read_blocks(made.blocks).lines]
    after = [second for first, second in itertools.pairwise(kinds) if first == "Topic"]
    assert after == ["Story"] * kinds.count("Topic")
