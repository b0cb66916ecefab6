"""Decides when two items are the same: by canonical link, by the feed's id as far as it is trusted, by title and lead.

Keys are 64-bit signed integers (blake2b), so that they are small to store and unique to index.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from enum import Enum
from functools import lru_cache
from hashlib import blake2b

from bot.core.language.runs import ascii_words
from bot.core.language.text import fold
from bot.core.model import Entry, fact
from bot.core.urlkey import canonical

VERSIONS = (1,)
"""Part of every key. When a rule below changes, it branches by version, and a new number is put before the old one.
The old one stays for one retention period: entries have keys of both, so that nothing seen comes back as news.
"""

_LEAD = 400  # characters of the body that count
_FEWEST = 6  # words without which a title and lead are no identity


class GuidRule(Enum):
    """How far the ids of a feed can be trusted."""

    TRUST = "trust"
    WITH_LINK = "with-link"
    IGNORE = "ignore"


_LABELS = (
    r"update ?\d*|rpt|exclusive|breaking(?: news)?|developing|live(?: updates?)?|wrapup ?\d*|brief|just in|alert"
    r"|watch|video|photos?|analysis|focus|insight|factbox|timeline|explainer|快讯|最新|独家|突发|重磅|更新|视频|图集|滚动"
)
_BEFORE = re.compile(
    rf"\s*(?:[\[【(（]\s*(?:{_LABELS})\s*[\]】)）]|(?:{_LABELS})\s*(?:[-:–—|：丨](?=\s*\w)))\s*", re.IGNORECASE
)
_AFTER = re.compile(r"\s+(?:[-–—|]|::)\s+(?P<outlet>[^-–—|:]{2,40})$|\s*[_丨|](?P<zh>[^_丨|\s]{2,12})$")
_TAIL = re.compile(rf"\s*[\[【(（]\s*(?:{_LABELS})\s*[\]】)）]\s*$", re.IGNORECASE)
_CLOSING = ("]", "】", ")", "）")
_APART = re.compile("[-–—|:_丨]")
"""The signs before an outlet's name at the end of a title: most titles have none."""
_NO_LETTERS = re.compile(r"[\W_]+")
_SESSION = re.compile(r"(?i)([?&;](?:phpsessid|jsessionid|sid|session(?:id)?|token|ts|timestamp|rand|nonce|_)=[^&#]*)")


@lru_cache(maxsize=256)
def plain_title(title: str, source: str = "") -> str:
    """A title without `UPDATE 1-`, `EXCLUSIVE:`, 【快讯】 before it and ` - Outlet` behind it."""
    out = title.strip()
    while (match := _BEFORE.match(out)) and match.end() < len(out):
        out = out[match.end() :]
    if out.endswith(_CLOSING):
        out = _TAIL.sub("", out) or out
    match = _AFTER.search(out) if _APART.search(out) else None
    if match and _is_outlet(match["outlet"] or match["zh"], source, out[: match.start()]):
        out = out[: match.start()]
    return out.strip()


def _is_outlet(tail: str, source: str, head: str) -> bool:
    """Whether a title's tail names its outlet: the source itself, or a short capitalised name behind a full title."""
    folded = fold(tail)
    if source and (folded in fold(source) or fold(source) in folded):
        return True
    words = tail.split()
    short = len(words) <= 5 and all(word[:1].isupper() or not word[:1].isalpha() or len(word) <= 3 for word in words)
    return short and not any(char.isdigit() for char in tail) and _words(_letters(head)) >= max(5, 2 * len(words))


def guid_rule(entries: Sequence[Entry]) -> GuidRule:
    """How far the ids of one poll can be trusted.

    If more than one item in twenty repeats an id with another link or title, ids are ignored. If fewer do, or if ids
    merely repeat titles, an id counts only together with the link.
    """
    uses = Counter(entry.id for entry in entries if entry.id)
    if not uses:
        return GuidRule.IGNORE
    contents: dict[str, set[tuple[str, str]]] = {}
    for entry in entries:
        if uses[entry.id] > 1:
            contents.setdefault(entry.id, set()).add((canonical(entry.url), entry.title))
    clashes = sum(len(content) - 1 for content in contents.values())
    if clashes * 20 > len(entries):
        return GuidRule.IGNORE
    return GuidRule.WITH_LINK if clashes or any(entry.id == entry.title for entry in entries) else GuidRule.TRUST


def identity_keys(entry: Entry, rule: GuidRule = GuidRule.TRUST) -> tuple[int, ...]:
    """The keys of an entry, strongest first; two entries of one feed that share one are the same item."""
    return tuple(dict.fromkeys(key for version in VERSIONS for key in _keys(entry, rule, version)))


