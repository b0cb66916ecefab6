"""In doubt, look before sending again: cases 119 and 132 from Discord's side."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.core.model import Channel
from bot.ports import Absent, Ambiguous, Gone, Retry, Sent
from bot.translations import Words
from handlers.discord.channelkinds import PERSON
from handlers.discord.find import NONCE_WINDOW_S
from handlers.discord.ids import nonce
from handlers.discord.run import DiscordOptions, DiscordPlatform
from tests.fakes.commands import FakeCommands
from tests.fakes.discord.faults import Fault, error, limited
from tests.fakes.discord.server import TOKEN, FakeDiscord
from tests.fakes.discord.world import ALL, EMBED, HISTORY
from tests.fakes.memory import Forgetful
from tests.handlers.discord.helpers import Clock, a_delivery, an_alert, as_channel


@pytest.fixture
async def restarted(fake: FakeDiscord, words: Words, commands: FakeCommands) -> Any:
    """A process that has sent nothing yet."""
    made = DiscordPlatform(
        TOKEN, commands=commands, words=words, memory=Forgetful(), options=DiscordOptions(api_base=fake.api)
    )
    await made.start()
    yield made
    await made.close()


@pytest.mark.case_id(119)
@pytest.mark.parametrize("rights", [ALL, ALL & ~EMBED], ids=["layout", "plain"])
async def test_case_119_what_was_posted_before_the_kill_is_found(
    fake: FakeDiscord, platform: DiscordPlatform, restarted: DiscordPlatform, rights: int
) -> None:
    channel = as_channel(fake.world.channel(fake.world.guild(), rights=rights))
    delivery = a_delivery(channel)
    sent = await platform.send(channel, an_alert(), delivery)
    fake.world.channels[channel.ref].messages += [fake.world.made(channel.ref, {"content": "chat"}) for _ in range(150)]
    assert await restarted.find(channel, delivery) == sent


async def test_a_clock_that_runs_ahead_doubles_nothing(
    fake: FakeDiscord, platform: DiscordPlatform, restarted: DiscordPlatform
) -> None:
    channel = as_channel(fake.world.channel(fake.world.guild()))
    delivery = a_delivery(channel)
    ahead = replace(delivery, created_at=delivery.created_at + 9 * 60_000)
    sent = await platform.send(channel, an_alert(), ahead)
    assert await restarted.find(channel, ahead) == sent


@pytest.mark.case_id(119)
async def test_case_119_what_was_not_posted_may_be_sent(
    fake: FakeDiscord, platform: DiscordPlatform, restarted: DiscordPlatform
) -> None:
    channel = as_channel(fake.world.channel(fake.world.guild()))
    await platform.send(channel, an_alert(), a_delivery(channel))
    assert await restarted.find(channel, a_delivery(channel)) == Absent("it was not posted")


@pytest.mark.usefixtures("untraced")
@pytest.mark.case_id(119)
@pytest.mark.parametrize("archived", [False, True])
async def test_case_119_a_post_in_a_forum_is_found_even_when_its_thread_was_archived_since(
    fake: FakeDiscord, platform: DiscordPlatform, restarted: DiscordPlatform, archived: bool
) -> None:
    channel = as_channel(fake.world.channel(fake.world.guild(), kind=15))
    delivery = a_delivery(channel)
    sent = await platform.send(channel, an_alert(), delivery)
    assert isinstance(sent, Sent)
    fake.world.channels[sent.ref.split("/")[0]].archived = archived
    assert await restarted.find(channel, delivery) == sent
    assert await restarted.find(channel, a_delivery(channel)) == Absent("it was not posted")


def archived_since(fake: FakeDiscord, forum: str, n: int) -> None:
    """Other people's posts, archived one after another from a minute from now on."""
    for number in range(n):
        at = datetime.now(UTC) + timedelta(minutes=1, seconds=number)
        thread = fake.world.channel(fake.world.channels[forum].guild, kind=11, name="a post")
        thread.parent, thread.owner, thread.archived, thread.archived_at = forum, "66", True, at.isoformat()


