"""Discord's documented limits as a check of our own: what a body breaks, in words. Always on in the fake server.

Lengths are counted in UTF-16 units, which is never less than what Discord counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

Json = Mapping[str, Any]

V2 = 1 << 15
_NAME = re.compile(r"[-_'\w]{1,32}\Z")
_PINGS = re.compile(r"@(everyone|here)|<@[!&]?\d+>", re.IGNORECASE)


def units(text: str) -> int:
    """Length in UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def message_faults(body: Json) -> list[str]:
    """What is wrong with a message to be posted or edited."""
    return [*_message(body)]


def command_faults(commands: list[Json]) -> list[str]:
    """What is wrong with commands to be registered."""
    return [fault for command in commands for fault in _command(command, 0)]


def choice_faults(choices: list[Json]) -> list[str]:
    """What is wrong with autocomplete suggestions."""
    faults = [f"{len(choices)} suggestions"] if len(choices) > 25 else []
    for choice in choices:
        faults += [f"{key} of {units(choice[key])}" for key in ("name", "value") if not 1 <= units(choice[key]) <= 100]
    return faults


def modal_faults(form: Json) -> list[str]:
    """What is wrong with a form to be opened (Discord, "Component Reference": Label, Text Input, String Select)."""
    faults = [f"{len(form['components'])} inputs"] if not 1 <= len(form["components"]) <= 5 else []
    faults += ["a title out of limits"] if not 1 <= units(form["title"]) <= 45 else []
    inputs = [row["component"] for row in form["components"]]
    for row, one in zip(form["components"], inputs, strict=True):
        faults += [f"a label of {units(row['label'])}"] if not 1 <= units(row["label"]) <= 45 else []
        faults += [f"a hint of {units(row['description'])}"] if not 1 <= units(row["description"]) <= 100 else []
        faults += ["an input of no length"] if one["type"] == 4 and not 1 <= one.get("max_length", 4000) <= 4000 else []
        faults += ["an input that is too long"] if units(one.get("value", "")) > one.get("max_length", 4000) else []
        faults += [f"{len(one['options'])} options"] if one["type"] == 3 and not 1 <= len(one["options"]) <= 25 else []
    ids = [form["custom_id"], *(one["custom_id"] for one in inputs)]
    faults += [f"a custom id of {units(name)}" for name in ids if not 1 <= units(name) <= 100]
    return faults + (["a custom id twice"] if len(ids) != len(set(ids)) else [])


def live_mentions(body: Json) -> list[str]:
    """Every string in a body that Discord's server would take for a mention, whatever stands around it."""
    return [found.group() for text in _strings(body) for found in _PINGS.finditer(text)]


def _message(body: Json) -> Iterator[str]:
    v2 = bool((body.get("flags") or 0) & V2)
    yield from _text(body, "content", 2000)
    yield from _mentions(body)
    if body.get("nonce") is not None and units(str(body["nonce"])) > 25:
        yield "nonce over 25"
    if v2 and (body.get("content") or body.get("embeds")):
        yield "content or embeds beside Components V2"
    components = body.get("components") or []
    yield from _components(components, v2)
    yield from _embeds(body.get("embeds") or [])
    if not (components or body.get("content") or body.get("embeds")):
        yield "an empty message"


def _mentions(body: Json) -> Iterator[str]:
    allowed = body.get("allowed_mentions")
    if not isinstance(allowed, Mapping) or allowed.get("parse") != []:
        yield "allowed_mentions is not closed"
        return
    roles = {f"<@&{role}>" for role in allowed.get("roles", ())}
    for found in live_mentions(body):
        if found not in roles:
            yield f"a live mention {found}"


