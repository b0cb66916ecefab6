"""Some worlds of `tests.faults.interleaved`; and it finds what it is for."""

from __future__ import annotations

import pytest

from bot.delivering import Delivering
from bot.ports import Absent
from tests.faults.interleaved import Hand, found

pytestmark = [pytest.mark.usefixtures("untraced"), pytest.mark.slow]


@pytest.mark.parametrize("seed", range(1, 25))
def test_whatever_steps_meet_nothing_is_lost_and_nothing_doubled(seed: int) -> None:
    assert found(seed) == []


async def _never(*_: object) -> Absent:
    return Absent("nothing is ever there")


def test_a_second_send_without_a_look_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Hand, "find", _never)
    assert any(found(seed) for seed in (1, 2, 3))


def test_a_look_before_a_request_may_have_arrived_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Delivering, "_under_way", lambda *_: 0)
    assert any(found(seed) for seed in (22, 24))
