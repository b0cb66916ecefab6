"""Read access to lanes and deliveries for the web page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from bot.core.model import Channel, Subscription
from bot.core.polling.pulse import Polls


class DeliveryRow(NamedTuple):
    """A delivery as the page lists it, with its story's title; times in ms, 0 for never."""

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
    title: str


class ChannelRow(NamedTuple):
    """A channel as the page lists it: its lane, what waits in it, what it subscribes to. Times in ms, 0 for none.

    `waiting` deliveries, the oldest written at `oldest`, may be sent from `ready_at` on; `held` ones wait for a digest.
    The lane rests until `wait_until`, and is being served while `lease_until` lies ahead.
    """

    id: int
    platform: str
    scope: str
    ref: str
    name: str
    paused: str
    failures: int
    served_at: int
    wait_until: int
    lease_until: int
    waiting: int
    oldest: int
    ready_at: int
    held: int
    subscriptions: tuple[Subscription, ...]


class Backlog(NamedTuple):
    """What is still to be sent: deliveries that wait, in how many lanes, since when (ms, 0: none), and held ones."""

    waiting: int
    lanes: int
    oldest: int
    held: int


class Overview(Protocol):
    """Lanes and deliveries for the operator, and how stories spread."""

    async def deliveries(self, n: int) -> list[DeliveryRow]:
        """The last `n`, newest first."""

    async def channel_rows(self, n: int, after: int = 0) -> list[ChannelRow]:
        """`n` channels by id, from the one after `after` on."""

    async def channel_numbered(self, number: int) -> Channel | None:
        """The channel with this id."""

    async def backlog(self) -> Backlog:
        """What is still to be sent."""

    async def polled(self) -> Polls:
        """The state of the polls of all feeds."""

    async def spread(self, stories: Sequence[int]) -> dict[int, list[int]]:
        """For each story, when each of its outlets first reported it (ms), in order."""
