"""Commands about a channel: its subscriptions, pause and resume, settings, a test."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from bot.commands import naming
from bot.commands.feedback import taste_words
from bot.commands.presses import in_lines
from bot.commands.show import RHYTHM, elsewhere, paged, subscription_item
from bot.commands.subscribing import rhythm
from bot.commands.talk import Refused, Talk, number_in
from bot.commands.undoing import resuming
from bot.core.alerts.template import in_a_line
from bot.core.commands.options import CHECKS, SETTINGS, as_typed, check_called, parse_settings
from bot.core.errors import QueryError
from bot.core.matching.match import TOPIC, topic_of
from bot.core.matching.owntopics import OwnTopic
from bot.core.message import Alert, OutletLine, Reply, TopicLine
from bot.core.model import BY_HAND, Channel, Subscription
from bot.delivery.pacing import Pacing
from bot.ports import Delivery, Gone, Rejected, Sent
from bot.rules.rulebook import QUERY
from bot.rules.titles import retitle

_LANES = 1 << 16
"""A command does not know how many lanes may queue before it; it assumes the longest queue there can be (an hour)."""


async def unsubscribe(talk: Talk, args: Mapping[str, str]) -> Reply:
    """End a subscription, given by its number, topic, name or query; `forget` removes the name too."""
    channel = await talk.seen_channel(args)
    found = await find_subscription(talk, channel, args.get("what", ""))
    own = await talk.own_topic(found.label) if found and found.rule.startswith(QUERY) else None
    name = own.name if own else args.get("what", "")
    gone = await naming.forgotten(talk, name, leaving=found is not None) if args.get("forget") else ()
    if channel is None or found is None:
        return Reply(gone[0], gone[1:]) if gone else talk.no_subscription(args.get("what", ""))
    again = _again(talk, channel, found, own)
    await talk.store.unsubscribe(found.id, channel)
    if found.rule.startswith(QUERY):
        await talk.rules.load_queries(talk.store)
    label = talk.label(found.rule, found.label)
    said = talk.say("unsubscribe.done", what=label, channel=talk.where(channel))
    undo = talk.say("unsubscribe.undo", undo=talk.undo(f"subscribe {talk.typed(again)}"))
    lines = (gone[0] if gone else (talk.say("own.stays", name=own.name) if own else ""), undo)
    button = talk.button("again", "confirm", in_lines(again))
    return Reply(said, tuple(line for line in lines if line), buttons=(button,))


def text_of(talk: Talk, found: Subscription) -> str:
    """The query of a subscription; for a topic, its label."""
    return talk.rules.text(found.rule) or found.label


def _again(talk: Talk, channel: Channel, found: Subscription, own: OwnTopic | None) -> Mapping[str, str]:
    """The command that subscribes to the same again, with options, template and name."""
    what = topic_of(found.rule) or found.label
    named = {}
    if own is not None:
        what, named = text_of(talk, found), {"name": own.name}
    options = {name: text for name, text in found.options.items() if name in CHECKS}
    shape = {"template": in_a_line(found.options["template"])} if "template" in found.options else {}
    return {"what": what, **elsewhere(talk, channel), **named, **options, **shape}


async def the_subscription(talk: Talk, args: Mapping[str, str]) -> tuple[Channel, Subscription]:
    """The subscription that a command is about, and its channel. Raises `Refused`."""
    channel = await talk.seen_channel(args)
    found = await find_subscription(talk, channel, args.get("what", ""))
    if channel is None or found is None:
        raise Refused(talk.no_subscription(args.get("what", "")))
    return channel, found


async def find_subscription(talk: Talk, channel: Channel | None, what: str) -> Subscription | None:
    """A channel's subscription by its number, its topic, its name in the asker's server or workspace, or its query."""
    if channel is None:
        return None
    mine = [subscription for _, subscription in await talk.store.subscriptions(channel)]
    wanted = number_in(what)
    by_number = next((s for s in mine if wanted.isdecimal() and s.id == int(wanted)), None)
    if by_number or not wanted:
        return by_number
    try:
        rule = await talk.resolve(wanted)
    except QueryError:
        return None
    same = (s for s in mine if s.rule == rule.id or (rule.query and s.label == rule.label))
    return next(same, None)


async def subscriptions(talk: Talk, args: Mapping[str, str]) -> Reply:
    """List a channel's subscriptions."""
    channel = await talk.seen_channel(args)
    mine = [s for _, s in await talk.store.subscriptions(channel)] if channel else []
    if channel is None or not mine:
        return talk.reply("subscriptions.none")
    rows, page, pages = paged(mine, args.get("page", "1"))
    said = await taste_words(talk, channel)
    when = {s.id: (await rhythm(talk, channel, s),) for s in rows if s.options.keys() & set(RHYTHM)}
    items = tuple(subscription_item(talk, channel, s, (*when.get(s.id, ()), *said.get(s.rule, ()))) for s in rows)
    text = talk.say("subscriptions.head", channel=talk.where(channel), n=len(mine))
    how = talk.say(f"subscriptions.{'how' if talk.in_chat else 'typed'}")
    return Reply(text, (how,), items, page=page, pages=pages)


