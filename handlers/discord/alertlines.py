"""The lines of an alert in Discord's markdown, each within its own limit; all three forms are built from them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from bot.core.alerts.continuing import listed, worded
from bot.core.message import Alert, Button, OutletLine
from bot.core.stories.joined import outermost
from bot.core.urls import display_host
from bot.ports import Voice
from handlers.chat import marks, story_buttons
from handlers.discord.markdown import beside, escape, linked, own, plain, rich, stamp, unnamed
from handlers.shape import cleaned, spoken
from handlers.shape import lines as shape_lines
from handlers.text import fitting, headline, lures, safe_url, truncate, trusted, utf16

COLOURS = {"breaking": 0xD83C3E, "notable": 0xF0B232, "normal": 0x5865F2}
SAMPLE_COLOUR = 0x80848E
TITLE, SUMMARY, NEWS, TOPICS, OUTLETS, NOTE = 300, 1000, 600, 300, 600, 150
FORM = 3400
LINK, REPORT = 1200, 300
BUTTON_URL, BUTTON_LABEL = 512, 80
_MARKS: dict[str, Callable[[str], str]] = {"own": own, "link": str, "value": escape}


def colour(alert: Alert) -> int:
    """The colour of the edge: red, amber, blue by severity; grey for a sample or a notice."""
    return SAMPLE_COLOUR if alert.kind in ("sample", "notice") else COLOURS[alert.severity]


def title(alert: Alert) -> str:
    """The title of the alert, as plain text."""
    return headline(alert.title, alert.summary, alert.url)


def title_link(alert: Alert) -> str:
    """The title in markdown, linked if the link is trusted and fits. A link that the title can't carry, and that is too
    long for a button, is put beside it.
    """
    url = trusted(alert.url, LINK)
    head = linked(rich(title(alert), alert.bold, TITLE), url)
    way = beside(head, url) if url and not safe_url(url, BUTTON_URL) else ""
    return f"{head} · {way}" if way else head


def tags(alert: Alert, voice: Voice) -> str:
    """The marks in one line, "" for none."""
    return " · ".join(plain(word, 40) for word in marks(alert, voice))


def news(alert: Alert, voice: Voice) -> str:
    """What is new, after `Update:`; "" when nothing is."""
    told = [plain(voice(f"alert.now.{alert.severity}"), 40)] if alert.risen else []
    news = worded(alert.news, voice.told)
    told += [rich(news, alert.bold, NEWS)] if news else []
    return _labelled("alert.update", " · ".join(told), voice) if told else ""


def news_linked(alert: Alert, voice: Voice) -> str:
    """The same with a link to the report that says it, if that is not the title's."""
    told, url = news(alert, voice), trusted(alert.news_url, REPORT) if alert.news_url != alert.url else ""
    return f"{told} · {linked(plain(display_host(url), 60), url)}" if told and url else told


def shape(alert: Alert, voice: Voice) -> str:
    """The alert as the channel's template shapes it; "" for the usual shape."""
    form = spoken(alert, voice).form
    made = ("".join(_MARKS[piece.kind](piece.text) for piece in line) for line in shape_lines(cleaned(form)))
    text = unnamed("\n".join(made))
    return text if utf16(text) <= FORM else ""


def also(alert: Alert, voice: Voice) -> str:
    """The outlets that have reported it since it was posted."""
    return plain(voice("alert.also", names=listed(alert.also)), OUTLETS) if alert.also else ""


def summary(alert: Alert, voice: Voice, limit: int = SUMMARY) -> str:
    """The summary: each sentence of several outlets with its outlet's link; a model's words with its name."""
    if alert.sentences:
        pieces = [
            f"{rich(one.text, alert.bold, limit)} ({linked(plain(one.outlet, 40), trusted(one.url, REPORT))})"
            for one in alert.sentences
        ]
        drawn = " ".join(pieces)
        if utf16(drawn) <= limit:
            return drawn
    told = rich(alert.summary, alert.bold, limit - 80)
    by = plain(voice("alert.teller", model=alert.teller), 70) if alert.teller and told else ""
    return f"{told}\n-# {by}" if by else told


def warning(alert: Alert, voice: Voice) -> str:
    """One line for a link that leads to an invitation or a look-alike; "" for any other."""
    if not lures(alert.url):
        return ""
    return plain(voice("alert.lure", host=display_host(alert.url)), NOTE)


def topics(alert: Alert, voice: Voice) -> str:
    """The topics that matched, each with its words in bold."""
    lines = (_topic(line.title, line.why) for line in alert.topics)
    text = _fitted(lines, TOPICS, partial(voice, "rows.more"))
    return _labelled("alert.topics", text, voice) if text else ""


def _labelled(key: str, markdown: str, voice: Voice) -> str:
    return voice("label", name=plain(voice(key), 40), text=markdown)


def _topic(name: str, why: tuple[str, ...]) -> str:
    words = ", ".join(f"**{plain(word, 40)}**" for word in outermost(why)[:6] if plain(word, 40))
    shown = plain(name, 80)
    return f"{shown} ({words})" if words else shown


def outlets(alert: Alert, voice: Voice) -> str:
    """Who reported it and when, first report first."""
    text = _fitted((_outlet(line) for line in alert.outlets), OUTLETS, partial(voice, "alert.more"))
    return _labelled("alert.reports", text, voice) if text else stamp(alert.published)


def _outlet(line: OutletLine) -> str:
    url = trusted(line.url, REPORT)
    return f"{linked(plain(line.name, 60) or display_host(line.url), url)} {stamp(line.at)}"


def _fitted(lines: Iterator[str], limit: int, more: Callable[..., str]) -> str:
    """As many whole lines as fit; `more` says how many were left out."""
    every = list(lines)
    shown = fitting(every, limit - 40, joint=3)
    left = len(every) - len(shown)
    return " · ".join([*shown, *([plain(more(n=left), 40)] if left else [])])


def read_button(address: str, voice: Voice) -> tuple[Button, ...]:
    """The link button: it names the host that it opens. None without a link that fits."""
    url = safe_url(address, BUTTON_URL)
    return (Button(voice("alert.open", host=display_host(url)), url=url),) if url else ()


def alert_buttons(alert: Alert, voice: Voice) -> tuple[Button, ...]:
    """The buttons of an alert; a sample has none that need a story."""
    reads = read_button(alert.url, voice)
    if not alert.story_id:
        return reads
    ends = [Button(voice("button.unsubscribe"), "unsubscribe", alert.topics[0].id)] if alert.topics else []
    about = partial(story_buttons, alert, voice)
    return (*reads, *about("story", "why", "mute"), *ends, *about("follow", "less", "more"))


def label(text: str) -> str:
    """A button's label: plain text, 80 units at most, never empty."""
    return truncate(text, BUTTON_LABEL) or "…"
