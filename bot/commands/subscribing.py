"""`subscribe`: subscribes a channel to a topic, or to a query that was previewed first and may get a name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot.commands import naming
from bot.commands.presses import in_lines
from bot.commands.preview import preview
from bot.commands.show import RHYTHM, numbered, options_line, story_item
from bot.commands.talk import Talk
from bot.commands.topics import COMPANY
from bot.commands.undoing import resuming, undoing
from bot.core.alerts.template import in_a_line, typed_template
from bot.core.commands.changing import back, changed
from bot.core.commands.options import CHECKS, parse_options
from bot.core.language.text import fold
from bot.core.matching.match import topic_of
from bot.core.matching.owntopics import OwnTopic
from bot.core.matching.suggest import names_it
from bot.core.message import Button, Reply
from bot.core.model import Channel, Subscription
from bot.ports import Growth
from bot.rules.rulebook import Rule

MOST_SUBSCRIPTIONS = 500
"""The most subscriptions of a channel: each costs work with every report."""
NOTHING_ELSE: tuple[str, tuple[Button, ...]] = ("", ())
"""No suggestion of what else may be meant (a line and its buttons)."""


async def subscribe(talk: Talk, args: Mapping[str, str]) -> Reply:
    """Subscribe a channel to a topic or a query, and give a query a name. Raises `QueryError`.

    A query is previewed first, unless `confirmed` is among `args`; one that has its name already is not.
    """
    rule = await talk.resolve(args.get("what", ""))
    channel = await talk.typed_in(args)
    options = talk.desk.fitted(parse_options(args), channel)
    if problem := await talk.desk.cannot_post(channel):
        return Reply(talk.say.sentence(problem), ok=False)
    if await _is_full(talk, channel, rule.id):
        return talk.refuse("subscribe.full", n=MOST_SUBSCRIPTIONS)
    wanted = await naming.naming_of(talk, rule, args)
    if wanted is None and args.get("name", "").strip():
        rule = await talk.resolve(args["name"])  # it is called so already
    known = rule.named and wanted is None
    other = await _meant(talk, args) if rule.query and wanted is None else NOTHING_ELSE
    shown = Reply("") if known else await preview(talk, rule, asks=other is NOTHING_ELSE)
    if not shown.ok or (rule.query and not known and not naming.confirmed(wanted, args)):
        return await ask(talk, args, shown, wanted, other) if shown.ok else shown
    rule = await kept(talk, rule, wanted)
    said = await _put(talk, channel, rule, args, options, wanted)
    named = naming.lines(talk, rule, wanted) or _other_names(talk, args, rule, shown)
    return replace(said, lines=(*named, *said.lines), buttons=(*naming.back(talk, wanted), *said.buttons))


async def _put(
    talk: Talk,
    channel: Channel,
    rule: Rule,
    args: Mapping[str, str],
    options: Mapping[str, str],
    wanted: naming.Naming | None,
) -> Reply:
    """Subscribe with these options; an existing subscription is edited, and keeps the options that are not named."""
    before = await _held(talk, channel, rule.id)
    shape = typed_template(args.get("template", ""))
    given = talk.desk.fitted(changed(before.options, args), channel) if before else options
    shaped = {**given, "template": shape} if shape else given
    label = talk.told_as(channel, rule.id, before.label if before and not rule.named else rule.label)
    after = await talk.store.subscribe(channel, rule.id, label, shaped, talk.clock())
    talk.rules.keep(rule)
    await talk.own(channel)
    if wanted is not None and wanted.before is not None:
        await talk.rules.load_queries(talk.store)  # the query before may be nobody's any more
    said = await (_again(talk, channel, before, after) if before else _subscribed(talk, channel, after))
    return _resting(talk, channel, said) if after.paused else said


def _resting(talk: Talk, channel: Channel, said: Reply) -> Reply:
    """Put first that the channel is paused, so that nothing comes yet, with the way to resume it."""
    undo, button = resuming(talk, channel)
    rests = talk.say("subscribe.paused", channel=talk.where(channel), undo=undo)
    return replace(said, lines=(rests, *said.lines), buttons=(button, *said.buttons))


def _other_names(talk: Talk, args: Mapping[str, str], rule: Rule, shown: Reply) -> tuple[str, ...]:
    """Without buttons: the note that a word is a company's or a topic's name, for which previews have a button."""
    if talk.in_chat or not rule.query:
        return ()
    line, _ = _wider(talk, args)
    near = (said for said in shown.lines if any(button.value in said for button in shown.buttons))
    return (*near, *((line,) if line else ()))


def _scope(talk: Talk, rule: str) -> tuple[str, ...]:
    """What a topic is about, for its title may promise more."""
    topic = talk.rules.topics.get(topic_of(rule))
    told = topic.description(talk.language) if topic else ""
    return (talk.say("subscribe.scope", told=told),) if told else ()


async def kept(talk: Talk, rule: Rule, wanted: naming.Naming | None) -> Rule:
    """Store a rule, which matches from now on, under the name that was `wanted` for it. Raises `QueryError`."""
    if not rule.query:
        return rule
    rule = talk.rules.adopt(rule, await talk.store.query(rule.text))
    return await naming.named(talk, wanted, rule) if wanted else rule


async def _is_full(talk: Talk, channel: Channel, rule: str) -> bool:
    """Whether a channel has the most subscriptions allowed and would get another; the operator may have any number."""
    if talk.home and talk.home.platform == "console":
        return False
    held = await talk.store.subscriptions(channel)
    return len(held) >= MOST_SUBSCRIPTIONS and all(one.rule != rule for _, one in held)


async def _held(talk: Talk, channel: Channel, rule: str) -> Subscription | None:
    """A channel's subscription to a rule."""
    return next((held for _, held in await talk.store.subscriptions(channel) if held.rule == rule), None)


