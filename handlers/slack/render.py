"""Alerts and replies as Slack messages: pure, the same for a post, an answer, a modal's result and the Home tab."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from bot.core.alerts.continuing import listed
from bot.core.message import Alert, Button, DigestLine, Item, OutletLine, Reply
from bot.core.stories.joined import outermost
from bot.core.urls import display_host
from bot.ports import Voice
from handlers.chat import digest_detail, digest_head, latest_button, marks, story_buttons
from handlers.slack.blocks import (
    BLOCKS,
    TEXT,
    Json,
    actions,
    context,
    escape,
    escaped,
    joined,
    link,
    local_time,
    rich,
    rich_time,
    riches,
    stressed,
    words,
)
from handlers.slack.shape import shape
from handlers.text import by_topic, clean, clean_lines, fitting, headline, lures, truncate, trusted, utf16

TITLE, NEWS, SUMMARY, NAME, DETAIL, ROW = 300, 600, 1000, 40, 300, 40
OUTLETS, TOPICS, TERMS, DIGEST_ROWS = 6, 3, 5, 8
"""Chosen so that nearly every alert stays within one block's 3000 characters."""

REFUSED = "⚠️ "
MARK = {"breaking": "🔴 ", "notable": "🟠 ", "normal": ""}


class Message(NamedTuple):
    """What goes to `chat.postMessage`: `text` for notifications, `blocks`, and `bare` if Slack refuses the blocks.

    `text` and `bare` are escaped mrkdwn strings.
    """

    text: str
    blocks: list[Json]
    bare: str


def alert_message(alert: Alert, voice: Voice, groups: Sequence[str] = ()) -> Message:
    """An alert. `groups` are the ids of user groups that the channel chose to have mentioned."""
    said = f"{_label(alert, voice)}{_title(alert)}"
    called = "".join(f"<!subteam^{group}> " for group in groups)
    text = called + escaped(said, TEXT - 300)
    return Message(text, alert_blocks(alert, voice, groups), _bare(alert, said, called))


def alert_blocks(alert: Alert, voice: Voice, groups: Sequence[str] = ()) -> list[Json]:
    """The blocks of an alert: headline, what is new, summary, outlets, topics with their terms, time, buttons."""
    calls = _calls(groups)
    if shaped := shape(alert.form):
        return [rich(calls, *shaped), *actions(alert_buttons(alert, voice))]
    told, also = _news(alert, voice, NEWS), truncate(clean(listed(alert.also)), NEWS)
    news = [*words(voice("label", name=voice("alert.update"), text=""), bold=True), *told] if told else []
    body = riches(
        calls,
        [*words(_label(alert, voice), bold=True), *link(alert.url, _title(alert), bold=True)],
        joined([news, _says(alert)]) if news else [],
        *_summary(alert, voice),
        _outlets(alert, voice),
        words(voice("alert.also", names=also)) if also else [],
        *_topics(alert, voice),
        words(voice("alert.lure", host=display_host(alert.url)) if lures(alert.url) else ""),
    )
    host, number = escape(display_host(alert.url)), f"#{alert.story_id}" if alert.story_id else ""
    return [*body, *context(local_time(alert.published), host, number), *actions(alert_buttons(alert, voice))]


def alert_buttons(alert: Alert, voice: Voice) -> tuple[Button, ...]:
    """The buttons of an alert; none for a sample, which has no story."""
    if not alert.story_id:
        return ()
    buttons = story_buttons(alert, voice, "story", "why", "mute", "follow", "less", "more")
    topic = alert.topics[0].id if alert.topics else ""
    ends = [Button(voice("button.unsubscribe"), "unsubscribe", topic, style="danger")] if topic else []
    return (*buttons, *ends)


def digest_message(alert: Alert, voice: Voice) -> Message:
    """A digest: stories by topic, one linked line each; a last line counts those that do not fit."""
    said = digest_head(alert, voice)
    before, _, after = said.partition("{since}")
    head = rich(
        words(voice(f"digest.{alert.digest}"), bold=True),
        [*words(before, bold=True), *(rich_time(alert.since) if alert.since else []), *words(after, bold=True)],
    )
    stories = _by_topic(alert.lines, BLOCKS - 2, voice)
    text = escaped(f"{voice(f'digest.{alert.digest}')}: {said.replace('{since}', '–')}", TEXT - 100)
    return Message(text, [head, *stories, *actions([latest_button(voice)])], text)


