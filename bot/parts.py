"""What the live program is made of, and the roles that it may have."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from bot.core.language.entities import NOTHING, Lexicon
from bot.core.polling.silence import AFTER_MS
from bot.core.units import DAY_MS, Clock
from bot.ingest.hostqueue import Manners
from bot.lanes import LaneOptions
from bot.llm import Summariser
from bot.pipeline import PipelineOptions
from bot.poller import PollOptions
from bot.ports import Platform, Source, Store
from bot.rules.reload import TopicFiles
from bot.rules.rulebook import Rulebook
from bot.translations import Words

ROLES = ("poll", "ingest", "send", "gateway", "web")
"""What a program may do: fetch; place entries and fan out; deliver; hear commands; serve the page."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What the program is made of. `manners` is the fetcher's own pace per host.

    `fading` are the prefixes of the keys that `bot.fading` forgets.
    """

    store: Store
    rules: Rulebook
    sources: Mapping[str, Source]
    platforms: Mapping[str, Platform]
    clock: Clock
    manners: Manners
    poller: PollOptions
    pipeline: PipelineOptions
    lanes: LaneOptions
    lexicon: Lexicon = NOTHING
    topic_files: TopicFiles | None = None
    keep_ms: int = 90 * DAY_MS
    seen_ms: int = 180 * DAY_MS
    said: dict[str, str] = field(default_factory=dict)
    model: Summariser | None = None
    roles: Collection[str] = ROLES
    words: Words = field(default_factory=Words)
    notice_after_ms: int = AFTER_MS
    fading: Collection[str] = ()

    @property
    def alone(self) -> bool:
        """Whether this program does everything, over a store that it shares with nothing but terminal commands."""
        return not self.store.shared and set(ROLES) <= set(self.roles)
