"""Feedback on alerts: less, more, follow, and whether two reports belong to one story."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.commands.desk import Desk
from bot.commands.presses import VERDICTS
from bot.core.message import Button, Reply
from bot.core.model import Channel, Story
from bot.ports import Asker

PAIRS = {"same": True, "apart": False}


async def feedback(desk: Desk, asker: Asker, args: Mapping[str, str]) -> Reply:
    """Less or more like a story: of the rules that brought it here, from the outlet that had it first."""
    verdict = args.get("verdict", "")
    if verdict not in VERDICTS:
        return desk.refuse(asker, "feedback.ask")
    story = await desk.story(args.get("story", ""))
    if story is None:
        return desk.no_story(asker, args.get("story", ""))
    channel = await desk.channel(asker, {})
    rules = [s for _, s in await desk.store.subscriptions(channel) if s.rule in story.topics]
    if not rules or not story.outlets:
        return desk.refuse(asker, "feedback.nothing", title=story.title)
    outlet = story.outlets[0]
    for subscription in rules:
        await desk.store.taste(channel, subscription.rule, outlet, VERDICTS[verdict], desk.clock())
    what = ", ".join(desk.rules.label(s.rule, s.label, asker.locale) for s in rules)
    said = desk.say(asker.locale, f"feedback.{verdict}", outlet=outlet, what=what, channel=desk.where(asker, channel))
    if verdict == "none":
        return Reply(said)
    undo = Button(desk.say(asker.locale, "button.undo"), "none", str(story.id))
    back = desk.undo(asker, f"feedback {story.id} verdict=none")
    return Reply(said, (desk.say(asker.locale, "feedback.undo", undo=back),), buttons=(undo,))


async def follow(desk: Desk, asker: Asker, args: Mapping[str, str]) -> Reply:
    """Every further report of a story here."""
    return await _follow(desk, asker, args, on=True)


async def unfollow(desk: Desk, asker: Asker, args: Mapping[str, str]) -> Reply:
    """No longer of every further report."""
    return await _follow(desk, asker, args, on=False)


async def _follow(desk: Desk, asker: Asker, args: Mapping[str, str], *, on: bool) -> Reply:
    story = await desk.story(args.get("story", ""))
    if story is None:
        return desk.no_story(asker, args.get("story", ""))
    channel = await desk.channel(asker, {})
    if on:
        if problem := await desk.cannot_post(channel):
            return Reply(desk.sentence(asker, problem), ok=False)
        await desk.store.mute(channel, story.id, False, desk.clock())
    changed = await desk.store.follow(channel, story.id, on, desk.clock())
    verb, back = ("follow", "unfollow") if on else ("unfollow", "follow")
    key = f"{verb}.{'done' if changed else 'already'}"
    said = desk.say(asker.locale, key, title=story.title, id=story.id, undo=desk.undo(asker, f"{back} {story.id}"))
    return Reply(said, buttons=(Button(desk.say(asker.locale, f"button.{back}"), back, str(story.id)),))


async def judge_pair(desk: Desk, asker: Asker, verdict: str, value: str) -> Reply:
    """Keep a judgement of two reports, `value` being their entries' ids with a colon between."""
    a, _, b = value.partition(":")
    if not all(part.isascii() and part.isdigit() and len(part) < 19 for part in (a, b)):
        return desk.refuse(asker, "button.stale")
    by = f"{asker.platform}:{asker.scope}:{asker.user}"
    await desk.store.label_pair(int(a), int(b), PAIRS[verdict], by, desk.clock())
    other = "apart" if PAIRS[verdict] else "same"
    back = Button(desk.say(asker.locale, f"button.{other}"), other, value)
    return Reply(desk.say(asker.locale, f"pair.{verdict}"), buttons=(back,))


def pair_buttons(desk: Desk, asker: Asker, ids: Sequence[int], place: int) -> tuple[Button, ...]:
    """At a report of a story but its first: it does not tell of the same. The answer has the opposite."""
    if not 0 < place < len(ids):
        return ()
    return (Button(desk.say(asker.locale, "button.apart"), "apart", f"{ids[0]}:{ids[place]}"),)


async def taste_words(desk: Desk, asker: Asker, channel: Channel) -> dict[str, list[str]]:
    """What a channel said, in a few words each, by rule."""
    said: dict[str, list[str]] = {}
    for taste in await desk.store.tastes(channel):
        key = "taste.less" if taste.delta < 0 else "taste.more"
        said.setdefault(taste.rule, []).append(desk.say(asker.locale, key, outlet=taste.outlet))
    return said


async def why_tastes(desk: Desk, asker: Asker, story: Story) -> tuple[str, ...]:
    """What this channel said that bears on a story."""
    channel = await desk.seen_channel(asker, {})
    held = await desk.store.tastes(channel) if channel else []
    own = await desk.own_rules(asker)
    return tuple(
        desk.say(
            asker.locale,
            "why.less" if taste.delta < 0 else "why.more",
            outlet=taste.outlet,
            what=desk.rules.label(taste.rule, own.get(taste.rule, taste.rule), asker.locale),
        )
        for taste in held
        if taste.rule in story.topics and taste.outlet in story.outlets
    )
