"""`tocsin webhook`: adds, lists and removes webhooks, and runs commands for their channels."""

from __future__ import annotations

import secrets
import sys
from dataclasses import replace

import click
from rich.console import Console

from bot.called import program
from bot.cli.common import refuse_options, runs, words
from bot.cli.desks import configured, opened_tools
from bot.cli.lazy import Sentences
from bot.cli.platforms import hooks_of, webhooks
from bot.commands.presses import confirmed
from bot.commands.run import CommandDesk
from bot.commands.webhooks import REMOVED
from bot.core.commands.webhooks import KINDS, hook_of
from bot.core.errors import ConfigError, QueryError
from bot.core.message import Reply
from bot.ports import Asker
from handlers.console import print_reply

LOCAL = ("webhook", "local")


@click.group(cls=Sentences)
def webhook() -> None:
    """Manage webhooks as channels: Discord's, Slack-compatible ones, signed JSON (docs/webhooks.md).

    Example: tocsin webhook add https://hooks.example/T0/abcd --kind slack --name desk
    """


@webhook.command()
@click.argument("url")
@click.option("--kind", type=click.Choice(KINDS), help="What it accepts; by default recognised by the host, else json.")
@click.option("--name", default="", help="Its name: small letters, digits and hyphens; by default the host.")
@runs
async def add(url: str, kind: str | None, name: str) -> None:
    """Add a webhook. Its address is a secret and is not shown again.

    Example: tocsin webhook add https://hooks.example/T0/abcd --kind slack --name desk
    """
    hook = hook_of(url, kind or "", name, secrets.token_urlsafe(32))
    async with configured(absent="make") as (settings, store):
        if not await hooks_of(settings, store).add(hook):
            raise ConfigError(f"there is a webhook {hook.name}; remove it first, or give another --name")
    way = f"{program()} webhook do {hook.name} subscribe TOPIC"
    click.echo(f"Added {hook.name} ({hook.kind}, {hook.shown}). Subscribe it: {way}")
    if hook.secret:
        click.echo(f"Its posts are signed with this secret, which will not be shown again: {hook.secret}")


@webhook.command("list")
@runs
async def list_() -> None:
    """The webhooks: name, kind, host and the last four characters of the address.

    Example: tocsin webhook list
    """
    async with configured() as (settings, store):
        found = (await hooks_of(settings, store).all()).values()
    longest = max((len(hook.name) for hook in found), default=0)
    for hook in found:
        click.echo(f"{hook.name:{longest}}  {hook.kind:7}  {hook.shown}")
    if not found:
        click.echo(f"There are no webhooks. Add one: {program()} webhook add URL")


@webhook.command()
@click.argument("name")
@runs
async def remove(name: str) -> None:
    """Forget a webhook's address. Its subscriptions are paused; once it is back, `webhook do NAME resume` resumes them.

    Example: tocsin webhook remove desk
    """
    paused = await _remove(name)
    if paused is None:
        raise ConfigError(f"there is no webhook {name}; see tocsin webhook list")
    back = f"add it again, then {program()} webhook do {name} resume"
    kept = f" Its subscriptions ({paused}) are paused: {back}" if paused else ""
    click.echo(f"Removed {name}.{kept}")


async def _remove(name: str) -> int | None:
    """Remove a webhook; returns how many subscriptions are paused with it, None if there is no such webhook."""
    async with configured() as (settings, store):
        if not await hooks_of(settings, store).remove(name):
            return None
        channels = {one.id: one for one, _ in await store.subscriptions() if (one.platform, one.scope) == LOCAL}
        return sum([await store.pause(one, REMOVED) for one in channels.values() if one.ref == name])


@webhook.command(context_settings={"ignore_unknown_options": True})
@click.argument("name")
@click.argument("line", nargs=-1, required=True)
@runs
async def do(name: str, line: tuple[str, ...]) -> None:
    """Run a command as if it were typed in the webhook's channel: subscribe, edit, subscriptions, settings, template,
    test; help lists them all. Options are typed as in chat: mode=hourly.

    Example: tocsin webhook do desk subscribe export-controls mode=hourly
    """
    refuse_options(line, ())
    _show(await on_webhook(name, " ".join(map(requoted, line))))


@webhook.command()
@click.argument("name")
@runs
async def test(name: str) -> None:
    """Post a sample alert, and say what became of it.

    Example: tocsin webhook test desk
    """
    _show(await on_webhook(name, "test"))


def _show(reply: Reply) -> None:
    print_reply(reply, Console(), "page=")
    if not reply.ok:
        sys.exit(QueryError.exit_code)


def requoted(word: str) -> str:
    """A word as it is typed in chat, with the quotes around an option's value that the shell removed."""
    name, is_option, value = word.partition("=")
    return f'{name}="{value}"' if is_option and " " in value and name.replace("-", "").isalpha() else word


async def on_webhook(name: str, line: str) -> Reply:
    """Run a typed line in a webhook's channel. Raises `ConfigError` for an unknown webhook."""
    async with opened_tools() as (settings, desk):
        if await hooks_of(settings, desk.store).get(name) is None:
            raise ConfigError(f"there is no webhook {name}; see tocsin webhook list")
        platform = webhooks(settings, desk.store, words())
        asker = Asker("webhook", "local", name, "owner", channel_name=f"webhook {name}", private=True)
        commands = CommandDesk(replace(desk, platforms={platform.name: platform}))
        try:
            return await confirmed(commands, asker, await commands.type(asker, line))
        finally:
            await platform.close()


COMMANDS = (webhook,)
