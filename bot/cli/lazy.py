"""The command table: which module holds which command. A module is imported only when one of its commands runs.

`--help` and shell completion show the sentences in this file, and import no library of a platform or source.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from importlib import import_module

import click

from bot.called import typed
from bot.core.commands import spec
from bot.core.errors import as_sentence

_OF_CHAT = ("test", "help", "webhook")
"""Commands that are for chat alone, or are another command here."""
PLACES = {
    "live": {
        "run": "Run the bot: watch, fold, match, alert.",
        "demo": "Play a recorded day of news, offline, through the same program as `run`.",
    },
    "ask": {command.name: as_sentence(command.help) for command in spec.COMMANDS if command.name not in _OF_CHAT},
    "feeds": {
        "feeds": "Manage the watched feeds: add, list, remove, pause and resume, check, import and export (OPML)."
    },
    "replay": {
        "replay": "Play entries through the real pipeline, with their own dates as the clock.",
    },
    "contract": {
        "parse": "Print a feed as JSON.",
        "match": 'Print which queries each entry matches, as {"id","queries"}.',
    },
    "judging": {
        "same": 'Judge pairs of texts {"id","a","b","lang"?} as an entry is judged against a story: '
        '{"id","score","same","why"}.',
        "summarise": 'Summarise documents {"id","lang"?,"docs":[{"title","text","source"}]}: {"id","summary"}.',
    },
    "doctor": {"doctor": "Check configuration, topics, database, feeds, network and tokens, and say what to do."},
    "stories": {"stories": "Check and tune how reports are folded into stories."},
    "upkeep": {
        "migrate": "Create the database or upgrade it to this version; with --to, copy it to another database.",
        "backup": "Copy the database while the bot runs.",
        "restore": "Restore a backup.",
    },
    "webhook": {
        "webhook": "Manage webhooks as channels: Discord's, Slack-compatible ones, signed JSON (docs/webhooks.md).",
    },
}
"""File → command → the first sentence of its help."""

SECTIONS = {
    "Run it": ("run", "doctor", "status", "feeds", "backup", "restore", "migrate", "demo"),
    "Subscribe": (
        *("topics", "preview", "subscribe", "subscriptions", "edit", "unsubscribe", "settings", "template", "webhook"),
        *("pause", "resume"),
    ),
    "Look things up": ("latest", "search", "story", "why", "trend", "sources"),
    "Act on a story": ("mute", "unmute", "follow", "unfollow", "feedback"),
    "Measure and script": ("stories", "replay", "parse", "match", "same", "summarise"),
}
"""Heading → the commands under it in `--help`, in the order in which a user needs them."""

_WHOLE = 1_000  # characters


class Sentences(click.Group):
    """A group whose help shows the whole first sentence of each command; click would cut it off.

    `help [COMMAND…]` is another way to write `[COMMAND…] --help`.
    """

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """As click's, with `help` understood."""
        while args[:1] == ["help"]:
            args = [*args[1:], "--help"]
        return super().parse_args(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The names with their sentences, broken between words, under their headings."""
        widest = max(map(len, self.commands))
        for heading, names in self.sections().items():
            with formatter.section(heading):
                said = [(name.ljust(widest), self.commands[name].get_short_help_str(_WHOLE)) for name in names]
                formatter.write_dl(said)

    def sections(self) -> Mapping[str, Sequence[str]]:
        """The headings, each with its commands."""
        return {"Commands": sorted(self.commands)}


class LazyGroup(Sentences):
    """A group that imports a command only when it is run, or when its options are completed."""

    def sections(self) -> Mapping[str, Sequence[str]]:
        """As one comes to need them."""
        return SECTIONS

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that is typed, imported."""
        name, listed, rest = super().resolve_command(ctx, args)
        return name, listed and load(listed), rest


def listed() -> dict[str, click.Command]:
    """Every command by name, with its sentence only."""
    return {name: click.Command(name, help=said) for names in PLACES.values() for name, said in names.items()}


def load(command: click.Command) -> click.Command:
    """The command itself for one that is `listed`."""
    place = next(place for place, names in PLACES.items() if command.name in names)
    found: dict[str | None, click.Command] = {one.name: one for one in import_module(f"bot.cli.{place}").COMMANDS}
    return _typable(found[command.name])


def _typable(command: click.Command) -> click.Command:
    """The command with examples in its help that can be typed as they are."""
    made = copy(command)
    made.help = typed(command.help or "")
    if isinstance(command, click.Group) and isinstance(made, click.Group):
        made.commands = {name: _typable(part) for name, part in command.commands.items()}
    return made
