"""What the state machines of the outbox share: a store, a clock, and workers that die, stand still and come late."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from typing import Any, TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine

from bot.ports import Delivery, Lease, Store
from bot.store import open_store
from tests.store.build import MINUTE, Clock

T = TypeVar("T")


def fates(names: Sequence[str], most: int) -> st.SearchStrategy[list[str]]:
    """What becomes of the deliveries that a worker serves, one after another, while it lives."""
    return st.lists(st.sampled_from(names), min_size=1, max_size=most)


class Workers(RuleBasedStateMachine):
    """`stopped` are those that stood still in the middle of a turn, each with its lease and what it had left to do."""

    address = "memory:"

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.clock = Clock()
        self.store: Store = open_store(self.address, clock=self.clock)
        self.stopped: list[tuple[Lease, list[Delivery]]] = []

    def do(self, call: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(call)

    def teardown(self) -> None:
        self.settle_everything()
        self.do(self.store.close())
        self.loop.close()

    def take_a_turn(self, fates: Sequence[str]) -> None:
        """Some worker leases a lane and serves as many deliveries as it lives for."""
        for lease in self.do(self.store.lease_channels(self.clock.now, 1, MINUTE, "x", ["console"])):
            self.go_on(lease, self.do(self.store.next_deliveries(lease, 5, self.clock.now)), fates)

    def go_on(self, lease: Lease, left: list[Delivery], fates: Sequence[str]) -> None:
        for fate in fates:
            if not left:
                break
            if fate == "stops":
                self.stopped.append((lease, left))
                return
            if not self.serve(lease, left.pop(0), fate):
                if fate == "dies":
                    return
                break
        self.do(self.store.release(lease))

    def serve(self, lease: Lease, delivery: Delivery, fate: str) -> bool:
        """What `bot.lanes` does with one delivery; False when the turn is over."""
        raise NotImplementedError

    def settle_everything(self) -> None:
        """At the end: all is served in peace, and counted."""
        raise NotImplementedError
