"""Each alert as it is posted and some replies as they are answered, kept as files: a change of looks is seen in review.

`TOCSIN_GOLDEN=write` writes them anew.
"""

from __future__ import annotations

import io
import json
import os
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from bot.core.message import Alert, Button, Item, Reply
from bot.ports import Voice
from handlers.console import render_alert, render_reply
from handlers.discord.layout import Asked, reply_layouts
from handlers.discord.render import rendered
from handlers.slack.render import alert_message, digest_message, news_message, reply_blocks
from tests.conformance.alerts import ALERTS, LANGUAGES
from tests.conformance.town import NOW
from tests.wording import WORDS

GOLDEN = Path(__file__).parents[1] / "golden" / "every"
REPLIES = {
    "reply-list": Reply(
        "The newest stories",
        items=(
            Item(
                "US widens *H20* ban", "https://www.reuters.example/a", "Reuters · reports: 2 · story 42", NOW, ("H20",)
            ),
            Item("中芯国际将扩产 [更新]", "https://caixin.example/b", "财新 · reports: 1 · story 43", NOW),
            Item(
                "Export controls", "", "notable", buttons=(Button("Unsubscribe", "unsubscribe", "7", style="danger"),)
            ),
        ),
        buttons=(Button("Why", "why", "42"),),
        page=2,
        pages=3,
    ),
    "reply-refusal": Reply("“subscribe” needs the permission Manage Server.", ("Nothing was changed.",), ok=False),
}


def on_discord(alert: Alert, language: str) -> Any:
    return rendered("layout", alert, Voice(WORDS, language), marker="0123456789abcdef01234567").body


def on_slack(alert: Alert, language: str) -> Any:
    voice = Voice(WORDS, language)
    message = digest_message(alert, voice) if alert.kind == "digest" else alert_message(alert, voice)
    news = [news_message(alert, voice)._asdict()] if alert.said else []
    return [message._asdict(), *news]


def reply_on_slack(reply: Reply) -> Any:
    return reply_blocks(reply, Voice(WORDS))


def reply_on_discord(reply: Reply) -> Any:
    return [made.body for made in reply_layouts(reply, Voice(WORDS), Asked("latest", {"what": "chips"}))]


def on_terminal(render: Callable[..., Any], what: object) -> str:
    out = io.StringIO()
    Console(file=out, width=100, color_system=None).print(render(what), crop=False)
    return "\n".join(line.rstrip() for line in out.getvalue().split("\n"))


def as_json(render: Callable[..., Any], *what: object) -> str:
    return json.dumps(render(*what), ensure_ascii=False, indent=1) + "\n"


def looks() -> dict[str, Callable[[], str]]:
    """What each file holds."""
    made: dict[str, Callable[[], str]] = {}
    for name, alert in ALERTS.items():
        if name.endswith("long"):
            continue
        language = LANGUAGES.get(name, "en")
        made[f"{name}.discord.json"] = partial(as_json, on_discord, alert, language)
        made[f"{name}.slack.json"] = partial(as_json, on_slack, alert, language)
        made[f"{name}.console.txt"] = partial(on_terminal, render_alert, alert)
    for name, reply in REPLIES.items():
        made[f"{name}.discord.json"] = partial(as_json, reply_on_discord, reply)
        made[f"{name}.slack.json"] = partial(as_json, reply_on_slack, reply)
        made[f"{name}.console.txt"] = partial(on_terminal, render_reply, reply)
    return made


LOOKS = looks()


@pytest.fixture(autouse=True)
def _utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The terminal shows the reader's own time."""
    with monkeypatch.context() as changed:
        changed.setenv("TZ", "UTC")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.parametrize("name", sorted(LOOKS))
def test_messages_look_as_they_did(name: str) -> None:
    shown = LOOKS[name]()
    path = GOLDEN / name
    if os.environ.get("TOCSIN_GOLDEN") == "write":
        path.write_text(shown, encoding="utf-8")
    assert shown == path.read_text(encoding="utf-8")


def test_no_golden_file_is_left_over() -> None:
    assert sorted(path.name for path in GOLDEN.iterdir()) == sorted(LOOKS)
