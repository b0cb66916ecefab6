"""The outbox as a state machine: workers that die, come late and answer anything; nothing is lost, nothing doubled.

The platform is a list of what arrived. A send may arrive with or without its answer, or be refused; a worker may die
before or after it, or go on with a lease that it lost. When the dust has settled every story was received once by
every channel, in order, unless it was refused for good.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from bot.ports import Ambiguous, Delivery, Gone, Lease, Rejected, Retry, Sent
from tests.store.build import HOUR, MINUTE, hit, outcome, tell
from tests.store.workers import Workers, fates

CHANNELS = ("a", "b")
FATES = fates(["answered", "unanswered", "lost", "refused", "busy", "gone", "dies", "stops"], 3)


class OutboxMachine(Workers):
    """One store, two channels, any number of workers."""

    def __init__(self) -> None:
        super().__init__()
        self.received: dict[int, list[int]] = {}
        self.refused: set[tuple[int, int]] = set()
        self.stories: list[int] = []
        self.channels = [self.do(self.store.channel("console", "", ref)) for ref in CHANNELS]
        for channel in self.channels:
            self.do(self.store.configure(channel, {"burst": "0"}))
        for channel in self.channels:
            self.do(self.store.subscribe(channel, "topic:chips", "Chips", {}, self.clock.now))
            self.received[channel.id] = []

    @rule(many=st.integers(1, 3))
    def news(self, many: int) -> None:
        def work(tx: Any) -> list[int]:
            saved = [tx.save(0, outcome(f"Story {n}", hits=[hit()])).story_id for n in range(many)]
            for story in saved:
                tell(tx, story, now=self.clock.now)
            return saved

        self.stories += self.do(self.store.transact(work))

    @rule(ms=st.sampled_from([0, 20_000, 2 * MINUTE, HOUR, -HOUR]), fates=FATES)
    def a_worker_takes_a_turn(self, ms: int, fates: list[str]) -> None:
        self.clock.now += ms
        self.take_a_turn(fates)

    @precondition(lambda self: self.stopped)
    @rule(fates=FATES)
    def a_worker_goes_on_late(self, fates: list[str]) -> None:
        """One that stood still in the middle of its turn goes on, whoever has its lane by now."""
        self.go_on(*self.stopped.pop(0), fates)

    def serve(self, lease: Lease, delivery: Delivery, fate: str) -> bool:
        """What `bot.lanes` does with one delivery; False when the turn is over."""
        now, channel = self.clock.now, lease.channel.id
        if delivery.state == "sending":
            if fate == "lost":
                self.do(self.store.settle(lease, delivery, Retry(5, "can't look now"), now))
                return False
            if delivery.story_id in self.received[channel]:
                return self.do(self.store.settle(lease, delivery, Sent("found"), now))
        if not self.do(self.store.begin(lease, delivery, now)):
            return False
        if fate in ("answered", "unanswered", "dies"):
            self.received[channel].append(delivery.story_id)
        if fate == "dies":
            return False
        receipt = {
            "answered": Sent("m"),
            "unanswered": Ambiguous("timeout"),
            "lost": Ambiguous("timeout"),
            "refused": Rejected("odd"),
            "busy": Retry(1, "busy"),
            "gone": Gone("outage"),
        }[fate]
        kept = self.do(self.store.settle(lease, delivery, receipt, now))
        if kept and fate == "refused":
            self.refused.add((channel, delivery.story_id))
        return kept and fate in ("answered", "refused")

    @invariant()
    def nothing_is_doubled_and_the_order_is_kept(self) -> None:
        for stories in self.received.values():
            assert stories == sorted(set(stories)), stories

    def settle_everything(self) -> None:
        """Every worker is dead; new ones find a platform that answers."""
        for channel in self.channels:
            self.do(self.store.pause(channel, ""))
        for _ in range(2 * len(self.stories) + 2):
            self.clock.now += 7 * HOUR
            for lease in self.do(self.store.lease_channels(self.clock.now, 2, MINUTE, "z", ["console"])):
                for delivery in self.do(self.store.next_deliveries(lease, 50, self.clock.now)):
                    self.serve(lease, delivery, "answered")
                self.do(self.store.release(lease))
        for channel, stories in self.received.items():
            refused = {story for where, story in self.refused if where == channel}
            assert stories == sorted(set(stories))
            assert set(stories) == set(self.stories) - refused


TestOutbox = pytest.mark.usefixtures("untraced")(OutboxMachine.TestCase)
TestOutbox.settings = settings(max_examples=35, stateful_step_count=20, deadline=None)
