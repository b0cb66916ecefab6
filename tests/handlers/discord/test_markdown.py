"""Any text in, the same text seen: cases 99, 101–105 on Discord."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.core.message import Alert, Button, Item, OutletLine, Reply, TopicLine
from bot.ports import Voice
from handlers.discord.alertlines import label
from handlers.discord.fallbacks import alert_embed, alert_plain, reply_plain
from handlers.discord.layout import Asked, alert_layout, item_text, reply_layouts
from handlers.discord.markdown import cost, escape, linked, plain, rich, stamp
from handlers.text import clean, safe_url, utf16
from tests.fakes.discord.limits import live_mentions, message_faults
from tests.handlers.discord.helpers import AT, an_alert, texts
from tests.handlers.discord.reader import Live, read

pytestmark = pytest.mark.usefixtures("untraced")

NASTY = (
    "@everyone",
    "<@123>",
    "<@&4>",
    "<#5>",
    "@here",
    "](http://evil)",
    "[x](https://evil.example)",
    "`code",
    "```",
    "||spoiler||",
    "# heading",
    ">>> quote",
    "-# small",
    "1. one",
    "12.",
    "- item",
    "+",
    "*",
    "**",
    "__",
    "~~",
    "\\",
    "\\\\",
    "https://x.example/a_b*c",
    "HTTP://X",
    "discord.gg/abc",
    "<t:1:R>",
    "<:e:1>",
    "</cmd:1>",
    "<id:home>",
    "\u202e",
    "\u200b",
    "e\u0301\u0301\u0301\u0301\u0301\u0301",
    "👨‍👩‍👧‍👦",
    "🇭🇰",
    "中芯国际",
    "\ud800",
    "\x00",
    "\n",
    " ",
    "_a_",
)
anything = st.lists(st.one_of(st.sampled_from(NASTY), st.text(max_size=12)), max_size=12).map("".join)
SPEED = settings(max_examples=150, deadline=None)


class Keys:
    """Says the key and the values."""

    def __call__(self, _: str, key: str, /, **values: object) -> str:
        return f"{key} {' '.join(map(str, values.values()))}".strip()

    def told(self, _: str, english: str) -> str:
        return english


VOICE = Voice(Keys())


@pytest.mark.case_id(101)
@SPEED
@given(anything)
@example("@everyone")
@example("http" + "://")
def test_case_101_escaped_text_reads_back_the_same(text: str) -> None:
    cleaned = clean(text)
    assert read(escape(cleaned)).text == cleaned
    assert not live_mentions({"content": escape(cleaned)})
    assert utf16(escape(cleaned)) <= sum(map(cost, cleaned)) + 2


@SPEED
@given(anything, st.lists(st.one_of(st.sampled_from(NASTY), st.text(max_size=4)), max_size=5), st.integers(60, 400))
@example("a**b", ["*"], 80)
@example("中芯国际集成", ["中芯", "国际"], 80)
def test_bold_terms_change_nothing_but_their_weight(text: str, terms: list[str], limit: int) -> None:
    shown = rich(text, terms, limit)
    seen = read(shown)
    assert utf16(shown) <= limit
    assert seen.text == clean(text) or (seen.text.endswith("…") and clean(text).startswith(seen.text[:-1].rstrip()))
    wanted = {clean(term).casefold() for term in terms}
    assert all(any(term and term in piece.casefold() for term in wanted) for piece in seen.bold)


@SPEED
@given(anything, anything)
def test_a_link_is_whole_or_not_there(text: str, path: str) -> None:
    url = safe_url("https://example.com/" + path.replace("\ud800", ""))
    seen = read(linked(plain(text, 200), url))
    assert seen.links in ([], [(seen.text, url)])
    assert seen.text == clean(text) or seen.text.endswith("…")


@st.composite
def alerts(draw: st.DrawFn) -> Alert:
    """Alerts made of anything."""
    url = st.one_of(
        st.just(""), anything.map(lambda t: "https://example.com/" + t), st.just("https://discord.gg/x"), anything
    )
    outlet = st.builds(OutletLine, anything, url, st.integers(-(2**60), 2**60))
    topic = st.builds(TopicLine, anything, anything, st.lists(anything, max_size=5).map(tuple))
    return draw(
        st.builds(
            Alert,
            delivery_id=st.just(1),
            kind=st.sampled_from(["new", "update", "sample"]),
            story_id=st.integers(0, 2**60),
            title=anything,
            url=url,
            summary=anything.map(lambda t: t * 20),
            outlets=st.lists(outlet, max_size=9).map(tuple),
            topics=st.lists(topic, max_size=5).map(tuple),
            published=st.integers(-(2**60), 2**60),
            severity=st.sampled_from(["breaking", "notable", "normal"]),
            news=anything.map(lambda t: t * 5),
        )
    )


def test_words_that_are_no_longer_put_in_bold_make_no_mention_together() -> None:
    shown = rich("@everyone" * 60, ("@",), 300)
    assert "**@**" in shown
    assert "@everyone" not in shown


@pytest.mark.usefixtures("untraced")
@settings(max_examples=40, deadline=None)
@given(alerts())
@pytest.mark.case_id(104)
def test_case_104_every_alert_keeps_every_limit_in_every_form(alert: Alert) -> None:
    for form in (alert_layout, alert_embed, alert_plain):
        body = form(alert, VOICE, marker="0" * 24, roles=("777",)).body
        assert message_faults(body) == []


@settings(max_examples=30, deadline=None)
@given(
    st.builds(
        Reply,
        text=anything.map(lambda t: t * 30),
        lines=st.lists(anything.map(lambda t: t * 9), max_size=30).map(tuple),
        page=st.integers(1, 3),
        pages=st.integers(1, 3),
        ok=st.booleans(),
    ),
    st.text(max_size=200),
)
def test_every_reply_keeps_every_limit(reply: Reply, argument: str) -> None:
    for rendered in reply_layouts(reply, VOICE, Asked("search", {"query": argument})):
        assert message_faults(rendered.body) == []
    assert message_faults(reply_plain(reply)) == []


@pytest.mark.usefixtures("untraced")
@pytest.mark.parametrize("page", [1, 2, 3])
@pytest.mark.parametrize("lines", [(), ("a line",)])
def test_rows_and_buttons_are_shared_out_over_messages_that_hold_them(lines: tuple[str, ...], page: int) -> None:
    for rows, each, after in itertools.product(range(26), range(4), range(6)):
        items = tuple(Item(f"row {n}", buttons=_row_of(each, f"{n}")) for n in range(rows))
        reply = Reply("head", lines, items, _row_of(after, "end"), page=page, pages=3)
        messages = [rendered.body for rendered in reply_layouts(reply, VOICE, Asked("topics"))]
        assert [fault for body in messages for fault in message_faults(body)] == [], (rows, each, after)
        shown = [content for body in messages for content in texts(body) if content.startswith("row ")]
        assert shown == [item.title for item in items]


def _row_of(buttons: int, value: str) -> tuple[Button, ...]:
    return tuple(Button("press", f"act{'abcdef'[n]}", value) for n in range(buttons))


@pytest.mark.case_id(102)
@pytest.mark.parametrize(
    ("title", "url", "linked_to"),
    [
        ("Plain title", "https://example.com/a(b)c|d>e", "https://example.com/a%28b%29c%7Cd%3Ee"),
        ("With ] bracket", "https://example.com/", None),
        ("[Update] it", "https://example.com/", None),
        ("see https://other.example", "https://example.com/", None),
        ("no link", "javascript:alert(1)", None),
        ("too long", "https://example.com/" + "x" * 1300, None),
    ],
)
def test_case_102_links_can_not_be_broken(title: str, url: str, linked_to: str | None) -> None:
    blocks = alert_layout(an_alert(title=title, url=url, topics=()), VOICE).body["components"]
    heading = next(part["content"] for part in blocks[-1]["components"] if part.get("content", "").startswith("### "))
    seen = read(heading, block="### ")
    assert seen.text == title
    assert seen.links == ([(title, linked_to)] if linked_to else [])


@pytest.mark.case_id(99)
def test_case_099_mentions_are_text() -> None:
    alert = an_alert(
        title="@everyone <@1> <@&2> @here", summary="<@!3> @EVERYONE", topics=(TopicLine("t", "@here", ("@here",)),)
    )
    for form in (alert_layout, alert_embed, alert_plain):
        body = form(alert, VOICE).body
        assert live_mentions(body) == []
        assert body["allowed_mentions"]["parse"] == []
        assert "roles" not in body["allowed_mentions"]


@pytest.mark.case_id(103)
def test_case_103_what_is_hidden_or_turns_text_around_is_gone() -> None:
    shown = plain("\u202eevil\u2066 zero\u200bwidth Z\u0300\u0301\u0302\u0303\u0304\u0305\u0306 \U000e0041tag", 200)
    assert shown == "evil zerowidth Z\u0300\u0301\u0302\u0303 tag"


@pytest.mark.case_id(105)
def test_case_105_the_cut_keeps_graphemes_whole() -> None:
    family = "👨‍👩‍👧‍👦"
    shown = plain(family * 10, 40)
    assert shown.endswith("…")
    assert shown[:-1] == family * (len(shown[:-1]) // len(family))
    assert label("🇭🇰" * 50).removesuffix("…") == "🇭🇰" * 19


@pytest.mark.case_id(109)
def test_case_109_lures_are_named_and_not_linked() -> None:
    for url in ("https://discord.gg/free-nitro", "https://steamcommunnity.com/gift"):
        alert = an_alert(url=url, outlets=(OutletLine("Feed", url, AT),), title="Join discord.gg/free-nitro now")
        body = alert_layout(alert, VOICE).body
        contents = [part["content"] for part in body["components"][0]["components"] if "content" in part]
        assert any("alert.lure" in text for text in contents)
        assert not any(f"({url})" in text for text in contents)
        assert not any("discord.gg/" in text for text in contents)
        assert "url" not in alert_embed(alert, VOICE).body["embeds"][0]
        assert url not in alert_plain(alert, VOICE).body["content"]
        assert alert_plain(alert, VOICE).body["flags"] == 4


@pytest.mark.case_id(106)
@pytest.mark.parametrize(
    ("title", "summary", "url", "shown"),
    [
        ("", "First. Second.", "https://example.com/", "First."),
        ("  ", "一。二。", "", "一。"),
        ("\u200b", "", "https://www.example.com/x", "example.com"),
        ("", "", "", "(untitled)"),
    ],
)
def test_case_106_an_empty_title_is_made_up_for(title: str, summary: str, url: str, shown: str) -> None:
    body = alert_embed(an_alert(title=title, summary=summary, url=url), VOICE).body
    assert read(body["embeds"][0]["title"]).text == shown


@pytest.mark.case_id(113)
def test_case_113_a_topic_named_like_markup_is_a_name() -> None:
    alert = an_alert(topics=(TopicLine("t", "**@everyone** `x` " * 600, ("](x)",)),))
    body = alert_layout(alert, VOICE).body
    assert message_faults(body) == []
    small = next(p["content"] for p in body["components"][0]["components"] if "alert.topics" in p.get("content", ""))
    assert r"\*\*@" in small


def test_times_are_each_readers_own() -> None:
    assert stamp(AT) == "<t:1764000000:R>"
    assert stamp(-5) == "<t:0:R>"


def test_a_row_without_anything_is_still_a_row() -> None:
    assert item_text(Item("", "")) == ""
    assert reply_layouts(Reply("", items=(Item("", ""),)), VOICE, Asked())[0].body["components"][0]["components"]


def test_the_reader_sees_what_acts() -> None:
    for text in ("**open", "`x`", "||x||", "<@1>", "# x", "https://x.example", "[a](b", "join discord.gg/x", "- x"):
        with pytest.raises(Live):
            read(text)
    with pytest.raises(Live):
        read("x", block="### ")
