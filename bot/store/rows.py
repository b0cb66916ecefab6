"""Rows ↔ types. schema.sql says what each column holds."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from operator import attrgetter
from string import ascii_lowercase, ascii_uppercase
from typing import Any

from bot.core.message import SEVERITIES
from bot.core.model import Channel, Entry, Hit, Placement, Story, Subscription
from bot.ports import Feed, FeedSpec, PollSettled

Row = Sequence[Any]
_SIGN, _WRAP = 1 << 63, 1 << 64
_SETTLED = tuple(field.name for field in fields(PollSettled))
_A_TO_Z = str.maketrans(ascii_uppercase, ascii_lowercase)
_settled = attrgetter(*_SETTLED)
_encoded = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def signed(key: int) -> int:
    """An unsigned 64-bit key as the signed integer that a column holds."""
    return key - _WRAP if key >= _SIGN else key


def unsigned(key: int) -> int:
    """The inverse of `signed`."""
    return key + _WRAP if key < 0 else key


def leased(now: int, n: int, lease_ms: int, owner: str, far_ms: int) -> dict[str, object]:
    """The parameters of a statement that leases at most `n` rows. A due time after `far`, or a lease beyond `late`, was
    set by a clock that was put back since; the clocks of two programs may differ by a lease.
    """
    return {
        "now": now,
        "far": now + far_ms,
        "until": now + lease_ms,
        "late": now + 2 * lease_ms,
        "owner": owner,
        "n": n,
    }


def dumps(value: object) -> str:
    """JSON text as the columns hold it."""
    return _encoded(value)


def loads(text: str) -> dict[str, str]:
    """A JSON map as the columns hold it."""
    return dict(json.loads(text))


def option_params(options: Mapping[str, str]) -> dict[str, Any]:
    """A subscription's options as columns: one each for those that SQL tests, and all of them as JSON."""
    langs = [lang.strip() for lang in options.get("lang", "").split(",") if lang.strip()]
    return {
        "min_rank": rank_of(options.get("severity", "normal")),
        "langs": f",{','.join(langs)}," if langs else "",
        "confirm": int(options.get("confirm") or 1),
        "wakes": rank_of(options["wake"]) if options.get("wake") else len(SEVERITIES),
        "outlets": _listed(options.get("outlets", "")),
        "not_outlets": _listed(options.get("mute-outlets", "")),
        "updates": int(options.get("updates") != "no"),
        "options": dumps(dict(options)),
    }


def _listed(names: str) -> str:
    """Names as SQL compares them with an outlet's by `lower`, which on a server with locale C changes only A to Z.

    A name with a comma is there as its parts, one after the other.
    """
    given = ",".join(name.strip() for name in names.split(",") if name.strip())
    return f",{','.join(dict.fromkeys((given.lower(), given.translate(_A_TO_Z))))}," if given else ""


def rank_of(severity: str) -> int:
    """0 normal, 1 notable, 2 breaking; an unknown word is normal."""
    return SEVERITIES.index(severity) if severity in SEVERITIES else 0


def feed(row: Row) -> Feed:
    """From the columns of `queries_feeds.FEED`."""
    values = list(row)
    options = {} if row[8] == "{}" else json.loads(row[8])
    values[8], values[11], values[12] = options, unsigned(row[11]), bool(row[12])
    return Feed(*values)


def feed_params(spec: FeedSpec, now: int) -> dict[str, Any]:
    """For `queries_feeds.ADD_FEED`."""
    names = ("url", "kind", "title", "source", "lang", "tier")
    return {name: getattr(spec, name) for name in names} | {"options": dumps(dict(spec.options)), "now": now}


def poll_params(poll: PollSettled) -> dict[str, Any]:
    """For `queries_feeds.SETTLE_POLL`."""
    params = dict(zip(_SETTLED, _settled(poll), strict=True))
    params["body_hash"], params["baselined"] = signed(poll.body_hash), int(poll.baselined)
    return params


def channel(row: Row) -> Channel:
    """From the columns of `queries_outbox.CHANNEL`."""
    return Channel(row[0], row[1], row[2], row[3], row[4], json.loads(row[5]))


def subscription(row: Row) -> Subscription:
    """From the columns of `queries_outbox.SUBSCRIPTION`."""
    return Subscription(row[0], row[1], row[2], row[3], row[4], json.loads(row[5]), row[6])


def entry(row: Row) -> tuple[int, int, Entry]:
    """(entry id, story id, entry) from the columns of `queries_read.ENTRY`."""
    facts = tuple((name, value) for name, value in json.loads(row[13])) if row[13] else ()
    return row[0], row[1], Entry(*(*row[2:13], facts))


def placement(row: Row) -> tuple[Entry, Placement]:
    """From the columns of `queries_read.PLACEMENTS`."""
    _, story_id, found = entry(row)
    kind, duplicate_of, news, placed = row[14:18]
    why = json.loads(placed) if placed else {}
    return found, Placement(
        kind,
        story_id,
        duplicate_of,
        why.get("score", 0.0),
        why.get("threshold", 0.0),
        tuple(why.get("why", ())),
        news,
        why.get("maybe"),
    )


def hits(rows: Iterable[Row]) -> dict[int, tuple[Hit, ...]]:
    """Hits by entry id from the rows of `queries_read.HITS`."""
    found: dict[int, list[Hit]] = {}
    for entry_id, rule, why in rows:
        found.setdefault(entry_id, []).append(Hit(rule, tuple(json.loads(why))))
    return {entry_id: tuple(some) for entry_id, some in found.items()}


def story(row: Row, outlets: Mapping[int, list[str]], topics: Mapping[int, list[str]]) -> Story:
    """From the columns of `queries_read.STORY`, with outlets and topics by story id."""
    number = row[0]
    names, rules = tuple(outlets.get(number, ())), tuple(topics.get(number, ()))
    return Story(*(*row[:8], names, rules, SEVERITIES[row[8]]))


def grouped(rows: Iterable[Row]) -> dict[int, list[str]]:
    """(id, text) rows as lists by id."""
    found: dict[int, list[str]] = {}
    for number, text in rows:
        found.setdefault(number, []).append(text)
    return found


def within(prefix: str) -> dict[str, str]:
    """The range of texts that begin with `prefix`: an index finds it, while a comparison of prefixes reads all rows."""
    return {"low": prefix, "high": prefix + "\U0010ffff"}
