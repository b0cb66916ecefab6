"""`subscribe`: subscribes a channel to a topic, or to a query that was previewed first and may get a name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot.commands import naming
from bot.commands.desk import Desk, home_of, is_chat
from bot.commands.preview import preview
from bot.commands.show import numbered, story_item
from bot.commands.undoing import undoing
from bot.core.changing import back, changed
from bot.core.message import Button, Reply
from bot.core.model import Channel, Subscription
from bot.core.options import CHECKS, parse_options
from bot.core.owntopics import OwnTopic
from bot.core.template import in_a_line, typed_template
from bot.ports import Asker, Growth
from bot.rulebook import Rule
from bot.translations import nearest

NOTHING_ELSE: tuple[str, tuple[Button, ...]] = ("", ())
"""What else may be meant: a line and its buttons."""


async def subscribe(desk: Desk, asker: Asker, args: Mapping[str, str]) -> Reply:
    """Subscribe a channel to a topic or a query, and give a query a name. Raises `QueryError`.

    A query is previewed first, unless `confirmed` is among `args`; one that has its name already is not.
    """
    rule = await desk.resolve(asker, args.get("what", ""))
    channel = await desk.typed_in(asker, args)
    options = desk.fitted(parse_options(args), channel)
    if problem := await desk.cannot_post(channel):
        return Reply(desk.sentence(asker, problem), ok=False)
    wanted = await naming.naming_of(desk, asker, rule, args)
    if wanted is None and args.get("name", "").strip():
        rule = await desk.resolve(asker, args["name"])  # it is called so already
    known = rule.named and wanted is None
    other = await _meant(desk, asker, args.get("what", "")) if rule.query and wanted is None else NOTHING_ELSE
    shown = Reply("") if known else await preview(desk, asker, rule, asks=other is NOTHING_ELSE)
    if not shown.ok or (rule.query and not known and not naming.confirmed(wanted, args)):
        return await ask(desk, asker, args, shown, wanted, other) if shown.ok else shown
    rule = await kept(desk, asker, rule, wanted)
    said = await _put(desk, asker, channel, rule, args, options, wanted)
    named = naming.lines(desk, asker, rule, wanted) or _other_names(desk, asker, args, rule)
    return replace(said, lines=(*named, *said.lines), buttons=(*naming.back(desk, asker, wanted), *said.buttons))


async def _put(
    desk: Desk,
    asker: Asker,
    channel: Channel,
    rule: Rule,
    args: Mapping[str, str],
    options: Mapping[str, str],
    wanted: naming.Naming | None,
) -> Reply:
    """Subscribe with these options; a subscription that stands is edited: what is not named stays."""
    before = await _held(desk, channel, rule.id)
    shape = typed_template(args.get("template", ""))
    given = desk.fitted(changed(before.options, args), channel) if before else options
    shaped = {**given, "template": shape} if shape else given
    after = await desk.store.subscribe(channel, rule.id, rule.label, shaped, desk.clock())
    desk.rules.keep(rule)
    await desk.own(asker, channel)
    if wanted is not None and wanted.before is not None:
        await desk.rules.load_queries(desk.store)  # the query before may be nobody's any more
    return await (_again(desk, asker, channel, before, after) if before else _subscribed(desk, asker, channel, after))


def _other_names(desk: Desk, asker: Asker, args: Mapping[str, str], rule: Rule) -> tuple[str, ...]:
    """Where nobody presses: that a word is a company's."""
    company = desk.rules.company(args.get("what", "")) if rule.query and not is_chat(asker.platform) else None
    return (_company(desk, asker, company),) if company else ()


async def kept(desk: Desk, asker: Asker, rule: Rule, wanted: naming.Naming | None) -> Rule:
    """A rule that matches from now on, under the name that was `wanted` for it. Raises `QueryError`."""
    if not rule.query:
        return rule
    rule = desk.rules.adopt(rule, await desk.store.query(rule.text))
    return await naming.named(desk, asker, wanted, rule) if wanted else rule


async def _held(desk: Desk, channel: Channel, rule: str) -> Subscription | None:
    """A channel's subscription to a rule."""
    return next((held for _, held in await desk.store.subscriptions(channel) if held.rule == rule), None)


async def ask(
    desk: Desk,
    asker: Asker,
    args: Mapping[str, str],
    shown: Reply,
    wanted: naming.Naming | None = None,
    other: tuple[str, tuple[Button, ...]] = NOTHING_ELSE,
) -> Reply:
    """What a query would bring and its name would do, with the button that confirms it; `other` is what else may be
    meant.
    """
    seen = {"instead": wanted.seen} if wanted else {}
    value = "\n".join(f"{name}={_one_line(name, text)}" for name, text in {**args, **seen}.items() if text)
    shown = replace(shown, lines=(*naming.preview_lines(desk, asker, wanted), *shown.lines))
    confirm = Button(desk.say(asker.locale, "button.subscribe"), "confirm", value, style="primary")
    line, buttons = other
    return Reply(shown.text, (*((line,) if line else ()), *shown.lines), shown.items, (*buttons, confirm))


