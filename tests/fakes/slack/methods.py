"""The Web API methods that the program uses, over the fake's state, each answering as Slack does, refusals too."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from typing import Any

from tests.fakes.slack.state import Channel, Json, Team, conversation


def no(error: str, **more: Any) -> Json:
    """A refusal."""
    return {"ok": False, "error": error, **more}


class Methods:
    """`call` by a method's name. `views` keeps what is shown: by user for Home tabs, by id for modals."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)
        self.views: dict[str, Json] = {}
        self.homes: dict[str, Json] = {}
        self.ephemeral: list[Json] = []
        self.url = ""
        self.uploads: dict[str, int] = {}
        self.files: dict[str, bytes] = {}
        self.small = False
        """Gives 15 messages a look, as Slack does to some apps."""
        self.now: Callable[[], float] = lambda: 1_764_000_000.0

    def call(self, method: str, team: Team, args: Json) -> Json:
        """The answer to one call."""
        answer: Json = getattr(self, "_" + method.replace(".", "_"))(team, args)
        return answer

    def stamp(self) -> str:
        """A new message's ts."""
        return f"{int(self.now())}.{next(self._numbers):06d}"

    def _auth_test(self, team: Team, args: Json) -> Json:
        told = {"enterprise_id": team.org, "is_enterprise_install": True} if team.org else {}
        who = {"team_id": team.id, "team": team.id, "user_id": team.bot_user, "bot_id": "B1", "url": ""}
        return {"ok": True, **who, **told}

    def _chat_postMessage(self, team: Team, args: Json) -> Json:
        channel = _conversation(team, args["channel"])
        if refused := _refused(team, channel):
            return refused
        assert channel is not None
        if args.get("thread_ts") and not any(m["ts"] == args["thread_ts"] for m in channel.messages):
            return no("thread_not_found")
        message = {**args, "ts": self.stamp(), "bot_id": "B1"}
        channel.messages.append(message)
        return {"ok": True, "channel": channel.id, "ts": message["ts"], "message": message}

    def _chat_update(self, team: Team, args: Json) -> Json:
        channel = team.channels.get(args["channel"])
        if refused := _refused(team, channel):
            return refused
        assert channel is not None
        found = next((message for message in channel.messages if message["ts"] == args["ts"]), None)
        if found is None:
            return no("message_not_found")
        found.update({**args, "edits": found.get("edits", 0) + 1})
        return {"ok": True, "channel": channel.id, "ts": args["ts"], "text": args["text"]}

    def _chat_postEphemeral(self, team: Team, args: Json) -> Json:
        if args["channel"] not in team.channels:
            return no("channel_not_found")
        self.ephemeral.append(args)
        return {"ok": True, "message_ts": self.stamp()}

    def _files_getUploadURLExternal(self, team: Team, args: Json) -> Json:
        if "files:write" not in team.scopes:
            return no("missing_scope", needed="files:write")
        name = f"F{next(self._numbers)}"
        self.uploads[name] = int(args["length"])
        return {"ok": True, "upload_url": f"{self.url}/upload/{name}", "file_id": name}

    def _files_completeUploadExternal(self, team: Team, args: Json) -> Json:
        channel = team.channels.get(args["channel_id"])
        if refused := _refused(team, channel):
            return refused
        assert channel is not None
        listed = json.loads(args["files"])
        if any(each["id"] not in self.files for each in listed):
            return no("file_not_found")
        channel.messages += [{"files": [each], "ts": self.stamp(), "bot_id": "B1"} for each in listed]
        return {"ok": True, "files": listed}

    def _conversations_history(self, team: Team, args: Json) -> Json:
        channel = team.channels.get(args["channel"])
        if refused := _refused(team, channel, reading=True):
            return refused
        assert channel is not None
        return self._page([m for m in channel.messages if "thread_ts" not in m], args)

    def _conversations_replies(self, team: Team, args: Json) -> Json:
        channel = team.channels.get(args["channel"])
        if refused := _refused(team, channel, reading=True):
            return refused
        assert channel is not None
        thread = [m for m in channel.messages if args["ts"] in (m["ts"], m.get("thread_ts"))]
        return self._page(thread, args) if thread else no("thread_not_found")

    def _page(self, messages: list[Json], args: Json) -> Json:
        since = [message for message in messages if float(message["ts"]) >= float(args.get("oldest", 0))]
        limit = 15 if self.small else min(int(args.get("limit", 100)), 999)
        start = int(args.get("cursor") or 0)
        told = [dict(message) for message in reversed(since)][start : start + limit]
        more = start + limit < len(since)
        if args.get("include_all_metadata") not in (True, "1", "true"):
            told = [{key: value for key, value in message.items() if key != "metadata"} for message in told]
        cursor = {"next_cursor": str(start + limit) if more else ""}
        return {"ok": True, "messages": told, "has_more": more, "response_metadata": cursor}

    def _conversations_info(self, team: Team, args: Json) -> Json:
        channel = team.channels.get(args["channel"])
        if channel is None or (channel.private and team.bot_user not in channel.members):
            return no("channel_not_found")
        return {"ok": True, "channel": conversation(channel, team.bot_user)}

    def _conversations_members(self, team: Team, args: Json) -> Json:
        channel = team.channels[args["channel"]]
        members = sorted(channel.members)
        start = int(args.get("cursor") or 0)
        size = min(int(args.get("limit", 100)), 100)
        more = str(start + size) if start + size < len(members) else ""
        return {"ok": True, "members": members[start : start + size], "response_metadata": {"next_cursor": more}}

    def _users_info(self, team: Team, args: Json) -> Json:
        if "users:read" not in team.scopes:
            return no("missing_scope", needed="users:read")
        locale = team.locales.get(args["user"]) if args.get("include_locale") in ("1", "true", True) else None
        told = {"locale": locale} if locale else {}
        return {"ok": True, "user": {"id": args["user"], "is_admin": args["user"] in team.admins, **told}}

    def _views_open(self, team: Team, args: Json) -> Json:
        view = {**args["view"], "id": f"V{next(self._numbers)}", "hash": f"h{next(self._numbers)}"}
        self.views[view["id"]] = view
        return {"ok": True, "view": view}

    def _views_update(self, team: Team, args: Json) -> Json:
        if args["view_id"] not in self.views:
            return no("not_found")
        self.views[args["view_id"]] = {**args["view"], "id": args["view_id"], "hash": f"h{next(self._numbers)}"}
        return {"ok": True, "view": self.views[args["view_id"]]}

    def _views_publish(self, team: Team, args: Json) -> Json:
        current = self.homes.get(args["user_id"])
        if args.get("hash") and (current is None or current["hash"] != args["hash"]):
            return no("hash_conflict")
        self.homes[args["user_id"]] = {**args["view"], "id": "VH", "hash": f"h{next(self._numbers)}"}
        return {"ok": True, "view": self.homes[args["user_id"]]}


def _conversation(team: Team, ref: str) -> Channel | None:
    """A channel; by a person's id the direct messages with them."""
    direct = next((channel for channel in team.channels.values() if channel.im_user == ref), None)
    return team.channels.get(ref) or direct


def _refused(team: Team, channel: Channel | None, *, reading: bool = False) -> Json | None:
    if channel is None:
        return no("channel_not_found")
    inside = channel.im_user or team.bot_user in channel.members
    if not inside:
        return no("channel_not_found" if channel.private else "not_in_channel")
    if channel.archived and not reading:
        return no("is_archived")
    return None
