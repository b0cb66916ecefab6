"""The pages: each handler reads, then renders one template. Changes are in `app`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aiohttp import web
from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup

from bot.core.errors import TocsinError
from bot.core.model import Story
from bot.core.trend import buckets
from bot.core.urls import redacted
from bot.core.weburl import display_host
from bot.settling import health_of
from handlers.text import clean_lines, lures, safe_url
from handlers.web.charts import bars, spark
from handlers.web.guard import Guard
from handlers.web.site import PAGE, Filter, Site, languages

_TEMPLATES = Path(__file__).with_name("templates")
_DELIVERIES, _CHANNELS, _OUTLETS = 200, 1000, 4


class Pages:
    """Handlers of `site`; what needs a session is turned away by `guard`."""

    def __init__(self, site: Site, guard: Guard) -> None:
        self._site = site
        self._guard = guard
        self._templates = Environment(
            loader=FileSystemLoader(_TEMPLATES), autoescape=True, trim_blocks=True, lstrip_blocks=True, finalize=_shown
        )
        self._templates.filters |= {"when": when, "ago": self._ago, "link": link, "host": display_host}
        for name in self._templates.list_templates():
            self._templates.get_template(name)  # compiled now, not in the first reader's time

    def routes(self) -> list[web.RouteDef]:
        """Where each page is."""
        return [
            web.get("/", self.wire),
            web.get("/story/{number:[0-9]{1,18}}", self.story),
            web.get("/topics", self.topics),
            web.get("/sources", self.sources),
            web.get("/channels", self.channels),
            web.get("/deliveries", self.deliveries),
        ]

    async def wire(self, request: web.Request) -> web.Response:
        """The newest stories, live where nothing is filtered away."""
        wanted = Filter(*(request.query.get(name, "")[:200].strip() for name in ("topic", "lang", "q")))
        before = request.query.get("before", "")
        problem, stories = "", list[Story]()
        try:
            stories = await self._site.stories(wanted, int(before) if before.isdecimal() and len(before) < 19 else None)
        except TocsinError as error:
            problem = str(error)
        more = stories[-1].last_at if len(stories) == PAGE and not wanted.query else 0
        rows = [self.row(story) for story in stories]
        shown = {"rows": rows, "wanted": wanted, "problem": problem, "more": more, "langs": languages(stories)}
        topics = sorted(self._site.rules.topics.values(), key=lambda topic: topic.title("en"))
        line = await self._spark(wanted)
        return self._page(request, "wire.html", {**shown, "topics": topics, "live": not wanted.any, "spark": line})

    async def _spark(self, wanted: Filter) -> Markup:
        name = f"topic:{wanted.topic}" if wanted.topic else ""
        now = self._site.desk.clock()
        counts = await self._site.store.trend(name, now - 2 * 86_400_000)
        return spark(buckets(counts, now, 2))

    def row(self, story: Story) -> dict[str, Any]:
        """A story as the wire shows it."""
        left = len(story.outlets) - _OUTLETS
        return {
            "story": story,
            "outlets": ", ".join(story.outlets[:_OUTLETS]) + (f" (+{left})" if left > 0 else ""),
            "topics": self._site.topics_of(story),
        }

    def row_html(self, story: Story) -> str:
        """The same as HTML, for the live wire."""
        return self._templates.get_template("row.html").render(row=self.row(story))

    async def story(self, request: web.Request) -> web.Response:
        """Who reported it, when, and what joined them."""
        number = int(request.match_info["number"])
        found = await self._site.store.story(number)
        if found is None:
            raise web.HTTPNotFound
        if found.id != number:
            raise web.HTTPMovedPermanently(f"/story/{found.id}")
        reports = await self._site.store.placements(found.id)
        return self._page(request, "story.html", {"row": self.row(found), "reports": reports})

    async def topics(self, request: web.Request) -> web.Response:
        """Volume by topic, and a query tried out on what is stored."""
        now = self._site.desk.clock()
        query, problem, tried = request.query.get("q", "")[:512].strip(), "", None
        if query:
            try:
                tried = await self._site.backtest(query)
            except TocsinError as error:
                problem = str(error)
        rows: list[dict[str, Any]] = []
        for topic in sorted(self._site.rules.topics.values(), key=lambda one: one.title("en")):
            found = await self._site.volume(topic.id, now, 14)
            rows.append({"topic": topic, "n": sum(one.n for one in found), "chart": bars(found, hourly=False)})
        rows.sort(key=lambda row: -int(row["n"]))
        return self._page(
            request, "topics.html", {"rows": rows, "query": query, "problem": problem, "tried": tried, "days": 14}
        )

    async def sources(self, request: web.Request) -> web.Response:
        """Every feed: how it does, when it brought something, when it is asked next."""
        now = self._site.desk.clock()
        feeds = [(health_of(feed, now), feed) for feed in await self._site.store.feeds()]
        feeds.sort(key=lambda row: (row[0].word in ("well", "new"), row[1].source.casefold(), row[1].url))
        ailing = sum(health.word not in ("well", "new") for health, _ in feeds)
        rows = [{"health": health, "feed": feed, "url": redacted(feed.url)} for health, feed in feeds]
        return self._page(request, "sources.html", {"rows": rows, "ailing": ailing, "now": now})

    async def channels(self, request: web.Request) -> web.Response:
        """Who gets what, and what waits."""
        self._must_be_in(request)
        rows = await self._site.store.channel_rows(_CHANNELS)
        return self._page(request, "channels.html", {"rows": rows})

    async def deliveries(self, request: web.Request) -> web.Response:
        """The last ones, with what became of them."""
        self._must_be_in(request)
        rows = await self._site.store.deliveries(_DELIVERIES)
        return self._page(request, "deliveries.html", {"rows": rows})

    def sign_in(self, request: web.Request, problem: str = "") -> web.Response:
        """The form that asks for the token."""
        return self._page(request, "signin.html", {"problem": problem}, status=403 if problem else 200)

    def _must_be_in(self, request: web.Request) -> None:
        if not self._guard.signed_in(request):
            raise web.HTTPSeeOther("/signin")

    def _page(self, request: web.Request, name: str, values: Mapping[str, Any], status: int = 200) -> web.Response:
        troubles = self._site.running.troubles() if self._site.running else []
        common = {"path": request.path, "inside": self._guard.signed_in(request), "form": self._guard.form}
        text = self._templates.get_template(name).render(**common, troubles=troubles, **values)
        headers = {"Cache-Control": "no-store"}
        return web.Response(text=text, content_type="text/html", status=status, headers=headers)

    def _ago(self, ms: int | None) -> str:
        return ago((self._site.desk.clock() - ms) // 1000) if ms else "never"


def _shown(value: Any) -> Any:
    """What stands in a page: text from outside without tricks of direction and of nothing to see."""
    return clean_lines(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def ago(seconds: int) -> str:
    """How long ago, or until when, in one unit."""
    past, size = seconds >= 0, abs(seconds)
    for unit, name in ((86_400, "d"), (3600, "h"), (60, "min"), (1, "s")):
        if size >= unit:
            return f"{size // unit} {name} ago" if past else f"in {size // unit} {name}"
    return "now"


def when(ms: int | None) -> str:
    """A time for machines and people: ISO 8601, UTC."""
    return datetime.fromtimestamp(ms / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if ms else ""


def link(url: str) -> str:
    """A link that may be followed, "" for one that may not."""
    return "" if lures(url) else safe_url(url)
