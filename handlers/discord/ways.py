"""What is known of Discord, connected or not: how a line is typed there, whom an alert can mention, what it refuses."""

from __future__ import annotations

import re
from collections.abc import Callable

from bot.core.commands.line import parse_line
from bot.core.commands.mention import Mentions
from bot.core.commands.spec import BY_NAME

REFUSED = "Discord refuses DISCORD_TOKEN; make a new one under Bot in the developer portal and restart"
"""Why channels are paused when the token is refused."""
MENTIONS = Mentions("a role", re.compile(r"(?:<@&)?([0-9]{5,20})>?"))


def typed(line: str, called: Callable[[str], str], may_configure: bool) -> str:
    """See `bot.ports.Keyboard`: each argument has a field, and the command is named in the reader's language.

    Everybody has `/news`, whoever manages the server `/tocsin` too.
    """
    parsed = parse_line(line)
    command = BY_NAME[parsed.name]
    root = "tocsin" if command.configures or may_configure else "news"
    given = [(arg, parsed.args[arg.name]) for arg in command.args if parsed.args.get(arg.name)]
    fields = (f"{arg.name}:{'True' if arg.kind == 'flag' else text}" for arg, text in given)
    return " ".join((f"/{root}", called(command.name) or command.name, *fields))
