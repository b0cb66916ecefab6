"""Parses Slack's payloads: who asks, where, and what was typed. Pure; any field may be missing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from bot.commands.presses import pressed
from bot.core.commands.line import parse_line
from bot.core.commands.spec import BY_NAME
from handlers.chat import STORY_ACTIONS, URL

Json = Mapping[str, Any]

_WRAPPED = re.compile(r"<(?:[#@]([A-Z0-9]+)|!subteam\^([A-Z0-9]+)|(https?://[^<>|]+))(?:\|[^<>]*)?>")
_CHANNEL = re.compile(r"[CDG][A-Z0-9]{1,30}\Z")
_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))


class Place(NamedTuple):
    """Who asks and from where: ids as Slack gives them, "" for what a payload lacks."""

    team: str
    user: str
    channel: str = ""
    channel_name: str = ""

    def ids(self) -> dict[str, str]:
        """The context of log lines: where, not who."""
        return {"workspace": self.team, "place": self.channel}


def read_place(body: Json) -> Place:
    """The place of a command, press, shortcut or view."""
    container = _object(body, "container")
    channel = body.get("channel_id") or _object(body, "channel").get("id") or container.get("channel_id")
    name = body.get("channel_name") or _object(body, "channel").get("name")
    user = body.get("user_id") or _object(body, "user").get("id")
    team = (
        _granted(body) or body.get("team_id") or _object(body, "team").get("id") or _object(body, "user").get("team_id")
    )
    shown = "" if name in ("directmessage", "privategroup") else _text(name)
    return Place(_text(team), _text(user), _text(channel), shown)


def _granted(body: Json) -> object:
    """The workspace whose install an event is for; in a channel shared with another company, that may be elsewhere."""
    return next((each.get("team_id") for each in _objects(body, "authorizations")), "")


def plain_line(text: str) -> str:
    """A typed line as the user meant it: `<#C1|news>` is C1, `<https://…>` its URL, entities are undone.

    Slack escapes channels, groups and links in a command's text (`should_escape` in the manifest).
    """
    text = _WRAPPED.sub(lambda found: found[1] or found[2] or found[3], text)
    for entity, char in _ENTITIES:
        text = text.replace(entity, char)
    return text.strip()


def wants_modal(line: str) -> str:
    """The command whose form to open for a bare `subscribe` or `settings`; "" for anything else."""
    word = line.strip().lower()
    return word if word in ("subscribe", "settings") else ""


def named_channel(line: str) -> str:
    """The channel that a line names with `channel=`, "" when it names none."""
    return parse_line(line).args.get("channel", "").strip()


def shown_name(name: str) -> str:
    """A channel's name as people write it, "" for none."""
    return f"#{said}" if (said := _text(name)) else ""


def is_channel(ref: str) -> bool:
    """Can this be the id of a channel?"""
    return bool(_CHANNEL.match(ref))


def press_line(action: str, value: str) -> str:
    """The typed line that is equivalent to a press, for further pages; "" if there is none."""
    return f"{action} {value}".strip() if action in BY_NAME else ""


def pressed_channel(action: str, value: str) -> str:
    """The channel that a pressed button names in its value, if any; parsed as the press itself is."""
    found = pressed(action, value)
    return found[1].get("channel", "") if found else ""


def once_key(body: Json) -> str:
    """A key that a payload shares with its redeliveries by Slack, and with nothing else; "" if there is none.

    A form that is corrected and submitted again has a new trigger, but the id and hash of the view before.
    """
    if event_id := body.get("event_id"):
        return f"event:{event_id}"
    if body.get("type") == "block_suggestion":
        return ""
    trigger = body.get("trigger_id")
    return f"trigger:{trigger}" if trigger else ""


def first_link(message: Json) -> str:
    """The first link of a message: in its blocks, else its attachments, else its text; "" if there is none."""
    for text in _links(message.get("blocks")):
        return text
    for attachment in _objects(message, "attachments"):
        if url := _text(attachment.get("title_link")) or _text(attachment.get("from_url")):
            return url
    found = URL.search(plain_line(_text(message.get("text"))))
    return found[0] if found else ""


def story_of(message: Json) -> str:
    """The number of the story that one of our alerts is about, by its buttons; "" for other messages."""
    for block in _objects(message, "blocks"):
        for element in _objects(block, "elements"):
            value = _text(element.get("value"))
            if _text(element.get("action_id")).rpartition(":")[2] in STORY_ACTIONS and value.isdecimal():
                return value
    return ""


def _links(node: object) -> Iterator[str]:
    """URLs of link elements anywhere inside blocks, in order."""
    if isinstance(node, Mapping):
        if node.get("type") == "link" and (url := _text(node.get("url"))):
            yield url
        for part in node.values():
            yield from _links(part)
    elif isinstance(node, list):
        for part in node:
            yield from _links(part)


def _object(body: Json, key: str) -> Json:
    value = body.get(key)
    return value if isinstance(value, Mapping) else {}


def _objects(body: Json, key: str) -> list[Json]:
    value = body.get(key)
    return [part for part in value if isinstance(part, Mapping)] if isinstance(value, list) else []


def _text(value: object) -> str:
    """A text that can be stored: lone surrogates (from a cut text) become "?"; "" for what is no text."""
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else ""
