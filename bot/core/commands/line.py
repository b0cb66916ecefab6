"""Parses a typed line into a command and its arguments: `subscribe h20 AND ban channel=#policy severity=notable`.

Words of the form `name=value`, or `--name value` as in a shell, are arguments when the command knows the name;
everything else, quotes included, is the command's first argument. A line that is one quoted text holding operators is
unquoted: people quote whole queries.

A value is quoted by straight quotes (doubled inside a value) or by curly ones, which may be nested; phones and other
languages' keyboards use their own instead of both.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.core.commands.loose import take_times
from bot.core.commands.spec import BY_NAME, Command

_LONGEST = 2_000
_FLAT = r"[^“”]*"
_ONCE = rf"{_FLAT}(?:“{_FLAT}”{_FLAT})*"
_NESTED = rf"{_FLAT}(?:“{_ONCE}”{_FLAT})*"
_DASHES = "(?:--|[—–])"  # phones and Macs make one of two
_NAME = r"[a-z]+(?:-[a-z]+)*"
_WORD = re.compile(
    rf"""(?:(?P<name>{_NAME})=|{_DASHES}(?P<option>{_NAME})(?:=|(?P<flag>$|\s+)))
    (?:"(?P<quoted>(?:[^"]|"")*)" | “(?P<nested>{_NESTED})” | “(?P<curly>[^”]*)” | [„”](?P<low>[^„“”]*)[“”]
    | 「(?P<corner>[^」]*)」 | (?P<bare>\S*))""",
    re.VERBOSE,
)
_NAMED = re.compile(rf"(?P<name>{_NAME})=|--(?P<option>{_NAME})(?:=|$)")
_STEP = re.compile(r'"[^"]*"|“[^”]*”|\S+')
_FOR_ONE = re.compile(r"(?P<action>do|remove)\s+(?P<name>[^\s=]+)(?:\s+(?P<line>.*))?", re.DOTALL)
_OPERATOR = re.compile(r"\b(?:AND|OR|NOT|NEAR(?:/\d+)?)\b|[()|&]|\w:\w")
_COUNTS = ("n", "days")
_QUOTES = (('"', '"'), ("“", "”"), ("„", "“"), ("„", "”"), ("”", "”"), ("「", "」"), ("'", "'"), ("‘", "’"))
_SINGLE = _QUOTES[-2:]


@dataclass(frozen=True, slots=True)
class Line:
    """A parsed line. `problem`: the key of the sentence that tells what could not be understood, with its `values`."""

    name: str
    args: dict[str, str] = field(default_factory=dict)
    problem: str = ""
    values: dict[str, object] = field(default_factory=dict)


def parse_line(line: str) -> Line:
    """Split a typed line; an unknown command or a too long line comes back with its `problem`."""
    line = line.strip()
    if len(line) > _LONGEST:
        return Line("help", problem="wrong.line", values={"n": len(line), "most": _LONGEST})
    name, _, rest = line.removeprefix("/tocsin").strip().partition(" ")
    command = BY_NAME.get(name.lower())
    if command is None:
        return _unknown(name[:40])
    return Line(command.name, _arguments(command, rest.strip()))


def _unknown(name: str) -> Line:
    """The line of an unknown command, with the command that may have been meant."""
    begun = [known for known in BY_NAME if name and known.startswith(name.lower())]
    near = begun or difflib.get_close_matches(name.lower(), BY_NAME, 1, 0.75)
    if near:
        return Line("help", problem="command.near", values={"name": name, "near": near[0]})
    return Line("help", problem="command.none" if name else "", values={"name": name})


def quoted(text: str) -> str:
    """An option's value, quoted so that it reads back as the same, whatever it holds."""
    if '"' not in text:
        return f'"{text}"'
    if re.fullmatch(_NESTED, text):
        return f"“{text}”"
    return '"{}"'.format(text.replace('"', '""'))


