"""Whether alerts can be posted in a channel: Discord's permission rules over its own JSON. Pure but for `Rights`.

Source: Discord, "Permissions": base = everyone | roles; administrators may all; then the channel's overwrites for
everyone, for roles together, for the member.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bot.core.model import Channel
from bot.ports import Gone, Rejected
from handlers.discord.asking import DIRECT, VIEW
from handlers.discord.guard import Guard
from handlers.discord.rest import FAILURES, Rest, judge

Json = Mapping[str, Any]

ADMINISTRATOR = 1 << 3
SEND, EMBED, HISTORY, START, THREADS = 1 << 11, 1 << 14, 1 << 16, 1 << 35, 1 << 38
NAMES = {
    VIEW: "View Channel",
    SEND: "Send Messages",
    START: "Create Public Threads",
    THREADS: "Send Messages in Threads",
    EMBED: "Embed Links",
    HISTORY: "Read Message History",
}
INVITE_BITS = VIEW | SEND | EMBED | HISTORY | START | THREADS
_THREAD_KINDS = (10, 11, 12)
_NO_TEXT = {4: "a category", 14: "a directory"}
_GUILD_S = 60.0


def invite_url(application_id: str) -> str:
    """The link that adds Tocsin to a server with exactly the permissions that it uses."""
    query = f"client_id={application_id}&permissions={INVITE_BITS}&integration_type=0&scope=bot+applications.commands"
    return f"https://discord.com/oauth2/authorize?{query}"


def permissions(guild: Json, member: Json, channel: Json) -> int:
    """What `member` may do in `channel`, as Discord's bit set."""
    own = {str(role) for role in member.get("roles", ())} | {str(guild["id"])}
    bits = 0
    for role in guild.get("roles", ()):
        bits |= int(role["permissions"]) if str(role["id"]) in own else 0
    if bits & ADMINISTRATOR:
        return ~0
    overwrites = {str(one["id"]): one for one in channel.get("permission_overwrites", ())}
    bits = _overwritten(bits, [overwrites.get(str(guild["id"]))])
    bits = _overwritten(bits, [overwrites.get(role) for role in own - {str(guild["id"])}])
    return _overwritten(bits, [overwrites.get(str(member["user"]["id"]))])


def _overwritten(bits: int, overwrites: list[Json | None]) -> int:
    denied = allowed = 0
    for one in overwrites:
        denied |= int(one["deny"]) if one else 0
        allowed |= int(one["allow"]) if one else 0
    return (bits & ~denied) | allowed


def missing(bits: int, kind: int) -> list[str]:
    """The names of the permissions that posting needs and `bits` lack. Embed Links is useful, not needed."""
    needed = (VIEW, THREADS if kind in _THREAD_KINDS else SEND, HISTORY)
    return [NAMES[bit] for bit in needed if not bits & bit]


class Rights:
    """Asks Discord. Servers are remembered for a minute, no longer: a doctor looks at many channels of each."""

    def __init__(self, rest: Rest, guard: Guard, clock: Callable[[], float]) -> None:
        self._rest = rest
        self._guard = guard
        self._clock = clock
        self._guilds: dict[str, tuple[float, Json, Json]] = {}

    async def check(self, channel: Channel) -> str:
        """ "" when alerts can be posted there, or when it can't be told now; else one sentence with the remedy."""
        if channel.scope == DIRECT:
            return ""
        try:
            return await self._problem(channel)
        except FAILURES as error:
            judged = judge(error, self._guard)
            return judged.reason if isinstance(judged, Gone | Rejected) else ""

    async def _problem(self, channel: Channel) -> str:
        place = await self._rest.call("GET", f"/channels/{channel.ref}")
        if str(place.get("guild_id")) != channel.scope:
            return "that channel is not one of this server; choose one from here"
        kind, name = int(place["type"]), str(place.get("name") or channel.ref)
        if kind in _NO_TEXT:
            return f"{name} is {_NO_TEXT[kind]}; choose a text channel, a thread or a forum"
        if (place.get("thread_metadata") or {}).get("locked"):
            return f"the thread {name} is locked; a moderator can unlock it"
        guild, member = await self._guild(channel.scope)
        ruled = place
        if kind in _THREAD_KINDS:
            ruled = await self._rest.call("GET", f"/channels/{place['parent_id']}")
        lacking = missing(permissions(guild, member, ruled), kind)
        if not lacking:
            return ""
        return f"Tocsin lacks {' and '.join(lacking)} in #{name}; whoever has Manage Channels can grant it there"

    async def _guild(self, scope: str) -> tuple[Json, Json]:
        since = self._clock() - _GUILD_S
        self._guilds = {ref: known for ref, known in self._guilds.items() if known[0] >= since}
        if scope not in self._guilds:
            guild = await self._rest.call("GET", f"/guilds/{scope}")
            member = await self._rest.call("GET", f"/guilds/{scope}/members/{self._rest.me}")
            self._guilds[scope] = (self._clock(), guild, member)
        _, guild, member = self._guilds[scope]
        return guild, member
