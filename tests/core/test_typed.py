"""Lines as they are typed where somebody is."""

from __future__ import annotations

import pytest

from bot.core.typed import Keyboard, keyboard_at

CHINESE = {"edit": "修改", "topics": "主题"}


def english(name: str) -> str:
    return ""


@pytest.mark.parametrize(
    ("line", "slack", "discord"),
    [
        ("topics", "/tocsin topics", "/tocsin topics"),
        ("story 42", "/tocsin story 42", "/tocsin story story:42"),
        (
            'edit 3 quiet="22:00-07:00" mode="daily 09:00"',
            '/tocsin edit 3 quiet="22:00-07:00" mode="daily 09:00"',
            "/tocsin edit what:3 mode:daily 09:00 quiet:22:00-07:00",
        ),
        ("template 3 clear=yes", "/tocsin template 3 clear=yes", "/tocsin template what:3 clear:True"),
        ("webhook remove desk", "/tocsin webhook remove desk", "/tocsin webhook action:remove name:desk"),
        (
            'subscribe h20 OR "export ban" name="Our chips"',
            '/tocsin subscribe h20 OR "export ban" name="Our chips"',
            '/tocsin subscribe what:h20 OR "export ban" name:Our chips',
        ),
    ],
)
def test_a_line_is_told_as_each_platform_takes_it(line: str, slack: str, discord: str) -> None:
    assert keyboard_at("slack", "T1", "C1").typed(line, english) == slack
    assert keyboard_at("discord", "1", "2").typed(line, english) == discord
    assert keyboard_at("console").typed(line, english) == Keyboard().typed(line, english) == line


def test_discord_names_its_commands_in_the_readers_language() -> None:
    keyboard = keyboard_at("discord", "1", "2")
    assert keyboard.typed("edit 3 mode=none", lambda name: CHINESE[name]) == "/tocsin 修改 what:3 mode:none"


def test_who_may_not_configure_finds_look_ups_under_the_root_that_everybody_has() -> None:
    keyboard = keyboard_at("discord", "1", "2", may_configure=False)
    assert keyboard.typed("topics", english) == "/news topics"
    assert keyboard.typed("mute 42", english) == "/tocsin mute story:42"


def test_a_webhooks_line_is_typed_where_its_people_are() -> None:
    line = "unsubscribe 3"
    assert keyboard_at("webhook", "slack:T1", "desk").typed(line, english) == "/tocsin webhook do desk unsubscribe 3"
    assert (
        keyboard_at("webhook", "discord:1", "desk").typed(line, english)
        == "/tocsin webhook action:do name:desk line:unsubscribe 3"
    )
    assert keyboard_at("webhook", "local", "desk").typed(line, english) == "webhook do desk unsubscribe 3"
