"""Platform-neutral messages: `Alert` (a push) and `Reply` (the answer to a command).

Both are plain data. A platform's `render` turns them into its own payload; nothing here knows about limits,
markup or escaping. Text is plain text as published; whoever renders it escapes it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

AlertKind = Literal["new", "update", "sample", "digest", "thread", "notice"]
Severity = Literal["breaking", "notable", "normal"]
DigestKind = Literal["digest", "hourly", "daily", "weekly", "quiet", "burst"]
"""What a digest ends: a period, quiet hours, a burst; "digest" where several end at once."""
SEVERITIES: tuple[Severity, ...] = ("normal", "notable", "breaking")


class OutletLine(NamedTuple):
    """One outlet's report of a story: its name, link ("" for none), and time in ms."""

    name: str
    url: str
    at: int


class TopicLine(NamedTuple):
    """A topic or query that matched: id, title for people, and the terms that matched, as published."""

    id: str
    title: str
    why: tuple[str, ...]


class Piece(NamedTuple):
    """A piece of an alert shaped by a template: `kind` is "own" for the template's words, "value", "link" or "news".

    News is a value with words of Tocsin's, cut to `most` characters when they are in the reader's language.
    """

    kind: Literal["own", "value", "link", "news"]
    text: str
    most: int = 0


class Sentence(NamedTuple):
    """A sentence of a summary that was drawn from several reports: its text, its outlet, the report's link."""

    text: str
    outlet: str
    url: str


class DigestLine(NamedTuple):
    """One story of a digest: the rule that brought it, its label, the story, how many outlets report it, when last."""

    rule: str
    label: str
    story_id: int
    title: str
    url: str
    outlets: int
    severity: Severity
    at: int


class Call(NamedTuple):
    """Who is to be mentioned (a role or user group, by its id), and from which severity on."""

    who: str
    since: Severity


class Thread(NamedTuple):
    """A thread that an alert belongs in: under its own message ("story"), or the one of a rule's alerts ("topic").

    Of the latter, `ref` says where it is, "" as long as it is not open; `opens` whether it is to be opened then.
    """

    mode: Literal["story", "topic"]
    rule: str = ""
    ref: str = ""
    opens: bool = False


@dataclass(frozen=True, slots=True)
class Alert:
    """Story × channel: everything that a platform needs to say it.

    `delivery_id` is unique and stable over retries: nonce and metadata come from it. `story_id` is 0 for a sample
    and for a notice about sources, whose title and summary are Tocsin's own words.
    `news` says what is new in an update, or in the first alert of a story that began before; `news_url` leads to the
    report that says it last, of time `news_at`. `bold` are the terms to emphasise in title and summary. A digest has
    `lines` instead, the gravest first, of stories since `since` (ms); `digest` says what it ends.
    `sentences` are those of a summary that was drawn from several outlets' reports; `teller` is the language model
    whose words the summary is, "" for the reports' own.
    `also` names who reported since the message was posted. `form` is the alert as the channel's template shapes it, ()
    for the usual shape. `calls` are those whom its subscriptions want mentioned. `before` is the severity that its
    messages told last, "" where there was none. One of kind "thread" opens the thread of the rule in `topics`.
    `told` is the newest entry that the story had: what comes later is news. Of a digest it is how many stories
    waited for it.
    """

    delivery_id: int
    kind: AlertKind
    story_id: int
    title: str
    url: str
    summary: str
    outlets: tuple[OutletLine, ...]
    topics: tuple[TopicLine, ...]
    published: int
    severity: Severity = "normal"
    lang: str = "en"
    news: str = ""
    news_url: str = ""
    news_at: int = 0
    lines: tuple[DigestLine, ...] = ()
    since: int = 0
    digest: DigestKind = "digest"
    sentences: tuple[Sentence, ...] = ()
    teller: str = ""
    also: tuple[str, ...] = ()
    form: tuple[Piece, ...] = ()
    calls: tuple[Call, ...] = ()
    before: Severity | Literal[""] = ""
    thread: Thread | None = None
    told: int = 0

    @property
    def risen(self) -> bool:
        """Has it become graver than its message said?"""
        return bool(self.before) and SEVERITIES.index(self.severity) > SEVERITIES.index(self.before or "normal")

    @property
    def said(self) -> str:
        """What is new, in English; "" when there is nothing to reply."""
        return " · ".join(part for part in (f"now {self.severity}" if self.risen else "", self.news) if part)

    @property
    def link(self) -> str:
        """Where it leads when it stands by itself: to the report that says what is new, else to the story's first."""
        return self.news_url or self.url

    @property
    def at(self) -> int:
        """When it came, by itself: with the report that says what is new; an update else with the last."""
        if self.news_at or self.kind != "update":
            return self.news_at or self.published
        return max((line.at for line in self.outlets), default=self.published)

    @property
    def bold(self) -> tuple[str, ...]:
        """The matched terms, each once, in order."""
        return tuple(dict.fromkeys(term for topic in self.topics for term in topic.why))


class Button(NamedTuple):
    """A press sends `action` with `value` back to `bot.commands` as if it were typed; `url` opens a page instead."""

    label: str
    action: str = ""
    value: str = ""
    url: str = ""
    style: Literal["plain", "primary", "danger"] = "plain"


@dataclass(frozen=True, slots=True)
class Item:
    """One row of a list: a linked title, a line of detail, and what can be done with it in place."""

    title: str
    url: str = ""
    detail: str = ""
    at: int | None = None
    bold: tuple[str, ...] = ()
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer: a headline sentence, lines of plain text, list items, buttons; pages are chosen by buttons.

    `private` answers are shown to the asker alone. `ok` False marks a refusal: nothing was changed. `picture` is a PNG
    that says the same as `lines`, b"" for none: an answer is whole without it.
    """

    text: str
    lines: tuple[str, ...] = ()
    items: tuple[Item, ...] = ()
    buttons: tuple[Button, ...] = ()
    alert: Alert | None = None
    page: int = 1
    pages: int = 1
    private: bool = True
    ok: bool = True
    picture: bytes = b""
