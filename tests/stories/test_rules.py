"""A rule and its official text are one story; so is what it is about, in two languages. An outage is no launch."""

from __future__ import annotations

import pytest

from tests.stories.placing import placed

TEXT = (
    "商务部 海关总署公告2026年第64号 公布对钇相关物项实施出口管制的决定",
    "为维护国家安全和利益，经国务院批准，决定对金属钇、氧化钇及含钇靶材等物项实施出口管制。",
)
NEWS = (
    "China imposes export controls on yttrium",
    "China will require licences for exports of yttrium metal, oxide and targets, the commerce ministry said.",
)
LATER = (
    "China Restricts Exports of Yttrium Oxide Used in Chips and Engines",
    "Beijing added yttrium to its list of controlled metals, the ministry said on Thursday.",
)
TUNGSTEN = (
    "China imposes export controls on tungsten",
    "China will require licences for exports of tungsten powder, the commerce ministry said.",
)


@pytest.mark.parametrize("told", [(TEXT, NEWS), (NEWS, TEXT), (NEWS, LATER)], ids=["text first", "news first", "news"])
async def test_a_rule_on_a_metal_is_one_story(told: tuple[tuple[str, str], ...]) -> None:
    assert len({one.story_id for one in await placed(list(told))}) == 1


@pytest.mark.parametrize("told", [(TEXT, TUNGSTEN), (NEWS, TUNGSTEN)], ids=["two languages", "one"])
async def test_a_rule_on_another_metal_is_told(told: tuple[tuple[str, str], ...]) -> None:
    assert [one.placement.kind for one in await placed(list(told))] == ["new", "new"]


@pytest.mark.parametrize(("hours", "stories"), [(24, 2), (1, 1)])
async def test_an_outage_is_no_part_of_a_launch_of_the_day_before(hours: float, stories: int) -> None:
    launch = (
        "Google launches Gemini 3.5 with longer memory",
        "Google unveiled Gemini 3.5, which is in the Gemini app from today.",
    )
    outage = ("Gemini is down", "Google's Gemini app is down for many users.")
    assert len({one.story_id for one in await placed([launch, outage], hours)}) == stories
