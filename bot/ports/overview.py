"""What the page asks of the store about lanes and deliveries."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from bot.core.model import Channel


class DeliveryRow(NamedTuple):
    """A delivery as the page lists it; times in ms, 0 for never."""

    id: int
    kind: str
    state: str
    story_id: int
    tries: int
    reason: str
    created_at: int
    settled_at: int
    platform: str
    name: str
    ref: str


class ChannelRow(NamedTuple):
    """A channel as the page lists it, with its subscriptions and what waits for it."""

    id: int
    platform: str
    scope: str
    ref: str
    name: str
    paused: str
    failures: int
    served_at: int
    subscriptions: int
    waiting: int


class Overview(Protocol):
    """Lanes and deliveries for whoever runs the bot."""

    async def deliveries(self, n: int) -> list[DeliveryRow]:
        """The last `n`, newest first."""
        ...

    async def channel_rows(self, n: int) -> list[ChannelRow]:
        """The first `n` channels."""
        ...

    async def channel_numbered(self, number: int) -> Channel | None:
        """The channel with this id."""
        ...

    async def backlog(self) -> int:
        """Deliveries that wait."""
        ...
