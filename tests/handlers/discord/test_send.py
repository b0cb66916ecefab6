"""Alerts on their way to Discord, through every fault of cases 129–153."""

from __future__ import annotations

from typing import Any

import pytest

from bot.core.message import TopicLine
from bot.ports import Absent, Ambiguous, Gone, Rejected, Retry, Sent
from bot.words import Words
from handlers.discord.run import DiscordOptions, DiscordPlatform, InMemory
from tests.fakes.commands import FakeCommands
from tests.fakes.discord.faults import Fault, banned, error, limited
from tests.fakes.discord.server import TOKEN, FakeDiscord
from tests.fakes.discord.world import ALL, EMBED, HISTORY, VIEW
from tests.handlers.discord.helpers import Clock, a_delivery, an_alert, as_channel, buttons, texts

POST = r"POST /channels/\d+/messages$"


async def test_an_alert_is_posted_with_its_nonce(fake: FakeDiscord, platform: DiscordPlatform) -> None:
    channel = as_channel(there := fake.world.channel(fake.world.guild()))
    receipt = await platform.send(channel, an_alert(), a_delivery(channel))
    assert receipt == Sent(f"{there.id}/{there.messages[0]['id']}/layout")
    body = fake.asked(POST)[0].body
    assert body["enforce_nonce"] is True
    assert len(body["nonce"]) == 24
    assert body["allowed_mentions"] == {"parse": [], "replied_user": False}
    assert [button["label"] for button in buttons(body)] == [
        "Read · reuters.com",
        "Sources",
        "Why",
        "Mute story",
        "Unsubscribe",
    ]
    heading = (
        "### [US widens **H20** **export ban** to subsidiaries](https://www.reuters.com/technology/us-widens-h20-ban)"
    )
    assert heading in texts(body)


async def test_sends_do_not_wait_for_the_gateway(fake: FakeDiscord, platform: DiscordPlatform) -> None:
    fake.gateway.refuse = 4000
    channel = as_channel(fake.world.channel(fake.world.guild()))
    assert isinstance(await platform.send(channel, an_alert(), a_delivery(channel)), Sent)


@pytest.mark.case_id(132)
@pytest.mark.parametrize(
    "fault",
    [
        Fault(POST, commit=True, drop=True),
        Fault(POST, status=502, commit=True),
        Fault(POST, status=503, commit=True),
        Fault(POST, status=200, body="not json at all", commit=True),
        Fault(POST, status=200, body=["odd"], commit=True),
        Fault(POST, status=200, body="<html>ok</html>", commit=True),
    ],
    ids=["reset", "502", "503", "garbled", "odd", "html"],
)
async def test_case_132_what_was_committed_is_not_posted_twice(
    fake: FakeDiscord, platform: DiscordPlatform, fault: Fault
) -> None:
    channel = as_channel(there := fake.world.channel(fake.world.guild()))
    delivery = a_delivery(channel)
    fake.faults = [fault]
    assert isinstance(await platform.send(channel, an_alert(), delivery), Ambiguous)
    assert await platform.find(channel, delivery) == Absent("the same nonce makes a second send harmless")
    receipt = await platform.send(channel, an_alert(), delivery)
    assert receipt == Sent(f"{there.id}/{there.messages[0]['id']}/layout")
    assert len(there.messages) == 1


@pytest.mark.case_id(131)
@pytest.mark.parametrize("status", [500, 502, 503, 504, 524])
async def test_case_131_a_server_error_is_tried_again_with_the_same_nonce(
    fake: FakeDiscord, platform: DiscordPlatform, status: int
) -> None:
    channel = as_channel(there := fake.world.channel(fake.world.guild()))
    delivery = a_delivery(channel)
    fake.faults = [Fault(POST, status=status)]
    assert isinstance(await platform.send(channel, an_alert(), delivery), Ambiguous)
    assert len(fake.asked(POST)) == 1, "discord.py must not repeat it behind our back"
    assert isinstance(await platform.send(channel, an_alert(), delivery), Sent)
    first, second = fake.asked(POST)
    assert first.body["nonce"] == second.body["nonce"]
    assert len(there.messages) == 1


