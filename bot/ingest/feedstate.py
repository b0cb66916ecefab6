"""The state of a feed after a poll: validators, errors, rhythm, next poll time. Pure: (feed, answer, now, die) →
settled.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace

from bot.core.polling import health, schedule, silence, tempo
from bot.core.polling.schedule import Plan
from bot.core.polling.tempo import Tempo
from bot.core.units import DAY_MS, HOUR_MS
from bot.core.urls import host_of, with_credentials
from bot.ports import Feed, Polled, PollSettled

MOVES, MOVED_MS = 3, DAY_MS
"""A permanent redirect is believed once so many polls in a row followed it over at least so long."""

_EMPTY_BASELINE = 3
_GONE_MS = HOUR_MS
LACKS = 3
"""How many lines of what an answer lacked are kept."""


def answered(feed: Feed, polled: Polled, limits: Plan, now: int, die: float) -> PollSettled:
    """The state after an answer.

    The new validators and body hash are taken only if everything that they stand for is stored with them: after an
    answer that has no entries, or was cut, those of the body before stay.
    """
    known = tempo.load(feed.rhythm)
    state, new = _learnt(known, polled, now)
    state, url = _moved(state, polled.moved_to, now)
    parsed = polled.parsed
    whole = parsed is None or (parsed.complete and bool(parsed.entries or parsed.listed))
    ttl_s = parsed.ttl_s if parsed else None
    return PollSettled(
        feed.id,
        feed.lease_no,
        schedule.after_answer(state, limits, now, die, max_age_s=polled.max_age_s, ttl_s=ttl_s),
        feed.rhythm if state is known else tempo.dump(state),
        etag=polled.etag if whole else feed.etag,
        modified=polled.modified if whole else feed.modified,
        body_hash=polled.body_hash if whole else feed.body_hash,
        url=with_credentials(url, feed.url),
        title="" if feed.title or not parsed else parsed.feed.title,
        baselined=feed.baselined or _is_baseline(state, polled),
        last_error=_lacking(feed, polled),
        last_ok=now,
        last_new=now if new else feed.last_new,
        memo=polled.memo,
    )


def failed(
    feed: Feed, kind: str, message: str, limits: Plan, now: int, die: float, retry_after_s: float | None = None
) -> PollSettled:
    """The state after a failure: what was known stays. Two 410s, an hour or more apart, end polling until a resume."""
    state = tempo.load(feed.rhythm)
    confirmed = kind == "gone" and 0 < state.gone_at <= now - _GONE_MS
    state = replace(state, failed_at=state.failed_at if feed.errors and state.failed_at else now)
    if kind == "gone":
        state = replace(state, gone_at=state.gone_at or now)
    return replace(
        _kept(feed),
        next_poll=schedule.after_error(kind, feed.errors + 1, limits, now, die, retry_after_s),
        rhythm=tempo.dump(state),
        state="gone" if confirmed else feed.state,
        errors=feed.errors + 1,
        last_error=message,
    )


def postponed(feed: Feed, until: int) -> PollSettled:
    """Nothing was learnt: the feed is given back, due at `until`."""
    return replace(_kept(feed), next_poll=until)


def health_of(feed: Feed, now: int) -> health.Health:
    """How well a feed does, for `doctor` and the list of sources."""
    return health.judge(_seen(feed), tempo.load(feed.rhythm), now)


def worst_first(feeds: Sequence[Feed], now: int) -> list[tuple[health.Health, Feed]]:
    """Feeds with their health, those that are not well first, then by outlet."""
    found = [(health_of(feed, now), feed) for feed in feeds]
    return sorted(found, key=lambda row: (row[0].word in health.FINE, row[1].source.casefold(), row[1].url))


def watched(feed: Feed, name: str, now: int, after_ms: int = silence.AFTER_MS) -> silence.Watched:
    """A feed as the channels that depend on it see it."""
    seen, known = _seen(feed), tempo.load(feed.rhythm)
    return silence.Watched(
        feed.id,
        host_of(feed.url),
        name,
        silence.ailing(seen, known, now),
        silence.silent(seen, known, now, after_ms),
        health.judge(seen, known, now).word in ("well", "partial"),
        feed.last_ok or 0,
    )


def _seen(feed: Feed) -> health.Seen:
    return health.Seen(feed.state, feed.errors, feed.last_error, feed.last_ok, feed.last_new)


def _kept(feed: Feed) -> PollSettled:
    """The feed as it was."""
    return PollSettled(
        feed.id,
        feed.lease_no,
        feed.next_poll,
        feed.rhythm,
        etag=feed.etag,
        modified=feed.modified,
        body_hash=feed.body_hash,
        state=feed.state,
        baselined=feed.baselined,
        errors=feed.errors,
        last_error=feed.last_error,
        last_ok=feed.last_ok,
        last_new=feed.last_new,
    )


def _learnt(state: Tempo, polled: Polled, now: int) -> tuple[Tempo, int]:
    """The tempo after an answer, and how many entries look new."""
    full = now if polled.status != 304 else state.full
    parsed = polled.parsed
    if parsed is None:
        calm = full == state.full and not (state.empty or state.cut or state.gone_at or state.failed_at)
        return state if calm else replace(state, full=full, empty=0, cut=0, gone_at=0, failed_at=0), 0
    state = replace(state, full=full, gone_at=0, failed_at=0)
    if not parsed.entries and not parsed.listed:
        return replace(state, empty=state.empty + 1, cut=0), 0
    state, new = tempo.observe(state, parsed.listed or tempo.listed(parsed.entries), now)
    return replace(state, empty=0, cut=0 if parsed.complete else state.cut + 1), new


def _lacking(feed: Feed, polled: Polled) -> str:
    """What the newest body lacked, in one line. After an answer without a body, that is still the one before."""
    if polled.parsed is None:
        return "" if feed.errors else feed.last_error
    return "; ".join(polled.lacks[:LACKS]) + ("; …" if len(polled.lacks) > LACKS else "")


def _is_baseline(state: Tempo, polled: Polled) -> bool:
    """Whether all that the feed holds is stored now, so that what comes later is news.

    If a feed stays empty or cut for several polls, that is believed to be all: its first entry is news.
    """
    return polled.parsed is not None and max(state.empty, state.cut) in (0, _EMPTY_BASELINE)


def _moved(state: Tempo, target: str, now: int) -> tuple[Tempo, str]:
    """The state after an answer from `target` ("" when no permanent redirect led there), and the URL to keep, or ""."""
    if not target:
        return (replace(state, moved="", moved_at=0, moves=0) if state.moved else state), ""
    mark = hashlib.blake2s(target.encode(), digest_size=8).hexdigest()  # a target may hold a token
    if mark != state.moved:
        return replace(state, moved=mark, moved_at=now, moves=1), ""
    if state.moves + 1 >= MOVES and now - state.moved_at >= MOVED_MS:
        return replace(state, moved="", moved_at=0, moves=0), target
    return replace(state, moves=state.moves + 1), ""