def _arguments(command: Command, rest: str) -> dict[str, str]:
    if command.name == "webhook" and (one := _FOR_ONE.fullmatch(rest)):
        given = {name: text or "" for name, text in one.groupdict().items()}
        return {**given, "line": _without(given["line"], _QUOTES)}
    args: dict[str, str] = {}
    loose: list[str] = []
    places: dict[str, int] = {}
    position = 0
    while position < len(rest):
        found = _WORD.match(rest, position)
        if found and (arg := command.arg(_name(found))):
            bare = arg.kind == "flag" and found["flag"] is not None
            args[arg.name], places[arg.name] = "yes" if bare else _value(found), len(loose)
            position = found.end("flag") if bare else found.end()
        elif step := _STEP.match(rest, position):
            loose.append(step.group())
            position = step.end()
        else:
            position += 1
    take_count(command, loose, args)
    take_times(loose, args, places)
    take_named(command, loose, args)
    if loose and command.args:
        args.setdefault(command.args[0].name, _unquoted(" ".join(loose)))
    return args


def misnamed(command: Command, text: str) -> tuple[str, str]:
    """The first `name=value` among a command's words whose name is nearly that of an argument, and that argument's
    name; two "" where there is none. What stands in quotes is a phrase."""
    names = [arg.name for arg in command.args[1:]] if command.rest else []
    for step in _STEP.findall(text):
        found = _NAMED.match(step)
        name = _name(found) if found else ""
        near = difflib.get_close_matches(name, names, 1, 0.75) if name and name not in names else []
        if near:
            return name, near[0]
    return "", ""


def astray(command: Command, text: str) -> tuple[str, str]:
    """The first `--name` among a command's words, or `name=value` among those of one that changes a channel, whose name
    is no argument of it, and the command that has it, "" for none; two "" where all is well. A name before "=" that
    nothing has may stand in keywords.
    """
    for step in _STEP.findall(text):
        found = _NAMED.match(step)
        if found is None or command.arg(name := _name(found)) or not (command.configures or found["option"]):
            continue
        other = next((other for other in ("settings", "edit") if BY_NAME[other].arg(name)), "")
        if other or not command.rest or (found["option"] and not misnamed(command, step)[0]):
            return name, other
    return "", ""


def _name(found: re.Match[str]) -> str:
    """The name of an option, whichever way it was typed."""
    return found["name"] or found["option"]


def _value(found: re.Match[str]) -> str:
    if found["quoted"] is not None:
        return found["quoted"].replace('""', '"')
    return next((found[kind] for kind in ("nested", "curly", "low", "corner", "bare") if found[kind]), "")


def take_count(command: Command, loose: list[str], args: dict[str, str]) -> None:
    """Take a number or a choice from the last word, if the command has one: `latest chips 5`, `feedback 42 less`."""
    last = command.args[1] if command.rest and len(command.args) > 1 else None
    if loose and last and (loose[-1] in last.choices or (last.name in _COUNTS and loose[-1].isdecimal())):
        args.setdefault(last.name, loose.pop())


def take_named(command: Command, loose: list[str], args: dict[str, str]) -> None:
    """Take an option without "=" or "--", if the command takes no words: `settings timezone Europe/Berlin`."""
    arg = command.arg(loose[0].lower()) if len(loose) > 1 and not command.rest else None
    if arg and arg.name not in args:
        args[arg.name] = " ".join(loose[1:])
        loose.clear()


def _unquoted(text: str) -> str:
    """A query without the quotes that somebody put around the whole of it; around mere words they mean a phrase."""
    whole = _without(text, _QUOTES)
    return whole if _OPERATOR.search(whole) else _without(text, _SINGLE)


def _without(text: str, quotes: Sequence[tuple[str, str]]) -> str:
    """A text without one pair of quotes around the whole of it."""
    inner = text[1:-1]
    for opening, closing in quotes:
        whole = len(text) > 2 and text.startswith(opening) and text.endswith(closing)
        if whole and opening not in inner and closing not in inner:
            return inner.strip()
    return text
