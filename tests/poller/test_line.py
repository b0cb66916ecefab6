"""When it is said that no host can be reached: once, and only when none can. Judged polls, without the loop."""

from __future__ import annotations

import logging
from random import Random

import pytest

from bot.core.errors import FetchError
from bot.ingest.verdicts import Verdicts
from bot.ports import Feed, Polled

pytestmark = pytest.mark.usefixtures("untraced")

NOW = 1_795_536_000_000
DOWN, UP = "no host can be reached", "the network answers again"


class Watch:
    """Verdicts over fifty feeds of other hosts and one of our own, each asked in turn, `every_s` a round."""

    def __init__(self, caplog: pytest.LogCaptureFixture) -> None:
        self.now = NOW
        self.verdicts = Verdicts(lambda: self.now, 45, 3600, lambda feed, line: None, Random(1))
        self.home = Feed(0, "http://127.0.0.1/feed")
        self.others = [Feed(n, f"https://host{n}.example/feed") for n in range(1, 51)]
        self._caplog = caplog

    def poll(self, feed: Feed, reached: bool) -> None:
        if reached:
            self.verdicts.answered(feed, Polled(304), self.now)
        else:
            self.verdicts.refused(feed, FetchError("dns", "x: no such host"))

    def round(self, *, home: bool, others: bool, every_s: int = 60) -> None:
        """Each feed is asked once; `home` and `others` say who answers."""
        for feed in [*self.others[:25], self.home, *self.others[25:]]:
            self.now += every_s * 1000 // 51
            self.poll(feed, home if feed is self.home else others)

    def said(self) -> list[str]:
        return [words for record in self._caplog.records for words in (DOWN, UP) if words in record.message]


@pytest.fixture
def watch(caplog: pytest.LogCaptureFixture) -> Watch:
    caplog.set_level(logging.WARNING)
    return Watch(caplog)


@pytest.mark.case_id(29)
def test_case_029_one_host_that_answers_among_many_that_never_do_is_no_news(watch: Watch) -> None:
    watch.round(home=True, others=True)
    for _ in range(20):
        watch.round(home=True, others=False)
    assert watch.said() == [], "one answers each minute"
    assert not watch.verdicts.line_down
    assert watch.verdicts.counts.failed > 800, "whoever is silent is blamed for it"


@pytest.mark.case_id(29)
def test_case_029_a_start_among_silent_hosts_says_each_once(watch: Watch) -> None:
    for _ in range(20):
        watch.round(home=True, others=False, every_s=3600)
    assert watch.said() == [DOWN, UP]


@pytest.mark.case_id(29)
def test_case_029_when_the_last_one_falls_silent_it_is_said_and_so_is_the_end(watch: Watch) -> None:
    for _ in range(3):
        watch.round(home=True, others=False)
    before = watch.said()
    for _ in range(5):
        watch.round(home=False, others=False)
    assert watch.said()[len(before) :] == [DOWN]
    assert watch.verdicts.line_down
    for _ in range(3):
        watch.round(home=True, others=True)
    assert watch.said()[len(before) :] == [DOWN, UP]


@pytest.mark.case_id(29)
def test_case_029_in_an_outage_of_our_own_no_feed_is_blamed_before_it_is_said(watch: Watch) -> None:
    watch.round(home=True, others=True)
    watch.round(home=False, others=False, every_s=30)
    assert watch.said() == []
    assert watch.verdicts.counts.failed == 0
    for _ in range(2):
        watch.round(home=False, others=False)
    assert watch.said() == [DOWN]
    assert watch.verdicts.counts.failed == 0
