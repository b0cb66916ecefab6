"""The program as processes that are born and killed: `python -m bot run` itself, or forks of one that has imported it.

`python -m tests.faults.lives` reads a line of JSON (the environment) for each life, forks, becomes `tocsin run` in the
child, and prints the child's number, then its end. A fork pays for no imports, so that a life costs a tenth.
"""

from __future__ import annotations

import asyncio
import ctypes
import importlib
import json
import os
import signal
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Protocol

ROOT = Path(__file__).parents[2]
ROLES = "LIVES_ROLES"
"""The roles of a forked life; none is all."""
_PR_SET_PDEATHSIG = 1
_ALREADY = (
    "bot.cli.live",
    "bot.chart",
    "bot.store.sqlite.adapter",
    "handlers.discord.run",
    "handlers.slack.run",
    "uvloop",
)
"""What a fork need not import again: it is most of what a life costs."""


class Lives(Protocol):
    """Starts the program; one life at a time."""

    pid: int

    async def begin(self, env: Mapping[str, str]) -> None: ...

    async def ended(self) -> int:
        """Wait for the end: the exit code, or minus the signal."""
        ...

    async def close(self) -> None: ...


class Real:
    """`python -m bot run`, imports and all. `log` gets its standard error."""

    def __init__(self, log: Path) -> None:
        self._log = log
        self._process: asyncio.subprocess.Process | None = None
        self.pid = 0

    async def begin(self, env: Mapping[str, str]) -> None:
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", "run", env=env, cwd=ROOT, stdout=log, stderr=log
            )
        self.pid = self._process.pid

    async def ended(self) -> int:
        assert self._process is not None
        return await self._process.wait()

    async def close(self) -> None:
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()


class Forked:
    """Children of one process that has imported the program."""

    def __init__(self, log: Path) -> None:
        self._log = log
        self._nursery: asyncio.subprocess.Process | None = None
        self.pid = 0

    async def begin(self, env: Mapping[str, str]) -> None:
        if self._nursery is None:
            pipe = asyncio.subprocess.PIPE
            with self._log.open("ab") as log:
                self._nursery = await asyncio.create_subprocess_exec(
                    sys.executable, "-m", "tests.faults.lives", env=env, cwd=ROOT, stdin=pipe, stdout=pipe, stderr=log
                )
        assert self._nursery.stdin is not None
        self._nursery.stdin.write(json.dumps(dict(env)).encode() + b"\n")
        self.pid = await self._said()

    async def ended(self) -> int:
        return await self._said()

    async def _said(self) -> int:
        assert self._nursery is not None
        assert self._nursery.stdout is not None
        return int(await self._nursery.stdout.readline())

    async def close(self) -> None:
        if self._nursery is not None and self._nursery.returncode is None:
            self._nursery.kill()
            await self._nursery.wait()


def heeds_stop(pid: int) -> bool:
    """Has a program come so far that SIGTERM asks it, and does not end it (proc(5); elsewhere than on Linux True)?"""
    status = Path(f"/proc/{pid}/status")
    lines = status.read_text().splitlines() if status.exists() else []
    caught = next((int(line.split()[1], 16) for line in lines if line.startswith("SigCgt")), None)
    return caught is None or bool(caught >> (signal.SIGTERM - 1) & 1)


def _die_with_parent() -> None:
    """No life outlasts the test that began it (Linux; elsewhere nothing happens)."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _live(env: Mapping[str, str]) -> None:
    """What a child does: `tocsin run`. Does not return."""
    _die_with_parent()
    os.environ.clear()
    os.environ.update(env)
    os.dup2(2, 1)
    sys.argv = ["tocsin", "run", *os.environ.pop(ROLES, "").split()]
    from bot.cli import main

    code = 0
    try:
        main()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    finally:
        sys.stdout.flush()
        os._exit(code)


def nursery() -> None:
    """Fork a life for each line of the standard input, one at a time."""
    for name in _ALREADY:
        importlib.import_module(name)
    _die_with_parent()
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            _live(json.loads(line))
        print(pid, flush=True)
        print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)


if __name__ == "__main__":
    nursery()
