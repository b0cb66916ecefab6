"""Leases of Discord gateway shards, for several processes of one bot (Discord, "Sharding")."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, Protocol


@dataclass(frozen=True, slots=True)
class ShardAsk:
    """One program's request. `shards` is the bot's total and `width` how many are leased together; both apply unless
    other programs hear already by other numbers. `owner` is the program's name.
    """

    bot: str
    owner: str
    shards: int
    width: int
    lease_ms: int


class Share(NamedTuple):
    """What a program hears until `until` (ms): blocks of `width` of the `shards`, each with its lease's number.

    `next_at`: when another program's lease ends, which may be taken then (ms); 0 for none.
    """

    shards: int
    width: int
    blocks: dict[int, int]
    until: int
    next_at: int

    def ids(self, block: int) -> list[int]:
        """The shards of a block."""
        return list(range(block * self.width, min((block + 1) * self.width, self.shards)))


class Shards(Protocol):
    """Leases of shard blocks. A `Store` is one."""

    async def lease_shards(self, ask: ShardAsk, now: int) -> Share:
        """Renew what this program has, and bring it nearer to its fair share of all blocks.

        The first call takes at most one block, so that programs which start together share from the beginning; a call
        gives one block back if there are too many. While any program hears, all keep to one number of shards.
        """

    async def release_shards(self, bot: str, owner: str) -> None:
        """Give all blocks back, at a stop."""