async def ask(
    talk: Talk,
    args: Mapping[str, str],
    shown: Reply,
    wanted: naming.Naming | None = None,
    other: tuple[str, tuple[Button, ...]] = NOTHING_ELSE,
) -> Reply:
    """The preview of a query, and what its name would change, with the button that confirms; `other`: what else may be
    meant.
    """
    seen = {"instead": wanted.seen} if wanted else {}
    shown = replace(shown, lines=(*naming.preview_lines(talk, wanted), *shown.lines))
    confirm = talk.button("subscribe", "confirm", _pressed({**args, **seen}), style="primary")
    line, buttons = other
    near = [_instead(args, one.label, one.value) for one in shown.buttons if talk.in_chat]  # a spelling that finds more
    return Reply(shown.text, (*((line,) if line else ()), *shown.lines), shown.items, (*buttons, *near, confirm))


def _pressed(args: Mapping[str, str]) -> str:
    """The arguments as a button's value."""
    return in_lines({name: in_a_line(text) if name == "template" else text for name, text in args.items() if text})


def _instead(args: Mapping[str, str], label: str, what: str) -> Button:
    """The button that subscribes to something else with the same options."""
    return Button(label, "instead", _pressed({**args, "what": what}))


async def _meant(talk: Talk, args: Mapping[str, str]) -> tuple[str, tuple[Button, ...]]:
    """What may be meant instead, and its button: a topic, a name that people here gave, all names of a company."""
    what = args.get("what", "")
    if what.startswith(COMPANY) and (company := talk.rules.company(what.removeprefix(COMPANY))):
        return talk.say("subscribe.company", name=company[0], entity=company[1]), (_instead(args, *company),)
    topic = talk.rules.near_topic(what, await talk.names())
    if topic is not None:
        title, id_ = (topic.name,) * 2 if isinstance(topic, OwnTopic) else (topic.title(talk.language), topic.id)
        return talk.say("subscribe.topic", topic=title, id=id_), (_instead(args, title, id_),)
    return _wider(talk, args) if talk.in_chat else NOTHING_ELSE


def _wider(talk: Talk, args: Mapping[str, str]) -> tuple[str, tuple[Button, ...]]:
    """A wider rule than a word: all names of the company that the word names, or the topic with this name."""
    what = args.get("what", "")
    if company := talk.rules.company(what):
        line = talk.say("subscribe.company", name=company[0], entity=company[1])
        return line, (_instead(args, *company),)
    topic = talk.rules.topic_called(what)
    if topic and any(names_it(fold(name), fold(what)) for name in (topic.id, *topic.titles.values())):
        title = topic.title(talk.language)
        return talk.say("subscribe.wider", topic=title, id=topic.id), (_instead(args, title, topic.id),)
    return NOTHING_ELSE


