"""Maps each button to the command and arguments that it stands for, on every platform."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import NamedTuple

from bot.commands.api import Commands
from bot.core.commands.forms import about
from bot.core.commands.spec import BY_NAME
from bot.core.message import Reply
from bot.ports import Asker

VERDICTS = {"less": -1, "more": 1, "none": 0}


class Press(NamedTuple):
    """The command that an action runs, and how a button's value becomes its arguments."""

    command: str
    args: Callable[[str], Mapping[str, str]]


def in_lines(args: Mapping[str, str]) -> str:
    """Several arguments as a button's value, one a line; line breaks within an argument are replaced."""
    return "\n".join(f"{name}={text}".replace("\n", " ") for name, text in args.items())


def _lines(value: str) -> dict[str, str]:
    """The arguments of such a value."""
    return dict(line.partition("=")[::2] for line in value.split("\n") if "=" in line)


PRESSES: Mapping[str, Press] = {
    "confirm": Press("subscribe", lambda value: _lines(value) | {"confirmed": "yes"}),
    "instead": Press("subscribe", _lines),
    "revert": Press("edit", _lines),
    "form": Press("edit", lambda value: about(value.rpartition(":")[2])),  # where no form could be opened
    "reshape": Press("template", _lines),
    "shapeless": Press("template", lambda subscription: {"what": subscription, "clear": "yes"}),
    "less": Press("feedback", lambda story: {"story": story, "verdict": "less"}),
    "more": Press("feedback", lambda story: {"story": story, "verdict": "more"}),
    "none": Press("feedback", lambda story: {"story": story, "verdict": "none"}),
}
"""Actions that are not a command's own name."""


async def confirmed(commands: Commands, asker: Asker, shown: Reply) -> Reply:
    """The command that a reply's button stands for, where there are no buttons: typing a query confirms it.

    A possibly misspelt topic is still asked about (quotes around a word say that it is meant), and undo is not run.
    """
    asked = [one.value for one in shown.buttons if one.action == "confirm" and one.style == "primary"]
    if not asked:
        return shown
    if any(button.action == "instead" for button in shown.buttons):
        return replace(shown, ok=False)
    done = await commands.press(asker, "confirm", asked[0])
    return replace(done, lines=(shown.text, *done.lines)) if done.ok else done


def command_of(action: str) -> str:
    """The command that an action runs; pressing the button needs that command's right."""
    return PRESSES[action].command if action in PRESSES else action


def pressed(action: str, value: str) -> tuple[str, Mapping[str, str]] | None:
    """The command of a press and its arguments; None for a button of another version.

    A command's own name runs that command, with the value as its first argument.
    """
    if action in PRESSES:
        return PRESSES[action].command, PRESSES[action].args(value)
    command = BY_NAME.get(action)
    if command is None:
        return None
    if command.args and command.args[0].kind == "subscription":
        return action, about(value)
    return action, {command.args[0].name: value} if command.args and value else {}