@pytest.mark.case_id(133)
async def test_case_133_a_garbled_success_is_no_success(fake: FakeDiscord, platform: DiscordPlatform) -> None:
    channel = as_channel(fake.world.channel(fake.world.guild()))
    fake.faults = [Fault(POST, status=200, body='{"id": "no number"}')]
    assert await platform.send(channel, an_alert(), a_delivery(channel)) == Ambiguous(
        "Discord's answer could not be read"
    )


async def test_no_answer_in_time_is_ambiguous(fake: FakeDiscord, words: Words, commands: FakeCommands) -> None:
    options = DiscordOptions(send_timeout_s=0.2)
    platform = DiscordPlatform(TOKEN, commands=commands, words=words, api_base=fake.api, options=options)
    fake.gateway.refuse = 4000
    await platform.start()
    channel = as_channel(there := fake.world.channel(fake.world.guild()))
    fake.faults = [Fault(POST, commit=True, hang=True)]
    assert isinstance(await platform.send(channel, an_alert(), a_delivery(channel)), Ambiguous)
    assert len(there.messages) == 1
    await platform.close()


async def test_a_server_that_is_not_there_took_nothing(words: Words, commands: FakeCommands) -> None:
    async with FakeDiscord() as fake:
        platform = DiscordPlatform(TOKEN, commands=commands, words=words, api_base=fake.api)
        await platform.start()
        channel = as_channel(fake.world.channel(fake.world.guild()))
    await platform.send(channel, an_alert(), a_delivery(channel))
    receipt = await platform.send(channel, an_alert(), a_delivery(channel))
    assert receipt == Retry(5.0, "Discord can't be reached"), "once the kept connection is known to be dead"
    await platform.close()


# ── limits of rate ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.case_id(129)
@pytest.mark.parametrize("scope", ["user", "shared"])
async def test_case_129_a_429_says_when(fake: FakeDiscord, platform: DiscordPlatform, scope: str) -> None:
    channel = as_channel(fake.world.channel(fake.world.guild()))
    fake.faults = [limited(POST, 1.337, scope=scope)]
    receipt = await platform.send(channel, an_alert(), a_delivery(channel))
    assert isinstance(receipt, Retry)
    assert receipt.after_s == pytest.approx(1.337)
    other = as_channel(fake.world.channel(fake.world.guild()))
    assert isinstance(await platform.send(other, an_alert(), a_delivery(other)), Sent), "other channels go on"


@pytest.mark.case_id(129)
async def test_case_129_a_global_429_holds_every_channel(
    fake: FakeDiscord, platform: DiscordPlatform, clock: Clock
) -> None:
    channel = as_channel(fake.world.channel(fake.world.guild()))
    other = as_channel(fake.world.channel(fake.world.guild()))
    fake.faults = [limited(POST, 7.5, scope="global")]
    assert await platform.send(channel, an_alert(), a_delivery(channel)) == Retry(
        7.5, "Discord's global limit was reached"
    )
    assert await platform.send(other, an_alert(), a_delivery(other)) == Retry(7.5, "Discord's global limit was reached")
    assert len(fake.asked(POST)) == 1
    clock.now += 7.5
    assert isinstance(await platform.send(other, an_alert(), a_delivery(other)), Sent)


@pytest.mark.case_id(129)
async def test_case_129_a_ban_by_the_network_in_front_stops_all_sends(
    fake: FakeDiscord, platform: DiscordPlatform, clock: Clock
) -> None:
    channel = as_channel(fake.world.channel(fake.world.guild()))
    fake.faults = [banned(POST)]
    receipt = await platform.send(channel, an_alert(), a_delivery(channel))
    assert isinstance(receipt, Retry)
    assert receipt.after_s == 900.0
    assert "1015" in receipt.reason
    assert "1015" in platform.health
    assert isinstance(await platform.send(channel, an_alert(), a_delivery(channel)), Retry)
    assert len(fake.asked(POST)) == 1
    clock.now += 900.0
    assert isinstance(await platform.send(channel, an_alert(), a_delivery(channel)), Sent)


