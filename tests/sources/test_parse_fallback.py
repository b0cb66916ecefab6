"""The parsing process: what it reads, that it is killed for real, comes back, and never holds up the event loop."""

from __future__ import annotations

import asyncio
import io
import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from bot.core.errors import NotAFeed, ParserAbsent, ParserLost
from bot.core.model import FeedInfo, ParsedEntry, ParsedFeed
from bot.sources.feed import THREAD_BYTES, Parser, parse
from bot.sources.parsing import frames
from bot.sources.parsing import process as parsing_process
from bot.sources.parsing.dates import parse_date
from bot.sources.parsing.fallback import Worker, shared_worker
from bot.sources.parsing.reference import parse_by_reference

RSS = (
    "<rss version='2.0'><channel><title>F</title><link>https://a.com/</link><language>zh-cn</language>"
    "<item><title>中 &amp; T</title><link>/1</link><guid>g&#xD800;</guid><description>D</description>"
    "<source url='u'>Out</source>"
    "<pubDate>Tue, 24 Nov 2026 12:00:00 CST</pubDate></item></channel></rss>"
).encode()
NOON = "Tue, 24 Nov 2026 12:00:00 CST"


READ_BODY = "size = int.from_bytes(sys.stdin.buffer.read(4), 'big'); sys.stdin.buffer.read(size)\n"


def scripted(tmp_path: Path, on_request: str) -> tuple[str, ...]:
    """A parsing process that notes its start, says it is ready and then does as told."""
    starts = tmp_path / "starts"
    script = (
        "import os, signal, sys, time\n"
        f"open({str(starts)!r}, 'a').write(f'{{os.getpid()}}\\n')\n"
        "sys.stdout.buffer.write(b'\\0\\0\\0\\5ready'); sys.stdout.buffer.flush()\n"
        "size = int.from_bytes(sys.stdin.buffer.read(4), 'big'); sys.stdin.buffer.read(size)\n"
    )
    return (sys.executable, "-c", script + on_request)


def starts(tmp_path: Path) -> list[int]:
    return [int(pid) for pid in (tmp_path / "starts").read_text().split()]


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.fixture(scope="module")
def worker():
    made = Worker(deadline_s=20)
    yield made
    made.close()


def test_what_feedparser_makes_of_it_under_our_rules(worker: Worker) -> None:
    feed = worker.parse(RSS, {"content-location": "https://a.com/feed"})
    assert feed == parse_by_reference(RSS, {"content-location": "https://a.com/feed"})
    assert feed.feed == FeedInfo("F", "https://a.com/")
    (entry,) = feed.entries
    assert (entry.title, entry.link, entry.id) == ("中 & T", "https://a.com/1", "https://a.com/g\ufffd")
    assert (entry.outlet, entry.lang, entry.published) == ("Out", "zh", parse_date(NOON, "zh"))
    assert feed.complete


def test_the_reference_keeps_content_and_says_when_there_is_nothing() -> None:
    atom = b"<feed xmlns='http://www.w3.org/2005/Atom'><entry><title>T</title><content>B</content></entry></feed>"
    assert parse_by_reference(atom, {}).entries[0].content == "B"
    with pytest.raises(NotAFeed, match="no item"):
        parse_by_reference(b"<rss></rss>", {})


def test_errors_come_through(worker: Worker) -> None:
    with pytest.raises(NotAFeed, match="no item") as caught:
        worker.parse(b"<html/>", {})
    assert not isinstance(caught.value, ParserLost)


def test_the_whole_chain_runs_there_too(worker: Worker) -> None:
    assert worker.parse_whole(RSS, {}) == parse(RSS, {})
    with pytest.raises(NotAFeed, match="web page"):
        worker.parse_whole(b"<html></html>", {})


def test_calls_from_many_threads_take_turns(worker: Worker) -> None:
    found: list[str] = []

    def ask(number: int) -> None:
        body = RSS.replace(b"<title>F<", f"<title>{number}<".encode())
        found.append(worker.parse(body, {}).feed.title)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [str(number) for number in range(6)]


