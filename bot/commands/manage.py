"""Commands that change a channel: what it gets, how, and in which language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot.commands import naming
from bot.commands.desk import Desk, platform_key
from bot.commands.feedback import taste_words
from bot.commands.preview import preview
from bot.commands.show import RHYTHM, numbered, paged, story_item, subscription_item
from bot.core.errors import QueryError
from bot.core.match import TOPIC
from bot.core.mention import mentioned
from bot.core.message import Alert, Button, OutletLine, Reply, TopicLine
from bot.core.model import Channel, Subscription
from bot.core.options import CHECKS, SETTINGS, fitted, parse_options, parse_settings
from bot.core.owntopics import OwnTopic
from bot.core.template import in_a_line, typed_template
from bot.ports import Asker, Delivery, Gone, Rejected, Sent
from bot.rulebook import QUERY, Rule
from bot.words import nearest


async def subscribe(desk: Desk, asker: Asker, args: Mapping[str, str]) -> Reply:
    """Subscribe a channel to a topic or a query, and give a query a name. Raises `QueryError`.

    A query is previewed first, unless `confirmed` is among `args`; one that has its name already is not.
    """
    rule = await desk.resolve(asker, args.get("what", ""))
    channel = await desk.channel(asker, args)
    options = fitted(parse_options(args), channel.platform)
    if problem := await _cannot_post(desk, channel):
        return Reply(desk.say.told(asker.locale, problem), ok=False)
    wanted = await naming.naming_of(desk, asker, rule, args)
    if wanted is None and args.get("name", "").strip():
        rule = await desk.resolve(asker, args["name"])  # it is called so already
    known = rule.named and wanted is None
    shown = Reply("") if known else await preview(desk, asker, rule)
    if not shown.ok or (rule.query and not known and not naming.confirmed(wanted, args)):
        return ask(desk, asker, args, shown, wanted) if shown.ok else shown
    rule = await kept(desk, rule, wanted)
    held = await _held(desk, channel, rule.id)
    if wanted and wanted.before:
        options = {**held, **options}
    if shape := typed_template(args.get("template", "")) or held.get("template", ""):
        options["template"] = shape
    subscription, new = await desk.store.subscribe(channel, rule.id, rule.label, options, desk.clock())
    await desk.own(asker, channel)
    if wanted and wanted.before:
        await desk.rules.load_queries(desk.store)  # the query before may be nobody's any more
    said = await _subscribed(desk, asker, channel, subscription, new)
    named = naming.lines(desk, asker, rule, wanted)
    return replace(said, lines=(*named, *said.lines), buttons=(*naming.back(desk, asker, wanted), *said.buttons))


async def kept(desk: Desk, rule: Rule, wanted: naming.Naming | None) -> Rule:
    """A rule that matches from now on, under the name that was `wanted` for it. Raises `QueryError`."""
    if not rule.query:
        return rule
    rule = desk.rules.adopt(rule, await desk.store.query(rule.text))
    return await naming.named(desk, wanted, rule) if wanted else rule


async def _held(desk: Desk, channel: Channel, rule: str) -> Mapping[str, str]:
    """The options that a channel's subscription to a rule has."""
    return next((s.options for _, s in await desk.store.subscriptions(channel) if s.rule == rule), {})


async def _cannot_post(desk: Desk, channel: Channel) -> str:
    platform = desk.platforms.get(channel.platform)
    return await platform.check(channel) if platform else ""


def ask(desk: Desk, asker: Asker, args: Mapping[str, str], shown: Reply, wanted: naming.Naming | None = None) -> Reply:
    """What a query would bring and its name would do, with the button that confirms it."""
    seen = {"instead": wanted.seen} if wanted else {}
    value = "\n".join(f"{name}={value}" for name, value in {**args, **seen}.items() if value)
    shown = replace(shown, lines=(*naming.preview_lines(desk, asker, wanted), *shown.lines))
    confirm = Button(desk.say(asker.locale, "button.subscribe"), "confirm", value, style="primary")
    topic = desk.rules.near_topic(args.get("what", ""))
    if topic is None:
        return Reply(shown.text, shown.lines, shown.items, (confirm,))
    title = topic.title(nearest(asker.locale))
    meant = desk.say(asker.locale, "subscribe.topic", topic=title, id=topic.id)
    return Reply(shown.text, (meant, *shown.lines), shown.items, (Button(title, "subscribe", topic.id), confirm))


async def _subscribed(desk: Desk, asker: Asker, channel: Channel, subscription: Subscription, new: bool) -> Reply:
    label = desk.rules.label(subscription.rule, subscription.label, asker.locale)
    key = "subscribe.done" if new else "subscribe.already"
    said = desk.say(asker.locale, key, what=label, channel=channel.name or channel.ref)
    follows = rhythm(desk, asker, channel, subscription)
    undo = desk.say(asker.locale, "subscribe.undo", press=desk.press(asker))
    value = numbered(asker, channel, subscription)
    button = Button(desk.say(asker.locale, "button.unsubscribe"), "unsubscribe", value)
    past = await desk.store.latest(subscription.rule, 3) if new else []
    lines = (follows, undo, *([desk.say(asker.locale, "subscribe.past")] if past else []))
    return Reply(said, lines, tuple(story_item(desk, asker, story) for story in past), (button,))


def rhythm(desk: Desk, asker: Asker, channel: Channel, subscription: Subscription) -> str:
    """What a subscription's cadence means, in a sentence or two."""
    options = subscription.options
    mode, *rest = options.get("mode", "instant").split()
    zone = channel.settings.get("timezone", "UTC")
    mode = "first" if mode == "instant" and options.get("updates") == "no" else mode
    said = desk.say(asker.locale, f"rhythm.{mode}", at=rest[-1] if rest else "", day=rest[0] if rest else "", zone=zone)
    if not (quiet := options.get("quiet")):
        return said
    return f"{said} {desk.say(asker.locale, 'rhythm.quiet', hours=quiet, zone=zone)}"


