"""A command as it is typed where somebody is. Lines are told as Slack takes them, `edit 3 mode="daily 09:00"`; Discord
has fields, `/tocsin edit what:3 mode:daily 09:00`, and names its commands in the reader's language.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.core.line import parse_line
from bot.core.spec import BY_NAME


@dataclass(frozen=True, slots=True)
class Keyboard:
    """Where lines are typed: `platform` ("" for lines as they are), what goes before each of them (`through`: those of
    a webhook), and the root under which Discord's look-ups are found.
    """

    platform: str = ""
    through: str = ""
    looks: str = "tocsin"

    def typed(self, line: str, called: Callable[[str], str]) -> str:
        """A line as it is typed there; `called` gives a command's name in the reader's language, "" for its own."""
        line = f"{self.through} {line}".strip()
        if self.platform == "slack":
            return f"/tocsin {line}"
        return self._in_fields(line, called) if self.platform == "discord" else line

    def _in_fields(self, line: str, called: Callable[[str], str]) -> str:
        parsed = parse_line(line)
        command = BY_NAME[parsed.name]
        root = "tocsin" if command.configures else self.looks
        given = [(arg, parsed.args[arg.name]) for arg in command.args if parsed.args.get(arg.name)]
        fields = (f"{arg.name}:{'True' if arg.kind == 'flag' else text}" for arg, text in given)
        return " ".join((f"/{root}", called(command.name) or command.name, *fields))


def keyboard_at(platform: str, scope: str = "", channel: str = "", *, may_configure: bool = True) -> Keyboard:
    """That of a channel, or of who asks there; a webhook's is its server's or workspace's. Everybody has Discord's
    `/news`, whoever manages the server `/tocsin` too.
    """
    through = f"webhook do {channel}" if platform == "webhook" else ""
    where = scope.partition(":")[0] if platform == "webhook" else platform
    return Keyboard(where, through, "tocsin" if may_configure else "news")
