"""The text of an update: what is new since the channel was last told, and who else reports it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from bot.core.alerts.continuing import MOST_REPLIES, Told, added, also, replies
from bot.core.message import SEVERITIES, Severity
from bot.core.units import MINUTE_MS
from bot.store.db import Db
from bot.store.sql import queries_alerts as alerts
from bot.store.sql import queries_feedback as sql

_NEWS, _NAMES = 3, 50
_WHILE_MS = MINUTE_MS  # if a story began less than this before its first alert, everything in it is new
_SETS_RIGHT = {"corrected": "%correction%", "denied": "%denial%"}


class Continued(NamedTuple):
    """`news` is worth a reply; it is "" when an edit is enough. `also` names who reported since the first message.

    `before` is the severity that its messages told, or the present one when no reply should tell of a rise. `url` leads
    to the last report in `news`, whose time is `at` (ms).
    """

    news: str = ""
    also: tuple[str, ...] = ()
    before: Severity | Literal[""] = ""
    url: str = ""
    at: int = 0


def continued(db: Db, params: dict[str, int], rank: int) -> Continued:
    """What to tell by the delivery `id`, an update of `story` for `channel`."""
    sent = [Told(*row) for row in db.execute(sql.TOLD, params)]
    first = sent[0].entry if sent else 0
    names = also(db.execute(sql.ALSO, params | {"since": first, "n": _NAMES}).fetchall()) if sent else ()
    before: Severity | Literal[""] = SEVERITIES[max(told.rank for told in sent)] if sent else ""
    if db.execute(sql.FOLLOWED, params).fetchone():
        news, url, at = _reports(db, params, sent)
        return Continued(news, names, before, url, at)
    told = [row[0] for row in db.execute(sql.NEWS_IDS, params)]
    if replies(sent, told) >= MOST_REPLIES:
        return Continued("", names, SEVERITIES[rank])
    news, url, at = _news(db, params)
    return Continued(news, names, before, url, at)


def come(db: Db, params: dict[str, int]) -> Continued:
    """What to add to the first alert of an older story: the news that led to it, as the title may be of long ago."""
    rows = db.execute(alerts.ALERT_COME, {**params, "n": _NEWS, "while": _WHILE_MS, **_SETS_RIGHT}).fetchall()
    news, url, at = _listed([(added(*row[:3]), *row[3:]) for row in rows])
    return Continued(news, url=url, at=at)


def _news(db: Db, params: dict[str, int]) -> tuple[str, str, int]:
    """What was added since this channel was last told, with the reports that add it; the last one's link and time."""
    rows = db.execute(alerts.ALERT_NEWS, params | {"n": _NEWS}).fetchall()
    return _listed([(added(*row[:3]), *row[3:]) for row in rows])


def _reports(db: Db, params: dict[str, int], sent: Sequence[Told]) -> tuple[str, str, int]:
    """As `_news`, of the latest reports that this channel was not told of, if it follows the story."""
    since = max((told.entry for told in sent), default=0)
    rows = db.execute(sql.REPORTED, params | {"since": since, "n": _NEWS}).fetchall()
    return _listed([(f"{source}: {title}" if source else title, url, at) for source, title, url, at in rows])


def _listed(newest_first: Sequence[tuple[str, str, int]]) -> tuple[str, str, int]:
    _, url, at = newest_first[0] if newest_first else ("", "", 0)
    return " · ".join(dict.fromkeys(line for line, _, _ in reversed(newest_first))), url, at
