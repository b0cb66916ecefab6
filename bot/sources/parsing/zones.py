"""Names of time zones as mail and feeds use them → minutes east of UTC.

RFC 822 names, and those that newsrooms add. A name with two usual meanings (IST: India, Israel, Ireland) is unknown,
with two exceptions: CST is RFC 822's Central time, but China's in a Chinese feed; BST is British summer time.
"""

from __future__ import annotations

import re
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_HOURS = {
    "ut": 0, "utc": 0, "gmt": 0, "z": 0, "wet": 0, "uct": 0, "zulu": 0,
    "ast": -4, "adt": -3, "at": -4, "est": -5, "edt": -4, "et": -5, "cst": -6, "cdt": -5, "ct": -6,
    "mst": -7, "mdt": -6, "mt": -7, "pst": -8, "pdt": -7, "pt": -8, "akst": -9, "akdt": -8, "hst": -10,
    "bst": 1, "west": 1, "cet": 1, "met": 1, "mez": 1, "cest": 2, "mest": 2, "mesz": 2, "eet": 2, "eest": 3,
    "sast": 2, "msk": 3, "msd": 4, "trt": 3, "gst": 4, "pkt": 5, "wib": 7, "ict": 7,
    "hkt": 8, "sgt": 8, "awst": 8, "jst": 9, "kst": 9, "aest": 10, "aedt": 11, "nzst": 12, "nzdt": 13,
}  # fmt: skip
_NUMERIC = re.compile(r"(?:gmt|utc)?([+-])(\d{1,2}):?(\d{2})?")
_BESIDE = re.compile(r"[a-z]{1,5}\s?(?=[+-]\d{1,2}:?\d{2}$)|(?<=\d\d)\s?[a-z]{1,5}$")  # "MST -0700", "-0700 MST"


def offset_minutes(zone: str, lang: str = "") -> int | None:
    """Minutes east of UTC of a zone in lower case; None if it is unknown or impossible.

    If a name stands beside an offset, the offset counts.
    """
    if zone == "cst" and lang == "zh":
        return 480
    name = zone.removeprefix("etc/")
    if name in _HOURS:
        return _HOURS[name] * 60
    match = _NUMERIC.fullmatch(_BESIDE.sub("", name))
    if match is None:
        return None
    sign, hours, minutes = match.groups()
    total = int(hours) * 60 + int(minutes or 0)
    return (-total if sign == "-" else total) if int(hours) <= 14 and int(minutes or 0) < 60 else None


def place_minutes(zone: str, local: datetime) -> int | None:
    """Minutes east of UTC at a place's local time ("america/new_york"); None if the place is unknown."""
    if zone.startswith("etc/"):
        return offset_minutes(zone)
    try:
        offset = ZoneInfo(zone.title()).utcoffset(local)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
    return None if offset is None else int(offset.total_seconds()) // 60
