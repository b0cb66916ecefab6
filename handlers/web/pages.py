"""The pages: each handler reads, then renders one template. Changes are in `changes`."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from aiohttp import web
from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup

from bot.commands.explain import because
from bot.core.alerts.continuing import listed
from bot.core.commands.trend import buckets
from bot.core.errors import TocsinError, as_sentence
from bot.core.language.text import is_number
from bot.core.matching.match import TOPIC, topic_of
from bot.core.model import Entry, Placement, Story, Subscription
from bot.core.polling.health import FINE, Health
from bot.core.stories.joined import joined, joined_later
from bot.core.units import DAY_MS
from bot.core.urls import display_host, redacted
from bot.ingest.feedstate import worst_first
from bot.ports.overview import ChannelRow
from bot.ports.wording import Say, Voice
from handlers.text import trusted
from handlers.web.charts import Point, bars, growth, spark, spread
from handlers.web.formatting import KINDS, ago, at, counted, lane, length, shown, when, wrong
from handlers.web.guard import Guard
from handlers.web.site import DAYS, MOST_SKIPPED, PAGE, Filter, Site, languages

_TEMPLATES = Path(__file__).with_name("templates")
_DELIVERIES, _CHANNELS, _OUTLETS, _WORDED = 200, 100, 4, 50
_PAGES = MOST_SKIPPED // PAGE + 1


class Pages:
    """Handlers of the HTML pages; `guard` refuses those that need a session."""

    def __init__(self, site: Site, guard: Guard) -> None:
        self._site = site
        self._guard = guard
        self._templates = Environment(
            loader=FileSystemLoader(_TEMPLATES), autoescape=True, trim_blocks=True, lstrip_blocks=True, finalize=shown
        )
        self._templates.filters |= {"when": when, "at": at, "ago": self._ago, "length_of": length}
        self._templates.filters |= {"link": trusted, "host": display_host}
        for name in self._templates.list_templates():
            self._templates.get_template(name)  # compiled now, not in the first reader's time

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/", self.wire),
            web.get("/story/{number:[0-9]{1,18}}", self.story),
            web.get("/topics", self.topics),
            web.get("/sources", self.sources),
            web.get("/channels", self.channels),
            web.get("/deliveries", self.deliveries),
        ]

    async def wire(self, request: web.Request) -> web.Response:
        """The newest stories, live if there is no filter."""
        wanted = Filter(*(request.query.get(name, "").strip() for name in ("topic", "lang", "q")))
        asked = request.query.get("page", "")
        page = min(max(1, int(asked)), _PAGES) if is_number(asked) else 1
        problem, found = "", list[Story]()
        try:
            found = await self._site.stories(wanted, n=PAGE + 1, skip=PAGE * (page - 1))
        except TocsinError as error:
            problem = as_sentence(wrong(error))
        stories, more = found[:PAGE], len(found) > PAGE and page < _PAGES
        spreads = await self._site.store.spread([story.id for story in stories])
        rows = [self.row(story, spreads.get(story.id, ())) for story in stories]
        shown = {"rows": rows, "wanted": wanted, "problem": problem, "turn": _turn(wanted, page, more, not problem)}
        unknown = "" if wanted.topic in self._site.rules.topics else wanted.topic
        choices = {"topics": self._site.catalogue(), "unknown": unknown, "langs": languages(stories, wanted.lang)}
        live, now = page == 1 and not wanted.any, self._site.desk.clock()
        line = await self._spark(wanted, now)
        return self._page(request, "wire.html", {**shown, **choices, "live": live, "spark": line, "now": now})

    async def _spark(self, wanted: Filter, now: int) -> Markup:
        """The chart of all reports or of a topic's; none for keywords or a language, which are not counted."""
        if wanted.query or wanted.lang:
            return Markup()
        name = f"{TOPIC}{wanted.topic}" if wanted.topic else ""
        counts = await self._site.store.trend(name, now - 2 * DAY_MS)
        return spark(buckets(counts, now, 2))

    def row(self, story: Story, times: Sequence[int] = ()) -> dict[str, Any]:
        """A story as the wire shows it; `times`: when each outlet first reported it (ms)."""
        within = length((times[-1] - times[0]) // 1000) if len(times) > 1 else ""
        return {
            "story": story,
            "spread": spread(times),
            "within": f"{len(times)} outlets within {within}" if within else "",
            "outlets": listed(story.outlets, _OUTLETS),
            "topics": self._site.topics_of(story),
        }

    def row_html(self, story: Story, times: Sequence[int]) -> str:
        """The same as HTML, for the live wire."""
        return self._templates.get_template("row.html").render(row=self.row(story, times))

    async def story(self, request: web.Request) -> web.Response:
        """Who reported it, when, and what joined them."""
        number = int(request.match_info["number"])
        found = await self._site.store.story(number)
        if found is None:
            return self._page(request, "missing.html", {"number": number}, status=404)
        if found.id != number:
            raise web.HTTPMovedPermanently(f"/story/{found.id}")
        reports = await self._site.store.placements(found.id)
        why = await asyncio.to_thread(_why, self._site.desk.say, reports)
        points = [Point(entry.at, placed.kind, f"{entry.source} · {when(entry.at)}") for entry, placed in reports]
        span = length((points[-1].at - points[0].at) // 1000) if points else ""
        said = f"{counted(len(reports), 'report')} of {counted(len(found.outlets), 'outlet')} within {span}"
        shown = {
            "row": self.row(found),
            "reports": reports,
            "growth": growth(points, said),
            "said": said,
            "kinds": KINDS,
            "why": why,
            "later": list(joined_later(placed for _, placed in reports)),
        }
        return self._page(request, "story.html", shown)

    async def nowhere(self, request: web.Request) -> web.Response:
        """An address that no page has."""
        return self._page(request, "nowhere.html", {}, status=404)

    async def topics(self, request: web.Request) -> web.Response:
        """Volume by topic, and a query tried on the stored entries."""
        now = self._site.desk.clock()
        query, problem, tried = request.query.get("q", "").strip(), "", None
        if query:
            try:
                tried = await self._site.backtest(query)
            except TocsinError as error:
                problem = as_sentence(wrong(error))
        rows: list[dict[str, Any]] = []
        for topic in self._site.catalogue():
            found = await self._site.volume(topic.id, now)
            rows.append({"topic": topic, "n": sum(one.n for one in found), "chart": bars(found)})
        rows.sort(key=lambda row: -int(row["n"]))
        return self._page(
            request, "topics.html", {"rows": rows, "query": query, "problem": problem, "tried": tried, "days": DAYS}
        )

    async def sources(self, request: web.Request) -> web.Response:
        """Every feed: its health, when it last had news, when it is polled next."""
        now = self._site.desk.clock()
        feeds = worst_first(await self._site.store.feeds(), now)
        ailing = sum(health.word not in FINE for health, _ in feeds)
        rows = [{"feed": feed, "url": (url := redacted(feed.url)), **_health(health, url)} for health, feed in feeds]
        return self._page(request, "sources.html", {"rows": rows, "ailing": ailing, "now": now})

    async def channels(self, request: web.Request) -> web.Response:
        """The channels: their subscriptions, the state of their lanes, and what waits."""
        self._must_be_in(request)
        after = request.query.get("after", "")
        found = await self._site.store.channel_rows(_CHANNELS, int(after) if is_number(after) else 0)
        now = self._site.desk.clock()
        rows = [self._channel(row, now) for row in found]
        backlog = await self._site.store.backlog()
        more = found[-1].id if len(found) == _CHANNELS else 0
        return self._page(request, "channels.html", {"rows": rows, "backlog": backlog, "more": more})

    def _channel(self, row: ChannelRow, now: int) -> dict[str, Any]:
        gets = [self._subscription(one) for one in row.subscriptions]
        resting = [one.paused for one in row.subscriptions]
        paused = row.paused or (resting[0] if resting and all(resting) else "")
        return {"channel": row, "lane": lane(row, now), "gets": gets, "paused": paused}

    def _subscription(self, one: Subscription) -> dict[str, Any]:
        topic = self._site.rules.topics.get(topic_of(one.rule))
        options = [f"{name} {value}" for name, value in sorted(one.options.items()) if name != "template"]
        options += ["own template"] if "template" in one.options else []
        return {
            "topic": topic.id if topic else "",
            "query": "" if topic else self._site.rules.text(one.rule) or one.label,
            "label": topic.title("en") if topic else one.label,
            "options": options,
        }

    async def deliveries(self, request: web.Request) -> web.Response:
        """The latest deliveries, with their results."""
        self._must_be_in(request)
        rows = await self._site.store.deliveries(_DELIVERIES)
        untitled = {row.story_id for row in rows if row.story_id and not row.title}
        joined = {story_id: found.title for story_id in untitled if (found := await self._site.store.story(story_id))}
        return self._page(request, "deliveries.html", {"rows": rows, "joined": joined})

    def sign_in(self, request: web.Request, problem: str = "", wait_s: int = 0) -> web.Response:
        """The form that asks for the token; with `wait_s`, it is not accepted before that."""
        status = 429 if wait_s else 403 if problem else 200
        page = self._page(request, "signin.html", {"problem": problem}, status=status)
        if wait_s:
            page.headers["Retry-After"] = str(wait_s)
        return page

    def _must_be_in(self, request: web.Request) -> None:
        if not self._guard.signed_in(request):
            raise web.HTTPSeeOther("/signin")

    def _page(self, request: web.Request, name: str, values: Mapping[str, Any], status: int = 200) -> web.Response:
        troubles = self._site.running.troubles() if self._site.running else []
        common = {"path": request.path, "inside": self._guard.signed_in(request), "form": self._guard.form(request)}
        text = self._templates.get_template(name).render(**common, troubles=troubles, **values)
        headers = {"Cache-Control": "no-store"}
        return web.Response(text=text, content_type="text/html", status=status, headers=headers)

    def _ago(self, ms: int | None) -> str:
        return ago((self._site.desk.clock() - ms) // 1000) if ms else "never"


def _turn(wanted: Filter, page: int, more: bool, found: bool) -> list[tuple[str, str]]:
    """The links at the end of the wire, names and addresses: the neighbouring pages, and this view as a feed."""
    asked = urlencode({"topic": wanted.topic, "lang": wanted.lang, "q": wanted.query})
    links = [("Newer stories", f"/?{asked}&page={page - 1}")] if page > 1 else []
    links += [("Older stories", f"/?{asked}&page={page + 1}")] if more else []
    if wanted.topic and not wanted.query:
        feed, keys = f"/feeds/topic/{quote(wanted.topic, safe='')}", ""
    elif wanted.query and found and not wanted.topic:
        feed, keys = "/feeds/query", f"?q={quote(wanted.query, safe='')}"
    else:
        return links
    return [*links, ("Atom", f"{feed}.atom{keys}"), ("JSON Feed", f"{feed}.json{keys}")]


def _why(say: Say, reports: Sequence[tuple[Entry, Placement]]) -> list[str]:
    """What joined each report, in words; the words in common with the story only for the newest reports."""
    others = list({entry.lang: entry for entry, _ in reversed(reports)}.values())  # the first in each language
    since = len(reports) - _WORDED
    found = (joined(entry, one, others, worded=number >= since) for number, (entry, one) in enumerate(reports))
    return [because(Voice(say), one, known) for (_, one), known in zip(reports, found, strict=True)]


def _health(health: Health, url: str) -> dict[str, str]:
    """A feed's health without its address, which the page shows beside it."""
    return {"health": health.word, "line": health.line.removeprefix(f"{url}: ")}
