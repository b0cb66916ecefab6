"""The context that every command runs in, and the refusals that commands share."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from bot.core.errors import QueryError, as_sentence
from bot.core.line import quoted
from bot.core.match import TOPIC
from bot.core.mention import Mentions
from bot.core.message import Reply
from bot.core.model import Channel, Story
from bot.core.options import fitted
from bot.core.owntopics import LONGEST, OwnTopic, key_of
from bot.core.text import shortened
from bot.core.tree import Node
from bot.core.trend import NOTHING, Bucket, Drawn
from bot.owners import owner_of
from bot.ports import Asker, Home, Platform, Say, Store, Webhooks
from bot.rulebook import QUERY, Rule, Rulebook


class Draw(Protocol):
    """Draws a trend as a PNG, as `bot.chart.draw` does. Called in a thread."""

    def __call__(
        self, title: Drawn, found: Sequence[Bucket], *, headline: Drawn = NOTHING, dark: bool = False
    ) -> bytes: ...


_KEPT = re.compile(rf"{QUERY}\d{{1,18}}")
_LABEL = 120  # characters
_TYPED = ("console", "webhook")
"""Where one owner types into a shell: no buttons, nobody else. Every other platform is a chat."""


def is_chat(platform: str) -> bool:
    """Whether people press buttons under replies there, in servers, workspaces and direct messages."""
    return platform not in _TYPED


def home_of(asker: Asker) -> Home | None:
    """Whose names somebody uses: those of their server or workspace; None in a person's direct messages."""
    if asker.platform == "webhook":
        platform, split, scope = asker.scope.partition(":")
        return Home(platform, scope) if split else Home("console", asker.scope)
    return None if asker.scope.startswith("@") else Home(asker.platform, asker.scope)


def whose(asker: Asker) -> tuple[str, ...]:
    """Whose past queries are suggested: the workspace's, in direct messages the person's."""
    person = (asker.user,) if asker.private and is_chat(asker.platform) else ()
    return (asker.platform, asker.scope, *person)


def typed(asker: Asker, args: Mapping[str, str]) -> str:
    """Arguments as they are typed after a command: in chat, or in a shell that takes quotes away."""
    options = [(name, text) for name, text in args.items() if name != "what"]
    if is_chat(asker.platform) or (asker.platform == "webhook" and ":" in asker.scope):  # that of a chat's server
        return " ".join((args["what"], *(f"{name}={quoted(text)}" for name, text in options)))
    return shlex.join((args["what"], *(f"{name}={text}" for name, text in options)))


