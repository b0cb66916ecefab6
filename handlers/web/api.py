"""The JSON API (`/api/`, docs/api.md) and the feeds (`/feeds/`). Read-only; subscribers are never in it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from aiohttp import web

from bot import __version__
from bot.core.errors import TocsinError
from bot.core.language.text import is_number
from bot.core.model import Entry, Placement, Story
from bot.core.urls import redacted
from bot.ingest.feedstate import health_of
from handlers.text import safe_url
from handlers.web.formatting import shown, told, when, wrong
from handlers.web.openapi import ASKED, BEFORE, LANG, NUMBER, QUERY, SKIP, TOPIC, TOPIC_ID, N, Operation, document
from handlers.web.site import MOST_SKIPPED, PAGE, Filter, Site
from handlers.web.syndicate import atom, json_feed
from handlers.web.tagged import tagged

_JSON, _ATOM, _FEED = "application/json", "application/atom+xml", "application/feed+json"
_FORMATS = {"atom": (_ATOM, atom), "json": (_FEED, json_feed)}
_NO_TOPIC = "there is no topic of this id; /api/topics has them"
OPERATIONS = (
    Operation(
        "/api/stories",
        "stories",
        "Stories, newest first",
        {_JSON: "Stories"},
        (TOPIC, LANG, QUERY, BEFORE, SKIP, N),
        (400, 404),
    ),
    Operation("/api/search", "search", "Stories, best first", {_JSON: "Stories"}, (ASKED, TOPIC, LANG, N), (400, 404)),
    Operation(
        "/api/story/{number}", "story", "A story with its reports", {_JSON: "StoryWithReports"}, (NUMBER,), (404,)
    ),
    Operation("/api/topics", "topics", "The catalogue", {_JSON: "Topics"}),
    Operation("/api/sources", "sources", "Every feed and how it does", {_JSON: "Sources"}),
)
FEEDS = (
    Operation("/feeds/topic/{topic}.atom", "topicAtom", "A topic as Atom", {_ATOM: ""}, (TOPIC_ID,), (404,)),
    Operation("/feeds/topic/{topic}.json", "topicFeed", "A topic as JSON Feed", {_FEED: ""}, (TOPIC_ID,), (404,)),
    Operation("/feeds/query.atom", "queryAtom", "A query as Atom", {_ATOM: ""}, (ASKED,), (400,)),
    Operation("/feeds/query.json", "queryFeed", "A query as JSON Feed", {_FEED: ""}, (ASKED,), (400,)),
)


class Api:
    """Handlers of the JSON API and the feeds."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def routes(self) -> list[web.RouteDef]:
        """Where each answer is: what the document says, the document itself, and nothing more under `/api/`."""
        answers = (self.stories, self.search, self.story, self.topics, self.sources)
        feeds = (self.topic_feed, self.topic_feed, self.query_feed, self.query_feed)
        documented = zip((*OPERATIONS, *FEEDS), (*answers, *feeds), strict=True)
        return [
            *(web.get(one.path, answer) for one, answer in documented),
            web.get("/api/openapi.json", self.described),
            web.get("/api/{tail:.*}", self.unknown),
            web.get("/feeds/{tail:.*}", self.unknown),
        ]

    async def described(self, request: web.Request) -> web.Response:
        """The OpenAPI document."""
        return web.json_response(document([*OPERATIONS, *FEEDS], __version__))

    async def unknown(self, request: web.Request) -> web.Response:
        """An address that the document does not have."""
        return _problem("there is nothing at this address; /api/openapi.json says what there is", 404)

    async def stories(self, request: web.Request) -> web.Response:
        """`topic`, `lang`, `q`, `before` (ms), `skip` (0 to 10,000), `n` (1 to 100)."""
        before, skip = request.query.get("before", ""), request.query.get("skip") or "0"
        if before and not is_number(before):
            return _problem("before is a time in ms")
        if not is_number(skip) or int(skip) > MOST_SKIPPED:
            return _problem(f"skip is 0 to {MOST_SKIPPED:,}")
        until = int(before or 0) or None
        return await self._found(request, lambda wanted, n: self._site.stories(wanted, until, n, int(skip)))

    async def search(self, request: web.Request) -> web.Response:
        """`q`, `topic`, `lang`, `n` (1 to 100): the best first."""
        if not request.query.get("q", "").strip():
            return _problem("q is a query; it can't be empty")
        return await self._found(request, self._site.search)

    async def _found(self, request: web.Request, find: Callable[[Filter, int], Awaitable[list[Story]]]) -> web.Response:
        wanted = Filter(*(request.query.get(name, "").strip() for name in ("topic", "lang", "q")))
        if wanted.topic and wanted.topic not in self._site.rules.topics:
            return _problem(_NO_TOPIC, 404)
        n = request.query.get("n", str(PAGE))
        if not is_number(n) or not 1 <= int(n) <= 100:
            return _problem("n is 1 to 100")
        try:
            return web.json_response({"stories": [self._story(story) for story in await find(wanted, int(n))]})
        except TocsinError as error:
            return _problem(wrong(error))

    async def story(self, request: web.Request) -> web.Response:
        """One story with its reports."""
        number = request.match_info["number"]
        found = await self._site.store.story(int(number)) if is_number(number) else None
        if found is None:
            return _problem("there is no story of this number", 404)
        reports = await self._site.store.placements(found.id)
        return web.json_response({**self._story(found), "reports": [_report(*row) for row in reports]})

    async def topics(self, request: web.Request) -> web.Response:
        """The catalogue."""
        every = sorted(self._site.rules.topics.values(), key=lambda topic: topic.id)
        rows = [{"id": topic.id, "title": topic.title("en"), "description": topic.description("en")} for topic in every]
        return web.json_response({"topics": rows})

    async def sources(self, request: web.Request) -> web.Response:
        """Every feed and how it does."""
        now = self._site.desk.clock()
        rows = [
            {
                "url": redacted(feed.url),
                "source": feed.source or feed.title,
                "health": (health := health_of(feed, now)).word,
                "line": health.line,
                "last_new": when(feed.last_new),
                "next_poll": when(feed.next_poll),
            }
            for feed in await self._site.store.feeds()
        ]
        return web.json_response({"sources": rows})

    async def topic_feed(self, request: web.Request) -> web.Response:
        """A topic's stories as a feed."""
        topic = self._site.rules.topics.get(request.match_info["topic"])
        if topic is None:
            return _problem(_NO_TOPIC, 404)
        return _feed(request, topic.title("en"), await self._site.stories(Filter(topic=topic.id)))

    async def query_feed(self, request: web.Request) -> web.Response:
        """A query's stories as a feed."""
        query = request.query.get("q", "").strip()
        if not query:
            return _problem("q is a query; it can't be empty")
        try:
            return _feed(request, query, await self._site.stories(Filter(query=query)))
        except TocsinError as error:
            return _problem(wrong(error))

    def _story(self, story: Story) -> dict[str, Any]:
        story = told(story)
        return {
            "id": story.id,
            "title": story.title,
            "url": story.url,
            "summary": story.summary,
            "lang": story.lang,
            "severity": story.severity,
            "first_at": when(story.first_at),
            "last_at": when(story.last_at),
            "reports_count": story.entries,
            "outlets": list(story.outlets),
            "topics": [topic.id for topic in self._site.topics_of(story)],
        }


def _report(entry: Entry, placement: Placement) -> dict[str, Any]:
    return {
        "title": shown(entry.title),
        "url": safe_url(entry.url),
        "outlet": shown(entry.source),
        "lang": entry.lang,
        "at": when(entry.at),
        "kind": placement.kind,
        "why": list(placement.why),
    }


def _feed(request: web.Request, title: str, stories: Sequence[Story]) -> web.Response:
    kind, make = _FORMATS[request.path.rpartition(".")[2]]
    home = f"{request.scheme}://{request.host}/"
    newest = [told(story) for story in sorted(stories, key=lambda one: -one.last_at)]
    body = make(f"Tocsin: {title}", str(request.url), home, newest)
    return tagged(request, body, kind, "max-age=60", "utf-8")


def _problem(text: str, status: int = 400) -> web.Response:
    return web.json_response({"error": text}, status=status)
