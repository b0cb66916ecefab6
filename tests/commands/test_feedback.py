"""Follow, less and more, pairs, pause and templates, as any platform would ask them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.message import Reply
from tests.commands.test_commands import OWNER, House, house
from tests.store.build import judgements

__all__ = ["house"]


@pytest.fixture
async def full(house: House) -> House:
    await house.fill()
    await house.commands.run(OWNER, "subscribe", {"what": "chips"})
    return house


async def typed(house: House, line: str) -> Reply:
    return await house.commands.type(OWNER, line)


async def pressed(house: House, reply: Reply) -> Reply:
    button = reply.buttons[0]
    return await house.commands.press(OWNER, button.action, button.value)


async def number(house: House) -> int:
    return (await house.store.latest("topic:chips", 1))[0].id


async def test_less_says_what_it_does_is_shown_explained_and_undone(full: House) -> None:
    story = await number(full)
    reply = await full.commands.press(OWNER, "less", str(story))
    assert reply.ok
    assert "no longer counts as an outlet for Chips" in reply.text
    assert "less from" in (await typed(full, "subscriptions")).items[0].detail
    assert any("“Less like this” was chosen" in line for line in (await typed(full, f"why {story}")).lines)
    undone = await pressed(full, reply)
    assert undone.text.startswith("Taken back")
    assert "less" not in (await typed(full, "subscriptions")).items[0].detail


async def test_more_is_said_and_typed_too(full: House) -> None:
    story = await number(full)
    assert "at once" in (await typed(full, f"feedback {story} verdict=more")).text
    assert any("More like this" in line for line in (await typed(full, f"why {story}")).lines)


async def test_what_feedback_cannot_use_is_refused(full: House) -> None:
    for line in ("feedback 1", "feedback 999 verdict=less"):
        assert not (await typed(full, line)).ok
    rain = (await full.store.latest("topic:rain", 1))[0].id
    assert "nothing to change" in (await typed(full, f"feedback {rain} verdict=less")).text


async def test_a_story_is_followed_and_unfollowed(full: House) -> None:
    story = await number(full)
    reply = await typed(full, f"follow {story}")
    assert "Every further report" in reply.text
    assert "already" in (await typed(full, f"follow {story}")).text
    await typed(full, f"mute {story}")
    assert "Every further report" in (await typed(full, f"follow {story}")).text, "it was muted: this changes something"
    assert "no longer followed" in (await pressed(full, reply)).text
    assert "is not followed" in (await typed(full, f"unfollow {story}")).text
    assert not (await typed(full, "follow 999")).ok


async def test_a_pair_is_judged_and_judged_again(full: House) -> None:
    reply = await full.commands.press(OWNER, "apart", "1:2")
    assert "are not about" in reply.text
    assert "are about the same" in (await pressed(full, reply)).text
    (pair,) = await judgements(full.store)
    assert pair[:4] == (1, 2, True, "console:local:owner")
    assert not (await full.commands.press(OWNER, "same", "1:x")).ok


async def test_a_channel_is_paused_and_resumed(full: House) -> None:
    paused = await typed(full, "pause")
    assert "until somebody resumes it" in paused.text
    assert "already" in (await typed(full, "pause")).text
    assert "come to this terminal again" in (await pressed(full, paused)).text
    assert "not paused" in (await typed(full, "resume")).text


async def test_a_template_is_tried_saved_kept_and_undone(full: House) -> None:
    assert "default template" in (await typed(full, "template chips")).text
    tried = await typed(full, 'template chips try="**{title}** via {outlets}"')
    assert "nothing was changed" in tried.text
    assert tried.alert is not None
    assert tried.alert.form
    saved = await typed(full, r'template chips set="**{title}**\n{link}"')
    assert saved.text.startswith("Saved")
    await typed(full, "subscribe chips severity=notable")
    shown = await typed(full, "template chips")
    assert shown.lines[:2] == ("**{title}**", "{link}")
    over = await typed(full, 'template chips set="{title}"')
    assert r'set="**{title}**\n{link}"' in over.text
    assert (await pressed(full, over)).lines[:2] == ("**{title}**", "{link}")
    cleared = await pressed(full, saved)
    assert "default template again" in cleared.text
    assert (await pressed(full, cleared)).lines[:2] == ("**{title}**", "{link}")


async def test_what_was_ended_by_mistake_comes_back_whole(full: House) -> None:
    await typed(full, "subscribe chips severity=notable quiet=22:00-07:00 mode=hourly")
    await typed(full, r'template chips set="**{title}**\n[{news}]\n{link}"')
    ((_, before),) = [pair for pair in await full.store.subscriptions() if pair[1].rule == "topic:chips"]
    ended = await typed(full, "unsubscribe chips")
    await pressed(full, ended)
    ((_, after),) = [pair for pair in await full.store.subscriptions() if pair[1].rule == "topic:chips"]
    assert after.options == before.options
    assert "\n" in after.options["template"]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ('template chips set="{title.x}"', "stands alone"),
        ('template chips set="{why}"', "would be empty"),
        ("template rain", "no subscription"),
    ],
)
async def test_a_template_that_cannot_be_is_refused(full: House, line: str, problem: str) -> None:
    reply = await typed(full, line)
    assert not reply.ok
    assert problem in reply.text
    assert "default template" in (await typed(full, "template chips")).text


async def test_why_it_rests_is_told_in_the_language_of_whoever_reads(full: House) -> None:
    await full.commands.run(replace(OWNER, locale="zh-CN"), "pause", {})
    for locale, said in (("en", "paused: somebody paused it"), ("zh-TW", "已暫停：有人暫停了它")):
        listed = await full.commands.run(replace(OWNER, locale=locale), "subscriptions", {})
        assert said in listed.items[0].detail
