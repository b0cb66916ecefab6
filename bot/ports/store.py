"""The store: one protocol per concern; `Store` combines them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol, TypeVar

from bot.core.model import Channel, Entry, Hit, Placement, Story, Subscription
from bot.ports.feedback import Feedback
from bot.ports.feeds import Feed, FeedSpec, PollSettled
from bot.ports.ingest import IngestTx
from bot.ports.memory import Records, Sums
from bot.ports.notices import Notices
from bot.ports.outbox import Outbox
from bot.ports.overview import Overview
from bot.ports.owntopics import OwnTopics
from bot.ports.parting import Partings
from bot.ports.shards import Shards
from bot.vault import Vault

T = TypeVar("T")


class FeedStore(Protocol):
    """Feeds and their polls."""

    async def add_feeds(self, specs: Sequence[FeedSpec], now: int) -> int:
        """Add feeds that are not there yet (by URL); returns how many were new."""

    async def heed_feeds(self, specs: Sequence[FeedSpec]) -> int:
        """Update existing feeds to these specs (kind, names, language, tier, options); returns how many changed."""

    async def remove_feed(self, url: str) -> bool: ...

    async def seal_feeds(self, vault: Vault) -> int:
        """From now on store the secrets in feeds' addresses sealed by `vault`; returns how many addresses it changed.

        `Feed.url` is the sealed address; callers that add, remove or settle a feed may give either form.
        """

    async def rest_feed(self, number: int, on: bool, now: int) -> bool:
        """Pause a feed by its id (a poll in flight is still stored), or let it be polled again, at once.

        That also brings back a feed that was given up as gone. False when nothing changed.
        """

    async def feeds(self) -> list[Feed]: ...

    async def due_feeds(self, now: int, n: int, lease_ms: int, owner: str) -> list[Feed]:
        """Lease up to `n` active feeds whose `next_poll` has come, oldest due first."""

    async def rewind(self, now: int) -> int:
        """For a start after the clock was put back: make feeds that the earlier clock scheduled due within minutes.

        Returns how many were brought forward; none where no feed's last answer lies in the future.
        """

    async def settle_polls(self, polls: Sequence[PollSettled]) -> None:
        """Settle polls that brought no entries, in one hop and one transaction."""

    async def commit_poll(self, poll: PollSettled, work: Callable[[IngestTx], T]) -> T:
        """One write transaction: `work` (entries, stories, deliveries) and the feed's new state, or nothing.

        Raises `StoreError` when the lease was lost: nothing is stored then.
        """

    async def transact(self, work: Callable[[IngestTx], T]) -> T:
        """One write transaction with no feed behind it (replay, tests)."""


class Subscriptions(Protocol):
    """Channels and their subscriptions."""

    async def channel(self, platform: str, scope: str, ref: str, name: str = "") -> Channel:
        """The channel with this address, made on first use."""

    async def subscribe(
        self, channel: Channel, rule: str, label: str, options: Mapping[str, str], now: int
    ) -> Subscription:
        """Make or change this channel's subscription to this rule. As somebody is there, a pause of the channel ends;
        but not one that a person made (`BY_HAND`), which applies to the new subscription too.
        """

    async def amend(
        self, channel: Channel, subscription_id: int, rule: str, label: str, options: Mapping[str, str], now: int
    ) -> Subscription | None:
        """Change a subscription in place: what it is about, its options. Its number, pause and feedback stay.

        None, and nothing changes, when the channel has none with this number, or has another one to `rule`.
        """

    async def relabel(self, subscription: Subscription, label: str) -> None:
        """Give a subscription another label, if it still has the one in `subscription`. The rest stays."""

    async def unsubscribe(self, subscription_id: int, channel: Channel) -> bool: ...

    async def find_channel(self, platform: str, scope: str, ref: str) -> Channel | None:
        """The channel with this address, or None; makes nothing."""

    async def configure(self, channel: Channel, settings: Mapping[str, str]) -> Channel:
        """Merge `settings` into the channel's own ("" removes a key): language, mention."""

    async def pause(self, channel: Channel, reason: str, but: str = "") -> int:
        """Pause ("" resumes) every subscription of the channel, except those that are paused for the reason `but`, if
        one is given; returns how many changed. Nothing is deleted.
        """

    async def rouse(self, platform: str, because: str = "") -> int:
        """End the wait of a platform's channels after a refused send, or only of those that wait because of `because`;
        returns how many. A channel that can't be posted to keeps waiting.
        """

    async def forget_scope(self, platform: str, scope: str) -> int:
        """Delete a server's or workspace's channels, webhooks, names, and who judged pairs there; returns how many
        channels. Channels that still get something stay.
        """

    async def mute(self, channel: Channel, story_id: int, on: bool, now: int) -> bool:
        """Stop deliveries of this story to this channel, or allow them again; False when nothing changed."""

    async def subscriptions(self, channel: Channel | None = None) -> list[tuple[Channel, Subscription]]: ...

    async def subscriptions_in(self, platform: str, scope: str) -> list[tuple[Channel, Subscription]]:
        """What the channels of one server or workspace subscribe to, oldest channel first; reads no others."""

    async def scopes(self, platform: str) -> list[str]:
        """The platform's servers or workspaces in which a channel subscribes to something."""

    async def query(self, text: str) -> int:
        """The id of a user's query by its canonical text, made on first use."""

    async def queries_since(self, newest: int) -> tuple[int, list[tuple[int, str]]]:
        """(the newest subscription's number, queries of those newer than `newest`): what another program may have made.

        Some older ones are repeated, because a subscription may become visible after newer ones.
        """

    async def queries(self) -> list[tuple[int, str]]:
        """All queries that some subscription uses: (id, canonical text)."""


