"""Slack's documented limits, checked on every message and view that reaches the fake. Written from the documents alone:
it shares no number with the code that it checks. Lengths count code points, as Slack's own checks are said to.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

Json = dict[str, Any]

_ELEMENTS = {"button", "conversations_select", "external_select", "static_select", "plain_text_input", "number_input"}
_RICH = {"text", "link", "usergroup", "date", "emoji"}
_LIVE = re.compile(r"<(?:!(?:channel|here|everyone)|@[UW])")


def message_problems(body: Json, blocks: int = 50) -> list[str]:
    """Violations in a message: text, blocks, live mentions."""
    return [*_text(body), *_blocks(body.get("blocks") or [], blocks), *_unique(body.get("blocks") or [])]


def view_problems(view: Json) -> list[str]:
    """Violations in a modal or Home view."""
    found = [*_blocks(view.get("blocks") or [], 100), *_unique(view.get("blocks") or [])]
    if len(view.get("private_metadata") or "") > 3000:
        found.append("private_metadata over 3000")
    if len(view.get("callback_id") or "") > 255:
        found.append("callback_id over 255")
    if view.get("type") == "modal":
        for name in ("title", "submit", "close"):
            if name in view or name == "title":
                found += _plain(view.get(name), 24, name)
        if any(block["type"] == "input" for block in view["blocks"]) and "submit" not in view:
            found.append("a modal with inputs needs submit")
    return found


def _text(body: Json) -> Iterator[str]:
    text = body.get("text")
    if not isinstance(text, str) or not text:
        yield "text is missing: notifications and screen readers have nothing"
        return
    if len(text) > 40_000:
        yield "text over 40,000"
    yield from _mrkdwn(text, 40_000, "text")


def _blocks(blocks: list[Json], most: int) -> Iterator[str]:
    if len(blocks) > most:
        yield f"{len(blocks)} blocks, {most} at most"
    for block in blocks:
        kind = block.get("type")
        if len(block.get("block_id") or "") > 255:
            yield "block_id over 255"
        checks: dict[str, Callable[[Json], Iterator[str]]] = {
            "rich_text": _rich_text,
            "context": _context,
            "actions": _actions,
            "input": _input,
            "divider": lambda _: iter(()),
            "section": _section,
            "header": lambda block: _plain(block.get("text"), 150, "header"),
        }
        yield from checks.get(str(kind), _unknown)(block)


def _unknown(block: Json) -> Iterator[str]:
    yield f"unknown block {block.get('type')}"


def _unique(blocks: list[Json]) -> Iterator[str]:
    ids = [block["block_id"] for block in blocks if block.get("block_id")]
    if len(ids) != len(set(ids)):
        yield "block ids are not unique"


def _rich_text(block: Json) -> Iterator[str]:
    weight = 0
    for section in block["elements"]:
        if section["type"] != "rich_text_section" or not section["elements"]:
            yield "an empty or unknown rich text section"
        for element in section["elements"]:
            weight += len(element.get("text") or "")
            yield from _rich_element(element)
    if weight > 3000:
        yield f"rich text of {weight} characters"


def _rich_element(element: Json) -> Iterator[str]:
    kind = element["type"]
    if kind not in _RICH:
        yield f"rich text element {kind} must not be made by us"
    if kind == "text" and not element.get("text"):
        yield "an empty text element"
    if kind == "link":
        url = element.get("url") or ""
        if not re.fullmatch(r"https?://[\x21-\x7e]+", url) or len(url) > 3000 or re.search(r'[<>|"]', url):
            yield f"a broken link {url[:60]!r}"
        if not element.get("text"):
            yield "a link without text"
    if kind == "usergroup" and not re.fullmatch(r"S[A-Z0-9]+", element.get("usergroup_id") or ""):
        yield "a broken user group"
    if kind == "date" and not (isinstance(element.get("timestamp"), int) and "{" in element.get("format", "")):
        yield "a broken date"


def _context(block: Json) -> Iterator[str]:
    elements = block["elements"]
    if not 1 <= len(elements) <= 10:
        yield f"{len(elements)} context elements"
    for element in elements:
        yield from _mrkdwn(element["text"], 3000, "context")


def _section(block: Json) -> Iterator[str]:
    text, fields = block.get("text"), block.get("fields") or []
    if text is None and not fields:
        yield "an empty section"
    if text is not None:
        yield from _mrkdwn(text["text"], 3000, "section")
    if len(fields) > 10 or any(len(field["text"]) > 2000 for field in fields):
        yield "fields over 10 × 2000"


def _actions(block: Json) -> Iterator[str]:
    elements = block["elements"]
    if not 1 <= len(elements) <= 25:
        yield f"{len(elements)} elements in a row"
    ids = [element["action_id"] for element in elements]
    if len(ids) != len(set(ids)):
        yield "action ids of a row are not unique"
    for element in elements:
        yield from _element(element)


def _input(block: Json) -> Iterator[str]:
    yield from _plain(block.get("label"), 2000, "label")
    if "hint" in block:
        yield from _plain(block["hint"], 2000, "hint")
    yield from _element(block["element"])


def _element(element: Json) -> Iterator[str]:
    if element["type"] not in _ELEMENTS:
        yield f"unknown element {element['type']}"
    if not 1 <= len(element.get("action_id") or "") <= 255:
        yield "action_id must have 1 to 255 characters"
    if element["type"] == "button":
        yield from _plain(element.get("text"), 75, "button")
        if len(element.get("value") or "") > 2000 or len(element.get("url") or "") > 3000:
            yield "a button's value over 2000 or URL over 3000"
        if element.get("style") not in (None, "primary", "danger"):
            yield "unknown button style"
    if "options" in element:
        yield from option_problems(element["options"])
    if "placeholder" in element:
        yield from _plain(element["placeholder"], 150, "placeholder")
    if element["type"] == "plain_text_input" and not 1 <= element.get("max_length", 1) <= 3000:
        yield "max_length of an input over 3000"


def option_problems(options: list[Json]) -> Iterator[str]:
    """Violations in a select's options."""
    if len(options) > 100:
        yield "over 100 options"
    for option in options:
        yield from _plain(option["text"], 75, "option")
        if not 1 <= len(option["value"]) <= 150:
            yield "an option's value must have 1 to 150 characters"


def _plain(text: Json | None, limit: int, name: str) -> Iterator[str]:
    if not text or text.get("type") != "plain_text":
        yield f"{name} must be plain_text"
    elif not 1 <= len(text["text"]) <= limit:
        yield f"{name} must have 1 to {limit} characters, not {len(text['text'])}"


def _mrkdwn(text: str, limit: int, name: str) -> Iterator[str]:
    if not 1 <= len(text) <= limit:
        yield f"{name} must have 1 to {limit} characters, not {len(text)}"
    if _LIVE.search(text):
        yield f"{name} holds a live mention"
    bare = re.sub(r"<(?:https?://[^<>|\s]+(?:\|[^<>]+)?|!date\^\d+\^[^<>|]+\|[^<>]+|!subteam\^S[A-Z0-9]+)>", "", text)
    if re.search(r"[<>]|&(?!amp;|lt;|gt;)", bare):
        yield f"{name} holds an unescaped character: {bare[:80]!r}"