@dataclass(frozen=True, slots=True)
class Desk:
    """The store, the catalogue and the wording. `clock` gives ms; `health` the lines that `status` shows; `draw`
    makes the picture of a trend, None where none can be drawn; `hooks` are the webhooks that chat may change.
    `mentions` says by platform whom alerts can mention.
    """

    store: Store
    rules: Rulebook
    say: Say
    clock: Callable[[], int]
    platforms: Mapping[str, Platform]
    health: Callable[[], Mapping[str, str]] = dict
    draw: Draw | None = None
    hooks: Webhooks | None = None
    mentions: Mapping[str, Mentions] = field(default_factory=dict)

    def told(self, asker: Asker) -> Desk:
        """The same, for what is said to somebody: lines are told as they type them."""
        where = (asker.platform, asker.scope, asker.channel)
        return replace(self, say=self.say.at(*where, may_configure=asker.may_configure))

    def undo(self, asker: Asker, line: str) -> str:
        """What undoes, for a sentence: that there is a button in chat, and how it is typed."""
        press = self.say(asker.locale, "press.below") if is_chat(asker.platform) else ""
        return press + self.say(asker.locale, "undo.typed", line=line)

    def unable(self, platform: str) -> frozenset[str]:
        """The settings and options that mean nothing on a platform."""
        found = self.platforms.get(platform)
        return found.unable if found else frozenset()

    def fitted(self, options: Mapping[str, str], channel: Channel) -> dict[str, str]:
        """A subscription's options for a channel. Raises `QueryError` for what its platform can't."""
        return fitted(options, self.mentions.get(channel.platform), self.unable(channel.platform))

    def label(self, asker: Asker, rule: str, otherwise: str) -> str:
        """What a sentence calls a rule: a topic's title, the label of a query's subscription, short of its end."""
        return shortened(self.rules.label(rule, otherwise, asker.locale), _LABEL)

    def reply(self, asker: Asker, key: str, /, **values: object) -> Reply:
        """A one-sentence answer."""
        return Reply(self.say(asker.locale, key, **values))

    def refuse(self, asker: Asker, key: str, /, **values: object) -> Reply:
        """A one-sentence refusal: nothing was changed."""
        return Reply(self.say(asker.locale, key, **values), ok=False)

    def sentence(self, asker: Asker, english: str) -> str:
        """What is wrong, as an error says it behind a colon, as a sentence of its own in the asker's language."""
        told = self.say.told(asker.locale, english)
        return as_sentence(told) if told == english else told

    def refuse_there(self, asker: Asker, key: str, /, **values: object) -> Reply:
        """The same in the words of the asker's platform, where the wording has some for it, else in those for all."""
        own = f"{key}.{asker.platform}"
        return self.refuse(asker, own if self.say(asker.locale, own, **values) != own else f"{key}.other", **values)

    def no_story(self, asker: Asker, what: str) -> Reply:
        """The refusal for a story that is not there: by a link it may be unknown for more reasons than by a number."""
        return self.refuse(asker, "story.unknown" if "://" in what else "story.none", what=shortened(what))

    def no_subscription(self, asker: Asker, what: str) -> Reply:
        """The refusal for a subscription that is not there; ids that only buttons know are not said."""
        if _KEPT.fullmatch(what):
            return self.refuse(asker, "subscription.gone")
        label = self.rules.label(what, what, asker.locale)
        return self.refuse(asker, "subscription.none", what=shortened(label).removeprefix(TOPIC))

    async def channel(self, asker: Asker, args: Mapping[str, str]) -> Channel:
        """The channel that a command is about: the one named, else the one that it was typed in.

        In a thread that subscribes to nothing itself, it is the channel whose alerts stand there.
        """
        if not args.get("channel") and (above := await self._above(asker)):
            return above
        return await self.typed_in(asker, args)

    async def typed_in(self, asker: Asker, args: Mapping[str, str]) -> Channel:
        """The same for what begins in a channel: in a thread, it is the thread."""
        ref = args.get("channel", "") or asker.channel
        name = asker.channel_name if ref == asker.channel else asker.named
        return await self.store.channel(asker.platform, asker.scope, ref, name)

    async def seen_channel(self, asker: Asker, args: Mapping[str, str]) -> Channel | None:
        """As `channel`, for commands that only look; makes nothing."""
        if not args.get("channel") and (above := await self._above(asker)):
            return above
        ref = args.get("channel", "") or asker.channel
        return await self.store.find_channel(asker.platform, asker.scope, ref)

    async def _above(self, asker: Asker) -> Channel | None:
        """The channel that a thread belongs to, where that subscribes to something and the thread does not."""
        if not asker.parent:
            return None
        refs = (asker.channel, asker.parent)
        own, above = [await self.store.find_channel(asker.platform, asker.scope, ref) for ref in refs]
        if above is None or (own and await self.store.subscriptions(own)):
            return None
        return above if await self.store.subscriptions(above) else None

    async def cannot_post(self, channel: Channel) -> str:
        """Why nothing can be posted in a channel, in English; "" where it can, or where that can't be told now."""
        platform = self.platforms.get(channel.platform)
        return await platform.check(channel) if platform else ""

    def where(self, asker: Asker, channel: Channel | None, ref: str = "") -> str:
        """What a channel is called in a sentence; one that nobody wrote down is told by its id `ref`, "" for here."""
        ref = channel.ref if channel else ref or asker.channel
        here = ref == asker.channel
        name = (channel.name if channel else "") or (asker.channel_name if here else asker.named)
        if here:
            return name or self.say(asker.locale, "here.direct" if asker.private else "here.channel")
        return name or ref

    async def own(self, asker: Asker, channel: Channel) -> None:
        """The asker looks after a channel: who did so last is told when it takes no alerts any more."""
        if owner := owner_of(asker, self.platforms):
            await self.store.keep(f"owner:{channel.id}", owner)

    async def resolve(self, asker: Asker, what: str) -> Rule:
        """What somebody named: a topic, what their people call so, or a query. Raises `QueryError`."""
        await self._seen_here(asker, what)
        own = await self.own_topic(asker, what)
        if own is None and what.strip().lower().startswith(TOPIC):
            own = await self.own_topic(asker, what.strip()[len(TOPIC) :])
        return self.rules.resolve(what, own, await self.names_in(asker, what))

    async def query(self, asker: Asker, text: str) -> Node:
        """The tree of a query, typed or kept. Raises `QueryError`."""
        await self._seen_here(asker, text)
        return self.rules.resolve_query(text, await self.names_in(asker, text))

    async def _seen_here(self, asker: Asker, what: str) -> None:
        """Raises `QueryError` for the id of a query, as buttons carry it, that is not subscribed to in this channel."""
        rule = what.strip()
        if _KEPT.fullmatch(rule) and asker.platform != "console" and rule not in await self.own_rules(asker):
            raise QueryError("those keywords are no longer subscribed to here; please type them again")

    async def names_in(self, asker: Asker, text: str) -> Sequence[OwnTopic]:
        """The names of the asker's people, where a text may have one of them in it."""
        home = home_of(asker) if TOPIC.rstrip(":") in text.lower() else None
        return await self.store.own_topics(home) if home else ()

    async def own_topic(self, asker: Asker, name: str) -> OwnTopic | None:
        """The query that the asker's people gave this name."""
        home = home_of(asker)
        key = key_of(name) if home and len(name) <= 2 * LONGEST else ""
        return await self.store.own_topic(home, key) if home and key else None

    async def near_topic(self, asker: Asker, what: str) -> str:
        """What to type for the topic, or the name that people here gave, that may have been misspelt; or ""."""
        home = home_of(asker)
        near = self.rules.near_topic(what, await self.store.own_topics(home) if home else ())
        return near.name if isinstance(near, OwnTopic) else near.id if near else ""

    async def own_rules(self, asker: Asker) -> dict[str, str]:
        """The rules that the asker's own channel subscribes to, and what they are called there."""
        channel = await self.seen_channel(asker, {})
        return {one.rule: one.label for _, one in await self.store.subscriptions(channel)} if channel else {}

    async def story(self, what: str) -> Story | None:
        """The story with this number, or the one that holds a report with this link."""
        wanted = what.strip().lstrip("#")
        if wanted.isascii() and wanted.isdigit() and len(wanted) < 19:
            return await self.store.story(int(wanted))
        found = await self.store.find(wanted) if "://" in wanted else None
        return await self.store.story(found) if found is not None else None
