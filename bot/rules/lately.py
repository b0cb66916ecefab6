"""Recent stories, outlets and queries, for completion; in memory only."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from heapq import nlargest
from itertools import islice
from operator import itemgetter

from bot.core.latest import Latest
from bot.core.model import Entry

_RECENT, _QUERIES = 200, 50
_OUTLETS, _ASKERS = 1_000, 1_000
"""How many names and askers are remembered: a feed may name another outlet in each of its items."""


class Lately:
    """`stories` (number, title), `outlets` with their number of reports, and what each workspace (in direct messages:
    each person) `asked` for.
    """

    def __init__(self) -> None:
        self.stories: deque[tuple[int, str]] = deque(maxlen=_RECENT)
        self.outlets: dict[str, int] = {}
        self.asked: Latest[tuple[str, ...], dict[str, None]] = Latest(_ASKERS)

    def note(self, reports: Iterable[tuple[int, Entry]]) -> None:
        """Remember what was just reported (story, entry)."""
        known = {number for number, _ in self.stories}
        for number, entry in reports:
            self.outlets[entry.source] = self.outlets.get(entry.source, 0) + 1
            if entry.title and number not in known:
                known.add(number)
                self.stories.appendleft((number, entry.title))
        if len(self.outlets) > _OUTLETS:
            self.outlets = dict(nlargest(_OUTLETS // 2, self.outlets.items(), key=itemgetter(1)))

    def note_query(self, whose: tuple[str, ...], text: str) -> None:
        """Remember a query of a workspace or person, newest first; those who asked last are remembered longest."""
        before = (one for one in self.asked.get(whose, ()) if one != text)
        self.asked[whose] = dict.fromkeys((text, *islice(before, _QUERIES - 1)))
