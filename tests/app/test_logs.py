"""Log lines: text and JSON, context, and no secret anywhere."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import aiohttp
import pytest

from bot import logs
from bot.cli.platforms import PLATFORMS

CHAT = [name for platform in PLATFORMS.values() for name in platform.loggers]


@pytest.fixture(autouse=True)
def _restored() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level


def test_json_has_the_context() -> None:
    out = io.StringIO()
    logs.setup("info", "auto", out=out)
    logging.getLogger("bot.lanes").warning("delivery %s", "retried", extra={"channel": 3})
    line = json.loads(out.getvalue())
    assert (line["level"], line["logger"], line["message"], line["channel"]) == (
        "warning",
        "bot.lanes",
        "delivery retried",
        3,
    )
    assert line["time"].endswith("+00:00")


def test_text_is_short_and_bound() -> None:
    out = io.StringIO()
    logs.setup("info", "text", out=out)
    logging.getLogger("bot.poller").info("polled", extra={"feed": 7})
    assert out.getvalue().strip().endswith("polled  (feed=7)")


class Screen(io.StringIO):
    """A terminal."""

    def isatty(self) -> bool:
        return True


def test_on_a_terminal_a_line_is_folded_between_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    out = Screen()
    logs.setup("info", "auto", ["pass word"], out=out)
    address = "https://a.example/" + "long-" * 20
    logging.getLogger("bot.poller").warning("no host can be reached: %s %s", "pass word " * 9, address)
    shown = out.getvalue().splitlines()
    assert len(shown) == 3
    assert all(len(line) <= 40 for line in shown if address not in line)
    assert all(line.startswith("  ") for line in shown[1:])
    assert f"  {address}" in shown
    assert "word" not in out.getvalue()
    whole = io.StringIO()
    logs.setup("info", "text", out=whole)
    logging.getLogger("bot.poller").warning("no host " * 20)
    assert whole.getvalue().count("\n") == 1


def test_secrets_are_blanked_in_messages_contexts_and_tracebacks() -> None:
    out = io.StringIO()
    logs.setup("info", "text", ["xoxb-secret"], out=out)
    try:
        raise ValueError("bad token xoxb-secret")
    except ValueError:
        logging.getLogger("x").exception("with xoxb-secret", extra={"token": "xoxb-secret"})
    assert "xoxb-secret" not in out.getvalue()
    assert out.getvalue().count("•••") >= 3


def test_libraries_say_warnings_only() -> None:
    out = io.StringIO()
    logs.setup("debug", "text", chat=CHAT, out=out)
    logging.getLogger("discord").info("chatter")
    logging.getLogger("bot").debug("ours")
    assert "chatter" not in out.getvalue()
    assert "ours" in out.getvalue()


def test_a_failure_is_one_line_whatever_a_server_said(caplog: pytest.LogCaptureFixture) -> None:
    said = "503\r\n18:00:00 all is well\u2028\x1b[2Jno\u202e"
    logging.getLogger("bot.lanes").warning("delivery retried: %s", said, extra={"delivery": 17, "at": "a\nb"})
    (record,) = caplog.records
    assert len(logs.TextLine().format(record).splitlines()) == 1
    assert "\x1b" not in logs.TextLine().format(record)
    assert logs.TextLine().format(record).endswith("(delivery=17 at=a b)")
    assert len(logs.JsonLine().format(record).split("\n")) == 1
    assert json.loads(logs.JsonLine().format(record))["delivery"] == 17


@pytest.mark.parametrize(
    ("part", "error", "traced"),
    [
        ("discord.shard", ConnectionRefusedError("nobody is there"), False),
        ("slack_sdk.web", aiohttp.ClientPayloadError("nobody is there"), False),
        ("discord.client", KeyError("nobody is there"), True),
        ("bot.lanes", ConnectionRefusedError("nobody is there"), True),
    ],
)
def test_a_chat_library_that_lost_its_connection_is_no_defect(part: str, error: Exception, traced: bool) -> None:
    """A traceback means something that nobody expected (docs/operation.md); a network that is down is not that."""
    out = io.StringIO()
    logs.setup("info", "json", chat=CHAT, out=out)
    logging.getLogger(part).error("connecting again in %.1f s", 0.57, exc_info=error)
    (line,) = map(json.loads, out.getvalue().splitlines())
    assert ("error" in line) is traced
    assert line["message"].startswith("connecting again in 0.6 s")
    assert "nobody is there" in line["error" if traced else "message"]
