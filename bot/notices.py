"""Tells channels that a source fell silent or is back. `bot.core.polling.silence` decides which ones are worth it.

Each channel gets one notice, however many sources fell silent; the operator gets one line when many fall silent at
once. If posts to a channel fail, the person who subscribed it is told directly (`bot.delivery.owners`).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator, Sequence

from bot.core.alerts.continuing import listed
from bot.core.model import Channel
from bot.core.polling.silence import AFTER_MS, Verdict, Watched, decide
from bot.core.units import DAY_MS, HOUR_MS, Clock
from bot.core.urls import host_of
from bot.delivery.owners import Owners
from bot.ingest.feedstate import watched
from bot.ports import Feed, Store, Voice
from bot.ports.notices import Dependant, Notice
from bot.translations import Words
from bot.waiting import waited

log = logging.getLogger(__name__)
_WEEKS_MS = 28 * DAY_MS
"""What a channel was told within this time shows which sources it depends on."""
_LOOK_S = 600.0
_LINES, _SAID, _HELD = 8, "sources", "sources:held"


class Notices:
    """Looks for silent sources and queues notices. `line_up` says whether our own network works; `wake` is called when
    deliveries were written.

    A silence of `after_ms` is told; 0: none is. `said["sources"]` is set to what the operator should know.
    """

    def __init__(
        self,
        store: Store,
        words: Words,
        clock: Clock,
        line_up: Callable[[], bool] = lambda: True,
        wake: Callable[[], None] = lambda: None,
        after_ms: int = AFTER_MS,
        said: dict[str, str] | None = None,
    ) -> None:
        self._store = store
        self._words = words
        self._clock = clock
        self._line_up = line_up
        self._wake = wake
        self._after_ms = after_ms
        self._said = {} if said is None else said
        self._owners = Owners(store, words, clock, wake)

    async def run(self, stop: asyncio.Event) -> None:
        """Look until `stop` is set. Raises `StoreError`."""
        while not stop.is_set():
            await self._owners.look()
            if self._after_ms and self._line_up():
                await self.look()
            await waited(stop, _LOOK_S)

    async def look(self) -> int:
        """Queue the notices that are due now; returns how many."""
        now = self._clock()
        feeds = [feed for feed in await self._store.feeds() if feed.state in ("active", "gone")]
        told = await self._store.told()
        held_at = int(await self._store.recall(_HELD) or 0)
        verdict = decide([self._watched(feed, now) for feed in feeds], told, now, held_at)
        await self._hold(verdict.held, now, held_at)
        if not verdict.fell and not verdict.back:
            return 0
        notices = await self._notices(verdict, now)
        fell, back = ([feed.feed for feed in some] for some in (verdict.fell, verdict.back))
        if not await self._store.notify(fell, back, notices, now):
            return 0
        for feed in verdict.fell:
            log.warning("source %s is silent", feed.name, extra={"feed": feed.feed, "notices": len(notices)})
        for feed in verdict.back:
            log.warning("source %s is back", feed.name, extra={"feed": feed.feed, "notices": len(notices)})
        if notices:
            self._wake()
        return len(notices)

    def _watched(self, feed: Feed, now: int) -> Watched:
        name = feed.source or feed.title or host_of(feed.url)
        return watched(feed, name, now, self._after_ms)

    async def _hold(self, held: Sequence[Watched], now: int, held_at: int) -> None:
        """Log one line when many sources fall silent at once; no channel is told of them."""
        if not held:
            self._said.pop(_SAID, None)
            return
        names = listed([feed.name for feed in held])
        if now - held_at >= DAY_MS:
            extra = {"feeds": [feed.feed for feed in held]}
            log.error("sources: %d fell silent at once, by our network or a holiday: %s", len(held), names, extra=extra)
        self._said[_SAID] = f"{len(held)} fell silent at once, by our network or a holiday: {names}"
        await self._store.keep(_HELD, str(now))

    async def _notices(self, verdict: Verdict, now: int) -> list[Notice]:
        fell, back = ([feed.feed for feed in some] for some in (verdict.fell, verdict.back))
        depend = await self._store.dependants(fell, now - _WEEKS_MS) if fell else []
        wait = await self._store.awaiting(back) if back else []
        silent = [self._silent(channel, feeds, now) for channel, feeds in _by_channel(depend, verdict.fell)]
        return silent + [self._back(channel, feeds) for channel, feeds in _by_channel(wait, verdict.back)]

    def _silent(self, channel: Channel, feeds: Sequence[Watched], now: int) -> Notice:
        say = Voice.at(self._words, channel)
        kinds = {feed.name: feed.silence for feed in reversed(feeds) if feed.silence}
        lines = [
            say(f"notice.{kind}", name=name, long=_long(say, now - since)) for name, (kind, since) in kinds.items()
        ]
        text = "\n".join([*lines[:_LINES], say("notice.why", n=len(kinds))])
        return Notice(channel.id, _numbers(feeds), say("notice.silent", names=listed(list(kinds))), text)

    def _back(self, channel: Channel, feeds: Sequence[Watched]) -> Notice:
        names = list(dict.fromkeys(feed.name for feed in feeds))
        title = Voice.at(self._words, channel)("notice.back", names=listed(names), n=len(names))
        return Notice(channel.id, _numbers(feeds), title, "", back=True)


def _by_channel(dependants: Sequence[Dependant], feeds: Sequence[Watched]) -> Iterator[tuple[Channel, list[Watched]]]:
    """Each channel once, with those of `feeds` that it depends on."""
    channels = {one.channel.id: one.channel for one in dependants}
    theirs = {(one.channel.id, one.feed) for one in dependants}
    for channel in channels.values():
        yield channel, [feed for feed in feeds if (channel.id, feed.feed) in theirs]


def _numbers(feeds: Sequence[Watched]) -> tuple[int, ...]:
    return tuple(feed.feed for feed in feeds)


def _long(say: Voice, ms: int) -> str:
    hours = ms // HOUR_MS
    return say("notice.days", n=hours // 24) if hours >= 48 else say("notice.hours", n=hours)