def _by_topic(lines: Sequence[DigestLine], room: int, voice: Voice) -> list[Json]:
    """The stories of a digest, with one heading for each topic, in at most `room` blocks."""
    blocks: list[Json] = []
    left = len(lines)
    for label, group in by_topic(lines):
        rows = min(DIGEST_ROWS, room - len(blocks) - 2)  # but for the heading and the last line
        if rows < 2:
            return [*blocks, *context(escape(voice("digest.more", n=left)))]
        items = [Item(line.title, line.url, _line(line, voice)) for line in group]
        blocks += [rich(words(truncate(clean(label), NAME * 2), bold=True)), *_rows(items, rows, voice)]
        left -= len(group)
    return blocks


def _line(line: DigestLine, voice: Voice) -> str:
    weight = "" if line.severity == "normal" else MARK[line.severity] + voice(f"alert.{line.severity}")
    return " · ".join(part for part in (weight, digest_detail(line, voice)) if part)


def thread_message(alert: Alert, voice: Voice) -> Message:
    """The message that heads the thread of a topic."""
    said = voice("thread.head", topic=truncate(clean(alert.title), TITLE))
    button = latest_button(voice, alert.topics[0].id)
    return Message(escaped(said, TEXT), [rich(words(said)), *actions([button])], escaped(said, TEXT))


def news_message(alert: Alert, voice: Voice, groups: Sequence[str] = (), *, titled: bool = False) -> Message:
    """What is new in a story, as a reply in its alert's thread; `titled` if other stories' replies are there too."""
    newest = max(alert.outlets, key=lambda line: line.at, default=OutletLine("", "", 0))
    url, name = (alert.news_url, display_host(alert.news_url)) if alert.news_url else (newest.url, clean(newest.name))
    line = joined([_news(alert, voice, SUMMARY), link(url, truncate(name, NAME))])
    head = link(alert.url, _title(alert), bold=True) if titled else []
    called = "".join(f"<!subteam^{group}> " for group in groups)
    text = called + escaped("".join(each["text"] for each in _news(alert, voice, SUMMARY)), TEXT - 300)
    return Message(text, [rich(_calls(groups), head, line)], text)


def _says(alert: Alert) -> list[Json]:
    """The link to the report with the news, if the title leads elsewhere."""
    return link(alert.news_url, truncate(display_host(alert.news_url), NAME)) if alert.news_url != alert.url else []


def _calls(groups: Sequence[str]) -> list[Json]:
    return joined([[{"type": "usergroup", "usergroup_id": group}] for group in groups], " ")


def _news(alert: Alert, voice: Voice, limit: int) -> list[Json]:
    """What is new, in the reader's words as far as they are ours."""
    risen = words(voice(f"alert.now.{alert.severity}"), bold=True) if alert.risen else []
    return joined([risen, stressed(truncate(clean(alert.news), limit), alert.bold)])


def reply_blocks(reply: Reply, voice: Voice, limit: int = BLOCKS, pager: Sequence[Button] = ()) -> list[Json]:
    """The blocks of a reply, at most `limit`; rows that do not fit are counted in a last line."""
    mark = "" if reply.ok else REFUSED
    head = rich(
        words(
            mark + (truncate(clean(reply.text), TITLE * 3) or "–"), bold=bool(reply.items or reply.lines) and reply.ok
        ),
        *(words(line) for line in _lines(reply.lines)),
    )
    tail = [*actions(reply.buttons), *_pages(reply, voice), *actions(pager)]
    top = [head, *(alert_blocks(reply.alert, voice) if reply.alert else [])]
    return [*top, *_rows(reply.items, limit - len(top) - len(tail), voice), *tail]


def reply_text(reply: Reply) -> str:
    """The fallback text of a reply: its first sentence."""
    return escaped(clean(reply.text), TEXT) or "–"


def reply_bare(reply: Reply) -> str:
    """A reply as text alone, escaped: sentences and titles, as many as fit."""
    rows = (reply.text, *reply.lines, *(headline(item.title, item.detail, item.url) for item in reply.items))
    return "\n".join(fitting((escaped(clean(row), TITLE) for row in rows), TEXT)) or "–"


def _title(alert: Alert) -> str:
    return truncate(headline(alert.title, alert.summary, alert.url), TITLE)


