"""Channel types, looked up when they matter: forums take threads, not messages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.core.latest import Latest
from bot.core.message import Alert
from bot.core.model import Channel
from handlers.discord.asking import DIRECT
from handlers.discord.rest import Rest

FORUM, MEDIA = 15, 16
_TAG_REQUIRED = 1 << 4
_TAGS = 5


@dataclass(frozen=True, slots=True)
class Place:
    """A channel: its id, Discord's type number, guild ("" for direct messages), and a forum's tags (id, name)."""

    ref: str
    kind: int = 0
    guild: str = ""
    tags: tuple[tuple[str, str], ...] = ()
    tag_required: bool = False

    @property
    def forum(self) -> bool:
        """Whether a channel takes threads only."""
        return self.kind in (FORUM, MEDIA)


def read_place(data: Mapping[str, Any]) -> Place:
    """A channel object of Discord's."""
    tags = tuple((str(tag["id"]), str(tag["name"])) for tag in data.get("available_tags") or ())
    required = bool(int(data.get("flags") or 0) & _TAG_REQUIRED)
    return Place(str(data["id"]), int(data["type"]), str(data.get("guild_id") or ""), tags, required)


def chosen_tags(place: Place, alert: Alert) -> list[str]:
    """The forum's tags with names of the alert's topics; the first tag if one is required and none fits."""
    names = {name.casefold() for line in alert.topics for name in (line.title, line.id, line.id.partition(":")[2])}
    chosen = [ref for ref, name in place.tags if name.casefold() in names][:_TAGS]
    return chosen or ([place.tags[0][0]] if place.tag_required and place.tags else [])


PERSON = "@user"
"""The scope of a person, whose direct messages are opened when something is sent."""


class Places:
    """Looks channels and people up once and remembers them: at most `size` of either, the latest.

    Calls to Discord may raise one of `FAILURES`.
    """

    def __init__(self, rest: Rest, size: int = 4096) -> None:
        self._rest = rest
        self._known: Latest[str, Place] = Latest(size)
        self._direct: Latest[str, str] = Latest(size)

    async def there(self, channel: Channel) -> Channel:
        """The place of a channel; for a person, the direct messages with them."""
        if channel.scope != PERSON:
            return channel
        return replace(channel, scope=DIRECT, ref=await self.direct(channel.ref))

    async def direct(self, user: str) -> str:
        """The id of the direct messages with a person."""
        if user not in self._direct:
            opened = await self._rest.call("POST", "/users/@me/channels", json={"recipient_id": user}, once=False)
            self._direct[user] = str(opened["id"])
        return self._direct[user]

    def known(self, ref: str) -> Place | None:
        """What is remembered of a channel."""
        return self._known.get(ref)

    def forget(self, ref: str) -> None:
        """A channel changed: look again next time."""
        self._known.pop(ref, None)

    async def look(self, ref: str) -> Place:
        place = self._known[ref] = read_place(await self._rest.call("GET", f"/channels/{ref}"))
        return place
