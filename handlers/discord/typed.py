"""A command's line as it is typed on Discord: each argument in a field, the command named in the reader's language."""

from __future__ import annotations

from collections.abc import Callable

from bot.core.line import parse_line
from bot.core.spec import BY_NAME


def typed(line: str, called: Callable[[str], str], may_configure: bool) -> str:
    """See `bot.ports.Keyboard`. Everybody has `/news`, whoever manages the server `/tocsin` too."""
    parsed = parse_line(line)
    command = BY_NAME[parsed.name]
    root = "tocsin" if command.configures or may_configure else "news"
    given = [(arg, parsed.args[arg.name]) for arg in command.args if parsed.args.get(arg.name)]
    fields = (f"{arg.name}:{'True' if arg.kind == 'flag' else text}" for arg, text in given)
    return " ".join((f"/{root}", called(command.name) or command.name, *fields))
