"""Renders forms as modals from `bot.core.commands.spec`, and parses what was submitted. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from bot.commands.wording import arg_help
from bot.core.commands.changing import NONE
from bot.core.commands.forms import FILLED_IN, TEXT_MOST, about, cleared, form_args
from bot.core.commands.options import parse_options
from bot.core.commands.spec import BY_NAME, Arg, Command
from bot.core.errors import QueryError
from bot.core.message import Button, Reply
from bot.ports import Voice
from handlers.slack.blocks import VIEW_BLOCKS, Json, plain
from handlers.slack.render import reply_blocks

FORM = "form1"
"""Prefix and version of a form's callback id: `form1:<command>`."""
RESULT = "result1"
COMPLETE = "complete1"
"""Action id of the selects that ask for suggestions."""
OWN = ":own"
TITLE, LABEL, HINT, CHOICE, VALUE = 24, 2000, 2000, 75, 150


def form(command: Command, voice: Voice, meta: str, held: Mapping[str, str] | None = None, part: str = "") -> Json:
    """A modal with one input for each argument (of an edit: of `part`), filled with the values in `held`.

    `meta` comes back with the submission (at most 3000 characters).
    """
    known = held or {}
    asked = [arg for arg in form_args(command, part) if arg.name != "mention-from" or known.get("mention")]
    blocks = [block for arg in asked for block in _inputs(command, arg, voice, known.get(arg.name, ""))]
    return {
        "type": "modal",
        "callback_id": f"{FORM}:{command.name}",
        "private_metadata": meta,
        "title": plain(_name(command.name, voice), TITLE),
        "submit": plain(voice("modal.save") if command.name in FILLED_IN else _name(command.name, voice), TITLE),
        "close": plain(voice("modal.close"), TITLE),
        "blocks": blocks,
    }


def result(reply: Reply, name: str, voice: Voice, meta: str, pager: Sequence[Button] = ()) -> Json:
    """A modal that shows an answer; its buttons work in place."""
    return {
        "type": "modal",
        "callback_id": f"{RESULT}:{name}",
        "private_metadata": meta,
        "title": plain(_name(name, voice), TITLE),
        "close": plain(voice("modal.close"), TITLE),
        "blocks": reply_blocks(reply, voice, VIEW_BLOCKS, pager),
    }


def target_of(value: str) -> dict[str, str]:
    """The subscription that a form changes, as arguments, by the `about` of its view; {} if there is none."""
    return about(value.partition(":")[2]) if value else {}


def command_of(callback_id: str) -> Command | None:
    """The command of a form's or result's callback id."""
    return BY_NAME.get(callback_id.partition(":")[2])


def read_form(command: Command, values: Mapping[str, Any], voice: Voice) -> tuple[dict[str, str], dict[str, str]]:
    """What was filled in: arguments by name, and errors by block id (none: it may be tried)."""
    filled = {block: text for block, state in values.items() if (text := _value(state))}
    args: dict[str, str] = {}
    errors: dict[str, str] = {}
    for arg in form_args(command):
        own = filled.get(arg.name + OWN, "")
        picked = filled.get(arg.name, "")
        field = arg.name + OWN if arg.name + OWN in values else arg.name
        if own and picked:
            errors[field] = voice("modal.both")
        elif problem := _problem(arg, own or picked, voice):
            errors[field] = problem
        elif own or picked:
            args[arg.name] = own or picked
    return args, errors


def blame(command: Command, values: Mapping[str, Any], reply: Reply) -> dict[str, str]:
    """A refusal as an error on an input: the one whose text the refusal quotes, else the first that was filled in."""
    filled = {block: text for block, state in values.items() if (text := _value(state)) and _typed(command, block)}
    quoted = (block for block, text in filled.items() if re.search(f"[“「]{re.escape(text[:40])}", reply.text))
    block = next(quoted, next(iter(filled), next(iter(values), "")))
    return {block: " ".join((reply.text, *reply.lines))[:LABEL]}


def _typed(command: Command, block: str) -> bool:
    """Whether an input takes typed text: a refusal never quotes the value of a channel or a choice."""
    arg = command.arg(block.removesuffix(OWN))
    return arg is not None and arg.kind not in ("channel", "choice", "flag")


