"""Looks up whether a delivery was posted, before anything is sent a second time."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import discord

from bot.core.model import Channel
from bot.core.units import MINUTE_MS
from bot.ports import Absent, Ambiguous, Delivery, Finding, Receipt, Rejected, Retry, Sent
from handlers.discord.channelkinds import Place, Places
from handlers.discord.guard import Guard
from handlers.discord.ids import nonce, snowflake
from handlers.discord.posts import Tries, read_reference, reference
from handlers.discord.receipts import UNKNOWN_CHANNEL
from handlers.discord.render import Form
from handlers.discord.rest import FAILURES, Rest, judge

NONCE_WINDOW_S = 120.0
"""For how long a nonce is trusted to make a second send harmless; Discord says "a few minutes"."""

_PAGE, _PAGES = 100, 5
_SKEW_MS = 10 * MINUTE_MS
"""Our clock may be ahead of Discord's by this much, so a look begins so long before the delivery's own time."""
_OUTAGE_S = 5.0


class Finder:
    """Looks for a delivery's marker in the messages posted since the delivery was written."""

    def __init__(self, rest: Rest, places: Places, guard: Guard, tries: Tries) -> None:
        self._rest = rest
        self._places = places
        self._guard = guard
        self._tries = tries

    async def find(self, channel: Channel, delivery: Delivery) -> Finding:
        """Absent if it was not posted, or if a second send would do no harm; Retry while Discord can't be asked."""
        if (hold := self._guard.hold_s()) > 0:
            return Retry(hold, self._guard.reason)
        try:
            channel = await self._places.there(channel)
        except FAILURES as error:
            return _unseen(judge(error, self._guard))
        marker = nonce(channel, delivery)
        age = self._tries.age_s(marker)
        if age is not None and age < NONCE_WINDOW_S:
            return Absent("the same nonce makes a second send harmless", unseen=True)
        try:
            return await self._look(channel, delivery, marker)
        except FAILURES as error:
            return _unseen(judge(error, self._guard))

    async def _look(self, channel: Channel, delivery: Delivery, marker: str) -> Finding:
        since = snowflake(delivery.created_at - _SKEW_MS)
        if delivery.kind == "update" and delivery.ref:
            return await self._news(channel, delivery, since, marker)
        if delivery.thread:
            return await self._in_any((delivery.thread, channel.ref), channel.ref, since, marker)
        found = await self._in_place(channel.ref, since, marker)
        if delivery.kind == "thread" and isinstance(found, Sent):
            where, message, _ = read_reference(found.ref)
            in_forum = where != channel.ref
            return Sent(where if in_forum else message)  # one that was not started is when it is first used
        return found

    async def _news(self, channel: Channel, delivery: Delivery, since: int, marker: str) -> Finding:
        """Look for news under an alert: in the alert's own thread, if it has one, and in the alert's channel."""
        where, message, _ = read_reference(delivery.ref)
        places = (message, where) if where == channel.ref else (where, channel.ref)
        found = await self._in_any(places, channel.ref, since, marker)
        return Sent(delivery.ref) if isinstance(found, Sent) else found

    async def _in_any(self, places: Iterable[str], home: str, since: int, marker: str) -> Finding:
        """Look in a channel or forum, `home`, and in its threads, which may have been deleted meanwhile."""
        for place in places:
            looked = self._in_place(place, since, marker) if place == home else self._in_thread(place, since, marker)
            if not isinstance(found := await looked, Absent):
                return found
        return Absent("it was not posted")

    async def _in_thread(self, ref: str, since: int, marker: str) -> Finding:
        try:
            return await self._in_channel(ref, since, marker)
        except discord.HTTPException as error:
            if error.code != UNKNOWN_CHANNEL:
                raise
            return Absent("its thread is gone")

    async def _in_place(self, ref: str, since: int, marker: str) -> Finding:
        place = self._places.known(ref) or await self._places.look(ref)
        if place.forum:
            return await self._in_forum(place, since, marker)
        return await self._in_channel(ref, since, marker)

    async def _in_channel(self, ref: str, since: int, marker: str) -> Finding:
        after = since
        for _ in range(_PAGES):
            query = {"after": str(after), "limit": str(_PAGE)}
            page = await self._rest.call("GET", f"/channels/{ref}/messages", query=query)
            if not isinstance(page, list):
                raise TypeError("no list of messages")
            if found := next((message for message in page if self._ours(message, marker)), None):
                return Sent(reference(ref, str(found["id"]), _form(found)))
            if not page and after == since and await self._is_hidden(ref, since):
                return Ambiguous("there are messages that Tocsin may not read: it needs Read Message History")
            if len(page) < _PAGE:
                return Absent("it was not posted")
            after = max(int(message["id"]) for message in page)
        return Ambiguous(f"more than {_PAGE * _PAGES} messages came since; it can't be told whether this one did")

    async def _is_hidden(self, ref: str, since: int) -> bool:
        """Whether the history is hidden: without that permission Discord returns no messages, but tells the last id."""
        channel = await self._rest.call("GET", f"/channels/{ref}")
        return int(channel.get("last_message_id") or 0) > since

    async def _in_forum(self, place: Place, since: int, marker: str) -> Finding:
        active = await self._rest.call("GET", f"/guilds/{place.guild}/threads/active")
        if found := await self._among(active["threads"], place.ref, since, marker):
            return found
        before: dict[str, str] = {}
        for _ in range(_PAGES):
            query = {"limit": str(_PAGE), **before}
            page = await self._rest.call("GET", f"/channels/{place.ref}/threads/archived/public", query=query)
            if found := await self._among(page["threads"], place.ref, since, marker):
                return found
            last = str(page["threads"][-1]["thread_metadata"]["archive_timestamp"]) if page["threads"] else ""
            if (
                not page.get("has_more") or not last or _snowflake_at(last) < since
            ):  # those before it were archived before
                return Absent("it was not posted")
            before = {"before": last}
        return Ambiguous(f"more than {_PAGE * _PAGES} posts were archived since; it can't be told whether this one was")

    async def _among(self, threads: Iterable[Mapping[str, Any]], forum: str, since: int, marker: str) -> Sent | None:
        for thread in self._own_threads(threads, forum, since):
            starter = await self._rest.call("GET", f"/channels/{thread}/messages/{thread}")
            if self._ours(starter, marker):
                return Sent(reference(thread, str(starter["id"]), _form(starter)))
        return None

    def _own_threads(self, threads: Iterable[Mapping[str, Any]], forum: str, since: int) -> list[str]:
        mine = (t for t in threads if str(t.get("parent_id")) == forum and str(t.get("owner_id")) == self._rest.me)
        return [str(thread["id"]) for thread in mine if int(thread["id"]) >= since]

    def _ours(self, message: Mapping[str, Any], marker: str) -> bool:
        mine = str(message.get("author", {}).get("id")) == self._rest.me
        return mine and (message.get("nonce") == marker or f".{marker}:" in json.dumps(message.get("components") or []))


def _snowflake_at(stamp: str) -> int:
    """The lowest id that Discord could give at one of its times."""
    return snowflake(round(datetime.fromisoformat(stamp).timestamp() * 1000))


def _unseen(judged: Receipt) -> Receipt:
    """What a failed look means: after a server error, look again later; after a refusal, looking can't tell."""
    if isinstance(judged, Ambiguous):
        return Retry(_OUTAGE_S, f"can't look for it: {judged.reason}")
    if isinstance(judged, Rejected):
        return Ambiguous(f"can't look for it: {judged.reason}")
    return judged


def _form(message: Mapping[str, Any]) -> Form:
    if int(message.get("flags") or 0) & (1 << 15):
        return "layout"
    return "embed" if message.get("embeds") else "plain"