class Lookups(Protocol):
    """Reads, on reader connections; each ≤ 25 ms at a million entries."""

    async def latest(
        self, rule: str | None, n: int, before: int | None = None, lang: str = "", skip: int = 0
    ) -> list[Story]:
        """Stories by their last report (ms, before `before`), newest first; with `rule` by the last that hit it.

        With `lang`, only those in this language among the newest 5,000. The first `skip` results are left out.
        """

    async def search(self, expression: str, n: int) -> list[Story]:
        """Stories with an entry that matches an expression over terms of `bot.core.language.text.bigrams`, best first.

        The syntax is that of SQLite's FTS5: each term in double quotes, AND, OR, NOT, `NEAR("a" "b", 5)`, `"pre" *`,
        parentheses, columns `title` and `body`. Of the newest 500 entries that match, the best by bm25 and recency.
        Raises `StoreError` ("query").
        """

    async def scan(self, expression: str, since: int, n: int) -> list[tuple[int, Entry]]:
        """(story id, entry), newest first, of entries first seen since `since` that match such an expression."""

    async def filed(self, forms: Sequence[str], outlets: Sequence[str], since: int, n: int) -> list[tuple[int, Entry]]:
        """(story id, entry), newest first, of entries first seen since `since` that have one of these forms (in lower
        case) or are by one of these outlets (folded).
        """

    async def spellings(self, prefix: str, n: int) -> list[tuple[str, int]]:
        """Words of titles that begin with `prefix`, most frequent first, and how many titles had it (2 to some 64)."""

    async def outlets(self, prefix: str = "", n: int = 25) -> list[str]:
        """Outlets' names that begin with `prefix` (folded), most reports first."""

    async def story(self, story_id: int) -> Story | None:
        """By id; an alias left by a merge is followed."""

    async def timeline(self, story_id: int) -> list[tuple[Entry, tuple[Hit, ...]]]: ...

    async def placements(self, story_id: int) -> list[tuple[Entry, Placement]]:
        """A story's entries in order, each with why it joined (terms, names, numbers, score, threshold)."""

    async def find(self, url: str) -> int | None:
        """The story that holds an entry with this canonical link, or None."""

    async def newest(self, n: int) -> list[Entry]:
        """Entries by when they were first seen, newest first."""

    async def trend(self, rule: str, since: int) -> list[tuple[int, int]]:
        """(hour as ms, number of entries that hit `rule`) for each hour with any, from counts kept at ingest.

        `rule` "" counts every entry.
        """

    async def stats(self) -> dict[str, int]: ...


class Store(
    FeedStore,
    Outbox,
    Subscriptions,
    OwnTopics,
    Feedback,
    Notices,
    Lookups,
    Overview,
    Partings,
    Records,
    Sums,
    Shards,
    Protocol,
):
    """The whole store, with its own maintenance."""

    shared: bool
    """Whether it is made for several programs at once."""

    def now(self) -> int:
        """ms since the epoch, by the store's clock: the one that all programs over it share."""

    def trouble(self) -> str:
        """One line while the database does not answer, "" while it does. Makes no call: it reports the last calls."""

    async def backup(self, path: str) -> int:
        """A consistent copy while running; returns its size in bytes."""

    async def retain(self, now: int, keep_ms: int, seen_ms: int = 0) -> int:
        """Forget entries first seen before `now` - `keep_ms`; returns how many went. In small transactions.

        Seen keys are forgotten `seen_ms` after they were last seen in their feed, never before the entries.
        """

    async def claim(self, what: str, now: int, every_ms: int) -> bool:
        """Whether this program should do a periodic work now. If True, it counts as done for the other programs."""

    async def evict(self, dead: Callable[[str], bool]) -> int:
        """Free the leases of owners that are `dead`, so that a restart need not wait; returns how many.

        For a start after a crash, with owners such as `host:pid`. A lease taken from a living owner is still fenced.
        """

    async def check(self) -> list[str]:
        """SQLite's quick check: a line for each damage found, none when all is well. Reads the whole file."""

    async def close(self) -> None: ...
