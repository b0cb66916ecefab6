"""One alert to one channel, and what came of it. By REST alone; the gateway may be down.

A delivery's nonce never changes, and Discord returns the message that it made instead of making a second one while it
remembers the nonce ("for a few minutes"). A forum's thread takes no nonce: in doubt it is looked for.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import discord

from bot.core.mention import called
from bot.core.message import Alert
from bot.core.model import Channel
from bot.ports import Ambiguous, Delivery, Receipt, Rejected, Retry, Sent
from handlers.discord import receipts
from handlers.discord.guard import Guard
from handlers.discord.ids import nonce
from handlers.discord.layout import Rendered, news_layout
from handlers.discord.parts import Say, Voice, title
from handlers.discord.places import Place, Places, chosen_tags
from handlers.discord.render import Form, next_form, rendered
from handlers.discord.rest import FAILURES, Rest, judge
from handlers.discord.threads import Stories, opened
from handlers.text import truncate

_REMEMBERED = 10_000


class Sender:
    """Posts, edits and replies. `tried` holds when each delivery was first tried in this process (monotonic s)."""

    def __init__(
        self, rest: Rest, places: Places, guard: Guard, say: Say, clock: Callable[[], float], keep: Callable[..., Any]
    ) -> None:
        self._rest = rest
        self._places = places
        self._guard = guard
        self._say = say
        self._clock = clock
        self._keep = keep
        self._forms: dict[str, Form] = {}
        self._stories = Stories(rest)
        self.tried: dict[str, float] = {}

    async def send(self, channel: Channel, alert: Alert, delivery: Delivery) -> Receipt:
        """Post an alert, or bring a posted one up to date. Never raises for what Discord may answer."""
        await self._guard.look()
        if (hold := self._guard.hold_s()) > 0:
            return Retry(hold, self._guard.reason)
        voice = Voice(self._say, channel.settings.get("language", "en"))
        try:
            if delivery.kind == "update" and delivery.ref:
                return await self._update(channel, alert, delivery, voice)
            receipt = await self._post(channel, alert, delivery, voice)
        except FAILURES as error:
            return judge(error, self._guard)
        return await self._with_thread(channel, alert, receipt)

    async def _with_thread(self, channel: Channel, alert: Alert, receipt: Receipt) -> Receipt:
        """What was posted heads a thread: a topic's, without which it is nothing, or a story's, where there can be."""
        if not isinstance(receipt, Sent):
            return receipt
        place, message, _ = read_reference(receipt.ref)
        if alert.kind == "thread":
            in_forum = place != channel.ref
            return Sent(place) if in_forum else await opened(self._rest, place, message, thread_name(alert))
        if in_story_thread(channel, alert, place):
            await self._stories.started(place, message, thread_name(alert))
        return receipt

    # ── new messages ───────────────────────────────────────────────────────────────────────────────────────────

    async def _post(self, channel: Channel, alert: Alert, delivery: Delivery, voice: Voice) -> Receipt:
        marker = nonce(channel.ref, delivery.id, delivery.created_at)
        self._note(marker)
        roles = _roles(channel, alert)
        form = self._forms.get(channel.ref, "layout")
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
            else:
                self._forms[channel.ref] = form
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
                body = {**made.body, "nonce": marker, "enforce_nonce": True}
                message = await self._rest.call("POST", f"/channels/{channel.ref}/messages", json=body)
            except discord.HTTPException as error:
                if error.code != receipts.NOT_TEXT:
                    raise
                place = await self._places.look(channel.ref)
                if not place.forum:
                    raise
            else:
                return _posted(channel.ref, message, form)
        return await self._thread(place, alert, made, form)

    async def _inside(
        self, channel: Channel, alert: Alert, made: Rendered, marker: str, form: Form, thread: str
    ) -> Receipt:
        """Into the thread of a topic. One that was never started, or deleted, is started under its head."""
        body = {**made.body, "nonce": marker, "enforce_nonce": True}
        for again in (True, False):
            try:
                message = await self._rest.call("POST", f"/channels/{thread}/messages", json=body)
            except discord.HTTPException as error:
                if error.code not in receipts.LOST_THREAD:
                    raise
                restarted = again and await opened(self._rest, channel.ref, thread, _topic_of(alert))
                if isinstance(restarted, Sent):
                    continue
            else:
                return _posted(thread, message, form)
        return Retry(1.0, "the thread is gone or closed; a new one is opened", lost=True)

    async def _thread(self, place: Place, alert: Alert, made: Rendered, form: Form) -> Receipt:
        body = {"name": thread_name(alert), "message": made.body, "applied_tags": chosen_tags(place, alert)}
        thread = await self._rest.call("POST", f"/channels/{place.ref}/threads", json=body)
        if not _is_object(thread):
            return Ambiguous("Discord's answer could not be read")
        starter = thread.get("message") or thread
        return Sent(reference(str(thread["id"]), str(starter["id"]), form))

    # ── messages already posted ────────────────────────────────────────────────────────────────────────────────

    async def _update(self, channel: Channel, alert: Alert, delivery: Delivery, voice: Voice) -> Receipt:
        """Edit the posted message, then tell the news under it. Done twice it is still done once."""
        place, message, form = read_reference(delivery.ref)
        if not message.isdigit():
            return Rejected(f"{delivery.ref[:60]!r} is no reference to a message on Discord")
        made = rendered(form, alert, voice)
        await self._keep(made.kept)
        await self._rest.call("PATCH", f"/channels/{place}/messages/{message}", json=made.body)
        if alert.said:
            marker = nonce(channel.ref, delivery.id, delivery.created_at)
            self._note(marker)
            made = news_layout(alert, voice, marker, _roles(channel, alert))
            name = thread_name(alert)
            inside = in_story_thread(channel, alert, place) and await self._stories.started(place, message, name)
            await self._tell(message if inside else place, "" if inside else message, made, marker)
        return Sent(delivery.ref)

    async def _tell(self, place: str, message: str, made: Rendered, marker: str) -> None:
        """Post the news; as a reply to a message unless it is ""."""
        body = {**made.body, "nonce": marker, "enforce_nonce": True}
        reply_to = {"message_reference": {"message_id": message, "fail_if_not_exists": False}} if message else {}
        try:
            await self._rest.call("POST", f"/channels/{place}/messages", json={**body, **reply_to})
        except discord.HTTPException as error:
            if error.code != receipts.NO_HISTORY:
                raise
            await self._rest.call("POST", f"/channels/{place}/messages", json=body)

    def _note(self, marker: str) -> None:
        if marker not in self.tried:
            if len(self.tried) >= _REMEMBERED:
                self.tried.pop(next(iter(self.tried)))
            self.tried[marker] = self._clock()


def thread_name(alert: Alert) -> str:
    """A forum post's title: plain text, 100 characters."""
    return truncate(title(alert), 100)


