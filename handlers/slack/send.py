"""Posting, editing and looking up: one delivery in, one receipt out."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.core.commands.mention import called
from bot.core.message import Alert
from bot.core.model import Channel
from bot.delivery.strikes import Strikes
from bot.ports import Absent, Ambiguous, Delivery, Finding, Receipt, Retry, Say, Sent, Voice
from handlers.shape import spoken
from handlers.slack.asking import is_channel
from handlers.slack.blocks import Json
from handlers.slack.calls import Fault, ask
from handlers.slack.receipts import LOST_THREAD, UNEDITABLE, UNREADABLE, about_workspace, explain, receipt, unseen
from handlers.slack.render import Message, alert_message, digest_message, news_message, thread_message
from handlers.slack.ways import MENTIONS
from handlers.slack.workspaces import Monotonic, Workspaces

log = logging.getLogger(__name__)

POST = "chat.postMessage"
EVENT = "tocsin_delivery"
"""Event type of the metadata on every post; the payload's `delivery_id` finds a post in doubt again."""

LOOK, PAGES, FEW = 100, 5, 15
"""How many messages a look requests on a page, and how many pages. Slack gives some apps 15 messages and one page a
minute whatever is requested: if no more than `FEW` come, one page is the whole look.
"""

EDIT_EVERY_S, EDIT_BURST, EDIT_PATIENCE_S = 1.2, 10, 3.0
"""`chat.update` is a Tier 3 method: 50 a minute for a workspace, with some burst (docs.slack.dev, Rate limits)."""

SKEW_S = 600.0
"""Our clock may be ahead of Slack's by this much, so a look begins so long before the delivery's own time."""


