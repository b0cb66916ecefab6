"""Digests on Discord: one linked line per story, grouped by topic; what does not fit is counted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bot.core.message import Alert, DigestLine
from bot.ports import Voice
from handlers.chat import digest_detail, digest_head, latest_button
from handlers.discord import alertlines
from handlers.discord.layout import QUIET, Json, Rendered, bare, boxed
from handlers.discord.markdown import beside, linked, plain, rich, stamp
from handlers.text import by_topic, headline, trusted, utf16

_LAYOUT, _EMBED, _PLAIN = 3500, 3500, 1900
_TITLE, _LABEL, _URL = 140, 80, 400


def digest_layout(alert: Alert, voice: Voice, *, marker: str = "") -> Rendered:
    """A digest as a container; it mentions nobody."""
    blocks = (f"-# {named(alert, voice)}", f"### {head(alert, voice)}", "\n".join(lines(alert, voice, _LAYOUT)))
    return boxed(alert, blocks, (latest_button(voice),), marker)


def digest_embed(alert: Alert, voice: Voice, *, marker: str = "") -> Rendered:
    told = f"**{head(alert, voice)}**\n" + "\n".join(lines(alert, voice, _EMBED))
    embed: Json = {"title": named(alert, voice), "description": told, "color": alertlines.colour(alert)}
    return bare({"content": "", "embeds": [embed]}, (latest_button(voice),), marker)


def digest_plain(alert: Alert, voice: Voice, *, marker: str = "") -> Rendered:
    told = f"**{named(alert, voice)}: {head(alert, voice)}**\n" + "\n".join(lines(alert, voice, _PLAIN - 200))
    return bare({"content": told, "flags": QUIET}, (latest_button(voice),), marker)


def named(alert: Alert, voice: Voice) -> str:
    """What kind of digest it is."""
    return plain(voice(f"digest.{alert.digest}"), 60)


def head(alert: Alert, voice: Voice) -> str:
    """How many stories, since when."""
    return plain(digest_head(alert, voice), 120).replace("{since}", stamp(alert.since, "f"))


def lines(alert: Alert, voice: Voice, room: int) -> list[str]:
    """The stories by topic, within `room` UTF-16 units."""
    shown: list[str] = []
    told = 0
    room -= 80  # for what is left out
    for heading, line in _in_order(alert.lines, voice):
        cost = utf16(heading) + utf16(line) + 2
        if cost > room:
            break
        room -= cost
        shown += [heading, line] if heading else [line]
        told += 1
    left = len(alert.lines) - told
    return [*shown, *([f"-# {plain(voice('digest.more', n=left), 70)}"] if left else [])]


def _in_order(given: Iterable[DigestLine], voice: Voice) -> Iterator[tuple[str, str]]:
    for label, group in by_topic(given):
        for number, line in enumerate(group):
            yield (f"**{plain(label, _LABEL)}**" if number == 0 else ""), _line(line, voice)


def _line(line: DigestLine, voice: Voice) -> str:
    url = trusted(line.url, _URL)
    title = linked(rich(headline(line.title, "", line.url), (), _TITLE), url)
    weight = plain(voice(f"alert.{line.severity}"), 40) if line.severity != "normal" else ""
    detail = plain(digest_detail(line, voice), 60)
    shown = (f"**{weight}**" if weight else "", title, beside(title, url), detail)
    return "- " + " · ".join(part for part in shown if part)
