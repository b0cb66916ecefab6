"""A loopback server that speaks enough of Discord for its real client: REST v10, gateway, interactions.

It keeps Discord's rules (rate limits by bucket, nonces, permissions, limits), checks every body against the limits and
the official description, and fails where it is told to. `violations` must be empty at the end of every test.
"""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from aiohttp import web

from tests.fakes.discord.faults import Fault
from tests.fakes.discord.gateway import Gateway
from tests.fakes.discord.interactions import Exchange, Users
from tests.fakes.discord.limits import choice_faults, command_faults, message_faults, modal_faults
from tests.fakes.discord.schema import schema_faults
from tests.fakes.discord.world import BOT, Json, Refused, World, application, bot_user, shown
from tests.guard import aside

TOKEN = "fake.token"
_LIMIT = 5
_GLOBAL = 50
_TYPE = "application/json"


@dataclass
class Seen:
    """A request as it came in."""

    method: str
    path: str
    body: Any
    at: float
    files: dict[str, bytes] = field(default_factory=dict)

    @property
    def line(self) -> str:
        """Method and path."""
        return f"{self.method} {self.path}"


Handler = Callable[..., Any]


class FakeDiscord:
    """The server. `clock_ms` is its time for nonces and ids; rate limits run on the machine's own clock.

    `checked` False leaves bodies unchecked, for measurements.
    """

    def __init__(self, *, clock_ms: Callable[[], int] | None = None, token: str = TOKEN, checked: bool = True) -> None:
        self._checked = checked
        self.world = World(clock_ms or (lambda: time.time_ns() // 1_000_000))
        self.users = Users(self.world)
        self.gateway = Gateway(self.world, token)
        self.token = token
        self.faults: list[Fault] = []
        self.requests: list[Seen] = []
        self.statuses: list[int] = []
        self.violations: list[str] = []
        self.sessions_left = 1000
        self.window_s = 5.0
        self.port = 0
        self._runner: web.AppRunner | None = None
        self._buckets: dict[str, tuple[float, int]] = {}
        self._second: tuple[int, int] = (0, 0)
        self._arrived: dict[str, asyncio.Event] = defaultdict(asyncio.Event)

    @property
    def api(self) -> str:
        """What DISCORD_API_BASE is set to."""
        return f"http://127.0.0.1:{self.port}/api/v10"

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_get("/gateway/", self.gateway.serve)
        app.router.add_route("*", "/api/v10/{path:.*}", self._request)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1, handler_cancellation=True)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port)
        await site.start()
        self.port = self._runner.addresses[0][1]
        self.gateway.url = f"ws://127.0.0.1:{self.port}/gateway/"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.gateway.stop()
        if self._runner is not None:
            await self._runner.cleanup()

    # ── what tests do ──────────────────────────────────────────────────────────────────────────────────────────

    async def happens(self, made: tuple[Exchange, Json]) -> Exchange:
        """Let a user's interaction reach the bot."""
        exchange, event = made
        await self.gateway.dispatch("INTERACTION_CREATE", event)
        return exchange

    def asked(self, pattern: str) -> list[Seen]:
        """The requests whose "METHOD /path" matches."""
        return [seen for seen in self.requests if re.search(pattern, seen.line)]

    async def arrival(self, line: str) -> None:
        """Wait until a request with exactly this "METHOD /path" has come in."""
        async with asyncio.timeout(60):
            await self._arrived[line].wait()

    # ── REST ───────────────────────────────────────────────────────────────────────────────────────────────────

    async def _request(self, request: web.Request) -> web.StreamResponse:
        path = "/" + request.match_info["path"]
        seen = await self._seen(request, path)
        self.requests.append(seen)
        self._arrived[seen.line].set()
        response = await self._respond(request, seen)
        self.statuses.append(response.status)
        return response

    async def _seen(self, request: web.Request, path: str) -> Seen:
        if not request.content_type.startswith("multipart/"):
            raw = await request.read()
            return Seen(request.method, path, json.loads(raw) if raw else None, time.monotonic())
        form = await request.post()
        body, files = json.loads(str(form["payload_json"])), {}
        for listed in body["attachments"]:
            sent = form[f"files[{listed['id']}]"]
            assert isinstance(sent, web.FileField)
            files[sent.filename] = sent.file.read()
            if sent.filename != listed["filename"] or f"attachment://{sent.filename}" not in json.dumps(body):
                self.violations.append(f"a file that nothing shows: {sent.filename}")
        return Seen(request.method, path, body, time.monotonic(), files)

    async def _respond(self, request: web.Request, seen: Seen) -> web.StreamResponse:
        fault = next((fault for fault in self.faults if fault.strikes(seen.line)), None)
        if fault is not None and fault.late_s:
            await asyncio.sleep(fault.late_s)
        if fault is None or fault.late_s:
            return await self._answer(request, seen)
        done = await self._answer(request, seen) if fault.commit else None
        if fault.hang:
            await asyncio.Event().wait()
        if fault.drop and request.transport is not None:
            request.transport.abort()
        if done is not None and not fault.status:
            return done
        text, kind = fault.text()
        return web.Response(
            status=fault.status or 500, body=text.encode(), headers=fault.headers | {"Content-Type": kind}
        )

    async def _answer(self, request: web.Request, seen: Seen) -> web.Response:
        with_token = "/webhooks/" not in seen.path and "/interactions/" not in seen.path
        if with_token and request.headers.get("Authorization") != f"Bot {self.token}":
            return _json(401, {"message": "401: Unauthorized", "code": 0})
        limited, headers = self._limited(seen)
        if limited is not None:
            return limited
        if seen.path.endswith("/commands"):
            await asyncio.to_thread(self._check, seen)  # a long list takes a tenth of a second
        else:
            self._check(seen)
        try:
            body = self._routed(seen, request.query)
        except Refused as refused:
            return _json(refused.status, {"message": refused.message, "code": refused.code}, headers)
        return _json(204 if body is None else 200, body, headers)

    def _routed(self, seen: Seen, query: Mapping[str, str]) -> Any:
        for method, pattern, handler in self._routes():
            if seen.method == method and (found := re.fullmatch(pattern, seen.path)):
                return handler(*found.groups(), seen.body, query)
        self.violations.append(f"an unknown route: {seen.line}")
        raise Refused(404, 0, "404: Not Found")

    def _routes(self) -> list[tuple[str, str, Handler]]:
        world, users, n, any_ = self.world, self.users, r"(\d+)", r"([^/]+)"
        hook = rf"/webhooks/\d+/{any_}"
        return [
            ("GET", r"/users/@me", lambda _, __: bot_user()),
            ("GET", r"/oauth2/applications/@me", lambda _, __: application()),
            ("GET", r"/gateway/bot", lambda _, __: self._gateway_bot()),
            ("PUT", rf"/applications/{n}/commands", self._register),
            ("POST", r"/users/@me/channels", lambda body, _: self._direct(body["recipient_id"]).data()),
            ("GET", rf"/channels/{n}", lambda ref, _, __: world.at(ref).data()),
            ("PATCH", rf"/channels/{n}", lambda ref, body, _: world.modify(ref, body)),
            ("POST", rf"/channels/{n}/messages", lambda ref, body, _: shown(world.post(ref, body))),
            ("GET", rf"/channels/{n}/messages", lambda ref, _, query: self._history(ref, query)),
            ("GET", rf"/channels/{n}/messages/{n}", lambda ref, m, _, __: shown(world.message(ref, m))),
            ("PATCH", rf"/channels/{n}/messages/{n}", lambda ref, m, body, _: shown(world.edit(ref, m, body))),
            ("POST", rf"/channels/{n}/messages/{n}/crosspost", self._publish),
            ("POST", rf"/channels/{n}/messages/{n}/threads", lambda ref, m, body, _: world.started(ref, m, body)),
            ("POST", rf"/channels/{n}/threads", lambda ref, body, _: world.thread(ref, body)),
            ("GET", rf"/channels/{n}/threads/archived/public", lambda ref, _, query: self._archived(ref, query)),
            ("GET", rf"/guilds/{n}/threads/active", lambda ref, _, __: self._threads(ref)),
            ("GET", rf"/guilds/{n}", lambda ref, _, __: self._guild(ref)),
            ("GET", rf"/guilds/{n}/members/{n}", lambda ref, m, _, __: self._member(ref)),
            ("POST", rf"/interactions/{n}/{any_}/callback", lambda i, t, body, _: users.acknowledge(i, t, body)),
            ("PATCH", rf"{hook}/messages/@original", lambda token, body, _: users.edit_original(token, body)),
            ("DELETE", rf"{hook}/messages/@original", lambda token, _, __: users.delete_original(token)),
            ("POST", hook, lambda token, body, _: users.follow(token, body)),
        ]

    def _gateway_bot(self) -> Json:
        limit = {"total": 1000, "remaining": self.sessions_left, "reset_after": 3_600_000}
        limit["max_concurrency"] = self.gateway.concurrency
        return {"url": self.gateway.url, "shards": self.gateway.shards, "session_start_limit": limit}

    def _register(self, _: str, body: list[Json], __: object) -> list[Json]:
        self.world.commands = body
        return [command | {"id": self.world.snowflake(), "application_id": BOT, "version": "1"} for command in body]

    def _direct(self, user: str) -> Any:
        if user not in self.world.directs:
            self.world.directs[user] = self.world.channel(kind=1, name="").id
        return self.world.channels[self.world.directs[user]]

    def _history(self, ref: str, query: Mapping[str, str]) -> list[Json]:
        found = self.world.history(ref, int(query.get("after", "0")), int(query.get("limit", "50")))
        return [shown(message) for message in found]

    def _publish(self, ref: str, number: str, *_: object) -> Json:
        if self.world.at(ref).kind != 5:
            raise Refused(400, 40068, "This message can't be published")
        self.world.published.append(number)
        return shown(self.world.message(ref, number))

    def _threads(self, guild: str) -> Json:
        threads = (c for c in self.world.channels.values() if c.guild == guild and c.kind in (10, 11, 12))
        return {"threads": [c.data() for c in threads if not c.archived], "members": []}

    def _archived(self, parent: str, query: Mapping[str, str]) -> Json:
        """A page of a channel's archived threads, the one archived last first."""
        threads = [c for c in self.world.channels.values() if c.parent == parent and c.kind == 11 and c.archived]
        threads.sort(key=lambda c: c.archived_at, reverse=True)
        left = [c for c in threads if c.archived_at < query.get("before", "9999")]
        most = int(query.get("limit", "50"))
        return {"threads": [c.data() for c in left[:most]], "members": [], "has_more": len(left) > most}

    def _guild(self, ref: str) -> Json:
        if ref not in self.world.guilds:
            raise Refused(404, 10004, "Unknown Guild")
        return self.world.guilds[ref]

    def _member(self, ref: str) -> Json:
        self._guild(ref)
        return {"user": bot_user(), "roles": [], "joined_at": "2026-01-01T00:00:00+00:00", "flags": 0}

    # ── Discord's rules ────────────────────────────────────────────────────────────────────────────────────────

    def _limited(self, seen: Seen) -> tuple[web.Response | None, dict[str, str]]:
        """The 429 for a request too many, and the headers that tell of the bucket."""
        found = re.fullmatch(r"/channels/(\d+)/messages", seen.path)
        if seen.path.startswith(("/interactions/", "/webhooks/")):  # not bound to the global limit (Rate Limits)
            return None, {}
        second = int(seen.at)
        self._second = (second, self._second[1] + 1) if self._second[0] == second else (second, 1)
        if self._second[1] > _GLOBAL:
            return _too_many(1.0, "global"), {}
        if seen.method != "POST" or found is None:
            return None, {}
        start, used = self._buckets.get(found[1], (seen.at, 0))
        if seen.at - start >= self.window_s:
            start, used = seen.at, 0
        left = self.window_s - (seen.at - start)
        if used >= _LIMIT:
            return _too_many(left, "user"), {}
        self._buckets[found[1]] = (start, used + 1)
        return None, {
            "X-RateLimit-Bucket": "messages",
            "X-RateLimit-Limit": str(_LIMIT),
            "X-RateLimit-Remaining": str(_LIMIT - used - 1),
            "X-RateLimit-Reset-After": f"{left:.3f}",
            "X-RateLimit-Reset": f"{time.time() + left:.3f}",
        }

    def _check(self, seen: Seen) -> None:
        if seen.body is None or not self._checked:
            return
        with aside():
            faults = list(schema_faults(seen.method, seen.path, json.dumps(seen.body)))
        if seen.path.endswith("/threads"):
            faults += message_faults(seen.body["message"]) if "message" in seen.body else []
            faults += ["a thread name out of limits"] if not 1 <= len(seen.body["name"]) <= 100 else []
        elif "messages" in seen.path or seen.path.startswith("/webhooks/"):
            faults += message_faults(seen.body)
        elif seen.path.endswith("/commands"):
            faults += command_faults(seen.body)
        elif seen.path.endswith("/callback") and seen.body["type"] == 8:
            faults += choice_faults(seen.body["data"]["choices"])
        elif seen.path.endswith("/callback") and seen.body["type"] == 9:
            faults += modal_faults(seen.body["data"])
        self.violations += [f"{seen.line}: {fault}" for fault in faults]


def _json(status: int, body: Any, headers: Mapping[str, str] | None = None) -> web.Response:
    """As Discord: the content type bare of a charset, which is what its client looks for."""
    fixed = {"Via": "1.1 google", **(headers or {})}
    if body is None:
        return web.Response(status=status, headers=fixed)
    return web.Response(body=json.dumps(body).encode(), status=status, headers=fixed | {"Content-Type": _TYPE})


def _too_many(after: float, scope: str) -> web.Response:
    headers = {"Retry-After": f"{after:.3f}", "X-RateLimit-Scope": scope}
    if scope == "global":
        headers["X-RateLimit-Global"] = "true"
    body = {"message": "You are being rate limited.", "retry_after": round(after, 3), "global": scope == "global"}
    return _json(429, body, headers)
