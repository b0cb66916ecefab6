"""What the fake server holds: servers, channels, messages; and Discord's rules about them. No network."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]

BOT = "900000000000000001"
EPOCH_MS = 1_420_070_400_000
VIEW, SEND, EMBED, HISTORY, START, THREADS = 1 << 10, 1 << 11, 1 << 14, 1 << 16, 1 << 35, 1 << 38
ALL = VIEW | SEND | EMBED | HISTORY | START | THREADS
NONCE_MS = 180_000


class Refused(Exception):
    """An answer that is no success."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


@dataclass
class FakeChannel:
    """A channel; `rights` is what the bot may do in it."""

    id: str
    guild: str = ""
    kind: int = 0
    name: str = "general"
    rights: int = ALL
    locked: bool = False
    archived: bool = False
    archived_at: str = "2026-11-24T00:00:00+00:00"
    closed: bool = False
    parent: str = ""
    owner: str = ""
    tags: tuple[tuple[str, str], ...] = ()
    flags: int = 0
    messages: list[Json] = field(default_factory=list)

    def data(self) -> Json:
        """Discord's channel object."""
        body: Json = {"id": self.id, "type": self.kind, "name": self.name, "flags": self.flags, "position": 0}
        body["last_message_id"] = self.messages[-1]["id"] if self.messages else None
        if self.guild:
            body["guild_id"] = self.guild
            overwrite = {"id": BOT, "type": 1, "allow": str(self.rights), "deny": str(ALL & ~self.rights)}
            body |= {"parent_id": self.parent or None, "permission_overwrites": [overwrite], "nsfw": False}
        if self.kind in (10, 11, 12):
            body |= {
                "owner_id": self.owner,
                "message_count": 0,
                "member_count": 1,
                "thread_metadata": {
                    "archived": self.archived,
                    "locked": self.locked,
                    "auto_archive_duration": 4320,
                    "archive_timestamp": self.archived_at,
                },
            }
        if self.kind in (15, 16):
            body["available_tags"] = [
                {"id": ref, "name": name, "moderated": False, "emoji_id": None, "emoji_name": None}
                for ref, name in self.tags
            ]
            body["topic"] = None
        return body


