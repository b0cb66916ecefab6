"""What the platforms that have tokens, people and messages that can be edited have in common."""

from __future__ import annotations

from bot.core.model import Channel
from bot.ports import Growth


class Chat:
    """Nothing that can be set is without meaning there."""

    unable = frozenset[str]()

    async def grows(self, channel: Channel) -> Growth:
        """A message is edited, and answered with what is new."""
        return "edited"
