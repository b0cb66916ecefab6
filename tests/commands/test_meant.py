"""What may have been meant: said once, pressed at once, and only where it finds something."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace

import pytest

from bot.commands import explain, searching
from bot.commands.desk import Desk
from bot.commands.presses import confirmed
from bot.commands.run import CommandDesk
from bot.core.matching.judge import Judge
from bot.core.model import Entry, Placement
from bot.core.stories.joined import Joined, joined
from bot.ports import Asker, IngestTx, Outcome
from bot.rules.rulebook import Rulebook
from tests.conformance.town import NOW, TOPICS, filled_store
from tests.wording import WORDS

ASKER = Asker("slack", "T1", "C1", "U1", "#general")


@pytest.fixture
async def commands() -> AsyncIterator[CommandDesk]:
    store = await filled_store()
    rules = await asyncio.to_thread(Rulebook, TOPICS)
    yield CommandDesk(Desk(store, rules, WORDS, lambda: NOW, {}))
    await store.close()


async def test_a_search_for_misspelt_words_offers_the_nearest_that_find_something(commands: CommandDesk) -> None:
    none = await commands.run(ASKER, "search", {"query": "storry"})
    assert (none.text, none.lines) == ("Nothing found for “storry”.", ("Did you mean story?",))
    (button,) = none.buttons
    found = await commands.press(ASKER, button.action, button.value)
    assert found.text.endswith("stories for “story”, best match first")


async def test_a_search_for_a_form_or_an_outlet_alone_finds_the_newest() -> None:
    store = await filled_store()
    commands = CommandDesk(Desk(store, Rulebook(), WORDS, lambda: NOW, {}))

    def save(tx: IngestTx) -> None:
        for number, (source, form) in enumerate(
            (("EDGAR", "S-1"), ("Harbour Wire", ""), ("EDGAR", "8-K"), ("EDGAR", "S-1"))
        ):
            entry = Entry("", f"https://x.example/{number}", f"Filed as {number}", source=source, form=form)
            tx.save(0, Outcome(replace(entry, first_seen=NOW + number), (), Placement("new", None), (), ""))

    async def titles(query: str) -> list[str]:
        return [item.title for item in (await commands.run(ASKER, "search", {"query": query})).items]

    await store.transact(save)
    assert await titles("form:s-1") == ["Filed as 3", "Filed as 0"]
    head = (await commands.run(ASKER, "search", {"query": "form:s-1"})).text
    assert head == "2 stories for “form:s-1”, newest first"
    assert await titles('form:8-K OR source:"harbour wire"') == ["Filed as 2", "Filed as 1"]
    assert await titles("source:edgar -form:s-1") == ["Filed as 2"]
    assert await titles("lorry OR form:S-1") == ["Filed as 3", "Filed as 0"]
    for typed, near in {"edgra": "edgar", "harbor": '"harbour wire"', "harbour": '"harbour wire"'}.items():
        none = await commands.run(ASKER, "search", {"query": f"source:{typed}"})
        assert none.lines == (f"Did you mean source:{near}?",)
    assert (await commands.run(ASKER, "search", {"query": "source:haaretz"})).lines == ()
    await store.close()


async def test_a_word_is_compared_with_those_that_begin_as_it_does_beside_all_else(
    commands: CommandDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: dict[str, set[str]] = {}

    def noted(word: str, seen: Mapping[str, int]) -> str:
        assert threading.current_thread() is not threading.main_thread()
        compared[word] = {other[:2] for other in seen}
        return ""

    monkeypatch.setattr(searching, "nearest", noted)
    await commands.run(ASKER, "search", {"query": "storry reportt chpis"})
    assert compared.keys() == {"storry", "reportt", "chpis"}
    assert all(heads <= {word[:2]} for word, heads in compared.items())


@pytest.mark.parametrize("line", ["search story -zzz", "preview story", "trend story"])
async def test_articles_are_read_beside_all_else(
    commands: CommandDesk, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    """Some hundreds of long ones take seconds."""
    threads: set[threading.Thread] = set()
    matches = Judge.matches

    def noted(judge: Judge, entry: Entry, topics: frozenset[str]) -> bool:
        threads.add(threading.current_thread())
        return matches(judge, entry, topics)

    monkeypatch.setattr(Judge, "matches", noted)
    await commands.type(ASKER, line)
    assert threads
    assert threading.main_thread() not in threads


async def test_what_joined_the_reports_of_a_story_is_put_in_words_beside_all_else(
    commands: CommandDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: set[threading.Thread] = set()

    def noted(entry: Entry, placed: Placement, others: Sequence[Entry]) -> Joined:
        threads.add(threading.current_thread())
        return joined(entry, placed, others)

    monkeypatch.setattr(explain, "joined", noted)
    assert (await commands.type(ASKER, "why 1")).items
    assert threads
    assert threading.main_thread() not in threads


async def test_many_searches_leave_threads_for_feeds(commands: CommandDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    reading: set[int] = set()
    most: list[int] = []
    matches = Judge.matches

    def noted(judge: Judge, entry: Entry, topics: frozenset[str]) -> bool:
        reading.add(threading.get_ident())
        most.append(len(reading))
        time.sleep(0.001)
        reading.discard(threading.get_ident())
        return matches(judge, entry, topics)

    monkeypatch.setattr(Judge, "matches", noted)
    await asyncio.gather(*(commands.type(ASKER, "search story -zzz") for _ in range(8)))
    assert max(most) == 2


async def test_what_is_corrected_by_halves_and_finds_nothing_is_not_offered(commands: CommandDesk) -> None:
    none = await commands.run(ASKER, "search", {"query": "storry AND unheardof"})
    assert (none.lines, none.buttons) == ((), ())


@pytest.mark.parametrize("name", ["latest", "trend", "preview", "topics"])
async def test_a_misspelt_topic_is_one_press_away(commands: CommandDesk, name: str) -> None:
    none = await commands.run(ASKER, name, {"what": "chipmakin"})
    assert none.lines[-1] == "Did you mean chipmaking?"
    assert [(button.action, button.value) for button in none.buttons] == [(name, "chipmaking")]
    assert (await commands.press(ASKER, *none.buttons[0][1:3])).ok


@pytest.mark.parametrize("name", ["latest", "topics"])
async def test_a_topic_is_one_press_away_from_words_of_its_name(commands: CommandDesk, name: str) -> None:
    none = await commands.run(ASKER, name, {"what": "chipmaking chip"})
    assert none.lines[-1] == "Did you mean chipmaking?"


async def test_who_subscribes_to_a_misspelt_topic_is_asked_once(commands: CommandDesk) -> None:
    asked = await commands.run(ASKER, "subscribe", {"what": "chipmakin"})
    said = [line for line in (asked.text, *asked.lines) if "Did you mean" in line]
    assert len(said) == 1
    assert [button.action for button in asked.buttons] == ["instead", "confirm"]


async def test_what_was_meant_is_subscribed_to_with_the_options_that_were_given(commands: CommandDesk) -> None:
    for line, button in (("chipmakin severity=notable", 0), ("storry severity=notable", 0)):
        asked = await commands.type(ASKER, f"subscribe {line}")
        done = await commands.press(ASKER, asked.buttons[button].action, asked.buttons[button].value)
        if any(one.action == "confirm" for one in done.buttons):  # keywords are previewed
            assert done.text.startswith("“story”")
            done = await commands.press(ASKER, "confirm", done.buttons[-1].value)
        shown = await commands.type(ASKER, "subscriptions")
        assert "severity notable" in shown.items[-1].detail, done


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("subscrib", "There is no command “subscrib”; did you mean /tocsin subscribe?"),
        ("xyz", "There is no command “xyz”."),
    ],
)
async def test_help_about_no_command_says_so(commands: CommandDesk, typed: str, said: str) -> None:
    refused = await commands.run(ASKER, "help", {"command": typed})
    assert (refused.ok, refused.text, refused.lines) == (False, said, ("/tocsin help lists the commands.",))
    assert (await commands.run(ASKER, "help", {"command": "/tocsin subscribe"})).text.startswith("/tocsin subscribe: ")


async def test_keywords_without_a_match_are_said_to_have_none_once(commands: CommandDesk) -> None:
    asked = await commands.run(ASKER, "subscribe", {"what": "gallium"})
    assert (asked.text, asked.lines) == ("“gallium” matches none of the 50 stored entries.", ())


@pytest.mark.parametrize(
    ("locale", "typed", "offered"),
    [
        ("zh-CN", "芯片与", "芯片与制造"),
        ("zh-TW", "芯片与", "晶片與製造"),
        ("zh-CN", "chips and", "芯片与制造"),
        ("en", "芯片与制", "Chips and chipmaking"),
    ],
)
async def test_a_topic_is_completed_by_its_name_in_any_language(
    commands: CommandDesk, locale: str, typed: str, offered: str
) -> None:
    found = await commands.complete(replace(ASKER, locale=locale), "subscribe", "what", typed)
    assert ("chipmaking", offered) in [(choice.value, choice.label) for choice in found]


@pytest.mark.parametrize("typed", ["making chips", "chip makings", "lithography", "lithography memory"])
async def test_a_topic_is_completed_by_words_of_its_name_and_of_what_it_is_about(
    commands: CommandDesk, typed: str
) -> None:
    found = await commands.complete(ASKER, "subscribe", "what", typed)
    assert [choice.value for choice in found] == ["chipmaking"]


@pytest.mark.parametrize(("locale", "typed"), [("zh-CN", "退"), ("zh-TW", "退訂"), ("zh-CN", "unsub"), ("en", "unsub")])
async def test_a_command_is_completed_by_what_it_is_called(commands: CommandDesk, locale: str, typed: str) -> None:
    found = await commands.complete(replace(ASKER, locale=locale), "help", "command", typed)
    assert [choice.value for choice in found] == ["unsubscribe"]
    assert ("退" in found[0].label) == (locale != "en")


@pytest.mark.parametrize(("line", "offered"), [("search", 1), ("latest", 1), ("preview", 1), ("subscribe", 2)])
async def test_an_operator_in_small_letters_is_said_to_be_a_word(
    commands: CommandDesk, line: str, offered: int
) -> None:
    """Somebody who subscribes to `h20 or h200` would wait for ever."""
    none = await commands.type(ASKER, f"{line} gallium or indium")
    said = "Operators are written in capitals; in small letters they are words to look for."
    assert none.lines[-1] == f"{said} Did you mean gallium OR indium?"
    assert len(none.buttons) == offered
    assert none.buttons[0].label == "gallium OR indium"
    assert not (await commands.type(ASKER, f'{line} "gallium or indium"')).lines


async def test_what_would_be_refused_is_not_offered(commands: CommandDesk) -> None:
    assert (await commands.type(ASKER, "preview gallium or not indium")).lines == ()


async def test_the_terminal_subscribes_to_the_words_and_says_what_may_be_meant(commands: CommandDesk) -> None:
    terminal = replace(ASKER, platform="console")
    done = await confirmed(commands, terminal, await commands.type(terminal, "subscribe gallium or indium"))
    assert done.ok
    assert any(line.endswith("Did you mean gallium OR indium?") for line in done.lines)
