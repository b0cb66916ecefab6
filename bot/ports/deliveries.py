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

    `told` and `rank` describe the alert that is sent or, for a row in doubt, was sent: `told` is the story's newest
    entry in it (0: none yet) or a digest's number of stories, `rank` its severity (0 … 2).
    `thread` is the ref of the thread that it goes into, or went into if in doubt; "" for the channel itself.
    `begun_at` (ms) is when a send was begun whose outcome is unknown; 0 when there is none.
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
