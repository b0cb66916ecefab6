"""The fake's server: HTTP for the Web API and response URLs, a web socket for Socket Mode, faults by script."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import itertools
import json
import time
from collections import defaultdict, deque
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from tests.fakes.slack.limits import message_problems, option_problems, view_problems
from tests.fakes.slack.methods import Methods, no
from tests.fakes.slack.spec import argument_problems
from tests.fakes.slack.state import Channel, Json, Meter, Team

SCOPES = (
    "channels:history,channels:read,chat:write,commands,files:write,groups:history,groups:read,"
    "im:history,im:read,mpim:history,mpim:read,users:read"
)
SECRET = "8f742231b10e8888abcd99yyyzzz85a5"


@dataclass(frozen=True)
class Fail:
    """One failure of one call. `commit` does the call first; `cut` drops the connection, `hang` never answers.

    With `late_s` the call is done that much later, whether or not the client is still there, and nothing else is wrong.
    """

    status: int = 200
    body: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    content_type: str = "application/json"
    commit: bool = False
    cut: bool = False
    hang: bool = False
    late_s: float = 0.0

    @classmethod
    def code(cls, error: str, **more: Any) -> Fail:
        """`ok: false` with Slack's error word."""
        return cls(body=json.dumps(no(error, **more)))


class FakeSlack:
    """`async with FakeSlack() as slack`. `problems` are violations of Slack's limits: a test fails on any."""

    def __init__(self) -> None:
        self.methods = Methods()
        self.teams: dict[str, Team] = {}
        self.calls: list[tuple[str, Json]] = []
        self.problems: list[str] = []
        self.faults: dict[str, deque[Fail]] = defaultdict(deque)
        self.app_tokens = {"xapp-1"}
        self.grants: dict[str, Team] = {}
        self.meter: Meter | None = None
        self.limited = 0
        self.answers: list[tuple[str, Json]] = []
        self.hooks: dict[str, int] = {}
        self.hook_statuses: deque[int] = deque()
        self.upload_statuses: deque[int] = deque()
        self.sockets: list[web.WebSocketResponse] = []
        self.greets = self.pongs = True
        self.acks: dict[str, asyncio.Future[Json]] = {}
        self.connected = asyncio.Event()
        self._numbers = itertools.count(1)
        self._runner: web.AppRunner | None = None
        self.url = ""
        self._released = asyncio.Event()

    async def __aenter__(self) -> FakeSlack:
        app = web.Application(client_max_size=1 << 22)
        app.router.add_route("*", "/api/{method}", self._api)
        app.router.add_post("/hook/{id}", self._hook)
        app.router.add_post("/upload/{id}", self._upload)
        app.router.add_get("/link", self._link)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = self.methods.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._released.set()
        for socket in self.sockets:
            await socket.close()
        assert self._runner is not None
        await self._runner.cleanup()

    @property
    def api(self) -> str:
        """For SLACK_API_BASE."""
        return f"{self.url}/api/"

    def team(self, ref: str = "T1", token: str = "xoxb-1", scopes: str = SCOPES) -> Team:
        """A workspace that has the app."""
        self.teams[token] = team = Team(ref, token, f"UBOT{ref}", scopes)
        return team

    def channel(self, team: Team, ref: str = "C1", *, bot: bool = True, **more: Any) -> Channel:
        """A channel, the bot in it unless told otherwise."""
        members = set(more.pop("members", ())) | ({team.bot_user} if bot else set())
        team.channels[ref] = channel = Channel(ref, members=members, **more)
        return channel

    def hook(self) -> str:
        """A new response URL: five answers."""
        name = f"h{next(self._numbers)}"
        self.hooks[name] = 5
        return f"{self.url}/hook/{name}"

    def called(self, method: str) -> list[Json]:
        """The arguments of every call of a method."""
        return [args for name, args in self.calls if name == method]

    # ── Web API ────────────────────────────────────────────────────────────────────────────────────────────────

    async def _api(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        args = await _arguments(request)
        self.calls.append((method, args))
        self._check(method, args)
        fault = self.faults[method].popleft() if self.faults[method] else None
        if fault is not None and fault.late_s:
            await asyncio.sleep(fault.late_s)
            fault = None
        if fault is None or fault.commit:
            answer, headers = self._answer(method, request, args)
            if fault is None:
                status = 429 if answer.get("error") == "ratelimited" else 200
                return web.json_response(answer, status=status, headers=headers)
        return await self._fail(request, fault)

    def _answer(self, method: str, request: web.Request, args: Json) -> tuple[Json, dict[str, str]]:
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        if method == "apps.connections.open":
            return self._address(token), {}
        if method == "oauth.v2.access":
            return self._grant(args), {}
        team = self.teams.get(token)
        if team is None:
            return no("not_authed" if not token else "invalid_auth"), {}
        if team.revoked:
            return no(team.revoked), {}
        if wait := self._limit(method, team, args):
            self.limited += 1
            return no("ratelimited"), {"Retry-After": str(int(wait) + 1)}
        return self.methods.call(method, team, args), {"x-oauth-scopes": team.scopes}

    def _limit(self, method: str, team: Team, args: Json) -> float:
        if self.meter is None:
            return 0.0
        if method == "chat.postMessage":
            whole = self.meter.wait(team.id, 0.2, 10)
            return whole or self.meter.wait(f"{team.id}:{args['channel']}", 1.0, 1)
        return self.meter.wait(f"{team.id}:update", 1.2, 20) if method == "chat.update" else 0.0

    def _check(self, method: str, args: Json) -> None:
        self.problems += argument_problems(method, args)
        if method.startswith("chat."):
            self.problems += message_problems(args)
        if method.startswith("views."):
            self.problems += view_problems(args["view"])
        if method == "chat.postMessage":
            wanted = {"unfurl_links": False, "unfurl_media": False, "parse": "none", "link_names": False}
            self.problems += [
                f"chat.postMessage: {name} must be {v}" for name, v in wanted.items() if args.get(name) != v
            ]

    async def _fail(self, request: web.Request, fault: Fail) -> web.StreamResponse:
        if fault.hang:
            await self._released.wait()
        if fault.cut and request.transport is not None:
            request.transport.abort()
        return web.Response(
            status=fault.status,
            body=fault.body.encode("utf-8", "surrogateescape"),
            headers=fault.headers,
            content_type=fault.content_type,
        )

    def _address(self, token: str) -> Json:
        if token not in self.app_tokens:
            return no("invalid_auth")
        return {"ok": True, "url": f"{self.url.replace('http', 'ws')}/link?ticket={next(self._numbers)}"}

    def _grant(self, args: Json) -> Json:
        team = self.grants.pop(args.get("code") or args.get("refresh_token") or "", None)
        if team is None:
            return no("invalid_code")
        self.teams[team.token] = team
        rotating = {"refresh_token": f"refresh-{next(self._numbers)}", "expires_in": 43_200}
        return {
            "ok": True,
            "app_id": "A1",
            "token_type": "bot",
            "access_token": team.token,
            "scope": team.scopes,
            "bot_user_id": team.bot_user,
            "team": None if team.org else {"id": team.id, "name": "Newsroom"},
            "enterprise": {"id": team.org, "name": "Newsrooms"} if team.org else None,
            "authed_user": {"id": "U1"},
            "is_enterprise_install": bool(team.org),
            **(rotating if team.token.startswith("xoxe") else {}),
        }

    # ── answers ────────────────────────────────────────────────────────────────────────────────────────────────

    async def _hook(self, request: web.Request) -> web.Response:
        body = await request.json()
        name = request.match_info["id"]
        if self.hook_statuses:
            return web.Response(status=self.hook_statuses.popleft(), text="expired_url")
        if self.hooks.get(name, 0) <= 0:
            return web.Response(status=404, text="used_url")
        self.hooks[name] -= 1
        self.problems += message_problems(body)
        self.answers.append((name, body))
        return web.Response(text="ok")

    async def _upload(self, request: web.Request) -> web.Response:
        name, content = request.match_info["id"], await request.read()
        if self.upload_statuses:
            return web.Response(status=self.upload_statuses.popleft())
        if self.methods.uploads.get(name) != len(content):
            return web.Response(status=400, text="another length than announced")
        self.methods.files[name] = content
        return web.Response(text=f"OK - {len(content)}")

    # ── Socket Mode ────────────────────────────────────────────────────────────────────────────────────────────

    async def _link(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(autoping=False)
        await socket.prepare(request)
        self.sockets.append(socket)
        if self.greets:
            await socket.send_json({"type": "hello", "num_connections": 1, "connection_info": {"app_id": "A1"}})
            self.connected.set()
        async for message in socket:
            if message.type is WSMsgType.PING and self.pongs:
                await socket.pong(message.data)
            elif message.type is WSMsgType.TEXT:
                ack = json.loads(message.data)
                waiting = self.acks.pop(ack["envelope_id"], None)
                if waiting and not waiting.done():
                    waiting.set_result(ack.get("payload") or {})
        return socket

    async def envelope(self, kind: str, payload: Json, ref: str = "") -> Json:
        """Deliver over the newest open socket; the acknowledgement's payload. Fails after Slack's three seconds."""
        ref = ref or f"E{next(self._numbers)}"
        socket = next(socket for socket in reversed(self.sockets) if not socket.closed)
        self.acks[ref] = asyncio.get_running_loop().create_future()
        waiting = self.acks[ref]
        await socket.send_json(
            {"type": kind, "envelope_id": ref, "payload": payload, "accepts_response_payload": kind != "events_api"}
        )
        async with asyncio.timeout(3):
            answer = await waiting
        self.check_ack(answer)
        return answer

    def check_ack(self, answer: Json) -> None:
        """Limits of what an acknowledgement carries."""
        if "view" in answer:
            self.problems += view_problems(answer["view"])
        self.problems += list(option_problems(answer.get("options") or []))

    async def tell(self, message: Json) -> None:
        """A message of the connection's own, such as `disconnect`."""
        socket = next(socket for socket in reversed(self.sockets) if not socket.closed)
        await socket.send_json(message)


async def _arguments(request: web.Request) -> Json:
    if request.method == "GET":
        return dict(request.query)
    if request.content_type == "application/json":
        return dict(await request.json())
    return {key: str(value) for key, value in {**request.query, **await request.post()}.items()}


def sign(body: bytes, secret: str = SECRET, at: float | None = None) -> dict[str, str]:
    """Slack's headers for a request: v0 HMAC-SHA256 over time and body."""
    stamp = str(int(time.time() if at is None else at))
    digest = hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    return {"x-slack-request-timestamp": stamp, "x-slack-signature": f"v0={digest}"}
