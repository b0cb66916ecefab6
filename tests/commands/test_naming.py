"""A query gets a name for all of a server or workspace: given, used, given to other keywords, taken away."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.commands.desk import Desk
from bot.commands.run import CommandDesk
from bot.core.matching.owntopics import MOST, OwnTopic
from bot.core.message import Reply
from bot.core.model import Entry, Subscription
from bot.ports import Asker, Home, News
from bot.rules.rulebook import Rulebook
from tests.commands.test_commands import HOUR, NOW, OWNER, House, house
from tests.store.build import lane
from tests.wording import WORDS

__all__ = ["house"]
OURS = Asker("slack", "T1", "C1", "U1", "#news")
ALSO = replace(OURS, channel="C2", channel_name="#desk", user="U2")
THEIRS = replace(OURS, scope="T2", user="U9")
LINE = "subscribe (smic OR 中芯) name=“Our foundry”"


async def done(house: House, asker: Asker, line: str) -> Reply:
    """A typed line, confirmed where that is asked for."""
    shown = await house.commands.type(asker, line)
    confirm = [button for button in shown.buttons if button.action == "confirm"]
    return await house.commands.press(asker, "confirm", confirm[0].value) if confirm else shown


async def held(house: House, asker: Asker) -> list[Subscription]:
    channel = await house.store.find_channel(asker.platform, asker.scope, asker.channel)
    return [one for _, one in await house.store.subscriptions(channel)] if channel else []


async def test_a_name_is_shown_given_and_used_by_others_at_once(house: House) -> None:
    shown = await house.commands.type(OURS, LINE)
    assert (
        shown.lines[0] == "It will be called “Our foundry” here, and everybody here can subscribe to it by that name."
    )
    assert "2 stories in the last 7 days" in shown.text
    assert await house.store.own_topics(Home("slack", "T1")) == [], "nothing is kept before it is confirmed"
    reply = await house.commands.press(OURS, "confirm", shown.buttons[-1].value)
    assert reply.text == "#news now gets alerts about Our foundry."
    assert reply.lines[0] == "“Our foundry” looks for: smic OR 中芯"
    assert "subscribe Our foundry" in reply.lines[1]
    other = await house.commands.type(ALSO, "subscribe OUR foundry severity=notable")
    assert other.text == "#desk now gets alerts about Our foundry."
    assert [one.rule for one in await held(house, ALSO)] == [one.rule for one in await held(house, OURS)]
    (listed,) = (await house.commands.type(ALSO, "subscriptions")).items
    assert (listed.title, listed.detail) == ("Our foundry", "smic OR 中芯 · severity notable")
    again = await house.commands.type(ALSO, LINE + " severity=notable")
    assert (again.ok, again.text.split(" ")[1:3]) == (True, ["is", "already"]), (
        "it is called so already: nothing to confirm"
    )


async def test_keywords_that_are_subscribed_to_by_a_name_keep_it_when_they_are_typed_again(house: House) -> None:
    await done(house, OURS, LINE)
    again = await done(house, OURS, "subscribe smic OR 中芯")
    assert again.text == "#news is already subscribed to Our foundry; nothing was changed."
    assert [one.label for one in await held(house, OURS)] == ["Our foundry"]


async def test_every_command_knows_it(house: House) -> None:
    await done(house, OURS, LINE)
    listed = await house.commands.type(ALSO, "topics")
    assert (listed.items[0].title, listed.items[0].detail) == ("Our foundry", "Named here: smic OR 中芯")
    assert listed.text.startswith("3 topics")
    assert listed.lines[0].startswith("1 of them was named here")
    pressed = await house.commands.press(ALSO, "subscribe", listed.items[0].buttons[0].value)
    assert pressed.text == "#desk now gets alerts about Our foundry."
    preview = await house.commands.type(OURS, "preview our foundry")
    assert "“Our foundry” would have matched" in preview.text
    assert preview.lines[0] == "“Our foundry” looks for: smic OR 中芯"
    latest = await house.commands.type(OURS, "latest Our foundry")
    assert {item.title for item in latest.items} == {"SMIC reports higher quarterly revenue", "中芯国际四季度营收增长"}
    assert "Our foundry" in (await house.commands.type(OURS, "trend Our foundry")).text
    story = next(item for item in latest.items if "SMIC" in item.title).detail.rpartition(" ")[2]
    why = await house.commands.run(OURS, "why", {"story": story, "what": "Our foundry"})
    assert "Our foundry" in why.text
    assert "SMIC" in why.text
    assert "Our foundry" in (await house.commands.type(OURS, "template Our foundry")).text


async def test_why_and_feedback_call_it_so(house: House) -> None:
    await done(house, OURS, LINE)
    fresh = Entry(
        "n", "https://x.example/n", "SMIC to build a fab", "A plan.", source="A Wire", published=NOW, first_seen=NOW
    )
    await house.pipeline.replay([fresh])
    newest = (await house.store.latest(None, 1))[0]
    assert any(line.startswith("Our foundry") for line in (await house.commands.type(OURS, f"why {newest.id}")).lines)
    await house.commands.type(OURS, f"feedback {newest.id} verdict=less")
    said = (await house.commands.type(OURS, f"why {newest.id}")).lines
    assert any("A Wire" in line and "Our foundry" in line for line in said), said


async def test_completion_offers_it_to_its_people_alone(house: House) -> None:
    await done(house, OURS, LINE)
    for command, arg in (("subscribe", "what"), ("edit", "to"), ("unsubscribe", "what"), ("preview", "what")):
        assert [c.value for c in await house.commands.complete(ALSO, command, arg, "our f")] == ["Our foundry"]
        assert await house.commands.complete(THEIRS, command, arg, "our f") == []
    direct = Asker("discord", "@me", "D1", "U1", private=True)
    assert await house.commands.complete(direct, "subscribe", "what", "our f") == []


async def test_a_misspelt_name_is_asked_about_where_it_is_known(house: House) -> None:
    await done(house, OURS, LINE)
    shown = await house.commands.type(ALSO, "subscribe Our fuondry")
    assert "Did you mean the topic “Our foundry”?" in shown.lines[0]
    pressed = await house.commands.press(ALSO, shown.buttons[0].action, shown.buttons[0].value)
    assert pressed.text == "#desk now gets alerts about Our foundry."
    assert "Did you mean" not in " ".join((await house.commands.type(THEIRS, "subscribe Our fuondry")).lines)


async def test_another_workspace_knows_nothing_of_it(house: House) -> None:
    await done(house, OURS, LINE)
    assert [item.title for item in (await house.commands.type(THEIRS, "topics")).items] == [
        "Chips (chips)",
        "Rain (rain)",
    ]
    for line in ("subscribe “Our foundry”", "preview Our foundry", "latest Our foundry", "trend Our foundry"):
        assert "smic" not in repr(await house.commands.type(THEIRS, line)).lower()
    refused = await house.commands.type(THEIRS, "unsubscribe Our foundry forget=yes")
    assert (refused.ok, len(await house.store.own_topics(Home("slack", "T1")))) == (False, 1)
    await done(house, THEIRS, "subscribe gallium name=“our FOUNDRY”")
    assert (await house.store.own_topics(Home("slack", "T1")))[0].query == "smic OR 中芯"
    assert [one.label for one in await held(house, THEIRS)] == ["our FOUNDRY"]


async def test_it_stands_for_its_keywords_within_a_query(house: House) -> None:
    await done(house, OURS, LINE)
    found = await house.commands.type(ALSO, "search topic:“Our foundry” revenue")
    assert [item.title for item in found.items] == ["SMIC reports higher quarterly revenue"]
    whole = await house.commands.type(ALSO, "subscribe topic:“Our foundry”")
    assert whole.text == "#desk now gets alerts about Our foundry."
    reply = await done(house, ALSO, "subscribe topic:“our FOUNDRY” -revenue")
    assert "(smic OR 中芯) -revenue" in reply.text
    for theirs in ("search topic:“Our foundry” revenue", "subscribe topic:“Our foundry”"):
        refused = await house.commands.type(THEIRS, theirs)
        assert not refused.ok
        assert "“Our foundry” is neither a topic nor a name given here; topics lists both" in refused.text


async def test_other_keywords_under_the_name_are_shown_first_and_then_everybodys(house: House) -> None:
    await done(house, OURS, LINE)
    await house.commands.type(ALSO, "subscribe Our foundry lang=zh")
    before = await held(house, ALSO)
    shown = await house.commands.type(OURS, "subscribe (dresden OR smic) name=“Our foundry”")
    assert "“Our foundry” currently stands for “smic OR 中芯”, and 2 channels get it by that name." in shown.lines[0]
    assert [one.rule for one in await held(house, ALSO)] == [before[0].rule], "nothing changes before it is confirmed"
    reply = await house.commands.press(OURS, "confirm", shown.buttons[-1].value)
    assert reply.lines[:2] == (
        "“Our foundry” looks for: dresden OR smic",
        "The name stands for these keywords from now on; 2 channels follow.",
    )
    (after,) = await held(house, ALSO)
    assert (after.id, after.label, after.options) == (before[0].id, "Our foundry", {"lang": "zh"})
    assert house.rules.text(after.rule) == "dresden OR smic"
    assert "smic OR 中芯" not in house.rules.queries.values()
    undone = await house.commands.press(OURS, reply.buttons[0].action, reply.buttons[0].value)
    assert undone.lines[0] == "“Our foundry” looks for: smic OR 中芯"
    assert [one.rule for one in await held(house, ALSO)] == [before[0].rule]


async def test_the_other_channels_that_follow_are_told_once_in_their_language(house: House) -> None:
    await done(house, OURS, LINE)
    silent, chinese = replace(ALSO, channel="C3"), replace(ALSO, channel="C4")
    for asker, setting in ((ALSO, "language=en"), (silent, "notices=off"), (chinese, "language=zh-CN")):
        await house.commands.type(asker, "subscribe Our foundry")
        await house.commands.type(asker, "settings " + setting)
    reply = await done(house, OURS, f"subscribe dresden {'-potato ' * 40} name=“Our foundry”")
    assert reply.ok
    told = {delivery.channel_id: alert for delivery, alert in await lane(house.store, NOW, 9, "slack") if alert}
    refs = {asker.channel: await house.store.channel("slack", "T1", asker.channel) for asker in (ALSO, chinese)}
    assert told.keys() == {channel.id for channel in refs.values()}
    english, other = told[refs["C2"].id], told[refs["C4"].id]
    assert (english.kind, english.title) == ("notice", "“Our foundry” now stands for other keywords")
    assert "Before: smic OR 中芯\nNow: dresden -potato" in english.summary
    assert "…" in english.summary, "a long query is cut"
    assert (other.title, other.summary.split("\n")[1]) == ("“Our foundry”改为其他关键词", "之前：smic OR 中芯")


async def test_who_gives_it_other_keywords_keeps_the_options_of_the_channel(house: House) -> None:
    await done(house, OURS, LINE + " lang=zh severity=notable")
    await done(house, OURS, "subscribe dresden name=“Our foundry” severity=breaking")
    ((one,),) = [await held(house, OURS)]
    assert one.options == {"lang": "zh", "severity": "breaking"}


async def test_a_confirmation_of_what_has_changed_since_is_asked_again(house: House) -> None:
    await done(house, OURS, LINE)
    shown = await house.commands.type(OURS, "subscribe dresden name=“Our foundry”")
    await done(house, ALSO, "subscribe porto name=“Our foundry”")
    again = await house.commands.press(OURS, "confirm", shown.buttons[-1].value)
    assert "currently stands for “porto”" in again.lines[0]
    assert (await house.store.own_topics(Home("slack", "T1")))[0].query == "porto"
    done_now = await house.commands.press(OURS, "confirm", again.buttons[-1].value)
    assert done_now.lines[0] == "“Our foundry” looks for: dresden"


class Late:
    """A store in which somebody else is always the quicker one to name something."""

    def __init__(self, house: House) -> None:
        self._store = house.store

    def __getattr__(self, name: str) -> object:
        return getattr(self._store, name)

    async def name_topic(
        self, home: Home, before: OwnTopic | None, own: OwnTopic, rule: str, news: News | None = None
    ) -> int | None:
        quicker = OwnTopic(own.name, "porto")
        await self._store.name_topic(home, before, quicker, f"query:{await self._store.query('porto')}")
        return await self._store.name_topic(home, before, own, rule, news)


async def test_of_two_at_the_same_moment_the_later_one_is_told(house: House) -> None:
    desk = Desk(Late(house), house.rules, WORDS, lambda: NOW, {"console": house.platform})  # type: ignore[arg-type]
    commands = CommandDesk(desk)
    shown = await commands.type(OURS, LINE)
    refused = await commands.press(OURS, "confirm", shown.buttons[-1].value)
    assert (refused.ok, refused.text.split(";")[0]) == (False, "Somebody else has just changed this name")
    assert await held(house, OURS) == []


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("subscribe smic name=chips", "already has this name"),
        ("subscribe smic name=芯片", "already has this name"),
        ("subscribe smic name=“CHIPS ”", "already has this name"),
        ("subscribe chips name=mine", "keywords of your own"),
        ("subscribe smic name=77", "needs a letter"),
        ("subscribe smic name=smic", "same as its keywords"),
        (f"subscribe smic name={'x' * 61}", "1 to 60"),
        ("subscribe smic name=a\u202eb", "invisible"),
        ("subscribe ((( name=mine", "column"),
    ],
)
async def test_what_can_not_be_is_refused_and_nothing_kept(house: House, line: str, said: str) -> None:
    refused = await house.commands.type(OURS, line)
    assert (refused.ok, said in refused.text) == (False, True), refused
    assert await house.store.own_topics(Home("slack", "T1")) == []
    assert await held(house, OURS) == []


async def test_a_hundred_names_are_enough(house: House) -> None:
    home = Home("slack", "T1")
    for n in range(MOST):
        await house.store.name_topic(home, None, OwnTopic(f"name {n}", f"word{n}"), f"query:{n + 1}")
    refused = await house.commands.type(OURS, LINE)
    assert (refused.ok, "100 names" in refused.text) == (False, True)
    again = await done(house, OURS, "subscribe smic name=“name 7”")
    assert again.lines[0] == "“name 7” looks for: smic"
    gone = await house.commands.type(OURS, "unsubscribe name 8 forget=yes")
    assert gone.text == "“name 8” is no longer a name here."
    assert gone.lines[0].startswith("To undo: /tocsin subscribe word8 name=")
    assert (await done(house, OURS, LINE)).ok


async def test_in_direct_messages_names_are_used_but_not_given_or_taken(house: House) -> None:
    await done(house, OURS, LINE)
    direct = replace(OURS, channel="D1", channel_name="", private=True)
    assert (await house.commands.type(direct, "subscribe Our foundry")).ok
    for line in ("subscribe smic name=mine", "unsubscribe Our foundry forget=yes"):
        assert not (await house.commands.type(direct, line)).ok
    person = Asker("discord", "@me", "D1", "U1", private=True)
    assert "server or workspace" in (await house.commands.type(person, "subscribe smic name=mine")).text
    assert next(item.title for item in (await house.commands.type(person, "topics")).items) == "Chips (chips)"


async def test_who_may_not_configure_gives_and_takes_no_names(house: House) -> None:
    await done(house, OURS, LINE)
    visitor = replace(ALSO, may_configure=False)
    for line in ("subscribe dresden name=mine", "unsubscribe Our foundry forget=yes", "edit Our foundry name=mine"):
        assert not (await house.commands.type(visitor, line)).ok
    assert [own.name for own in await house.store.own_topics(Home("slack", "T1"))] == ["Our foundry"]


async def test_unsubscribing_leaves_the_name_and_again_brings_all_back(house: House) -> None:
    await done(house, OURS, LINE + " lang=zh")
    ended = await house.commands.type(OURS, "unsubscribe our foundry")
    assert "remains a name here" in ended.lines[0]
    assert len(await house.store.own_topics(Home("slack", "T1"))) == 1
    back = await house.commands.press(OURS, ended.buttons[0].action, ended.buttons[0].value)
    assert back.ok
    assert [(one.label, one.options) for one in await held(house, OURS)] == [("Our foundry", {"lang": "zh"})]


async def test_a_name_is_taken_away_and_whoever_had_it_keeps_the_keywords(house: House) -> None:
    await done(house, OURS, LINE)
    await house.commands.type(ALSO, "subscribe Our foundry")
    (number,) = [one.id for one in await held(house, OURS)]
    gone = await house.commands.type(OURS, f"unsubscribe {number} forget=yes")
    assert "is no longer a name here; 1 channel keeps its keywords" in gone.lines[0], "not the one that left"
    assert " ".join((gone.text, *gone.lines)).count("To undo:") == 1, "it was told twice, the same line each time"
    assert [one.label for one in await held(house, ALSO)] == ["smic OR 中芯"]
    assert await house.commands.complete(OURS, "subscribe", "what", "our f") == []
    words = await house.commands.type(ALSO, "subscribe Our foundry")
    assert [button.action for button in words.buttons] == ["confirm"], "two words like any others now"
    back = await house.commands.press(OURS, gone.buttons[0].action, gone.buttons[0].value)
    assert "Everybody here can subscribe" in " ".join(back.lines)


async def test_edit_gives_a_name_to_what_is_subscribed(house: House) -> None:
    await done(house, OURS, "subscribe smic OR 中芯 lang=zh")
    (before,) = await held(house, OURS)
    reply = await house.commands.type(OURS, f"edit {before.id} name=“Our foundry”")
    assert "Everybody here can subscribe to it by name" in " ".join(reply.lines)
    (after,) = await held(house, OURS)
    assert (after.id, after.rule, after.label, after.options) == (before.id, before.rule, "Our foundry", {"lang": "zh"})
    undone = await house.commands.press(OURS, reply.buttons[0].action, reply.buttons[0].value)
    assert undone.ok
    assert await held(house, OURS) == [before]
    again = await house.commands.type(OURS, f"edit {before.id} name=“Our foundry” severity=notable")
    assert again.ok
    assert [(one.label, one.options) for one in await held(house, OURS)] == [
        ("Our foundry", {"lang": "zh", "severity": "notable"})
    ]


async def test_edit_to_other_keywords_changes_this_channel_alone_and_says_so(house: House) -> None:
    await done(house, OURS, LINE)
    await house.commands.type(ALSO, "subscribe Our foundry")
    reply = await house.commands.type(OURS, "edit Our foundry to=dresden")
    assert any("stays unchanged for the others" in line for line in reply.lines)
    assert [one.label for one in await held(house, OURS)] == ["dresden"]
    assert [one.label for one in await held(house, ALSO)] == ["Our foundry"]
    await house.commands.press(OURS, reply.buttons[0].action, reply.buttons[0].value)
    assert [one.label for one in await held(house, OURS)] == ["Our foundry"]
    await done(house, ALSO, "subscribe dresden")
    to_name = await house.commands.type(ALSO, "edit dresden to=“Our foundry”")
    assert not to_name.ok, "this channel has it already"
    assert (await house.commands.type(OURS, "edit Our foundry to=chips name=mine")).ok is False
    assert (await house.commands.type(OURS, "edit Our foundry to=((( name=mine")).ok is False


async def test_edit_with_a_name_that_is_taken_asks_as_subscribe_does(house: House) -> None:
    await done(house, OURS, LINE)
    await house.commands.type(ALSO, "subscribe Our foundry lang=zh")
    shown = await house.commands.type(ALSO, "edit Our foundry to=dresden name=“Our foundry” channel=C2")
    assert "2 channels get it by that name" in shown.lines[0]
    elsewhere = await house.commands.type(OURS, "edit Our foundry to=dresden name=“Our foundry” channel=C2")
    assert "channel=C2" in elsewhere.buttons[-1].value
    await house.commands.press(ALSO, "confirm", shown.buttons[-1].value)
    assert {one.label for asker in (OURS, ALSO) for one in await held(house, asker)} == {"Our foundry"}
    assert {house.rules.text(one.rule) for asker in (OURS, ALSO) for one in await held(house, asker)} == {"dresden"}


async def test_edit_refuses_to_name_what_matches_nearly_everything(house: House) -> None:
    await done(house, OURS, LINE)
    entries = [
        Entry(f"b{n}", "", f"The big story {n}", published=NOW - HOUR, first_seen=NOW - HOUR) for n in range(200)
    ]
    await house.pipeline.replay(entries)
    refused = await house.commands.type(OURS, "edit Our foundry to=“big” name=all")
    assert not refused.ok
    assert await house.store.own_topic(Home("slack", "T1"), "all") is None


async def test_the_terminal_and_a_webhook_of_it_share_names(house: House) -> None:
    await done(house, OWNER, LINE)
    hook = Asker("webhook", "local", "desk", "owner", channel_name="webhook desk", private=True)
    assert (
        await house.commands.type(hook, "subscribe Our foundry")
    ).text == "webhook desk now gets alerts about Our foundry."
    theirs = replace(hook, scope="slack:T1")
    await done(house, theirs, "subscribe dresden name=“Ours”")
    assert (await house.commands.type(OURS, "subscribe ours")).text == "#news now gets alerts about Ours."


async def test_another_program_learns_names_and_edited_queries(house: House) -> None:
    theirs = Rulebook()
    await theirs.refresh(house.store)
    assert theirs.names == {}
    await done(house, OURS, LINE)
    (one,) = await held(house, OURS)
    for n in range(150):
        channel = await house.store.channel("slack", "T1", f"C{n + 10}")
        await house.store.subscribe(channel, "topic:chips", "Chips", {}, NOW)
    await theirs.refresh(house.store)
    assert theirs.names[Home("slack", "T1")]["our foundry"].query == "smic OR 中芯"
    await done(house, OURS, "subscribe dresden name=“Our foundry”")
    await theirs.refresh(house.store)
    (after,) = await held(house, OURS)
    assert one.id == after.id, "no newer subscription tells of it"
    assert theirs.text(after.rule) == "dresden"
    await house.commands.type(OURS, "edit Our foundry to=porto")
    await theirs.refresh(house.store)
    entry = Entry("p", "", "Porto in the rain", published=NOW, first_seen=NOW)
    assert [hit.rule for hit in theirs.match(entry)] == [(await held(house, OURS))[0].rule]
    await house.commands.type(OURS, "subscribe Our foundry")
    await house.commands.type(OURS, "unsubscribe Our foundry forget=yes")
    await theirs.refresh(house.store)
    assert theirs.names[Home("slack", "T1")] == {}


async def test_a_program_that_looked_too_seldom_reads_all(house: House) -> None:
    theirs = Rulebook()
    await theirs.refresh(house.store)
    for n in range(60):
        own = OwnTopic(f"name {n}", f"word{n}")
        await house.store.name_topic(Home("slack", "T1"), None, own, f"query:{await house.store.query(own.query)}")
    await done(house, OURS, "subscribe dresden")
    await theirs.refresh(house.store)
    assert len(theirs.names[Home("slack", "T1")]) == 60
    assert list(theirs.queries.values()) == ["dresden"]


async def test_what_one_asked_for_in_direct_messages_is_suggested_to_nobody_else(house: House) -> None:
    one, two = (Asker("discord", "@me", f"D{n}", f"U{n}", private=True) for n in (1, 2))
    await house.commands.type(one, "search secret merger")
    assert [c.value for c in await house.commands.complete(one, "search", "query", "secret")] == ["secret merger"]
    assert await house.commands.complete(two, "search", "query", "secret") == []


async def test_topics_and_numbers_go_before_names_and_names_before_titles(house: House) -> None:
    home = Home("slack", "T1")
    for name in ("rain", "Chips!", "Chips"):
        await house.store.name_topic(home, None, OwnTopic(name, "smic"), f"query:{await house.store.query('smic')}")
    assert "about Rain" in (await house.commands.type(OURS, "subscribe rain")).text
    assert "about Chips!." in (await house.commands.type(OURS, "subscribe chips!")).text
