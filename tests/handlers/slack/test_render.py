"""Alerts and replies as blocks: what people see, within Slack's limits, whatever a feed put into its text."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.alerts.shape import shaped
from bot.core.message import Alert, Button, Item, OutletLine, Reply, TopicLine
from handlers.slack.render import NEWS, SUMMARY, TITLE, alert_message, news_message, reply_blocks, reply_text
from handlers.text import clean, clean_lines, headline, truncate
from tests.fakes.slack.limits import message_problems
from tests.fakes.slack.reader import Shown, buttons, read_blocks, read_mrkdwn
from tests.handlers.slack.helpers import NOW, alert, voice
from tests.wording import WORDS

GOLDEN = Path(__file__).parents[2] / "golden" / "slack"

SAMPLES: dict[str, Alert] = {
    "alert": alert(),
    "breaking": alert(severity="breaking", summary="", topics=()),
    "update": alert(kind="update", news="Nvidia says it will comply"),
    "also": alert(kind="update", also=("Reuters", "财新", "SEC 8-K", "AP", "AFP")),
    "template": shaped(alert(title="<!channel> *bold*"), "**{title}**[ – {news}]\n_{outlets}_ {link}"),
    "sample": alert(kind="sample", story_id=0, severity="normal", url=""),
    "hostile": alert(
        title="<!channel> *bold* _it_ `x` <https://evil.example|bank.com> & \u202edcba",
        summary="<@U123> ~no~ <!subteam^S1> :tada: http://a.b",
        outlets=(OutletLine("<!here>", "https://a.example/|x>", NOW),),
        topics=(TopicLine("query:1", "*stars* <!everyone>", ("<b>",)),),
    ),
}


def problems(blocks: list[dict[str, Any]], text: str = "x") -> list[str]:
    return message_problems({"blocks": blocks, "text": text})


@pytest.mark.parametrize("name", SAMPLES)
def test_golden(name: str) -> None:
    """Change a golden file on purpose: TOCSIN_GOLDEN=write."""
    message = alert_message(SAMPLES[name], voice)
    found = json.dumps(message._asdict(), ensure_ascii=False, indent=1) + "\n"
    path = GOLDEN / f"{name}.json"
    if os.environ.get("TOCSIN_GOLDEN") == "write":
        path.write_text(found, encoding="utf-8")
    assert found == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", SAMPLES)
def test_samples_are_within_limits(name: str) -> None:
    message = alert_message(SAMPLES[name], voice, ("S0123", "S0124"))
    assert message_problems({"blocks": message.blocks, "text": message.text}) == []
    assert message_problems({"blocks": [], "text": message.bare}) == []


def test_an_alert_shows_what_it_has() -> None:
    shown = read_blocks(alert_message(alert(), voice).blocks)
    assert shown.lines[0] == "🟠 Notable · US tightens H20 export rules"
    assert shown.links[0] == ("https://www.reuters.com/tech/h20?a=1&b=2", "US tightens H20 export rules")
    assert shown.lines[2] == "Reuters · 财新"
    assert shown.lines[3] == "Export controls: H20, licence, 中芯"
    assert shown.lines[4].endswith("· reuters.com · #42")
    assert [piece for piece in shown.bold if piece in ("H20", "licence", "中芯")][:3] == ["H20", "licence", "中芯"]


def test_buttons_carry_the_story_and_the_rule() -> None:
    row = buttons(alert_message(alert(), voice).blocks)
    assert [(each["text"]["text"], each["action_id"], each["value"]) for each in row] == [
        ("Sources", "press1:0:story", "42"),
        ("Why", "press1:1:why", "42"),
        ("Mute story", "press1:2:mute", "42"),
        ("Follow story", "press1:3:follow", "42"),
        ("Less like this", "press1:4:less", "42"),
        ("More like this", "press1:5:more", "42"),
        ("Unsubscribe", "press1:6:unsubscribe", "topic:export-controls"),
    ]


def test_a_sample_has_no_buttons() -> None:
    assert buttons(alert_message(SAMPLES["sample"], voice).blocks) == []


@pytest.mark.case_id(100)
def test_case_100_nothing_from_a_feed_is_live() -> None:
    message = alert_message(SAMPLES["hostile"], voice)
    shown = read_blocks(message.blocks)
    assert shown.calls == []
    assert "<!channel> *bold* _it_ `x` <https://evil.example|bank.com> & dcba" in shown.lines[0]
    assert "&lt;!channel&gt;" in message.text
    assert "&lt;https://evil.example|bank.com&gt; &amp; dcba" in message.bare


@pytest.mark.case_id(103)
def test_case_103_no_bidi_zero_width_or_zalgo() -> None:
    title = "safe\u202e\u2066\u200b\U000e0041e" + "\u0301" * 500
    text = alert_message(alert(title=title), voice).text
    assert not set("\u202e\u2066\u200b\U000e0041") & set(text)
    assert text.count("\u0301") <= 4


@pytest.mark.usefixtures("untraced")
@pytest.mark.case_id(104)
def test_case_104_everything_at_its_longest() -> None:
    long = "長" * 50_000
    many = tuple(OutletLine(long, "https://a.example/" + "x" * 9000, NOW) for _ in range(100))
    topics = tuple(TopicLine(f"query:{n}", long, (long,) * 50) for n in range(100))
    big = alert(title=long, summary=long, news=long, outlets=many, topics=topics, kind="update", before="normal")
    groups = ["S0123456789"] * 5
    for message in (alert_message(big, voice, groups), news_message(big, voice, groups)):
        assert message_problems({"blocks": message.blocks, "text": message.text}) == []
        assert message_problems({"blocks": [], "text": message.bare}) == []


@pytest.mark.case_id(104)
def test_case_104_no_entity_is_cut() -> None:
    text = alert_message(alert(title="x" + "&" * 5000, severity="normal"), voice).bare
    assert text.count("&") == text.count("&amp;")


@pytest.mark.case_id(105)
@pytest.mark.parametrize("cut", ["👨‍👩‍👧‍👦", "🇭🇰", "👍🏽", "e\u0301", "한"])
def test_case_105_a_grapheme_is_kept_or_left_out(cut: str) -> None:
    title = headline("a" * (TITLE - 2) + cut * 3)
    shown = read_blocks(alert_message(alert(title=title, severity="normal"), voice).blocks).lines[0]
    assert shown.rstrip("…").removeprefix("a" * (TITLE - 2)).replace(cut, "") == ""


@pytest.mark.case_id(106)
def test_case_106_no_title() -> None:
    first = alert(title="\u200b ", summary="First sentence. Second one.", severity="normal")
    assert read_blocks(alert_message(first, voice).blocks).lines[0] == "First sentence."
    host = alert(title="", summary="", severity="normal")
    assert read_blocks(alert_message(host, voice).blocks).lines[0] == "reuters.com"


@pytest.mark.case_id(113)
def test_case_113_a_topic_may_be_called_anything() -> None:
    topic = TopicLine("query:1", "<!channel> *x* " + "n" * 10_000, ("a&b",))
    shown = read_blocks(alert_message(alert(topics=(topic,)), voice).blocks)
    assert shown.calls == []
    assert any(line.startswith("<!channel> *x* nnn") and line.endswith(": a&b") for line in shown.lines)


def test_a_lure_is_named_and_not_linked() -> None:
    shown = read_blocks(alert_message(alert(url="https://discord.gg/abc"), voice).blocks)
    assert ("discord.gg" in shown.text, [url for url, _ in shown.links if "discord" in url]) == (True, [])
    assert "discord.gg" not in alert_message(alert(url="https://discord.gg/abc"), voice).bare


def test_a_time_that_no_calendar_has() -> None:
    assert problems(alert_message(alert(published=10**18), voice).blocks) == []


# ── replies ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_rows_without_buttons_share_a_block() -> None:
    items = tuple(Item(f"Story {n}", f"https://a.example/{n}", "Reuters", at=NOW) for n in range(10))
    blocks = reply_blocks(Reply("Ten stories", items=items), voice)
    assert len(blocks) == 2
    shown = read_blocks(blocks)
    assert shown.lines[:3] == ["Ten stories", "Story 0", f"Reuters · [{NOW // 1000}]"]
    assert len(shown.links) == 10


def test_rows_with_buttons_keep_them_beside() -> None:
    remove = Button("Unsubscribe", "unsubscribe", "3", style="danger")
    blocks = reply_blocks(Reply("Yours", items=(Item("Chips", buttons=(remove,)),)), voice)
    assert [block["type"] for block in blocks] == ["rich_text", "rich_text", "actions"]
    assert buttons(blocks)[0]["style"] == "danger"


def test_more_rows_than_fit_are_counted() -> None:
    remove = Button("Unsubscribe", "unsubscribe", "3")
    blocks = reply_blocks(Reply("Yours", items=tuple(Item(f"{n}", buttons=(remove,)) for n in range(60))), voice)
    assert len(blocks) <= 50
    assert problems(blocks) == []
    assert "and 36 more" in read_blocks(blocks).text


def test_rows_are_counted_and_not_blocks() -> None:
    rows = tuple(Item(f"{n} " + "x" * 290, "", "d" * 290) for n in range(30))
    blocks = reply_blocks(Reply("Many", items=rows), voice, limit=4)
    assert problems(blocks) == []
    shown = read_blocks(blocks)
    told = sum(line.rstrip("x").strip().isdecimal() for line in shown.lines)
    assert shown.lines[-1] == f"and {30 - told} more"


def test_an_empty_line_does_not_end_a_reply() -> None:
    assert read_blocks(reply_blocks(Reply("Head", ("one", "", "two")), voice)).lines == ["Head", "one", "two"]


def test_a_button_whose_value_would_be_cut_is_left_out() -> None:
    reply = Reply("x", buttons=(Button("Good", "confirm", "v" * 2000), Button("Bad", "confirm", "v" * 2001)))
    assert [each["text"]["text"] for each in buttons(reply_blocks(reply, voice))] == ["Good"]


def test_a_refusal_is_marked() -> None:
    assert read_blocks(reply_blocks(Reply("No such topic.", ok=False), voice)).text == "⚠️ No such topic."


def test_matched_words_in_a_row_are_bold() -> None:
    reply = Reply("x", items=(Item("中芯国际 falls", "", "d", bold=("中芯",)),))
    assert "中芯" in read_blocks(reply_blocks(reply, voice)).bold


def test_a_reply_with_an_alert_and_pages() -> None:
    blocks = reply_blocks(Reply("Sample", alert=alert(), page=2, pages=3), voice)
    assert problems(blocks) == []
    assert read_blocks(blocks).lines[-1] == "page 2 of 3"


# ── any text at all ────────────────────────────────────────────────────────────────────────────────────────────

TEXT = st.one_of(
    st.text(max_size=200),
    st.text(st.sampled_from("<>&!@#|*_~`:^ \n\u202e\u200d\ufe0f👨👩🇭🇰e\u0301中ऀ"), max_size=400),
    st.sampled_from(["<!channel>", "<@U1>", "&lt;!here&gt;", "<https://a|b>", "\ud800", "x" * 5000, ""]),
)
URLS = st.one_of(TEXT, st.builds("https://example.com/{}".format, TEXT), st.just("https://exämple.com/ä?q=|<>"))
ALERTS = st.builds(
    Alert,
    delivery_id=st.integers(0, 2**63),
    kind=st.sampled_from(["new", "update", "sample"]),
    story_id=st.integers(0, 2**63),
    title=TEXT,
    url=URLS,
    summary=TEXT,
    outlets=st.lists(st.builds(OutletLine, TEXT, URLS, st.integers(0, 2**45)), max_size=8).map(tuple),
    topics=st.lists(
        st.builds(TopicLine, st.just("topic:x"), TEXT, st.lists(TEXT, max_size=4).map(tuple)), max_size=4
    ).map(tuple),
    published=st.integers(-(2**60), 2**60),
    severity=st.sampled_from(["breaking", "notable", "normal"]),
    news=TEXT,
)


@pytest.mark.usefixtures("untraced")
@given(ALERTS)
@settings(max_examples=150, deadline=None)
def test_any_alert_is_safe_and_reads_back(made: Alert) -> None:
    message = alert_message(made, voice)
    assert message_problems({"blocks": message.blocks, "text": message.text}) == []
    assert message_problems({"blocks": [], "text": message.bare}) == []
    shown = read_blocks(message.blocks)
    assert shown.calls == []
    title = truncate(headline(made.title, made.summary, made.url), TITLE)
    assert shown.lines[0].endswith(title)
    assert truncate(clean_lines(made.summary), SUMMARY) in shown.text
    assert truncate(clean(made.news), NEWS) in shown.text
    plain = read_mrkdwn(message.bare, Shown([], [], [], [])).split("\n")[0]
    assert plain.endswith((title, "…"))


ITEMS = st.builds(
    Item,
    TEXT,
    URLS,
    TEXT,
    at=st.none() | st.integers(-(2**50), 2**50),
    bold=st.lists(TEXT, max_size=3).map(tuple),
    buttons=st.lists(st.builds(Button, TEXT, st.just("why"), TEXT, URLS), max_size=3).map(tuple),
)


@pytest.mark.usefixtures("untraced")
@given(
    TEXT,
    st.lists(TEXT, max_size=5).map(tuple),
    st.lists(ITEMS, max_size=40).map(tuple),
    st.lists(st.builds(Button, TEXT, st.just("why"), TEXT), max_size=30).map(tuple),
)
@settings(max_examples=80, deadline=None)
def test_any_reply_is_within_limits(
    text: str, lines: tuple[str, ...], items: tuple[Item, ...], row: tuple[Button, ...]
) -> None:
    reply = Reply(text, lines, items, row)
    blocks = reply_blocks(reply, voice)
    assert problems(blocks, reply_text(reply)) == []
    assert read_blocks(blocks).calls == []


def test_every_language_has_the_words() -> None:
    for locale in ("en", "zh-CN", "zh-TW"):
        for key in ("slack.foreign", "home.head", "modal.own", "alert.update", "button.why", "page.of"):
            assert WORDS.find(locale, key), (locale, key)
