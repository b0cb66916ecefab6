"""What one poll keeps for the next: validators and a hash of the body.

Pure. All sources use it, whatever the form of their answers.
"""

from __future__ import annotations

import xxhash

from bot.core.polling.schedule import conditional
from bot.core.polling.tempo import load
from bot.ports import Feed, Fetched
from bot.sources.fetching.answers import echoable, may_keep


def validators(feed: Feed, now: int) -> dict[str, str]:
    """The conditional headers, exactly as the server gave them; none after a long run of "not modified"."""
    if not conditional(load(feed.rhythm), now):
        return {}
    kept = (("If-None-Match", feed.etag), ("If-Modified-Since", feed.modified))
    return {name: value for name, value in kept if value and echoable(value)}


def left(answer: Fetched, feed: Feed | None = None) -> tuple[str, str]:
    """ETag and Last-Modified to store; a 304 without one keeps the feed's own (RFC 9111, 3.2)."""
    etag, modified = (feed.etag, feed.modified) if feed is not None and answer.status == 304 else ("", "")
    return _validator(answer, "etag", etag), _validator(answer, "last-modified", modified)


def _validator(answer: Fetched, name: str, before: str) -> str:
    value = answer.headers.get(name, before).strip()
    return value if not value or echoable(value) else ""


def body_hash(answer: Fetched) -> int:
    """xxh3-64 of a body; 0 if the server forbids keeping even that."""
    return xxhash.xxh3_64_intdigest(answer.body) if may_keep(answer.headers) else 0
