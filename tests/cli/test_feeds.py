"""`tocsin feeds` as its users type it."""

from __future__ import annotations

import asyncio
import base64
import json
import shlex
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import StringIO
from pathlib import Path

import pytest
from rich.cells import cell_len
from rich.console import Console

from bot.cli.feedtable import print_feeds
from bot.core.errors import ConfigError, NotAFeed
from bot.ports import Feed, FeedSpec
from bot.sources.discover import Preview
from tests.cli.conftest import Run, answering, lines


def test_feeds_are_added_listed_checked_exported_imported_and_removed(run: Run, feeds: str, tmp_path: Path) -> None:
    url = f"{feeds}/harbour-wire.rss"
    added = run("feeds", "add", url, input="y\n")
    assert "27 entries" in added.output, added.output
    assert "Added" in added.output
    again = run("feeds", "add", url.replace("http://", "feed://"), "--yes").output
    assert "Watched already" in again
    assert "To undo" not in again
    (row,) = [line for line in run("feeds", "list").output.splitlines() if "Harbour Wire" in line]
    assert row.endswith(url)  # what pause, resume and remove are given
    (row,) = json.loads(run("feeds", "list", "--json").output)
    assert row["url"] == url
    assert run("feeds", "check").output.startswith("well")
    assert run("feeds", "check").exit_code == 0
    failed = run("feeds", "check", f"{feeds}/absent", "--json")
    (checked,) = lines(failed.output)
    assert checked["state"] == "fails"
    assert f"{feeds}/absent" not in checked["detail"]  # it stands beside
    assert failed.exit_code == 1
    assert "is paused. To undo: tocsin feeds resume" in run("feeds", "pause", url).output
    assert "Nothing was changed" in run("feeds", "pause", url).output
    assert "paused" in run("feeds", "list").output
    assert "is polled. To undo: tocsin feeds pause" in run("feeds", "resume", url).output
    assert "not polled yet" in run("feeds", "list").output
    assert run("feeds", "resume", f"{feeds}/absent").exit_code == 1
    said = run("feeds", "export", str(tmp_path / "out.opml"))
    assert (said.exit_code, said.output) == (0, f"Wrote 1 feed to {tmp_path}/out.opml.\n")
    assert "<outline" in run("feeds", "export", "-").output
    said = run("feeds", "remove", url).output.strip()
    assert said == f"No longer watched: {url}. To undo: tocsin feeds add {url} --name 'Harbour Wire' --lang en"
    (tmp_path / "wrong.opml").write_text("no feeds")
    assert str(run("feeds", "import", str(tmp_path / "wrong.opml")).exception).startswith(
        f"{tmp_path}/wrong.opml: not "
    )
    assert "1 feed added." in run("feeds", "import", str(tmp_path / "out.opml")).output
    assert "0 feeds added; 1 was there already" in run("feeds", "import", str(tmp_path / "out.opml")).output


