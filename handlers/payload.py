"""Checks what a platform sends, once, where it comes in: after that, every value has its documented type.

A shape is a type, `[shape]` for a list, or a mapping of keys to shapes; keys that it does not name may hold anything,
and the key "*" is for all keys. Null and absent values fit, except in a list.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

Shape = type | list[Any] | Mapping[str, Any]
T = TypeVar("T")
_DEEPEST = 100


def sound(body: T, shape: Shape) -> T | None:
    """The value with texts that can be stored; None if it does not have this shape, or is nested far too deep."""
    return _kept(body) if not _deeper(body, _DEEPEST) and _fits(body, shape) else None


def _fits(value: object, shape: Shape) -> bool:
    if value is None:
        return True
    if isinstance(shape, type):
        return isinstance(value, shape)
    if isinstance(shape, list):
        return isinstance(value, list) and all(part is not None and _fits(part, shape[0]) for part in value)
    if not isinstance(value, Mapping):
        return False
    every, named = shape.get("*"), (key for key in shape if key != "*")
    return all(_fits(value.get(key), shape[key]) for key in named) and (
        every is None or all(_fits(part, every) for part in value.values())
    )


def _kept(value: Any) -> Any:
    """The text with lone surrogates (from a cut text) replaced by "?"."""
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-8", "replace").decode()
    if isinstance(value, Mapping):
        return {_kept(key): _kept(part) for key, part in value.items()}
    return [_kept(part) for part in value] if isinstance(value, list) else value


def _deeper(value: Any, most: int) -> bool:
    """Whether a value is nested more than `most` levels deep. Iterative: it may be too deep for recursion."""
    level = [value]
    for _ in range(most):
        held = [part.values() if isinstance(part, Mapping) else part for part in level]
        level = [part for parts in held if not isinstance(parts, str | int | float | None) for part in parts]
        if not level:
            return False
    return True