def test_it_starts_again_after_it_was_closed_or_killed(worker: Worker) -> None:
    worker.close()
    assert worker.parse(RSS, {}).entries
    running = worker._process
    assert running is not None
    running.kill()
    running.wait()
    assert worker.parse(RSS, {}).entries


@pytest.mark.case_id(122)
def test_case_122_a_body_that_kills_the_parser_is_tried_once_more(tmp_path: Path) -> None:
    worker = Worker(scripted(tmp_path, "os.kill(os.getpid(), signal.SIGKILL)"), deadline_s=20)
    with pytest.raises(ParserLost, match="died twice"):
        worker.parse(RSS, {})
    pids = starts(tmp_path)
    assert len(pids) == 2
    assert not any(map(is_alive, pids))
    with pytest.raises(ParserLost):
        worker.parse(RSS, {})
    assert len(starts(tmp_path)) == 4  # the pool is rebuilt for the next body


@pytest.mark.case_id(122)
def test_case_122_a_parser_that_hangs_is_killed_for_real(tmp_path: Path) -> None:
    worker = Worker(scripted(tmp_path, "time.sleep(600)"), deadline_s=0.2)
    with pytest.raises(ParserLost, match=r"stopped after 0\.2 s"):
        worker.parse(b"x" * 5_000_000, {})  # more than a pipe holds: the write is cut off too
    (pid,) = starts(tmp_path)
    assert not is_alive(pid)


@pytest.mark.parametrize(
    ("command", "why"),
    [
        ((sys.executable, "-c", "import nothing_of_this_name"), "ModuleNotFoundError: No module named 'nothing_of_"),
        ((sys.executable, "-c", "raise SystemExit(7)"), "ended with code 7"),
        (("/missing/python",), "No such file or directory"),
        ((sys.executable, "-c", "import time; time.sleep(600)"), r"not ready after 0\.5 s"),
    ],
)
def test_a_process_that_never_starts_is_no_fault_of_the_body(command: tuple[str, ...], why: str) -> None:
    with pytest.raises(ParserAbsent, match=why) as told:
        Worker(command, start_s=0.5 if "600" in command[-1] else 20).parse(RSS, {})
    assert "can't be started" in str(told.value)
    assert "make setup" in str(told.value)
    assert "died" not in str(told.value)
    assert "\n" not in str(told.value)
    assert told.value.exit_code == 1


def test_it_starts_with_what_it_parses_with_and_no_source() -> None:
    """Each start of a process waits for its imports: sources, an event loop and HTTP are none of its business."""
    told = "import sys, bot.sources.parsing.process; print(*sys.modules, sep='\\n')"
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True, timeout=60)
    loaded = set(done.stdout.split())
    assert {"bot.sources.parsing.chain", "lxml.etree"} <= loaded
    assert not loaded & {"aiohttp", "asyncio", "subprocess", "http.client", "bot.ports", "bot.sources.hkex"}


def test_what_a_parser_warns_of_does_not_hold_it_up() -> None:
    """Standard error is read until the process is ready: a parser that fills the pipe later would wait for ever."""
    warns = "import os, sys, bot.sources.parsing.process as p\nserve = p.serve\n"
    warns += "p.serve = lambda *pipes: (os.write(2, b'w' * 1_000_000), serve(*pipes))\np.main()"
    worker = Worker((sys.executable, "-c", warns), deadline_s=20)
    try:
        assert worker.parse(RSS, {}).entries
    finally:
        worker.close()


def test_a_process_that_talks_nonsense(tmp_path: Path) -> None:
    with pytest.raises(ParserLost):
        Worker(scripted(tmp_path, "sys.stdout.buffer.write(b'\\xff' * 99)"), deadline_s=20).parse(RSS, {})


def test_the_shared_worker_is_one() -> None:
    assert shared_worker() is shared_worker()


# ── frames and the process's own loop ──────────────────────────────────────────────────────────────────────────


