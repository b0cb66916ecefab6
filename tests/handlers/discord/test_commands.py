"""The slash commands are the table of commands, within Discord's limits and its own description."""

from __future__ import annotations

import json
from typing import Any

from bot.core.commands.spec import BY_NAME, COMMANDS
from bot.translations import Words
from handlers.discord.commands import command_payload, fingerprint
from tests.fakes.discord.limits import command_faults
from tests.fakes.discord.schema import schema_faults

PATH = "/applications/900000000000000001/commands"


def option(payload: list[dict[str, Any]], command: str, name: str) -> dict[str, Any]:
    """An argument as registered."""
    sub = next(one for one in payload[0]["options"] if one["name"] == command)
    return next(one for one in sub["options"] if one["name"] == name)


def test_two_roots_and_the_menus(words: Words) -> None:
    configure, look, menu, publish = command_payload(words)
    assert [sub["name"] for sub in configure["options"]] == [command.name for command in COMMANDS]
    assert [sub["name"] for sub in look["options"]] == [c.name for c in COMMANDS if not c.configures]
    assert configure["default_member_permissions"] == 32
    assert "default_member_permissions" not in look
    assert menu["name"] == "Find this story"
    assert menu["name_localizations"] == {"zh-CN": "查找此事件", "zh-TW": "尋找此事件"}
    assert publish["name"] == "Publish this alert"
    assert publish["default_member_permissions"] == 1 << 13
    assert (publish["integration_types"], publish["contexts"]) == ([0], [0])
    for one in (configure, look, menu):
        assert (one["integration_types"], one["contexts"]) == ([0, 1], [0, 1, 2])


def test_arguments_are_those_of_the_table(words: Words) -> None:
    payload = command_payload(words)
    assert option(payload, "latest", "n")["min_value"] == 1
    assert option(payload, "latest", "n")["max_value"] == 25
    assert [one["value"] for one in option(payload, "subscribe", "severity")["choices"]] == [
        "normal",
        "notable",
        "breaking",
    ]
    assert option(payload, "subscribe", "what")["autocomplete"] is True
    assert option(payload, "subscribe", "what")["required"] is True
    assert option(payload, "subscribe", "lang")["autocomplete"] is False
    assert option(payload, "settings", "mention")["autocomplete"] is True
    assert option(payload, "latest", "share")["type"] == 5
    assert option(payload, "test", "channel")["type"] == 7
    assert option(payload, "why", "what")["description"] == BY_NAME["why"].args[1].help
    assert option(payload, "why", "what")["description_localizations"]["zh-CN"] == "要解释的主题或关键词"
    assert option(payload, "test", "channel")["description_localizations"]["zh-TW"].startswith("提醒發往")


def test_limits_and_the_official_description(words: Words) -> None:
    payload = command_payload(words)
    assert command_faults(payload) == []
    assert schema_faults("PUT", PATH, json.dumps(payload)) == ()


def test_without_words_the_commands_are_english(words: Words) -> None:
    assert command_faults(command_payload(Words({"en": words.texts["en"]}))) == []


def test_the_fingerprint_changes_with_what_is_registered(words: Words) -> None:
    payload = command_payload(words)
    assert fingerprint(payload, 1) == fingerprint(command_payload(words), 1)
    assert fingerprint(payload, 1) != fingerprint(payload, 2)
    assert fingerprint(payload, 1) != fingerprint(payload[:2], 1)
