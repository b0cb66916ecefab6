"""What a person sees on any platform, and the real commands over a real store that answer it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Protocol

from bot.cli.platforms import MENTIONS
from bot.commands.desk import Desk
from bot.commands.run import CommandDesk
from bot.core.message import Alert, Reply
from bot.core.model import Channel
from bot.ports import Asker, Delivery, Platform, Sent
from bot.rules.rulebook import Rulebook
from tests.conformance.town import NOW, TOPICS, filled_store
from tests.wording import WORDS


@dataclass
class Seen:
    """What a person sees: text, links, what is bold, buttons (action, value), and whether others see it too."""

    text: str = ""
    links: list[str] = field(default_factory=list)
    bold: list[str] = field(default_factory=list)
    buttons: list[tuple[str, str]] = field(default_factory=list)
    private: bool = True


class Stage(Protocol):
    """A platform with a person in front of it."""

    name: str
    presses: bool
    replies: list[Reply]

    async def ask(
        self, name: str, args: Mapping[str, str], *, locale: str = "en", may_configure: bool = True
    ) -> Seen: ...

    async def press(self, action: str, value: str) -> Seen: ...

    async def deliver(self, alert: Alert, language: str = "en") -> list[Seen]: ...


class Witness(CommandDesk):
    """The real commands; what they answer is kept."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.replies: list[Reply] = []

    async def run(self, asker: Asker, name: str, args: Mapping[str, str]) -> Reply:
        self.replies.append(await super().run(asker, name, args))
        return self.replies[-1]


@asynccontextmanager
async def desk_of_town() -> AsyncIterator[tuple[Witness, dict[str, Platform], Desk]]:
    store = await filled_store()
    platforms: dict[str, Platform] = {}
    rules = await asyncio.to_thread(Rulebook, TOPICS)  # as the program does: it takes a tenth of a second
    desk = Desk(store, rules, WORDS, lambda: NOW, platforms, mentions=MENTIONS)
    try:
        yield Witness(desk), platforms, desk
    finally:
        await store.close()


def _delivery(alert: Alert, channel: Channel, ref: str = "") -> Delivery:
    return Delivery(alert.delivery_id, channel.id, alert.story_id, alert.kind, 0, alert.published, ref)


async def posted(platform: Platform, channel: Channel, alert: Alert, first: Alert | None) -> None:
    """Post an alert; an update goes onto the alert that it grew from."""
    ref = ""
    if first is not None:
        sent = await platform.send(channel, first, _delivery(first, channel))
        assert isinstance(sent, Sent), sent
        ref = sent.ref
    sent = await platform.send(channel, alert, _delivery(alert, channel, ref))
    assert isinstance(sent, Sent), sent


def before(alert: Alert) -> Alert | None:
    """The alert that an update grows from; None for all others."""
    return None if alert.kind != "update" else Alert(
        alert.delivery_id - 1, "new", alert.story_id, alert.title, alert.url, "", (), alert.topics, alert.published
    )  # fmt: skip
