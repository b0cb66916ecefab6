"""Request arguments against Slack's own description of its Web API (2021, with what came later named here)."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from tests.shared import SHARED

PATH = SHARED / "specs" / "slack-web-openapi-v2.json.gz"
_LATER = {
    "chat.postMessage": {"metadata"},
    "chat.update": {"metadata"},
    "conversations.history": {"include_all_metadata"},
    "conversations.replies": {"include_all_metadata"},
    "oauth.v2.access": {"grant_type", "refresh_token"},
}
_UNKNOWN_THEN = {"apps.connections.open", "files.getUploadURLExternal", "files.completeUploadExternal"}
_STRUCTURED = {"blocks", "view", "attachments", "metadata"}


@lru_cache(maxsize=1)
def _methods() -> dict[str, list[dict[str, Any]]]:
    paths = json.loads(gzip.decompress(PATH.read_bytes()))["paths"]
    return {path.strip("/"): next(iter(verbs.values())).get("parameters", []) for path, verbs in paths.items()}


def argument_problems(method: str, args: Mapping[str, Any]) -> list[str]:
    """Arguments that the description does not know, of another type, or missing; none where it is not there."""
    if not PATH.is_file() or method in _UNKNOWN_THEN:
        return []
    if method not in _methods():
        return [f"{method} is no method of Slack's"]
    known = {parameter["name"]: parameter for parameter in _methods()[method]}
    known.update({name: {"name": name} for name in _LATER.get(method, ())})
    problems = [f"{method} has no argument {name}" for name in args if name not in known]
    for name, parameter in known.items():
        if name == "token":
            continue
        if parameter.get("required") and args.get(name) in (None, "") and "grant_type" not in args:
            problems.append(f"{method} needs {name}")
        if name in args and not _fits(parameter, args[name]):
            problems.append(f"{method}: {name} is not {parameter.get('type')}: {args[name]!r:.60}")
    return problems


def _fits(parameter: Mapping[str, Any], value: Any) -> bool:
    kind = parameter.get("type")
    if kind == "boolean" or parameter["name"] == "link_names":
        return isinstance(value, bool) or value in ("0", "1", "true", "false")
    if kind in ("integer", "number"):
        return str(value).replace(".", "", 1).isdigit()
    return isinstance(value, str) or parameter["name"] in _STRUCTURED
