"""What every command works with: the store, the catalogue, the wording, the platforms."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from bot.core.commands.mention import Mentions
from bot.core.commands.options import fitted
from bot.core.commands.trend import NOTHING, Bucket, Drawn
from bot.core.model import Channel
from bot.core.units import Clock
from bot.ports import Platform, Say, Store, Webhooks
from bot.rules.rulebook import Rulebook

T = TypeVar("T")
_AT_ONCE = 2  # of the threads, in which feeds are read too


class Draw(Protocol):
    """Draws a trend as a PNG, as `bot.chart.draw` does. Called in a thread."""

    def __call__(
        self, title: Drawn, found: Sequence[Bucket], *, headline: Drawn = NOTHING, dark: bool = False
    ) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Desk:
    """The store, the catalogue and the wording. `clock` gives ms; `health` gives the lines that `status` shows; `draw`
    makes the picture of a trend, None if none can be drawn; `hooks` are the webhooks that chat may change. `mentions`
    says, by platform, whom alerts can mention.
    """

    store: Store
    rules: Rulebook
    say: Say
    clock: Clock
    platforms: Mapping[str, Platform]
    health: Callable[[], Mapping[str, str]] = dict
    draw: Draw | None = None
    hooks: Webhooks | None = None
    mentions: Mapping[str, Mentions] = field(default_factory=dict)
    _turn: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_AT_ONCE), repr=False, compare=False)

    async def beside(self, work: Callable[[], T]) -> T:
        """Run work that takes seconds in a thread, beside everything else; further such work waits for its turn."""
        async with self._turn:
            return await asyncio.to_thread(work)

    def unable(self, platform: str) -> frozenset[str]:
        """The settings and options that have no meaning on a platform."""
        found = self.platforms.get(platform)
        return found.unable if found else frozenset()

    def fitted(self, options: Mapping[str, str], channel: Channel) -> dict[str, str]:
        """A subscription's options for a channel. Raises `QueryError` for those that its platform can't have."""
        return fitted(options, self.mentions.get(channel.platform), self.unable(channel.platform))

    async def cannot_post(self, channel: Channel) -> str:
        """Why nothing can be posted in a channel, in English; "" if it can, or if that can't be known now."""
        platform = self.platforms.get(channel.platform)
        return await platform.check(channel) if platform else ""
