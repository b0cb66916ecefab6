"""What failed is counted for as many channels as there may be, and for no more."""

from __future__ import annotations

from bot.delivery.strikes import Strikes


def test_what_fails_in_all_channels_at_once_is_given_up_in_each() -> None:
    strikes = Strikes()
    assert [{strikes.add(number) for number in range(10_000)} for _ in range(3)] == [{1}, {2}, {3}]


def test_what_failed_longest_ago_is_forgotten() -> None:
    strikes = Strikes()
    for number in range(100_001):
        strikes.add(number)
    assert (strikes.add(0), strikes.add(100_000)) == (1, 2)