def _one_line(name: str, text: str) -> str:
    """An argument as a button carries it, a line each: in a query a line break is a space."""
    return in_a_line(text) if name == "template" else " ".join(text.splitlines())


async def _meant(desk: Desk, asker: Asker, what: str) -> tuple[str, tuple[Button, ...]]:
    """What may be meant instead, and its button: a topic, a name that people here gave, all names of a company."""
    home = home_of(asker)
    topic = desk.rules.near_topic(what, await desk.store.own_topics(home) if home else ())
    company = desk.rules.company(what) if is_chat(asker.platform) else None
    if topic is not None:
        title = topic.name if isinstance(topic, OwnTopic) else topic.title(nearest(asker.locale))
        id_ = topic.name if isinstance(topic, OwnTopic) else topic.id
        line = desk.say(asker.locale, "subscribe.topic", topic=title, id=id_)
        return line, (Button(title, "subscribe", id_),)
    if company is None:
        return NOTHING_ELSE
    return _company(desk, asker, company), (Button(company[0], "subscribe", company[1]),)


async def _growth(desk: Desk, channel: Channel) -> Growth:
    """How a channel is told of stories that grow."""
    platform = desk.platforms.get(channel.platform)
    return await platform.grows(channel) if platform else "edited"


def _company(desk: Desk, asker: Asker, company: tuple[str, str]) -> str:
    """That a word is a company's, which has other names too."""
    return desk.say(asker.locale, "subscribe.company", name=company[0], entity=company[1])


async def _subscribed(desk: Desk, asker: Asker, channel: Channel, subscription: Subscription) -> Reply:
    label = desk.label(asker, subscription.rule, subscription.label)
    said = desk.say(asker.locale, "subscribe.done", what=label, channel=desk.where(asker, channel))
    follows = await rhythm(desk, asker, channel, subscription)
    button = _end(desk, asker, channel, subscription)
    undo = desk.say(asker.locale, "subscribe.undo", undo=desk.undo(asker, f"unsubscribe {button.value}"))
    past = await desk.store.latest(subscription.rule, 3)
    unheard = await strangers(desk, asker, subscription.options)
    lines = (follows, *unheard, undo, *([desk.say(asker.locale, "subscribe.past")] if past else []))
    return Reply(said, lines, tuple(story_item(desk, asker, story) for story in past), (button,))


async def _again(desk: Desk, asker: Asker, channel: Channel, before: Subscription, after: Subscription) -> Reply:
    """That a channel had it already, what it does now, and the way back to what it did."""
    unchanged = "subscribe.resumed" if before.paused and not after.paused else "subscribe.already"
    key = unchanged if before.options == after.options else "subscribe.changed"
    label = desk.label(asker, after.rule, after.label)
    said = desk.say(asker.locale, key, what=label, channel=desk.where(asker, channel))
    lines = (await rhythm(desk, asker, channel, after), *await strangers(desk, asker, after.options))
    end = _end(desk, asker, channel, after)
    if not back(before.options, after.options, CHECKS):
        return Reply(said, lines, buttons=(end,))
    undo, revert = undoing(desk, asker, channel, before, after)
    return Reply(said, (*lines, undo), buttons=(revert, end))


def _end(desk: Desk, asker: Asker, channel: Channel, subscription: Subscription) -> Button:
    value = numbered(asker, channel, subscription)
    return Button(desk.say(asker.locale, "button.unsubscribe"), "unsubscribe", value)


async def strangers(desk: Desk, asker: Asker, options: Mapping[str, str]) -> tuple[str, ...]:
    """That nothing has come yet from an outlet of a name: one misspelt would hold all back, or nothing, in silence."""
    names = [name for key in ("outlets", "mute-outlets") for name in options.get(key, "").split(", ") if name]
    unheard = [name for name in names if not await desk.store.outlets(name, 1)]
    return (desk.say(asker.locale, "subscribe.unheard", names=", ".join(unheard)),) if unheard else ()


async def rhythm(desk: Desk, asker: Asker, channel: Channel, subscription: Subscription) -> str:
    """What a subscription's cadence means, in a sentence or two."""
    options = subscription.options
    mode, *rest = options.get("mode", "instant").split()
    zone = channel.settings.get("timezone", "UTC")
    if mode == "instant":
        mode = "first" if options.get("updates") == "no" else await _growth(desk, channel)
    day = desk.say(asker.locale, f"day.{rest[0]}") if mode == "weekly" else ""
    said = desk.say(asker.locale, f"rhythm.{mode}", at=rest[-1] if rest else "", day=day, zone=zone)
    if not (quiet := options.get("quiet")):
        return said
    between = "" if said.endswith("。") else " "
    return f"{said}{between}{desk.say(asker.locale, 'rhythm.quiet', hours=quiet, zone=zone)}"
