"""Commands of several people at one moment: what one of them drops, the other may just have subscribed to."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.commands.desk import Desk
from bot.commands.run import CommandDesk
from bot.core.model import Entry
from bot.ports import Asker
from tests.commands.test_commands import NOW, House, house
from tests.wording import WORDS

__all__ = ["house"]
OURS = Asker("slack", "T1", "C1", "U1", "#news")


class Late:
    """Somebody else's look at the queries in use: done when it is `read`, acted on when it may `go`."""

    def __init__(self, store: Any) -> None:
        self._store = store
        self.read, self.go = asyncio.Event(), asyncio.Event()

    async def queries(self) -> list[tuple[int, str]]:
        found: list[tuple[int, str]] = await self._store.queries()
        self.read.set()
        await self.go.wait()
        return found


class Meeting:
    """A store in which somebody else looks just before `step` is done."""

    def __init__(self, house: House, step: str) -> None:
        self._house = house
        self._step = step
        self._late = Late(house.store)
        self._other: asyncio.Task[None] | None = None

    def __getattr__(self, name: str) -> Any:
        return self._met if name == self._step else getattr(self._house.store, name)

    async def _met(self, *given: Any) -> Any:
        self._other = asyncio.create_task(self._house.rules.load_queries(self._late))  # type: ignore[arg-type]
        await self._late.read.wait()
        return await getattr(self._house.store, self._step)(*given)

    async def other_acts(self) -> None:
        self._late.go.set()
        assert self._other is not None
        await self._other


@pytest.mark.parametrize(
    ("step", "line"),
    [
        ("query", "subscribe gallium AND germanium"),
        ("subscribe", "subscribe gallium AND germanium"),
        ("name_topic", "subscribe gallium AND germanium name=Metals"),
        ("amend", "edit rain to=“gallium AND germanium”"),
    ],
)
async def test_a_query_that_was_just_subscribed_to_goes_on_matching(house: House, step: str, line: str) -> None:
    """Who dropped what nobody used, a moment before, must not take it away again: what comes now is an alert."""
    if step == "amend":
        shown = await house.commands.type(OURS, "subscribe rain")
        await house.commands.press(OURS, "confirm", shown.buttons[-1].value)
    meeting = Meeting(house, step)
    commands = CommandDesk(Desk(meeting, house.rules, WORDS, lambda: NOW, {}))  # type: ignore[arg-type]
    shown = await commands.type(OURS, line)
    confirm = [button for button in shown.buttons if button.action == "confirm"]
    done = await commands.press(OURS, "confirm", confirm[0].value) if confirm else shown
    assert done.ok
    await meeting.other_acts()
    entry = Entry("e", "https://a.example/e", "Curbs on gallium and germanium")
    (wanted,) = [rule for rule, text in house.rules.queries.items() if "gallium" in text] or [""]
    assert wanted in {hit.rule for hit in house.rules.match(entry)}
