"""The rows of the outbox, as the lanes hold them."""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.model import Channel


@dataclass(frozen=True, slots=True)
class Lease:
    """A fenced, expiring claim on a channel's lane."""

    channel: Channel
    lease_no: int
    until: int


@dataclass(frozen=True, slots=True)
class Delivery:
    """An outbox row, leased. `tries` counts attempts before this one; `ref` is the message already posted, if any.

    `told` and `rank` are of the alert that is sent, or of a row in doubt was: the story's newest entry (0: none yet),
    or how many stories a digest has, and how grave it was (0 … 2).
    `thread` is where the thread is that it goes into, "" for the channel itself; of a row in doubt, where it went.
    `begun_at` (ms) is of a send that was begun and that nothing is known of since; 0 when there is none.
    """

    id: int
    channel_id: int
    story_id: int
    kind: str
    tries: int
    created_at: int
    ref: str = ""
    state: str = "queued"
    thread: str = ""
    begun_at: int = 0
    told: int = 0
    rank: int = 0