async def pause(talk: Talk, args: Mapping[str, str]) -> Reply:
    """Pause this channel's alerts until somebody resumes it."""
    channel = await talk.seen_channel(args)
    if channel is None or not await talk.store.pause(channel, BY_HAND):
        return talk.reply("pause.already", channel=talk.where(channel, args.get("channel", "")))
    undo, button = resuming(talk, channel)
    return Reply(talk.say("pause.done", channel=talk.where(channel), undo=undo), buttons=(button,))


async def resume(talk: Talk, args: Mapping[str, str]) -> Reply:
    """Resume this channel's alerts."""
    channel = await talk.seen_channel(args)
    changed = await talk.store.pause(channel, "") if channel else 0
    if channel and changed:
        await talk.own(channel)
    where = talk.where(channel, args.get("channel", ""))
    return talk.reply("resume.done" if changed else "resume.already", channel=where)


async def settings(talk: Talk, args: Mapping[str, str]) -> Reply:
    """Change this channel's language, time zone, mentions and so on; without arguments, show them."""
    wanted = _wanted(talk, args)
    channel = await talk.channel({})
    if wanted.get("mention-from"):
        check_called({**channel.settings, **wanted}, talk.desk.mentions.get(talk.asker.platform))
    if wanted:
        channel = await talk.store.configure(channel, wanted)
    if "language" in wanted:
        await retitle(talk.store, talk.rules, channel)
    return _held(talk, channel, changed=bool(wanted))


def _wanted(talk: Talk, args: Mapping[str, str]) -> dict[str, str]:
    """The requested settings in stored form: mentions by id, and no severity without a mention. Raises `Refused`."""
    wanted = parse_settings(args)
    unable, mentions = talk.desk.unable(talk.asker.platform), talk.desk.mentions.get(talk.asker.platform)
    if refused := next((name for name, value in wanted.items() if value and name in unable), ""):
        raise Refused(talk.refuse("wrong.language" if refused == "language" else "wrong.mention.other"))
    if mention := wanted.get("mention"):
        wanted["mention"] = mentions.id_in(mention) if mentions else ""
        if not wanted["mention"]:
            raise Refused(talk.refuse_there("wrong.mention"))
    if wanted.get("mention") == "":
        wanted["mention-from"] = ""
    return wanted


def _held(talk: Talk, channel: Channel, *, changed: bool) -> Reply:
    """The answer with a channel's settings, and how to change them."""
    unable = talk.desk.unable(talk.asker.platform)
    held = ((name, channel.settings.get(name)) for name in SETTINGS)
    lines = tuple(talk.say("label", name=name, text=as_typed(name, value)) for name, value in held if value)
    bare = ".bare" if "mention" in unable else ""
    language = talk.language if talk.language != "en" else "zh-CN"
    example = "timezone=Europe/Berlin" if "language" in unable else f"language={language}"
    how = talk.say(f"settings.how{bare}", example=example)
    head = talk.say("settings.done" if changed else "settings.head")
    return Reply(head, (*(lines or (talk.say(f"settings.default{bare}"),)), how))


async def test(talk: Talk, args: Mapping[str, str]) -> Reply:
    """Post a sample alert, marked as one, at the pace of all sends, and say what became of it."""
    channel = await talk.typed_in(args)
    platform = talk.desk.platforms.get(channel.platform)
    if platform is None:
        return talk.refuse("test.no-platform", platform=channel.platform)
    pacing, paces = Pacing(talk.store, talk.clock, _LANES, asyncio.Event()), platform.paces(channel)
    await pacing.on_time(paces, await pacing.due(paces))
    now = talk.clock()
    receipt = await platform.send(channel, sample(talk, now), Delivery(-now, channel.id, 0, "sample", 0, now))
    if isinstance(receipt, Sent):
        return talk.reply("test.done", channel=talk.where(channel))
    key = "test.failed" if isinstance(receipt, Gone | Rejected) else "test.again"
    return talk.refuse(key, reason=talk.say.told(receipt.reason))


def sample(talk: Talk, now: int) -> Alert:
    """A made-up alert of the first topic, marked as a sample."""
    topic = next(iter(talk.rules.topics.values()), None)
    line = (TopicLine(f"{TOPIC}{topic.id}", topic.title(talk.language), ("sample",)),) if topic else ()
    title, summary = talk.say("sample.title"), talk.say("sample.summary")
    return Alert(-now, "sample", 0, title, "", summary, (OutletLine("Tocsin", "", now),), line, now)
