"""Posting, editing, looking: every answer of Slack's has its own receipt, and nothing is posted twice."""

from __future__ import annotations

import json

import pytest

from bot.core.message import OutletLine
from bot.ports import Absent, Ambiguous, Gone, Rejected, Retry, Sent
from handlers.slack.receipts import TRIES
from handlers.slack.run import SlackPlatform
from handlers.slack.send import EDIT_BURST, EVENT, PAGES, Sender
from tests.fakes.slack import Fail, FakeSlack
from tests.fakes.slack.reader import read_blocks
from tests.fakes.slack.state import Channel, Team
from tests.handlers.slack.conftest import Build
from tests.handlers.slack.helpers import NOW, alert, channel, delivery
from tests.wording import WORDS


async def test_posts_with_metadata_and_says_where(platform: SlackPlatform, room: Channel) -> None:
    receipt = await platform.send(channel(), alert(), delivery())
    (message,) = room.messages
    assert receipt == Sent(f"C1:{message['ts']}")
    assert message["metadata"] == {"event_type": EVENT, "event_payload": {"delivery_id": 7}}
    assert message["text"] == "🟠 Notable · US tightens H20 export rules"


async def test_sends_need_no_start(platform: SlackPlatform, slack: FakeSlack) -> None:
    await platform.send(channel(), alert(), delivery())
    assert [method for method, _ in slack.calls] == ["chat.postMessage"]


@pytest.mark.case_id(110)
async def test_case_110_no_previews(platform: SlackPlatform, room: Channel) -> None:
    await platform.send(channel(), alert(), delivery())
    assert room.messages[0]["unfurl_links"] is False
    assert room.messages[0]["unfurl_media"] is False


async def test_an_opted_in_group_is_called_once(platform: SlackPlatform, room: Channel) -> None:
    await platform.send(channel(mention="S0123"), alert(), delivery())
    await platform.send(channel(mention="<!channel>"), alert(), delivery())
    assert [read_blocks(message["blocks"]).calls for message in room.messages] == [["S0123"], []]


async def test_the_channel_chooses_the_language(platform: SlackPlatform, room: Channel) -> None:
    await platform.send(channel(language="zh-CN"), alert(), delivery())
    assert room.messages[0]["text"].startswith("🟠 重要 · ")


# ── edits ──────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_an_update_edits_and_tells_the_news_in_the_thread(platform: SlackPlatform, room: Channel) -> None:
    sent = await platform.send(channel(), alert(), delivery())
    assert isinstance(sent, Sent)
    grown = alert(kind="update", news="Nvidia says it will comply")
    again = await platform.send(channel(), grown, delivery(id=8, kind="update", ref=sent.ref))
    assert again == sent
    first, second = room.messages
    assert first["edits"] == 1
    assert "Nvidia says it will comply" in read_blocks(first["blocks"]).text
    assert second["thread_ts"] == first["ts"]
    assert second["metadata"]["event_payload"] == {"delivery_id": 8}


async def test_an_update_without_news_only_edits(platform: SlackPlatform, room: Channel) -> None:
    sent = await platform.send(channel(), alert(), delivery())
    await platform.send(channel(), alert(kind="update"), delivery(id=8, kind="update", ref=sent.ref))
    assert [message["edits"] for message in room.messages] == [1]


async def test_an_edit_says_who_reports_too(platform: SlackPlatform, room: Channel) -> None:
    sent = await platform.send(channel(), alert(), delivery())
    assert isinstance(sent, Sent)
    grown = alert(kind="update", also=("财新", "SEC 8-K", "AP", "AFP"))
    assert await platform.send(channel(), grown, delivery(id=8, kind="update", ref=sent.ref)) == sent
    (message,) = room.messages
    assert "also: 财新, SEC 8-K, AP (+1)" in read_blocks(message["blocks"]).text


async def test_an_update_of_what_was_never_posted_is_posted(platform: SlackPlatform, room: Channel) -> None:
    assert isinstance(await platform.send(channel(), alert(kind="update"), delivery(kind="update")), Sent)
    assert len(room.messages) == 1


@pytest.mark.case_id(152)
async def test_case_152_a_deleted_message_is_not_posted_again(platform: SlackPlatform, room: Channel) -> None:
    grown = alert(kind="update", news="more")
    receipt = await platform.send(channel(), grown, delivery(kind="update", ref="C1:1.1"))
    assert isinstance(receipt, Rejected)
    assert room.messages == []