class Sender:
    """Sends to the channels of every workspace. Bound to the loop that first uses it.

    `refused` is called for each call that Slack refused.
    """

    def __init__(
        self,
        workspaces: Workspaces,
        say: Say,
        refused: Callable[[Channel, Fault], None],
        clock: Monotonic = time.monotonic,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._workspaces = workspaces
        self._pause = pause
        self._say = say
        self._refused = refused
        self._clock = clock
        self._edits: dict[str, float] = {}
        self._no_look: dict[str, float] = {}
        self._strikes = Strikes()

    async def send(self, channel: Channel, alert: Alert, delivery: Delivery) -> Receipt:
        """Post, or edit the story's message in the channel and tell what is new in its thread."""
        if resting := self._workspaces.resting(channel.scope):
            return Retry(*resting)
        alert = spoken(alert, Voice(self._say, channel.language))
        try:
            client = await self._workspaces.client(channel.scope)
            sent = await (self._update if delivery.ref else self._post)(client, channel, alert, delivery)
        except Fault as fault:
            return self._failed(channel, fault, delivery)
        return sent

    async def find(self, channel: Channel, delivery: Delivery) -> Finding:
        """Look among the messages since the delivery was made. Absent only if all of them were seen."""
        if delivery.ref and delivery.kind != "update":
            return Sent(delivery.ref)
        if not is_channel(channel.ref):
            return Ambiguous("what was said to a person can't be looked for", blind=True)
        if (wait := self._no_look.get(channel.scope, 0.0) - self._clock()) > 0:
            return Retry(wait, "Slack lets the app look into channels once a minute")
        try:
            found = await self._look(channel, delivery)
        except Fault as fault:
            self._refused(channel, fault)
            if fault.code == "ratelimited":
                self._no_look[channel.scope] = self._clock() + (fault.retry_after_s or 60.0)
            gone = fault.code == "thread_not_found" and not delivery.ref
            return Absent("its thread is gone") if gone else unseen(fault)
        return found

    async def check(self, channel: Channel) -> str:
        """ "" when alerts can be posted there, or Slack is silent; else what is missing and who can grant it."""
        where = f"#{channel.name.removeprefix('#')}" if channel.name else "this channel"
        try:
            client = await self._workspaces.client(channel.scope)
            data = await ask(client, "conversations.info", {"channel": channel.ref}, get=True)
        except Fault as fault:
            if fault.doubt or fault.code in ("unreachable", "ratelimited"):
                log.warning(
                    "slack could not say whether a channel takes posts: %s", fault, extra={"channel": channel.id}
                )
                return ""
            return explain(fault, where)
        return obstacle(data.get("channel") or {}, where)

    async def _post(self, client: AsyncWebClient, channel: Channel, alert: Alert, delivery: Delivery) -> Receipt:
        voice = Voice(self._say, channel.language)
        groups = called(MENTIONS, channel.settings, alert)
        make = {"digest": digest_message, "thread": thread_message}.get(alert.kind)
        message = make(alert, voice) if make else alert_message(alert, voice, groups)
        root = read_reference(delivery.thread)[1]
        payload = {**_payload(channel.ref, message, delivery), **({"thread_ts": root} if root else {})}
        try:
            return _sent(await _said(client, POST, payload, message.bare), root)
        except Fault as fault:
            if not root or fault.code not in LOST_THREAD:
                raise
            return Retry(1.0, "the thread is gone; a new one is opened", lost=True)

    async def _update(self, client: AsyncWebClient, channel: Channel, alert: Alert, delivery: Delivery) -> Receipt:
        wait = self._edit_turn(channel.scope)
        if wait > EDIT_PATIENCE_S:
            return Retry(wait, "Slack takes 50 edits a minute from an app")
        await self._pause(wait)
        place, ts, root = read_reference(delivery.ref)
        try:
            edited = alert_message(alert, Voice(self._say, channel.language))
            payload = {"channel": place, "ts": ts, "text": edited.text, "blocks": edited.blocks, "parse": "none"}
            await _said(client, "chat.update", payload, edited.bare)
        except Fault as fault:
            if fault.code not in UNEDITABLE:
                raise
        if alert.said:
            groups = called(MENTIONS, channel.settings, alert)
            news = news_message(alert, Voice(self._say, channel.language), groups, titled=bool(root))
            await _said(client, POST, {**_payload(place, news, delivery), "thread_ts": root or ts}, news.bare)
        return Sent(delivery.ref)

    def _edit_turn(self, team: str) -> float:
        """Seconds until this workspace accepts another edit; the place is kept only if it is worth waiting for."""
        now = self._clock()
        due = max(self._edits.get(team, 0.0), now)
        wait = max(0.0, due - now - EDIT_EVERY_S * (EDIT_BURST - 1))
        if wait <= EDIT_PATIENCE_S:
            self._edits[team] = due + EDIT_EVERY_S
        return wait

    def _failed(self, channel: Channel, fault: Fault, delivery: Delivery) -> Receipt:
        said = receipt(fault, lambda: self._strikes.add(delivery.id))
        self._refused(channel, fault)
        if isinstance(said, Retry) and (about_workspace(fault) or fault.code == "ratelimited"):
            self._workspaces.rest(channel.scope, said.after_s, said.reason)
        return said

    async def _look(self, channel: Channel, delivery: Delivery) -> Finding:
        place, ts, root = read_reference(delivery.ref or delivery.thread)
        asked: dict[str, Any] = {
            "channel": place or channel.ref,
            "oldest": f"{delivery.created_at / 1000 - SKEW_S:.6f}",
            "limit": LOOK,
            "include_all_metadata": True,
        }
        client = await self._workspaces.client(channel.scope)
        method = "conversations.replies" if ts else "conversations.history"
        if ts:
            asked["ts"] = root or ts
        seen = 0
        for _ in range(PAGES):
            data = await ask(client, method, asked, get=True)
            messages = data.get("messages") or []
            hit = next((message for message in messages if _is(message, delivery.id)), None)
            if hit is not None:
                return Sent(delivery.ref or reference(channel.ref, hit["ts"], ts))
            asked["cursor"] = (data.get("response_metadata") or {}).get("next_cursor") or ""
            seen += len(messages)
            if not data.get("has_more"):
                return Absent("not in the channel")
            if not asked["cursor"] or len(messages) <= FEW:
                break
        return Ambiguous(f"not among the last {seen} messages, and there are more")


async def _said(client: AsyncWebClient, method: str, payload: Json, bare: str) -> Json:
    """Post or edit. If Slack refuses the blocks, which changes nothing, send the bare text instead."""
    try:
        return await ask(client, method, payload)
    except Fault as fault:
        if fault.code not in UNREADABLE or fault.doubt:
            raise
        log.warning("slack refused the blocks of a message: %s", fault, extra={"place": payload.get("channel", "")})
    plain = {name: value for name, value in payload.items() if name != "mrkdwn"}
    return await ask(client, method, {**plain, "blocks": [], "text": bare})


def _payload(place: str, message: Message, delivery: Delivery) -> Json:
    return {
        "channel": place,
        "text": message.text,
        "blocks": message.blocks,
        "mrkdwn": False,
        "parse": "none",
        "link_names": False,
        "unfurl_links": False,
        "unfurl_media": False,
        "metadata": {"event_type": EVENT, "event_payload": {"delivery_id": delivery.id}},
    }


def reference(place: str, ts: str, root: str = "") -> str:
    """The reference of a message: its channel, its time, and the thread's root if it is in a topic's thread."""
    return f"{place}:{ts}:{root}" if root else f"{place}:{ts}"


def read_reference(ref: str) -> tuple[str, str, str]:
    """Channel, time and root of a reference; parts that it lacks are ""."""
    place, _, rest = ref.partition(":")
    ts, _, root = rest.partition(":")
    return place, ts, root


def _sent(data: Json, root: str = "") -> Receipt:
    place, ts = data.get("channel"), data.get("ts")
    if not isinstance(place, str) or not isinstance(ts, str):
        return Ambiguous("Slack's answer names no message: it may have been posted")
    return Sent(reference(place, ts, root))


def _is(message: Json, delivery_id: int) -> bool:
    metadata = message.get("metadata") or {}
    payload = metadata.get("event_payload") or {}
    return metadata.get("event_type") == EVENT and str(payload.get("delivery_id")) == str(delivery_id)


def obstacle(info: Json, where: str) -> str:
    """What keeps the bot from posting, by `conversations.info`."""
    if info.get("is_archived"):
        return explain(Fault("is_archived"), where)
    if info.get("is_im") or info.get("is_mpim") or info.get("is_member"):
        return ""
    return explain(Fault("not_in_channel"), where)
