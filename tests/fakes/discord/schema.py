"""Request bodies against Discord's own OpenAPI description, where the shared data holds it."""

from __future__ import annotations

import gzip
import json
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from tests.shared import SHARED

SPEC: Path = SHARED / "specs" / "discord-openapi.json.gz"
_URI = "urn:discord"


@lru_cache(maxsize=256)
def schema_faults(method: str, path: str, text: str) -> tuple[str, ...]:
    """What the official description finds wrong with a body (JSON); nothing where it has no such path, or is absent."""
    validator = _validator(method.lower(), _template(path)) if SPEC.is_file() else None
    if validator is None:
        return ()
    error = best_match(validator.iter_errors(json.loads(text)))
    return (f"{error.json_path}: {error.message[:300]}",) if error else ()


@lru_cache(maxsize=1)
def _spec() -> dict[str, Any]:
    spec: dict[str, Any] = json.loads(gzip.decompress(SPEC.read_bytes()))
    return spec


@lru_cache(maxsize=1)
def _registry() -> Registry[Any]:
    return Registry().with_resource(_URI, Resource(_spec(), DRAFT202012))


def _template(path: str) -> str:
    """The description's path for a real one: whichever template fits with the most literal parts."""
    fitting = [t for t in _spec()["paths"] if re.fullmatch(re.sub(r"\{[^}]+\}", "[^/]+", t), path)]
    return min(fitting, key=lambda t: t.count("{"), default="")


@lru_cache(maxsize=64)
def _validator(method: str, template: str) -> Draft202012Validator | None:
    content = _spec()["paths"].get(template, {}).get(method, {}).get("requestBody", {}).get("content", {})
    if "application/json" not in content:
        return None
    pointer = (
        "/".join(
            part.replace("~", "~0").replace("/", "~1")
            for part in ("paths", template, method, "requestBody", "content", "application/json", "schema")
        )
        .replace("{", "%7B")
        .replace("}", "%7D")
    )
    return Draft202012Validator({"$ref": f"{_URI}#/{pointer}"}, registry=_registry())
