"""Channels that can't be posted to, forums, and messages that are not taken: cases 136, 139, 140, 150, 151, 153."""

from __future__ import annotations

from typing import Any

import pytest

from bot.core.message import Thread
from bot.ports import Absent, Ambiguous, Gone, Rejected, Retry, Sent
from handlers.discord.run import DiscordPlatform
from handlers.discord.ways import REFUSED
from tests.fakes.discord.faults import Fault, error
from tests.fakes.discord.server import FakeDiscord
from tests.fakes.discord.world import ALL, EMBED, HISTORY, VIEW
from tests.handlers.discord.helpers import Clock, a_delivery, an_alert, as_channel

POST = r"POST /channels/\d+/messages$"


@pytest.mark.case_id(136)
@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"rights": 0}, "View Channel"),
        ({"rights": VIEW | HISTORY}, "Send Messages"),
        ({"locked": True}, "locked"),
    ],
    ids=["50001", "50013", "160005"],
)
async def test_case_136_a_refusing_channel_is_gone_but_not_for_good(
    fake: FakeDiscord, platform: DiscordPlatform, change: dict[str, Any], word: str
) -> None:
    channel = as_channel(there := fake.world.channel(fake.world.guild(), **change))
    receipt = await platform.send(channel, an_alert(), a_delivery(channel))
    assert isinstance(receipt, Gone)
    assert not receipt.permanent
    assert word in receipt.reason
    there.rights, there.locked = ALL, False
    assert isinstance(await platform.send(channel, an_alert(), a_delivery(channel)), Sent)
    assert fake.asked(POST)[-1].body.get("components"), "and the full form is back"


@pytest.mark.case_id(136)
async def test_case_136_a_deleted_channel_is_gone(fake: FakeDiscord, platform: DiscordPlatform) -> None:
    channel = as_channel(there := fake.world.channel(fake.world.guild()))
    del fake.world.channels[there.id]
    receipt = await platform.send(channel, an_alert(), a_delivery(channel))
    assert isinstance(receipt, Gone)
    assert "gone" in receipt.reason


@pytest.mark.case_id(151)
async def test_case_151_closed_direct_messages_pause_at_once(fake: FakeDiscord, platform: DiscordPlatform) -> None:
    channel = as_channel(fake.world.channel(kind=1, closed=True))
    receipt = await platform.send(channel, an_alert(), a_delivery(channel))
    assert isinstance(receipt, Gone)
    assert receipt.permanent


@pytest.mark.case_id(140)
async def test_case_140_a_poison_message_is_given_up_after_every_form(
    fake: FakeDiscord, platform: DiscordPlatform
) -> None:
    channel = as_channel(fake.world.channel(fake.world.guild()))
    fake.faults = [error(POST, 400, 50035, times=3, message="Invalid Form Body")]
    receipt = await platform.send(channel, an_alert(), a_delivery(channel))
    assert isinstance(receipt, Rejected)
    assert "50035" in receipt.reason
    forms = [sorted(seen.body.keys() & {"content", "embeds", "flags"}) for seen in fake.asked(POST)]
    assert forms == [["flags"], ["content", "embeds"], ["content", "flags"]]
    assert isinstance(await platform.send(channel, an_alert(), a_delivery(channel)), Sent), "the lane goes on"


@pytest.mark.case_id(140)
async def test_case_140_what_one_body_was_refused_for_is_held_against_no_other(
    fake: FakeDiscord, platform: DiscordPlatform
) -> None:
    """A body that Discord would not take comes simpler; the channel's next alert comes in full again."""
    channel = as_channel(there := fake.world.channel(fake.world.guild()))
    fake.faults = [error(POST, 400, 50035, message="Invalid Form Body")]
    sent = [await platform.send(channel, an_alert(), a_delivery(channel)) for _ in range(2)]
    assert sent == [
        Sent(f"{there.id}/{message['id']}/{form}")
        for message, form in zip(there.messages, ("embed", "layout"), strict=True)
    ]


