"""The real `Commands`: dispatches, checks permissions, and turns expected failures into one-line refusals."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from functools import partial

from bot.commands import (
    editing,
    explain,
    feedback,
    general,
    lookups,
    manage,
    pausing,
    preview,
    subscribing,
    templates,
    topics,
    webhooks,
)
from bot.commands.api import Choice
from bot.commands.complete import subscribed, suggestions
from bot.commands.desk import Desk
from bot.commands.presses import pressed
from bot.commands.wording import wrong
from bot.core.errors import QueryError, StoreError, TocsinError
from bot.core.line import parse_line
from bot.core.message import Reply
from bot.core.spec import BY_NAME, Command
from bot.ports import Asker

log = logging.getLogger(__name__)
Handler = Callable[[Desk, Asker, Mapping[str, str]], Awaitable[Reply]]

HANDLERS: Mapping[str, Handler] = {
    "subscribe": subscribing.subscribe,
    "unsubscribe": manage.unsubscribe,
    "subscriptions": manage.subscriptions,
    "edit": editing.edit,
    "topics": topics.topics,
    "latest": lookups.latest,
    "search": lookups.search,
    "story": lookups.story,
    "sources": lookups.sources,
    "why": explain.why,
    "mute": manage.mute,
    "unmute": manage.unmute,
    "follow": feedback.follow,
    "unfollow": feedback.unfollow,
    "feedback": feedback.feedback,
    "template": templates.template,
    "pause": pausing.pause,
    "resume": pausing.resume,
    "settings": manage.settings,
    "trend": lookups.trend,
    "preview": preview.try_out,
    "test": manage.test,
    "status": general.status,
    "help": general.help_,
}
"""But for `webhook`, which does other commands."""


class CommandDesk:
    """Implements `Commands` over one store and one catalogue."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._handlers: Mapping[str, Handler] = {**HANDLERS, "webhook": partial(webhooks.webhook, self)}

    async def run(self, asker: Asker, name: str, args: Mapping[str, str]) -> Reply:
        """Do a command; what a user may get wrong comes back as a refusal, in one sentence."""
        command, desk = BY_NAME.get(name), self._desk.told(asker)
        if command is None:
            return desk.refuse(asker, "command.none", name=name[:40])
        args = {name: text.encode("utf-8", "replace").decode() for name, text in args.items()}  # no lone surrogates
        if command.configures and not asker.may_configure:
            return desk.refuse_there(asker, "right", name=name)
        if problem := self._problem(asker, command, args):
            return Reply(problem, ok=False)
        try:
            reply = await self._handlers[name](desk, asker, args)
        except QueryError as error:
            return desk.refuse(asker, "wrong.query", problem=desk.sentence(asker, str(error)))
        except StoreError as error:
            return self._away(asker, name, error)
        except TocsinError as error:
            return Reply(desk.sentence(asker, str(error)), ok=False)
        return _shared(reply) if args.get("share") and reply.ok else reply

    def _away(self, asker: Asker, name: str, error: StoreError) -> Reply:
        """What a reader is told while the database can't be used: no path, no cause. Raises it again for the operator's
        own terminal.
        """
        if error.kind == "query":
            return Reply(self._desk.sentence(asker, str(error)), ok=False)
        if asker.platform == "console":
            raise error
        log.warning("%s can't be done: %s", name, error, extra={"platform": asker.platform, "kind": error.kind})
        return self._desk.refuse(asker, "store.away")

    def _problem(self, asker: Asker, command: Command, args: Mapping[str, str]) -> str:
        said = (wrong(self._desk, asker.locale, command, arg, args.get(arg.name, "")) for arg in command.args)
        return next((problem for problem in said if problem), "")

    async def type(self, asker: Asker, line: str) -> Reply:
        """Do a typed line."""
        parsed = parse_line(line)
        if parsed.problem:
            desk = self._desk.told(asker)
            return replace(
                desk.refuse(asker, parsed.problem, **parsed.values), lines=(desk.say(asker.locale, "help.hint"),)
            )
        return await self.run(asker, parsed.name, parsed.args)

    async def press(self, asker: Asker, action: str, value: str) -> Reply:
        """Do what a button stands for: a command with its first argument, or one with several that was offered."""
        if action in feedback.PAIRS:
            return await feedback.judge_pair(self._desk, asker, action, value)
        found = pressed(action, value)
        return await self.run(asker, *found) if found else self._desk.refuse(asker, "button.stale")

    async def filled(self, asker: Asker, name: str, value: str) -> Mapping[str, str]:
        """What a form shows as it stands."""
        if name == "settings":
            channel = await self._desk.seen_channel(asker, {})
            return channel.settings if channel else {}
        return await editing.filled(self._desk, asker, value) if name == "edit" else {}

    async def complete(self, asker: Asker, name: str, arg: str, text: str, channel: str = "") -> list[Choice]:
        """At most 25 suggestions: of a subscription those that the channel has, of all else from memory."""
        command = BY_NAME.get(name)
        spec = command.arg(arg) if command else None
        if spec is None:
            return []
        if spec.kind != "subscription":
            return suggestions(self._desk, asker, spec, text[:100])[:25]
        try:
            return (await subscribed(self._desk, asker, text[:100], channel, names=name == "unsubscribe"))[:25]
        except StoreError:
            return []  # it is still there to be typed


def _shared(reply: Reply) -> Reply:
    return replace(reply, private=False)
