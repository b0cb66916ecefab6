"""Lines as they are typed where somebody is, and whom alerts can mention there."""

from __future__ import annotations

import pytest

from bot.cli.platforms import MENTIONS
from bot.commands.wording import in_english
from bot.core.commands.spec import BY_NAME
from tests.wording import WORDS


def typed(line: str, *where: str, locale: str = "en", may_configure: bool = True) -> str:
    return WORDS.at(*where, may_configure=may_configure).line(locale, line)


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
    assert typed(line, "slack", "T1", "C1") == slack
    assert typed(line, "discord", "1", "2") == discord
    assert typed(line, "console") == WORDS.line("en", line) == line


def test_discord_names_its_commands_in_the_readers_language() -> None:
    assert typed("edit 3 mode=none", "discord", "1", "2", locale="zh-CN") == "/tocsin 修改 what:3 mode:none"


def test_slack_names_its_commands_in_the_readers_language_and_takes_them_so() -> None:
    line = typed("edit 3 mode=none", "slack", "T1", "C1", locale="zh-TW")
    assert line == "/tocsin 修改 3 mode=none"
    assert in_english(WORDS, line) == "edit 3 mode=none"


@pytest.mark.parametrize("locale", ["zh-CN", "zh-TW"])
def test_every_command_is_understood_by_its_name_in_each_language(locale: str) -> None:
    named = {name: WORDS.find(locale, f"command.{name}.name") for name in BY_NAME}
    assert {name: in_english(WORDS, f"{own}  a b") for name, own in named.items()} == {
        name: f"{name}  a b" for name in named
    }
    assert in_english(WORDS, "芯片 OR chips") == "芯片 OR chips"


def test_who_may_not_configure_finds_look_ups_under_the_root_that_everybody_has() -> None:
    assert typed("topics", "discord", "1", "2", may_configure=False) == "/news topics"
    assert typed("mute 42", "discord", "1", "2", may_configure=False) == "/tocsin mute story:42"


def test_a_webhooks_line_is_typed_where_its_people_are() -> None:
    line = "unsubscribe 3"
    assert typed(line, "webhook", "slack:T1", "desk") == "/tocsin webhook do desk unsubscribe 3"
    assert typed(line, "webhook", "discord:1", "desk") == "/tocsin webhook action:do name:desk line:unsubscribe 3"
    assert typed(line, "webhook", "local", "desk") == "webhook do desk unsubscribe 3"


@pytest.mark.parametrize(
    ("platform", "text", "who"),
    [
        ("discord", "<@&12345>", "12345"),
        ("discord", " 12345 ", "12345"),
        ("discord", "S0123", ""),
        ("discord", "@everyone", ""),
        ("discord", "@here", ""),
        ("slack", "<!subteam^S0123|@desk>", "S0123"),
        ("slack", "S0123", "S0123"),
        ("slack", "<!channel>", ""),
    ],
)
def test_only_a_role_or_group_can_be_mentioned(platform: str, text: str, who: str) -> None:
    assert MENTIONS[platform].id_in(text) == who
