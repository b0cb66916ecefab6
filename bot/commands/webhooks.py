"""Webhooks of a server or workspace: added, listed, removed. Their addresses are secrets and are not shown again."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import replace

from bot.commands.api import Commands
from bot.commands.presses import confirmed
from bot.commands.talk import Talk
from bot.core.commands.webhooks import Hook, hook_of
from bot.core.message import Item, Reply
from bot.ports import Asker

MOST_WEBHOOKS = 50
"""The most webhooks of a server or workspace."""
REMOVED = "its webhook was removed"


def asker_of(asker: Asker, name: str) -> Asker:
    """The same person in a webhook's channel."""
    return Asker("webhook", _scope(asker), name, asker.user, f"webhook {name}", locale=asker.locale, private=True)


def _scope(asker: Asker) -> str:
    """The scope whose webhooks an asker sees: their own server or workspace."""
    return f"{asker.platform}:{asker.scope}"


async def webhook(commands: Commands, talk: Talk, args: Mapping[str, str]) -> Reply:
    """List, add, remove or use webhooks. Raises `QueryError` for an invalid address or name."""
    hooks, name, scope = talk.desk.hooks, args.get("name", "").strip(), _scope(talk.asker)
    if hooks is None or talk.asker.private:
        return talk.refuse("webhook.elsewhere")
    match args["action"]:
        case "add":
            if len(await hooks.all(scope)) >= MOST_WEBHOOKS:
                return talk.refuse("webhook.full", n=MOST_WEBHOOKS)
            hook = hook_of(args.get("url", "").strip(), args.get("kind", ""), name, secrets.token_urlsafe(32))
            return _added(talk, hook) if await hooks.add(hook, scope) else talk.refuse("webhook.taken", name=hook.name)
        case "remove":
            if not await hooks.remove(name, scope):
                return _none_of(talk, name)
            await _rested(talk, asker_of(talk.asker, name))
            return talk.reply("webhook.removed", name=name)
        case "do":
            if await hooks.get(name, scope) is None:
                return _none_of(talk, name)
            return await _done(commands, asker_of(talk.asker, name), args.get("line", ""))
    items = tuple(Item(hook.name, "", f"{hook.kind} · {hook.shown}") for hook in (await hooks.all(scope)).values())
    return Reply(talk.say("webhook.list", n=len(items)), (talk.say("webhook.how"),), items)


async def _rested(talk: Talk, there: Asker) -> None:
    """Pause the subscriptions of a removed webhook, so that nothing is queued for it."""
    channel = await Talk(talk.desk, there).seen_channel({})
    if channel is not None:
        await talk.store.pause(channel, REMOVED)


async def _done(commands: Commands, there: Asker, line: str) -> Reply:
    """Run a typed line in a webhook's channel, without buttons. A sentence may begin with the webhook's name."""
    done = await confirmed(commands, there, await commands.type(there, line))
    text = done.text[0].upper() + done.text[1:] if done.text.startswith(f"{there.channel_name} ") else done.text
    items = tuple(replace(item, buttons=()) for item in done.items)
    return replace(done, text=text, buttons=(), items=items, private=True)


def _none_of(talk: Talk, name: str) -> Reply:
    """The refusal for an unknown webhook."""
    return talk.refuse("webhook.none", name=name[:40])


def _added(talk: Talk, hook: Hook) -> Reply:
    said = talk.say("webhook.added", name=hook.name, kind=hook.kind, shown=hook.shown)
    secret = (talk.say("webhook.secret", secret=hook.secret),) if hook.secret else ()
    return Reply(said, (talk.say("webhook.next", name=hook.name), *secret))