def in_story_thread(channel: Channel, alert: Alert, place: str) -> bool:
    """Does a story that stands in `place` have a thread of its own under its message? In a forum it is one itself."""
    return alert.thread is not None and alert.thread.mode == "story" and place == channel.ref


def _topic_of(alert: Alert) -> str:
    """What the thread of an alert's topic is called."""
    rule = alert.thread.rule if alert.thread else ""
    named = [*((line.id, line.title) for line in alert.topics), *((line.rule, line.label) for line in alert.lines)]
    return truncate(dict(named).get(rule, "…"), 100)


def reference(place: str, message: str, form: Form) -> str:
    """What finds a posted message again: where it stands, its id, and the form that edits must keep."""
    return f"{place}/{message}/{form}"


def read_reference(ref: str) -> tuple[str, str, Form]:
    """Place, message and form of a reference; parts that it lacks are ""."""
    place, _, rest = ref.partition("/")
    message, _, form = rest.partition("/")
    forms: dict[str, Form] = {"embed": "embed", "plain": "plain"}
    return place, message, forms.get(form, "layout")


def _roles(channel: Channel, alert: Alert) -> tuple[str, ...]:
    """The roles to mention; never everyone, whose role has the server's id."""
    return tuple(role for role in called("discord", channel.settings, alert) if role != channel.scope)


def _posted(ref: str, message: Any, form: Form) -> Receipt:
    if not _is_object(message):
        return Ambiguous("Discord's answer could not be read")
    return Sent(reference(ref, str(message["id"]), form))


def _is_object(data: Any) -> bool:
    return isinstance(data, dict) and str(data.get("id", "")).isdigit()
