"""The commands of the chat platforms, on the terminal: topics, subscribe, latest, search, story and the rest."""

from __future__ import annotations

import asyncio
import shlex
import sys
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

import click
from rich.console import Console

from bot import chart
from bot.cli.common import refuse_options
from bot.cli.desks import Absent, opened_desk, opened_tools
from bot.cli.jsonl import json_text
from bot.cli.lazy import PLACES
from bot.cli.replyjson import reply_json
from bot.commands.desk import Draw
from bot.commands.presses import confirmed
from bot.commands.preview import changed
from bot.commands.talk import Talk
from bot.configure import resolve
from bot.core.commands.line import take_count, take_named
from bot.core.commands.loose import take_times, with_times
from bot.core.commands.spec import BY_NAME, Arg, Command
from bot.core.commands.trend import NOTHING, Bucket, Drawn
from bot.core.errors import ConfigError, QueryError, as_sentence
from bot.core.message import Reply
from bot.ports import Asker
from bot.rules.topicfiles import read_changed_file
from handlers.console import ConsolePlatform, print_reply

TERMINAL = Asker("console", "local", "terminal", "owner", channel_name="this terminal", private=True)
_PICTURE = (
    click.Option(
        ["--png"], metavar="FILE", type=click.Path(dir_okay=False), default="", help="Draw a chart into a file."
    ),
    click.Option(["--dark"], is_flag=True, help="Draw the chart on a dark background."),
)
_WHY = (click.Option(["--why"], is_flag=True, help="Also say what joined each report to it."),)

_WORDS = "words"
_ELSEWHERE = ("share", *ConsolePlatform.unable)
"""Options that are for other platforms."""
_CHANNEL_HELP = "Do it for a webhook (docs/webhooks.md) instead of this terminal."
_MORE = {"preview": "\n\nGive a topic file (NAME.toml) to see what it would gain and lose against what is loaded."}


async def ask(name: str, args: dict[str, str], draw: Draw | None = None) -> Reply:
    """Run one command as the terminal's owner; a query is confirmed by having been typed."""
    async with opened_desk(draw, _absent(name, args)) as desk:
        return await confirmed(desk, TERMINAL, await desk.run(TERMINAL, name, args))


def _absent(name: str, args: Mapping[str, str]) -> Absent:
    """What a command does without a database: topics come from files, and a first subscription creates it."""
    if name == "topics":
        return "pretend"
    return "make" if name == "subscribe" or (name == "settings" and args) else "refuse"


async def try_file(path: str) -> list[Reply]:
    """What each topic of a file would gain and lose, compared with the loaded one. Raises `ConfigError`."""
    async with opened_tools() as (settings, desk):
        topics = read_changed_file(Path(path), resolve(settings.topics.dir), resolve(settings.topics.entities))
        return [await changed(Talk(desk, TERMINAL), topic) for topic in topics]


def _show(reply: Reply, as_json: bool) -> None:
    if as_json:
        click.echo(json_text(reply_json(reply)))
    else:
        print_reply(reply, Console())
    if not reply.ok:
        sys.exit(QueryError.exit_code)


def _draw(
    in_dark: bool, title: Drawn, found: Sequence[Bucket], *, headline: Drawn = NOTHING, dark: bool = False
) -> bytes:
    """A chart in the requested theme, whatever the platform's default is."""
    return chart.draw(title, found, headline=headline, dark=in_dark)


def _keep(picture: bytes, path: str) -> None:
    if not picture:
        click.echo("tocsin: nothing was counted in these days, so there is no chart", err=True)
        return
    try:
        Path(path).write_bytes(picture)
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from None


def _typed(example: str) -> str:
    """A chat example as a shell accepts it: options with dashes, brackets quoted."""
    name, _, rest = example.partition(" ")
    if "=" in rest:
        rest = " ".join("--" + " ".join(word.split("=", 1)) if "=" in word else word for word in rest.split())
    return f"{name} {shlex.quote(rest) if '(' in rest else rest}".rstrip()


def _webhook(channel: str) -> str:
    """The name of the webhook that `--channel` names: the terminal reaches no other channels."""
    kind, _, name = channel.partition(":")
    if kind != "webhook" or not name:
        raise ConfigError(f"--channel takes webhook:NAME here, not {channel!r}; other channels subscribe from chat")
    return name