@pytest.mark.case_id(154)
async def test_case_154_over_the_workspaces_retention(platform: SlackPlatform, room: Channel) -> None:
    """What retention took away is neither edited nor posted again; new alerts go on."""
    sent = await platform.send(channel(), alert(), delivery())
    room.messages.clear()
    update = delivery(id=8, kind="update", ref=sent.ref)
    assert isinstance(await platform.send(channel(), alert(kind="update", news="more"), update), Rejected)
    assert isinstance(await platform.send(channel(), alert(), delivery(id=9)), Sent)
    assert len(room.messages) == 1


async def test_a_page_in_between_is_not_the_messages_fault(platform: SlackPlatform, slack: FakeSlack) -> None:
    slack.faults["chat.postMessage"].append(Fail(403, "<html>Blocked by proxy</html>", {}, "text/html"))
    assert await platform.send(channel(), alert(), delivery(tries=50)) == Retry(60.0, "Slack answered HTTP 403")


async def test_a_closed_edit_window_leaves_the_thread(platform: SlackPlatform, slack: FakeSlack, room: Channel) -> None:
    sent = await platform.send(channel(), alert(), delivery())
    slack.faults["chat.update"].append(Fail.code("edit_window_closed"))
    grown = alert(kind="update", news="more")
    assert await platform.send(channel(), grown, delivery(id=8, kind="update", ref=sent.ref)) == sent
    assert room.messages[1]["text"] == "more"


async def test_edits_beyond_the_burst_wait_for_their_turn(platform: SlackPlatform, room: Channel) -> None:
    """Slack takes 50 edits a minute: with a clock that stands still, ten go at once, two wait, the others come back."""
    sent = await platform.send(channel(), alert(), delivery())
    waits: list[float] = []

    async def pause(seconds: float) -> None:
        waits.append(round(seconds, 3))

    sender = Sender(platform.workspaces, WORDS, lambda *_: None, clock=lambda: 0.0, pause=pause)
    update = delivery(kind="update", ref=sent.ref)
    receipts = [await sender.send(channel(), alert(), update) for _ in range(EDIT_BURST + 3)]
    assert waits == [0.0] * EDIT_BURST + [1.2, 2.4]
    assert receipts[-1] == Retry(pytest.approx(3.6), receipts[-1].reason)
    assert room.messages[0]["edits"] == EDIT_BURST + 2


# ── refusals ───────────────────────────────────────────────────────────────────────────────────────────────────

REFUSALS = [
    ("ratelimited", Retry, None),
    ("channel_not_found", Gone, False),
    ("not_in_channel", Gone, False),
    ("is_archived", Gone, True),
    ("restricted_action", Gone, False),
    ("account_inactive", Retry, None),
    ("token_revoked", Retry, None),
    ("token_expired", Retry, None),
    ("invalid_auth", Retry, None),
    ("missing_scope", Retry, None),
    ("message_limit_exceeded", Retry, None),
    ("service_unavailable", Retry, None),
    ("fatal_error", Ambiguous, None),
    ("internal_error", Ambiguous, None),
    ("invalid_arguments", Rejected, None),
]


@pytest.mark.parametrize(("code", "lost"), [("thread_not_found", True), ("service_unavailable", False)])
async def test_a_refusal_in_a_thread_loses_it_only_where_it_is_gone(
    platform: SlackPlatform, slack: FakeSlack, room: Channel, code: str, lost: bool
) -> None:
    slack.faults["chat.postMessage"].append(Fail.code(code))
    receipt = await platform.send(channel(), alert(), delivery(thread="C1:1764000000.000001"))
    assert isinstance(receipt, Retry)
    assert receipt.lost is lost


@pytest.mark.usefixtures("untraced")
@pytest.mark.case_id(134)
@pytest.mark.parametrize(("code", "kind", "permanent"), REFUSALS)
async def test_case_134_each_refusal_has_its_own_action(
    platform: SlackPlatform, slack: FakeSlack, room: Channel, code: str, kind: type, permanent: bool | None
) -> None:
    slack.faults["chat.postMessage"].append(Fail.code(code, needed="chat:write"))
    receipt = await platform.send(channel(), alert(), delivery())
    assert type(receipt) is kind
    assert receipt.reason
    assert permanent is None or receipt.permanent is permanent
    assert room.messages == []


