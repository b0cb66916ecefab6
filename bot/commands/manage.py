"""Commands that change a channel: unsubscribe, mute, settings, test."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from bot.commands import naming
from bot.commands.desk import Desk, is_chat, typed
from bot.commands.feedback import taste_words
from bot.commands.show import RHYTHM, paged, subscription_item
from bot.commands.subscribing import rhythm
from bot.core.errors import QueryError
from bot.core.match import TOPIC
from bot.core.message import Alert, Button, OutletLine, Reply, TopicLine
from bot.core.model import Channel, Subscription
from bot.core.options import CHECKS, SETTINGS, as_typed, check_called, parse_settings
from bot.core.owntopics import OwnTopic
from bot.core.template import in_a_line
from bot.pacing import Pacing
from bot.ports import Asker, Delivery, Gone, Rejected, Sent
from bot.rulebook import QUERY
from bot.translations import nearest

_LANES = 1 << 16
"""A command does not know how many lanes may stand in line before it: the longest line there can be (an hour)."""


async def unsubscribe(desk: Desk, asker: Asker, args: Mapping[str, str]) -> Reply:
    """End a subscription, named by its number, its topic, its name or its query; `forget` takes the name away."""
    channel = await desk.seen_channel(asker, args)
    found = await find_subscription(desk, asker, channel, args.get("what", "")) if channel else None
    own = await desk.own_topic(asker, found.label) if found and found.rule.startswith(QUERY) else None
    name = own.name if own else args.get("what", "")
    gone = await naming.forgotten(desk, asker, name, leaving=found is not None) if args.get("forget") else ()
    if channel is None or found is None:
        return Reply(gone[0], gone[1:]) if gone else desk.no_subscription(asker, args.get("what", ""))
    again = _again(desk, asker, channel, found, own)
    await desk.store.unsubscribe(found.id, channel)
    if found.rule.startswith(QUERY):
        await desk.rules.load_queries(desk.store)
    label = desk.label(asker, found.rule, found.label)
    said = desk.say(asker.locale, "unsubscribe.done", what=label, channel=desk.where(asker, channel))
    undo = desk.say(asker.locale, "unsubscribe.undo", undo=desk.undo(asker, f"subscribe {typed(asker, again)}"))
    lines = (gone[0] if gone else (desk.say(asker.locale, "own.stays", name=own.name) if own else ""), undo)
    value = "\n".join(f"{name}={text}" for name, text in again.items())
    return Reply(
        said,
        tuple(line for line in lines if line),
        buttons=(Button(desk.say(asker.locale, "button.again"), "confirm", value),),
    )


def text_of(desk: Desk, found: Subscription) -> str:
    """The query of a subscription, its label for a topic."""
    return desk.rules.text(found.rule) or found.label


def _again(desk: Desk, asker: Asker, channel: Channel, found: Subscription, own: OwnTopic | None) -> Mapping[str, str]:
    """What subscribes the same anew, options, template and name included."""
    what = found.rule.removeprefix(TOPIC) if found.rule.startswith(TOPIC) else found.label
    elsewhere = {} if channel.ref == asker.channel else {"channel": channel.ref}
    if own is not None:
        what, elsewhere["name"] = text_of(desk, found), own.name
    options = {name: text for name, text in found.options.items() if name in CHECKS}
    shape = {"template": in_a_line(found.options["template"])} if "template" in found.options else {}
    return {"what": what, **elsewhere, **options, **shape}


async def find_subscription(desk: Desk, asker: Asker, channel: Channel, what: str) -> Subscription | None:
    """A channel's subscription by its number, its topic, the name that the asker's people gave it, or its query."""
    mine = [subscription for _, subscription in await desk.store.subscriptions(channel)]
    wanted = what.strip()
    by_number = next((s for s in mine if wanted.isdecimal() and s.id == int(wanted)), None)
    if by_number or not wanted:
        return by_number
    try:
        rule = await desk.resolve(asker, wanted)
    except QueryError:
        return None
    same = (s for s in mine if s.rule == rule.id or (rule.query and s.label == rule.label))
    return next(same, None)


async def subscriptions(desk: Desk, asker: Asker, args: Mapping[str, str]) -> Reply:
    """What a channel gets."""
    channel = await desk.seen_channel(asker, args)
    mine = [s for _, s in await desk.store.subscriptions(channel)] if channel else []
    if channel is None or not mine:
        return desk.reply(asker, "subscriptions.none")
    rows, page, pages = paged(mine, args.get("page", "1"))
    said = await taste_words(desk, asker, channel)
    when = {s.id: (await rhythm(desk, asker, channel, s),) for s in rows if s.options.keys() & set(RHYTHM)}
    items = tuple(
        subscription_item(desk, asker, channel, s, (*when.get(s.id, ()), *said.get(s.rule, ()))) for s in rows
    )
    text = desk.say(asker.locale, "subscriptions.head", channel=desk.where(asker, channel), n=len(mine))
    how = desk.say(asker.locale, f"subscriptions.{'how' if is_chat(asker.platform) else 'typed'}")
    return Reply(text, (how,), items, page=page, pages=pages)


async def mute(desk: Desk, asker: Asker, args: Mapping[str, str]) -> Reply:
    """No more about this story here."""
    return await _mute(desk, asker, args, on=True)


async def unmute(desk: Desk, asker: Asker, args: Mapping[str, str]) -> Reply:
    """Hear of this story again."""
    return await _mute(desk, asker, args, on=False)


async def _mute(desk: Desk, asker: Asker, args: Mapping[str, str], *, on: bool) -> Reply:
    story = await desk.story(args.get("story", ""))
    if story is None:
        return desk.no_story(asker, args.get("story", ""))
    changed = await desk.store.mute(await desk.channel(asker, {}), story.id, on, desk.clock())
    verb, back = ("mute", "unmute") if on else ("unmute", "mute")
    key = f"{verb}.{'done' if changed else 'already'}"
    said = desk.say(asker.locale, key, title=story.title, id=story.id, undo=desk.undo(asker, f"{back} {story.id}"))
    return Reply(said, buttons=(Button(desk.say(asker.locale, f"button.{back}"), back, str(story.id)),))


async def settings(desk: Desk, asker: Asker, args: Mapping[str, str]) -> Reply:
    """Language, time zone and mentions of this channel; shows them when nothing is given."""
    wanted = parse_settings(args)
    unable, mentions = desk.unable(asker.platform), desk.mentions.get(asker.platform)
    if refused := next((name for name, value in wanted.items() if value and name in unable), ""):
        return desk.refuse(asker, "wrong.language" if refused == "language" else "wrong.mention.other")
    if mention := wanted.get("mention"):
        wanted["mention"] = mentions.id_in(mention) if mentions else ""
        if not wanted["mention"]:
            return desk.refuse_there(asker, "wrong.mention")
    if wanted.get("mention") == "":
        wanted["mention-from"] = ""
    channel = await desk.channel(asker, {})
    if wanted.get("mention-from"):
        check_called({**channel.settings, **wanted}, mentions)
    if wanted:
        channel = await desk.store.configure(channel, wanted)
    held = ((name, channel.settings.get(name)) for name in SETTINGS)
    lines = tuple(
        desk.say(asker.locale, "label", name=name, text=as_typed(name, value)) for name, value in held if value
    )
    head = desk.say(asker.locale, "settings.done" if wanted else "settings.head")
    bare = ".bare" if "mention" in unable else ""
    example = "timezone=Europe/Berlin" if "language" in unable else "language=zh-CN"
    how = desk.say(asker.locale, f"settings.how{bare}", example=example)
    return Reply(head, (*(lines or (desk.say(asker.locale, f"settings.default{bare}"),)), how))


async def test(desk: Desk, asker: Asker, args: Mapping[str, str]) -> Reply:
    """Post a sample alert, marked as one, at the pace of all sends, and say what became of it."""
    channel = await desk.typed_in(asker, args)
    platform = desk.platforms.get(channel.platform)
    if platform is None:
        return desk.refuse(asker, "test.no-platform", platform=channel.platform)
    pacing, paces = Pacing(desk.store, desk.clock, _LANES, asyncio.Event()), platform.paces(channel)
    await pacing.on_time(paces, await pacing.due(paces))
    now = desk.clock()
    receipt = await platform.send(channel, _sample(desk, asker, now), Delivery(-now, channel.id, 0, "sample", 0, now))
    if isinstance(receipt, Sent):
        return desk.reply(asker, "test.done", channel=desk.where(asker, channel))
    key = "test.failed" if isinstance(receipt, Gone | Rejected) else "test.again"
    return desk.refuse(asker, key, reason=desk.say.told(asker.locale, receipt.reason))


def _sample(desk: Desk, asker: Asker, now: int) -> Alert:
    topic = next(iter(desk.rules.topics.values()), None)
    line = (TopicLine(f"topic:{topic.id}", topic.title(nearest(asker.locale)), ("sample",)),) if topic else ()
    title, summary = desk.say(asker.locale, "sample.title"), desk.say(asker.locale, "sample.summary")
    return Alert(-now, "sample", 0, title, "", summary, (OutletLine("Tocsin", "", now),), line, now)
