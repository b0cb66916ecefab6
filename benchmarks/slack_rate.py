"""How near to Slack's limits are alerts sent, and is Slack ever made to say stop?

    python -m benchmarks.slack_rate           half a minute: 150 alerts over 30 channels
    python -m benchmarks.slack_rate --full    some minutes: 1,000 alerts over 200 channels

Real lanes, the real client library, a loopback Slack that counts as Slack does (one message a second a channel, 300 a
minute a workspace) and answers 429 beyond. Permitted is what the slower of the two limits lets through.
"""

from __future__ import annotations

import argparse
import asyncio
from typing import Any

from benchmarks.discord_rate import Queue, served
from bot.core.model import Channel
from handlers.slack.run import SlackOptions, SlackPlatform
from tests.fakes.commands import FakeCommands
from tests.fakes.slack import FakeSlack
from tests.fakes.slack.state import Meter
from tests.fakes.slack.store import ChannelsOnly
from tests.wording import WORDS

PERMITTED_A_SECOND = 5


async def run(channels: int, each: int) -> tuple[float, int, int]:
    """Send `each` alerts to each of `channels`; seconds taken, 429s, messages that came."""
    async with FakeSlack() as fake:
        fake.meter = Meter()
        team = fake.team()
        there = [fake.channel(team, f"C{number}") for number in range(channels)]
        options = SlackOptions(bot_token="xoxb-1", api_base=fake.api)
        store: Any = ChannelsOnly()
        platform = SlackPlatform(options, FakeCommands(), WORDS, store, store)
        await platform.start()
        queue = Queue([Channel(number, "slack", "T1", c.id) for number, c in enumerate(there)], each)
        took = await served(queue, platform)
        return took, fake.limited, sum(len(channel.messages) for channel in there)


def main() -> None:
    """Print one line a claim."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--full", action="store_true", help="1,000 alerts over 200 channels")
    full = parser.parse_args().full
    channels, each = (200, 5) if full else (30, 5)
    took, refused, came = asyncio.run(run(channels, each))
    total = channels * each
    print(f"slack 429s: {refused} (target 0)")
    print(f"slack messages posted: {came} of {total} (target {total})")
    print(f"slack share of the permitted rate: {total / took / PERMITTED_A_SECOND:.1%} (target ≥ 95 %)")


if __name__ == "__main__":
    main()
