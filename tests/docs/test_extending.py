"""docs/extending.md is true: each of its examples runs as it is printed."""

from __future__ import annotations

import asyncio
import importlib.util
import re
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest
from aiohttp import web

from bot.core.alerts.shape import shaped
from bot.core.errors import NotAFeed
from bot.core.message import Alert
from bot.core.model import Channel
from bot.ports import Absent, ChatPlatform, Delivery, Feed, Gone, Polled, Rejected, Retry, Sent, Source
from bot.sources.http import Fetcher
from bot.sources.kinds import Kind, OfKind
from bot.sources.kit.tools import Tools
from tests.conformance.alerts import ALERTS
from tests.conformance.stage import desk_of_town
from tests.fakes.hostile_http import HostileServer, say
from tests.sources.http_kit import settings
from tests.sources.kit import NOW, parse_now

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "extending.md").read_text(encoding="utf-8")
EXAMPLES = {block.splitlines()[0]: block for block in re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)}


def example(name: str, folder: Path) -> Path:
    (text,) = (block for head, block in EXAMPLES.items() if name in head)
    path = folder / Path(name).name
    path.write_text(text, encoding="utf-8")
    return path


def load(name: str, folder: Path) -> ModuleType:
    path = example(name, folder)
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_file_that_is_to_be_touched_is_there_and_has_the_name() -> None:
    table = TEXT.split("\n## ")[0]
    named = re.findall(r"`([A-Z]\w+)`(?: with its options)? \(`([\w/.-]+)`\)", table)
    assert len(named) >= 7
    for name, path in named:
        assert re.search(rf"\b{name}\b", (ROOT / path).read_text(encoding="utf-8")), (name, path)


async def poll(source: Source, fetch_from: HostileServer, **before: object) -> Polled:
    feed = Feed(1, fetch_from.url("/list.csv"), "sanctions", options={"newest": 2})
    return await source.poll(replace(feed, **before), NOW)  # type: ignore[arg-type]


async def test_the_source(tmp_path: Path) -> None:
    module = load("sanctions.py", tmp_path)
    rows = b"id,name,program\n1,OLD CO,A\n2,ACME <CHIPS>,B\n3,,C\n"
    bad = [b"", b"<html>Sign in</html>", b"null", b'id,name\n1,"' + b"x" * 200_000, b"\x00" * 9, b"\xff\xfe\x00"]
    async with HostileServer() as server, Fetcher(settings()) as fetch:
        server.on("/list.csv", say(200, rows, [("ETag", '"1"')]), say(304), *(say(200, body) for body in bad))
        source = OfKind(Kind(module.poll), Tools(fetch, None, parse_now))  # type: ignore[arg-type]
        polled = await poll(source, server)
        assert polled.parsed is not None
        assert [entry.id for entry in polled.parsed.entries] == ["sanctions:3", "sanctions:2"]
        assert polled.parsed.entries[1].title == "ACME &lt;CHIPS&gt; was put on the list of sanctions (B)"
        assert polled.notes == ()
        assert (await poll(source, server, etag=polled.etag)).parsed is None
        assert server.asked[-1].headers.get("if-none-match") == '"1"'
        for _ in bad:
            with pytest.raises(NotAFeed, match="sanctions: "):
                await poll(source, server)


class Rooms:
    """A server of rooms that knows each transaction's id; what it answers next can be set."""

    def __init__(self) -> None:
        self.posts: dict[str, str] = {}
        self.faults: list[web.Response] = []

    async def put(self, request: web.Request) -> web.Response:
        assert request.headers["Authorization"] == "Bearer token"
        if self.faults:
            return self.faults.pop(0)
        key = f"{request.match_info['room']} {request.match_info['key']}"
        self.posts.setdefault(key, (await request.json())["body"])
        return web.json_response({"event_id": f"${key}"})


@asynccontextmanager
async def rooms() -> AsyncIterator[tuple[Rooms, str]]:
    fake, app = Rooms(), web.Application()
    app.router.add_put("/_matrix/client/v3/rooms/{room}/send/m.room.message/{key}", fake.put)
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield fake, f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


ROOM = Channel(1, "matrix", "", "!a/b:example.org")


def delivery(alert: Alert, ref: str = "") -> Delivery:
    return Delivery(alert.delivery_id, ROOM.id, alert.story_id, alert.kind, 0, alert.published, ref)