def _components(components: list[Json], v2: bool) -> Iterator[str]:
    every = [*_walk(components)]
    if v2 and len(every) > 40:
        yield f"{len(every)} components"
    if v2 and (length := sum(units(one.get("content", "")) for one in every)) > 4000:
        yield f"{length} characters of text in components"
    if not v2 and len(components) > 5:
        yield f"{len(components)} rows"
    ids = [one["custom_id"] for one in every if "custom_id" in one]
    if len(ids) != len(set(ids)):
        yield f"a custom id twice: {sorted(ids)}"
    for one in every:
        yield from _component(one)


def _component(one: Json) -> Iterator[str]:
    if one["type"] == 1 and not 1 <= len(one["components"]) <= 5:
        yield f"{len(one['components'])} buttons in a row"
    if one["type"] == 10 and not one["content"].strip():
        yield "an empty text display"
    if one["type"] == 9 and not 1 <= len(one["components"]) <= 3:
        yield "a section of no or too many texts"
    if one["type"] == 17 and not one["components"]:
        yield "an empty container"
    if one["type"] == 2:
        yield from _button(one)


def _button(one: Json) -> Iterator[str]:
    if not 1 <= units(one.get("label", "")) <= 80:
        yield f"a label of {units(one.get('label', ''))}"
    if one["style"] == 5:
        if not 1 <= units(one["url"]) <= 512 or not re.match(r"https?://[^\s]+\Z", one["url"]):
            yield f"a button URL of {units(one['url'])}"
    elif not 1 <= units(one["custom_id"]) <= 100:
        yield f"a custom id of {units(one['custom_id'])}"


def _embeds(embeds: list[Json]) -> Iterator[str]:
    if len(embeds) > 10:
        yield f"{len(embeds)} embeds"
    total = 0
    for embed in embeds:
        fields = embed.get("fields") or []
        footer = embed.get("footer") or {}
        yield from _text(embed, "title", 256)
        yield from _text(embed, "description", 4096)
        yield from _text(footer, "text", 2048)
        if len(fields) > 25:
            yield f"{len(fields)} fields"
        for field in fields:
            yield from _text(field, "name", 256)
            yield from _text(field, "value", 1024)
        texts = [embed.get("title"), embed.get("description"), footer.get("text")]
        total += sum(units(text) for text in texts if text)
        total += sum(units(field["name"]) + units(field["value"]) for field in fields)
    if total > 6000:
        yield f"{total} characters in embeds"


def _text(part: Json, key: str, limit: int) -> Iterator[str]:
    if (length := units(part.get(key) or "")) > limit:
        yield f"{key} of {length}, at most {limit}"


def _command(command: Json, depth: int) -> Iterator[str]:
    menu = command.get("type") == 3 and depth == 0
    names = [command["name"], *(command.get("name_localizations") or {}).values()]
    for name in names:
        if not menu and (not _NAME.match(name) or name != name.lower()):
            yield f"the name {name!r}"
    if not menu:
        for text in [command.get("description", ""), *(command.get("description_localizations") or {}).values()]:
            if not 1 <= units(text) <= 100:
                yield f"{command['name']}: a description of {units(text)}"
    options = command.get("options") or []
    if len(options) > 25 or len(command.get("choices") or []) > 25:
        yield f"{command['name']}: too many options or choices"
    required = [bool(option.get("required")) for option in options]
    if required != sorted(required, reverse=True):
        yield f"{command['name']}: a required option after an optional one"
    for option in options:
        yield from _command(option, depth + 1)


def _walk(components: list[Json]) -> Iterator[Json]:
    for one in components:
        yield one
        yield from _walk(one.get("components") or [])
        if one.get("accessory"):
            yield one["accessory"]


def _strings(part: Any) -> Iterator[str]:
    """Every text that can mention: contents of messages and of components; those of embeds never do."""
    if isinstance(part, Mapping):
        if isinstance(part.get("content"), str):
            yield part["content"]
        yield from _strings(part.get("components") or [])
        yield from _strings([part["message"]] if part.get("message") else [])
    elif isinstance(part, list):
        for one in part:
            yield from _strings(one)