def test_a_feed_of_the_list_that_is_removed_is_said_to_come_back(
    run: Run, feeds: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url, listed = f"{feeds}/harbour-wire.rss", tmp_path / "feeds.toml"
    monkeypatch.setenv("TOCSIN_FEEDS_FILE", str(listed))
    for text, said in (
        (
            f'[[feed]]\nurl = "{url}"\n',
            f"No longer watched until the next start, for {listed} lists it: {url}. To undo",
        ),
        ("[[feed]]\nurl = 3\n", f"No longer watched: {url}. To undo"),
    ):
        listed.write_text(text, "utf-8")
        assert run("feeds", "add", url, "--yes").exit_code == 0
        assert run("feeds", "remove", url).output.startswith(said)


@pytest.mark.usefixtures("untraced")
def test_what_a_feed_was_given_comes_back_by_what_undoes_its_removal_and_by_a_list(
    run: Run, feeds: str, tmp_path: Path
) -> None:
    url = f"{feeds}/harbour-wire.rss"
    given = ("--name", "The Wire", "--kind", "google-news", "--tier", "wire", "--lang", "en")
    assert run("feeds", "add", url, *given, "--yes").exit_code == 0
    before = json.loads(run("feeds", "list", "--json").output)
    run("feeds", "export", str(tmp_path / "out.opml"))
    assert 'text="The Wire"' in (tmp_path / "out.opml").read_text(encoding="utf-8")
    removed = run("feeds", "remove", url).output.strip()
    assert removed.endswith(f"tocsin feeds add {url} --name 'The Wire' --kind google-news --tier wire --lang en")
    assert run("feeds", "import", str(tmp_path / "out.opml")).exit_code == 0
    assert json.loads(run("feeds", "list", "--json").output) == before
    run("feeds", "remove", url)
    assert run(*shlex.split(removed.partition("To undo: tocsin ")[2]), "--yes").exit_code == 0
    assert json.loads(run("feeds", "list", "--json").output) == before


def test_a_feed_that_is_watched_is_not_asked_about(run: Run, feeds: str) -> None:
    url = f"{feeds}/harbour-wire.rss"
    run("feeds", "add", url, "--yes")
    assert run("feeds", "add", url).output == f"Watched already: {url}.\nNothing was changed.\n"


@pytest.fixture
def moved(feeds: str) -> Iterator[str]:
    """A server whose feeds are all elsewhere, below /for-good for good."""

    class Elsewhere(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(301 if self.path.startswith("/for-good/") else 302)
            self.send_header("Location", f"{feeds}/{self.path.rpartition('/')[2]}")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def test_a_feed_that_has_moved_for_good_is_watched_where_it_is(run: Run, feeds: str, moved: str) -> None:
    now = f"{feeds}/harbour-wire.rss"
    said = run("feeds", "add", f"{moved}/for-good/harbour-wire.rss", "--yes").output
    assert f"{now} ({moved}/for-good/harbour-wire.rss has moved there for good)" in said
    assert f"Added: {now}. To undo: tocsin feeds remove {now}" in said
    again = run("feeds", "add", f"{moved}/for-good/harbour-wire.rss", "--yes").output
    assert f"Watched already: {now} ({moved}/for-good/harbour-wire.rss has moved there for good)." in again
    today = f"{moved}/today/policy-desk.rss"
    assert f"Added: {today}." in run("feeds", "add", today, "--yes").output, "elsewhere for now is no move"


def test_a_kind_that_is_named_is_taken(run: Run, feeds: str) -> None:
    """By its own address alone, most kinds of source can't be found."""
    url = f"{feeds}/harbour-wire.rss"
    unknown = run("feeds", "add", url, "--kind", "googlenews", "--yes")
    assert isinstance(unknown.exception, NotAFeed)
    assert "google-news" in str(unknown.exception)
    assert f"Added: {url}." in run("feeds", "add", url, "--kind", "google-news", "--yes").output
    assert json.loads(run("feeds", "list", "--json").output)[0]["kind"] == "google-news"


def test_a_key_in_a_feeds_path_is_on_no_screen(run: Run, tmp_path: Path) -> None:
    secret = "3b1f8a526c0d4e1b9a772f90c1d4e6ab"
    (tmp_path / "f.toml").write_text(f'[[feed]]\nurl = "https://a.example/private/{secret}/rss"\n')
    assert run("feeds", "import", str(tmp_path / "f.toml")).exit_code == 0
    said = run("feeds", "list").output + run("feeds", "list", "--json").output
    said += run("feeds", "pause", "https://a.example/private/…/rss").output
    said += run("feeds", "remove", f"https://a.example/private/{secret}/rss").output
    assert secret not in said
    assert "is paused" in said
    assert "No longer watched: https://a.example/private/…/rss. To undo: tocsin feeds add URL" in said


def test_a_feeds_password_is_on_no_screen_and_not_on_the_disk(
    run: Run, feeds: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOCSIN_STORE_PATH", "private.db")
    url = f"{feeds}/harbour-wire.rss".replace("://", "://ann:s3cret@")
    said = run("feeds", "add", url, "--yes").output
    assert b"s3cret" in Path("private.db").read_bytes(), "without a key it stands there as it is"
    monkeypatch.setenv("TOCSIN_ENCRYPTION_KEY", base64.b64encode(bytes(32)).decode())
    said += run("feeds", "list", "--json").output + run("doctor", "--offline").output
    assert "Watched already" in run("feeds", "add", url, "--yes").output
    assert run("feeds", "check").output.startswith("well")
    assert "is paused" in run("feeds", "pause", url).output
    assert run("backup", "copy.db").exit_code == 0
    said += run("feeds", "export", "out.opml").output + Path("out.opml").read_text()
    kept = b"".join(path.read_bytes() for path in Path().glob("*.db*"))
    assert "s3cret" not in said
    assert b"s3cret" not in kept
    monkeypatch.setenv("TOCSIN_ENCRYPTION_KEY", base64.b64encode(bytes([1] * 32)).decode())
    assert "TOCSIN_ENCRYPTION_KEY is not the key" in run("feeds", "check").output
    assert "can't be opened" in run("doctor", "--offline").output
    monkeypatch.setenv("TOCSIN_ENCRYPTION_KEY", base64.b64encode(bytes(32)).decode())
    assert "No longer watched" in run("feeds", "remove", url).output


def test_in_a_pipe_each_feed_has_one_line_however_long_its_address_is(run: Run, feeds: str, tmp_path: Path) -> None:
    url = f"{feeds}/{'long-' * 20}feed"
    body = f'<opml version="2.0"><body><outline type="rss" text="Long" xmlUrl="{url}"/></body></opml>'
    (tmp_path / "one.opml").write_text(body, encoding="utf-8")
    assert "1 feed added" in run("feeds", "import", "one.opml").output
    _, row = run("feeds", "list").output.splitlines()
    assert row.startswith("Long ")
    assert row.rstrip().endswith(url)


@pytest.mark.parametrize("width", [80, 120])
def test_on_a_terminal_addresses_are_whole_and_columns_stand_below_each_other(width: int) -> None:
    url = f"https://example.com/{'long-' * 30}feed"
    gone = Feed(1, url, source="A name of an outlet that goes on and on, longer than a window is", state="gone")
    gone = replace(gone, errors=9, last_error="410 Gone: the feed was taken away for good, and its server says so " * 2)
    well = Feed(2, "https://ann:s3cret@example.com/b", "federal-register", source="联邦公报", lang="zh", last_ok=1)
    paused = Feed(3, "https://example.com/c", title="C", state="paused", errors=2, last_error="503 Unavailable")
    out = StringIO()
    print_feeds([gone, well, paused], Console(file=out, width=width, force_terminal=True, color_system=None))
    head, first, address, *trouble, second, hidden, third, last = out.getvalue().splitlines()
    assert address == f"  {url}", "as a terminal opens it"
    assert " ".join(map(str.strip, trouble)) == gone.last_error.strip()
    assert hidden == "  https://example.com/b"
    assert last == "  https://example.com/c"
    at = [head.index(column) for column in ("kind", "tier", "lang", "state")]
    assert [third[column:].split()[0] for column in (at[0], at[1], at[3])] == ["feed", "trade", "paused"]
    assert first[at[3] :] == "gone"
    assert second.split() == ["联邦公报", "federal-register", "trade", "zh", "well"]
    assert all(cell_len(line) <= width for line in (head, first, second, third, *trouble))
    assert ("…" in first) == (width == 80), "cut where it must be"


@pytest.mark.parametrize("terminal", [True, False])
def test_feeds_of_one_outlet_are_told_apart_by_their_titles(*, terminal: bool) -> None:
    """Their addresses differ in what is not shown."""
    feeds = [Feed(n, f"https://sec.example/list?type={form}", title=f"SEC filings: {form}", source="SEC EDGAR")
        for n, form in enumerate(("S-1", "8-K"))]  # fmt: skip
    alone = Feed(3, "https://example.com/c", title="All posts", source="The Verge")
    out = StringIO()
    print_feeds([*feeds, alone], Console(file=out, width=100, force_terminal=terminal, color_system=None))
    assert "SEC EDGAR · SEC filings: S-1" in out.getvalue()
    assert "SEC EDGAR · SEC filings: 8-K" in out.getvalue()
    assert "All posts" not in out.getvalue()


def test_where_nobody_answers_a_feed_is_not_added_and_yes_is_named(run: Run, feeds: str) -> None:
    asked = run("feeds", "add", f"{feeds}/edgar.atom")
    assert isinstance(asked.exception, ConfigError)
    assert "--yes" in str(asked.exception)
    assert "No feeds yet" in run("feeds", "list").output


@pytest.fixture
def several(feeds: str, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses of the feeds that are found behind any page."""
    urls = [f"{feeds}/{name}" for name in ("edgar.atom", "harbour-wire.rss", "policy-desk.rss")]

    async def found(*_: object) -> list[Preview]:
        return [Preview(FeedSpec(url, title=url), 1, ()) for url in urls]

    monkeypatch.setattr("bot.sources.discover.discover", found)
    return urls


def test_a_feed_of_several_is_picked_by_its_number_alone(run: Run, feeds: str, several: list[str]) -> None:
    assert f"Added: {several[1]}" in run("feeds", "add", feeds, input="2\n").output


def test_of_several_feeds_those_that_are_not_watched_are_offered(run: Run, feeds: str, several: list[str]) -> None:
    """When the first was known, nothing could be added any more."""
    first = run("feeds", "add", feeds, "--yes").output
    assert first.endswith(f"To add another: tocsin feeds add {several[1]}\n")
    second = run("feeds", "add", feeds, "--yes").output
    assert second.startswith(f"Watched already: {several[0]}.\n1. {several[1]}: ")
    assert f"Added: {several[1]}." in second
    assert f"Added: {several[2]}." in run("feeds", "add", feeds, input="y\n").output
    assert run("feeds", "add", feeds).output.endswith(f"Watched already: {several[2]}.\nNothing was changed.\n")


def test_hosts_are_checked_side_by_side_and_told_in_order(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first waits for the second: one after the other, neither would end."""
    urls = [f"https://{host}.example/feed" for host in ("a", "b")]
    rows = "".join(f'<outline type="rss" xmlUrl="{url}"/>' for url in urls)
    (tmp_path / "two.opml").write_text(f'<opml version="2.0"><body>{rows}</body></opml>', encoding="utf-8")
    assert "2 feeds added" in run("feeds", "import", "two.opml").output
    waiting: list[asyncio.Event] = []

    async def met(spec: FeedSpec, *_: object) -> Preview:
        waiting.append(asyncio.Event())
        if len(waiting) == len(urls):
            for one in waiting:
                one.set()
        await asyncio.wait_for(waiting[-1].wait(), 30)
        return Preview(spec, 1, ())

    monkeypatch.setattr("bot.sources.discover.preview", met)
    shown = lines(run("feeds", "check", "--json").output)
    assert [(line["url"], line["state"]) for line in shown] == [(url, "well") for url in urls]


def test_a_feed_is_added_under_a_name_with_its_weight_and_language(run: Run, feeds: str) -> None:
    more = ("--name", "Harbour", "--tier", "official", "--lang", "zh")
    assert "Added" in run("feeds", "add", f"{feeds}/harbour-wire.rss", "--yes", *more).output
    (row,) = json.loads(run("feeds", "list", "--json").output)
    assert (row["source"], row["tier"], row["lang"]) == ("Harbour", "official", "zh")
    for lang in ("english", "zz"):
        wrong = run("feeds", "add", f"{feeds}/edgar.atom", "--yes", "--lang", lang)
        assert wrong.exit_code == 2
        assert f"“{lang}” is not a language code such as en or zh" in wrong.output
    assert run("feeds", "add", f"{feeds}/edgar.atom", "--yes", "--tier", "gold").exit_code == 2


def test_declining_a_feed_changes_nothing(run: Run, feeds: str) -> None:
    assert "Nothing was changed" in run("feeds", "add", f"{feeds}/edgar.atom", input="n\n").output
    assert json.loads(run("feeds", "list", "--json").output) == []


def test_an_address_that_does_not_answer_and_a_feed_that_nobody_wants_leave_no_database(run: Run, feeds: str) -> None:
    Path("tocsin.db").unlink()
    assert run("feeds", "add", f"{feeds}/absent", "--yes").exit_code == 1
    assert "Nothing was changed" in run("feeds", "add", f"{feeds}/harbour-wire.rss", input="n\n").output
    assert not list(Path().glob("tocsin.*"))
    assert "Added" in run("feeds", "add", f"{feeds}/harbour-wire.rss", "--yes").output


def test_the_shipped_list_can_be_imported(run: Run) -> None:
    path = Path(__file__).parents[2] / "config" / "feeds.toml"
    assert "feeds added." in run("feeds", "import", str(path)).output


def test_removing_a_feed_that_is_none_is_refused(run: Run) -> None:
    result = run("feeds", "remove", "https://user:secret@nowhere.example/feed")
    assert isinstance(result.exception, ConfigError)
    assert "secret" not in str(result.exception)


def test_a_feed_is_named_by_its_address_as_the_list_shows_it(run: Run, tmp_path: Path) -> None:
    kept = ("https://a.example/api?key=1", "https://b.example/api?key=1", "https://b.example/api?key=2")
    outlines = "".join(f'<outline type="rss" xmlUrl="{url}"/>' for url in kept)
    (tmp_path / "three.opml").write_text(f'<opml version="2.0"><body>{outlines}</body></opml>', encoding="utf-8")
    assert run("feeds", "import", "three.opml").output == "3 feeds added.\n"
    assert run("feeds", "import", "three.opml").output.startswith("0 feeds added; 3 were there already and stay as bef")
    shown = sorted(row["url"] for row in json.loads(run("feeds", "list", "--json").output))
    assert shown == ["https://a.example/api?…", "https://b.example/api?…", "https://b.example/api?…"]
    assert "is paused" in run("feeds", "pause", shown[0]).output
    several = run("feeds", "remove", shown[1])
    assert "2 feeds are shown as https://b.example/api?…; give one whole" in str(several.exception)
    assert "No longer watched" in run("feeds", "remove", kept[2]).output
    assert "No longer watched" in run("feeds", "remove", shown[1]).output
    assert len(json.loads(run("feeds", "list", "--json").output)) == 1


def test_a_place_that_can_not_be_written_to_is_named(run: Run) -> None:
    said = run("feeds", "export", "absent/out.opml")
    assert isinstance(said.exception, ConfigError)
    assert str(said.exception) == "absent/out.opml: No such file or directory"


def test_an_address_without_a_scheme_is_of_https_wherever_one_is_named(run: Run, tmp_path: Path) -> None:
    outline = '<outline type="rss" xmlUrl="https://a.example/feed"/>'
    (tmp_path / "one.opml").write_text(f'<opml version="2.0"><body>{outline}</body></opml>', encoding="utf-8")
    run("feeds", "import", "one.opml")
    assert "https://a.example/feed is paused" in run("feeds", "pause", "a.example/feed").output
    assert "https://127.0.0.1:9/feed" in run("feeds", "check", "127.0.0.1:9/feed").output
    assert "https://a.example/feed is polled" in run("feeds", "resume", " HTTPS://A.example/feed#top\n").output
    assert "https://a.example/Feed is not among" in str(run("feeds", "pause", "A.example/Feed").exception)
    assert "No longer watched" in run("feeds", "remove", "a.example/feed").output


def test_check_says_when_there_is_no_feed(run: Run) -> None:
    assert "No feeds yet: tocsin run adds those" in run("feeds", "check").output
    assert run("feeds", "check", "--json").output == ""


@pytest.mark.parametrize(
    ("name", "body", "said"),
    [
        (
            "search_by_date?tags=story",
            b'{"hits": [{"objectID": "1", "title": "Chips", "url": "https://a.example/1"}]}',
            "created_at_i is missing or has changed in 1 of 1 items; 1 entry; newest: Chips",
        ),
        (
            "cut.rss",
            b"<rss><channel><title>x</title><item><title>Whole</title><link>https://a.example/1</link></item><item><ti",
            "its body was cut: only what came whole was read; 1 entry; newest: Whole",
        ),
    ],
)
def test_an_answer_that_is_not_whole_is_called_so_where_feeds_are_checked_listed_and_examined(
    run: Run, tmp_path: Path, name: str, body: bytes, said: str
) -> None:
    kind = "hackernews" if "search" in name else "feed"
    with answering(body) as site:
        (tmp_path / "own.toml").write_text(f'[[feed]]\nurl = "{site}/{name}"\nkind = "{kind}"\n')
        assert "1 feed added" in run("feeds", "import", str(tmp_path / "own.toml")).output
        checked = run("feeds", "check")
        assert checked.output.startswith("partial ")
        assert checked.output.rstrip().endswith(said)
        assert checked.exit_code == 0