def _label(alert: Alert, voice: Voice) -> str:
    return MARK[alert.severity] + "".join(f"{mark} · " for mark in marks(alert, voice))


def _bare(alert: Alert, said: str, called: str) -> str:
    url = trusted(alert.url)
    title = escaped(said, TITLE * 2)
    linked = f"<{escape(url)}|{title}>" if url else title
    summary = escaped(clean(alert.summary), SUMMARY)
    return "\n".join(part for part in (called + linked, summary) if part)


def _summary(alert: Alert, voice: Voice) -> list[list[Json]]:
    """The summary: each sentence of several outlets with its outlet's link; a model's words with its name."""
    if alert.sentences:
        room = SUMMARY // len(alert.sentences)
        drawn = [
            [*stressed(truncate(clean_lines(one.text), room), alert.bold), *words(" ("),
             *link(one.url, truncate(clean(one.outlet), NAME)), *words(")")]
            for one in alert.sentences
        ]  # fmt: skip
        return [joined(drawn, " ")]
    told = stressed(truncate(clean_lines(alert.summary), SUMMARY), alert.bold)
    by = voice("alert.teller", model=truncate(clean(alert.teller), NAME)) if alert.teller and told else ""
    return [told, words(by, italic=True)]


def _outlets(alert: Alert, voice: Voice) -> list[Json]:
    names = [(line.url, clean(line.name) or display_host(line.url)) for line in alert.outlets[:OUTLETS]]
    shown = [link(url, truncate(name, NAME)) for url, name in names]
    more = len(alert.outlets) - len(shown)
    return joined([*shown, words(voice("alert.more", n=more)) if more > 0 else []])


def _topics(alert: Alert, voice: Voice) -> list[list[Json]]:
    more = len(alert.topics) - TOPICS
    shown = [_topic(line.title, line.why) for line in alert.topics[:TOPICS]]
    return [*shown, words(voice("rows.more", n=more)) if more > 0 else []]


def _topic(title: str, why: Sequence[str]) -> list[Json]:
    terms = [words(truncate(clean(term), NAME), bold=True) for term in outermost(why)[:TERMS]]
    name = words(truncate(clean(title), NAME * 2))
    if not any(terms):
        return name
    return [*name, *words(": " if name else ""), *joined(terms, ", ")]


def _lines(lines: Iterable[str]) -> Iterator[str]:
    room = TEXT - TITLE * 3 - utf16(REFUSED)
    for line in lines:
        shown = truncate(clean_lines(line), room - 1)
        room -= utf16(shown) + 1
        if shown:
            yield shown


def _pages(reply: Reply, voice: Voice) -> list[Json]:
    return context(escape(voice("page.of", page=reply.page, pages=reply.pages))) if reply.pages > 1 else []


def _rows(items: Sequence[Item], room: int, voice: Voice) -> list[Json]:
    """Rows with buttons get a block and a row of buttons each; runs of rows without share blocks."""
    parts: list[tuple[int, list[Json]]] = []
    for alone, run in groupby(items, key=lambda item: bool(item.buttons)):
        rows = list(run)
        parts += [(1, [rich(*_row(item)), *actions(item.buttons)]) for item in rows] if alone else _shared(rows)
    blocks: list[Json] = []
    left = len(items)
    for held, part in parts:
        if len(blocks) + len(part) > room - 1:
            return [*blocks, *context(escape(voice("rows.more", n=left)))]
        blocks += part
        left -= held
    return blocks


def _shared(rows: Sequence[Item]) -> list[tuple[int, list[Json]]]:
    """As many rows a block as fit its text: (rows, blocks) of each."""
    groups: list[list[Item]] = []
    weight = TEXT
    for item in rows:
        cost = min(TITLE, utf16(item.title)) + min(DETAIL, utf16(item.detail)) + ROW
        weight += cost
        if weight > TEXT:
            groups.append([])
            weight = cost
        groups[-1].append(item)
    return [(len(group), [rich(*(line for item in group for line in _row(item)))]) for group in groups]


def _row(item: Item) -> list[list[Json]]:
    title = truncate(headline(item.title, item.detail, item.url), TITLE)
    terms = item.bold and not item.url
    named = stressed(title, item.bold) if terms else link(item.url, title, bold=True)
    detail = truncate(clean(item.detail), DETAIL) if clean(item.title) else ""
    when = rich_time(item.at) if item.at is not None else []
    return [named, joined([words(detail), when])]
