"""Real programs that share a bot's shards over PostgreSQL: one is killed, and the other hears for both."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest

from tests.fakes.discord.server import FakeDiscord
from tests.fakes.slack import FakeSlack
from tests.faults.harness import Rig, environment, until
from tests.faults.lives import ROOT
from tests.faults.news import Feeds
from tests.handlers.discord.test_shards import rooms
from tests.postgres.server import schema


@pytest.mark.usefixtures("untraced")
async def test_a_killed_programs_shards_are_heard_by_another_within_a_lease(tmp_path: Path) -> None:
    with schema() as address:
        async with FakeDiscord() as discord:
            discord.gateway.shards = discord.gateway.concurrency = 2
            there = rooms(discord, 2)
            made = Rig(tmp_path, Feeds((), 1), discord, FakeSlack(), address=address)
            hearing = {"TOCSIN_DISCORD_SHARD_BLOCK": "1", "TOCSIN_DISCORD_LEASE_S": "3"}
            hearing |= {"SLACK_BOT_TOKEN": "", "SLACK_API_BASE": ""}
            env = environment(made, hearing)
            programs = [await _begun(env, made.log) for _ in range(2)]
            try:
                assert await until(lambda: discord.gateway.connected == [0, 1], 60), made.log.read_text()
                assert await until(lambda: _hearers(address) == 2, 60), made.log.read_text()
                assert await until(lambda: discord.gateway.connected == [0, 1], 60), made.log.read_text()
                (first, second) = programs
                os.kill(first.pid, signal.SIGKILL)
                assert await until(lambda: discord.gateway.connected != [0, 1], 10)
                assert await until(lambda: discord.gateway.connected == [0, 1], 30), made.log.read_text()
                for room in there:
                    exchange = await discord.happens(discord.users.typed(room, "topics", {}))
                    await exchange.answered()
                second.send_signal(signal.SIGTERM)
                assert await second.wait() == 0
            finally:
                for program in programs:
                    if program.returncode is None:
                        program.kill()
                    await program.wait()
        assert discord.violations == []


def _hearers(address: str) -> int:
    """How many programs have a shard: one that begins first has both, until the other is there."""
    import psycopg

    with psycopg.connect(address) as conn:
        row = conn.execute("select count(distinct lease_by) from shard where lease_until > 0").fetchone()
    return int(row[0]) if row else 0


async def _begun(env: dict[str, str], log: Path) -> asyncio.subprocess.Process:
    with log.open("ab") as out:
        line = (sys.executable, "-m", "bot", "run", "gateway")
        return await asyncio.create_subprocess_exec(*line, env=env, cwd=ROOT, stdout=out, stderr=out)
