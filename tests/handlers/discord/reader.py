"""Reads Discord's markdown back into what a person sees: text, what is bold, links. Written from its documented rules.

Anything that would act but is not expected (a mention, an auto-link, a code span, a spoiler, a heading) is an error.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_LINK = re.compile(r"\[((?:\\.|[^\[\]\\])+)\]\((https?://[^\s()<>]+)\)")
_STAMP = re.compile(r"<t:(\d+):[Rf]>")
_AUTOLINK = re.compile(r"https?://[^\s<]+", re.IGNORECASE)
_MENTION = re.compile(r"<(?:@[!&]?|#|a?:\w+:)\d+>|@everyone|@here|</[^>]*:\d+>|<id:\w+>", re.IGNORECASE)
_BLOCK = re.compile(r"(?:#{1,3}|-#|>{1,3}|[-*+]|\d+\.)\s")
_INVITE = re.compile(r"(?:discord(?:app)?\.(?:gg|com/invite)|dsc\.gg)/\w", re.IGNORECASE)


class Live(AssertionError):
    """Something in the text acts."""


@dataclass
class Seen:
    """What a person sees."""

    text: str = ""
    bold: list[str] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)


def read(markdown: str, *, block: str = "") -> Seen:
    """One line as shown; `block` is the heading or list mark that it is meant to begin with."""
    if not markdown.startswith(block):
        raise Live(f"{block!r} expected: {markdown!r}")
    rest = markdown.removeprefix(block)
    if _BLOCK.match(rest):
        raise Live(f"a block begins: {rest!r}")
    if found := _MENTION.search(re.sub(_STAMP, "", rest)):
        raise Live(f"a mention: {found.group()!r}")
    if found := _INVITE.search(_LINK.sub("", rest)):
        raise Live(f"an invitation: {found.group()!r}")
    seen = Seen()
    _inline(rest, seen, bold=False)
    seen.text = seen.text.replace("@\u200b", "@")
    return seen


def _inline(text: str, seen: Seen, *, bold: bool) -> None:
    at = 0
    while at < len(text):
        at = _step(text, at, seen, bold)


def _step(text: str, at: int, seen: Seen, bold: bool) -> int:
    char = text[at]
    if char == "\\" and at + 1 < len(text) and re.match(r"[^0-9A-Za-z\s]", text[at + 1]):
        seen.text += text[at + 1]
        return at + 2
    if text.startswith("**", at) and not bold:
        end = _closing(text, at + 2)
        inner = Seen()
        _inline(text[at + 2 : end], inner, bold=True)
        seen.text += inner.text
        seen.links += inner.links
        seen.bold.append(inner.text.replace("@\u200b", "@"))
        return end + 2
    if found := _LINK.match(text, at):
        inner = Seen()
        _inline(found[1], inner, bold=bold)
        seen.text += inner.text
        seen.bold += inner.bold
        seen.links.append((inner.text.replace("@\u200b", "@"), found[2]))
        return found.end()
    if found := _STAMP.match(text, at):
        seen.text += "🕒"
        return found.end()
    if char in "*_~|`<>[]":
        raise Live(f"{char!r} at {at} in {text!r}")
    if found := _AUTOLINK.match(text, at):
        raise Live(f"a link of its own: {found.group()!r}")
    seen.text += char
    return at + 1


def _closing(text: str, start: int) -> int:
    at = start
    while at < len(text):
        if text[at] == "\\":
            at += 2
        elif text.startswith("**", at) and not text.startswith("***", at) and at > start:
            return at
        else:
            at += 1
    raise Live(f"bold is never closed: {text!r}")