@pytest.mark.parametrize("code", ["invalid_blocks", "msg_too_long", "no_text"])
async def test_refused_blocks_are_posted_as_plain_text(
    platform: SlackPlatform, slack: FakeSlack, room: Channel, code: str
) -> None:
    slack.faults["chat.postMessage"].append(Fail.code(code))
    assert isinstance(await platform.send(channel(), alert(), delivery()), Sent)
    (message,) = room.messages
    assert message["blocks"] == []
    assert "<https://www.reuters.com/tech/h20?a=1&amp;b=2|🟠 Notable · US tightens H20 export rules>" in message["text"]
    assert message["metadata"]["event_payload"] == {"delivery_id": 7}


async def test_an_edit_with_refused_blocks_is_plain_too(
    platform: SlackPlatform, slack: FakeSlack, room: Channel
) -> None:
    sent = await platform.send(channel(), alert(), delivery())
    slack.faults["chat.update"].append(Fail.code("invalid_blocks"))
    assert await platform.send(channel(), alert(kind="update"), delivery(id=8, kind="update", ref=sent.ref)) == sent
    assert room.messages[0]["blocks"] == []


@pytest.mark.case_id(140)
async def test_case_140_a_poison_message_is_given_up_at_once(platform: SlackPlatform, slack: FakeSlack) -> None:
    slack.faults["chat.postMessage"].extend([Fail.code("invalid_blocks"), Fail.code("invalid_blocks")])
    assert isinstance(await platform.send(channel(), alert(), delivery()), Rejected)
    assert isinstance(await platform.send(channel(), alert(delivery_id=8), delivery(id=8)), Sent)


async def test_an_unknown_refusal_is_tried_a_few_times(platform: SlackPlatform, slack: FakeSlack) -> None:
    slack.faults["chat.postMessage"].extend([Fail.code("brand_new")] * (TRIES + 1))
    got = [await platform.send(channel(), alert(), delivery(tries=n)) for n in range(TRIES)]
    assert [type(one) for one in got] == [Retry] * (TRIES - 1) + [Rejected]
    assert isinstance(await platform.send(channel(), alert(delivery_id=8), delivery(id=8)), Retry)


async def test_what_waited_out_an_outage_is_not_given_up_at_an_unknown_refusal(
    platform: SlackPlatform, slack: FakeSlack
) -> None:
    slack.faults["chat.postMessage"].append(Fail.code("brand_new"))
    assert isinstance(await platform.send(channel(), alert(), delivery(tries=50)), Retry)
    assert isinstance(await platform.send(channel(), alert(), delivery(tries=51)), Sent)


@pytest.mark.case_id(135)
async def test_case_135_an_archived_channel_pauses(platform: SlackPlatform, room: Channel) -> None:
    room.archived = True
    receipt = await platform.send(channel(), alert(), delivery())
    assert receipt == Gone(receipt.reason, permanent=True)
    assert "archived" in receipt.reason


@pytest.mark.case_id(150)
async def test_case_150_made_private_or_kicked(platform: SlackPlatform, room: Channel) -> None:
    room.members.clear()
    kicked = await platform.send(channel(), alert(), delivery())
    room.private = True
    hidden = await platform.send(channel(), alert(), delivery())
    assert isinstance(kicked, Gone)
    assert "/invite" in kicked.reason
    assert isinstance(hidden, Gone)
    assert not kicked.permanent
    assert not hidden.permanent


@pytest.mark.case_id(151)
async def test_case_151_a_conversation_that_takes_no_posts(platform: SlackPlatform, slack: FakeSlack) -> None:
    slack.faults["chat.postMessage"].append(Fail.code("cannot_dm_bot"))
    assert isinstance(await platform.send(channel("D1"), alert(), delivery()), Gone)


# ── limits and outages ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.case_id(130)
async def test_case_130_retry_after_rests_the_workspace(platform: SlackPlatform, slack: FakeSlack) -> None:
    refusal = json.dumps({"ok": False, "error": "ratelimited"})
    slack.faults["chat.postMessage"].append(Fail(429, refusal, {"Retry-After": "17"}))
    first = await platform.send(channel(), alert(), delivery())
    second = await platform.send(channel("C2"), alert(), delivery(id=8))
    assert first == Retry(17.0, first.reason)
    assert isinstance(second, Retry)
    assert 16 < second.after_s <= 17
    assert len(slack.calls) == 1


