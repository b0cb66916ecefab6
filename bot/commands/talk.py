"""One asker at the desk: whom a command answers, in which language, and what names mean to them."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping, Sequence
from typing import Literal

from bot.commands.desk import Desk
from bot.core.commands.line import quoted
from bot.core.errors import QueryError, TocsinError
from bot.core.language.text import is_number, shortened
from bot.core.matching.match import TOPIC
from bot.core.matching.owntopics import LONGEST, OwnTopic, key_of
from bot.core.matching.suggest import in_capitals
from bot.core.matching.tree import Node
from bot.core.message import Button, Reply
from bot.core.model import Channel, Story
from bot.delivery.owners import owner_of
from bot.ports import Asker, Home, Voice
from bot.rules.rulebook import QUERY, Rule
from bot.translations import nearest

_KEPT = re.compile(rf"{QUERY}\d{{1,18}}")
_NUMBER = re.compile(r"#?(\d+)[.。]?")
_LABEL = 120  # characters
_TYPED = ("console", "webhook")
"""Platforms on which the owner types into a shell: no buttons, no other people. All others are chats."""


def number_in(typed: str) -> str:
    """A number without its sign and without the full stop of a sentence it was copied from; other text as it is."""
    return found[1] if (found := _NUMBER.fullmatch(typed.strip())) else typed.strip()


class Refused(TocsinError):
    """A command is refused; `reply` says why."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.text)
        self.reply = reply


