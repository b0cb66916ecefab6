"""Each kind of message as it goes out, kept as files: a change of looks is seen in review.

`TOCSIN_GOLDEN=write` writes them anew.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from bot.core.alerts.shape import shaped
from bot.core.message import Button, DigestLine, Item, OutletLine, Reply, TopicLine
from bot.ports import Voice
from bot.translations import Words
from handlers.discord.digest import head
from handlers.discord.fallbacks import alert_embed, alert_plain
from handlers.discord.layout import Asked, Rendered, alert_layout, news_layout, reply_layouts
from tests.fakes.commands import topics_page
from tests.fakes.discord.limits import message_faults
from tests.handlers.discord.helpers import AT, an_alert

GOLDEN = Path(__file__).parents[2] / "golden" / "discord"
MARKER = "0123456789abcdef01234567"

CHINESE = an_alert(
    kind="update",
    title="中芯国际将扩产 [更新]",
    url="https://www.caixin.com/2025-11-24/102386(1).html",
    summary="中芯国际周一表示，将把上海临港工厂的月产能提高到 10 万片。**并非**投资建议。",
    outlets=tuple(OutletLine(f"媒体{n}", f"https://example.cn/{n}", AT + n * 60_000) for n in range(30)),
    topics=(
        TopicLine("topic:chipmaking", "芯片制造", ("中芯国际", "产能")),
        TopicLine("query:7", "smic OR 中芯", ("中芯",)),
    ),
    severity="breaking",
    lang="zh",
    news="产能目标首次公布",
)
HOSTILE = an_alert(
    title="@everyone ](https://evil.example) `code` ||spoiler|| \u202etxet <@1>",
    url="https://discord.gg/free-nitro",
    summary="# heading\n>>> quote -# small 1. list discord.gg/x https://x.example/_a_*b*",
    outlets=(OutletLine("<@&1> **Feed**", "javascript:alert(1)", AT),),
    topics=(TopicLine("topic:x", "@here", ("`x`",)),),
)
ALSO = an_alert(kind="update", also=("Reuters", "财新", "SEC 8-K", "AP", "AFP"))
SHAPED = shaped(HOSTILE, "**{title}**[ – {news}]\n> {summary:60}\n{outlets} [[open]]({link})")
SAMPLE = an_alert(kind="sample", story_id=0, url="", severity="normal", topics=(), outlets=())
LIST = Reply(
    "The newest stories",
    items=(
        Item("US widens *H20* ban", "https://www.reuters.com/a", "Reuters, 财新 · reports: 2 · story 42", AT, ("H20",)),
        Item(
            "No link", "", "one · two", buttons=(Button("Why", "why", "1"), Button("Mute", "mute", "1", style="danger"))
        ),
    ),
    buttons=(Button("Open", url="https://example.com/"),),
    page=2,
    pages=3,
)
REFUSAL = Reply("“subscribe” needs the permission Manage Server.", ("Nothing was changed.", "x" * 900), ok=False)


def rendered(words: Words) -> dict[str, list[Rendered]]:
    """Every golden message by its file's name."""
    english, chinese = Voice(words), Voice(words, "zh-CN")
    return {
        "alert": [alert_layout(an_alert(), english, marker=MARKER, roles=("777",))],
        "alert-chinese-update": [alert_layout(CHINESE, chinese), news_layout(CHINESE, chinese, MARKER)],
        "alert-hostile": [alert_layout(HOSTILE, english)],
        "alert-sample": [alert_layout(SAMPLE, english)],
        "alert-also": [alert_layout(ALSO, english), alert_layout(ALSO, chinese)],
        "alert-template": [form(SHAPED, english) for form in (alert_layout, alert_embed, alert_plain)],
        "alert-embed": [alert_embed(an_alert(), english, marker=MARKER), alert_embed(HOSTILE, english)],
        "alert-plain": [alert_plain(CHINESE, chinese, roles=("777",)), alert_plain(HOSTILE, english)],
        "reply-list": reply_layouts(LIST, english, Asked("latest", {"what": "chips"})),
        "reply-page": reply_layouts(topics_page(2), Voice(words, "zh-TW"), Asked("topics")),
        "reply-refusal": reply_layouts(REFUSAL, english, Asked("subscribe")),
    }


NAMES = sorted(rendered(Words()))


@pytest.mark.parametrize("name", NAMES)
def test_messages_look_as_they_did(name: str, words: Words) -> None:
    messages = rendered(words)[name]
    shown = json.dumps([message.body for message in messages], ensure_ascii=False, indent=1) + "\n"
    path = GOLDEN / f"{name}.json"
    if os.environ.get("TOCSIN_GOLDEN") == "write":
        path.write_text(shown, encoding="utf-8")
    assert shown == path.read_text(encoding="utf-8")
    assert [fault for message in messages for fault in message_faults(message.body)] == []


def test_no_golden_file_is_left_over() -> None:
    assert sorted(path.stem for path in GOLDEN.glob("*.json")) == NAMES


def test_a_long_link_that_the_title_cannot_carry_stands_beside_it(words: Words) -> None:
    url = f"https://news.example/{'long-' * 120}"
    alert = an_alert(title="Exports [updated]", url=url)
    shown = alert_layout(alert, Voice(words)).body["components"][-1]["components"]
    titled = next(part["content"] for part in shown if part["content"].startswith("### "))
    assert titled == rf"### Exports \[updated\] · [news.example]({url})"


def test_a_digest_says_since_which_hour_and_not_since_how_long_ago(words: Words) -> None:
    line = DigestLine("topic:x", "X", 7, "One", "https://x.example/", 1, "normal", AT)
    digest = an_alert(kind="digest", lines=(line,), since=AT)
    assert head(digest, Voice(words)) == f"1 story since <t:{AT // 1000}:f>"