async def test_the_platform_shows_every_kind_of_alert_and_posts_none_twice(tmp_path: Path) -> None:
    module = load("matrix.py", tmp_path)
    async with desk_of_town() as (commands, _, _), rooms() as (fake, url):
        platform = module.Matrix(url, "token", commands)
        assert isinstance(platform, ChatPlatform)
        await platform.start()
        for number, alert in enumerate(ALERTS.values()):
            mine = replace(alert, delivery_id=1000 + number)
            sent = await platform.send(ROOM, mine, delivery(mine))
            assert isinstance(sent, Sent), sent
            assert await platform.send(ROOM, mine, delivery(mine)) == sent
            assert isinstance(await platform.find(ROOM, delivery(mine)), Absent)
        assert len(fake.posts) == len(ALERTS)
        new = replace(ALERTS["new"], delivery_id=1)
        assert "H20" in fake.posts[(await platform.send(ROOM, new, delivery(new))).ref[1:]]
        form = replace(shaped(new, "Look: {title}"), delivery_id=2)
        assert fake.posts[(await platform.send(ROOM, form, delivery(form))).ref[1:]] == f"Look: {new.title}"
        told = len(fake.posts)
        quiet = replace(ALERTS["update"], delivery_id=3)
        assert await platform.send(ROOM, quiet, delivery(quiet, "$first")) == Sent("$first")
        assert len(fake.posts) == told, "what only an edit would say is not told"
        await platform.close()
        await platform.close()


async def test_what_a_server_answers_becomes_a_receipt(tmp_path: Path) -> None:
    module = load("matrix.py", tmp_path)
    new = ALERTS["new"]
    async with desk_of_town() as (commands, _, _), rooms() as (fake, url):
        platform = module.Matrix(url, "token", commands)
        assert isinstance(await platform.send(ROOM, new, delivery(new)), Retry)  # before its start
        await platform.start()
        fake.faults += [
            web.json_response({"retry_after_ms": 1500}, status=429),
            *(web.Response(status=status) for status in (403, 404, 400, 502)),
            web.Response(text="no JSON"),
        ]
        said = [await platform.send(ROOM, new, delivery(new)) for _ in range(6)]
        assert said[0] == Retry(1.5, "429")
        assert list(map(type, said[1:])) == [Gone, Gone, Rejected, Retry, Retry]
        await platform.close()
    platform = module.Matrix(url, "token", commands)  # nobody is there any more
    await platform.start()
    assert isinstance(await platform.send(ROOM, new, delivery(new)), Retry)
    await platform.close()


async def test_a_further_platform_is_a_chat_in_what_commands_say(tmp_path: Path) -> None:
    """Buttons and numbers are told as in a chat; a right is told in the words that all others share."""
    module = load("matrix.py", tmp_path)
    async with desk_of_town() as (commands, platforms, desk), rooms() as (fake, url):
        platforms["matrix"] = platform = module.Matrix(url, "token", commands)
        await platform.start()
        await platform.heard(ROOM.ref, "1", "@a:x", 0, "subscribe export-controls")
        await platform.heard(ROOM.ref, "2", "@a:x", 50, "subscribe export-controls")
        await platform.heard(ROOM.ref, "3", "@a:x", 0, "subscriptions")
        await platform.heard(ROOM.ref, "4", "@a:x", 50, "settings mention=@b")
        refused, done, listed, nobody = fake.posts.values()
        assert "for people who may configure this channel" in refused
        assert "Chip export controls" in done
        assert "number 1" not in listed, "a number is told where there are no buttons to press"
        assert "Nothing was changed" in nobody
        ((channel, _),) = await desk.store.subscriptions()
        assert (channel.platform, channel.ref) == ("matrix", ROOM.ref)
        await platform.close()


async def test_the_library(tmp_path: Path) -> None:
    script = example("fold.py", tmp_path)
    feeds = [str(path) for path in sorted((ROOT / "bot" / "demo" / "feeds").iterdir())]
    command = [sys.executable, str(script), "h200 NEAR/5 (export OR licence)", *feeds]
    done = await asyncio.to_thread(subprocess.run, command, capture_output=True, text=True, cwd=tmp_path, check=False)
    assert done.returncode == 0, done.stderr
    assert "US eases review of Nvidia H200 chip exports to China (why: H200, exports)" in done.stdout
    outlets = [int(n) for n in re.findall(r"^story \d+: .* \((\d+) outlets\)$", done.stdout, re.MULTILINE)]
    assert len(outlets) > 50
    assert max(outlets) >= 7, "the reports of one event are one story"