async def test_a_busy_forums_archive_is_read_in_pages(
    fake: FakeDiscord, platform: DiscordPlatform, restarted: DiscordPlatform
) -> None:
    channel = as_channel(fake.world.channel(fake.world.guild(), kind=15))
    delivery = a_delivery(channel)
    sent = await platform.send(channel, an_alert(), delivery)
    assert isinstance(sent, Sent)
    post = fake.world.channels[sent.ref.split("/")[0]]
    post.archived, post.archived_at = True, datetime.now(UTC).isoformat()
    archived_since(fake, channel.ref, 130)
    assert await restarted.find(channel, delivery) == sent


async def test_posts_that_were_archived_before_the_delivery_are_not_looked_at(
    fake: FakeDiscord, restarted: DiscordPlatform
) -> None:
    channel = as_channel(fake.world.channel(fake.world.guild(), kind=15))
    archived_since(fake, channel.ref, 230)
    for thread in fake.world.channels.values():
        thread.archived_at = thread.archived_at.replace("2026-", "2020-")
    assert await restarted.find(channel, a_delivery(channel)) == Absent("it was not posted")
    assert len(fake.asked(r"GET /channels/\d+/threads/archived/public$")) == 1


async def test_too_busy_a_forum_leaves_the_doubt(fake: FakeDiscord, restarted: DiscordPlatform) -> None:
    channel = as_channel(fake.world.channel(fake.world.guild(), kind=15))
    archived_since(fake, channel.ref, 501)
    found = await restarted.find(channel, a_delivery(channel))
    assert isinstance(found, Ambiguous)
    assert "500" in found.reason


async def test_a_long_channel_is_read_in_pages(
    fake: FakeDiscord, platform: DiscordPlatform, restarted: DiscordPlatform
) -> None:
    channel = as_channel(there := fake.world.channel(fake.world.guild()))
    delivery = a_delivery(channel)
    there.messages += [fake.world.made(channel.ref, {"content": "chat"}) for _ in range(230)]
    sent = await platform.send(channel, an_alert(), delivery)
    assert await restarted.find(channel, delivery) == sent
    assert len(fake.asked(r"GET /channels/\d+/messages$")) == 3


async def test_too_long_a_channel_leaves_the_doubt(fake: FakeDiscord, restarted: DiscordPlatform) -> None:
    channel = as_channel(there := fake.world.channel(fake.world.guild()))
    there.messages += [fake.world.made(channel.ref, {"content": "chat"}) for _ in range(500)]
    found = await restarted.find(channel, a_delivery(channel))
    assert isinstance(found, Ambiguous)
    assert "500" in found.reason


async def test_someone_else_quoting_our_marker_is_not_us(fake: FakeDiscord, restarted: DiscordPlatform) -> None:
    channel = as_channel(there := fake.world.channel(fake.world.guild()))
    delivery = a_delivery(channel)
    marker = nonce(channel, delivery)
    button = {"type": 2, "style": 2, "label": "Why", "custom_id": f"t1.{marker}:why:42"}
    forged = fake.world.made(channel.ref, {"components": [{"type": 1, "components": [button]}]})
    forged["author"] = {"id": "66", "username": "someone", "discriminator": "0", "avatar": None}
    there.messages.append(forged)
    assert await restarted.find(channel, delivery) == Absent("it was not posted")


async def test_the_nonce_is_trusted_for_its_window_only(
    fake: FakeDiscord, platform: DiscordPlatform, clock: Clock
) -> None:
    channel = as_channel(fake.world.channel(fake.world.guild()))
    delivery = a_delivery(channel)
    fake.faults = [Fault(r"POST /channels/\d+/messages$", commit=True, drop=True)]
    await platform.send(channel, an_alert(), delivery)
    assert isinstance(await platform.find(channel, delivery), Absent)
    assert fake.asked(r"GET /channels/\d+/messages$") == []
    clock.now += NONCE_WINDOW_S
    assert isinstance(await platform.find(channel, delivery), Sent)


async def test_the_news_under_an_alert_is_found_by_its_own_marker(
    fake: FakeDiscord, platform: DiscordPlatform, restarted: DiscordPlatform
) -> None:
    channel = as_channel(fake.world.channel(fake.world.guild()))
    sent = await platform.send(channel, an_alert(), a_delivery(channel))
    assert isinstance(sent, Sent)
    update = a_delivery(channel, kind="update", ref=sent.ref)
    assert await restarted.find(channel, update) == Absent("it was not posted")
    await platform.send(channel, an_alert(kind="update", news="more"), update)
    assert await restarted.find(channel, update) == sent