def _line(spec: Command, args: dict[str, str]) -> str:
    """A command as it is typed in chat."""
    first = spec.args[0].name if spec.args and spec.rest else ""
    options = (f'{name}="{value}"' for name, value in args.items() if name != first)
    return " ".join(part for part in (spec.name, args.get(first, ""), *options) if part)


def _option(arg: Arg) -> click.Option:
    """An argument that is not the first one."""
    if arg.kind == "channel":
        return click.Option(["--channel"], metavar="webhook:NAME", default="", help=_CHANNEL_HELP)
    if arg.kind == "flag":
        return click.Option([f"--{arg.name}"], help=as_sentence(arg.help), is_flag=True, flag_value="yes")
    kind = click.Choice(arg.choices, case_sensitive=False) if arg.choices else click.STRING
    return click.Option([f"--{arg.name}"], help=as_sentence(arg.help), type=kind)


def _arguments(spec: Command, given: Mapping[str, str | tuple[str, ...] | None]) -> dict[str, str]:
    """The typed arguments by name. `mode=hourly` is an option, as in chat, so that lines for chat can be typed here.

    Raises `click.UsageError` for a word that a command has no use for.
    """
    args = {key: value for key, value in given.items() if isinstance(value, str) and value}
    first = spec.args[0].name if spec.args and spec.rest else _WORDS
    loose: list[str] = []
    places: dict[str, int] = {}
    for word in given.get(first) or ():
        name, sign, value = word.partition("=")
        arg = spec.arg(name) if sign else None
        if arg is None or name in (first, "share"):
            loose.append(word)
        else:
            args.setdefault(name, value)
            places.setdefault(name, len(loose))
    refuse_options(loose, [arg.name for arg in spec.args[bool(spec.rest) :] if arg.name not in _ELSEWHERE])
    take_count(spec, loose, args)
    take_times(loose, args, places)
    take_named(spec, loose, args)
    if loose and first == _WORDS:
        raise click.UsageError(f"Got unexpected extra argument ({' '.join(loose)})")
    return {**({first: " ".join(loose)} if loose else {}), **args}


class _Timed(click.Command):
    """A command whose `--mode` takes a day and a time without quotes, as in chat."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """As click's, after joining the words of a time."""
        return super().parse_args(ctx, with_times(args))


def _command(spec: Command) -> click.Command:
    """A click command made from the one table of commands; the first argument takes every word that follows."""
    params: list[click.Parameter] = []
    rest = spec.args[0] if spec.args and spec.rest else None
    if rest is not None:
        params.append(click.Argument([rest.name], nargs=-1, required=rest.required))
    elif spec.args:
        params.append(click.Argument([_WORDS], nargs=-1, metavar="", required=False))
    params += [_option(arg) for arg in spec.args if arg is not rest and arg.name not in _ELSEWHERE]
    params.append(click.Option(["--json", "as_json"], is_flag=True, help="Print the reply as JSON."))
    params += {"trend": _PICTURE, "story": _WHY}.get(spec.name, ())

    def run(
        as_json: bool,
        png: str = "",
        dark: bool = False,
        why: bool = False,
        channel: str = "",
        **given: str | tuple[str, ...] | None,
    ) -> None:
        args = _arguments(spec, given)
        channel = args.pop("channel", "") or channel
        if spec.name == "preview" and args.get("what", "").endswith(".toml"):
            for said in asyncio.run(try_file(args["what"])):
                _show(said, as_json)
            return
        if channel:
            from bot.cli.webhook import on_webhook

            _show(asyncio.run(on_webhook(_webhook(channel), _line(spec, args))), as_json)
            return
        name, given_too = ("why", {"figures": "yes"}) if why else (spec.name, {})
        reply = asyncio.run(ask(name, args | given_too, partial(_draw, dark) if png else None))
        _show(reply, as_json)
        if png:
            _keep(reply.picture, png)

    text = f"{as_sentence(spec.help)}{_MORE.get(spec.name, '')}\n\nExample: tocsin {_typed(spec.example)}"
    loose = {"ignore_unknown_options": True} if rest is not None else {}  # a query may begin a word with "-"
    made = _Timed if spec.arg("mode") else click.Command
    return made(spec.name, params=params, callback=run, help=text, context_settings=loose)


COMMANDS = tuple(_command(BY_NAME[name]) for name in PLACES["ask"])
