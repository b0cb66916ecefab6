"""The store over a database of tables: its parts combined, the same for SQLite and PostgreSQL."""

from __future__ import annotations

from bot.store.channels import Channels
from bot.store.digests import Digests
from bot.store.feedback import Feedbacks
from bot.store.feeds import Feeds
from bot.store.forgetting import Forgetting
from bot.store.lookups import LookupRows
from bot.store.memory import Memories
from bot.store.notices import Noticeboard
from bot.store.outbox import OutboxRows
from bot.store.overview import Overviews
from bot.store.owntopics import OwnTopicRows
from bot.store.parting import PartingRows
from bot.store.shards import ShardRows


class SqlStore(
    Feeds,
    OutboxRows,
    Digests,
    Channels,
    OwnTopicRows,
    Feedbacks,
    Noticeboard,
    LookupRows,
    Overviews,
    Forgetting,
    Memories,
    PartingRows,
    ShardRows,
):
    """`bot.ports.Store` without opening, closing and a database's own maintenance."""
