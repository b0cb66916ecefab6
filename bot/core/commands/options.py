"""Validates a subscription's options and a channel's settings; a refusal says what would be valid."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from bot.core.commands.cadence import parse_mode, parse_quiet
from bot.core.commands.mention import Mentions
from bot.core.errors import QueryError
from bot.core.language.languages import LANGUAGES, code_called, language_of
from bot.core.language.zones import parse_zone
from bot.core.message import SEVERITIES

THREADS = ("none", "story", "topic")


def parse_options(args: Mapping[str, str]) -> dict[str, str]:
    """The options among a command's arguments, checked and in canonical form. Raises `QueryError`."""
    given = {name: check(args[name].strip()) for name, check in CHECKS.items() if args.get(name, "").strip()}
    return {name: value for name, value in given.items() if value not in ("", "instant")}


def fitted(options: Mapping[str, str], mentions: Mentions | None, unable: frozenset[str]) -> dict[str, str]:
    """Options as a channel's platform can have them: mentions by their ids. `unable`: options that it can't have.

    Raises `QueryError` for those, and for what is no mention.
    """
    made = dict(options)
    if "mention-from" in made:
        check_called(made, mentions)
    if "mention" in made:
        made["mention"] = mentions.id_in(made["mention"]) if mentions else ""
        if not made["mention"]:
            raise _nobody(mentions)
    if "thread" in made and "thread" in unable:
        raise QueryError("“thread” is for channels of Discord and Slack")
    return made


def check_called(options: Mapping[str, str], mentions: Mentions | None) -> None:
    """Raise `QueryError` if options, or a channel's settings, have a severity for mentions but no mention."""
    if options.get("mention-from") and not options.get("mention"):
        if mentions is None:
            raise _nobody(mentions)
        raise QueryError("“mention-from” says from which severity on somebody is mentioned; give “mention” too")


def _nobody(mentions: Mentions | None) -> QueryError:
    who = mentions.who if mentions else "a role on Discord or a user group on Slack"
    return QueryError(f"“mention” must be {who}, or none")


def parse_settings(args: Mapping[str, str]) -> dict[str, str]:
    """A channel's settings among a command's arguments, checked; "" for one to forget. Raises `QueryError`."""
    wanted = {name: args[name].strip() for name in SETTINGS if args.get(name, "").strip()}
    return {name: "" if value.lower() == "none" else SETTINGS[name](value) for name, value in wanted.items()}


def _severity(text: str) -> str:
    if text.lower() not in SEVERITIES:
        raise QueryError(f"“severity” must be normal, notable or breaking, not “{text[:40]}”")
    return text.lower()


def _langs(text: str) -> str:
    langs = [code_called(lang) for lang in re.split(r"[,，、\s]+", text) if lang]
    wrong = next((lang for lang in langs if not language_of(lang)), None)
    if wrong is not None or not langs:
        raise QueryError(f"“lang” must be codes such as en or en,zh, not “{(wrong or text)[:40]}”")
    return ",".join(dict.fromkeys(map(language_of, langs)))


def _names(text: str) -> str:
    names = [" ".join(name.strip().splitlines()) for name in re.split(r"[,，]", text) if name.strip()]
    if len(names) > 20 or any(len(name) > 60 for name in names):
        raise QueryError("name at most 20 outlets as sources shows them, separated by commas")
    return ", ".join(names)  # also twice: a part of a name with a comma may be that of another


def _or_none(check: Callable[[str], str]) -> Callable[[str], str]:
    """The same for an option that `none` leaves out."""
    return lambda text: "" if text.lower() == "none" else check(text)


def _updates(text: str) -> str:
    if text.lower() not in ("yes", "no"):
        raise QueryError(f"“updates” must be yes or no, not “{text[:40]}”")
    return "no" if text.lower() == "no" else ""


def _burst(text: str) -> str:
    if text.lower() in ("off", "0"):
        return "0"
    if not text.isdecimal() or not 1 <= int(text) <= 100:
        raise QueryError(
            f"“burst” must be how many alerts may come within ten minutes, 1 to 100, or off, not “{text[:40]}”"
        )
    return str(int(text))


def as_typed(name: str, value: str) -> str:
    """A stored setting, as somebody would type it."""
    return "off" if (name, value) == ("burst", "0") else value


def _notices(text: str) -> str:
    if text.lower() not in ("on", "off"):
        raise QueryError(f"“notices” must be on or off, not “{text[:40]}”")
    return "off" if text.lower() == "off" else ""


def _language(text: str) -> str:
    if text not in LANGUAGES:
        raise QueryError(f"“language” must be one of {', '.join(LANGUAGES)}, not “{text[:40]}”")
    return text


def _mention(text: str) -> str:
    return text[:100]


def _thread(text: str) -> str:
    if text.lower() not in THREADS:
        raise QueryError(f"“thread” must be one of {', '.join(THREADS)}, not “{text[:40]}”")
    return "" if text.lower() == "none" else text.lower()


def _confirm(text: str) -> str:
    if not text.isdecimal() or not 1 <= int(text) <= 20:
        raise QueryError(f"“confirm” must be a number of outlets, 1 to 20, not “{text[:40]}”")
    return str(int(text))


CHECKS: dict[str, Callable[[str], str]] = {
    "severity": _severity,
    "lang": _langs,
    "confirm": _confirm,
    "mode": parse_mode,
    "quiet": _or_none(parse_quiet),
    "wake": _or_none(_severity),
    "outlets": _or_none(_names),
    "mute-outlets": _or_none(_names),
    "updates": _updates,
    "mention": _or_none(_mention),
    "mention-from": _severity,
    "thread": _thread,
}
"""A subscription's options by name."""

SETTINGS: dict[str, Callable[[str], str]] = {
    "language": _language,
    "timezone": parse_zone,
    "mention": _mention,
    "mention-from": _severity,
    "burst": _burst,
    "notices": _notices,
}
"""A channel's settings by name."""
