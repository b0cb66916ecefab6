"""Official acts that share a page or their words are told each; one act that two feeds list is told once."""

from __future__ import annotations

import pytest

from bot.core.model import ParsedEntry
from tests.pipeline.test_pipeline import HOUR, MINUTE, Desk, desk, item
from tests.sources.test_github import RELEASES, read, release

__all__ = ["desk"]

PAGE = "https://exchange.example/review?id=7"


def act(mark: str, title: str, link: str = PAGE, **more: str) -> ParsedEntry:
    facts = (("act", mark),)
    return item(title, id=mark, link=link, form="Announcement", **more)._replace(facts=facts)


def state(name: str) -> ParsedEntry:
    facts = (("ladder", "cn-ipo"), ("stage", name), ("company", "Chip Example"), ("act", f"review:7:{name}"))
    return act(f"review:7:{name}", f"Chip Example: listing review: {name}")._replace(facts=facts)


async def kinds(desk: Desk, *polls: ParsedEntry) -> list[list[str]]:
    told = []
    for one in polls:
        batch = await desk.poll(one, after=HOUR)
        told.append([placed.placement.kind for placed in batch.placed])
    return told


async def test_every_state_of_a_review_is_news_though_all_stand_on_one_page(desk: Desk) -> None:
    states = [state(name) for name in ("application", "inquiry", "committee")]
    assert await kinds(desk, *states, *states) == [["new"], ["grown"], ["grown"], [], [], []]
    assert (await desk.store.stats())["stories"] == 1


async def test_an_act_without_a_ladder_is_news_though_its_page_told_another(desk: Desk) -> None:
    acts = [act(f"licence:{name}", f"Acme changed the licence of Chip-V9 to {name}") for name in ("apache", "other")]
    assert await kinds(desk, *acts, *acts) == [["new"], ["new"], [], []]


async def test_acts_in_the_same_words_are_news_each(desk: Desk) -> None:
    said = "CHIP EXAMPLE (2513.HK): UNUSUAL PRICE AND VOLUME MOVEMENTS OF THE SHARES"
    acts = [act(f"hkex:{n}", said, f"https://exchange.example/{n}.pdf", summary="Announcements") for n in (1, 2)]
    assert await kinds(desk, *acts, *acts) == [["new"], ["new"], [], []]


async def test_an_act_under_another_id_is_known_by_its_page_and_words(desk: Desk) -> None:
    """A source that numbers its acts anew tells none of them again."""
    one = act("hkex:1", "CHIP EXAMPLE: BUSINESS UPDATE", "https://exchange.example/1.pdf")
    assert await kinds(desk, one, one._replace(id="hkex:1b", facts=(("act", "hkex:1b"),))) == [["new"], []]


async def test_an_edit_of_an_act_is_taken_over_once(desk: Desk) -> None:
    one = act("hkex:1", "CHIP EXAMPLE: BUSINESS UPDATE")
    await desk.poll(one)
    await desk.poll(one._replace(title="CHIP EXAMPLE: BUSINESS UPDATE FOR JUNE"), after=MINUTE)
    assert await desk.told() == ["new: CHIP EXAMPLE: BUSINESS UPDATE FOR JUNE"]
    await desk.poll(one, after=MINUTE)
    assert await desk.told() == ["new: CHIP EXAMPLE: BUSINESS UPDATE FOR JUNE"]


@pytest.mark.parametrize("first", ["act", "report"])
async def test_a_report_that_links_to_an_act_is_the_same_item(desk: Desk, first: str) -> None:
    both = [act("model:1", "Acme published the model Chip-V9"), item("A chip model that listens", id="x", link=PAGE)]
    placed = await kinds(desk, *(both if first == "act" else reversed(both)))
    assert placed[0] == ["new"]
    assert (await desk.store.stats())["stories"] == 1


async def test_a_tag_that_becomes_a_release_in_its_place_is_news(desk: Desk) -> None:
    """A feed of releases lists a bare tag under the very id and link that its release will have."""
    (tag,), (released,) = await read(RELEASES, release("v1", "v1", "")), await read(RELEASES, release("v1", "v1"))
    edited = released._replace(content="It walks faster, they say now.")
    assert await kinds(desk, tag, released, edited, tag) == [["new"], ["grown"], [], []]
    assert (await desk.store.stats())["stories"] == 1


async def test_an_acts_id_on_another_document_edits_no_headline(desk: Desk) -> None:
    """Ids of HKEXnews count acts of one minute, of a part of the list from another start."""
    one = act("hkex:1", "CHIP EXAMPLE: OVERSEAS ANNOUNCEMENT ON A", "https://exchange.example/a.pdf")
    other = act("hkex:1", "CHIP EXAMPLE: OVERSEAS ANNOUNCEMENT ON B", "https://exchange.example/b.pdf")
    await desk.poll(one)
    await desk.poll(other, after=MINUTE)
    assert await desk.told() == ["new: CHIP EXAMPLE: OVERSEAS ANNOUNCEMENT ON A"]
