"""The command line in a folder of its own, and feeds served from loopback."""

from __future__ import annotations

import asyncio
import json
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import cli, main
from bot.configure import resolve
from bot.demo.server import DemoServer
from bot.store import open_store

Run = Callable[..., Result]


@pytest.fixture(scope="session")
def some_topics(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A part of the shipped topic files, so that not each command of a test compiles all of them."""
    folder = tmp_path_factory.mktemp("topics")
    for name in ("companies", "export-controls", "infrastructure", "lists"):
        shutil.copy2(resolve("config/topics") / f"{name}.toml", folder)
    return folder


def new_database() -> None:
    """An empty one where commands look for theirs."""
    asyncio.run(open_store("tocsin.db", clock=lambda: 0).close())


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, some_topics: Path) -> Run:
    """Runs a command as a user does, beside an empty database, without any of our own environment."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.argv", ["tocsin"])
    new_database()
    monkeypatch.setenv("TOCSIN_TOPICS_DIR", str(some_topics))
    for name in ("DISCORD_TOKEN", "SLACK_BOT_TOKEN", "TOCSIN_STORE_PATH"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TOCSIN_FETCH_ALLOW_PRIVATE", "127.0.0.0/8")
    monkeypatch.setenv("TOCSIN_FETCH_HOST_INTERVAL_MS", "0")
    monkeypatch.setenv("COLUMNS", "100")

    def invoke(*args: str, input: str | None = None) -> Result:  # noqa: A002 - click's own word
        return CliRunner().invoke(cli, list(args), input=input)

    return invoke


@pytest.fixture
def fails(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, run: Run
) -> Callable[..., tuple[int, str]]:
    """Runs a command through `main`, as the console script does; gives its exit code and what it said on stderr."""

    def invoke(*args: str) -> tuple[int, str]:
        monkeypatch.setattr("sys.argv", ["tocsin", *args])
        with pytest.raises(SystemExit) as ended:
            main()
        return int(ended.value.code or 0), capsys.readouterr().err

    return invoke


@pytest.fixture
def feeds() -> Iterator[str]:
    """The demo's feeds, whole, on loopback; the server's address."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    server = DemoServer(0)
    asyncio.run_coroutine_threadsafe(server.start(), loop).result(10)
    yield server.url
    asyncio.run_coroutine_threadsafe(server.close(), loop).result(10)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(10)
    loop.close()


@contextmanager
def answering(body: bytes) -> Iterator[str]:
    """A server on loopback that answers every address with one body; its address."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nothing on the terminal."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join(10)


def write_jsonl(path: Path, *rows: dict[str, object]) -> str:
    """A JSON lines file."""
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return str(path)


def lines(text: str) -> list[dict[str, object]]:
    """The objects of JSON lines."""
    return [json.loads(line) for line in text.splitlines()]


@pytest.fixture(autouse=True)
def _quick_callbacks() -> None:
    """A command has its loop for itself: nobody waits while it reads its files."""
