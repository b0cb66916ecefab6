"""The shape of an interaction's data, as far as it is relied on (discord.com, Receiving and Responding)."""

from __future__ import annotations

from typing import Any

from handlers.payload import sound

_PART: dict[str, Any] = {"custom_id": str, "content": str, "value": str, "values": [str]}
_PART |= {"components": [_PART], "component": _PART, "accessory": _PART}
_EMBED = dict.fromkeys(("url", "title", "description"), str)
_SHAPE: dict[str, Any] = {
    **_PART,
    "name": str,
    "options": [{"name": str, "options": [{"name": str}]}],
    "resolved": {
        "channels": {"*": {"name": str, "permissions": str}},
        "messages": {"*": {"author": dict, "content": str, "embeds": [_EMBED], "components": [_PART]}},
    },
}


def checked(data: object) -> dict[str, Any]:
    """The data with texts that can be kept; nothing of what Discord would never send."""
    found = sound(data, _SHAPE)
    return found if isinstance(found, dict) else {}
