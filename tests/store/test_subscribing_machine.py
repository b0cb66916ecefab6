"""Channels that change their minds as a state machine: what they asked for comes once, and nothing else does.

People subscribe, edit, unsubscribe, mute and pause; stories begin, grow, get graver and turn out to be one; workers die
and come late. A channel is told of a story when it was subscribed to it as it came, once, by itself or in a digest.
What it still wanted all the while is never left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from bot.core.message import SEVERITIES
from bot.core.model import BY_HAND, Channel
from bot.ports import Ambiguous, Delivery, Lease, Rejected, Sent
from tests.store.build import HOUR, MINUTE, begun, hit, outcome, tell
from tests.store.workers import Workers, fates

RULES = ("topic:chips", "topic:ships")
LATE_MS = 48 * HOUR
RULE, WHO, PICK, RANK = st.sampled_from(RULES), st.integers(0, 1), st.integers(0, 30), st.integers(0, 2)
OPTIONS = st.sampled_from([{}, {}, {"severity": "notable"}, {"mode": "hourly"}, {"updates": "no"}])
FATES = fates(["answered", "answered", "dies", "lost", "stops", "refused"], 4)


@dataclass
class Told:
    """A story as the model knows it: the rules that hit it, how grave it is, and who may, must and did hear of it.

    `rose`: who heard of it again, when it had become breaking news.
    """

    rules: set[str]
    rank: int
    may: set[int] = field(default_factory=set)
    must: dict[int, int] = field(default_factory=dict)
    heard: set[int] = field(default_factory=set)
    rose: set[int] = field(default_factory=set)
    muted: set[int] = field(default_factory=set)


@dataclass
class Wants:
    """What a channel subscribes to, and why it is paused."""

    channel: Channel
    options: dict[str, dict[str, str]] = field(default_factory=dict)
    paused: str = ""

    def wanted(self, story: Told, rules: set[str], *, filtered: bool = False) -> bool:
        """Whether a subscription to one of the rules lets the story through; `filtered`: one that can hold it back."""
        mine = [options for name, options in self.options.items() if name in rules]
        least = [int(options.get("severity") == "notable") for options in mine]
        return not self.paused and any(least_rank <= story.rank for least_rank in least if least_rank or not filtered)


class SubscribingMachine(Workers):
    """One store, two channels, two topics."""

    def __init__(self) -> None:
        super().__init__()
        self.people = [self.person(ref) for ref in ("a", "b")]
        self.stories: dict[int, Told] = {}
        self.merged: dict[int, int] = {}
        self.arrived: set[int] = set()

    def person(self, ref: str) -> Wants:
        channel = self.do(self.store.channel("console", "", ref))
        return Wants(self.do(self.store.configure(channel, {"burst": "0"})))

    def picked(self, pick: int) -> int:
        return sorted(self.stories)[pick % len(self.stories)]

    @rule(who=WHO, name=RULE, options=OPTIONS)
    def subscribes(self, who: int, name: str, options: dict[str, str]) -> None:
        one = self.people[who]
        self.do(self.store.subscribe(one.channel, name, name, options, self.clock.now))
        one.options[name] = options
        if one.paused == "gone":
            self.goes_on(one)  # somebody is there

    @rule(who=WHO, name=RULE, to=RULE, options=OPTIONS)
    def edits(self, who: int, name: str, to: str, options: dict[str, str]) -> None:
        one = self.people[who]
        if name not in one.options:
            return
        number = {held.rule: held.id for _, held in self.do(self.store.subscriptions(one.channel))}[name]
        made = self.do(self.store.amend(one.channel, number, to, to, options, self.clock.now))
        assert (made is None) == (to != name and to in one.options)
        if made is not None:
            del one.options[name]
            one.options[to] = options
            self.unsure(one)

    @rule(who=WHO, name=RULE)
    def unsubscribes(self, who: int, name: str) -> None:
        one = self.people[who]
        for _, held in self.do(self.store.subscriptions(one.channel)):
            if held.rule == name:
                assert self.do(self.store.unsubscribe(held.id, one.channel))
                del one.options[name]
                self.unsure(one)

    def unsure(self, one: Wants) -> None:
        """What waits may be left out now."""
        for story in self.stories.values():
            story.must.pop(one.channel.id, None)

    @rule(who=WHO, why=st.sampled_from(["", BY_HAND, "gone"]))
    def pauses(self, who: int, why: str) -> None:
        """By hand, or because a platform says so: what a person paused stays so then."""
        one = self.people[who]
        if one.paused == BY_HAND and why == "gone":
            return
        self.do(self.store.pause(one.channel, why, but=BY_HAND if why == "gone" else ""))
        if one.paused and not why:
            self.goes_on(one)
        one.paused = why

    def goes_on(self, one: Wants) -> None:
        """What waited for too long while it was paused is left out."""
        one.paused = ""
        for story in self.stories.values():
            if story.must.get(one.channel.id, self.clock.now) < self.clock.now - LATE_MS:
                del story.must[one.channel.id]

    @precondition(lambda self: self.stories)
    @rule(who=WHO, pick=PICK, on=st.booleans())
    def mutes(self, who: int, pick: int, on: bool) -> None:
        one, number = self.people[who], self.picked(pick)
        self.do(self.store.mute(one.channel, number, on, self.clock.now))
        story = self.stories[number]
        (story.muted.add if on else story.muted.discard)(one.channel.id)
        if on:
            story.must.pop(one.channel.id, None)

    @rule(name=RULE, rank=RANK)
    def begins(self, name: str, rank: int) -> None:
        def work(tx: Any) -> int:
            saved = tx.save(0, outcome(f"Story {len(self.stories)}", hits=[hit(name)], severity=SEVERITIES[rank]))
            tell(tx, saved.story_id, rules=[name], now=self.clock.now)
            return int(saved.story_id)

        number = self.do(self.store.transact(work))
        self.stories[number] = story = Told({name}, rank)
        self.told(story, {name})

    @precondition(lambda self: self.stories)
    @rule(pick=PICK, name=RULE, rank=RANK)
    def grows(self, pick: int, name: str, rank: int) -> None:
        number = self.picked(pick)
        story = self.stories[number]
        fresh = {name} - story.rules

        def work(tx: Any) -> None:
            tx.save(0, outcome("More of it", number, hits=[hit(name)], severity=SEVERITIES[rank]))
            if fresh:
                tell(tx, number, rules=sorted(fresh), now=self.clock.now)
            tell(tx, number, "update", (), now=self.clock.now)

        self.do(self.store.transact(work))
        story.rules.add(name)
        story.rank = max(story.rank, rank)
        self.told(story, fresh)
        self.told(story, story.rules, filtered=True)

    @precondition(lambda self: len(self.stories) > 1)
    @rule(pick=PICK, other=PICK)
    def turn_out_to_be_one(self, pick: int, other: int) -> None:
        into, gone = self.picked(pick), self.picked(other)
        if into == gone:
            return
        merging = outcome("Both", into, placed={"merges": (gone,)})
        self.do(self.store.transact(lambda tx: tx.save(0, merging)))
        story, old = self.stories[into], self.stories.pop(gone)
        self.merged[gone] = into
        story.rules |= old.rules
        story.rank = max(story.rank, old.rank)
        story.may |= old.may
        story.heard |= old.heard
        story.rose &= old.rose
        story.must = {**old.must, **story.must}
        story.muted |= old.muted
        for who in story.muted:
            story.must.pop(who, None)

    def told(self, story: Told, rules: set[str], *, filtered: bool = False) -> None:
        """Whoever wants it as it is now is to hear of it."""
        for one in self.people:
            number = one.channel.id
            if one.wanted(story, rules, filtered=filtered) and number not in story.muted | story.may:
                story.may.add(number)
                story.must[number] = self.clock.now

    @rule(ms=st.sampled_from([0, 20_000, 2 * MINUTE, HOUR, 30 * HOUR]), fates=FATES)
    def a_worker_takes_a_turn(self, ms: int, fates: list[str]) -> None:
        self.clock.now += ms
        self.do(self.store.turn(self.clock.now))
        self.take_a_turn(fates)

    @precondition(lambda self: self.stopped)
    @rule(fates=FATES)
    def a_worker_goes_on_late(self, fates: list[str]) -> None:
        self.go_on(*self.stopped.pop(0), fates)

    def serve(self, lease: Lease, delivery: Delivery, fate: str) -> bool:
        """What `bot.lanes` does with one delivery; False when the turn is over."""
        now = self.clock.now
        alert = self.do(self.store.alert(delivery))
        if delivery.state == "sending" and delivery.id in self.arrived:
            return self.do(self.store.settle(lease, delivery, Sent("found"), now))
        if alert is None:
            return self.do(self.store.settle(lease, delivery, Rejected("nothing is left to say"), now))
        if not self.do(begun(self.store, lease, delivery, now)):
            return False
        about = [line.story_id for line in alert.lines] if delivery.kind == "digest" else [delivery.story_id]
        if fate in ("answered", "dies"):
            self.receives(lease.channel.id, delivery, about)
        if fate == "dies":
            return False
        receipt = {"answered": Sent("m"), "lost": Ambiguous("timeout"), "refused": Rejected("odd")}[fate]
        kept = self.do(self.store.settle(lease, delivery, receipt, now))
        if kept and fate == "refused" and delivery.kind != "update":
            for number in about:
                self.now(number).must.pop(lease.channel.id, None)
        return kept and fate != "lost"

    def now(self, number: int) -> Told:
        while number in self.merged:
            number = self.merged[number]
        return self.stories[number]

    def receives(self, channel: int, delivery: Delivery, about: Sequence[int]) -> None:
        assert delivery.id not in self.arrived, "sent twice"
        self.arrived.add(delivery.id)
        for number in about:
            story = self.now(number)
            assert channel in story.may, "nobody asked for it"
            assert channel not in story.muted or delivery.state == "sending", "it was muted"
            if delivery.kind != "update" and channel in story.heard:
                rose = delivery.kind == "digest" and story.rank == 2 and channel not in story.rose
                assert rose, "told twice"
                story.rose.add(channel)
            story.heard.add(channel)

    def settle_everything(self) -> None:
        """Nobody is paused any more, and new workers find a platform that answers."""
        for who in range(len(self.people)):
            self.pauses(who, "")
        for _ in range(2 * len(self.stories) + 4):
            self.clock.now += 2 * HOUR
            self.do(self.store.turn(self.clock.now))
            for lease in self.do(self.store.lease_channels(self.clock.now, 2, MINUTE, "z", ["console"])):
                for delivery in self.do(self.store.next_deliveries(lease, 50, self.clock.now)):
                    self.serve(lease, delivery, "answered")
                self.do(self.store.release(lease))
        for number, story in self.stories.items():
            assert story.must.keys() <= story.heard, (number, story)


TestSubscribing = pytest.mark.usefixtures("untraced")(SubscribingMachine.TestCase)
TestSubscribing.settings = settings(max_examples=35, stateful_step_count=25, deadline=None)