@pytest.mark.case_id(153)
async def test_case_153_without_the_right_to_embed_plain_text_comes(
    fake: FakeDiscord, platform: DiscordPlatform
) -> None:
    channel = as_channel(there := fake.world.channel(fake.world.guild(), rights=ALL & ~EMBED))
    receipt = await platform.send(channel, an_alert(), a_delivery(channel))
    assert receipt == Sent(f"{there.id}/{there.messages[0]['id']}/plain")
    assert there.messages[0]["content"].startswith("**US widens H20 export ban to subsidiaries**\nhttps://www.reuters")
    assert isinstance(await platform.send(channel, an_alert(), a_delivery(channel)), Sent)
    assert len(fake.asked(POST)) == 3, "what was learnt is remembered"


async def test_other_answers(fake: FakeDiscord, platform: DiscordPlatform) -> None:
    channel = as_channel(fake.world.channel(fake.world.guild()))
    fake.faults = [
        Fault(POST, status=403, body="<html>blocked</html>"),
        error(POST, 400, 20028),
        error(POST, 403, 200000),
    ]
    first, second, third = [await platform.send(channel, an_alert(), a_delivery(channel)) for _ in range(3)]
    assert first == Retry(600.0, "something in front of Discord answered 403")
    assert second == Retry(60.0, "rate limit (20028)")
    assert isinstance(third, Gone)


@pytest.mark.case_id(139)
async def test_case_139_a_revoked_token_stops_sends_without_hammering(
    fake: FakeDiscord, platform: DiscordPlatform, clock: Clock
) -> None:
    """It is tried again after a minute, then less and less often; once Discord takes it all is as before."""
    channel = as_channel(fake.world.channel(fake.world.guild()))
    before, fake.token = fake.token, "another"
    for wait_s in (60.0, 120.0, 240.0, 480.0, 900.0, 900.0):
        asked = len(fake.asked(POST))
        for _ in range(3):
            assert await platform.send(channel, an_alert(), a_delivery(channel)) == Retry(wait_s, REFUSED)
        assert len(fake.asked(POST)) == asked + 1
        assert platform.trouble == REFUSED
        clock.now += wait_s
    fake.token = before
    assert isinstance(await platform.send(channel, an_alert(), a_delivery(channel)), Sent)
    fake.token = "another"
    assert await platform.send(channel, an_alert(), a_delivery(channel)) == Retry(60.0, REFUSED)


@pytest.mark.case_id(150)
async def test_case_150_a_channel_made_a_forum_gets_a_thread(fake: FakeDiscord, platform: DiscordPlatform) -> None:
    there = fake.world.channel(fake.world.guild())
    channel = as_channel(there)
    assert isinstance(await platform.send(channel, an_alert(), a_delivery(channel)), Sent)
    there.kind, there.tags = 15, (("71", "Models"), ("72", "export controls"))
    receipt = await platform.send(channel, an_alert(), a_delivery(channel))
    assert isinstance(receipt, Sent)
    thread = receipt.ref.split("/")[0]
    assert receipt.ref == f"{thread}/{thread}/layout"
    made = fake.asked(r"POST /channels/\d+/threads")[0].body
    assert made["name"] == "US widens H20 export ban to subsidiaries"
    assert made["applied_tags"] == ["72"]
    assert len(fake.asked(POST)) == 2
    assert isinstance(await platform.send(channel, an_alert(), a_delivery(channel)), Sent)
    assert len(fake.asked(POST)) == 2, "what was learnt is remembered"


async def test_a_thread_that_is_gone_with_its_head_is_tried_once(fake: FakeDiscord, platform: DiscordPlatform) -> None:
    channel = as_channel(fake.world.channel(fake.world.guild()))
    alert = an_alert(thread=Thread("topic", "topic:export-controls", "4711"))
    receipt = await platform.send(channel, alert, a_delivery(channel, thread="4711"))
    assert isinstance(receipt, Retry)
    assert receipt.lost, "a new one is opened"
    assert len(fake.asked("POST /channels/4711/messages$")) == 1
    assert len(fake.asked(f"POST /channels/{channel.ref}/messages/4711/threads")) == 1


async def test_a_thread_that_refuses_is_not_lost(fake: FakeDiscord, platform: DiscordPlatform) -> None:
    channel = as_channel(fake.world.channel(fake.world.guild()))
    fake.faults = [error("POST /channels/4711/messages", 403, 50013, times=9)]
    alert = an_alert(thread=Thread("topic", "topic:export-controls", "4711"))
    assert isinstance(await platform.send(channel, alert, a_delivery(channel, thread="4711")), Gone)
    assert not fake.asked("/threads")