class World:
    """Servers, channels, messages. `clock_ms` is the server's time."""

    def __init__(self, clock_ms: Callable[[], int]) -> None:
        self._clock = clock_ms
        self._count = itertools.count(1)
        self.channels: dict[str, FakeChannel] = {}
        self.guilds: dict[str, Json] = {}
        self.commands: list[Json] = []
        self.directs: dict[str, str] = {}
        self.published: list[str] = []

    def snowflake(self) -> str:
        """A new id at the present time."""
        return str(((self._clock() - EPOCH_MS) << 22) | (next(self._count) & 0x3FFFFF))

    def guild(self, name: str = "Newsroom") -> str:
        """A new server with the bot in it."""
        ref = self.snowflake()
        everyone = {"id": ref, "name": "@everyone", "permissions": "0", "position": 0}
        desk = {"id": self.snowflake(), "name": "Desk", "permissions": "0", "position": 1}
        shared: Json = {"color": 0, "hoist": False, "managed": False, "mentionable": False, "flags": 0}
        shared["colors"] = {"primary_color": 0, "secondary_color": None, "tertiary_color": None}
        self.guilds[ref] = {
            "id": ref,
            "name": name,
            "owner_id": "1",
            "roles": [role | shared for role in (everyone, desk)],
            "emojis": [],
            "stickers": [],
            "features": [],
            "premium_tier": 0,
            "nsfw_level": 0,
            "verification_level": 0,
            "mfa_level": 0,
            "default_message_notifications": 0,
            "explicit_content_filter": 0,
            "system_channel_flags": 0,
            "preferred_locale": "en-US",
            "premium_progress_bar_enabled": False,
            "afk_timeout": 300,
        }
        return ref

    def channel(self, guild: str = "", **options: Any) -> FakeChannel:
        """A new channel."""
        channel = FakeChannel(self.snowflake(), guild, **options)
        self.channels[channel.id] = channel
        return channel

    def at(self, ref: str) -> FakeChannel:
        """The channel with this id, if the bot can see it."""
        channel = self.channels.get(ref)
        if channel is None:
            raise Refused(404, 10003, "Unknown Channel")
        if not channel.rights & VIEW:
            raise Refused(403, 50001, "Missing Access")
        return channel

    def post(self, ref: str, body: Mapping[str, Any]) -> Json:
        """A message in a channel; the one already there when its nonce is enforced and still remembered."""
        channel = self.at(ref)
        self._may_post(channel, body)
        nonce = str(body.get("nonce") or "")
        if body.get("enforce_nonce") and nonce:
            for message in channel.messages:
                if message["_nonce"] == nonce and self._clock() - message["_at"] < NONCE_MS:
                    return message
        message = self.made(ref, body) | {"_nonce": nonce}
        channel.messages.append(message)
        channel.archived = False
        return message

    def _may_post(self, channel: FakeChannel, body: Mapping[str, Any]) -> None:
        if channel.kind in (15, 16):
            raise Refused(400, 50008, "Cannot send messages in a non-text channel")
        if channel.closed:
            raise Refused(403, 50007, "Cannot send messages to this user")
        if channel.locked:
            raise Refused(403, 160005, "This thread is locked")
        if not channel.rights & (THREADS if channel.kind in (10, 11, 12) else SEND):
            raise Refused(403, 50013, "Missing Permissions")
        if not channel.rights & EMBED and (body.get("embeds") or (body.get("flags") or 0) & (1 << 15)):
            raise Refused(403, 50013, "Missing Permissions")
        if body.get("message_reference") and not channel.rights & HISTORY:
            raise Refused(400, 160002, "Cannot reply without permission to read message history")

    def made(self, ref: str, body: Mapping[str, Any]) -> Json:
        """A message object, in no channel yet. As Discord's, it does not show its nonce again."""
        return {
            "id": self.snowflake(),
            "channel_id": ref,
            "author": bot_user(),
            "content": body.get("content") or "",
            "embeds": body.get("embeds") or [],
            "components": body.get("components") or [],
            "flags": body.get("flags") or 0,
            "message_reference": body.get("message_reference"),
            "timestamp": "2026-11-24T00:00:00+00:00",
            "edited_timestamp": None,
            "tts": False,
            "mention_everyone": False,
            "mentions": [],
            "mention_roles": [],
            "attachments": [],
            "pinned": False,
            "type": 0,
            "_nonce": "",
            "_at": self._clock(),
            "_edits": 0,
        }

    def message(self, ref: str, number: str) -> Json:
        """A message by its id."""
        found = next((m for m in self.at(ref).messages if m["id"] == number), None)
        if found is None:
            raise Refused(404, 10008, "Unknown Message")
        return found

    def edit(self, ref: str, number: str, body: Mapping[str, Any]) -> Json:
        """Change a message of the bot's."""
        channel, message = self.at(ref), self.message(ref, number)
        if channel.archived:
            raise Refused(400, 50083, "Thread is archived")
        message.update({key: body[key] for key in ("content", "embeds", "components", "flags") if key in body})
        message["_edits"] += 1
        return message

    def modify(self, ref: str, body: Mapping[str, Any]) -> Json:
        """Open an archived thread again, as everybody may who may post in it, unless it is locked."""
        thread = self.at(ref)
        if thread.locked or not thread.rights & THREADS:
            raise Refused(403, 50013, "Missing Permissions")
        thread.archived = body["archived"]
        return thread.data()

    def history(self, ref: str, after: int, limit: int) -> list[Json]:
        """The `limit` messages next after an id, newest first."""
        channel = self.at(ref)
        if not channel.rights & HISTORY:
            return []
        later = [message for message in channel.messages if int(message["id"]) > after]
        return later[:limit][::-1]

    def thread(self, ref: str, body: Mapping[str, Any]) -> Json:
        """A post in a forum: a thread whose first message has the thread's id."""
        forum = self.at(ref)
        if forum.kind not in (15, 16):
            raise Refused(400, 50024, "Cannot execute action on this channel type")
        if forum.flags & (1 << 4) and not body.get("applied_tags"):
            raise Refused(400, 40067, "A tag is required to create a forum post in this channel")
        if not {ref for ref, _ in forum.tags}.issuperset(body.get("applied_tags") or ()):
            raise Refused(404, 10087, "Unknown Tag")
        thread = self.channel(forum.guild, kind=11, name=body["name"], parent=ref, owner=BOT)
        starter = self.made(thread.id, body["message"]) | {"id": thread.id}
        thread.messages.append(starter)
        return thread.data() | {"message": shown(starter), "_tags": body.get("applied_tags")}

    def started(self, ref: str, number: str, body: Mapping[str, Any]) -> Json:
        """The thread of a message: it has the message's id, and there is no second one."""
        parent = self.at(ref)
        self.message(ref, number)
        if number in self.channels:
            raise Refused(400, 160004, "A thread has already been created for this message")
        if not parent.guild or parent.kind not in (0, 5):
            raise Refused(400, 50024, "Cannot execute action on this channel type")
        if not parent.rights & START:
            raise Refused(403, 50013, "Missing Permissions")
        self.channels[number] = FakeChannel(number, parent.guild, 11, body["name"], parent=ref, owner=BOT)
        return self.channels[number].data()


def bot_user() -> Json:
    """The bot as a user object."""
    return {"id": BOT, "username": "tocsin", "discriminator": "0", "global_name": None, "avatar": None, "bot": True}


def shown(message: Mapping[str, Any]) -> Json:
    """A message without what only the fake knows, or what it lacks."""
    absent = ("message_reference",)
    return {k: v for k, v in message.items() if not k.startswith("_") and not (k in absent and v is None)}


def application() -> Json:
    """The bot's application object."""
    return {
        "id": BOT,
        "name": "Tocsin",
        "description": "",
        "icon": None,
        "summary": "",
        "bot_public": True,
        "bot_require_code_grant": False,
        "verify_key": "0",
        "flags": 0,
        "owner": bot_user() | {"id": "1", "username": "owner"},
        "team": None,
    }
