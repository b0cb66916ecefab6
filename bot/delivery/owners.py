"""Tells the person who subscribed a channel, once and directly, that its alerts are paused because posting fails."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping

from bot.core.alerts.continuing import listed
from bot.core.model import Channel
from bot.core.units import Clock
from bot.ports import Asker, ChatPlatform, Platform, Store, Voice
from bot.ports.notices import Unheard
from bot.translations import Words

log = logging.getLogger(__name__)


def owner_of(asker: Asker, platforms: Mapping[str, Platform]) -> str:
    """The person who subscribed, as stored: platform, scope and id; "" if there is nobody to write to.

    For a subscription in direct messages that is "": the person can't be reached if the channel can't.
    """
    name, _, scope = asker.scope.partition(":") if asker.platform == "webhook" else (asker.platform, "", asker.scope)
    platform = platforms.get(name)
    if not isinstance(platform, ChatPlatform) or not asker.user or (asker.private and asker.platform != "webhook"):
        return ""
    return f"{name} {platform.directs or scope} {asker.user}"


class Owners:
    """Tells owners of channels. `wake` is called when a message was queued."""

    def __init__(self, store: Store, words: Words, clock: Clock, wake: Callable[[], None]) -> None:
        self._store = store
        self._words = words
        self._clock = clock
        self._wake = wake

    async def look(self) -> int:
        """Queue the messages that are due now; returns how many. Raises `StoreError`."""
        told = [one for one in await self._store.unheard() if await self._tell(one)]
        for one in told:
            log.warning("a channel takes no alerts; its owner is told", extra={"channel": one.channel.id})
        if told:
            self._wake()
        return len(told)

    async def _tell(self, one: Unheard) -> bool:
        say = Voice.at(self._words, one.channel)
        mine = await self._store.subscriptions(one.channel)
        what = listed([subscription.label for _, subscription in mine])
        title = say("owner.title", channel=named(one.channel))
        text = say("owner.text", reason=say.told(one.reason), what=what)
        return await self._store.tell_owner(one, title, text, self._clock())


def named(channel: Channel) -> str:
    """What a person calls a channel."""
    return f"#{channel.name.removeprefix('#')}" if channel.name else channel.ref
