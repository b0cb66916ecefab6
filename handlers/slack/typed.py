"""A command's line as it is typed on Slack."""

from __future__ import annotations

from collections.abc import Callable


def typed(line: str, called: Callable[[str], str], may_configure: bool) -> str:
    """See `bot.ports.Keyboard`: all words stand behind one slash command, whatever the reader's language and rights."""
    return f"/tocsin {line}"