class Talk:
    """The context of a command: the desk, the asker, and the wording as they read and type it."""

    def __init__(self, desk: Desk, asker: Asker) -> None:
        self.desk = desk
        self.asker = asker
        self.store = desk.store
        self.rules = desk.rules
        self.clock = desk.clock
        self.language = nearest(asker.locale)
        words = desk.say.at(asker.platform, asker.scope, asker.channel, may_configure=asker.may_configure)
        self.say = Voice(words, asker.locale)

    @property
    def in_chat(self) -> bool:
        """Whether replies have buttons here: in servers, workspaces and direct messages."""
        return self.asker.platform not in _TYPED

    @property
    def alone(self) -> bool:
        """Whether it is in a person's direct messages."""
        return self.asker.private and self.in_chat

    @property
    def home(self) -> Home | None:
        """Whose names for queries the asker uses: their server's or workspace's; None in direct messages."""
        platform, scope = self.asker.platform, self.asker.scope
        if platform == "webhook":
            platform, split, scope = scope.partition(":")
            return Home(platform, scope) if split else Home("console", platform)
        return None if scope.startswith("@") else Home(platform, scope)

    @property
    def whose(self) -> tuple[str, ...]:
        """Whose past queries are suggested: the workspace's; in direct messages, the person's."""
        return (self.asker.platform, self.asker.scope, *((self.asker.user,) if self.alone else ()))

    def typed(self, args: Mapping[str, str]) -> str:
        """Arguments as they are typed after a command: in chat, or in a shell that takes quotes away."""
        options = [(name, text) for name, text in args.items() if name != "what"]
        of_chat = self.asker.platform == "webhook" and ":" in self.asker.scope  # that of a chat's server
        if self.in_chat or of_chat:
            return " ".join((args["what"], *(f"{name}={quoted(text)}" for name, text in options)))
        return shlex.join((args["what"], *(f"{name}={text}" for name, text in options)))

    def button(
        self, label: str, action: str, value: str, style: Literal["plain", "primary", "danger"] = "plain"
    ) -> Button:
        """A button; `label` names its wording."""
        return Button(self.say(f"button.{label}"), action, value, style=style)

    def undo(self, line: str) -> str:
        """How to undo something, for a sentence: the button in chat, or the line to type."""
        press = self.say("press.below") if self.in_chat else ""
        return press + self.say("undo.typed", line=line)

    def title(self, rule: str, otherwise: str) -> str:
        """The name of a rule: a topic's title in the reader's language, or the label of a query's subscription."""
        return self.rules.label(rule, otherwise, self.asker.locale)

    def label(self, rule: str, otherwise: str) -> str:
        """The same, shortened for a sentence."""
        return shortened(self.title(rule, otherwise), _LABEL)

    def told_as(self, channel: Channel, rule: str, otherwise: str) -> str:
        """The name of a rule in a channel's alerts: for a topic, its title in the channel's language."""
        return self.rules.label(rule, otherwise, channel.language)

    def reply(self, key: str, /, **values: object) -> Reply:
        """A one-sentence answer."""
        return Reply(self.say(key, **values))

    def refuse(self, key: str, /, **values: object) -> Reply:
        """A one-sentence refusal: nothing was changed."""
        return Reply(self.say(key, **values), ok=False)

    def refuse_there(self, key: str, /, **values: object) -> Reply:
        """As `refuse`, in the wording for the asker's platform if there is one."""
        own = f"{key}.{self.asker.platform}"
        return self.refuse(own if self.say(own, **values) != own else f"{key}.other", **values)

    async def story(self, what: str) -> Story:
        """The story with this number, or the one that holds a report with this link. Raises `Refused`.

        A link may be unknown for more reasons than a number.
        """
        wanted = number_in(what)
        if "://" in wanted:
            number = await self.store.find(wanted)
        else:
            number = int(wanted) if is_number(wanted) else None
        found = await self.store.story(number) if number is not None else None
        if found is None:
            raise Refused(self.refuse("story.unknown" if "://" in what else "story.none", what=shortened(what)))
        return found

    def no_subscription(self, what: str) -> Reply:
        """The refusal for an unknown subscription; ids that only buttons carry are not shown."""
        if _KEPT.fullmatch(what):
            return self.refuse("subscription.gone")
        return self.refuse("subscription.none", what=shortened(self.title(what, what)).removeprefix(TOPIC))

    async def channel(self, args: Mapping[str, str]) -> Channel:
        """The channel that a command is about: the one named, else the one that it was typed in.

        In a thread without subscriptions of its own, it is the channel that the thread belongs to.
        """
        if not args.get("channel") and (above := await self._above()):
            return above
        return await self.typed_in(args)

    async def typed_in(self, args: Mapping[str, str]) -> Channel:
        """The same for a new subscription: in a thread, it is the thread itself."""
        ref = args.get("channel", "") or self.asker.channel
        name = self.asker.channel_name if ref == self.asker.channel else self.asker.named
        return await self.store.channel(self.asker.platform, self.asker.scope, ref, name)

    async def seen_channel(self, args: Mapping[str, str]) -> Channel | None:
        """As `channel`, for commands that only read; creates nothing."""
        if not args.get("channel") and (above := await self._above()):
            return above
        ref = args.get("channel", "") or self.asker.channel
        return await self.store.find_channel(self.asker.platform, self.asker.scope, ref)

    async def _above(self) -> Channel | None:
        """The channel that a thread belongs to, if that has subscriptions and the thread has none."""
        if not self.asker.parent:
            return None
        refs = (self.asker.channel, self.asker.parent)
        own, above = [await self.store.find_channel(self.asker.platform, self.asker.scope, ref) for ref in refs]
        if above is None or (own and await self.store.subscriptions(own)):
            return None
        return above if await self.store.subscriptions(above) else None

    def where(self, channel: Channel | None, ref: str = "") -> str:
        """The name of a channel in a sentence; for an unknown one, its id `ref`; "" for the present channel."""
        ref = channel.ref if channel else ref or self.asker.channel
        here = ref == self.asker.channel
        name = (channel.name if channel else "") or (self.asker.channel_name if here else self.asker.named)
        if here:
            return name or self.say("here.direct" if self.asker.private else "here.channel")
        return name or ref

    async def own(self, channel: Channel) -> None:
        """Note that the asker looks after a channel: the last who did is told if the channel stops taking alerts."""
        if owner := owner_of(self.asker, self.desk.platforms):
            await self.store.keep(f"owner:{channel.id}", owner)

    async def resolve(self, what: str) -> Rule:
        """What a text means: a topic, a name that people here gave a query, or a query. Raises `QueryError`."""
        await self._seen_here(what)
        own = await self.own_topic(what)
        if own is None and what.strip().lower().startswith(TOPIC):
            own = await self.own_topic(what.strip()[len(TOPIC) :])
        return self.rules.resolve(what, own, await self.names_in(what))

    async def in_capitals(self, text: str) -> str:
        """A query with its operators in capitals; "" if they already are, or if the result is no query."""
        made = in_capitals(text)
        try:
            return made if made and await self.query(made) else ""
        except QueryError:
            return ""

    async def query(self, text: str) -> Node:
        """The tree of a typed or stored query. Raises `QueryError`."""
        await self._seen_here(text)
        return self.rules.resolve_query(text, await self.names_in(text))

    async def _seen_here(self, what: str) -> None:
        """Raise `QueryError` if a query's id, as buttons carry it, is of no subscription in this channel."""
        rule = what.strip()
        if _KEPT.fullmatch(rule) and self.asker.platform != "console" and rule not in await self.own_rules():
            raise QueryError("those keywords are no longer subscribed to here; please type them again")

    async def names(self) -> Sequence[OwnTopic]:
        """The queries that people of the asker's server or workspace named."""
        return await self.store.own_topics(self.home) if self.home else ()

    async def names_in(self, text: str) -> Sequence[OwnTopic]:
        """The same, if a text may contain one of their names."""
        return await self.names() if TOPIC.rstrip(":") in text.lower() else ()

    async def own_topic(self, name: str) -> OwnTopic | None:
        """The query to which people of the asker's server or workspace gave this name."""
        home = self.home
        key = key_of(name) if home and len(name) <= 2 * LONGEST else ""
        return await self.store.own_topic(home, key) if home and key else None

    async def near_topic(self, what: str) -> str:
        """What to type for the topic or named query that may have been misspelt, or that is the only one with these
        words; or "".
        """
        near = self.rules.near_topic(what, await self.names()) or self.rules.topic_called(what)
        return near.name if isinstance(near, OwnTopic) else near.id if near else ""

    async def own_rules(self) -> dict[str, str]:
        """The rules that the asker's own channel subscribes to, with their names there."""
        channel = await self.seen_channel({})
        return {one.rule: one.label for _, one in await self.store.subscriptions(channel)} if channel else {}
