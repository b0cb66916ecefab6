"""The forms for editing a subscription: which arguments each one holds, at most five (Discord's limit for modals)."""

from __future__ import annotations

from bot.core.commands.changing import NONE
from bot.core.commands.spec import BY_NAME, Arg, Command

EDIT = BY_NAME["edit"]
_WHEN = ("mode", "quiet", "wake")
_WHICH = ("to", "severity", "lang", "confirm", "updates")
_MORE = tuple(arg.name for arg in EDIT.args if arg.name not in ("what", "channel", "name", *_WHICH, *_WHEN))
PARTS: dict[str, tuple[str, ...]] = {"which": _WHICH, "when": _WHEN, "more": _MORE}


def form_args(command: Command, part: str = "") -> tuple[Arg, ...]:
    """The arguments that a form asks for: those of one part of an edit, or all except what the form is about."""
    if command is not EDIT:
        return command.args
    names = PARTS.get(part) or tuple(name for some in PARTS.values() for name in some)
    return tuple(arg for name in names if (arg := command.arg(name)))


FILLED_IN = ("edit", "settings")
"""Commands whose forms show the present values: in these, an emptied field means something."""
TEXT_MOST = 1000
"""The most characters of a text field, as of a typed argument (Discord allows 4000, Slack 3000)."""


def cleared(arg: Arg) -> str:
    """The meaning of an emptied field: forget the option or, if the option can't be forgotten, its default choice."""
    if arg.kind == "integer":
        return str(arg.low)
    return NONE if NONE in arg.choices or not arg.choices else arg.choices[0]


def about(value: str) -> dict[str, str]:
    """`17 channel=C2`, what a button says of a subscription of another channel, as arguments."""
    what, _, channel = value.partition(" channel=")
    return {"what": what} | ({"channel": channel} if channel else {})
