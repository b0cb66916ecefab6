"""The slash commands as Discord's JSON, of `bot.core.commands.spec.COMMANDS` and the wording of each language. Pure.

Two roots. `/tocsin` holds every command and is, by default, for whoever may manage the server; `/news` holds the
look-ups, for everyone: Discord knows default permissions for a whole root only. A message has *Find this story*
and, for announcement channels, *Publish this alert*.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from hashlib import blake2b
from typing import Any

from bot.core.commands.forms import TEXT_MOST
from bot.core.commands.spec import COMMANDS, Arg, Command
from bot.translations import Words
from handlers.text import truncate

Json = dict[str, Any]

FIND, PUBLISH = "Find this story", "Publish this alert"
MANAGE_GUILD, MANAGE_MESSAGES = 1 << 5, 1 << 13
LOCALES = ("zh-CN", "zh-TW")
_EVERYWHERE: Json = {"integration_types": [0, 1], "contexts": [0, 1, 2]}
_TEXT_CHANNELS = [0, 5, 10, 11, 12, 15]
_STRING, _INTEGER, _BOOLEAN, _CHANNEL, _SUBCOMMAND = 3, 4, 5, 7, 1
_TYPES = {"integer": _INTEGER, "flag": _BOOLEAN, "channel": _CHANNEL}


def command_payload(words: Words) -> list[Json]:
    """The complete payload to register with Discord."""
    looks = [command for command in COMMANDS if not command.configures]
    configure = _root("tocsin", words, COMMANDS) | {"default_member_permissions": MANAGE_GUILD}
    find = _menu(words, FIND, "command.find.name") | _EVERYWHERE
    publish = _menu(words, PUBLISH, "command.publish.name") | {"integration_types": [0], "contexts": [0]}
    return [configure, _root("news", words, looks), find, publish | {"default_member_permissions": MANAGE_MESSAGES}]


def fingerprint(payload: list[Json], application_id: int) -> str:
    """A hash that changes if the commands must be registered again."""
    text = json.dumps([application_id, payload], sort_keys=True, ensure_ascii=True)
    return blake2b(text.encode(), digest_size=16).hexdigest()


def _root(name: str, words: Words, commands: Sequence[Command]) -> Json:
    return {
        "type": 1,
        "name": name,
        **_described(words, words("en", f"root.{name}.help"), f"root.{name}.help"),
        "options": [_subcommand(words, command) for command in commands],
        **_EVERYWHERE,
    }


def _menu(words: Words, name: str, key: str) -> Json:
    return {"type": 3, "name": name, "name_localizations": _localised(words, key)}


def _subcommand(words: Words, command: Command) -> Json:
    ordered = sorted(command.args, key=lambda arg: not arg.required)
    return {
        "type": _SUBCOMMAND,
        "name": command.name,
        "name_localizations": _localised(words, f"command.{command.name}.name"),
        **_described(words, command.help, f"command.{command.name}.help"),
        "options": [_option(words, command, arg) for arg in ordered],
    }


def _option(words: Words, command: Command, arg: Arg) -> Json:
    kind = _TYPES.get(arg.kind, _STRING)
    key = f"arg.{command.name}.{arg.name}.help"
    shared = key if _localised(words, key) else f"arg.{arg.name}.help"
    return {
        "type": kind,
        "name": arg.name,
        "required": arg.required,
        **_described(words, arg.help, shared),
        **_limits(arg, kind),
    }


def _limits(arg: Arg, kind: int) -> Json:
    if kind == _INTEGER:
        return {"min_value": arg.low, "max_value": arg.high}
    if kind == _CHANNEL:
        return {"channel_types": _TEXT_CHANNELS}
    if kind == _BOOLEAN:
        return {}
    if arg.choices:
        return {"choices": [{"name": choice, "value": choice} for choice in arg.choices]}
    return {"max_length": TEXT_MOST, "autocomplete": arg.complete or arg.kind == "role"}


def _described(words: Words, english: str, key: str) -> Json:
    return {"description": truncate(english, 100), "description_localizations": _localised(words, key)}


def _localised(words: Words, key: str) -> dict[str, str]:
    found = {locale: words.find(locale, key) for locale in LOCALES}
    return {locale: truncate(text, 100) for locale, text in found.items() if text}
