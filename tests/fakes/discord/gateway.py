"""The fake's gateway: HELLO, IDENTIFY, READY, heartbeats, RESUME, and every way in which a connection can end."""

from __future__ import annotations

import asyncio
import itertools
import json
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from tests.fakes.discord.world import BOT, World, bot_user

Json = dict[str, Any]

DISPATCH, HEARTBEAT, IDENTIFY, RESUME, RECONNECT, INVALID, HELLO, ACK = 0, 1, 2, 6, 7, 9, 10, 11


@dataclass
class Session:
    """What a client may resume."""

    id: str
    events: list[Json] = field(default_factory=list)


class Gateway:
    """One bot's connections. `refuse` closes each identify with that code, `lose_sessions` refuses each resume."""

    def __init__(self, world: World, token: str) -> None:
        self._world = world
        self._token = token
        self._count = itertools.count(1)
        self._socket: web.WebSocketResponse | None = None
        self._session: Session | None = None
        self.url = ""
        self.interval_ms = 41_250
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
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                await self._received(socket, json.loads(message.data))
        if self._socket is socket:
            self._socket = None
            self.ready.clear()
        return socket

    async def dispatch(self, event: str, data: Json) -> None:
        """Send an event; while nobody listens it waits for a RESUME."""
        session = self._session
        assert session is not None, "no client has identified yet"
        sent = {"op": DISPATCH, "t": event, "s": len(session.events) + 1, "d": data}
        session.events.append(sent)
        if self._socket is not None and not self._socket.closed and self._socket is not self._zombie:
            await self._socket.send_json(sent)

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
        """End the connection with a close code."""
        await self._live().close(code=code)

    async def stop(self) -> None:
        """End whatever is connected."""
        if self._socket is not None:
            await self._socket.close(code=1001)

    def _live(self) -> web.WebSocketResponse:
        assert self._socket is not None, "no client is connected"
        return self._socket

    async def _received(self, socket: web.WebSocketResponse, message: Json) -> None:
        if message["op"] == HEARTBEAT:
            self.beats += 1
            if socket is not self._zombie:
                await socket.send_json({"op": ACK, "d": None, "s": None, "t": None})
        elif message["op"] == IDENTIFY:
            await self._identified(socket, message["d"])
        elif message["op"] == RESUME:
            await self._resumed(socket, message["d"])

    async def _identified(self, socket: web.WebSocketResponse, data: Json) -> None:
        self.identifies += 1
        self.intents = data["intents"]
        if self.refuse or data["token"] != self._token:
            await socket.close(code=self.refuse or 4004)
            return
        self._socket, self.lose_sessions = socket, False
        self._session = Session(f"session-{next(self._count)}")
        guilds = [{"id": ref, "unavailable": True} for ref in self._world.guilds]
        ready = {
            "v": 10,
            "user": bot_user(),
            "guilds": guilds,
            "session_id": self._session.id,
            "resume_gateway_url": self.url,
            "shard": [0, 1],
            "application": {"id": BOT, "flags": 0},
        }
        await self.dispatch("READY", ready)
        for ref in self._world.guilds:
            await self.dispatch("GUILD_CREATE", self.guild_data(ref))
        self.ready.set()

    async def _resumed(self, socket: web.WebSocketResponse, data: Json) -> None:
        self.resumes += 1
        session = self._session
        if self.lose_sessions or session is None or data["session_id"] != session.id:
            await socket.send_json({"op": INVALID, "d": False, "s": None, "t": None})
            return
        self._socket = socket
        for event in session.events[data["seq"] :]:
            await socket.send_json(event)
        await self.dispatch("RESUMED", {})
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
