"""JSON and feeds over real HTTP, held to the OpenAPI document and to docs/api.md."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from bot.core.polling.health import Word
from bot.sources.feed import parse
from handlers.web.api import FEEDS, OPERATIONS
from handlers.web.openapi import SCHEMAS
from tests.handlers.web.conftest import T0, Served
from tests.store.build import hit, outcome, saving

PAGE = Path(__file__).parents[3].joinpath("docs/api.md").read_text("utf-8")
EXAMPLE = json.loads(PAGE.split("```json")[1].split("```")[0])
ASKED = {
    "/api/stories": (
        "/api/stories",
        "/api/stories?topic=chips&lang=zh&n=1",
        f"/api/stories?q=chip&before={T0 + 2}&skip=1",
    ),
    "/api/search": ("/api/search?q=chip", "/api/search?q=chip&topic=models", "/api/search?q=nowhere"),
    "/api/story/{number}": ("/api/story/1", "/api/story/4"),
    "/api/topics": ("/api/topics",),
    "/api/sources": ("/api/sources",),
    "/feeds/topic/{topic}.atom": ("/feeds/topic/chips.atom",),
    "/feeds/topic/{topic}.json": ("/feeds/topic/chips.json",),
    "/feeds/query.atom": ("/feeds/query.atom?q=chip",),
    "/feeds/query.json": ("/feeds/query.json?q=chip",),
}
WRONG = {
    "/api/stories": {
        400: (
            "/api/stories?n=0",
            "/api/stories?n=x",
            "/api/stories?before=x",
            "/api/stories?skip=-1",
            "/api/stories?q=((",
        ),
        404: ("/api/stories?topic=chip",),
    },
    "/api/search": {
        400: ("/api/search", "/api/search?q=+", "/api/search?q=OR", "/api/search?q=chip&n=101"),
        404: ("/api/search?q=chip&topic=chip",),
    },
    "/api/story/{number}": {404: ("/api/story/999", "/api/story/x", f"/api/story/{'9' * 40}")},
    "/feeds/topic/{topic}.atom": {404: ("/feeds/topic/none.atom", "/feeds/topic/%C3%A9.atom")},
    "/feeds/topic/{topic}.json": {404: ("/feeds/topic/none.json", "/feeds/topic/a.b.json")},
    "/feeds/query.atom": {400: ("/feeds/query.atom?q=((", "/feeds/query.atom")},
    "/feeds/query.json": {400: ("/feeds/query.json?q=((", "/feeds/query.json?q=+")},
}


async def described(page: Served) -> dict[str, Any]:
    """The document as it is served."""
    told: dict[str, Any] = json.loads(await page.text("/api/openapi.json"))
    return told


def check(document: dict[str, Any], content: dict[str, Any], body: object) -> None:
    """Whether a body is as the document says."""
    schema = {**content["application/json"]["schema"], "components": document["components"]}
    jsonschema.validate(body, schema, jsonschema.Draft202012Validator)


@pytest.mark.parametrize("path", [one.path for one in (*OPERATIONS, *FEEDS)])
async def test_every_answer_is_as_the_document_says(page: Served, path: str) -> None:
    document = await described(page)
    said = document["paths"][path]["get"]["responses"]
    for address in ASKED[path]:
        async with page.client.get(page.url + address.lstrip("/")) as answer:
            assert answer.status == 200, address
            assert list(said["200"]["content"]) == [answer.content_type]
            if path.startswith("/api/"):
                check(document, said["200"]["content"], await answer.json())
    assert {str(status) for status in WRONG.get(path, {})} == said.keys() - {"200", "429", "503"}
    for status, addresses in WRONG.get(path, {}).items():
        for address in addresses:
            check(document, said[str(status)]["content"], json.loads(await page.text(address, status)))


@pytest.mark.parametrize("path", [one.path for one in (*OPERATIONS, *FEEDS) if one.path != "/api/topics"])
async def test_a_store_that_is_away_is_no_fault_of_what_was_asked(page: Served, path: str) -> None:
    document = await described(page)
    await page.store.close()
    content = document["paths"][path]["get"]["responses"]["503"]["content"]
    check(document, content, json.loads(await page.text(ASKED[path][0], 503)))


async def test_what_the_document_does_not_have_is_refused_as_json(page: Served) -> None:
    for address in ("/api/", "/api/nothing", "/api/story/", "/feeds/topic/chips.rss", "/feeds/query", "/feeds/"):
        assert "/api/openapi.json" in json.loads(await page.text(address, 404))["error"]


async def test_the_parameters_of_the_document_are_taken(page: Served) -> None:
    """Each of them changes the answer, or is refused when it can't be right."""
    every = await page.text("/api/stories")
    for asked in ("topic=models", "lang=zh", "q=exports", f"before={T0 + 1}", "skip=1", "n=1"):
        assert await page.text(f"/api/stories?{asked}") != every, asked
    found = await page.text("/api/search?q=chip")
    for asked in ("topic=models", "lang=zh", "n=1"):
        assert await page.text(f"/api/search?q=chip&{asked}") != found, asked


