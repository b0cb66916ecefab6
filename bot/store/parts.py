"""The store's parts combined; they are the same over every database."""

from __future__ import annotations

from bot.store.channels import Channels
from bot.store.digests import Digests
from bot.store.feedback import Feedbacks
from bot.store.feeds import Feeds
from bot.store.forgetting import Forgetting
from bot.store.leases import Leases
from bot.store.lookups import Reads
from bot.store.memory import Memories
from bot.store.notices import Noticeboard
from bot.store.outbox import Lanes
from bot.store.overview import Overviews
from bot.store.owntopics import OwnTopicRows
from bot.store.parting import PartingRows
from bot.store.shards import ShardRows


class Parts(
    Feeds,
    Lanes,
    Digests,
    Channels,
    OwnTopicRows,
    Feedbacks,
    Noticeboard,
    Reads,
    Overviews,
    Forgetting,
    Leases,
    Memories,
    PartingRows,
    ShardRows,
):
    """`bot.ports.Store` but for opening, closing and what a database keeps of itself."""
