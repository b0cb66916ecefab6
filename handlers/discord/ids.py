"""Custom ids of buttons (versioned, stateless) and the nonce of a delivery.

`t1:<action>:<value>`, or `t1.<marker>:<action>:<value>` on a message that may have to be found again. A payload that
does not fit into Discord's 100 characters is stored elsewhere under its hash: `t1:#:<hash>`.
"""

from __future__ import annotations

import re
from hashlib import blake2b
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode

from bot.core.model import Channel
from bot.ports import Delivery

VERSION = 1
LIMIT = 100
TEMPLATE = re.compile(r"t(?P<version>\d{1,3})(?:\.(?P<marker>[0-9a-f]{24}))?:(?P<action>[a-z#]+):(?P<value>[\s\S]*)")
PAGE = "page"
_STASHED = "#"


class Pressed(NamedTuple):
    """A custom id read back; `stash` is the key of its stored payload, "" if it holds everything itself."""

    version: int
    action: str
    value: str
    stash: str = ""


class CustomId(NamedTuple):
    """A custom id, and the payload that must be stored for it under `key` ("" for none)."""

    text: str
    key: str = ""
    kept: str = ""


def encode(action: str, value: str, marker: str = "") -> CustomId:
    """The custom id of a button."""
    head = f"t{VERSION}.{marker}" if marker else f"t{VERSION}"
    text = f"{head}:{action}:{value}"
    if len(text) <= LIMIT and text.isascii() and text.isprintable():
        return CustomId(text)
    kept = f"{action}:{value}"
    key = blake2b(kept.encode("utf-8", "replace"), digest_size=12).hexdigest()
    return CustomId(f"{head}:{_STASHED}:{key}", key, kept)


def decode(text: str) -> Pressed | None:
    """Read a custom id; None if it is not one of ours."""
    found = TEMPLATE.fullmatch(text)
    if found is None:
        return None
    stash = found["value"] if found["action"] == _STASHED else ""
    return Pressed(int(found["version"]), found["action"], found["value"], stash)


def unstash(kept: str) -> Pressed:
    """The stored payload of a custom id."""
    action, _, value = kept.partition(":")
    return Pressed(VERSION, action, value)


def page_value(name: str, args: dict[str, str], page: int) -> str:
    """The value of a button that turns to `page` of a command's answer."""
    return urlencode({**args, "page": str(page), "": name})


def read_page(value: str) -> tuple[str, dict[str, str]]:
    """The command and its arguments, `page` included."""
    args = dict(parse_qsl(value, keep_blank_values=True))
    return args.pop("", ""), args


def nonce(channel: Channel, delivery: Delivery) -> str:
    """24 characters (Discord takes 25) from what never changes about a delivery, whichever process sends it."""
    return blake2b(f"{channel.ref}:{delivery.id}:{delivery.created_at}".encode(), digest_size=12).hexdigest()


def snowflake(ms: int) -> int:
    """The lowest id that Discord could give at `ms` (its epoch is 2015-01-01)."""
    return max(0, ms - 1_420_070_400_000) << 22
