"""Answers that people stumbled over: they say what holds, briefly, and take what people type."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.language.entities import Entity
from bot.core.model import Entry
from tests.commands.test_commands import HOUR, NOW, OWNER, House
from tests.commands.test_commands import house as house


async def test_words_that_find_something_may_still_be_meant_as_operators(house: House) -> None:
    found = await house.commands.type(OWNER, "preview chips and cars")
    assert found.items
    assert any(line.endswith("Did you mean chips AND cars?") for line in found.lines[:-1])
    assert found.lines[-1] == "The latest matches:"


async def test_why_names_only_some_of_many_words(house: House) -> None:
    words = [3 * chr(97 + n) for n in range(15)]
    await house.commands.run(OWNER, "subscribe", {"what": " OR ".join(words), "confirmed": "yes"})
    entry = Entry("many", "https://x.example/many", " ".join(words), published=NOW - HOUR, first_seen=NOW - HOUR)
    await house.pipeline.replay([entry])
    (line,) = (await house.commands.type(OWNER, "why https://x.example/many")).lines
    assert line.endswith(": aaa, bbb, ccc, ddd, eee, fff, ggg, hhh, iii, jjj, kkk, lll (+3)")


async def test_times_are_said_to_be_utc_until_there_is_a_zone(house: House) -> None:
    said = "These times are UTC. For yours: settings timezone=Europe/Berlin."
    for line in ("subscribe chips mode=daily 8pm", "subscribe chips quiet=22-7", "edit chips mode=weekly"):
        assert said in (await house.commands.type(OWNER, line)).lines
    assert said not in (await house.commands.type(OWNER, "subscribe rain mode=hourly")).lines
    await house.commands.type(OWNER, "settings timezone=UTC+8")
    changed = await house.commands.type(OWNER, "edit chips mode=daily")
    assert said not in changed.lines
    assert any("09:00 (UTC+8)" in line for line in changed.lines)


@pytest.mark.parametrize(
    ("typed", "kept"), [("Breaking", "breaking"), ("重要", "notable"), ("突發", "breaking"), ("NOTABLE ", "notable")]
)
async def test_a_choice_is_taken_in_any_case_and_by_its_name(house: House, typed: str, kept: str) -> None:
    assert (await house.commands.run(OWNER, "subscribe", {"what": "chips", "severity": typed})).ok
    ((_, subscription),) = await house.store.subscriptions()
    assert subscription.options["severity"] == kept


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("中文", "zh-CN"), ("繁體中文", "zh-TW"), ("English", "en"), ("zh", "zh-CN"), ("ZH-tw", "zh-TW")],
)
async def test_a_language_is_taken_by_its_name(house: House, typed: str, kept: str) -> None:
    chat = replace(OWNER, platform="slack")
    assert (await house.commands.type(chat, f"settings language={typed}")).ok
    channel = await house.store.find_channel("slack", OWNER.scope, OWNER.channel)
    assert channel is not None
    assert channel.settings["language"] == kept


async def test_what_is_copied_with_the_full_stop_of_its_sentence_is_taken(house: House) -> None:
    undo = (await house.commands.type(OWNER, "mute 1")).text.rpartition(": ")[2]
    assert undo == "unmute 1."
    for line in (
        undo,
        "why #1.",
        "subscribe chips mode=weekly fri 17:00.",
        "edit 1. quiet=22:00-07:00。",
        "unsubscribe 1.",
    ):
        assert (await house.commands.type(OWNER, line)).ok, line
    assert (await house.commands.type(OWNER, "settings timezone=Europe/Berlin.")).ok


async def test_a_company_without_a_topic_is_offered_itself_not_the_nearest_topic(house: House) -> None:
    house.rules.put_topics([*house.rules.topics.values(), replace(house.rules.topics["rain"], id="company-smic")])
    house.rules.put_entities([Entity("tsmc", "TSMC", zh=("台积电",))])
    asked = await house.commands.type(OWNER, "subscribe company-tsmc")
    assert "entity:tsmc watches all of them" in asked.lines[0]
    assert "company-smic" in (await house.commands.type(OWNER, "subscribe company-smci")).lines[0]


async def test_a_refused_choice_says_what_each_means(house: House) -> None:
    for locale, choices in (
        ("en", "normal, notable, breaking, not"),
        ("zh-CN", "normal（普通）、notable（重要）、breaking（突发）"),
    ):
        refused = await house.commands.type(replace(OWNER, locale=locale), "subscribe chips severity=high")
        assert choices in refused.text
