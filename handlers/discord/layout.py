"""Alerts and replies as Components V2: containers of text and buttons. Pure: data in, Discord's JSON out.

Limits are Discord's documented ones: 40 components and 4000 characters of text in a message, 5 buttons in a row.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from bot.core.message import Alert, Button, Item, Reply
from bot.ports import Voice
from handlers.chat import story_buttons
from handlers.discord import alertlines
from handlers.discord.ids import PAGE, encode, page_value
from handlers.discord.markdown import beside, linked, plain, rich, stamp
from handlers.text import fitting, truncate, trusted, utf16

Json = dict[str, Any]
Roles = Sequence[str]

V2, EPHEMERAL, QUIET = 1 << 15, 1 << 6, 1 << 2
ACTION_ROW, BUTTON, SECTION, TEXT, GALLERY, CONTAINER = 1, 2, 9, 10, 12, 17
PICTURE = "trend.png"
_DESCRIPTION = 1024
NO_MENTIONS: Json = {"parse": [], "replied_user": False}
_STYLES = {"plain": 2, "primary": 1, "danger": 4}
_COMPONENTS, _TEXT_ROOM = 39, 3600
"""Inside the container, which is the fortieth component."""
_HEAD, _LINE, _LINES, _ITEM_TITLE, _ITEM_URL, _ITEM_DETAIL = 900, 800, 1400, 140, 220, 300


@dataclass(frozen=True, slots=True)
class Rendered:
    """A message body, and the payloads to store for its buttons: key → text."""

    body: Json
    kept: Mapping[str, str] = field(default_factory=dict)
    picture: bytes = b""
    """A PNG to send as a file named `PICTURE`; the body shows it."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The command that a reply answers: page buttons repeat it. `channels` are ids to show as channels."""

    name: str = ""
    args: Mapping[str, str] = field(default_factory=dict)
    channels: tuple[str, ...] = ()


def alert_layout(alert: Alert, voice: Voice, *, marker: str = "", roles: Roles = ()) -> Rendered:
    """An alert. `marker` lets the message be found again; `roles` are those that may be mentioned."""
    made = boxed(alert, alert_lines(alert, voice), alertlines.alert_buttons(alert, voice), marker)
    shown = [*_ping(roles), *made.body["components"]]
    return replace(made, body={**made.body, "components": shown, "allowed_mentions": mentions(roles)})


def boxed(alert: Alert, blocks: Iterable[str], buttons: Sequence[Button], marker: str) -> Rendered:
    """Blocks of text and buttons in a container of the alert's colour."""
    kept: dict[str, str] = {}
    inside = [*map(text, blocks), *button_row(buttons, kept, marker)]
    container: Json = {"type": CONTAINER, "accent_color": alertlines.colour(alert), "components": inside}
    return Rendered({"flags": V2, "components": [container], "allowed_mentions": NO_MENTIONS}, kept)


def bare(body: Json, buttons: Sequence[Button], marker: str, roles: Roles = ()) -> Rendered:
    """A message without a container, with buttons below."""
    kept: dict[str, str] = {}
    shown = [*body.get("components", ()), *button_row(buttons, kept, marker)]
    return Rendered({**body, "allowed_mentions": mentions(roles), "components": shown}, kept)


def alert_lines(alert: Alert, voice: Voice) -> list[str]:
    """The text of an alert, one string for each block."""
    if shaped := alertlines.shape(alert, voice):
        return [shaped]
    lines = _lines_with(alert, voice, alertlines.news_linked(alert, voice))
    fits = sum(map(utf16, lines)) <= _TEXT_ROOM
    return lines if fits else _lines_with(alert, voice, alertlines.news(alert, voice))


def _lines_with(alert: Alert, voice: Voice, news: str) -> list[str]:
    tags = alertlines.tags(alert, voice)
    blocks = (
        f"-# {tags}" if tags else "",
        f"### {alertlines.title_link(alert)}",
        alertlines.warning(alert, voice),
        news,
        alertlines.summary(alert, voice),
        _small((alertlines.topics(alert, voice), alertlines.outlets(alert, voice), alertlines.also(alert, voice))),
    )
    return [block for block in blocks if block]


def news_layout(alert: Alert, voice: Voice, marker: str, roles: Roles = (), *, titled: bool = False) -> Rendered:
    """The short message under an alert that grew: what is new, and a link to the story; `titled` if it stands alone."""
    head = [text(alertlines.title_link(alert))] if titled else []
    shown = [*_ping(roles), *head, text(alertlines.news(alert, voice))]
    buttons = (*alertlines.read_button(alert.news_url, voice), *story_buttons(alert, voice, "story"))
    return bare({"flags": V2, "components": shown}, buttons, marker, roles)


def reply_layouts(reply: Reply, voice: Voice, asked: Asked) -> list[Rendered]:
    """A reply as one message, or several if one can't hold all items; the last one has the page buttons."""
    head = _channels(plain(reply.text, _HEAD), asked.channels)
    lines = _lines(reply.lines, asked.channels)
    blocks: list[list[Json]] = [[text(block)] for block in (f"**{head}**" if reply.items else head, lines) if block]
    kept: dict[str, str] = {}
    blocks += [[_gallery(reply.text)]] if reply.picture else []
    blocks += [_item(item, kept) for item in reply.items]
    tail = _tail(reply, voice, asked, kept)
    messages = [_contained(chunk, reply.ok) for chunk in _packed(blocks, sum(map(_count, tail)))]
    messages[-1]["components"] += tail
    done = [Rendered({**body, "allowed_mentions": NO_MENTIONS}, kept) for body in messages]
    done[0] = replace(
        done[0], picture=reply.picture
    )  # text and lines never fill a message, so it is shown in the first
    return done + ([alert_layout(reply.alert, voice)] if reply.alert else [])


