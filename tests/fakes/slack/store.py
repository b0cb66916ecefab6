"""Channels and subscriptions in memory: the part of a store that the Slack side asks for, and its small texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.core.model import Channel, Subscription


class ChannelsOnly:
    """As `bot.ports.Subscriptions` and `bot.ports.Memory` say, without queries and mutes."""

    def __init__(self) -> None:
        self.channels: dict[tuple[str, str, str], Channel] = {}
        self.kept: list[Subscription] = []
        self.texts: dict[str, str] = {}
        self.roused: list[str] = []

    async def channel(self, platform: str, scope: str, ref: str, name: str = "") -> Channel:
        key = (platform, scope, ref)
        known = self.channels.get(key) or Channel(len(self.channels) + 1, platform, scope, ref)
        self.channels[key] = replace(known, name=name or known.name)
        return self.channels[key]

    async def find_channel(self, platform: str, scope: str, ref: str) -> Channel | None:
        return self.channels.get((platform, scope, ref))

    async def configure(self, channel: Channel, settings: Mapping[str, str]) -> Channel:
        key = (channel.platform, channel.scope, channel.ref)
        self.channels[key] = replace(channel, settings={**channel.settings, **settings})
        return self.channels[key]

    async def subscribe(
        self, channel: Channel, rule: str, label: str, options: Mapping[str, str], now: int
    ) -> Subscription:
        made = Subscription(len(self.kept) + 1, channel.id, rule, label, now, dict(options))
        self.kept.append(made)
        return made

    async def unsubscribe(self, subscription_id: int, channel: Channel) -> bool:
        before = len(self.kept)
        self.kept = [kept for kept in self.kept if kept.id != subscription_id]
        return len(self.kept) < before

    async def pause(self, channel: Channel, reason: str, but: str = "") -> int:
        mine = [kept for kept in self.kept if kept.channel_id == channel.id and not (but and kept.paused == but)]
        changed = [kept for kept in mine if kept.paused != reason]
        self.kept = [replace(kept, paused=reason) if kept in changed else kept for kept in self.kept]
        return len(changed)

    async def rouse(self, platform: str, because: str = "") -> int:
        self.roused.append(platform)
        return 0

    async def subscriptions(self, channel: Channel | None = None) -> list[tuple[Channel, Subscription]]:
        by_id = {known.id: known for known in self.channels.values()}
        return [(by_id[kept.channel_id], kept) for kept in self.kept if channel in (None, by_id[kept.channel_id])]

    async def subscriptions_in(self, platform: str, scope: str) -> list[tuple[Channel, Subscription]]:
        every = await self.subscriptions()
        return [(channel, kept) for channel, kept in every if (channel.platform, channel.scope) == (platform, scope)]

    async def scopes(self, platform: str) -> list[str]:
        return sorted({channel.scope for channel, _ in await self.subscriptions() if channel.platform == platform})

    async def mute(self, channel: Channel, story_id: int, on: bool, now: int) -> bool:
        return True

    async def query(self, text: str) -> int:
        return 1

    async def queries(self) -> Sequence[tuple[int, str]]:
        return []

    async def recall(self, key: str) -> str:
        return self.texts.get(key, "")

    async def keep(self, key: str, text: str) -> None:
        self.texts[key] = text
        if not text:
            del self.texts[key]
