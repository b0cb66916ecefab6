"""Some worlds of `tests.faults.interleaved` and `interleaved_polls`; and they find what they are for.

What a defect does is met by some worlds, others by the next change of the program: they are tried until one meets it.
"""

from __future__ import annotations

from typing import Any

import pytest

from bot.delivery.delivering import Delivering
from bot.ingest.lookback import Lookback
from bot.ports import Absent
from tests.faults import interleaved, interleaved_polls

pytestmark = [pytest.mark.usefixtures("untraced"), pytest.mark.slow]


@pytest.mark.parametrize("seed", range(1, 15))
def test_whatever_steps_meet_each_alert_comes_once(seed: int) -> None:
    assert interleaved.found(seed) == []


@pytest.mark.parametrize("seed", range(1, 7))
def test_whatever_steps_meet_each_item_is_stored_and_told_once(seed: int) -> None:
    assert interleaved_polls.found(seed) == []


async def _never(*_: object) -> Absent:
    return Absent("nothing is ever there")


def test_a_second_send_without_a_look_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interleaved.Hand, "find", _never)
    assert any(interleaved.found(seed) for seed in range(1, 30))


def test_a_look_before_a_request_may_have_arrived_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Delivering, "_under_way", lambda *_: 0)
    assert any(interleaved.found(seed) for seed in range(1, 120))


def test_an_item_that_is_taken_for_known_before_it_is_stored_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    look = Lookback.look

    def early(self: Lookback, feed: int, items: Any, rule: Any, now: int) -> Any:
        seen = look(self, feed, items, rule, now)
        self.keep(feed, seen, now)
        return seen

    monkeypatch.setattr(Lookback, "look", early)
    assert any(interleaved_polls.found(seed) for seed in range(1, 120))
