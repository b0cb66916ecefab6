"""Posts to webhooks: one request per send, no redirects, and the receipt."""

from __future__ import annotations

import json
import math
import re
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlsplit, urlunsplit

import aiohttp

from bot.core.commands.webhooks import Hook
from bot.core.message import Alert
from bot.core.model import Channel
from bot.ports import (
    Absent,
    Ambiguous,
    Delivery,
    Finding,
    Gone,
    Growth,
    Pace,
    Receipt,
    Rejected,
    Retry,
    Say,
    Sent,
    Voice,
)
from handlers.shape import spoken
from handlers.webhook.hooks import Hooks, Locked
from handlers.webhook.payload import body_of, signature

_BODY_LIMIT = 64 * 1024
_ID = re.compile(r"[A-Za-z0-9-]{1,64}")
_WAIT_S, _LONGEST_WAIT_S = 30.0, 3600.0
_LIMITED = "429"
_LATER = (408, 425, 429)
"""Statuses of requests that were not accepted and may be repeated (RFC 9110, 15.5.9; RFC 8470, 5.2; RFC 6585, 4)."""
_GROWTH: Mapping[str, Growth] = {"discord": "edited", "slack": "news", "json": "posted"}
_TRIES = 150
"""The most tries of one delivery, five minutes apart in the end: about half a day."""


_NOTHING_SENT = (
    aiohttp.ClientConnectorError,
    aiohttp.ConnectionTimeoutError,
    aiohttp.ClientHttpProxyError,
    PermissionError,
)


class Session(Protocol):
    """What sends requests: an `aiohttp.ClientSession`, or several behind one interface."""

    def request(self, method: str, url: str, **options: Any) -> AbstractAsyncContextManager[aiohttp.ClientResponse]:
        """The answer, as aiohttp gives it."""

    async def close(self) -> None:
        """Close the connections."""


@dataclass(frozen=True, slots=True)
class _Request:
    method: str
    url: str
    body: bytes
    headers: dict[str, str]


class WebhookPlatform:
    """Webhooks as a platform; a channel's `ref` is the webhook's name. `connect` gives a session that checks each
    address before it connects; `refused` is the mark in the text of its refusals. `say` is the wording.
    """

    name = "webhook"
    unable = frozenset(("mention", "mention-from", "thread"))

    def __init__(
        self, hooks: Hooks, connect: Callable[[], Session], refused: str, say: Say, timeout_s: float = 10.0
    ) -> None:
        self._hooks = hooks
        self._connect = connect
        self._refused = refused
        self._say = say
        self._timeout_s = timeout_s
        self._session: Session | None = None

    def paces(self, channel: Channel) -> Sequence[Pace]:
        """One request a second for each webhook: within Slack's limit of one, and Discord's of five in two seconds."""
        return (Pace(f"webhook:{channel.scope}:{channel.ref}", 1000, alone=True),)

    async def grows(self, channel: Channel) -> Growth:
        """As its kind can."""
        try:
            hook = await self._hooks.get(channel.ref, channel.scope)
        except Locked:
            hook = None
        return _GROWTH.get(hook.kind, "posted") if hook else "posted"

    async def start(self) -> None:
        """Nothing is connected before the first send."""

    async def close(self) -> None:
        """Close the session; idempotent."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def check(self, channel: Channel) -> str:
        """Whether there is a webhook of this name; nothing is posted."""
        try:
            known = await self._hooks.get(channel.ref, channel.scope) is not None
        except Locked as error:
            return str(error)
        return "" if known else f"there is no webhook {channel.ref}; add it with: tocsin webhook add"

    async def send(self, channel: Channel, alert: Alert, delivery: Delivery) -> Receipt:
        """Post, or edit if the kind can; what only an edit would tell is not sent to a Slack-compatible webhook."""
        try:
            hook = await self._hooks.get(channel.ref, channel.scope)
        except Locked as error:
            return Retry(_LONGEST_WAIT_S, str(error))
        if hook is None:
            return Gone("the webhook was removed", permanent=True)
        if hook.kind == "slack" and delivery.ref and not alert.said:
            return Sent(delivery.ref)
        voice = Voice(self._say, channel.language)
        alert = alert if hook.kind == "json" else spoken(alert, voice)
        request = self._request(hook, alert, delivery, voice)
        receipt = await self._ask(hook, request, delivery)
        keyed = hook.kind == "json"
        if (keyed or request.method == "PATCH") and isinstance(receipt, Ambiguous):
            # nothing to look into where a second send does no harm: a retry backs off while the receiver is down
            receipt = Retry(1.0, receipt.reason, doubt=keyed)
        return _lasting(receipt) if delivery.tries >= _TRIES else receipt

    async def find(self, channel: Channel, delivery: Delivery) -> Finding:
        """Absent for signed JSON, whose receiver recognises a second one by its key; others can't be looked up."""
        try:
            hook = await self._hooks.get(channel.ref, channel.scope)
        except Locked as error:
            return Retry(_LONGEST_WAIT_S, str(error))
        if hook is not None and hook.kind == "json":
            return Absent("the receiver knows a second one by its key", unseen=True)
        return Ambiguous("a webhook can't be asked what it posted", blind=True)

    def _request(self, hook: Hook, alert: Alert, delivery: Delivery, voice: Voice) -> _Request:
        body = body_of(hook.kind, alert, voice)
        headers = {"Content-Type": "application/json"}
        if hook.kind == "json":
            at = str(int(time.time()))
            headers |= {"Idempotency-Key": str(delivery.id), "Tocsin-Timestamp": at}
            headers["Tocsin-Signature"] = signature(hook.secret, at, body)
        if hook.kind != "discord":
            return _Request("POST", hook.url, body, headers)
        edits = bool(delivery.ref) and not alert.said
        return _Request(
            "PATCH" if edits else "POST", _discord_url(hook.url, delivery.ref if edits else ""), body, headers
        )

    async def _ask(self, hook: Hook, request: _Request, delivery: Delivery) -> Receipt:
        self._session = self._session or self._connect()
        try:
            async with self._session.request(
                request.method,
                request.url,
                data=request.body,
                headers=request.headers,
                allow_redirects=False,
                timeout=aiohttp.ClientTimeout(total=self._timeout_s, connect=self._timeout_s / 2),
            ) as response:
                if response.status == 404 and request.method == "PATCH":
                    return Rejected("the message was deleted")
                said = await _start_of(response) if response.status < 300 and hook.kind == "discord" else b""
                return _receipt(response.status, response.headers.get("Retry-After", ""), _ref(said, delivery))
        except _NOTHING_SENT as error:
            return Gone("its address is not public") if self._refused in str(error) else Retry(_WAIT_S, "no connection")
        except (aiohttp.InvalidURL, ValueError):
            return Rejected("the webhook's address is none")
        except (aiohttp.ClientError, OSError) as error:
            return Ambiguous(f"no whole answer: {type(error).__name__}")