async def test_a_forum_that_wants_a_tag_gets_its_first(fake: FakeDiscord, platform: DiscordPlatform) -> None:
    channel = as_channel(fake.world.channel(fake.world.guild(), kind=15, flags=1 << 4, tags=(("71", "Other"),)))
    assert isinstance(await platform.send(channel, an_alert(), a_delivery(channel)), Sent)
    assert fake.asked(r"/threads")[0].body["applied_tags"] == ["71"]


@pytest.mark.parametrize(("flags", "tags"), [(1 << 4, (("71", "Other"),)), (0, (("73", "Other"),))])
async def test_a_forum_whose_tags_are_others_now_is_looked_at_again(
    fake: FakeDiscord, platform: DiscordPlatform, flags: int, tags: tuple[tuple[str, str], ...]
) -> None:
    """Who sends alone is told of no change: no alert came any more until the next start."""
    there = fake.world.channel(fake.world.guild(), kind=15, tags=(("72", "export controls"),))
    channel = as_channel(there)
    assert isinstance(await platform.send(channel, an_alert(), a_delivery(channel)), Sent)
    there.flags, there.tags = flags, tags
    asked = len(fake.asked(f"GET /channels/{channel.ref}$"))
    for _ in range(2):
        assert isinstance(await platform.send(channel, an_alert(), a_delivery(channel)), Sent)
    assert len(fake.asked(f"GET /channels/{channel.ref}$")) == asked + 1, "what was learnt is remembered"
    there.flags, there.tags = 1 << 4, ()
    assert isinstance(await platform.send(channel, an_alert(), a_delivery(channel)), Rejected)


async def test_a_thread_made_but_not_confirmed_is_found(fake: FakeDiscord, platform: DiscordPlatform) -> None:
    channel = as_channel(fake.world.channel(fake.world.guild(), kind=15))
    delivery = a_delivery(channel)
    fake.faults = [Fault(r"POST .*/threads", status=502, commit=True)]
    assert isinstance(await platform.send(channel, an_alert(), delivery), Ambiguous)
    found = await platform.find(channel, delivery)
    assert isinstance(found, Sent)
    other = a_delivery(channel)
    assert await platform.find(channel, other) == Absent("it was not posted")
    assert len(fake.asked(r"POST .*/threads")) == 1


async def test_a_garbled_thread_is_ambiguous(fake: FakeDiscord, platform: DiscordPlatform) -> None:
    channel = as_channel(fake.world.channel(fake.world.guild(), kind=15))
    fake.faults = [Fault(r"POST .*/threads", status=200, body="[]")]
    assert isinstance(await platform.send(channel, an_alert(), a_delivery(channel)), Ambiguous)


async def test_a_voice_channel_refusing_text_is_no_forum(fake: FakeDiscord, platform: DiscordPlatform) -> None:
    channel = as_channel(fake.world.channel(fake.world.guild(), kind=13))
    fake.faults = [error(POST, 400, 50008)]
    assert isinstance(await platform.send(channel, an_alert(), a_delivery(channel)), Rejected)
    assert isinstance(await platform.send(channel, an_alert(), a_delivery(channel)), Sent)
    assert not fake.asked("POST .*/threads")


@pytest.mark.parametrize("said", [{}, {"id": None}, [1], "<html>", 7, None], ids=str)
async def test_an_answer_that_is_nothing_of_discords_is_no_defect(
    fake: FakeDiscord, platform: DiscordPlatform, said: Any
) -> None:
    forum = as_channel(fake.world.channel(fake.world.guild(), kind=15))
    room = as_channel(fake.world.channel(fake.world.guild()))
    fake.faults = [Fault(r"GET /", 200, said, times=9)]
    assert isinstance(await platform.send(forum, an_alert(), a_delivery(forum)), Ambiguous)
    assert isinstance(await platform.find(forum, a_delivery(forum)), Retry)
    assert isinstance(await platform.find(room, a_delivery(room)), Retry)


@pytest.mark.parametrize("said", [[1], "<html>", 7], ids=str)
async def test_nor_is_it_a_refusal(fake: FakeDiscord, platform: DiscordPlatform, said: Any) -> None:
    fake.faults = [Fault(r"GET /", 200, said, times=9)]
    assert await platform.check(as_channel(fake.world.channel(fake.world.guild()))) == ""