def test_a_feed_survives_its_frames() -> None:
    entry = ParsedEntry("i", "l", "t \ud800", "s", "c", parse_date(NOON), "o", "8-K", "en", (("a", "b"),))
    feed = ParsedFeed(FeedInfo("f", "l"), (entry, entry._replace(published=None)), complete=False, ttl_s=60)
    opening, *entries = frames.pack(feed)
    again = frames.unpack(json.loads(opening), entries)
    assert again == feed._replace(entries=tuple(e._replace(title="t ?") for e in feed.entries))


def test_serving_until_the_input_ends() -> None:
    requests, answers = io.BytesIO(), io.BytesIO()
    for body, whole_chain in ((RSS, True), (RSS, False), (b"<html/>", True), (b"\xff", False)):
        frames.write(requests, json.dumps({"headers": {}, "chain": whole_chain}).encode())
        frames.write(requests, body)
    requests.seek(0)
    parsing_process.serve(requests, answers)
    answers.seek(0)
    assert frames.read(answers) == b"ready"
    for _ in range(2):
        assert json.loads(frames.read(answers))["entries"] == 1
        frames.read(answers)
    for _ in range(2):
        assert "error" in json.loads(frames.read(answers))
    with pytest.raises(EOFError):
        frames.read(answers)


def test_what_feedparser_can_not_take_is_an_error_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    def gives_up(*_: object) -> ParsedFeed:
        raise RecursionError("deep")

    monkeypatch.setattr(parsing_process, "parse_by_reference", gives_up)
    (answer,) = parsing_process._answer({}, RSS, whole_chain=False)
    assert json.loads(answer) == {"error": "feedparser gave up: RecursionError"}


# ── off the event loop ─────────────────────────────────────────────────────────────────────────────────────────

SMALL = RSS
MEDIUM = RSS.replace(b"<item>", b"<item><x>" + b"word " * 20_000 + b"</x>")
BIG = RSS.replace(b"<item>", b"<item><x>" + b"word " * (THREAD_BYTES // 4) + b"</x>")


@pytest.mark.parametrize("body", [SMALL, MEDIUM, BIG], ids=["small", "medium", "big"])
async def test_bodies_of_every_size(body: bytes) -> None:
    async with Parser() as parser:
        assert (await parser.parse(body, {})).entries == parse(RSS, {}).entries
        with pytest.raises(NotAFeed):
            await parser.parse(b"<html>" + b" " * len(body), {})


async def test_a_hopeless_body_goes_to_the_process(tmp_path: Path) -> None:
    told = json.dumps({"error": "hopeless"})
    answer = f"sys.stdout.buffer.write(len({told!r}).to_bytes(4, 'big') + {told!r}.encode()); sys.stdout.flush()\n"
    worker = Worker(scripted(tmp_path, READ_BODY + answer + "time.sleep(600)"), deadline_s=20)
    async with Parser(worker) as parser:
        for body in (b"<item>", b"<item>" + b" " * 100_000):
            worker.close()
            with pytest.raises(NotAFeed, match="hopeless"):
                await parser.parse(body, {})


async def test_the_event_loop_goes_on_meanwhile(tmp_path: Path) -> None:
    """The process answers only once the loop has done something else: a blocked loop would never get there."""
    done = tmp_path / "done"
    wait = (
        f"while not os.path.exists({str(done)!r}): time.sleep(0.005)\n"
        "told = b'{\"error\": \"at last\"}'\nsys.stdout.buffer.write(len(told).to_bytes(4, 'big') + told); "
        "sys.stdout.flush()\n"
    )
    async with Parser(Worker(scripted(tmp_path, wait), deadline_s=20)) as parser:
        task = asyncio.create_task(parser.parse(b"<item>", {}))
        await asyncio.sleep(0)
        await asyncio.to_thread(done.write_text, "x")
        with pytest.raises(NotAFeed, match="at last"):
            await task


def test_the_process_limits_its_memory_and_ends_with_its_input() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bot.sources.parsing.process"], input=b"", capture_output=True, check=True, timeout=60
    )
    assert done.stdout == b"\0\0\0\x05ready"
