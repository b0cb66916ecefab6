"""What a delivery says: story, outlets, topics of this channel and news, put together from one snapshot."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, tzinfo
from typing import Any, NamedTuple, get_args

from bot.core.alerts.shape import shaped
from bot.core.alerts.telling import TOLD, Report, told
from bot.core.commands.mention import call_of
from bot.core.language.zones import zone_of
from bot.core.message import SEVERITIES, Alert, AlertKind, OutletLine, Sentence, TopicLine
from bot.ports import Delivery
from bot.store.continuing import come, continued
from bot.store.db import Db
from bot.store.digests import digest_of
from bot.store.notices import notice_of
from bot.store.rows import dumps, loads
from bot.store.sql import queries_alerts as sql
from bot.store.sql import queries_feedback as feedback
from bot.store.threads import opening_of, thread_of

_OUTLETS, _REPORTS = 50, 12


def alerts_of(db: Db, deliveries: Sequence[Delivery]) -> list[Alert | None]:
    """The alert of each delivery; None when its story is gone or muted, or no subscription matches it any more."""
    moment = _Moment(db, deliveries)
    return [_alert(moment, delivery) for delivery in deliveries]


class _Asked(NamedTuple):
    """What a channel asked for: rule, label, why it hit, the subscription's options, the channel's settings."""

    rule: str
    label: str
    why: str
    options: str
    settings: str


class _Moment:
    """One snapshot. Stories that several deliveries are about are read once."""

    def __init__(self, db: Db, deliveries: Sequence[Delivery]) -> None:
        self.db = db
        self._known: dict[tuple[str, object], list[Any]] = {}
        self._channels: dict[int, list[int]] = {}
        self._summaries: dict[tuple[int, tuple[str, ...]], tuple[str, tuple[Sentence, ...]]] = {}
        for delivery in deliveries:
            if delivery.story_id and delivery.kind not in _OTHERS and (row := self.story(delivery.story_id)):
                self._channels.setdefault(row[0], []).append(delivery.channel_id)

    def rows(self, statement: str, key: object, params: Mapping[str, object]) -> list[Any]:
        """The rows of a statement, cached; `key` stands for the parameters that matter."""
        found = self._known.get((statement, key))
        if found is None:
            found = self._known[statement, key] = self.db.execute(statement, params).fetchall()
        return found

    def story(self, number: int) -> Any:
        """The row of a story, by this or an earlier id; None when it is gone."""
        return next(iter(self.rows(sql.ALERT_STORY, number, {"story": number})), None)

    def asked(self, story: int, channel: int) -> list[_Asked]:
        """What a channel asked for that this story is about."""
        params = {"story": story, "channels": dumps(self._channels[story])}
        return [_Asked(*row[1:]) for row in self.rows(sql.ALERT_TOPICS, story, params) if row[0] == channel]

    def told(self, alert: Alert, reports: Sequence[Report]) -> tuple[str, tuple[Sentence, ...]]:
        key = (alert.story_id, alert.bold)
        if key not in self._summaries:
            self._summaries[key] = told(alert.summary, reports, alert.bold, alert.lang)
        return self._summaries[key]


def _alert(moment: _Moment, delivery: Delivery) -> Alert | None:
    if special := _OTHERS.get(delivery.kind):
        return special(moment.db, delivery)
    row = moment.story(delivery.story_id)
    if row is None:
        return None
    number, title, url, summary, lang, first_at, rank, newest = row
    if delivery.told:  # its first send may have been posted
        newest, rank = delivery.told, delivery.rank
    params = {"story": number, "channel": delivery.channel_id, "id": delivery.id, "n": _OUTLETS, "upto": newest}
    asked = moment.asked(number, delivery.channel_id)
    if not asked and _unwanted(moment.db, delivery, params):
        return None
    more = continued(moment.db, params, rank) if delivery.kind == "update" else come(moment.db, params)
    alert = Alert(
        delivery_id=delivery.id,
        kind=_kind(delivery.kind),
        story_id=number,
        title=title,
        url=url,
        summary=summary,
        outlets=tuple(OutletLine(*line) for line in moment.rows(sql.ALERT_OUTLETS, number, params)),
        topics=tuple(TopicLine(one.rule, one.label, tuple(json.loads(one.why))) for one in asked),
        published=first_at,
        severity=SEVERITIES[rank],
        lang=lang,
        news=more.news,
        news_url=more.url,
        news_at=more.at,
        also=more.also,
        before=more.before,
        told=newest,
    )
    wishes = [(one.rule, loads(one.options), loads(one.settings)) for one in asked]
    calls = tuple(call for _, options, _ in wishes if (call := call_of(options)))
    thread = thread_of(moment.db, delivery, [(rule, options) for rule, options, _ in wishes])
    return shaped(_summed_up(moment, replace(alert, calls=calls, thread=thread), params), *_template(wishes))


def _unwanted(db: Db, delivery: Delivery, params: Mapping[str, object]) -> bool:
    """For a story that matches none of the channel's subscriptions: whether it is muted, or not followed."""
    if db.execute(sql.MUTED, params).fetchone():
        return True
    return delivery.kind in ("new", "update") and not db.execute(feedback.FOLLOWED, params).fetchone()


def _summed_up(moment: _Moment, alert: Alert, params: Mapping[str, object]) -> Alert:
    """The alert with the summary that a model gave or, if none did, with that of its present reports."""
    for (text,) in moment.rows(sql.RETOLD, alert.story_id, {"key": f"{TOLD}{alert.story_id}"}):
        summary, teller = json.loads(text)
        return replace(alert, summary=summary, teller=teller)
    rows = moment.rows(sql.ALERT_REPORTS, alert.story_id, {**params, "reports": _REPORTS})
    summary, sentences = moment.told(alert, [Report(*found) for found in rows])
    return replace(alert, summary=summary, sentences=sentences)


def _template(wishes: Sequence[tuple[str, dict[str, str], dict[str, str]]]) -> tuple[str, tzinfo]:
    """The template of the first subscription (rule, options, channel settings) that has one, and the time zone."""
    for _, options, settings in wishes:
        if template := options.get("template"):
            return template, zone_of(settings.get("timezone", "")) or UTC
    return "", UTC


def _kind(kind: str) -> AlertKind:
    return kind if kind in get_args(AlertKind) else "new"  # type: ignore[return-value]


_OTHERS: dict[str, Callable[[Db, Delivery], Alert | None]] = {
    "digest": digest_of,
    "thread": opening_of,
    "notice": notice_of,
}
