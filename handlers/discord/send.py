"""Sends one alert to one channel over REST alone, and returns a receipt. The gateway may be down.

A delivery's nonce never changes, and while Discord remembers it ("for a few minutes"), it returns the message that it
made instead of making a second one. A forum's thread accepts no nonce: in doubt it is looked for.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import discord

from bot.core.message import Alert
from bot.core.model import Channel
from bot.ports import Delivery, Receipt, Retry, Say, Sent, Voice
from handlers.discord import receipts
from handlers.discord.channelkinds import Places
from handlers.discord.guard import Guard
from handlers.discord.ids import nonce
from handlers.discord.layout import Rendered
from handlers.discord.posts import (
    Tries,
    called_roles,
    forum_post,
    in_story_thread,
    once,
    posted,
    read_reference,
    thread_name,
)
from handlers.discord.render import Form, next_form, rendered
from handlers.discord.rest import FAILURES, Rest, judge
from handlers.discord.threads import Stories, opened
from handlers.discord.updates import Updates
from handlers.text import truncate


class Sender:
    """Posts, edits and replies."""

    def __init__(
        self, rest: Rest, places: Places, guard: Guard, say: Say, tries: Tries, keep: Callable[..., Any]
    ) -> None:
        self._rest = rest
        self._places = places
        self._guard = guard
        self._say = say
        self._tries = tries
        self._keep = keep
        self._forms: dict[str, Form] = {}
        self._stories = Stories(rest)
        self._updates = Updates(rest, places, self._stories, tries, keep)

    async def send(self, channel: Channel, alert: Alert, delivery: Delivery) -> Receipt:
        """Post an alert, or update a posted one. Never raises for anything that Discord may answer."""
        await self._guard.look()
        if (hold := self._guard.hold_s()) > 0:
            return Retry(hold, self._guard.reason)
        voice = Voice(self._say, channel.language)
        try:
            channel = await self._places.there(channel)
            if delivery.kind == "update" and delivery.ref:
                return await self._updates.done(channel, alert, delivery, voice)
            receipt = await self._post(channel, alert, delivery, voice)
        except FAILURES as error:
            return judge(error, self._guard)
        return await self._with_thread(channel, alert, receipt)

    async def _with_thread(self, channel: Channel, alert: Alert, receipt: Receipt) -> Receipt:
        """Open the thread under what was posted: a topic's, which must succeed, or a story's, if that is possible."""
        if not isinstance(receipt, Sent):
            return receipt
        place, message, _ = read_reference(receipt.ref)
        if alert.kind == "thread":
            in_forum = place != channel.ref
            return Sent(place) if in_forum else await opened(self._rest, place, message, thread_name(alert))
        if in_story_thread(channel, alert, place):
            await self._stories.started(place, message, thread_name(alert))
        return receipt

    async def _post(self, channel: Channel, alert: Alert, delivery: Delivery, voice: Voice) -> Receipt:
        marker = nonce(channel, delivery)
        self._tries.note(marker)
        roles = called_roles(channel, alert)
        form = allowed = self._forms.get(channel.ref, "layout")
        while True:
            made = rendered(form, alert, voice, marker=marker, roles=roles)
            await self._keep(made.kept)
            try:
                receipt = await self._create(channel, alert, made, marker, form, delivery.thread)
            except discord.HTTPException as error:
                simpler = next_form(form, error.code)
                if simpler is None:
                    raise
                form = simpler
                if error.code == receipts.MISSING_PERMISSIONS:  # other refusals are of this body alone
                    allowed = simpler
            else:
                self._forms[channel.ref] = allowed
                return receipt

    def forget(self, ref: str) -> None:
        """A channel or its permissions changed: try the fullest form again."""
        self._forms.pop(ref, None)
        self._stories.forget(ref)

    async def _create(
        self, channel: Channel, alert: Alert, made: Rendered, marker: str, form: Form, thread: str
    ) -> Receipt:
        if thread:
            return await self._inside(channel, alert, made, marker, form, thread)
        place = self._places.known(channel.ref)
        if place is None or not place.forum:
            try:
                body = once(made, marker)
                message = await self._rest.call("POST", f"/channels/{channel.ref}/messages", json=body)
            except discord.HTTPException as error:
                if error.code != receipts.NOT_TEXT:
                    raise
                place = await self._places.look(channel.ref)
                if not place.forum:
                    raise
            else:
                return posted(channel.ref, message, form)
        self._tries.bare(marker)
        return await forum_post(self._rest, self._places, place, alert, made, form)

    async def _inside(
        self, channel: Channel, alert: Alert, made: Rendered, marker: str, form: Form, thread: str
    ) -> Receipt:
        """Post into the thread of a topic. If it was never started, or was deleted, start it under its head."""
        body = once(made, marker)
        for again in (True, False):
            try:
                message = await self._rest.call("POST", f"/channels/{thread}/messages", json=body)
            except discord.HTTPException as error:
                if error.code not in receipts.LOST_THREAD:
                    raise
                restarted = again and await opened(self._rest, channel.ref, thread, _topic_of(alert))
                if not isinstance(restarted, Sent):
                    break
            else:
                return posted(thread, message, form)
        return Retry(1.0, "the thread is gone or closed; a new one is opened", lost=True)


def _topic_of(alert: Alert) -> str:
    """What the thread of an alert's topic is called."""
    rule = alert.thread.rule if alert.thread else ""
    named = [*((line.id, line.title) for line in alert.topics), *((line.rule, line.label) for line in alert.lines)]
    return truncate(dict(named).get(rule, "…"), 100)
