"""The token of the page: on a terminal in the line that says where the page is, elsewhere in a file of its owner's."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import stat
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest


@asynccontextmanager
async def running(folder: Path, out: int, *roles: str, **more: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """The real program without feeds and chat; stopped and ended well.

    Its standard output is in `out`, which is left to it: who reads it gets to its end when the program is gone.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("TOCSIN_", "DISCORD_", "SLACK_"))}
    store = {"TOCSIN_STORE_PATH": str(folder / "t.db"), "TOCSIN_FEEDS_FILE": "", "TOCSIN_WEB_PORT": "0"}
    (folder / "topics").mkdir()
    (folder / "topics" / "chips.toml").write_text('[[topic]]\nid = "chips"\ntitle = { en = "Chips" }\nany = ["chip"]\n')
    store["TOCSIN_TOPICS_DIR"] = str(folder / "topics")
    made = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "run", *roles, cwd=Path(__file__).parents[2], env=kept | store | more, stdout=out
    )
    os.close(out)
    try:
        yield made
        made.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(made.wait(), 300) == 0
    finally:
        if made.returncode is None:
            made.kill()


async def said(out: int) -> str:
    """What the program prints, up to the page's address."""
    text = ""
    while not re.search(r"Page: .*\n", text):
        more = await asyncio.to_thread(os.read, out, 4096)
        assert more, f"it ended without a page: {text}"
        text += more.decode()
    return text


async def opens(address: str, token: str) -> bool:
    """Whether the token opens a session."""
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(cookie_jar=jar, headers={"Origin": address.rstrip("/")}) as client:
        async with client.get(f"{address}signin") as answer:
            form = (await answer.text()).split('name="form" value="')[1].split('"')[0]
        async with client.post(f"{address}signin", data={"token": token, "form": form}) as answer:
            return answer.url.path == "/channels"


async def test_a_service_keeps_its_token_in_a_file_and_out_of_its_log(tmp_path: Path) -> None:
    inside, outside = os.pipe()
    stale = tmp_path / "page-token"
    stale.write_text("of a run that was killed")
    stale.chmod(0o644)
    async with running(tmp_path, outside):
        text = await said(inside)
        (address,) = re.findall(r"Page: (\S+)", text)
        assert f"is in {stale}" in text
        token = stale.read_text().strip()
        assert token not in text
        assert stat.S_IMODE(stale.stat().st_mode) == 0o600
        assert await opens(address, token)
        assert not await opens(address, "of a run that was killed")
    assert not stale.exists()
    assert os.read(inside, 4096).decode().endswith("-m bot run goes on where it was.\n")


@pytest.mark.usefixtures("untraced")
async def test_the_token_of_another_program_over_the_same_database_stays(tmp_path: Path) -> None:
    inside, outside = os.pipe()
    async with running(tmp_path, outside):
        text = await said(inside)
        async with aiohttp.ClientSession() as client, client.get(re.findall(r"Page: (\S+)", text)[0]) as answer:
            assert answer.status == 200
        (tmp_path / "page-token").write_text("of the other\n")
    assert (tmp_path / "page-token").read_text() == "of the other\n"


@pytest.mark.usefixtures("untraced")
async def test_a_program_of_one_role_says_which_and_speaks_of_no_alerts(tmp_path: Path) -> None:
    inside, outside = os.pipe()
    async with running(tmp_path, outside, "web"):
        text = await said(inside)
        assert text.startswith("Page: ")
        text += "" if "Running" in text else (await asyncio.to_thread(os.read, inside, 4096)).decode()
        async with aiohttp.ClientSession() as client, client.get(re.findall(r"Page: (\S+)", text)[0]) as answer:
            assert answer.status == 200, "what follows is read by a program that runs"
    text += os.read(inside, 4096).decode()
    assert re.search(r"\nRunning: web\.\nStopped\. \S+ -m bot run web goes on where it was\.\n\Z", text)


async def test_a_terminal_shows_its_token(tmp_path: Path) -> None:
    inside, outside = os.openpty()
    async with running(tmp_path, outside):
        ((address, token),) = re.findall(r"Page: (\S+) · sign in with (\S+)", await said(inside))
        assert await opens(address, token)
        assert not (tmp_path / "page-token").exists()


@pytest.mark.usefixtures("untraced")
async def test_a_token_of_one_s_own_is_taken_and_not_said(tmp_path: Path) -> None:
    inside, outside = os.pipe()
    async with running(tmp_path, outside, WEB_TOKEN="sixteen-or-more-characters"):
        text = await said(inside)
        assert "sixteen" not in text
        assert await opens(re.findall(r"Page: (\S+)", text)[0], "sixteen-or-more-characters")
        assert not (tmp_path / "page-token").exists()


async def test_where_no_file_can_be_written_the_page_is_served_all_the_same(tmp_path: Path) -> None:
    inside, outside = os.pipe()
    (tmp_path / "page-token.new").mkdir()
    async with running(tmp_path, outside):
        text = await said(inside)
        assert "nobody can sign in" in text
        async with aiohttp.ClientSession() as client, client.get(re.findall(r"Page: (\S+)", text)[0]) as answer:
            assert answer.status == 200
