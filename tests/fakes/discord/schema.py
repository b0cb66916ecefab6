"""Request bodies against Discord's own OpenAPI description, where the shared data holds it."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match
from jsonschema.validators import extend
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from tests.shared import SHARED

SPEC: Path = SHARED / "specs" / "discord-openapi.json.gz"
_URI = "urn:discord"


def _quick(keyword: str, right: Callable[[int], bool]) -> Callable[..., Iterator[ValidationError]]:
    """`anyOf` and `oneOf` that list what is wrong with each alternative only where the whole is wrong.

    A component is one of two dozen kinds, each of which holds others: all their faults are hundreds for a right body.
    """
    plain = Draft202012Validator.VALIDATORS[keyword]

    def quick(validator: Any, parts: list[Any], instance: Any, schema: Any) -> Iterator[ValidationError]:
        if not right(sum(validator.evolve(schema=part).is_valid(instance) for part in parts)):
            yield from plain(validator, parts, instance, schema)

    return quick


_Validator = extend(Draft202012Validator, {"anyOf": _quick("anyOf", bool), "oneOf": _quick("oneOf", lambda n: n == 1)})


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
    made: Registry[Any] = Registry().with_resource(_URI, DRAFT202012.create_resource(_spec()))
    return made


def _template(path: str) -> str:
    """The description's path for a real one: whichever template fits with the most literal parts."""
    fitting = [t for t in _spec()["paths"] if re.fullmatch(re.sub(r"\{[^}]+\}", "[^/]+", t), path)]
    return min(fitting, key=lambda t: t.count("{"), default="")


@lru_cache(maxsize=64)
def _validator(method: str, template: str) -> Any:
    """None where the description says nothing of such a body."""
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
    return _Validator({"$ref": f"{_URI}#/{pointer}"}, registry=_registry())
