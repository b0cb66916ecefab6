"""What a delivery says: story, outlets, topics of this channel and news, put together from one snapshot."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, tzinfo
from typing import get_args

from bot.core.cadence import zone_of
from bot.core.mention import call_of
from bot.core.message import SEVERITIES, Alert, AlertKind, OutletLine, TopicLine
from bot.core.shape import shaped
from bot.core.telling import TOLD, Report, told
from bot.ports import Delivery
from bot.store import queries_feedback as feedback
from bot.store import queries_outbox as sql
from bot.store.continuing import Continued, continued
from bot.store.db import Db
from bot.store.digests import digest_of
from bot.store.notices import notice_of
from bot.store.rows import loads
from bot.store.threads import opening_of, thread_of

_OUTLETS, _REPORTS = 50, 12
_SAMPLE = (
    "A sample alert: this channel is set up",
    "Alerts look like this one: a headline, what it is about in a sentence or two, who reports it, and why it came.",
)


def alert_of(db: Db, delivery: Delivery) -> Alert | None:
    """The alert of a delivery; None when its story is gone or muted, or nothing that matched it is subscribed to."""
    if delivery.kind == "digest":
        return digest_of(db, delivery)
    if delivery.kind == "thread":
        return opening_of(db, delivery)
    if delivery.kind == "notice":
        return notice_of(db, delivery)
    if delivery.story_id == 0:
        return _sample(delivery)
    params = {"story": delivery.story_id, "channel": delivery.channel_id, "id": delivery.id, "n": _OUTLETS}
    row = db.execute(sql.ALERT_STORY, params).fetchone()
    if row is None:
        return None
    number, title, url, summary, lang, first_at, rank = row
    params["story"] = number
    topics = tuple(TopicLine(rule, label, tuple(json.loads(why))) for rule, label, why in _topics(db, params))
    followed = db.execute(feedback.FOLLOWED, params).fetchone()
    if not topics and not followed and delivery.kind in ("new", "update"):
        return None
    more = continued(db, params, rank) if delivery.kind == "update" else Continued()
    alert = Alert(
        delivery_id=delivery.id,
        kind=_kind(delivery.kind),
        story_id=number,
        title=title,
        url=url,
        summary=summary,
        outlets=tuple(OutletLine(*line) for line in db.execute(sql.ALERT_OUTLETS, params)),
        topics=topics,
        published=first_at,
        severity=SEVERITIES[rank],
        lang=lang,
        news=more.news,
        also=more.also,
        before=more.before,
    )
    wishes = [
        (rule, loads(options), loads(settings)) for rule, options, settings in db.execute(feedback.WISHES, params)
    ]
    calls = tuple(call for _, options, _ in wishes if (call := call_of(options)))
    thread = thread_of(db, delivery, [(rule, options) for rule, options, _ in wishes])
    return shaped(_summed_up(db, replace(alert, calls=calls, thread=thread), params), *_template(wishes))


def _summed_up(db: Db, alert: Alert, params: dict[str, int]) -> Alert:
    """The alert with the summary that its reports give now, or a model gave."""
    row = db.execute(sql.RETOLD, {"key": f"{TOLD}{alert.story_id}"}).fetchone()
    if row is not None:
        summary, teller = json.loads(row[0])
        return replace(alert, summary=summary, teller=teller)
    reports = [Report(*found) for found in db.execute(sql.ALERT_REPORTS, params | {"reports": _REPORTS})]
    summary, sentences = told(alert.summary, reports, alert.bold, alert.lang)
    return replace(alert, summary=summary, sentences=sentences)


def _template(wishes: Sequence[tuple[str, dict[str, str], dict[str, str]]]) -> tuple[str, tzinfo]:
    """The template of the first subscription (rule, options, settings of its channel) with one, and the time zone."""
    for _, options, settings in wishes:
        if template := options.get("template"):
            return template, zone_of(settings.get("timezone", "")) or UTC
    return "", UTC


def _topics(db: Db, params: dict[str, int]) -> list[tuple[str, str, str]]:
    return db.execute(sql.ALERT_TOPICS, params).fetchall()


def _kind(kind: str) -> AlertKind:
    return kind if kind in get_args(AlertKind) else "new"  # type: ignore[return-value]


def _sample(delivery: Delivery) -> Alert:
    title, text = _SAMPLE
    return Alert(delivery.id, "sample", 0, title, "", text, (), (), delivery.created_at)