def _gallery(described: str) -> Json:
    """The picture that comes with a message. Its description is read out, never rendered: no markdown to escape."""
    one = {"media": {"url": f"attachment://{PICTURE}"}, "description": truncate(described, _DESCRIPTION)}
    return {"type": GALLERY, "items": [one]}


def text(content: str) -> Json:
    return {"type": TEXT, "content": content}


def pinged(roles: Roles) -> str:
    """The mentions of some roles, "" for none."""
    return " ".join(f"<@&{role}>" for role in roles)


def _ping(roles: Roles) -> list[Json]:
    return [text(pinged(roles))] if roles else []


def mentions(roles: Roles) -> Json:
    """Nobody is mentioned but opted-in roles."""
    return {**NO_MENTIONS, "roles": list(roles)} if roles else NO_MENTIONS


def button_row(buttons: Sequence[Button], kept: dict[str, str], marker: str = "") -> list[Json]:
    """Rows of at most five buttons, five rows; the marker goes on the first button that can carry it."""
    made: list[Json] = []
    for one in buttons[:25]:
        made.append(button(one, kept, marker))
        marker = marker if one.url else ""
    return [{"type": ACTION_ROW, "components": made[at : at + 5]} for at in range(0, len(made), 5)]


def button(one: Button, kept: dict[str, str], marker: str = "") -> Json:
    """One button. What its custom id can't hold is added to `kept`."""
    shown = alertlines.label(one.label)
    if one.url:
        return {"type": BUTTON, "style": 5, "label": shown, "url": one.url}
    custom = encode(one.action, one.value, marker)
    if custom.key:
        kept[custom.key] = custom.kept
    return {"type": BUTTON, "style": _STYLES[one.style], "label": shown, "custom_id": custom.text}


def _small(lines: Iterable[str]) -> str:
    return "\n".join(f"-# {line}" for line in lines if line)


def _lines(lines: Sequence[str], channels: tuple[str, ...]) -> str:
    safe = [_channels(plain(line, _LINE), channels) for line in lines]
    shown = fitting(safe, _LINES)
    return "\n".join(shown).strip("\n") if len(shown) == len(safe) else "\n".join([*shown, "…"])


def _channels(safe: str, channels: tuple[str, ...]) -> str:
    """Ids of channels as Discord shows channels; such a mention notifies nobody."""
    refs = "|".join(ref for ref in channels if ref.isdigit())
    return re.sub(rf"(?<!\d)(?:{refs})(?!\d)", r"<#\g<0>>", safe) if refs else safe


def item_text(item: Item) -> str:
    """A row of a list: linked title, a small line of detail, time, and the link if the title can’t carry it."""
    url = trusted(item.url, _ITEM_URL)
    head = linked(rich(item.title, item.bold, _ITEM_TITLE), url)
    when = stamp(item.at) if item.at is not None else ""
    detail = " · ".join(part for part in (plain(item.detail, _ITEM_DETAIL), beside(head, url), when) if part)
    return "\n".join(line for line in (f"**{head}**" if url and "**" not in head else head, _small((detail,))) if line)


def _item(item: Item, kept: dict[str, str]) -> list[Json]:
    shown = text(item_text(item) or "…")
    if len(item.buttons) == 1:
        return [{"type": SECTION, "components": [shown], "accessory": button(item.buttons[0], kept)}]
    return [shown, *button_row(item.buttons, kept)]


def _tail(reply: Reply, voice: Voice, asked: Asked, kept: dict[str, str]) -> list[Json]:
    turns = list(_turns(reply, voice, asked))
    where = plain(voice("page.of", page=reply.page, pages=reply.pages), 60) if reply.pages > 1 else ""
    return [*([text(f"-# {where}")] if where else []), *button_row((*reply.buttons[:15], *turns), kept)]


def _turns(reply: Reply, voice: Voice, asked: Asked) -> Iterator[Button]:
    if asked.name and reply.page > 1:
        value = page_value(asked.name, dict(asked.args), reply.page - 1)
        yield Button(voice("button.previous"), PAGE, value)
    if asked.name and reply.page < reply.pages:
        value = page_value(asked.name, dict(asked.args), reply.page + 1)
        yield Button(voice("button.next"), PAGE, value)


def _packed(blocks: Sequence[list[Json]], kept: int) -> list[list[Json]]:
    """Distribute blocks over as few messages as the limits allow, in order; `kept` components follow the last block."""
    chunks: list[list[Json]] = [[]]
    parts_left, room = _COMPONENTS - kept, _TEXT_ROOM
    for block in blocks:
        size, length = sum(map(_count, block)), sum(map(_length, block))
        if chunks[-1] and (size > parts_left or length > room):
            chunks.append([])
            parts_left, room = _COMPONENTS - kept, _TEXT_ROOM
        parts_left, room = parts_left - size, room - length
        chunks[-1] += block
    return chunks


def _children(component: Json) -> Iterator[Json]:
    yield from component.get("components", ())
    if "accessory" in component:
        yield component["accessory"]


def _count(component: Json) -> int:
    return 1 + sum(map(_count, _children(component)))


def _length(component: Json) -> int:
    return utf16(component.get("content", "")) + sum(map(_length, _children(component)))


def _contained(chunk: list[Json], ok: bool) -> Json:
    colour = {} if ok else {"accent_color": alertlines.COLOURS["notable"]}
    container: Json = {"type": CONTAINER, **colour, "components": chunk or [text("…")]}
    return {"flags": V2, "components": [container]}
