"""What a delivery says: story, outlets, topics of this channel and news, put together from one snapshot."""

from __future__ import annotations

import json
from typing import get_args

from sqlite_utils import Database

from bot.core.message import Alert, AlertKind, OutletLine, TopicLine
from bot.ports import Delivery
from bot.store import queries_outbox as sql
from bot.store.digests import digest_of
from bot.store.rows import SEVERITIES

_OUTLETS, _NEWS = 50, 3
_SAMPLE = (
    "A sample alert: this channel is set up",
    "Alerts look like this one: a headline, what it is about in a sentence or two, who reports it, and why it came.",
)


def alert_of(db: Database, delivery: Delivery) -> Alert | None:
    """The alert of a delivery; None when its story is gone or muted, or nothing that matched it is subscribed to."""
    if delivery.kind == "digest":
        return digest_of(db, delivery)
    if delivery.story_id == 0:
        return _sample(delivery)
    params = {"story": delivery.story_id, "channel": delivery.channel_id, "id": delivery.id, "n": _OUTLETS}
    row = db.execute(sql.ALERT_STORY, params).fetchone()
    if row is None:
        return None
    number, title, url, summary, lang, first_at, rank = row
    params["story"] = number
    topics = tuple(TopicLine(rule, label, tuple(json.loads(why))) for rule, label, why in _topics(db, params))
    if not topics and delivery.kind in ("new", "update"):
        return None
    return Alert(
        delivery_id=delivery.id,
        kind=_kind(delivery.kind),
        story_id=number,
        title=title,
        url=url,
        summary=summary,
        outlets=tuple(OutletLine(*line) for line in db.execute(sql.ALERT_OUTLETS, params)),
        topics=topics,
        published=first_at,
        severity=SEVERITIES[rank],  # type: ignore[arg-type]
        lang=lang,
        news=_news(db, params) if delivery.kind == "update" else "",
    )


def _topics(db: Database, params: dict[str, int]) -> list[tuple[str, str, str]]:
    return db.execute(sql.ALERT_TOPICS, params).fetchall()


def _news(db: Database, params: dict[str, int]) -> str:
    """What was added since this channel was last told, oldest first."""
    lines = [row[0] for row in db.execute(sql.ALERT_NEWS, params | {"n": _NEWS})]
    return " · ".join(dict.fromkeys(reversed(lines)))


def _kind(kind: str) -> AlertKind:
    return kind if kind in get_args(AlertKind) else "new"  # type: ignore[return-value]


def _sample(delivery: Delivery) -> Alert:
    title, text = _SAMPLE
    return Alert(delivery.id, "sample", 0, title, "", text, (), (), delivery.created_at)