def test_the_words_of_the_schemas_are_those_of_the_program() -> None:
    assert set(SCHEMAS["Source"]["properties"]["health"]["enum"]) == set(Word.__args__)


def test_the_page_names_what_the_document_names() -> None:
    named = set(re.findall(r"^\| `(/(?:api|feeds)/[^?`]+)", PAGE, re.MULTILINE))
    assert named == {one.path for one in (*OPERATIONS, *FEEDS)} | {"/api/openapi.json"}
    for one in OPERATIONS:
        row = re.search(rf"^\| `{re.escape(one.path)}.*$", PAGE, re.MULTILINE)
        assert row
        assert all(f"`{param.name}`" in row[0] or f"{{{param.name}}}" in row[0] for param in one.params), one.path


async def test_the_interface_speaks_json(page: Served) -> None:
    told = json.loads(await page.text("/api/stories?topic=chips&n=2"))["stories"]
    assert [story["topics"] for story in told] == [["chips"], ["chips"]]
    story = json.loads(await page.text(f"/api/story/{told[0]['id']}"))
    assert story["reports"][0]["outlet"] == "财新"
    assert [topic["id"] for topic in json.loads(await page.text("/api/topics"))["topics"]] == ["chips", "models"]


@pytest.mark.parametrize("path", ["/api/stories?q=", "/api/search?q=", "/feeds/query.atom?q="])
async def test_a_query_that_is_too_long_is_refused_and_not_cut_to_another(page: Served, path: str) -> None:
    told = json.loads(await page.text(path + "%20OR%20".join(["exports"] * 60), 400))
    assert "a query may have 512 characters" in told["error"]


async def test_a_search_gives_the_best_first_and_the_list_the_newest(page: Served) -> None:
    best = json.loads(await page.text("/api/search?q=chip"))["stories"]
    newest = json.loads(await page.text("/api/stories?q=chip"))["stories"]
    assert [story["id"] for story in newest] == [4, 3, 1]
    assert [story["id"] for story in best] == [1, 3, 4]


async def test_programs_and_readers_of_feeds_get_no_trick_either(page: Served) -> None:
    tricks = {"source": "A\u202eB", "url": "javascript:alert(1)", "published": T0 + 9, "first_seen": T0 + 9}
    await page.store.transact(saving(outcome("A chip \u202etitle", hits=[hit()], **tricks)))
    for path in ("/api/stories?n=1", "/api/story/5", "/feeds/topic/chips.atom", "/feeds/topic/chips.json"):
        text = await page.text(path)
        assert "A chip title" in text
        assert "javascript:" not in text
        assert "\u202e" not in text.encode().decode("unicode_escape", "replace")
    assert '<link rel="alternate" href="' + page.url + 'story/5" />' in await page.text("/feeds/topic/chips.atom")


async def test_a_story_has_the_fields_that_the_documentation_names(page: Served) -> None:
    (story, *_) = json.loads(await page.text("/api/stories"))["stories"]
    assert {name: type(value) for name, value in story.items()} == {
        name: type(value) for name, value in EXAMPLE.items()
    }


@pytest.mark.parametrize("name", ["topic/chips.atom", "topic/chips.json", "query.atom?q=chip", "query.json?q=chip"])
async def test_a_topic_and_a_query_are_feeds_that_our_own_parser_reads(page: Served, name: str) -> None:
    async with page.client.get(f"{page.url}feeds/{name}") as answer:
        body, headers = await answer.read(), {"content-type": answer.headers["Content-Type"]}
        etag = answer.headers["ETag"]
    parsed = parse(body, headers)
    assert parsed.entries[0].title == "芯片 chip 出口新规发布"
    assert len(parsed.entries) == 3
    async with page.client.get(f"{page.url}feeds/{name}", headers={"If-None-Match": etag}) as answer:
        assert answer.status == 304