async def test_429_with_a_page_instead_of_json(platform: SlackPlatform, slack: FakeSlack) -> None:
    page = Fail(429, "<html>Too many</html>", {"Retry-After": "3"}, "text/html")
    slack.faults["chat.postMessage"].append(page)
    assert await platform.send(channel(), alert(), delivery()) == Retry(3.0, "Slack answered ratelimited")


@pytest.mark.parametrize("status", [500, 502, 503, 504])
async def test_server_errors_leave_it_open(platform: SlackPlatform, slack: FakeSlack, status: int) -> None:
    slack.faults["chat.postMessage"].append(Fail(status, "<html>oops</html>", {}, "text/html"))
    assert isinstance(await platform.send(channel(), alert(), delivery()), Ambiguous)


@pytest.mark.parametrize("commit", [True, False])
async def test_a_reset_is_looked_up_and_not_posted_again(
    platform: SlackPlatform, slack: FakeSlack, room: Channel, commit: bool
) -> None:
    slack.faults["chat.postMessage"].append(Fail(cut=True, commit=commit))
    assert isinstance(await platform.send(channel(), alert(), delivery()), Ambiguous)
    found = await platform.find(channel(), delivery(tries=1, state="sending"))
    assert found == (Sent(f"C1:{room.messages[0]['ts']}") if commit else Absent("not in the channel"))
    assert len(slack.called("chat.postMessage")) == 1


