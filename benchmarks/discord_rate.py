"""How near to Discord's limits are alerts sent, and is Discord ever made to say stop?

Real lanes, the real client library, a loopback Discord that counts as Discord does (5 messages in 5 s a channel, 50
requests a second a bot) and answers 429 beyond. Permitted is what the slower of the two limits lets through.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import time
from collections import deque
from collections.abc import Sequence

from bot.core.message import Alert, OutletLine, TopicLine
from bot.core.model import Channel
from bot.lanes import LaneOptions, Lanes
from bot.ports import Delivery, Lease, Platform, Receipt, Retry, Sent
from handlers.discord.run import DiscordOptions, DiscordPlatform
from tests.fakes.commands import FakeCommands
from tests.fakes.discord.server import TOKEN, FakeDiscord
from tests.fakes.memory import Forgetful
from tests.wording import WORDS

PERMITTED_A_SECOND = 50


class Queue:
    """The outbox's side of the lanes, in memory: channels in turn, deliveries in order, GCRA by key."""

    def __init__(self, channels: Sequence[Channel], each: int) -> None:
        numbers = itertools.count(1)
        now = clock()
        self.lanes = {
            channel.id: (channel, deque(Delivery(next(numbers), channel.id, 1, "new", 0, now) for _ in range(each)))
            for channel in channels
        }
        self.leased: set[int] = set()
        self.not_before: dict[int, int] = {}
        self.paces: dict[str, int] = {}
        self.left = len(channels) * each
        self.done = asyncio.Event()

    async def lease_channels(
        self, now: int, n: int, lease_ms: int, owner: str, platforms: Sequence[str]
    ) -> list[Lease]:
        free = (
            key
            for key, (_, queue) in self.lanes.items()
            if queue and key not in self.leased and self.not_before.get(key, 0) <= now
        )
        chosen = list(itertools.islice(free, n))
        self.leased.update(chosen)
        return [Lease(self.lanes[key][0], 1, now + lease_ms) for key in chosen]

    async def next_deliveries(self, lease: Lease, n: int, now: int) -> list[Delivery]:
        return list(itertools.islice(self.lanes[lease.channel.id][1], n))

    async def begin(self, lease: Lease, delivery: Delivery, now: int) -> bool:
        return True

    async def settle(self, lease: Lease, delivery: Delivery, receipt: Receipt, now: int) -> bool:
        if isinstance(receipt, Retry):
            self.not_before[lease.channel.id] = now + int(receipt.after_s * 1000)
        elif isinstance(receipt, Sent):
            self.lanes[lease.channel.id][1].popleft()
            self.left -= 1
            if not self.left:
                self.done.set()
        return True

    async def release(self, lease: Lease) -> None:
        key = lease.channel.id
        self.leased.discard(key)
        self.lanes[key] = self.lanes.pop(key)

    async def reserve(self, key: str, now: int, every_ms: int, burst: int, ahead_ms: int) -> int:
        due = max(self.paces.get(key, 0), now - (burst - 1) * every_ms)
        self.paces[key] = due + every_ms
        return max(0, due - now)

    async def alert(self, delivery: Delivery) -> Alert:
        line = OutletLine("Reuters", "https://www.reuters.com/x", delivery.created_at)
        topics = (TopicLine("topic:x", "Export controls", ("H20",)),)
        url = f"https://www.reuters.com/{delivery.id}"
        title, summary = f"H20 story {delivery.id}", "The H20 rules change."
        return Alert(delivery.id, "new", 1, title, url, summary, (line,), topics, delivery.created_at)


def clock() -> int:
    """Now, in ms."""
    return time.time_ns() // 1_000_000


async def run(channels: int, each: int) -> tuple[float, int, int]:
    """Send `each` alerts to each of `channels`; seconds taken, 429s, messages that came."""
    async with FakeDiscord(checked=False) as fake:
        guild = fake.world.guild()
        there = [fake.world.channel(guild) for _ in range(channels)]
        platform = DiscordPlatform(
            TOKEN, commands=FakeCommands(), words=WORDS, memory=Forgetful(), options=DiscordOptions(api_base=fake.api)
        )
        await platform.start()
        await fake.gateway.ready.wait()
        await asyncio.sleep(1.0)
        queue = Queue([Channel(n, "discord", guild, c.id) for n, c in enumerate(there)], each)
        took = await served(queue, platform)
        return took, fake.statuses.count(429), sum(len(c.messages) for c in there)


async def served(queue: Queue, platform: Platform) -> float:
    """Seconds that real lanes take to empty the queue into a platform, which is closed then."""
    lanes = Lanes(queue, {platform.name: platform}, clock, LaneOptions(workers=16, poll_ms=50))  # type: ignore[arg-type]
    stop = asyncio.Event()
    started = time.monotonic()
    task = asyncio.create_task(lanes.run(stop))
    await queue.done.wait()
    took = time.monotonic() - started
    stop.set()
    lanes.wake.set()
    await task
    await platform.close()
    return took


def main() -> None:
    """Print one line a claim."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--full", action="store_true", help="1,000 alerts over 200 channels (default: 300 over 60)")
    full = parser.parse_args().full
    channels, each = (200, 5) if full else (60, 5)
    took, refused, came = asyncio.run(run(channels, each))
    total = channels * each
    print(f"discord 429s: {refused} (target 0)")
    print(f"discord messages posted: {came} of {total} (target {total})")
    print(f"discord share of the permitted rate: {total / took / PERMITTED_A_SECOND:.1%} (target ≥ 95 %)")


if __name__ == "__main__":
    main()