async def unsubscribe(desk: Desk, asker: Asker, args: Mapping[str, str]) -> Reply:
    """End a subscription, named by its number, its topic, its name or its query; `forget` takes the name away."""
    channel = await desk.seen_channel(asker, args)
    found = await find_subscription(desk, asker, channel, args.get("what", "")) if channel else None
    own = await desk.own_topic(asker, found.label) if found and found.rule.startswith(QUERY) else None
    name = own.name if own else args.get("what", "")
    gone = await naming.forgotten(desk, asker, name) if args.get("forget") else ""
    if channel is None or found is None:
        return Reply(gone) if gone else desk.refuse(asker, "unsubscribe.none", what=args.get("what", "")[:80])
    again = _again(desk, asker, channel, found, own)
    await desk.store.unsubscribe(found.id, channel)
    if found.rule.startswith(QUERY):
        await desk.rules.load_queries(desk.store)
    label = desk.rules.label(found.rule, found.label, asker.locale)
    text = desk.say(asker.locale, "unsubscribe.done", what=label, channel=channel.name or channel.ref)
    undo = desk.say(asker.locale, "unsubscribe.undo", press=desk.press(asker))
    lines = (gone or (desk.say(asker.locale, "own.stays", name=own.name) if own else ""), undo)
    return Reply(text, tuple(line for line in lines if line), buttons=(again,))


def text_of(desk: Desk, found: Subscription) -> str:
    """The query of a subscription, its label for a topic."""
    return desk.rules.text(found.rule) or found.label


def _again(desk: Desk, asker: Asker, channel: Channel, found: Subscription, own: OwnTopic | None) -> Button:
    """The same subscription anew, options, template and name included."""
    what = found.rule.removeprefix(TOPIC) if found.rule.startswith(TOPIC) else found.label
    elsewhere = {} if channel.ref == asker.channel else {"channel": channel.ref}
    if own is not None:
        what, elsewhere["name"] = text_of(desk, found), own.name
    options = {name: text for name, text in found.options.items() if name in CHECKS}
    shape = {"template": in_a_line(found.options["template"])} if "template" in found.options else {}
    value = "\n".join(f"{name}={text}" for name, text in {"what": what, **elsewhere, **options, **shape}.items())
    return Button(desk.say(asker.locale, "button.again"), "confirm", value)


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
    when = {s.id: (rhythm(desk, asker, channel, s),) for s in rows if s.options.keys() & set(RHYTHM)}
    items = tuple(
        subscription_item(desk, asker, channel, s, (*when.get(s.id, ()), *said.get(s.rule, ()))) for s in rows
    )
    text = desk.say(asker.locale, "subscriptions.head", channel=channel.name or channel.ref, n=len(mine))
    how = desk.say(asker.locale, "subscriptions.how", press=desk.press(asker))
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
    key = ("mute.done" if on else "unmute.done") if changed else ("mute.already" if on else "unmute.already")
    back = Button(desk.say(asker.locale, "button.unmute" if on else "button.mute"), "unmute" if on else "mute")
    return Reply(desk.say(asker.locale, key, title=story.title), buttons=(back._replace(value=str(story.id)),))


async def settings(desk: Desk, asker: Asker, args: Mapping[str, str]) -> Reply:
    """Language, time zone and mentions of this channel; shows them when nothing is given."""
    wanted = parse_settings(args)
    if mention := wanted.get("mention"):
        wanted["mention"] = mentioned(asker.platform, mention)
        if not wanted["mention"]:
            return desk.refuse(asker, f"wrong.mention.{platform_key(asker.platform)}")
    channel = await desk.channel(asker, {})
    if wanted:
        channel = await desk.store.configure(channel, wanted)
    lines = tuple(f"{name}: {value}" for name in SETTINGS if (value := channel.settings.get(name)))
    head = desk.say(asker.locale, "settings.done" if wanted else "settings.head")
    return Reply(
        head, (*(lines or (desk.say(asker.locale, "settings.default"),)), desk.say(asker.locale, "settings.how"))
    )


async def test(desk: Desk, asker: Asker, args: Mapping[str, str]) -> Reply:
    """Post a sample alert, marked as one, and say what became of it."""
    channel = await desk.channel(asker, args)
    platform = desk.platforms.get(channel.platform)
    if platform is None:
        return desk.refuse(asker, "test.no-platform", platform=channel.platform)
    now = desk.clock()
    receipt = await platform.send(channel, _sample(desk, asker, now), Delivery(-now, channel.id, 0, "sample", 0, now))
    if isinstance(receipt, Sent):
        return desk.reply(asker, "test.done", channel=channel.name or channel.ref)
    key = "test.failed" if isinstance(receipt, Gone | Rejected) else "test.again"
    return desk.refuse(asker, key, reason=desk.say.told(asker.locale, receipt.reason))


def _sample(desk: Desk, asker: Asker, now: int) -> Alert:
    topic = next(iter(desk.rules.topics.values()), None)
    line = (TopicLine(f"topic:{topic.id}", topic.title(nearest(asker.locale)), ("sample",)),) if topic else ()
    title, summary = desk.say(asker.locale, "sample.title"), desk.say(asker.locale, "sample.summary")
    return Alert(-now, "sample", 0, title, "", summary, (OutletLine("Tocsin", "", now),), line, now)
