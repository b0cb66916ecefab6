"""Message payloads: markers by which a post is found again, nonces, and posts in forums."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import discord

from bot.core.commands.mention import called
from bot.core.latest import Latest
from bot.core.message import Alert
from bot.core.model import Channel
from bot.ports import Ambiguous, Receipt, Sent
from handlers.discord.alertlines import title
from handlers.discord.channelkinds import Place, Places, chosen_tags
from handlers.discord.layout import Json, Rendered
from handlers.discord.receipts import OTHER_TAGS
from handlers.discord.render import Form
from handlers.discord.rest import Rest
from handlers.discord.ways import MENTIONS
from handlers.text import truncate

_REMEMBERED = 10_000


class Tries:
    """When each marker was first sent as a nonce by this process, in monotonic seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._first: Latest[str, float] = Latest(_REMEMBERED)

    def note(self, marker: str) -> None:
        """Note that it is sent now, for the first time or again, with a nonce."""
        if marker not in self._first:
            self._first[marker] = self._clock()

    def bare(self, marker: str) -> None:
        """Note that its message is sent without a nonce: a second send would post it twice."""
        self._first.pop(marker, None)

    def age_s(self, marker: str) -> float | None:
        """Seconds since a nonce was first sent; None when there was none, or not in this process."""
        first = self._first.get(marker)
        return None if first is None else self._clock() - first


def once(made: Rendered, marker: str) -> Json:
    """A message body that Discord posts once, however often it is sent while Discord remembers the nonce."""
    return {**made.body, "nonce": marker, "enforce_nonce": True}


def reference(place: str, message: str, form: Form) -> str:
    """The reference of a posted message: its place, its id, and the form that edits must keep."""
    return f"{place}/{message}/{form}"


def read_reference(ref: str) -> tuple[str, str, Form]:
    """Place, message and form of a reference; parts that it lacks are ""."""
    place, _, rest = ref.partition("/")
    message, _, form = rest.partition("/")
    forms: dict[str, Form] = {"embed": "embed", "plain": "plain"}
    return place, message, forms.get(form, "layout")


def posted(ref: str, message: Any, form: Form) -> Receipt:
    """The receipt of a message, by Discord's answer."""
    if not _is_object(message):
        return Ambiguous("Discord's answer could not be read")
    return Sent(reference(ref, str(message["id"]), form))


async def forum_post(rest: Rest, places: Places, place: Place, alert: Alert, made: Rendered, form: Form) -> Receipt:
    """Open a post in a forum, which accepts no nonce. The forum's tags may have changed since it was looked up. Raises
    what `Rest.call` raises.
    """
    try:
        thread = await _opened(rest, place, alert, made)
    except discord.HTTPException as error:
        if error.code not in OTHER_TAGS:
            raise
        thread = await _opened(rest, await places.look(place.ref), alert, made)
    if not _is_object(thread):
        return Ambiguous("Discord's answer could not be read")
    starter = thread.get("message") or thread
    return Sent(reference(str(thread["id"]), str(starter["id"]), form))


async def _opened(rest: Rest, place: Place, alert: Alert, made: Rendered) -> Any:
    body = {"name": thread_name(alert), "message": made.body, "applied_tags": chosen_tags(place, alert)}
    return await rest.call("POST", f"/channels/{place.ref}/threads", json=body)


def thread_name(alert: Alert) -> str:
    """A forum post's title: plain text, 100 characters."""
    return truncate(title(alert), 100)


def in_story_thread(channel: Channel, alert: Alert, place: str) -> bool:
    """Whether a story in `place` has a thread of its own under its message; in a forum it is a thread itself."""
    return alert.thread is not None and alert.thread.mode == "story" and place == channel.ref


def called_roles(channel: Channel, alert: Alert) -> tuple[str, ...]:
    """The roles to mention; never everyone, whose role has the server's id."""
    return tuple(role for role in called(MENTIONS, channel.settings, alert) if role != channel.scope)


def _is_object(data: Any) -> bool:
    return isinstance(data, dict) and str(data.get("id", "")).isdigit()
