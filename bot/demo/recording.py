"""Recorded feeds, cut into items that appear one after another, with their dates moved to today. Pure."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime

START = datetime(2026, 1, 8, 1, 0, tzinfo=UTC)
LENGTH = timedelta(minutes=490)
"""The recording: items dated before START are there from the beginning, the rest appear over LENGTH."""

_ITEM = re.compile(r"<(item|entry)\b.*?</\1>\s*", re.DOTALL)
_RFC = re.compile(r"\w{3}, \d{2} \w{3} \d{4} \d\d:\d\d:\d\d (?:[+-]\d{4}|GMT)")
_ISO = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d")
_ENCODING = re.compile(rb'encoding="([\w-]+)"')


@dataclass(frozen=True, slots=True)
class Recording:
    """One feed: text before and after its items, and the items newest first, each with its time."""

    encoding: str
    head: str
    items: tuple[tuple[datetime, str], ...]
    tail: str
    joint: str = ""

    def at(self, moment: datetime, shift: timedelta) -> bytes:
        """The feed as it looks at `moment` of the recording, every date moved by `shift`."""
        shown = self.joint.join(item for time, item in self.items if time < START or time <= moment)
        text = _RFC.sub(lambda m: format_datetime(parsedate_to_datetime(m[0]) + shift), self.head + shown + self.tail)
        text = _ISO.sub(lambda m: (datetime.fromisoformat(m[0]) + shift).isoformat(), text)
        return text.encode(self.encoding)


def read_recording(data: bytes) -> Recording:
    """Cut a feed into its items. Dates are those of the feed's own format."""
    if data.startswith(b"{"):
        return _read_json(data.decode())
    declared = _ENCODING.search(data[:200])
    encoding = declared[1].decode() if declared else "utf-8"
    text = data.decode(encoding)
    found = list(_ITEM.finditer(text))
    items = tuple((_time(match[0]), match[0]) for match in found)
    return Recording(encoding, text[: found[0].start()], items, text[found[-1].end() :])


def _read_json(text: str) -> Recording:
    feed = json.loads(text)
    items = tuple((_time(raw), raw) for raw in (json.dumps(item, ensure_ascii=False) for item in feed.pop("items")))
    head = json.dumps(feed, ensure_ascii=False)[:-1] + ', "items": ['
    return Recording("utf-8", head, items, "]}", joint=",\n")


def _time(item: str) -> datetime:
    if found := _RFC.search(item):
        return parsedate_to_datetime(found[0])
    if found := _ISO.search(item):
        return datetime.fromisoformat(found[0])
    raise ValueError(f"a recorded item has no date: {item[:80]}")
