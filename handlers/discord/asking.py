"""Parses Discord's interactions: the command, its arguments as text, and who asks. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.core.commands.spec import BY_NAME
from handlers.chat import STORY_ACTIONS, URL
from handlers.discord.ids import decode

Json = Mapping[str, Any]

DIRECT = "@me"
VIEW = 1 << 10
"""The permission View Channel."""
_ROLE = re.compile(r"(?:<@&)?(\d{5,20})>?\Z")


@dataclass(frozen=True, slots=True)
class Ask:
    """A slash command as typed. `focused` is the argument being typed, `problem` the wording of a refusal, or ""."""

    name: str
    args: dict[str, str] = field(default_factory=dict)
    focused: str = ""
    problem: str = ""

    @property
    def shared(self) -> bool:
        """Whether the answer is for the whole channel."""
        return self.args.get("share") == "yes"


def read_ask(data: Json, guild: str, roles: Mapping[str, str] | None = None) -> Ask:
    """The data of a command or autocomplete interaction. `guild` is "" in direct messages; `roles` its id → name."""
    sub: Json = next(iter(data.get("options") or ()), {})
    name = str(sub.get("name", data.get("name", "")))
    options = [option for option in sub.get("options") or () if isinstance(option, Mapping)]
    args = {str(option.get("name")): text for option in options if (text := _text(option.get("value")))}
    focused = next((str(option.get("name")) for option in options if option.get("focused")), "")
    if focused:
        return Ask(name, args, focused)
    return _checked(Ask(name, args), data, guild, roles or {})


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else ""
    return "" if value is None else str(value)


def _checked(ask: Ask, data: Json, guild: str, roles: Mapping[str, str]) -> Ask:
    """Check that channels are this server's and visible to the asker, and roles this server's, never @everyone."""
    command = BY_NAME.get(ask.name)
    for arg in command.args if command else ():
        value = ask.args.get(arg.name, "")
        if value and arg.kind == "channel" and not _own_channel(data, value, guild):
            return Ask(ask.name, ask.args, problem="foreign.channel")
    return with_own_role(ask, guild, roles)


def channel_named(data: Json, ref: str) -> str:
    """The name of the channel that a command names; "" if it names none."""
    name = (_resolved(data, "channels").get(ref) or {}).get("name") if ref else ""
    return f"#{name}" if name else ""


def with_own_role(ask: Ask, guild: str, roles: Mapping[str, str]) -> Ask:
    """The same with roles by their ids; a problem if one is not of this server, or is @everyone."""
    command = BY_NAME.get(ask.name)
    for arg in command.args if command else ():
        if arg.kind == "role" and ask.args.get(arg.name):
            role = _role(ask.args[arg.name], guild, roles)
            if not role:
                return Ask(ask.name, ask.args, problem="foreign.role")
            ask.args[arg.name] = role
    return ask


def _own_channel(data: Json, ref: str, guild: str) -> bool:
    """Check a named channel, which Discord resolves with the asker's permissions there: look-ups show what a channel
    subscribes to, so the asker must be able to see it.
    """
    channel = _resolved(data, "channels").get(ref)
    if not guild or channel is None or str(channel.get("guild_id", guild)) != guild:
        return False
    allowed = channel.get("permissions") or ""
    return not allowed.isdecimal() or bool(int(allowed) & VIEW)


def _role(value: str, guild: str, roles: Mapping[str, str]) -> str:
    if value.strip().lower() == "none":
        return "none"
    if named := [ref for ref, name in roles.items() if name == value.strip().removeprefix("@")]:
        return named[0] if len(named) == 1 else ""
    found = _ROLE.match(value.strip())
    if not found or not guild or found[1] == guild or (roles and found[1] not in roles):
        return ""
    return found[1]


def pointed_message(data: Json) -> Json:
    """The message under a message command."""
    found: Json | None = _resolved(data, "messages").get(str(data.get("target_id")))
    return found or {}


def _resolved(data: Json, kind: str) -> Json:
    """Discord's data on the named channels, roles and so on, by id."""
    found: Json | None = (data.get("resolved") or {}).get(kind)
    return found or {}


def pointed_story(data: Json, application: str) -> str:
    """What a message command's message is about: the story's number of our alerts, else its first link, or ""."""
    message = pointed_message(data)
    ours = (
        str((message.get("author") or {}).get("id", "")) == application
        or str(message.get("application_id")) == application
    )
    number = next((n for n in map(_story_of, _custom_ids(message)) if n), "") if ours else ""
    return number or next((link for text in _texts(message) for link in URL.findall(text)), "")


def _story_of(custom_id: str) -> str:
    pressed = decode(custom_id)
    return pressed.value if pressed and pressed.action in STORY_ACTIONS and pressed.value.isdigit() else ""


def _custom_ids(part: Json) -> Iterator[str]:
    for component in part.get("components") or ():
        yield str(component.get("custom_id", ""))
        yield from _custom_ids(component)
        yield from _custom_ids({"components": [component["accessory"]]} if component.get("accessory") else {})


def _texts(message: Json) -> Iterator[str]:
    yield str(message.get("content") or "")
    for embed in message.get("embeds") or ():
        yield from (str(embed.get(key) or "") for key in ("url", "description", "title"))
    yield from _component_texts(message)


def _component_texts(part: Json) -> Iterator[str]:
    for component in part.get("components") or ():
        yield str(component.get("content") or "").replace(")", " ")
        yield from _component_texts(component)
