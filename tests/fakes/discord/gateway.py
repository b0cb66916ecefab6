"""The fake's gateway: HELLO, IDENTIFY, READY, heartbeats, RESUME, and every way in which a connection can end."""

from __future__ import annotations

import asyncio
import itertools
import json
import time
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from tests.fakes.discord.world import BOT, World, bot_user

Json = dict[str, Any]

DISPATCH, HEARTBEAT, IDENTIFY, RESUME, RECONNECT, INVALID, HELLO, ACK = 0, 1, 2, 6, 7, 9, 10, 11


@dataclass
class Session:
    """What a client may resume. `socket` is None while it is away."""

    id: str
    shard: int
    of: int
    socket: web.WebSocketResponse | None = None
    events: list[Json] = field(default_factory=list)


class Gateway:
    """One bot's connections. `refuse` closes each identify with that code, `lose_sessions` refuses each resume,
    `resume_url` is where one is told to resume.

    `shards` is what Discord recommends. Within `identify_s` each remainder by `concurrency` may identify once: who is
    quicker is counted in `hasty` and refused, as Discord does. Several sessions of one shard all hear its events.
    """

    def __init__(self, world: World, token: str) -> None:
        self._world = world
        self._token = token
        self._count = itertools.count(1)
        self._sessions: list[Session] = []
        self._last: dict[int, float] = {}
        self.url = ""
        self.resume_url = ""
        self.interval_ms = 41_250
        self.shards = 1
        self.concurrency = 1
        self.identify_s = 0.0
        self.hasty = 0
        self._zombie: web.WebSocketResponse | None = None
        self.refuse = 0
        self.lose_sessions = False
        self.identifies = 0
        self.resumes = 0
        self.beats = 0
        self.intents = 0
        self.ready = asyncio.Event()

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """One connection, until it ends."""
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"op": HELLO, "d": {"heartbeat_interval": self.interval_ms}, "s": None, "t": None})
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    await self._received(socket, json.loads(message.data))
        finally:  # a connection that breaks off cancels this
            self._ended(socket)
        return socket

    def _ended(self, socket: web.WebSocketResponse) -> None:
        for session in self._sessions:
            if session.socket is socket:
                session.socket = None
        if not self.connected:
            self.ready.clear()

    @property
    def connected(self) -> list[int]:
        """The shards that are heard now, each as often as it is."""
        return sorted(session.shard for session in self._sessions if session.socket is not None)

    async def dispatch(self, event: str, data: Json) -> None:
        """Send an event to the shard of its server; while nobody listens it waits for a RESUME."""
        assert self._sessions, "no client has identified yet"
        guild = data.get("guild_id") or (data["id"] if event.startswith("GUILD_") else "0")
        heard = [session for session in self._sessions if _shard(guild, session.of) == session.shard]
        for session in [one for one in heard if one.socket is not None] or heard[-1:]:
            await self._tell(session, event, data)

    async def tell_reconnect(self) -> None:
        """Ask the client to connect again and resume."""
        await self._live().send_json({"op": RECONNECT, "d": None, "s": None, "t": None})

    async def invalidate(self, *, resumable: bool) -> None:
        """Call the session invalid."""
        if not resumable:
            self.lose_sessions = True
        await self._live().send_json({"op": INVALID, "d": resumable, "s": None, "t": None})

    def make_zombie(self) -> None:
        """From now on the present connection says nothing and answers no heartbeat, but stays open."""
        self._zombie = self._live()

    async def close(self, code: int) -> None:
        """End the newest connection with a close code."""
        await self._live().close(code=code)

    async def stop(self) -> None:
        """End whatever is connected."""
        for socket in [session.socket for session in self._sessions if session.socket is not None]:
            await socket.close(code=1001)

    def _live(self) -> web.WebSocketResponse:
        sockets = [session.socket for session in self._sessions if session.socket is not None]
        assert sockets, "no client is connected"
        return sockets[-1]

    async def _tell(self, session: Session, event: str, data: Json) -> None:
        sent = {"op": DISPATCH, "t": event, "s": len(session.events) + 1, "d": data}
        session.events.append(sent)
        if session.socket is not None and not session.socket.closed and session.socket is not self._zombie:
            await session.socket.send_json(sent)

    async def _received(self, socket: web.WebSocketResponse, message: Json) -> None:
        if message["op"] == HEARTBEAT:
            self.beats += 1
            if socket is not self._zombie:
                await socket.send_json({"op": ACK, "d": None, "s": None, "t": None})
        elif message["op"] == IDENTIFY:
            await self._identified(socket, message["d"])
        elif message["op"] == RESUME:
            await self._resumed(socket, message["d"])

    def _is_hasty(self, shard: int) -> bool:
        now, key = time.monotonic(), shard % self.concurrency
        hasty = now - self._last.get(key, -1e9) < self.identify_s
        if not hasty:
            self._last[key] = now
        self.hasty += hasty
        return hasty

    async def _identified(self, socket: web.WebSocketResponse, data: Json) -> None:
        self.identifies += 1
        self.intents = data["intents"]
        shard, of = data.get("shard", (0, 1))
        if self.refuse or data["token"] != self._token or not 0 <= shard < of or of < self.shards:
            await socket.close(code=self.refuse or (4004 if data["token"] != self._token else 4011))
            return
        if self._is_hasty(shard):
            await socket.send_json({"op": INVALID, "d": False, "s": None, "t": None})
            return
        self.lose_sessions = False
        session = Session(f"session-{next(self._count)}", shard, of, socket)
        self._sessions.append(session)
        mine = [ref for ref in self._world.guilds if _shard(ref, of) == shard]
        ready = {
            "v": 10,
            "user": bot_user(),
            "guilds": [{"id": ref, "unavailable": True} for ref in mine],
            "session_id": session.id,
            "resume_gateway_url": self.resume_url or self.url,
            "shard": [shard, of],
            "application": {"id": BOT, "flags": 0},
        }
        await self._tell(session, "READY", ready)
        for ref in mine:
            await self._tell(session, "GUILD_CREATE", self.guild_data(ref))
        self.ready.set()

    async def _resumed(self, socket: web.WebSocketResponse, data: Json) -> None:
        self.resumes += 1
        session = next((one for one in self._sessions if one.id == data["session_id"]), None)
        if self.lose_sessions or session is None:
            await socket.send_json({"op": INVALID, "d": False, "s": None, "t": None})
            return
        session.socket = socket
        for event in session.events[data["seq"] :]:
            await socket.send_json(event)
        await self._tell(session, "RESUMED", {})
        self.ready.set()

    def guild_data(self, ref: str, *, joined: bool = False) -> Json:
        """A whole server, as when it becomes available, or as when the bot is added to it."""
        member = {
            "user": bot_user(),
            "roles": [],
            "joined_at": "2026-01-01T00:00:00+00:00",
            "deaf": False,
            "mute": False,
        }
        mine = [channel for channel in self._world.channels.values() if channel.guild == ref]
        return self._world.guilds[ref] | {
            "members": [member | {"flags": 0}],
            "channels": [channel.data() for channel in mine if channel.kind not in (10, 11, 12)],
            "threads": [channel.data() for channel in mine if channel.kind in (10, 11, 12)],
            "member_count": 1,
            "large": False,
            **({} if joined else {"unavailable": False}),
            "voice_states": [],
            "presences": [],
            "stage_instances": [],
            "guild_scheduled_events": [],
            "soundboard_sounds": [],
        }


def _shard(guild: str, of: int) -> int:
    """Discord, "Sharding": shard_id = (guild_id >> 22) % num_shards; what is of no server comes to the first."""
    return (int(guild) >> 22) % of