async def _growth(talk: Talk, channel: Channel) -> Growth:
    """How a channel is told of stories that grow."""
    platform = talk.desk.platforms.get(channel.platform)
    return await platform.grows(channel) if platform else "edited"


async def _subscribed(talk: Talk, channel: Channel, subscription: Subscription) -> Reply:
    label = talk.label(subscription.rule, subscription.label)
    said = talk.say("subscribe.done", what=label, channel=talk.where(channel))
    follows = await rhythm(talk, channel, subscription)
    button = _end(talk, channel, subscription)
    undo = talk.say("subscribe.undo", undo=talk.undo(f"unsubscribe {button.value}"))
    past = await talk.store.latest(subscription.rule, 3)
    unheard = await strangers(talk, subscription.options)
    zone = its_zone(talk, channel, subscription)
    lines = (
        follows,
        *_filters(subscription),
        *zone,
        *unheard,
        *_scope(talk, subscription.rule),
        undo,
        *([talk.say("subscribe.past")] if past else []),
    )
    return Reply(said, lines, tuple(story_item(talk, story) for story in past), (button,))


async def _again(talk: Talk, channel: Channel, before: Subscription, after: Subscription) -> Reply:
    """The answer that a channel had it already, what it does now, and the way back to what it did."""
    unchanged = "subscribe.resumed" if before.paused and not after.paused else "subscribe.already"
    key = unchanged if before.options == after.options else "subscribe.changed"
    label = talk.label(after.rule, after.label)
    said = talk.say(key, what=label, channel=talk.where(channel))
    when = (await rhythm(talk, channel, after), *_filters(after), *its_zone(talk, channel, after))
    lines = (*when, *await strangers(talk, after.options))
    end = _end(talk, channel, after)
    if not back(before.options, after.options, CHECKS):
        return Reply(said, lines, buttons=(end,))
    undo, revert = undoing(talk, channel, before, after)
    return Reply(said, (*lines, undo), buttons=(revert, end))


def _filters(subscription: Subscription) -> tuple[str, ...]:
    """The options that the sentence on its rhythm leaves out: whoever filters sees that few stories will come."""
    line = options_line(subscription, *RHYTHM, "updates")
    return (line,) if line else ()


def _end(talk: Talk, channel: Channel, subscription: Subscription) -> Button:
    value = numbered(talk, channel, subscription)
    return talk.button("unsubscribe", "unsubscribe", value)


async def strangers(talk: Talk, options: Mapping[str, str]) -> tuple[str, ...]:
    """The note that an outlet's name is unknown so far: misspelt, it would silently hold back all, or nothing."""
    names = [name for key in ("outlets", "mute-outlets") for name in options.get(key, "").split(", ") if name]
    unheard = [name for name in names if not await talk.store.outlets(name, 1)]
    return (talk.say("subscribe.unheard", names=", ".join(unheard)),) if unheard else ()


def its_zone(talk: Talk, channel: Channel, subscription: Subscription) -> tuple[str, ...]:
    """How a channel gets a time zone of its own, if times were given and it has none."""
    timed = "quiet" in subscription.options or ":" in subscription.options.get("mode", "")
    return (talk.say("rhythm.zone"),) if timed and "timezone" not in channel.settings else ()


async def rhythm(talk: Talk, channel: Channel, subscription: Subscription) -> str:
    """What a subscription's cadence means, in a sentence or two."""
    options = subscription.options
    mode, *rest = options.get("mode", "instant").split()
    zone = channel.settings.get("timezone", "UTC")
    if mode == "instant":
        mode = "first" if options.get("updates") == "no" else await _growth(talk, channel)
    day = talk.say(f"day.{rest[0]}") if mode == "weekly" else ""
    said = talk.say(f"rhythm.{mode}", at=rest[-1] if rest else "", day=day, zone=zone)
    if not (quiet := options.get("quiet")):
        return said
    between = "" if said.endswith("。") else " "
    return f"{said}{between}{talk.say('rhythm.quiet', hours=quiet, zone=zone)}"
