"""Runs the slow parser in a separate process that can be killed at a deadline.

Threads don't help if a parser holds the interpreter for seconds (feedparser on styled HTML of 4 MB: 5 s); a separate
process does. One is enough: bodies come one at a time, and few feeds ever need it.
"""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
import threading
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import IO

import bot
from bot.core.errors import NotAFeed, ParserAbsent, ParserLost
from bot.core.model import ParsedFeed
from bot.sources.parsing import frames

DEADLINE_S = 2.0
BIG_DEADLINE_S = 10.0
START_S = 20.0
_COMMAND = (sys.executable, "-m", "bot.sources.parsing.process")


class Worker:
    """One parsing process, started when first needed and restarted after it died. Safe to call from threads."""

    def __init__(
        self, command: tuple[str, ...] = _COMMAND, *, deadline_s: float = DEADLINE_S, start_s: float = START_S
    ) -> None:
        self._command = command
        self._deadline_s = deadline_s
        self._start_s = start_s
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def parse(self, utf8: bytes, headers: Mapping[str, str]) -> ParsedFeed:
        """What feedparser makes of a body, within 2 s. Blocks. Raises `NotAFeed`, `ParserLost`, `ParserAbsent`."""
        return self._call(utf8, headers, self._deadline_s, chain=False)

    def parse_whole(self, data: bytes, headers: Mapping[str, str]) -> ParsedFeed:
        """The whole chain on a big body, within 10 s. Blocks. Raises as `parse`."""
        return self._call(data, headers, BIG_DEADLINE_S, chain=True)

    def close(self) -> None:
        """Kill the process, if there is one; a later call starts another."""
        with self._lock:
            self._drop()

    def _call(self, body: bytes, headers: Mapping[str, str], deadline_s: float, *, chain: bool) -> ParsedFeed:
        """Ask the process. If it dies by itself (out of memory, say), it is replaced and the body tried once more."""
        asked = json.dumps({"headers": dict(headers), "chain": chain}).encode()
        with self._lock:
            for _ in range(2):
                process = self._running()
                try:
                    return self._ask(process, asked, body, deadline_s)
                except (EOFError, OSError):
                    self._drop()
        raise ParserLost("the parser died twice on this body; the feed is set aside")

    def _ask(self, process: subprocess.Popen[bytes], asked: bytes, body: bytes, deadline_s: float) -> ParsedFeed:
        with _Deadline(process, deadline_s) as deadline:
            try:
                return _exchange(process, asked, body)
            except (EOFError, OSError) as error:
                if deadline.passed:
                    self._drop()
                    raise ParserLost(f"the parser was stopped after {deadline_s:g} s; the feed is set aside") from error
                raise

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self._drop()
            try:
                self._process = self._started()
            except OSError as error:
                raise _absent(error.strerror or str(error)) from error
            with _Deadline(self._process, self._start_s) as deadline:
                try:
                    frames.read(_pipe(self._process.stdout))
                except (EOFError, OSError) as error:
                    why = f"not ready after {self._start_s:g} s" if deadline.passed else _last_words(self._process)
                    self._drop()
                    raise _absent(why) from error
        return self._process

    def _started(self) -> subprocess.Popen[bytes]:
        path = os.pathsep.join(filter(None, (str(Path(bot.__file__).parents[1]), os.environ.get("PYTHONPATH"))))
        return subprocess.Popen(  # noqa: S603 - our own interpreter and module
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,  # until it is ready
            env={**os.environ, "PYTHONPATH": path},
        )

    def _drop(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout, process.stderr):
                if pipe is not None:
                    _close(pipe)


class _Deadline:
    """Kills the process when its time is up; reads and writes then end with `EOFError` or `OSError`."""

    def __init__(self, process: subprocess.Popen[bytes], seconds: float) -> None:
        self.passed = False
        self._process = process
        self._timer = threading.Timer(seconds, self._kill)
        self._timer.daemon = True

    def _kill(self) -> None:
        self.passed = True
        self._process.kill()

    def __enter__(self) -> _Deadline:
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        self._timer.join()


def _exchange(process: subprocess.Popen[bytes], asked: bytes, body: bytes) -> ParsedFeed:
    requests, answers = _pipe(process.stdin), _pipe(process.stdout)
    frames.write(requests, asked)
    frames.write(requests, body)
    opening = json.loads(frames.read(answers))
    if "error" in opening:
        raise NotAFeed(opening["error"])
    return frames.unpack(opening, [frames.read(answers) for _ in range(opening["entries"])])


def _last_words(process: subprocess.Popen[bytes]) -> str:
    """Why a process ended, in one line: the last line that it wrote to standard error, or its exit code."""
    code = process.wait()
    said = _pipe(process.stderr).read().decode("utf-8", "replace").strip()
    return said.splitlines()[-1] if said else f"it ended with code {code}"


def _absent(why: str) -> ParserAbsent:
    return ParserAbsent(
        f"the process that reads difficult feeds can't be started ({why}); Tocsin tries again at the next poll: "
        "see that the machine has memory for another process and that the installation is whole (make setup)"
    )


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    if pipe is None:
        raise OSError("no pipe to the parsing process")
    return pipe


def _close(pipe: IO[bytes]) -> None:
    try:
        pipe.close()
    except OSError:  # what was still to be written goes nowhere
        return


@cache
def shared_worker() -> Worker:
    """The worker for callers without one of their own (`parse` in scripts and on the command line)."""
    worker = Worker()
    atexit.register(worker.close)
    return worker