@pytest.mark.case_id(132)
async def test_case_132_timeout_after_the_commit(
    build: Build, slack: FakeSlack, room: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handlers.slack.workspaces.CALL_S", 3.0)  # the look has to be answered within it too
    platform = await build(start=False)
    slack.faults["chat.postMessage"].append(Fail(commit=True, hang=True))
    assert isinstance(await platform.send(channel(), alert(), delivery()), Ambiguous)
    assert await platform.find(channel(), delivery(tries=1)) == Sent(f"C1:{room.messages[0]['ts']}")
    assert len(room.messages) == 1


GARBAGE = [
    Fail(body="{not json", commit=True),
    Fail(body="[1, 2]", commit=True),
    Fail(body="null", commit=True),
    Fail(body="", commit=True),
    Fail(body="ok", content_type="text/plain", commit=True),
    Fail(body="<html>hello</html>", content_type="text/html", commit=True),
    Fail(body='{"ok": true}', commit=True),
    Fail(body='{"ok": true, "ts": \udcff\udcfe}', commit=True),
]


@pytest.mark.case_id(133)
@pytest.mark.parametrize("fault", GARBAGE, ids=range(len(GARBAGE)))
async def test_case_133_a_garbled_answer_leaves_it_open(
    platform: SlackPlatform, slack: FakeSlack, room: Channel, fault: Fail
) -> None:
    slack.faults["chat.postMessage"].append(fault)
    assert isinstance(await platform.send(channel(), alert(), delivery()), Ambiguous)
    assert isinstance(await platform.find(channel(), delivery(tries=1)), Sent)


async def test_unreachable_is_certainly_not_posted(build: Build, room: Channel) -> None:
    platform = await build(start=False, api_base="http://127.0.0.1:9/api/")
    assert await platform.send(channel(), alert(), delivery()) == Retry(15.0, "Slack can't be reached")


@pytest.mark.case_id(139)
async def test_case_139_a_revoked_token_is_no_tight_loop(
    platform: SlackPlatform, slack: FakeSlack, team: Team, room: Channel
) -> None:
    team.revoked = "token_revoked"
    receipts = [await platform.send(channel(), alert(), delivery(id=number)) for number in range(20)]
    assert all(isinstance(receipt, Retry) and receipt.after_s > 500 for receipt in receipts)
    assert len(slack.calls) == 1


# ── looking ────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_what_was_not_posted_is_told_for_certain(platform: SlackPlatform, room: Channel) -> None:
    await platform.send(channel(), alert(), delivery(id=6))
    assert await platform.find(channel(), delivery(id=7)) == Absent("not in the channel")


async def test_a_clock_that_runs_ahead_doubles_nothing(platform: SlackPlatform, room: Channel) -> None:
    """Ours says nine minutes later than Slack's: the post bears an earlier time than the delivery."""
    await platform.send(channel(), alert(), delivery())
    assert isinstance(await platform.find(channel(), delivery(created_at=NOW + 540_000)), Sent)


async def test_more_messages_than_one_look_shows_stay_open(
    platform: SlackPlatform, slack: FakeSlack, room: Channel
) -> None:
    slack.methods.small = True
    for number in range(16):
        await platform.send(channel(), alert(), delivery(id=100 + number))
    assert isinstance(await platform.find(channel(), delivery()), Ambiguous)
    assert isinstance(await platform.find(channel(), delivery(id=110)), Sent)


async def test_a_busy_channel_takes_several_pages(platform: SlackPlatform, slack: FakeSlack, room: Channel) -> None:
    await platform.send(channel(), alert(), delivery())
    others = [{"ts": f"1764000001.{number:06d}", "text": "chatter"} for number in range(250)]
    room.messages.extend(others)
    assert await platform.find(channel(), delivery()) == Sent(f"C1:{room.messages[0]['ts']}")
    assert await platform.find(channel(), delivery(id=8)) == Absent("not in the channel")
    room.messages.extend(others * 2)
    assert isinstance(await platform.find(channel(), delivery(id=8)), Ambiguous)
    assert len(slack.called("conversations.history")) == 3 + 3 + PAGES


@pytest.mark.parametrize("headers", [{"Retry-After": "60"}, {"Retry-After": "soon"}, {}])
async def test_a_limited_look_is_not_repeated(
    platform: SlackPlatform, slack: FakeSlack, room: Channel, headers: dict[str, str]
) -> None:
    refusal = json.dumps({"ok": False, "error": "ratelimited"})
    slack.faults["conversations.history"].append(Fail(429, refusal, headers))
    for number in (7, 8):
        found = await platform.find(channel(), delivery(id=number))
        assert isinstance(found, Retry)
        assert (50 if headers == {"Retry-After": "60"} else 25) < found.after_s <= 60
    assert len(slack.called("conversations.history")) == 1


@pytest.mark.parametrize(
    ("fail", "expected"),
    [
        (Fail(503), Retry),
        (Fail(body="<html>"), Retry),
        (Fail.code("internal_error"), Retry),
        (Fail.code("token_revoked"), Retry),
        (Fail.code("channel_not_found"), Gone),
        (Fail.code("missing_scope", needed="channels:history"), Ambiguous),
        (Fail.code("never_heard_of"), Ambiguous),
    ],
)
async def test_a_look_that_could_not_be_made_is_made_later(
    platform: SlackPlatform, slack: FakeSlack, room: Channel, fail: Fail, expected: type
) -> None:
    """Only what a look can never tell counts as one; nothing of it leads to a second message."""
    slack.faults["conversations.history"].append(fail)
    found = await platform.find(channel(), delivery())
    assert isinstance(found, expected)
    assert not isinstance(found, Retry) or found.after_s > 0


async def test_a_look_that_fails_stays_open(platform: SlackPlatform, slack: FakeSlack, room: Channel) -> None:
    slack.faults["conversations.history"].append(Fail.code("missing_scope", needed="channels:history"))
    receipt = await platform.find(channel(), delivery())
    assert receipt == Ambiguous(receipt.reason)
    assert "channels:history" in receipt.reason


async def test_news_in_doubt_is_looked_for_in_the_thread(
    platform: SlackPlatform, slack: FakeSlack, room: Channel
) -> None:
    sent = await platform.send(channel(), alert(), delivery())
    slack.faults["chat.postMessage"].append(Fail(cut=True, commit=True))
    update = delivery(id=8, kind="update", ref=sent.ref)
    assert isinstance(await platform.send(channel(), alert(kind="update", news="more"), update), Ambiguous)
    assert await platform.find(channel(), update) == sent
    assert await platform.find(channel(), delivery(id=9, kind="update", ref=sent.ref)) == Absent("not in the channel")


async def test_news_of_a_story_in_a_topics_thread_stays_in_it_and_is_found_there(
    platform: SlackPlatform, slack: FakeSlack, room: Channel
) -> None:
    opening = await platform.send(channel(), alert(kind="thread", title="Chips"), delivery(id=6, kind="thread"))
    assert isinstance(opening, Sent)
    sent = await platform.send(channel(), alert(), delivery(thread=opening.ref))
    assert isinstance(sent, Sent)
    update = delivery(id=8, kind="update", ref=sent.ref)
    assert await platform.find(channel(), update) == Absent("not in the channel")
    await platform.send(channel(), alert(kind="update", news="Nvidia says it will comply"), update)
    root, story, news = room.messages
    assert story["thread_ts"] == news["thread_ts"] == root["ts"]
    assert await platform.find(channel(), update) == sent
    assert {asked["ts"] for asked in slack.called("conversations.replies")} == {root["ts"]}


async def test_what_was_for_a_thread_that_is_gone_may_be_sent(
    platform: SlackPlatform, slack: FakeSlack, room: Channel
) -> None:
    for method in ("chat.postMessage", "conversations.replies"):
        slack.faults[method].append(Fail.code("internal_error" if method == "chat.postMessage" else "thread_not_found"))
    lost = delivery(thread="C1:1764000000.000001")
    assert isinstance(await platform.send(channel(), alert(), lost), Ambiguous)
    assert isinstance(await platform.find(channel(), lost), Absent)


async def test_a_posted_row_is_its_own_proof(platform: SlackPlatform, slack: FakeSlack) -> None:
    assert await platform.find(channel(), delivery(ref="C1:1.1")) == Sent("C1:1.1")
    assert slack.calls == []


# ── may we post there? ─────────────────────────────────────────────────────────────────────────────────────────


async def test_check_says_who_can_help(platform: SlackPlatform, slack: FakeSlack, team: Team, room: Channel) -> None:
    slack.channel(team, "C2", bot=False)
    slack.channel(team, "C3", bot=False, private=True)
    slack.channel(team, "C4", archived=True)
    slack.channel(team, "D1", im_user="U1")
    said = {ref: await platform.check(channel(ref)) for ref in ("C1", "C2", "C3", "C4", "C9", "D1")}
    assert said["C1"] == said["D1"] == ""
    assert said["C2"] == "Tocsin is not in #news; any member can bring it in with /invite."
    assert said["C3"] == said["C9"]  # a hidden channel and one that is not there look the same
    assert "archived" in said["C4"]


async def test_check_gives_the_benefit_of_the_doubt(platform: SlackPlatform, slack: FakeSlack) -> None:
    slack.faults["conversations.info"].append(Fail(503, "", {}, "text/html"))
    assert await platform.check(channel()) == ""
    slack.faults["conversations.info"].append(Fail.code("missing_scope", needed="channels:read"))
    assert "channels:read" in await platform.check(channel())


async def test_another_workspace_is_not_ours(build: Build, team: Team, room: Channel) -> None:
    platform = await build()
    receipt = await platform.send(channel(team="T2"), alert(), delivery())
    assert isinstance(receipt, Retry)
    assert room.messages == []


async def test_paces_follow_slacks_limits(platform: SlackPlatform) -> None:
    here, there = ({pace.key: pace for pace in platform.paces(channel(ref))} for ref in ("C1", "C2"))
    assert 1000 <= here["slack:T1:C1"].every_ms <= 1200
    assert here["slack:T1"] == there["slack:T1"]
    assert 60_000 / here["slack:T1"].every_ms >= 200


async def test_the_newest_outlet_is_linked_with_the_news(platform: SlackPlatform, room: Channel) -> None:
    sent = await platform.send(channel(), alert(), delivery())
    outlets = (OutletLine("Reuters", "https://reuters.com/1", 1), OutletLine("FT", "https://ft.com/2", 2))
    grown = alert(kind="update", news="more", outlets=outlets)
    await platform.send(channel(), grown, delivery(id=8, kind="update", ref=sent.ref))
    assert read_blocks(room.messages[1]["blocks"]).links == [("https://ft.com/2", "FT")]


async def test_what_was_said_to_a_person_is_not_waited_for(platform: SlackPlatform, slack: FakeSlack) -> None:
    found = await platform.find(channel("U1"), delivery())
    assert isinstance(found, Ambiguous)
    assert found.blind
    assert slack.calls == []
