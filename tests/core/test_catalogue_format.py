"""Groups of entities, and rules that a word rules out."""

from __future__ import annotations

import tomllib

import pytest

from bot.core.matching.match import Engine
from bot.core.matching.topics import Loaded, load_topics
from bot.core.model import Entry

ENTITIES = [
    {"id": "tsmc", "name": "TSMC", "zh": ["台积电"], "group": "fab"},
    {"id": "arm", "name": "Arm", "context": ["chip"], "group": "fab"},
    {"id": "nobody", "name": "Nobody"},
]


def load(body: str) -> Loaded:
    return load_topics({"a.toml": tomllib.loads(f'[[topic]]\nid = "t"\ntitle = {{ en = "T" }}\n{body}')}, ENTITIES)


@pytest.mark.parametrize(
    ("body", "title", "found"),
    [
        ('any = ["@group:fab"]', "TSMC grows", True),
        ('any = ["@group:fab"]', "台積電擴產", True),
        ('any = ["@group:fab"]', "An arm and a leg", False),
        ('any = ["@group:fab"]', "Arm sells chips", True),
        ('queries = ["@group:fab NEAR/3 fire"]', "Fire at TSMC", True),
        ('queries = ["@group:fab NEAR/3 fire"]', "Fire at Arm", False),
        ('[[topic.rule]]\nwith = ["fire"]\ncontext = ["@group:fab"]\nwithout = ["sale"]', "Fire at TSMC", True),
        ('[[topic.rule]]\nwith = ["fire"]\ncontext = ["@group:fab"]\nwithout = ["sale"]', "Fire sale at TSMC", False),
        ('any = ["x1"]\n[[topic.rule]]\nwith = ["fire"]\nwithout = ["sale"]', "Fire sale of the x1", True),
    ],
)
def test_groups_and_what_rules_a_rule_out(body: str, title: str, found: bool) -> None:
    loaded = load(body)
    assert loaded.errors == ()
    engine = Engine()
    engine.add("t", loaded.topics[0].tree)
    assert bool(engine.matching(Entry("1", "", title, "A sale."))) is found


@pytest.mark.parametrize("body", ['any = ["@group:fabs"]', 'queries = ["@group:fabs"]'])
def test_an_unknown_group_is_named_with_the_one_that_is_meant(body: str) -> None:
    (error,) = load(body).errors
    assert "@group:fabs: no entity is of this group; did you mean fab?" in str(error)