def _lasting(receipt: Receipt) -> Receipt:
    """After long failures the channel itself is to blame, and is paused if they go on; rate limits are no failures."""
    return Gone(receipt.reason) if isinstance(receipt, Retry) and receipt.reason != _LIMITED else receipt


def _receipt(status: int, after: str, ref: str) -> Receipt:
    if 200 <= status < 300:
        return Sent(ref)
    if status in _LATER:
        return Retry(_seconds(after), str(status))
    if status == 410:
        return Gone(f"the webhook is gone: {status}", permanent=True)
    if status in (401, 403, 404) or 300 <= status < 400:
        return Gone(f"the webhook answers {status}")
    return Ambiguous(f"the webhook answers {status}") if status >= 500 else Rejected(f"the webhook answers {status}")


def _seconds(after: str) -> float:
    try:
        told = float(after)
    except ValueError:
        return _WAIT_S
    return _WAIT_S if math.isnan(told) else min(max(told, 1.0), _LONGEST_WAIT_S)


async def _start_of(response: aiohttp.ClientResponse) -> bytes:
    """The body of an answer, up to the limit."""
    got = b""
    async for part in response.content.iter_any():
        got += part
        if len(got) > _BODY_LIMIT:
            return b""
    return got


def _ref(said: bytes, delivery: Delivery) -> str:
    """The reference of a message: Discord's message id (a story keeps the one it has), else the delivery's number."""
    try:
        found = str(json.loads(said)["id"] or "") if said else ""
    except (ValueError, KeyError, TypeError, RecursionError):
        found = ""
    return delivery.ref or (found if _ID.fullmatch(found) else str(delivery.id))


def _discord_url(url: str, message: str) -> str:
    """The address with `?wait=true`, which returns the message; a thread in the address is kept."""
    parts = urlsplit(url)
    path = f"{parts.path}/messages/{message}" if message else parts.path
    query = "&".join(part for part in (parts.query, "wait=true") if part)
    return urlunsplit((parts.scheme, parts.netloc, path, query, ""))
