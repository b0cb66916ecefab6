"""Refusals: one sentence in the asker's language, with the remedy; nothing is changed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.commands.spec import COMMANDS
from bot.core.errors import StoreError
from bot.ports import Asker
from tests.commands.test_commands import OWNER, House, house

__all__ = ["house"]
GUEST = replace(OWNER, may_configure=False)


async def mention_kept(house: House, platform: str, typed: str) -> str | None:
    asker = replace(OWNER, platform=platform)
    reply = await house.commands.run(asker, "settings", {"mention": typed})
    channel = await house.store.find_channel(platform, OWNER.scope, OWNER.channel)
    kept = channel.settings.get("mention") if channel else None
    assert reply.ok == (kept is not None), reply
    assert reply.ok or ("mention" in reply.text and "none" in reply.text and "Nothing was changed" in reply.text)
    return kept


@pytest.mark.parametrize(
    ("platform", "typed", "kept"),
    [
        ("slack", "S0123ABC", "S0123ABC"),
        ("slack", "<!subteam^S0123ABC|@desk>", "S0123ABC"),
        ("slack", "<!subteam^S0123ABC>", "S0123ABC"),
        ("slack", "@desk", None),
        ("slack", "<!channel>", None),
        ("slack", "U0123", None),
        ("discord", "<@&123456789012345678>", "123456789012345678"),
        ("discord", "123456789012345678", "123456789012345678"),
        ("discord", "@everyone", None),
        ("discord", "<@123456789012345678>", None),
        ("console", "desk", None),
    ],
)
async def test_only_a_role_or_group_of_the_platform_can_be_mentioned(
    house: House, platform: str, typed: str, kept: str | None
) -> None:
    assert await mention_kept(house, platform, typed) == kept


@pytest.mark.parametrize("line", ['trend chips days=" "', 'latest n=" "'])
async def test_what_is_left_blank_is_not_given(house: House, line: str) -> None:
    assert (await house.commands.type(OWNER, line)).ok


@pytest.mark.parametrize("typed", ["chpis", "Chi", "rian", "smic OR chips"])
async def test_what_is_no_misspelt_topic_is_not_asked_about(house: House, typed: str) -> None:
    shown = await house.commands.run(OWNER, "subscribe", {"what": typed})
    assert [button.action for button in shown.buttons] in ([], ["confirm"])


@pytest.mark.parametrize("line", ["latest exprot-controls", "trend exprot-controls", "preview exprot-controls"])
async def test_a_misspelt_topic_that_is_looked_up_is_asked_about(house: House, line: str) -> None:
    house.rules.put_topics([*house.rules.topics.values(), replace(house.rules.topics["rain"], id="export-controls")])
    assert (await house.commands.type(OWNER, line)).lines[-1] == "Did you mean export-controls?"
    assert "Did you mean" not in str(await house.commands.type(OWNER, line.replace("exprot", "zzz")))


async def test_a_misspelt_topic_is_asked_about_before_it_becomes_a_query(house: House) -> None:
    house.rules.put_topics([*house.rules.topics.values(), replace(house.rules.topics["rain"], id="export-controls")])
    shown = await house.commands.run(OWNER, "subscribe", {"what": "exprot-controls"})
    assert shown.lines[0].startswith("Did you mean the topic “Rain”? Its id is export-controls")
    assert [button.action for button in shown.buttons] == ["instead", "confirm"]
    assert await house.store.subscriptions() == []
    meant = await house.commands.press(OWNER, shown.buttons[0].action, shown.buttons[0].value)
    assert meant.ok
    ((_, kept),) = await house.store.subscriptions()
    assert kept.rule == "topic:export-controls"
    quoted = await house.commands.run(OWNER, "subscribe", {"what": '"exprot-controls"'})
    assert [button.action for button in quoted.buttons] == ["confirm"]


@pytest.mark.parametrize(
    ("typed", "topic"),
    [
        *(("controls exports", True), ("Control of export", False), ("exports", False), ('"export"', False)),
        *(("口管制", True), ("管制", False)),
    ],
)
async def test_keywords_that_a_topic_is_called_by_offer_it_and_stay_keywords(
    house: House, typed: str, topic: bool
) -> None:
    wider = replace(
        house.rules.topics["rain"], id="export-controls", titles={"en": "Export controls", "zh-CN": "出口管制"}
    )
    house.rules.put_topics([*house.rules.topics.values(), wider])
    said = "The topic “Export controls” (export-controls) finds more than these words."
    shown = await house.commands.run(replace(OWNER, platform="slack"), "subscribe", {"what": typed})
    assert (said in shown.lines) == topic
    assert [button.action for button in shown.buttons] == (["instead"] if topic else []) + ["confirm"]
    done = await house.commands.press(OWNER, "confirm", shown.buttons[-1].value)
    assert done.ok
    assert (said in done.lines) == topic  # the terminal, where nobody pressed


RIGHT = {"discord": "/tocsin {} ", "slack": "/tocsin {} ", "console": "“{}” "}


@pytest.mark.usefixtures("untraced")
@pytest.mark.parametrize("command", [command for command in COMMANDS if command.configures], ids=lambda c: c.name)
async def test_every_change_needs_a_right_that_is_named_with_who_grants_it(house: House, command: object) -> None:
    name = getattr(command, "name", "")
    for platform, right in (("discord", "Manage Server"), ("slack", "workspace admins"), ("console", "configure")):
        refused = await house.commands.run(replace(GUEST, platform=platform), name, {})
        assert not refused.ok
        assert refused.text.startswith(RIGHT[platform].format(name))
        assert right in refused.text
        assert "Nothing was changed" in refused.text
        assert platform == "console" or "admin" in refused.text


@pytest.mark.usefixtures("untraced")
@pytest.mark.parametrize("locale", ["zh-CN", "zh-TW"])
@pytest.mark.parametrize(
    "line",
    [
        "dance",
        "sub chips",
        "settings quiet=22:00-07:00",
        "settings foo=bar",
        "subscribe",
        "latest n=99",
        "subscribe chips severity=dire",
        "search " + "x" * 3000,
        "why 99",
        "search (((",
        "subscribe chips lang=xx",
    ],
)
async def test_refusals_are_said_in_chinese(house: House, locale: str, line: str) -> None:
    refused = await house.commands.type(replace(OWNER, locale=locale), line)
    assert not refused.ok
    assert sum(not char.isascii() for char in refused.text) >= 4, refused.text


async def test_an_article_that_is_not_stored_is_told_apart_from_a_wrong_number(house: House) -> None:
    by_link = await house.commands.type(OWNER, "why https://nowhere.example/a")
    assert "sources lists the feeds" in by_link.text
    assert "no story “99”" in (await house.commands.type(OWNER, "why 99")).text


async def test_an_unknown_language_is_refused(house: House) -> None:
    assert "not “xx”" in (await house.commands.type(OWNER, "subscribe chips lang=en,xx")).text
    assert (await house.commands.type(OWNER, "subscribe chips lang=en,zh-TW")).ok


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("sub chips", "There is no command “sub”; did you mean subscribe?"),
        ("list", "There is no command “list”."),
        (
            "settings quiet=22:00-07:00",
            "“quiet” is an option of edit, not of settings: help edit. Nothing was changed.",
        ),
        ("settings foo=bar", "There is no option “foo”: help settings lists them. Nothing was changed."),
        (
            "subscribe chips timezone=UTC",
            "“timezone” is an option of settings, not of subscribe: help settings. Nothing was changed.",
        ),
    ],
)
async def test_what_was_typed_in_the_wrong_place_is_named(house: House, line: str, said: str) -> None:
    refused = await house.commands.type(OWNER, line)
    assert (refused.text, refused.ok) == (said, False)
    assert await house.store.subscriptions() == []


async def test_help_is_in_the_askers_language(house: House) -> None:
    chinese = replace(OWNER, locale="zh-CN")
    listed = await house.commands.type(chinese, "help")
    assert [item.title for item in listed.items] == [command.name for command in COMMANDS]
    assert all(any(not char.isascii() for char in item.detail) for item in listed.items)
    one = await house.commands.type(chinese, "help subscribe")
    assert one.lines == ("例如：subscribe export-controls",)
    assert one.items[1].title == "channel（可选）"


async def test_options_with_a_dash_can_be_typed(house: House) -> None:
    await house.commands.type(OWNER, 'subscribe chips mute-outlets="A Wire, B Daily"')
    ((_, kept),) = await house.store.subscriptions()
    assert kept.options == {"mute-outlets": "A Wire, B Daily"}


async def test_an_outlet_that_nothing_came_from_is_said(house: House) -> None:
    """One misspelt would hold everything back without a word."""
    said = await house.commands.type(OWNER, 'subscribe chips outlets="A Wire, Nobody\'s"')
    assert said.lines[2] == "Nothing has come from Nobody's yet: sources shows what outlets are called."
    assert "Nothing has come" not in str(await house.commands.type(OWNER, 'edit chips outlets="a wire"'))
    assert "from B Daly yet" in str(await house.commands.type(OWNER, 'edit chips mute-outlets="B Daly"'))


async def test_a_query_is_known_by_its_number_only_where_it_is_subscribed_to(house: House) -> None:
    here = Asker("discord", "G1", "C1", "U1", "#news")
    elsewhere = Asker("discord", "G2", "C9", "U9", "#rivals")
    await house.commands.press(here, "confirm", "what=smic OR 中芯")
    ((_, subscription),) = await house.store.subscriptions()
    for line in (f"preview {subscription.rule}", f"search {subscription.rule}", f"why 1 what={subscription.rule}"):
        refused = await house.commands.type(elsewhere, line)
        assert (refused.ok, "中芯" in repr(refused)) == (False, False), line
        assert (await house.commands.type(here, line)).ok
    ended = await house.commands.press(here, "unsubscribe", subscription.rule)
    assert ended.ok
    again = await house.commands.press(here, "unsubscribe", subscription.rule)
    assert (again.ok, again.text.startswith("That subscription no longer exists here;")) == (False, True)
    assert "no longer subscribed to here" in (await house.commands.press(here, "latest", subscription.rule)).text


async def test_a_topic_is_called_by_its_title_where_it_is_not_subscribed_to(house: House) -> None:
    refused = await house.commands.press(Asker("slack", "T1", "C1", "U1"), "unsubscribe", "topic:chips")
    assert refused.text.startswith("There is no subscription “Chips” here;")


SLACK = Asker("slack", "T1", "C1", "U1", "#news")


@pytest.mark.parametrize(
    ("asker", "line", "said"),
    [
        (
            OWNER,
            "subscribe chips mention-from=breaking",
            "“mention” must be a role on Discord or a user group on Slack, or none",
        ),
        (SLACK, "subscribe chips mention-from=breaking", "give “mention” too"),
        (SLACK, "settings mention-from=breaking", "give “mention” too"),
        (SLACK, "subscribe chips mention=none mention-from=breaking", "give “mention” too"),
    ],
)
async def test_nobody_is_mentioned_from_no_weight_on(house: House, asker: Asker, line: str, said: str) -> None:
    refused = await house.commands.type(asker, line)
    assert (refused.ok, said in refused.text) == (False, True), refused.text
    assert await house.store.subscriptions() == []


async def test_who_is_mentioned_no_more_is_mentioned_from_no_weight_on(house: House) -> None:
    await house.commands.type(SLACK, "subscribe chips mention=S0123 mention-from=breaking")
    changed = await house.commands.type(SLACK, "edit chips mention=none mention-from=breaking")
    ((_, kept),) = await house.store.subscriptions()
    assert (changed.ok, kept.options) == (True, {})
    assert (await house.commands.press(SLACK, changed.buttons[0].action, changed.buttons[0].value)).ok
    ((_, kept),) = await house.store.subscriptions()
    assert kept.options == {"mention": "S0123", "mention-from": "breaking"}
    await house.commands.type(SLACK, "settings mention=S0123 mention-from=breaking")
    assert (await house.commands.type(SLACK, "settings mention=none")).lines[0].startswith("all defaults")


@pytest.mark.parametrize("platform", ["discord", "slack"])
async def test_while_the_database_is_away_chat_is_told_so_without_its_path(house: House, platform: str) -> None:
    asker = replace(OWNER, platform=platform)
    await house.store.close()
    said = [await house.commands.type(asker, line) for line in ("subscribe chips", "latest", "status")]
    said += [await house.commands.press(asker, *pressed) for pressed in (("apart", "1:2"), ("mute", "1"))]
    assert {(reply.ok, reply.text) for reply in said} == {(False, house.commands._desk.say("en", "store.away"))}


async def test_while_the_database_is_away_a_terminal_hears_why(house: House) -> None:
    await house.store.close()
    with pytest.raises(StoreError):
        await house.commands.run(replace(OWNER, platform="console"), "latest", {})
