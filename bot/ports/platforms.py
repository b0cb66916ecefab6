"""Platforms that deliver alerts, and the receipts that they return."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, Protocol, runtime_checkable

from bot.core.message import Alert
from bot.core.model import Channel
from bot.core.units import HOUR_MS
from bot.ports.deliveries import Delivery


@dataclass(frozen=True, slots=True)
class Sent:
    """Delivered; `ref` finds the message again on its platform."""

    ref: str


@dataclass(frozen=True, slots=True)
class Retry:
    """Certainly not delivered; try again after `after_s` seconds. From a look: it could not be made; look again then.

    `lost`: the thread that it should go into is gone. `doubt`: an earlier send of it may have arrived.
    """

    after_s: float
    reason: str
    lost: bool = False
    doubt: bool = False


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """Perhaps delivered: look before sending again. `blind`: no look will ever tell, so don't wait for one."""

    reason: str
    blind: bool = False


@dataclass(frozen=True, slots=True)
class Gone:
    """The channel can't be posted to (deleted, archived, no right).

    `permanent`: the channel is paused at once. `doubt`: as in `Retry`.
    """

    reason: str
    permanent: bool = False
    doubt: bool = False


@dataclass(frozen=True, slots=True)
class Rejected:
    """The platform will never take this message; the lane goes on without it."""

    reason: str


@dataclass(frozen=True, slots=True)
class Absent:
    """Only from a look: nothing was delivered, or a second send does no harm. Send again.

    `unseen`: a second send does no harm now, but may later; nobody looked whether the first arrived.
    """

    reason: str
    unseen: bool = False


Receipt = Sent | Retry | Ambiguous | Gone | Rejected
Finding = Receipt | Absent


_PROGRAMS, _ENDED = 256, 32
"""Upper bounds: programs that wait for one pace, and programs that took a place of one channel just now and ended.

Both are high: to mistake a valid place for one that a clock since put back had taken would break a platform's limit.
"""


class Pace(NamedTuple):
    """A limit of a platform: at most `burst` at once, then one every `every_ms`. `key` names the pace row.

    `alone`: it belongs to one channel, so only one lane at a time uses it.
    """

    key: str
    every_ms: int
    burst: int = 1
    alone: bool = False

    def line_ms(self, lanes: int) -> int:
        """How far (ms) ahead of now its last place can lie if each program has so many lanes; an hour at most.

        A lane waits for its place before it takes another.
        """
        return min(((_ENDED if self.alone else _PROGRAMS * lanes) + self.burst) * self.every_ms, HOUR_MS)


Growth = Literal["edited", "posted", "news"]
"""How a story that grows is told: its message is edited, each change is posted, or only news is posted."""


class Platform(Protocol):
    """Where channels are and alerts go. Each is one file or folder under `handlers/`.

    `unable` names the settings and options that have no effect there.
    """

    name: str
    unable: frozenset[str]

    async def grows(self, channel: Channel) -> Growth:
        """How a channel is told of a story that grows."""

    def paces(self, channel: Channel) -> Sequence[Pace]:
        """The limits that one send to this channel counts against."""

    async def start(self) -> None:
        """Connect what must be connected; returns when sends can begin. A failure here never stops the others."""

    async def send(self, channel: Channel, alert: Alert, delivery: Delivery) -> Receipt:
        """Post or, for an update of a posted story, edit or reply. Never raises for what a platform may answer."""

    async def find(self, channel: Channel, delivery: Delivery) -> Finding:
        """Was this delivery posted? Sent if found, Absent if certainly not; only Absent leads to a second send.

        Retry when it could not be looked for now (an outage, a limit), Ambiguous when a look can't tell.
        """

    async def check(self, channel: Channel) -> str:
        """ "" when alerts can be posted there; else one sentence naming the missing right and who can grant it."""

    async def close(self) -> None:
        """Stop; idempotent."""


@runtime_checkable
class ChatPlatform(Platform, Protocol):
    """A platform that is set up with tokens and rights, can tell what is wrong with them, and has direct messages."""

    @property
    def directs(self) -> str:
        """The scope in which a person's id is a channel: their direct messages. "": the scope where they asked."""

    @property
    def trouble(self) -> str:
        """What keeps it from working well, in one sentence; "" when nothing does."""

    @property
    def advice(self) -> list[str]:
        """What an owner may want to know about it although it works, one sentence each."""

    async def diagnose(self) -> list[str]:
        """For `doctor`, after a start: a sentence for each token or right that is not right."""


@dataclass(frozen=True, slots=True)
class Asker:
    """Who runs a command and from where: all that a command may base a decision on.

    `may_configure` is the platform's own right (Discord manage_guild, a Slack admin or channel member by policy).
    `locale` is as the platform gives it; `channel` is where the command was typed; if that is a thread, `parent` is its
    channel, else "". `named` is the name of another channel that the command is for, if it is known.
    `dark`: pictures are mostly seen on a dark background.
    """

    platform: str
    scope: str
    channel: str
    user: str
    channel_name: str = ""
    may_configure: bool = True
    locale: str = "en"
    private: bool = False
    parent: str = ""
    named: str = ""
    dark: bool = False
