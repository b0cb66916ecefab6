"""Renders stories and subscriptions as rows of a reply."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from bot.commands.talk import Talk
from bot.core.alerts.continuing import listed
from bot.core.commands.options import CHECKS
from bot.core.language.text import shortened
from bot.core.message import Button, Item
from bot.core.model import Channel, Entry, Hit, Story, Subscription

T = TypeVar("T")
PAGE = 10
_KEYWORDS = 120  # characters of what a name stands for
RHYTHM = ("mode", "quiet")
"""Options that are told in a sentence of their own."""


def story_item(talk: Talk, story: Story) -> Item:
    """One story: linked headline, outlets, number of reports, and the story's number."""
    detail = talk.say("story.line", outlets=listed(story.outlets), reports=story.entries, id=story.id)
    return Item(story.title, story.url, detail, at=story.last_at)


def report_item(entry: Entry, hits: Sequence[Hit], buttons: tuple[Button, ...]) -> Item:
    """One report of a story's timeline; `hits` are those that the reader may see."""
    why = tuple(dict.fromkeys(term for hit in hits for term in hit.why))
    return Item(entry.title or entry.url, entry.url, entry.source, at=entry.at, bold=why, buttons=buttons)


def subscription_item(talk: Talk, channel: Channel, subscription: Subscription, tastes: Sequence[str]) -> Item:
    """One subscription: what its name stands for, its options, the channel's feedback, buttons to change and end it.

    Without buttons, its number is shown, which `edit` and `unsubscribe` take.
    """
    told = (f"{name} {value}" for name, value in sorted(subscription.options.items()) if name not in RHYTHM)
    options = " · ".join(told)
    paused = talk.say("subscription.paused", reason=talk.say.told(subscription.paused)) if subscription.paused else ""
    text = talk.rules.text(subscription.rule)
    keywords = "" if text == subscription.label else shortened(text, _KEYWORDS)
    number = "" if talk.in_chat else talk.say("subscription.number", id=subscription.id)
    detail = " · ".join(part for part in (number, keywords, options, *tastes, paused) if part)
    value = numbered(talk, channel, subscription)
    edit = talk.button("edit", "edit", value)
    remove = talk.button("unsubscribe", "unsubscribe", value, style="danger")
    return Item(talk.title(subscription.rule, subscription.label), "", detail, buttons=(edit, remove))


def options_line(subscription: Subscription, *without: str) -> str:
    """Its options as they are typed, `without` some; "" if it has no others."""
    names = [name for name in CHECKS if name in subscription.options and name not in without]
    return " · ".join(f"{name}={subscription.options[name]}" for name in names)


def elsewhere(talk: Talk, channel: Channel) -> dict[str, str]:
    """The argument that names a channel; none for the asker's own."""
    return {} if channel.ref == talk.asker.channel else {"channel": channel.ref}


def numbered(talk: Talk, channel: Channel, subscription: Subscription) -> str:
    """A subscription as a button names it: its number, and its channel if that is not the asker's own."""
    return " ".join((str(subscription.id), *(f"{name}={ref}" for name, ref in elsewhere(talk, channel).items())))


def paged(items: Sequence[T], page: str, size: int = PAGE) -> tuple[Sequence[T], int, int]:
    """The rows of one page, its number, and the number of pages; a page out of range becomes the nearest one."""
    pages = max(1, -(-len(items) // size))
    number = min(max(int(page) if page.isdecimal() else 1, 1), pages)
    return items[(number - 1) * size : number * size], number, pages
