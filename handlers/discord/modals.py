"""Renders forms as Discord modals and parses what was submitted. Pure.

Limits are Discord's documented ones: title and label 45, 5 inputs, 25 options, 4000 characters of text in an input.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bot.commands.wording import arg_help
from bot.core.commands.changing import NONE
from bot.core.commands.forms import EDIT, TEXT_MOST, about, cleared, form_args
from bot.core.commands.spec import Arg
from bot.ports import Voice
from handlers.discord.ids import encode
from handlers.text import truncate

Json = dict[str, Any]

FORM, FILLED = "form", "filled"
"""Actions: a button that opens a form, and a form that was sent. Their value is `edit:<part>:<subscription>`."""

_LABEL_ROW, _TEXT, _SELECT, _ROLE = 18, 4, 3, 6
_TITLE, _LABEL, _HINT = 45, 45, 100


def read_form(value: str) -> tuple[str, str, str]:
    """The command, the part and the subscription of a form's value; ("", "", "") for another version's."""
    name, _, rest = value.partition(":")
    part, _, target = rest.partition(":")
    return (name, part, target) if name == EDIT.name and target else ("", "", "")


def modal(value: str, held: Mapping[str, str], voice: Voice, *, roles: bool) -> Json:
    """The form of one part of an edit, filled with the present values; no role field without `roles`."""
    _, part, _ = read_form(value)
    args = (arg for arg in form_args(EDIT, part) if arg.name == "to" or len(held.get(arg.name, "")) <= TEXT_MOST)
    asked = [arg for arg in args if roles or not arg.name.startswith("mention")]
    return {
        "custom_id": encode(FILLED, value).text,
        "title": truncate(voice(f"edit.form.{part}"), _TITLE),
        "components": [_row(arg, held.get(arg.name, ""), voice) for arg in asked],
    }


def filled(value: str, data: Mapping[str, Any]) -> dict[str, str]:
    """The arguments of a submitted form: what is in it, and what was emptied."""
    _, part, target = read_form(value)
    said = dict(_values(data))
    asked = {arg.name: said[arg.name].strip() or cleared(arg) for arg in form_args(EDIT, part) if arg.name in said}
    if not said.get("to", "").strip():
        asked.pop("to", None)  # a subscription is always about something
    return {**about(target), **asked}


def _row(arg: Arg, held: str, voice: Voice) -> Json:
    said = arg_help(voice, EDIT, arg)
    row: Json = {
        "type": _LABEL_ROW,
        "label": truncate(voice(f"field.{arg.name}"), _LABEL),
        "description": truncate(said, _HINT),
    }
    if arg.kind == "role":
        return row | {"component": _role(arg, held)}
    return row | {"component": _choice(arg, held, voice) if arg.choices else _text(arg, held)}


def _role(arg: Arg, held: str) -> Json:
    chosen = {"default_values": [{"id": held, "type": "role"}]} if held else {}
    return {"type": _ROLE, "custom_id": arg.name, "required": False, "min_values": 0, **chosen}


def _text(arg: Arg, held: str) -> Json:
    made: Json = {"type": _TEXT, "custom_id": arg.name, "style": 1, "required": False, "max_length": TEXT_MOST}
    return made | ({"value": held} if 0 < len(held) <= TEXT_MOST else {})


def _choice(arg: Arg, held: str, voice: Voice) -> Json:
    options = [
        {"label": voice(f"choice.{choice}"), "value": choice, "default": choice == held}
        for choice in arg.choices
        if choice != NONE
    ]
    return {"type": _SELECT, "custom_id": arg.name, "required": False, "min_values": 0, "options": options}


def _values(data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """All inputs of a form, by custom id."""
    for row in data.get("components") or ():
        inner = row.get("component")
        for one in [inner] if isinstance(inner, Mapping) else row.get("components") or ():
            chosen = one.get("values") or [one.get("value") or ""]
            yield str(one.get("custom_id", "")), str(chosen[0])
