"""What the commands know of Slack, connected or not: how a line is typed there, and whom an alert can mention."""

from __future__ import annotations

import re
from collections.abc import Callable

from bot.core.commands.mention import Mentions

COMMAND = "/tocsin"
"""The slash command's name in the app's manifest."""
MENTIONS = Mentions("a user group", re.compile(r"(?:<!subteam\^)?(S[A-Z0-9]{2,30})(?:\|[^>]*)?>?"))


def typed(line: str, called: Callable[[str], str], may_configure: bool) -> str:
    """See `bot.ports.Keyboard`: all words follow one slash command, the first in the reader's language."""
    word, space, rest = line.partition(" ")
    return f"{COMMAND} {called(word) or word}{space}{rest}"
