"""Feedback on a story: less, more, follow, mute, and whether two reports belong together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.commands.presses import VERDICTS
from bot.commands.talk import Talk
from bot.core.language.text import is_number
from bot.core.message import Button, Reply
from bot.core.model import Channel, Story

PAIRS = {"same": True, "apart": False}


async def feedback(talk: Talk, args: Mapping[str, str]) -> Reply:
    """Record "less" or "more" like a story: for the rules that brought it here, and the outlet that had it first."""
    verdict = args.get("verdict", "")
    if verdict not in VERDICTS:
        return talk.refuse("feedback.ask")
    story = await talk.story(args.get("story", ""))
    channel = await talk.channel({})
    rules = [s for _, s in await talk.store.subscriptions(channel) if s.rule in story.topics]
    if not rules or not story.outlets:
        return talk.refuse("feedback.nothing", title=story.title)
    outlet = story.outlets[0]
    for subscription in rules:
        await talk.store.taste(channel, subscription.rule, outlet, VERDICTS[verdict], talk.clock())
    what = ", ".join(talk.title(s.rule, s.label) for s in rules)
    said = talk.say(f"feedback.{verdict}", outlet=outlet, what=what, channel=talk.where(channel))
    if verdict == "none":
        return Reply(said)
    undo = talk.button("undo", "none", str(story.id))
    back = talk.undo(f"feedback {story.id} verdict=none")
    return Reply(said, (talk.say("feedback.undo", undo=back),), buttons=(undo,))


async def follow(talk: Talk, args: Mapping[str, str], *, on: bool) -> Reply:
    """Tell every further report of a story in this channel, or stop doing so."""
    story = await talk.story(args.get("story", ""))
    channel, heard = await talk.channel({}), False
    if on:
        if problem := await talk.desk.cannot_post(channel):
            return Reply(talk.say.sentence(problem), ok=False)
        heard = await talk.store.mute(channel, story.id, False, talk.clock())
    changed = await talk.store.follow(channel, story.id, on, talk.clock()) or heard
    return _turned(talk, story, "follow" if on else "unfollow", "unfollow" if on else "follow", changed)


async def mute(talk: Talk, args: Mapping[str, str], *, on: bool) -> Reply:
    """Mute a story in this channel, or unmute it."""
    story = await talk.story(args.get("story", ""))
    changed = await talk.store.mute(await talk.channel({}), story.id, on, talk.clock())
    return _turned(talk, story, "mute" if on else "unmute", "unmute" if on else "mute", changed)


def _turned(talk: Talk, story: Story, verb: str, back: str, changed: bool) -> Reply:
    """The answer that a story is muted or followed, or no longer, with the way `back`."""
    key = f"{verb}.{'done' if changed else 'already'}"
    said = talk.say(key, title=story.title, id=story.id, undo=talk.undo(f"{back} {story.id}"))
    return Reply(said, buttons=(talk.button(back, back, str(story.id)),))


async def judge_pair(talk: Talk, verdict: str, value: str) -> Reply:
    """Store a judgement on two reports; `value` is their entries' ids with a colon between."""
    a, _, b = value.partition(":")
    if not (is_number(a) and is_number(b)):
        return talk.refuse("button.stale")
    by = f"{talk.asker.platform}:{talk.asker.scope}:{talk.asker.user}"
    await talk.store.label_pair(int(a), int(b), PAIRS[verdict], by, talk.clock())
    other = "apart" if PAIRS[verdict] else "same"
    back = talk.button(other, other, value)
    return Reply(talk.say(f"pair.{verdict}"), buttons=(back,))


def pair_buttons(talk: Talk, ids: Sequence[int], place: int) -> tuple[Button, ...]:
    """The button "Not the same story" at a report (except a story's first); its answer has the opposite button."""
    if not 0 < place < len(ids):
        return ()
    return (talk.button("apart", "apart", f"{ids[0]}:{ids[place]}"),)


async def taste_words(talk: Talk, channel: Channel) -> dict[str, list[str]]:
    """A channel's feedback, in a few words each, by rule."""
    said: dict[str, list[str]] = {}
    for taste in await talk.store.tastes(channel):
        key = "taste.less" if taste.delta < 0 else "taste.more"
        said.setdefault(taste.rule, []).append(talk.say(key, outlet=taste.outlet))
    return said


async def why_tastes(talk: Talk, story: Story) -> tuple[str, ...]:
    """This channel's feedback that affects a story."""
    channel = await talk.seen_channel({})
    held = await talk.store.tastes(channel) if channel else []
    own = await talk.own_rules()
    return tuple(
        talk.say(
            "why.less" if taste.delta < 0 else "why.more",
            outlet=taste.outlet,
            what=talk.title(taste.rule, own.get(taste.rule, taste.rule)),
        )
        for taste in held
        if taste.rule in story.topics and taste.outlet in story.outlets
    )
