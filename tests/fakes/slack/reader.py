"""Reads what Slack would show: the text that people see, the links, and whom a message would call."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

Json = dict[str, Any]
_CONTROL = re.compile(r"<([^<>|]+)(?:\|([^<>]*))?>")


class Shown(NamedTuple):
    """The text in lines, links as (url, label), bold pieces, and calls (user groups, channel, people)."""

    lines: list[str]
    links: list[tuple[str, str]]
    bold: list[str]
    calls: list[str]

    @property
    def text(self) -> str:
        """All lines."""
        return "\n".join(self.lines)


def read_blocks(blocks: list[Json]) -> Shown:
    """What a message's or view's blocks show; buttons are not read."""
    shown = Shown([], [], [], [])
    for block in blocks:
        if block["type"] == "rich_text":
            shown.lines.extend(_rich(block, shown).split("\n"))
        elif block["type"] == "context":
            shown.lines.extend(read_mrkdwn(element["text"], shown) for element in block["elements"])
    return shown


def _rich(block: Json, shown: Shown) -> str:
    text = ""
    for section in block["elements"]:
        for element in section["elements"]:
            piece = element.get("text", "")
            if element["type"] == "link":
                shown.links.append((element["url"], piece))
            elif element["type"] == "usergroup":
                shown.calls.append(element["usergroup_id"])
            elif element["type"] in ("user", "broadcast", "channel"):
                shown.calls.append(str(element))
            elif element["type"] == "date":
                piece = f"[{element['timestamp']}]"
            if (element.get("style") or {}).get("bold"):
                shown.bold.append(piece)
            text += piece
    return text


def read_mrkdwn(text: str, shown: Shown) -> str:
    """A mrkdwn string as people see it; control sequences are resolved, then entities."""

    def control(found: re.Match[str]) -> str:
        target, label = found[1], found[2]
        if target.startswith("!date^"):
            return label or ""
        if target.startswith(("!", "@", "#")):
            shown.calls.append(target)
            return label or target
        shown.links.append((_decoded(target), _decoded(label or target)))
        return label or target

    return _decoded(_CONTROL.sub(control, text))


def _decoded(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def buttons(blocks: list[Json]) -> list[Json]:
    """Every button, in order."""
    return [
        element
        for block in blocks
        if block["type"] == "actions"
        for element in block["elements"]
        if element["type"] == "button"
    ]
