"""TOML that people write → tables. Every error is one line."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterable
from typing import Any

from bot.core.errors import ConfigError


def tables(data: bytes, name: str) -> dict[str, Any]:
    """Parse the text of a file with this name. Raises `ConfigError`."""
    try:
        return tomllib.loads(data.decode("utf-8-sig"))  # with the mark that some editors begin a file with
    except RecursionError:
        raise ConfigError(f"{name}: not valid TOML: brackets within brackets, too many to read") from None
    except ValueError as error:  # a number of thousands of digits is no error of TOML's own
        raise ConfigError(f"{name}: not valid TOML: {error}") from None


def perhaps(word: str, known: Iterable[str]) -> str:
    """For an unknown key: the question whether a similar one was meant; "" if none is similar."""
    near = difflib.get_close_matches(word, sorted(known), 1)
    return f"; did you mean {near[0]}?" if near else ""
