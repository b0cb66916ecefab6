"""The OpenAPI 3.1 document of `/api/` and `/feeds/`, from the tables in `handlers.web.api` that make the routes.

So the addresses can't differ from it; tests of the web handlers hold answers, parameters and refusals to it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.core.message import SEVERITIES
from handlers.web.formatting import KINDS
from handlers.web.site import MOST_SKIPPED, PAGE

Schema = Mapping[str, Any]
_TEXT: Schema = {"type": "string"}
_LINE: Schema = {"type": "string", "maxLength": 512}
_ID: Schema = {"type": "string", "pattern": "^[a-z0-9-]+$"}
_NUMBER: Schema = {"type": "integer", "minimum": 1}
_TEXTS: Schema = {"type": "array", "items": _TEXT}
_TIME: Schema = {"type": "string", "format": "date-time"}
_TIME_OR_NONE: Schema = {"type": "string", "description": "a time (ISO 8601, UTC), empty for none"}


def _object(fields: Mapping[str, Schema]) -> Schema:
    return {"type": "object", "properties": fields, "required": list(fields), "additionalProperties": False}


def _list(name: str, item: str) -> Schema:
    return _object({name: {"type": "array", "items": {"$ref": f"#/components/schemas/{item}"}}})


_STORY: Mapping[str, Schema] = {
    "id": _NUMBER,
    "title": _TEXT,
    "url": _TEXT,
    "summary": _TEXT,
    "lang": _TEXT,
    "severity": {"enum": list(SEVERITIES)},
    "first_at": _TIME,
    "last_at": _TIME,
    "reports_count": _NUMBER,
    "outlets": _TEXTS,
    "topics": _TEXTS,
}
_REPORT: Mapping[str, Schema] = {
    "title": _TEXT,
    "url": _TEXT,
    "outlet": _TEXT,
    "lang": _TEXT,
    "at": _TIME,
    "kind": {"enum": list(KINDS)},
    "why": _TEXTS,
}
_SOURCE: Mapping[str, Schema] = {
    "url": _TEXT,
    "source": _TEXT,
    "health": {"enum": ["new", "well", "failing", "gone", "empty", "partial", "frozen", "slow", "paused", "merged"]},
    "line": _TEXT,
    "last_new": _TIME_OR_NONE,
    "next_poll": _TIME_OR_NONE,
}
SCHEMAS: Mapping[str, Schema] = {
    "Story": _object(_STORY),
    "Report": _object(_REPORT),
    "StoryWithReports": _object(
        {**_STORY, "reports": {"type": "array", "items": {"$ref": "#/components/schemas/Report"}}}
    ),
    "Stories": _list("stories", "Story"),
    "Topic": _object({"id": _TEXT, "title": _TEXT, "description": _TEXT}),
    "Topics": _list("topics", "Topic"),
    "Source": _object(_SOURCE),
    "Sources": _list("sources", "Source"),
    "Problem": _object({"error": _TEXT}),
}


@dataclass(frozen=True, slots=True)
class Param:
    """A parameter in the path or the query."""

    name: str
    means: str
    schema: Schema
    required: bool = False
    where: str = "query"

    def told(self) -> Schema:
        """As OpenAPI has it."""
        return {
            "name": self.name,
            "in": self.where,
            "description": self.means,
            "required": self.required,
            "schema": self.schema,
        }


TOPIC = Param("topic", "a topic's id", _LINE)
LANG = Param("lang", "a language, such as en or zh", _LINE)
QUERY = Param("q", "a query (docs/query-language.md)", _LINE)
TOPIC_ID = Param("topic", "a topic's id", _ID, True, "path")
N = Param("n", "at most so many", {"type": "integer", "minimum": 1, "maximum": 100, "default": PAGE})
BEFORE = Param("before", "whose last report came before this time (ms since 1970, UTC)", {"type": "integer"})
SKIP = Param(
    "skip", "but for the first so many", {"type": "integer", "minimum": 0, "maximum": MOST_SKIPPED, "default": 0}
)
NUMBER = Param("number", "a story's number; one that was merged leads to its new one", _NUMBER, True, "path")
ASKED = Param(QUERY.name, QUERY.means, QUERY.schema, True)


@dataclass(frozen=True, slots=True)
class Operation:
    """One address that answers a GET. `answers` are schemas, or "" for text, by media type; `errors` are JSON problems.
    Each address has one more, for when the store is unavailable.
    """

    path: str
    id: str
    summary: str
    answers: Mapping[str, str]
    params: Sequence[Param] = ()
    errors: Sequence[int] = ()

    def told(self) -> Schema:
        """As OpenAPI has it."""
        content = {kind: {"schema": _ref(name) if name else _TEXT} for kind, name in self.answers.items()}
        problem = {"application/json": {"schema": _ref("Problem")}}
        return {
            "operationId": self.id,
            "summary": self.summary,
            "parameters": [param.told() for param in self.params],
            "responses": {
                "200": {"description": "what was asked for", "content": content},
                **{
                    str(status): {"description": _ERRORS[status], "content": problem}
                    for status in (*self.errors, *_ANYWHERE)
                },
            },
        }


_ERRORS = {
    400: "a parameter can't be right; the line says which",
    404: "there is none",
    429: "too many requests; Retry-After says for how long to wait",
    503: "the store can't be used for now",
}
_ANYWHERE = (429, 503)


def document(operations: Sequence[Operation], version: str) -> dict[str, Any]:
    return {
        "openapi": "3.1.0",
        "info": {"title": "Tocsin", "version": version, "description": "Stories, topics and sources, to be read."},
        "servers": [{"url": "/"}],
        "paths": {one.path: {"get": one.told()} for one in operations},
        "components": {"schemas": SCHEMAS},
    }


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}
