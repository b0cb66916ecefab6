"""The whole program in virtual time: a source that falls silent is told once, and once that it is back."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from bot.core.errors import FetchError
from bot.ports import Feed, Polled
from tests.faults.soak import DAY, HOUR, MINUTE, Newsrooms, World, world
from tests.faults.store_child import CHANNELS
from tests.faults.virtual import VirtualLoop, played
from tests.wording import WORDS

pytestmark = pytest.mark.usefixtures("untraced")
NAME = "https://room0.example/feed"  # what the feed calls itself


_STATUS = {"timeout": 0, "gone": 410}


class Trouble:
    """A source that fails for the feeds in `broken`, each with a kind of error."""

    def __init__(self, rooms: Newsrooms) -> None:
        self._rooms = rooms
        self.broken: dict[str, str] = {}

    async def poll(self, feed: Feed, now: int) -> Polled:
        if kind := self.broken.get(feed.url):
            raise FetchError(kind, f"{feed.url}: it fails", status=_STATUS.get(kind, 500))
        return await self._rooms.poll(feed, now)


async def troubled(loop: VirtualLoop, feeds: int = 4, per_day: float = 24) -> tuple[World, Trouble, list[str]]:
    """A town of feeds that post so often, and its trouble."""
    made = await world(loop, feeds=feeds, per_day=per_day, days=4, idle_ms=30 * MINUTE, look_s=900)
    made.words = WORDS
    trouble = Trouble(made.rooms)
    made.source = trouble
    return made, trouble, [feed.url for feed in await made.store.feeds()]


def test_a_source_that_fails_is_told_once_across_restarts_and_its_return_once() -> None:
    async def life(loop: VirtualLoop) -> list[list[str]]:
        made, trouble, urls = await troubled(loop)
        said = []
        async with made.running():
            await made.passes(DAY)
        trouble.broken[urls[0]] = "server"
        for _ in range(2):
            async with made.running():
                await made.passes(9 * HOUR)
            said.append(list(made.wall.notices))
        trouble.broken.clear()
        for _ in range(2):
            async with made.running():
                await made.passes(12 * HOUR)
            said.append(list(made.wall.notices))
        await made.store.close()
        return said

    silent, back = f"No news from {NAME}", f"{NAME} is back"
    assert played(life) == [*([[silent]] * 2), *([[silent, back]] * 2)]


def test_a_network_outage_of_ours_is_no_sources_fault(caplog: pytest.LogCaptureFixture) -> None:
    async def life(loop: VirtualLoop) -> list[str]:
        made, trouble, urls = await troubled(loop)
        async with made.running():
            await made.passes(DAY)
            trouble.broken = dict.fromkeys(urls, "timeout")
            await made.passes(12 * HOUR)
            trouble.broken = dict.fromkeys(urls, "server")  # a proxy that answers for everybody
            await made.passes(12 * HOUR)
            trouble.broken = {}
            await made.passes(2 * HOUR)
        async with made.running() as runtime:
            await made.passes(12 * HOUR)
            assert "sources" not in runtime.failed
        await made.store.close()
        return made.wall.notices

    assert played(life) == []
    lines = [record.getMessage() for record in caplog.records if record.name == "bot.notices"]
    assert len(lines) <= 1
    assert all("fell silent at once, by our network or a holiday" in line for line in lines)


def test_many_at_once_are_one_line_for_the_operator(caplog: pytest.LogCaptureFixture) -> None:
    async def life(loop: VirtualLoop) -> tuple[list[str], str]:
        made, trouble, urls = await troubled(loop, feeds=8)
        async with made.running() as runtime:
            await made.passes(DAY)
            trouble.broken = dict.fromkeys(urls[:5], "server")
            await made.passes(15 * HOUR)
            line = runtime.failed["sources"]
        await made.store.close()
        return made.wall.notices, line

    told, line = played(life)
    assert told == []
    assert line.startswith("5 fell silent at once, by our network or a holiday: https://room0.example")
    assert len([record for record in caplog.records if record.name == "bot.notices"]) == 1


def test_a_notice_speaks_the_channels_language() -> None:
    async def life(loop: VirtualLoop, language: str) -> list[str]:
        made, trouble, urls = await troubled(loop)
        await made.store.configure(await made.store.channel("wall", "", "all"), {"language": language})
        async with made.running():
            await made.passes(2 * DAY)
            trouble.broken[urls[0]] = "server"
            await made.passes(12 * HOUR)
        await made.store.close()
        return made.wall.texts

    (said,) = played(lambda loop: life(loop, "zh-TW"))
    assert said.startswith(f"{NAME} 暫無消息\n{NAME} 已有 6 小時無法讀取。\n此頻道的提醒依賴該來源")


def test_a_source_that_is_gone_for_good_is_told_so() -> None:
    async def life(loop: VirtualLoop) -> list[str]:
        made, trouble, urls = await troubled(loop)
        async with made.running():
            await made.passes(2 * DAY)
            trouble.broken[urls[0]] = "gone"
            await made.passes(6 * HOUR)
        await made.store.close()
        return made.wall.texts

    (said,) = played(life)
    assert said.startswith(f"No news from {NAME}\n{NAME} has ended: its server says that it is gone for good.")


def test_where_no_silence_is_to_be_told_none_is() -> None:
    async def life(loop: VirtualLoop) -> list[str]:
        made, trouble, urls = await troubled(loop)
        made.notice_after_ms = 0
        async with made.running():
            await made.passes(2 * DAY)
            trouble.broken = {urls[0]: "server", urls[1]: "gone"}
            await made.passes(2 * DAY)
        await made.store.close()
        return made.wall.notices

    assert played(life) == []


def test_kills_at_statement_after_statement_lose_no_notice_and_double_none(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.faults.notice_child", str(tmp_path), "9"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parents[2], check=False)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 10
    wall = [line.rsplit(" ", 1)[0] for line in (tmp_path / "wall").read_text().splitlines()]
    assert sorted(wall) == sorted(
        f"{ref} {said}" for ref in CHANNELS for said in ("No news from Reuters", "Reuters is back")
    )