def emptied(command: Command, values: Mapping[str, Any], args: Mapping[str, str]) -> dict[str, str]:
    """The options that an edit or the settings remove: their fields were shown and are empty now."""
    shown = [arg for arg in form_args(command) if arg.name in values and arg.name != "to"]
    return {arg.name: cleared(arg) for arg in shown if command.name in FILLED_IN and arg.name not in args}


def _inputs(command: Command, arg: Arg, voice: Voice, held: str) -> list[Json]:
    if arg.name == "page" or arg.kind == "flag" or (arg.kind == "role" and not held):
        return []  # pages turn by buttons, sharing is typed; Slack's forms can't offer groups, but one can be emptied
    if len(held) > TEXT_MOST and arg.name != "to":
        return []  # shown empty, it would be forgotten
    if arg.kind == "rule" and arg.complete:
        pick = _input(arg, voice("modal.pick"), _element(arg, "", voice), optional=True)
        typed = _words(TEXT_MOST, held if arg.name == "to" and _query(held) else "")
        own = _input(arg, voice("modal.own"), typed, optional=True, hint=arg_help(voice, command, arg))
        return [pick, {**own, "block_id": arg.name + OWN}]
    element = _element(arg, held, voice)
    name, hint = voice(f"field.{arg.name}"), arg_help(voice, command, arg)
    return [_input(arg, name, element, optional=not arg.required, hint=hint)]


def _input(arg: Arg, label: str, element: Json, *, optional: bool, hint: str = "") -> Json:
    return {
        "type": "input",
        "block_id": arg.name,
        "label": plain(label, LABEL),
        "optional": optional,
        "element": element,
        **({"hint": plain(hint, HINT)} if hint else {}),
    }


def _query(held: str) -> bool:
    """Whether this is a query, whose words can be edited, and not a topic's id."""
    return not re.fullmatch(r"[a-z0-9-]+", held)


def _element(arg: Arg, held: str, voice: Voice) -> Json:
    if arg.kind == "channel":
        return {
            "type": "conversations_select",
            "action_id": "value",
            "default_to_current_conversation": True,
            "filter": {"include": ["public", "private", "im"], "exclude_bot_users": False},
        }
    if arg.kind == "choice":
        options = {c: {"text": plain(voice(f"choice.{c}"), CHOICE), "value": c} for c in arg.choices if c != NONE}
        chosen = {"initial_option": options[held]} if held in options else {}
        return {"type": "static_select", "action_id": "value", "options": list(options.values()), **chosen}
    if arg.kind == "integer":
        bounds = {"min_value": str(arg.low), "max_value": str(arg.high)}
        initial = {"initial_value": held} if held else {}
        return {"type": "number_input", "action_id": "value", "is_decimal_allowed": False, **bounds, **initial}
    if arg.complete and arg.kind != "text":
        return {"type": "external_select", "action_id": COMPLETE, "min_query_length": 0}
    return _words(TEXT_MOST, held)


def _words(limit: int, held: str = "") -> Json:
    initial = {"initial_value": held} if 0 < len(held) <= limit else {}
    return {"type": "plain_text_input", "action_id": "value", "max_length": limit, **initial}


def _name(name: str, voice: Voice) -> str:
    said = voice(f"command.{name}.name")
    return name.capitalize() if said.startswith("command.") else said


def _value(state: Any) -> str:
    """The text of one input's state: {action id: {…}} with a value of the element's own kind."""
    for made in state.values() if isinstance(state, Mapping) else ():
        option = made.get("selected_option") if isinstance(made, Mapping) else None
        for place, key in ((made, "value"), (option, "value"), (made, "selected_conversation")):
            found = place.get(key) if isinstance(place, Mapping) else None
            if isinstance(found, str) and found.strip():
                return found.strip()
    return ""


def _problem(arg: Arg, value: str, voice: Voice) -> str:
    if not value:
        return voice("modal.needed") if arg.required else ""
    if arg.kind == "integer" and not (value.isascii() and value.isdigit() and arg.low <= int(value) <= arg.high):
        return voice("wrong.number", name=arg.name, low=arg.low, high=arg.high, value=value[:40])
    try:
        parse_options({arg.name: value})
    except QueryError as error:
        return voice.sentence(str(error))
    return ""
