"""Subscriptions changed in place: number, feedback, pause and template stay; what changed is said and can be undone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.model import Subscription
from tests.commands.test_commands import NOW, OWNER, House, house

__all__ = ["house"]
CHAT = replace(OWNER, platform="slack", scope="T1", channel="C1", channel_name="#news")


async def kept(house: House) -> Subscription:
    ((_, subscription),) = await house.store.subscriptions()
    return subscription


async def test_one_option_is_changed_and_the_rest_stays_and_undo_brings_it_back(house: House) -> None:
    await house.commands.type(CHAT, "subscribe chips severity=notable lang=en")
    before = await kept(house)
    reply = await house.commands.type(CHAT, 'edit chips mode="daily 07:30" lang=none')
    assert reply.ok
    assert reply.text == "Changed. Alerts about Chips now come to #news like this:"
    assert "at 07:30" in reply.lines[0]
    assert (await kept(house)).options == {"severity": "notable", "mode": "daily 07:30"}
    assert (await kept(house)).id == before.id
    undo = reply.buttons[0]
    assert undo.action == "revert"
    assert "the button below" in reply.lines[-1]
    await house.commands.press(CHAT, undo.action, undo.value)
    assert await kept(house) == before


async def test_who_subscribes_again_changes_what_is_named_and_undo_brings_it_back(house: House) -> None:
    """Once, the options that were not named were gone, and what undid it ended the subscription."""
    await house.commands.type(CHAT, "subscribe chips severity=notable lang=en")
    await house.commands.type(CHAT, 'template chips set="*{title}*"')
    before = await kept(house)
    reply = await house.commands.type(CHAT, 'subscribe chips mode="daily 07:30"')
    assert reply.text == "#news was already subscribed to Chips; the options you gave have been changed."
    assert "at 07:30" in reply.lines[0]
    assert (await kept(house)).options == {**before.options, "mode": "daily 07:30"}
    assert [button.action for button in reply.buttons] == ["revert", "unsubscribe"]
    await house.commands.press(CHAT, "revert", reply.buttons[0].value)
    assert await kept(house) == before
    same = await house.commands.type(CHAT, "subscribe chips lang=en")
    assert same.text == "#news is already subscribed to Chips; nothing was changed."
    assert [button.action for button in same.buttons] == ["unsubscribe"]


@pytest.mark.parametrize(("what", "said"), [("chips", "is already subscribed to"), ("rain", "now gets alerts about")])
async def test_who_subscribes_in_a_channel_that_somebody_paused_is_told_so_and_resumes_it(
    house: House, what: str, said: str
) -> None:
    await house.commands.type(CHAT, "subscribe chips")
    await house.commands.type(CHAT, "pause")
    reply = await house.commands.type(CHAT, f"subscribe {what}")
    assert said in reply.text
    assert reply.lines[0].startswith("Nothing comes yet: #news is paused. To resume: ")
    assert all(one.paused for _, one in await house.store.subscriptions())
    resume, *_ = reply.buttons
    assert "again" in (await house.commands.press(CHAT, resume.action, resume.value)).text
    assert not any(one.paused for _, one in await house.store.subscriptions())


async def test_who_subscribes_again_in_a_channel_that_rested_by_itself_is_told_that_alerts_come_again(
    house: House,
) -> None:
    await house.commands.type(CHAT, "subscribe chips")
    ((channel, _),) = await house.store.subscriptions()
    await house.store.pause(channel, "archived")
    again = await house.commands.type(CHAT, "subscribe chips")
    assert again.text == "#news was already subscribed to Chips, but paused; its alerts come again."


async def test_edit_alone_shows_what_there_is_and_the_ways_to_change_it(house: House) -> None:
    await house.commands.type(CHAT, "subscribe chips severity=notable")
    (item,) = (await house.commands.type(CHAT, "subscriptions")).items
    edit, remove = item.buttons
    assert (edit.action, remove.action) == ("edit", "unsubscribe")
    shown = await house.commands.press(CHAT, edit.action, edit.value)
    assert shown.lines[1] == "severity=notable"
    assert [button.action for button in shown.buttons] == ["form", "form", "form", "unsubscribe"]
    again = await house.commands.press(CHAT, "form", shown.buttons[0].value)
    assert again.text == shown.text
    held = await house.commands.filled(CHAT, "edit", edit.value)
    assert held == {"what": edit.value, "to": "chips", "severity": "notable"}


async def test_another_topic_keeps_number_options_pause_and_feedback(house: House) -> None:
    await house.commands.type(CHAT, "subscribe chips lang=en")
    before = await kept(house)
    channel = await house.store.channel("slack", "T1", "C1")
    await house.store.taste(channel, before.rule, "A Wire", -1, NOW)
    await house.commands.type(CHAT, "pause")
    reply = await house.commands.type(CHAT, f"edit {before.id} to=rain")
    assert "less from A Wire" in reply.lines
    after = await kept(house)
    assert (after.rule, after.options, after.id) == ("topic:rain", {"lang": "en"}, before.id)
    assert after.paused
    await house.commands.press(CHAT, reply.buttons[0].action, reply.buttons[0].value)
    assert await kept(house) == replace(before, paused=after.paused)
    assert [taste.rule for taste in await house.store.tastes(channel)] == ["topic:chips"]


async def test_another_query_is_tried_first_and_matches_from_then_on(house: House) -> None:
    await house.commands.press(CHAT, "confirm", "what=smic OR 中芯")
    before = await kept(house)
    reply = await house.commands.type(CHAT, f"edit {before.id} to=“dresden OR porto”")
    assert "would have matched 2 stories" in reply.lines[0]
    assert list(house.rules.queries.values()) == ["dresden OR porto"]
    undone = await house.commands.press(CHAT, reply.buttons[0].action, reply.buttons[0].value)
    assert undone.ok
    assert (await kept(house)).label == before.label


async def test_what_can_not_be_is_refused_and_changes_nothing(house: House) -> None:
    await house.commands.type(CHAT, "subscribe chips")
    await house.commands.type(CHAT, "subscribe rain")
    before = await house.store.subscriptions()
    said = {
        "edit chips mode=sometimes": "“mode” must be",
        "edit chips severity=loud": "“severity” must be one of",
        "edit chips confirm=99": "“confirm” must",
        "edit chips to=rain": "another subscription to Rain",
        "edit nothing lang=en": "There is no subscription",
        "edit 99": "There is no subscription",
        "edit chips to=((": "wrong",
    }
    for line, part in said.items():
        refused = await house.commands.type(CHAT, line)
        assert not refused.ok, line
        assert part in refused.text or part == "wrong", (line, refused.text)
    refused = await house.commands.type(replace(CHAT, may_configure=False), "edit chips lang=en")
    assert not refused.ok
    assert await house.store.subscriptions() == before


async def test_buttons_name_the_channel_where_it_is_not_the_askers_own(house: House) -> None:
    await house.commands.type(CHAT, "subscribe chips channel=C2")
    (item,) = (await house.commands.type(CHAT, "subscriptions channel=C2")).items
    edit, remove = item.buttons
    assert edit.value.endswith(" channel=C2")
    assert (await house.commands.filled(CHAT, "edit", edit.value))["channel"] == "C2"
    await house.commands.press(CHAT, "revert", f"what={edit.value.split()[0]}\nchannel=C2\nlang=zh")
    assert (await kept(house)).options == {"lang": "zh"}
    ended = await house.commands.press(CHAT, remove.action, remove.value)
    assert ended.ok
    assert await house.store.subscriptions() == []
    again = await house.commands.press(CHAT, ended.buttons[0].action, ended.buttons[0].value)
    assert again.ok
    ((channel, subscription),) = await house.store.subscriptions()
    assert (channel.ref, subscription.options) == ("C2", {"lang": "zh"})


async def test_forms_show_settings_as_they_stand(house: House) -> None:
    assert await house.commands.filled(CHAT, "settings", "") == {}
    await house.commands.type(CHAT, "settings language=zh-CN")
    assert await house.commands.filled(CHAT, "settings", "") == {"language": "zh-CN"}
    assert await house.commands.filled(CHAT, "edit", "7") == {}
    assert await house.commands.filled(CHAT, "search", "") == {}


async def test_alerts_call_topics_by_their_titles_in_the_channels_language(house: House) -> None:
    """A channel in Chinese was answered in Chinese, and each of its alerts named its topic in English."""
    await house.commands.type(CHAT, "subscribe chips mode=hourly")
    assert (await kept(house)).label == "Chips"
    await house.commands.type(CHAT, "settings language=zh-CN")
    assert ((await kept(house)).label, (await kept(house)).options) == ("芯片", {"mode": "hourly"})
    await house.commands.type(CHAT, "edit chips quiet=22:00-07:00")
    await house.commands.type(CHAT, "subscribe chips severity=notable")
    assert (await kept(house)).label == "芯片"
    await house.commands.type(CHAT, "settings language=none")
    assert (await kept(house)).label == "Chips"


async def test_a_template_that_is_saved_leaves_a_pause_as_it_is(house: House) -> None:
    await house.commands.type(CHAT, "subscribe chips")
    await house.commands.type(CHAT, "pause")
    saved = await house.commands.type(CHAT, 'template chips set="*{title}*"')
    assert saved.ok, saved.text
    assert (await kept(house)).paused
    assert (await kept(house)).options == {"template": "*{title}*"}


@pytest.mark.parametrize("line", ["subscribe chips mode=hourly", "pause", "follow 1", "unsubscribe chips"])
async def test_the_terminal_has_no_buttons_to_speak_of(house: House, line: str) -> None:
    await house.commands.type(OWNER, "subscribe chips")
    reply = await house.commands.type(OWNER, line)
    said = " ".join((reply.text, *reply.lines))
    assert "button" not in said
    assert "To undo: " in said


async def test_an_edit_is_undone_as_it_is_told(house: House) -> None:
    await house.commands.type(CHAT, 'subscribe "rare earths" OR gallium lang=en')
    await house.commands.press(CHAT, "confirm", 'what="rare earths" OR gallium\nlang=en')
    before = await kept(house)
    changed = await house.commands.type(CHAT, "edit 1 to=smic mode=hourly lang=none")
    undo = changed.lines[-1].partition("the button below, or ")[2].split(". To clear")[0]
    assert (await house.commands.type(CHAT, undo)).ok, undo
    after = await kept(house)
    assert (after.rule, after.label, after.options) == (before.rule, before.label, before.options)


async def test_a_template_is_set_or_cleared_and_not_both(house: House) -> None:
    await house.commands.type(OWNER, "subscribe chips")
    assert (await house.commands.type(OWNER, "template chips set=*{title}*")).ok
    refused = await house.commands.type(replace(OWNER, locale="zh-CN"), "template chips clear=yes set={title}")
    assert not refused.ok
    assert "请只给其中一个" in refused.text
    assert (await kept(house)).options == {"template": "*{title}*"}


async def test_a_template_of_nothing_is_asked_for_its_subscription(house: House) -> None:
    refused = await house.commands.type(OWNER, "template")
    assert (refused.ok, refused.text) == (False, "“what” is required: the subscription.")


async def test_a_long_query_is_said_once_in_full(house: House) -> None:
    query = " OR ".join(f"gallium{n}" for n in range(36))
    done = await house.commands.press(CHAT, "confirm", f"what={query}")
    assert len(done.text) < 200
    assert "…" in done.text
    ended = await house.commands.type(CHAT, "unsubscribe 1")
    assert len(ended.text) < 200
    assert query in ended.lines[-1]
