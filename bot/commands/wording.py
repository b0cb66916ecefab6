"""Names and help of commands and arguments, and validation messages, in the asker's language."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.core.commands.forms import TEXT_MOST
from bot.core.commands.spec import BY_NAME, Arg, Command
from bot.core.language.languages import LANGUAGES
from bot.ports import Say, Voice

_PARTS = re.compile("[（）]")
_ALSO = {"zh-CN": ("zh", "中文", "简体", "Chinese"), "zh-TW": ("繁体中文", "繁體", "繁体", "Traditional Chinese")}
"""Other names of choices."""


def command_help(say: Voice, command: Command) -> str:
    """What a command is for; the English text is in `bot.core.commands.spec`."""
    return _first_said(say, (f"command.{command.name}.help",)) or command.help


def in_english(say: Say, line: str) -> str:
    """A typed line with the command's English name in place of its name in any language; no two share a name."""
    word, space, rest = line.removeprefix("/tocsin").strip().partition(" ")
    if word.isascii():
        return line
    keys = ((name, f"command.{name}.name") for name in BY_NAME)
    known = (name for name, key in keys if any(say(language, key) == word for language in LANGUAGES))
    return f"{next(known, word)}{space}{rest}"


def arg_help(say: Voice, command: Command, arg: Arg) -> str:
    """What an argument is for; a command's own wording takes precedence over the shared one."""
    return _first_said(say, (f"arg.{command.name}.{arg.name}.help", f"arg.{arg.name}.help")) or arg.help


def meant_choice(say: Say, arg: Arg, value: str) -> str:
    """The choice that a value stands for, in any case and in any of our languages ("重要"); else the value itself."""
    wanted = value.strip().casefold()
    known = {name: choice for choice in arg.choices for name in _names(say, choice)}
    return known.get(wanted, value)


def _listed(say: Voice, choices: Iterable[str]) -> str:
    """Choices as a list in a sentence, with their meaning in the reader's language: "notable（重要）"."""
    told = [name if (name := say(f"choice.{choice}")).startswith(choice) else choice for choice in choices]
    return ("、" if any("（" in name for name in told) else ", ").join(told)


def _names(say: Say, choice: str) -> Iterable[str]:
    """The names of a choice: "notable（重要）" has two."""
    worded = (say(language, f"choice.{choice}") for language in LANGUAGES)
    return (
        name.strip().casefold() for text in (choice, *worded, *_ALSO.get(choice, ())) for name in _PARTS.split(text)
    )


def _first_said(say: Voice, keys: Iterable[str]) -> str:
    return next((said for key in keys if (said := say(key)) != key), "")


def wrong(say: Voice, command: Command, arg: Arg, value: str) -> str:
    """What is wrong with a value, in one sentence; "" for nothing."""
    if not value.strip():
        help_ = arg_help(say, command, arg)
        return say("wrong.needed", name=arg.name, help=help_) if arg.required else ""
    if len(value) > TEXT_MOST:
        return say("wrong.long", name=arg.name, n=len(value), most=TEXT_MOST)
    if arg.kind == "integer" and not (value.isascii() and value.isdigit() and arg.low <= int(value) <= arg.high):
        return say("wrong.number", name=arg.name, low=arg.low, high=arg.high, value=value[:40])
    if arg.kind == "choice" and value not in arg.choices:
        told = "…" if "://" in value else value[:40]  # an address may be a webhook's
        return say("wrong.choice", name=arg.name, choices=_listed(say, arg.choices), value=told)
    return ""
