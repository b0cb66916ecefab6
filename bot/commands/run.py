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
from bot.commands.talk import Refused, Talk
from bot.commands.wording import in_english, meant_choice, wrong
from bot.core.commands.line import astray, misnamed, parse_line
from bot.core.commands.spec import BY_NAME, Arg, Command
from bot.core.errors import QueryError, StoreError, TocsinError
from bot.core.message import Reply
from bot.ports import Asker

log = logging.getLogger(__name__)
Handler = Callable[[Talk, Mapping[str, str]], Awaitable[Reply]]

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
    "mute": partial(feedback.mute, on=True),
    "unmute": partial(feedback.mute, on=False),
    "follow": partial(feedback.follow, on=True),
    "unfollow": partial(feedback.follow, on=False),
    "feedback": feedback.feedback,
    "template": templates.template,
    "pause": manage.pause,
    "resume": manage.resume,
    "settings": manage.settings,
    "trend": lookups.trend,
    "preview": preview.try_out,
    "test": manage.test,
    "status": general.status,
    "help": general.help_,
}
"""All commands except `webhook`, which runs others."""


class CommandDesk:
    """Implements `Commands` over one store and one catalogue."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._handlers: Mapping[str, Handler] = {**HANDLERS, "webhook": partial(webhooks.webhook, self)}

    async def run(self, asker: Asker, name: str, args: Mapping[str, str]) -> Reply:
        """Run a command; a user's mistake comes back as a refusal of one sentence."""
        command, talk = BY_NAME.get(name), Talk(self._desk, asker)
        if command is None:
            return talk.refuse("command.none", name=name[:40])
        given = ((name, text.encode("utf-8", "replace").decode()) for name, text in args.items())  # no lone surrogates
        args = {name: text for name, text in given if text.strip()}
        if command.configures and not asker.may_configure:
            return talk.refuse_there("right", name=name)
        args = {name: self._chosen(command.arg(name), text) for name, text in args.items()}
        if problem := _problem(talk, command, args):
            return Reply(problem, ok=False)
        reply = await _said(talk, name, self._handlers[name](talk, args))
        return replace(reply, private=False) if args.get("share") and reply.ok else reply

    def _chosen(self, arg: Arg | None, value: str) -> str:
        return meant_choice(self._desk.say, arg, value) if arg and arg.choices else value

    async def type(self, asker: Asker, line: str) -> Reply:
        """Run a typed line."""
        parsed = parse_line(in_english(self._desk.say, line))
        if parsed.problem:
            talk = Talk(self._desk, asker)
            return replace(talk.refuse(parsed.problem, **parsed.values), lines=(talk.say("help.hint"),))
        return await self.run(asker, parsed.name, parsed.args)

    async def press(self, asker: Asker, action: str, value: str) -> Reply:
        """Run what a button stands for: a command with its first argument, or an offered one with several."""
        talk = Talk(self._desk, asker)
        if action in feedback.PAIRS:
            return await _said(talk, action, feedback.judge_pair(talk, action, value))
        found = pressed(action, value)
        return await self.run(asker, *found) if found else talk.refuse("button.stale")

    async def filled(self, asker: Asker, name: str, value: str) -> Mapping[str, str]:
        """The present values that a form shows."""
        talk = Talk(self._desk, asker)
        if name == "settings":
            channel = await talk.seen_channel({})
            return channel.settings if channel else {}
        return await editing.filled(talk, value) if name == "edit" else {}

    async def complete(self, asker: Asker, name: str, arg: str, text: str, channel: str = "") -> list[Choice]:
        """At most 25 suggestions: a channel's own subscriptions from the store, everything else from memory."""
        command, talk = BY_NAME.get(name), Talk(self._desk, asker)
        spec = command.arg(arg) if command else None
        if spec is None:
            return []
        if spec.kind != "subscription":
            return suggestions(talk, spec, text[:100])[:25]
        try:
            return (await subscribed(talk, text[:100], channel, names=name == "unsubscribe"))[:25]
        except StoreError:
            return []  # it is still there to be typed


async def _said(talk: Talk, name: str, work: Awaitable[Reply]) -> Reply:
    """The reply of a command or press; expected failures become refusals."""
    try:
        return await work
    except Refused as refused:
        return refused.reply
    except QueryError as error:
        return talk.refuse("wrong.query", problem=talk.say.sentence(str(error)))
    except StoreError as error:
        return _away(talk, name, error)
    except TocsinError as error:
        return Reply(talk.say.sentence(str(error)), ok=False)


def _problem(talk: Talk, command: Command, args: Mapping[str, str]) -> str:
    """What is wrong with the arguments, in one sentence; "" for nothing."""
    words = args.get(command.args[0].name, "") if command.args else ""
    name, other = astray(command, words)
    if name:
        return talk.say("wrong.other" if other else "wrong.none", name=name, other=other, command=command.name)
    said = (wrong(talk.say, command, arg, args.get(arg.name, "")) for arg in command.args)
    if problem := next((problem for problem in said if problem), ""):
        return problem
    name, near = misnamed(command, words)
    return talk.say("wrong.option", name=name, near=near) if near else ""


def _away(talk: Talk, name: str, error: StoreError) -> Reply:
    """The reply while the database can't be used, without path and cause. On the operator's own terminal, the error is
    raised again.
    """
    if error.kind == "query":
        return Reply(talk.say.sentence(str(error)), ok=False)
    if talk.asker.platform == "console":
        raise error
    log.warning("%s can't be done: %s", name, error, extra={"platform": talk.asker.platform, "kind": error.kind})
    return talk.refuse("store.away")