async def test_the_bucket_is_obeyed_before_discord_has_to_say_so(fake: FakeDiscord, platform: DiscordPlatform) -> None:
    channel = as_channel(there := fake.world.channel(fake.world.guild()))
    receipts = [await platform.send(channel, an_alert(), a_delivery(channel)) for _ in range(7)]
    assert [type(receipt) for receipt in receipts] == [Sent] * 5 + [Retry] * 2
    assert isinstance(receipts[5], Retry)
    assert 0 < receipts[5].after_s <= 5.0
    assert len(there.messages) == 5
    assert 429 not in fake.statuses


def test_paces_are_those_of_discord(platform: DiscordPlatform, fake: FakeDiscord) -> None:
    channel = as_channel(fake.world.channel(fake.world.guild()))
    per_channel, per_bot = platform.paces(channel)
    assert (per_channel.key, per_channel.every_ms, per_channel.burst) == (f"discord:channel:{channel.ref}", 1000, 5)
    assert 1000 / per_bot.every_ms + per_bot.burst <= 50
    assert TOKEN not in per_bot.key


# ── channels that can't be posted to ───────────────────────────────────────────────────────────────────────────


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
    fake: FakeDiscord, platform: DiscordPlatform
) -> None:
    channel = as_channel(fake.world.channel(fake.world.guild()))
    fake.token = "another"
    for _ in range(3):
        receipt = await platform.send(channel, an_alert(), a_delivery(channel))
        assert isinstance(receipt, Retry)
        assert receipt.after_s == 900.0
    assert len(fake.asked(POST)) == 1
    assert "DISCORD_TOKEN" in platform.health


# ── forums, announcements, mentions ────────────────────────────────────────────────────────────────────────────


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


async def test_a_forum_that_wants_a_tag_gets_its_first(fake: FakeDiscord, platform: DiscordPlatform) -> None:
    channel = as_channel(fake.world.channel(fake.world.guild(), kind=15, flags=1 << 4, tags=(("71", "Other"),)))
    assert isinstance(await platform.send(channel, an_alert(), a_delivery(channel)), Sent)
    assert fake.asked(r"/threads")[0].body["applied_tags"] == ["71"]


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


async def test_only_the_opted_in_role_is_mentioned(fake: FakeDiscord, platform: DiscordPlatform) -> None:
    guild = fake.world.guild()
    channel = as_channel(fake.world.channel(guild), mention="<@&777777777777777777>")
    await platform.send(channel, an_alert(title="@everyone <@&1> look"), a_delivery(channel))
    body = fake.asked(POST)[0].body
    assert body["allowed_mentions"] == {"parse": [], "replied_user": False, "roles": ["777777777777777777"]}
    assert texts(body)[0] == "<@&777777777777777777>"
    everyone = as_channel(fake.world.channel(guild), mention=guild)
    await platform.send(everyone, an_alert(), a_delivery(everyone))
    assert "roles" not in fake.asked(POST)[1].body["allowed_mentions"]


# ── updates ────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_an_update_edits_and_tells_the_news_under_it(fake: FakeDiscord, platform: DiscordPlatform) -> None:
    channel = as_channel(there := fake.world.channel(fake.world.guild()))
    sent = await platform.send(channel, an_alert(), a_delivery(channel))
    assert isinstance(sent, Sent)
    update = a_delivery(channel, kind="update", ref=sent.ref)
    alert = an_alert(kind="update", news="Beijing promised “countermeasures”")
    assert await platform.send(channel, alert, update) == sent
    first, reply = there.messages
    assert first["_edits"] == 1
    assert "-# Update · Notable" in texts(first)
    assert texts(reply) == ["Update: Beijing promised “countermeasures”"]
    assert reply["message_reference"] == {"message_id": first["id"], "fail_if_not_exists": False}
    assert await platform.send(channel, alert, update) == sent
    assert len(there.messages) == 2, "done twice, it is done once"


async def test_an_update_without_news_only_edits(fake: FakeDiscord, platform: DiscordPlatform) -> None:
    channel = as_channel(there := fake.world.channel(fake.world.guild()))
    sent = await platform.send(channel, an_alert(), a_delivery(channel))
    assert isinstance(sent, Sent)
    assert (
        await platform.send(channel, an_alert(kind="update"), a_delivery(channel, kind="update", ref=sent.ref)) == sent
    )
    assert len(there.messages) == 1


