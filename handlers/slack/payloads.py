"""The shape of Slack's payloads as far as it is relied on (docs.slack.dev: interaction payloads, slash commands)."""

from __future__ import annotations

from typing import Any

from handlers.payload import sound

_TEXTS = ("type", "text", "command", "trigger_id", "response_url", "callback_id", "block_id", "value")
_VIEW: dict[str, Any] = {
    **dict.fromkeys(("id", "type", "callback_id", "private_metadata", "hash"), str),
    "state": {"values": {"*": {"*": dict}}},
}
_SHAPE: dict[str, Any] = {
    **dict.fromkeys(_TEXTS, str),
    "view": _VIEW,
    "actions": [{**dict.fromkeys(("action_id", "block_id", "value", "selected_conversation"), str)}],
    "container": dict,
    "message": dict,
    "event": {"type": str, "tab": str, "view": _VIEW, "tokens": dict},
}


def checked(body: dict[str, Any]) -> dict[str, Any] | None:
    """The payload with texts that can be stored; None for one that Slack would never send."""
    return sound(body, _SHAPE)