@pytest.mark.parametrize("there", [True, False])
async def test_what_was_for_a_thread_that_is_gone_may_be_sent_where_its_channel_is_there(
    fake: FakeDiscord, platform: DiscordPlatform, restarted: DiscordPlatform, there: bool
) -> None:
    """A deleted thread is no fault of its channel, which was paused for it."""
    room = fake.world.channel(fake.world.guild())
    thread = fake.world.channel(room.guild, kind=11, parent=room.id)
    delivery = a_delivery(as_channel(room), thread=thread.id)
    fake.faults = [Fault(r"POST /channels/\d+/messages$", status=502, commit=True)]
    assert isinstance(await platform.send(as_channel(room), an_alert(), delivery), Ambiguous)
    assert isinstance(await restarted.find(as_channel(room), delivery), Sent)
    for gone in (thread,) if there else (thread, room):
        del fake.world.channels[gone.id]
    assert isinstance(await restarted.find(as_channel(room), delivery), Absent if there else Gone)


async def test_what_can_not_be_looked_up_now_is_looked_up_later(fake: FakeDiscord, restarted: DiscordPlatform) -> None:
    channel = as_channel(fake.world.channel(fake.world.guild()))
    where = r"GET /channels"
    fake.faults = [error(where, 403, 50001), Fault(where, 503), Fault(where, drop=True, times=2), limited(where, 3.0)]
    found = await restarted.find(channel, a_delivery(channel))
    assert isinstance(found, Gone)
    assert "View Channel" in found.reason
    for _ in range(2):
        found = await restarted.find(channel, a_delivery(channel))
        assert isinstance(found, Retry)
        assert found.after_s > 0
    found = await restarted.find(channel, a_delivery(channel))
    assert isinstance(found, Retry)
    assert found.after_s == 3.0


async def test_while_sends_hold_so_do_look_ups(fake: FakeDiscord, platform: DiscordPlatform) -> None:
    channel = as_channel(fake.world.channel(fake.world.guild()))
    fake.faults = [limited("POST", 60.0, scope="global")]
    await platform.send(channel, an_alert(), a_delivery(channel))
    assert await platform.find(channel, a_delivery(channel)) == Retry(60.0, "Discord's global limit was reached")


async def test_a_reply_that_no_one_remembers_is_still_judged(fake: FakeDiscord, restarted: DiscordPlatform) -> None:
    channel = as_channel(there := fake.world.channel(fake.world.guild()))
    del fake.world.channels[there.id]
    assert isinstance(await restarted.find(channel, a_delivery(channel)), Gone)


async def test_a_history_that_is_hidden_is_no_proof(fake: FakeDiscord, restarted: DiscordPlatform) -> None:
    """Without Read Message History Discord shows an empty channel: nothing may be sent again for that."""
    channel = as_channel(there := fake.world.channel(fake.world.guild()))
    there.rights &= ~HISTORY
    assert isinstance(await restarted.find(channel, a_delivery(channel)), Absent)
    there.messages.append(fake.world.made(channel.ref, {"content": "chat"}))
    found = await restarted.find(channel, a_delivery(channel))
    assert isinstance(found, Ambiguous)
    assert "Read Message History" in found.reason


@pytest.mark.parametrize("commit", [False, True])
async def test_a_word_to_a_person_is_looked_for_in_their_direct_messages(
    fake: FakeDiscord, platform: DiscordPlatform, restarted: DiscordPlatform, commit: bool
) -> None:
    person = Channel(1, "discord", PERSON, "42")
    delivery = a_delivery(person)
    fake.faults = [Fault(r"POST /channels/\d+/messages$", status=502, commit=commit)]
    assert isinstance(await platform.send(person, an_alert(kind="notice"), delivery), Ambiguous)
    assert isinstance(await restarted.find(person, delivery), Sent if commit else Absent)


async def test_a_person_who_takes_no_direct_messages(fake: FakeDiscord, platform: DiscordPlatform) -> None:
    person = Channel(1, "discord", PERSON, "42")
    fake.faults = [error("POST /users/@me/channels", 403, 50007), error("POST /users/@me/channels", 403, 50007)]
    assert isinstance(await platform.send(person, an_alert(kind="notice"), a_delivery(person)), Gone)
    assert isinstance(await platform.find(person, a_delivery(person)), Gone)