async def test_an_update_in_a_forum_goes_into_its_thread(fake: FakeDiscord, platform: DiscordPlatform) -> None:
    channel = as_channel(fake.world.channel(fake.world.guild(), kind=15))
    sent = await platform.send(channel, an_alert(), a_delivery(channel))
    assert isinstance(sent, Sent)
    update = a_delivery(channel, kind="update", ref=sent.ref)
    assert await platform.send(channel, an_alert(kind="update", news="more"), update) == sent
    assert len(fake.world.channels[sent.ref.split("/")[0]].messages) == 2


async def test_a_plain_message_stays_plain_when_edited(fake: FakeDiscord, platform: DiscordPlatform) -> None:
    channel = as_channel(there := fake.world.channel(fake.world.guild(), rights=ALL & ~EMBED))
    sent = await platform.send(channel, an_alert(), a_delivery(channel))
    assert isinstance(sent, Sent)
    there.rights = ALL
    await platform.send(channel, an_alert(kind="update"), a_delivery(channel, kind="update", ref=sent.ref))
    assert "Update" in there.messages[0]["content"]


async def test_without_history_the_news_is_told_without_pointing(fake: FakeDiscord, platform: DiscordPlatform) -> None:
    channel = as_channel(there := fake.world.channel(fake.world.guild(), rights=ALL & ~HISTORY))
    sent = await platform.send(channel, an_alert(), a_delivery(channel))
    assert isinstance(sent, Sent)
    update = a_delivery(channel, kind="update", ref=sent.ref)
    assert await platform.send(channel, an_alert(kind="update", news="more"), update) == sent
    assert there.messages[1]["message_reference"] is None
    fake.faults = [error(POST, 403, 50013)]
    assert isinstance(await platform.send(channel, an_alert(kind="update", news="more"), update), Gone)


@pytest.mark.case_id(152)
async def test_case_152_a_deleted_message_is_not_posted_again(fake: FakeDiscord, platform: DiscordPlatform) -> None:
    channel = as_channel(there := fake.world.channel(fake.world.guild()))
    sent = await platform.send(channel, an_alert(), a_delivery(channel))
    assert isinstance(sent, Sent)
    there.messages.clear()
    update = a_delivery(channel, kind="update", ref=sent.ref)
    receipt = await platform.send(channel, an_alert(kind="update", news="more"), update)
    assert isinstance(receipt, Rejected)
    assert there.messages == []


async def test_an_update_of_something_never_posted_is_posted(fake: FakeDiscord, platform: DiscordPlatform) -> None:
    channel = as_channel(there := fake.world.channel(fake.world.guild()))
    assert isinstance(await platform.send(channel, an_alert(kind="update"), a_delivery(channel, kind="update")), Sent)
    assert len(there.messages) == 1


async def test_a_reference_of_another_platform_is_rejected(fake: FakeDiscord, platform: DiscordPlatform) -> None:
    channel = as_channel(fake.world.channel(fake.world.guild()))
    update = a_delivery(channel, kind="update", ref="C123:1700000000.1")
    assert isinstance(await platform.send(channel, an_alert(kind="update"), update), Rejected)


async def test_words_follow_the_language_of_the_channel(fake: FakeDiscord, platform: DiscordPlatform) -> None:
    channel = as_channel(fake.world.channel(fake.world.guild()), language="zh-TW")
    await platform.send(channel, an_alert(), a_delivery(channel))
    assert [button["label"] for button in buttons(fake.asked(POST)[0].body)][1:] == [
        "來源",
        "為什麼",
        "靜音此事件",
        "退訂",
    ]


async def test_a_button_that_does_not_fit_is_kept(
    fake: FakeDiscord, platform: DiscordPlatform, memory: InMemory
) -> None:
    channel = as_channel(fake.world.channel(fake.world.guild()))
    rule = "query:" + "very long " * 12
    await platform.send(channel, an_alert(topics=(TopicLine(rule, "mine", ("x",)),)), a_delivery(channel))
    assert [*memory.texts.values()][-1] == f"unsubscribe:{rule}"
