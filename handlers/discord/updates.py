"""Updates of a posted story: the message is edited, and the news is posted under it.

A thread may have been locked, archived or deleted meanwhile, which is no fault of the channel. An archived thread is
reopened; if a thread accepts no posts any more, the news goes to the channel itself (in a forum: as a post of its own).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import discord

from bot.core.message import Alert
from bot.core.model import Channel
from bot.ports import Delivery, Receipt, Rejected, Sent, Voice
from handlers.discord.channelkinds import Places
from handlers.discord.ids import nonce
from handlers.discord.layout import Json, Rendered, news_layout
from handlers.discord.posts import Tries, called_roles, forum_post, in_story_thread, once, read_reference, thread_name
from handlers.discord.receipts import ARCHIVED, LOST_THREAD, NO_HISTORY
from handlers.discord.render import rendered
from handlers.discord.rest import Rest
from handlers.discord.threads import Stories


class _News(NamedTuple):
    """The news to post, where, in whose language, and the delivery's nonce."""

    channel: Channel
    alert: Alert
    voice: Voice
    marker: str

    def body(self, *, titled: bool = False) -> Rendered:
        """The message body; `titled`: it names its story."""
        roles = called_roles(self.channel, self.alert)
        return news_layout(self.alert, self.voice, self.marker, roles, titled=titled)


class Updates:
    """Edits and news. All methods raise what `Rest.call` raises."""

    def __init__(self, rest: Rest, places: Places, stories: Stories, tries: Tries, keep: Callable[..., Any]) -> None:
        self._rest = rest
        self._places = places
        self._stories = stories
        self._tries = tries
        self._keep = keep

    async def done(self, channel: Channel, alert: Alert, delivery: Delivery, voice: Voice) -> Receipt:
        """Edit the posted message, then post the news. Idempotent."""
        place, message, form = read_reference(delivery.ref)
        if not message.isdigit():
            return Rejected(f"{delivery.ref[:60]!r} is no reference to a message on Discord")
        made = rendered(form, alert, voice)
        await self._keep(made.kept)
        edited = await self._edited(channel, place, message, made.body)
        if alert.said:
            news = _News(channel, alert, voice, nonce(channel, delivery))
            if not (edited and await self._under(news, place, message)):
                await self._aside(news)
        elif not edited:
            return Rejected("the thread of the alert is locked or was deleted")
        return Sent(delivery.ref)

    async def _edited(self, channel: Channel, place: str, message: str, body: Json) -> bool:
        """Edit a message; False if its thread was locked, or deleted together with it."""
        for again in (True, False):
            try:
                await self._rest.call("PATCH", f"/channels/{place}/messages/{message}", json=body)
            except discord.HTTPException as error:
                if again and error.code == ARCHIVED and await self._reopened(place):
                    continue
                if place == channel.ref or error.code not in LOST_THREAD:
                    raise
                return False
            return True
        return False

    async def _reopened(self, thread: str) -> bool:
        """Reopen an archived thread, as anyone may who may post there; not a locked one."""
        try:
            await self._rest.call("PATCH", f"/channels/{thread}", json={"archived": False})
        except discord.HTTPException as error:
            if error.status == 429 or error.status >= 500:
                raise
            return False
        return True

    async def _under(self, news: _News, place: str, message: str) -> bool:
        """Post it under the alert: in the alert's own thread, else as a reply. False if a thread accepts nothing."""
        if in_story_thread(news.channel, news.alert, place):
            started = await self._stories.started(place, message, thread_name(news.alert))
            if started and await self._into(news, message, ""):
                return True
        return await self._into(news, place, message)

    async def _into(self, news: _News, place: str, message: str) -> bool:
        """Post it, as a reply to a message unless that is ""; False if a thread accepts nothing any more."""
        self._tries.note(news.marker)
        body = once(news.body(), news.marker)
        reply_to = {"message_reference": {"message_id": message, "fail_if_not_exists": False}} if message else {}
        try:
            await self._post(place, {**body, **reply_to}, body)
        except discord.HTTPException as error:
            if place == news.channel.ref or error.code not in LOST_THREAD:
                raise
            return False
        return True

    async def _post(self, place: str, body: Json, unreplied: Json) -> None:
        try:
            await self._rest.call("POST", f"/channels/{place}/messages", json=body)
        except discord.HTTPException as error:
            if error.code != NO_HISTORY:
                raise
            await self._rest.call("POST", f"/channels/{place}/messages", json=unreplied)

    async def _aside(self, news: _News) -> None:
        """Post it away from its alert."""
        made, ref = news.body(titled=True), news.channel.ref
        place = self._places.known(ref) or await self._places.look(ref)
        if place.forum:
            self._tries.bare(news.marker)
            await forum_post(self._rest, self._places, place, news.alert, made, "layout")
            return
        self._tries.note(news.marker)
        body = once(made, news.marker)
        await self._rest.call("POST", f"/channels/{ref}/messages", json=body)
