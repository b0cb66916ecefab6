"""Merges an edit into a subscription's options: what is not named stays, `none` removes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bot.core.commands.options import CHECKS, parse_options

NONE = "none"
_USUAL = {"severity": "normal", "confirm": "1"}
"""Values that mean the same as leaving the option out."""


def changed(held: Mapping[str, str], args: Mapping[str, str]) -> dict[str, str]:
    """The options after an edit. Raises `QueryError` for an invalid value.

    If a mention is removed, the severity from which it applied is removed too.
    """
    named = {name: args[name].strip() for name in CHECKS if args.get(name, "").strip()}
    given = parse_options({name: value for name, value in named.items() if value.lower() != NONE})
    kept = {name: value for name, value in held.items() if name not in named}
    made = kept | {name: value for name, value in given.items() if _USUAL.get(name) != value}
    if "mention" not in made and ("mention" in named or "mention-from" not in named):
        made.pop("mention-from", None)
    return made


def back(held: Mapping[str, str], now: Mapping[str, str], names: Iterable[str]) -> dict[str, str]:
    """The arguments of the edit that undoes another: the earlier values of `names`, if they differ now."""
    return {name: held.get(name) or _USUAL.get(name, NONE) for name in names if held.get(name) != now.get(name)}
