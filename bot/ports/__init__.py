"""The edges of the program as small protocols: what the pipeline, lanes and commands ask of the world.

Adapters live in `bot.sources`, `bot.store` and `handlers`; nothing here imports them.
"""

from __future__ import annotations

from bot.ports.deliveries import Delivery, Lease
from bot.ports.feeds import TIERS, Feed, FeedSpec, Fetch, Fetched, Polled, PollSettled, Source
from bot.ports.ingest import Edited, FanOut, Found, IngestTx, Outcome, Saved
from bot.ports.memory import READING, STOPPED, Memory, Records, Sums
from bot.ports.outbox import Outbox
from bot.ports.overview import Overview
from bot.ports.owntopics import Changes, Home, News, OwnTopics
from bot.ports.parting import Parting, Partings, Report
from bot.ports.platforms import (
    Absent,
    Ambiguous,
    Asker,
    ChatPlatform,
    Finding,
    Gone,
    Growth,
    Pace,
    Platform,
    Receipt,
    Rejected,
    Retry,
    Sent,
)
from bot.ports.shards import ShardAsk, Shards, Share
from bot.ports.store import FeedStore, Lookups, Store, Subscriptions
from bot.ports.webhooks import Webhooks
from bot.ports.wording import Keyboard, Say, Voice
