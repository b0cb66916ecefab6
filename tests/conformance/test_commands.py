"""Every command of the one table, on every platform: the same stories, links, words, buttons, refusals and privacy.

A command that is added to `bot.core.commands.spec` is asked here by its own example; without one it fails.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

import pytest

from bot.cli.platforms import PLATFORMS
from bot.core.commands.line import parse_line
from bot.core.commands.spec import COMMANDS, Command
from bot.core.language.languages import LANGUAGES
from bot.core.message import Item, Reply
from handlers.console import ConsolePlatform
from handlers.text import clean, lures, safe_url
from tests.conformance.stage import Seen, Stage
from tests.conformance.stages import STAGES, all_stages
from tests.conformance.town import HOSTILE
from tests.wording import WORDS

pytestmark = pytest.mark.usefixtures("untraced")
_OWN = ("press.below", "status.start", "rhythm.edited", "rhythm.posted")
UNABLE = ConsolePlatform.unable
"""What a terminal can't do: it is not in its help, and refused there."""
_PARTS = 60  # characters of a text by which it is found again: every platform cuts long ones, each at its own limit


class Asked(NamedTuple):
    """One way to ask a command."""

    what: str
    args: Mapping[str, str]
    locale: str = "en"
    may_configure: bool = True


def ways(command: Command) -> Iterator[Asked]:
    """The example; then shared, paged, in Chinese, without the right, with nothing, with hostile arguments."""
    usual = parse_line(command.example).args
    if command.name == "settings":  # a terminal has none: its hints differ
        usual = {"language": "zh-CN"}
    yield Asked("example", usual)
    yield Asked("again", usual)
    if command.arg("share"):
        yield Asked("shared", {**usual, "share": "yes"})
    if command.arg("page"):
        yield Asked("second page", {**usual, "page": "2"})
    yield Asked("Chinese", usual, "zh-CN")
    yield Asked("Chinese of Taiwan", usual, "zh-TW")
    if command.configures:
        yield Asked("no right", usual, may_configure=False)
        yield Asked("no right, Chinese", usual, "zh-CN", may_configure=False)
    first = next((arg for arg in command.args if arg.kind in ("text", "rule", "story", "subscription")), None)
    if first is not None:
        yield Asked("nowhere", {first.name: "https://nowhere.example/x"})
        yield Asked("hostile", {first.name: HOSTILE.replace("\u0000", "")})
        yield Asked("long", {first.name: "long " * 180})


def flat(text: str) -> str:
    """A text as people read it, whatever the platform's lines and spaces."""
    return " ".join(clean(text.replace("\u200b", "")).split())


def here(text: str) -> str:
    """A text without what each platform calls the place and the right, counts of its own channels, its buttons, how
    it tells of a story that grows, and how a program is started, which the terminal alone tells.
    """
    for own in (WORDS(locale, key) for locale in LANGUAGES for key in _OWN):
        text = text.replace(own, "")
    text = untyped(text)
    return re.sub(
        rf"#?\bgeneral(?![a-z])|(?:channels|频道|頻道)[:：] ?\d+|Manage Server|this workspace|{'|'.join(STAGES)}",
        "…",
        text,
    )


LOCAL = {WORDS.find(locale, f"command.{c.name}.name"): c.name for locale in LANGUAGES[1:] for c in COMMANDS}


def untyped(text: str) -> str:
    """A text whose lines are told as a terminal takes them: no roots, no fields, no names of Discord's, no quotes."""
    text = re.sub(r"/(?:tocsin|news) ([\w-]+)", lambda found: LOCAL.get(found[1], found[1]), text)
    text = re.sub(r"\b(?:what|story|query|command|action):", "", text)
    return re.sub(r"""\b([a-z-]+)[=:](["'“]?)([^\s"'”]+(?: [0-9:]+)?)["'”]?""", r"\1=\3", text)


def meaning(reply: Reply) -> object:
    """What a reply says, but for what each platform calls itself and its rights."""
    able = [item for item in reply.items if re.split("[ （]", item.title)[0] not in UNABLE]
    items = [(untyped(item.title), item.url, here(item.detail), item.bold, actions(item)) for item in able]
    lines = tuple(map(here, reply.lines))
    return here(reply.text), lines, items, actions(reply), reply.page, reply.pages, reply.ok, reply.private


def actions(part: Reply | Item) -> list[tuple[str, str]]:
    return [(button.action, button.value) for button in part.buttons]


def check(stage: Stage, reply: Reply, seen: Seen, locale: str) -> None:
    """Everything that the reply means can be seen."""
    text = flat(seen.text)
    for line in (reply.text, *reply.lines):
        assert flat(line)[:_PARTS].strip() in text, (line, text)
    for item in reply.items:
        assert flat(item.title)[:_PARTS].strip() in text, (item, text)
        assert flat(item.detail)[:_PARTS].strip() in text, (item, text)
        if item.url and not lures(item.url):
            assert safe_url(item.url) in seen.links, (item, seen.links)
    if stage.presses:
        wanted = [*actions(reply), *(action for item in reply.items for action in actions(item))]
        assert [button for button in wanted if button not in seen.buttons] == []
    if reply.pages > 1:
        said = WORDS("en" if stage.name == "console" else locale, "page.of", page=reply.page, pages=reply.pages)
        assert said in text
    assert seen.private == reply.private


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
async def test_a_command_means_the_same_everywhere(command: Command) -> None:
    assert command.example.split()[:1] == [command.name], "a command needs an example that can be typed as it stands"
    assert parse_line(command.example).problem == ""
    async with all_stages() as stages:
        for asked in ways(command):
            said = []
            for stage in stages:
                seen = await stage.ask(command.name, asked.args, locale=asked.locale, may_configure=asked.may_configure)
                reply = stage.replies[-1]
                assert asked.may_configure or not reply.ok, asked
                check(stage, reply, seen, asked.locale)
                if stage.name != "console" or not UNABLE & asked.args.keys():
                    said.append(meaning(reply))
            refused_right = not asked.may_configure
            assert refused_right or said.count(said[0]) == len(said), (asked, said)


async def test_buttons_lead_to_the_same_places_everywhere() -> None:
    """A press through everything that an alert or a reply offers: each answers the same on each platform."""
    presses = [
        ("story", "42"),
        ("why", "42"),
        ("mute", "42"),
        ("unmute", "42"),
        ("subscribe", "open-models"),
        ("unsubscribe", "1"),
        ("confirm", "what=h20 ban\nseverity=notable"),
        ("latest", ""),
        ("vanished", "1"),
    ]
    async with all_stages() as stages:
        for action, value in presses:
            said = []
            for stage in stages:
                before = len(stage.replies)
                seen = await stage.press(action, value)
                new = stage.replies[before:]
                assert seen.private
                said.append([meaning(reply) for reply in new])
                for reply in new:
                    check(stage, reply, seen, "en")
            assert said.count(said[0]) == len(said), (action, said)


async def test_a_refusal_of_the_right_names_it_and_who_can_grant_it() -> None:
    async with all_stages() as stages:
        for stage in stages:
            seen = await stage.ask("subscribe", {"what": "export-controls"}, may_configure=False)
            own = {"discord": "Manage Server permission; a server admin can", "slack": "workspace admins"}
            assert own.get(stage.name, "people who may configure this channel") in seen.text
            assert "Nothing was changed" in seen.text
            assert (await stage.ask("subscriptions", {})).text.startswith("Nothing is subscribed")


def test_every_platform_is_asked() -> None:
    assert {*PLATFORMS, "console"} == STAGES.keys()
