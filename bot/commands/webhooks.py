"""Webhooks of a server or workspace: added, listed, removed. Their addresses are secrets and are not shown again."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import replace

from bot.commands.api import Commands
from bot.commands.desk import Desk
from bot.commands.presses import confirmed
from bot.core.message import Item, Reply
from bot.core.webhooks import Hook, hook_of
from bot.ports import Asker, Webhooks


def scope_of(asker: Asker) -> str:
    """Whose webhooks somebody sees: those of their own server or workspace."""
    return f"{asker.platform}:{asker.scope}"


def asker_of(asker: Asker, name: str) -> Asker:
    """The same person in a webhook's channel."""
    return Asker("webhook", scope_of(asker), name, asker.user, f"webhook {name}", locale=asker.locale, private=True)


async def webhook(commands: Commands, desk: Desk, asker: Asker, args: Mapping[str, str]) -> Reply:
    """List, add, remove, do. Raises `QueryError` for an address or a name that can't be."""
    if desk.hooks is None or asker.private:
        return desk.refuse(asker, "webhook.elsewhere")
    name, scope = args.get("name", "").strip(), scope_of(asker)
    match args["action"]:
        case "add":
            hook = hook_of(args.get("url", "").strip(), args.get("kind", ""), name, secrets.token_urlsafe(32))
            added = await desk.hooks.add(hook, scope)
            return _added(desk, asker, hook) if added else desk.refuse(asker, "webhook.taken", name=hook.name)
        case "remove":
            gone = await desk.hooks.remove(name, scope)
            return desk.reply(asker, "webhook.removed", name=name) if gone else _none_of(desk, asker, name)
        case "do":
            known = await desk.hooks.get(name, scope) is not None
            line = args.get("line", "")
            return await _done(commands, asker_of(asker, name), line) if known else _none_of(desk, asker, name)
    return await _listed(desk, desk.hooks, asker)


async def _listed(desk: Desk, hooks: Webhooks, asker: Asker) -> Reply:
    found = (await hooks.all(scope_of(asker))).values()
    items = tuple(Item(hook.name, "", f"{hook.kind} · {hook.shown}") for hook in found)
    return Reply(desk.say(asker.locale, "webhook.list", n=len(items)), (desk.say(asker.locale, "webhook.how"),), items)


async def _done(commands: Commands, there: Asker, line: str) -> Reply:
    """A typed line in a webhook's channel. There is nothing to press."""
    done = await confirmed(commands, there, await commands.type(there, line))
    return replace(done, buttons=(), items=tuple(replace(item, buttons=()) for item in done.items), private=True)


def _none_of(desk: Desk, asker: Asker, name: str) -> Reply:
    """The refusal for a webhook that is not there."""
    return desk.refuse(asker, "webhook.none", name=name[:40])


def _added(desk: Desk, asker: Asker, hook: Hook) -> Reply:
    said = desk.say(asker.locale, "webhook.added", name=hook.name, kind=hook.kind, shown=hook.shown)
    secret = (desk.say(asker.locale, "webhook.secret", secret=hook.secret),) if hook.secret else ()
    return Reply(said, (desk.say(asker.locale, "webhook.next", name=hook.name), *secret))