def _keys(entry: Entry, rule: GuidRule, version: int) -> Sequence[int]:
    guid = _guid(entry, rule, version)
    if guid is not None and fact(entry.facts, "act"):
        return [key for key in (guid, _page(entry, version)) if key is not None]
    keys = (guid, _link(entry, version), _text(entry, version))
    return [key for key in keys if key is not None] or [_last_resort(entry, version)]


def link_keys(entry: Entry) -> tuple[int, ...]:
    """The keys of an entry's link; none for an official act, whose page may tell of others, nor for a front page."""
    act = fact(entry.facts, "act")
    return () if act else tuple(key for version in VERSIONS if (key := _link(entry, version)) is not None)


def text_keys(entry: Entry) -> tuple[int, ...]:
    """The keys of an entry's text, title with lead; none if they say too little."""
    return tuple(key for version in VERSIONS if (key := _text(entry, version)) is not None)


def story_keys(entry: Entry) -> tuple[int, ...]:
    """The keys that say "the same item" across feeds too: title with lead when they say enough, then the link.

    Official acts of one kind share their words, and may share a page (all states of one review). So an act is the same
    as the act that it names, as an item on its page with its title, and as a report that is no act and has its link.
    `filed_keys` is the counterpart.
    """
    return _known([key for version in VERSIONS for key in _asked(entry, version)])


def filed_keys(entry: Entry) -> tuple[int, ...]:
    """The keys under which a report is filed for `story_keys` to find: no act is found by another act's mere link."""
    return _known([key for version in VERSIONS for key in _filed(entry, version)])


def _asked(entry: Entry, version: int) -> Sequence[int | None]:
    if fact(entry.facts, "act"):
        return (*_act(entry, version), _link(entry, version))
    return (_text(entry, version), _link(entry, version), _link(entry, version, "act-link"))


def _filed(entry: Entry, version: int) -> Sequence[int | None]:
    if fact(entry.facts, "act"):
        return (*_act(entry, version), _link(entry, version, "act-link"))
    return (_text(entry, version), _link(entry, version))


def _act(entry: Entry, version: int) -> tuple[int, int | None]:
    return hashed("act", fact(entry.facts, "act"), version), _page(entry, version)


def _known(keys: Sequence[int | None]) -> tuple[int, ...]:
    return tuple(key for key in keys if key is not None)


def hashed(kind: str, text: str, version: int = VERSIONS[0]) -> int:
    """A signed 64-bit key."""
    digest = blake2b(f"{version}\0{kind}\0{text}".encode("utf-8", "replace"), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def _guid(entry: Entry, rule: GuidRule, version: int) -> int | None:
    if not entry.id or rule is GuidRule.IGNORE:
        return None
    name = canonical(entry.id) or _SESSION.sub("", entry.id)
    return hashed("guid", name if rule is GuidRule.TRUST else f"{name}\0{canonical(entry.url)}", version)


def _link(entry: Entry, version: int, kind: str = "link") -> int | None:
    """The key of the link; None for a front page, which too many items share."""
    url = canonical(entry.url)
    return hashed(kind, url, version) if url.partition("//")[2].partition("/")[2] else None


def _page(entry: Entry, version: int) -> int | None:
    """The key of an act on its page: title and form identify one act of the page."""
    link = _link(entry, version)
    return None if link is None else hashed("page", f"{link}\0{_letters(entry.title)}\0{entry.form}", version)


def _text(entry: Entry, version: int) -> int | None:
    """Title and lead, folded. If short, or without a lead, they identify nothing: "Daily briefing", "8-K" (case 83)."""
    return _text_key(entry.title, entry.source, (entry.summary or entry.content)[:_LEAD], entry.form, version)


@lru_cache(maxsize=256)  # asked for when a feed shows the item, and again when it is placed
def _text_key(title: str, source: str, lead: str, form: str, version: int) -> int | None:
    plain, body = _letters(plain_title(title, source)), _letters(lead)
    if not plain or _words(plain) + _words(body) < _FEWEST:
        return None
    return hashed("text", f"{plain}|{body}|{form}", version)


def _last_resort(entry: Entry, version: int) -> int:
    """Title and summary as published, for an item with neither id nor link that says too little for another key."""
    summary = entry.summary.strip()
    return hashed("title", f"{entry.title.strip()}\0{summary}" if summary else entry.title.strip(), version)


def _letters(text: str) -> str:
    if text.isascii():
        return " ".join(ascii_words(text.lower()))
    return _NO_LETTERS.sub(" ", fold(text)).strip()


def _words(letters: str) -> int:
    """About how many words; without spaces (Chinese) two characters count as one."""
    return letters.count(" ") + 1 if letters.isascii() else len(letters) // 2
