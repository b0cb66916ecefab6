"""Webhooks of a server or workspace: added, listed, removed. Their addresses are secrets and are not shown again."""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from bot.commands.desk import Desk
from bot.core.message import Item, Reply
from bot.core.webhooks import Hook, hook_of
from bot.ports import Asker


def scope_of(asker: Asker) -> str:
    """Whose webhooks somebody sees: those of their own server or workspace."""
    return f"{asker.platform}:{asker.scope}"


def asker_of(asker: Asker, name: str) -> Asker:
    """The same person in a webhook's channel."""
    return Asker("webhook", scope_of(asker), name, asker.user, f"webhook {name}", locale=asker.locale, private=True)


async def webhook(desk: Desk, asker: Asker, args: Mapping[str, str]) -> Reply:
    """List, add, remove. Raises `QueryError` for an address or a name that can't be."""
    if desk.hooks is None or asker.private:
        return desk.refuse(asker, "webhook.elsewhere")
    name, scope = args.get("name", "").strip(), scope_of(asker)
    if args["action"] == "add":
        hook = hook_of(args.get("url", "").strip(), args.get("kind", ""), name, secrets.token_urlsafe(32))
        added = await desk.hooks.add(hook, scope)
        return _added(desk, asker, hook) if added else desk.refuse(asker, "webhook.taken", name=hook.name)
    if args["action"] == "remove":
        gone = await desk.hooks.remove(name, scope)
        return desk.reply(asker, "webhook.removed", name=name) if gone else none_of(desk, asker, name)
    found = (await desk.hooks.all(scope)).values()
    items = tuple(Item(hook.name, "", f"{hook.kind} · {hook.shown}") for hook in found)
    return Reply(desk.say(asker.locale, "webhook.list", n=len(items)), (desk.say(asker.locale, "webhook.how"),), items)


def none_of(desk: Desk, asker: Asker, name: str) -> Reply:
    """The refusal for a webhook that is not there."""
    return desk.refuse(asker, "webhook.none", name=name[:40])


def _added(desk: Desk, asker: Asker, hook: Hook) -> Reply:
    said = desk.say(asker.locale, "webhook.added", name=hook.name, kind=hook.kind, shown=hook.shown)
    secret = (desk.say(asker.locale, "webhook.secret", secret=hook.secret),) if hook.secret else ()
    return Reply(said, (desk.say(asker.locale, "webhook.next", name=hook.name), *secret))
