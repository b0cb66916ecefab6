"""The command line as its users type it."""

from __future__ import annotations

import json
import re
import shlex
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlite_utils import Database

from bot.cli import cli, main
from bot.cli.lazy import PLACES
from bot.cli.live import watching
from bot.core.commands.spec import COMMANDS
from bot.core.errors import ConfigError
from bot.store.sql.migrations import STEPS, VERSION
from bot.store.sqlite.opening import APPLICATION_ID
from tests.cli.conftest import Run, lines


@pytest.mark.usefixtures("untraced")
@pytest.mark.parametrize("name", sorted(cli.commands))
def test_every_command_has_help_with_an_example(run: Run, name: str) -> None:
    result = run(name, "--help")
    assert result.exit_code == 0
    assert "Example: tocsin" in result.output or name == "feeds"


@pytest.mark.usefixtures("untraced")
@pytest.mark.parametrize("name", PLACES["ask"])
def test_the_example_of_a_help_can_be_typed(run: Run, name: str) -> None:
    (example,) = re.findall("Example: tocsin (.+)", run(name, "--help").output)
    assert "Usage:" not in run(*shlex.split(example)).output, example


def test_subscribing_listing_and_unsubscribing(run: Run) -> None:
    done = run("subscribe", "export-controls")
    assert "This terminal now gets alerts about" in done.output
    assert "To undo" in done.output
    held = run("subscriptions").output
    assert "Chip export controls" in held
    assert "Edit" not in held  # a terminal has no buttons
    query = run("subscribe", "lang:zh", "芯片", "-彩票")
    assert "now gets alerts" in query.output, query.output
    listed = json.loads(run("subscriptions", "--json").output)
    assert len(listed["items"]) == 2
    assert "no longer" in run("unsubscribe", "export-controls").output


def test_who_subscribes_to_a_topic_hears_what_it_is_about_once(run: Run) -> None:
    assert run("subscribe", "export-controls").output.count("What it is about: What states do to the sale") == 1
    assert "What it is about" not in run("subscribe", "export-controls").output
    assert "What it is about" not in run("subscribe", "gallium").output


def test_options_are_typed_as_in_chat_too(run: Run) -> None:
    run("subscribe", "export-controls", "mode=hourly", "title:a=b")  # what is no option is a part of the query
    assert "title:a-b" in run("subscriptions").output
    assert run("unsubscribe", "export-controls title:a-b").exit_code == 0
    run("subscribe", "export-controls")
    done = run("edit", "export-controls", "mode=daily 08:30")
    assert "08:30" in done.output, done.output
    assert "at 07:15" in run("edit", "export-controls", "mode=daily", "07:15").output
    assert "on Friday at 17:00" in run("edit", "export-controls", "--mode", "weekly", "fri", "17:00").output
    assert "on Sunday at 09:00" in run("edit", "export-controls", "--mode", "weekly", "sunday").output
    assert "on Tuesday" in run("edit", "--mode=weekly", "tues", "export-controls").output
    assert "Berlin" in run("settings", "timezone=Europe/Berlin").output
    assert run("settings", "loose").exit_code == 2
    assert run("settings", "language=zh-CN").exit_code == 2
    assert "--mention" not in run("settings", "--help").output + run("subscribe", "--help").output
    assert "no webhook nope" in str(run("pause", "channel=webhook:nope").exception)


def test_a_query_that_is_subscribed_says_what_it_would_have_brought(run: Run) -> None:
    assert "Nothing is stored yet, so “gallium” could not be tried" in run("subscribe", "gallium").output


def test_the_start_says_what_it_watches_and_for_whom() -> None:
    assert watching({"feeds": 1, "subscriptions": 2, "entries": 9}) == "Watching 1 feed for 2 subscriptions."
    first, note = watching({"feeds": 2}).splitlines()
    assert first.startswith("Watching 2 feeds. Nothing is subscribed yet")
    assert "alerts nobody" in note


def test_a_name_that_edit_takes_from_other_keywords_was_meant(run: Run) -> None:
    run("subscribe", "gallium", "--name", "Our metals")
    run("subscribe", "germanium")
    assert "Our metals" in run("edit", "germanium", "--name", "Our metals").output
    assert "germanium" in run("subscribe", "our metals").output


def test_a_refusal_ends_with_2(run: Run) -> None:
    result = run("subscribe", "(((")
    assert result.exit_code == 2
    assert "column" in result.output


@pytest.mark.usefixtures("untraced")
@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (["latest", "-n", "5"], "No such option '-n'. Did you mean '--n'?"),
        (["trend", "--page", "9"], "No such option '--page'."),
        (["edit", "smic", "--thread", "story"], "No such option '--thread'.\n"),
        (["subscribe", "smic", "--sevrity=breaking"], "No such option '--sevrity'. Did you mean '--severity'?"),
    ],
)
def test_what_looks_like_an_option_is_no_word_of_a_query(run: Run, typed: list[str], said: str) -> None:
    refused = run(*typed)
    assert (refused.exit_code, said in refused.output) == (2, True), refused.output
    assert run("search", "chip", "-nvidia").exit_code == 0
    assert run("search", "vitamin -c").exit_code == 0


def test_a_misspelt_topic_is_asked_about_instead_of_watched_as_a_word(run: Run) -> None:
    asked = run("subscribe", "exprot-controls")
    assert asked.exit_code == 2
    assert "Its id is export-controls" in " ".join(asked.output.split())
    assert "Nothing is subscribed" in run("subscriptions").output
    assert run("subscribe", '"exprot-controls"').exit_code == 0


@pytest.mark.parametrize(
    "line", ["subscribe smic mod=hourly", "edit smic mod=hourly", "subscribe smic severty=notable"]
)
def test_a_misspelt_option_is_no_keyword(run: Run, line: str) -> None:
    refused = run(*line.split())
    assert (refused.exit_code, "; did you mean" in refused.output) == (2, True), refused.output
    assert "Nothing is subscribed" in run("subscriptions").output


def test_lookups_answer_on_an_empty_store(run: Run) -> None:
    for args in (["topics"], ["latest"], ["search", "smic"], ["sources"], ["status"], ["trend", "export-controls"]):
        result = run(*args)
        assert result.exit_code == 0, (args, result.output)
        assert result.output.strip()


@pytest.mark.parametrize(
    "typed",
    ["latest", "search smic", "preview smic", "settings", "feeds list", "feeds export x", "backup x", "stories audit"],
)
def test_a_look_where_there_is_no_database_says_so_and_makes_none(run: Run, tmp_path: Path, typed: str) -> None:
    """An empty one would answer as if nothing had come, whoever looks from the wrong folder."""
    Path("tocsin.db").unlink()
    said = str(run(*typed.split()).exception)
    assert said == (
        f"there is no database at {tmp_path / 'tocsin.db'}; tocsin run makes one, TOCSIN_STORE_PATH names another"
    )
    assert not any(path.is_file() for path in tmp_path.iterdir())


def test_a_copy_of_no_database_makes_neither(run: Run) -> None:
    Path("tocsin.db").unlink()
    assert "there is no database" in str(run("migrate", "--to", "other.db").exception)
    assert not Path("tocsin.db").exists()
    assert not Path("other.db").exists()


@pytest.mark.parametrize("address", ["postgresql://x@127.0.0.1:1/none", "postgresql://x@127.0.0.1:1", "postgresql://%"])
def test_what_is_wrong_with_the_address_of_a_copy_is_said_of_it(
    run: Run, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("psycopg")
    monkeypatch.setattr("bot.store.postgres.adapter._FIRST_WAIT_S", 0.05)
    said = str(run("migrate", "--to", address).exception)
    assert "--to" in said
    assert "DATABASE_URL" not in said


@pytest.mark.usefixtures("untraced")
def test_what_comes_from_files_needs_no_database_and_what_a_channel_wishes_makes_one(run: Run) -> None:
    Path("tocsin.db").unlink()
    assert "Chips and chipmaking" in run("topics").output
    assert "· database: there is no database at" in run("doctor", "--offline").output.replace("\n  ", " ")
    assert not Path("tocsin.db").exists()
    assert "Berlin" in run("settings", "timezone=Europe/Berlin").output
    assert "This terminal now gets" in run("subscribe", "export-controls").output


def test_a_topic_file_is_tried_against_what_is_loaded(run: Run, tmp_path: Path) -> None:
    head = '[[topic]]\nid = "export-controls"\ntitle = { en = "Exports" }\n'
    changed = tmp_path / "changed.toml"
    changed.write_text(head + 'any = ["zzz"]\n', encoding="utf-8")
    assert "export-controls, as changed, would have gained 0 and lost 0" in run("preview", "changed.toml").output
    changed.write_text(head.replace("export-controls", "mine") + 'any = ["zzz"]\n', encoding="utf-8")
    assert "Nothing is stored yet, so “Exports” could not be tried" in run("preview", "changed.toml").output
    assert "Nothing is stored yet" in run("preview", "export-controls").output


@pytest.mark.parametrize(
    ("text", "said"), [("any = 3", "any"), ("[lists]\na = []", "no [[topic]]"), ("[[topic]]\nid = 1", "needs an id")]
)
def test_a_topic_file_that_is_wrong_is_refused(run: Run, tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "changed.toml").write_text(text, encoding="utf-8")
    error = run("preview", "changed.toml").exception
    assert isinstance(error, ConfigError)
    assert "changed.toml" in str(error)
    assert said in str(error)


def test_a_trend_is_drawn_to_a_file_when_there_is_something_to_draw(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("PIL")
    chart = tmp_path / "chart.png"
    empty = run("trend", "export-controls", "--png", str(chart))
    assert (empty.exit_code, chart.exists()) == (0, False)
    assert "no chart" in empty.output
    assert "picture" not in json.loads(run("trend", "export-controls", "--json").output)
    row = {
        "id": 1,
        "title": "New export controls on chips",
        "source": "Wire",
        "published": datetime.now(UTC).isoformat(),
    }
    (tmp_path / "in.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")
    store = str(tmp_path / "t.db")
    assert run("replay", "in.jsonl", "--db", store, "--out", "out.jsonl").exit_code == 0
    monkeypatch.setenv("TOCSIN_STORE_PATH", store)
    for look in ([], ["--dark"]):
        assert run("trend", "export-controls", "--days", "2", "--png", str(chart), *look).exit_code == 0
        assert chart.read_bytes().startswith(b"\x89PNG")
    unwritable = run("trend", "export-controls", "--png", str(tmp_path / "none" / "chart.png")).exception
    assert isinstance(unwritable, ConfigError)


def an_older_database(version: int = VERSION - 1) -> None:
    Path("tocsin.db").unlink()
    with closing(Database("tocsin.db", execute_plugins=False)) as old:
        STEPS.apply(old, stop_before=STEPS.pending(old)[version].name)
        old.conn.execute(f"pragma application_id = {APPLICATION_ID}")
        old.conn.execute(f"pragma user_version = {version}")


def version_of(file: str) -> int:
    with closing(sqlite3.connect(file)) as db:
        return int(db.execute("pragma user_version").fetchone()[0])


def test_a_backup_of_an_older_database_leaves_it_and_is_as_old(run: Run) -> None:
    """Whoever brought the new version before the backup can still go back."""
    an_older_database()
    said = run("backup", "before.db")
    assert said.exit_code == 0
    assert "of the older version" in said.output
    assert version_of("tocsin.db") == version_of("before.db") == VERSION - 1
    assert run("migrate").exit_code == 0
    assert "older" not in run("backup", "after.db").output


@pytest.mark.usefixtures("untraced")
@pytest.mark.parametrize("version", range(1, VERSION))
def test_a_backup_of_any_older_database_comes_back_as_old(run: Run, version: int) -> None:
    an_older_database(version)
    assert run("backup", "before.db").exit_code == 0
    assert run("migrate").exit_code == 0
    said = run("restore", "before.db")
    assert said.exit_code == 0, said.exception
    assert version_of("tocsin.db") == version
    assert run("migrate").exit_code == 0
    assert run("status").exit_code == 0


def test_a_proxy_that_is_none_stops_only_what_asks_somebody(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "socks5://proxy.example:1080")
    Path("in.jsonl").write_text(json.dumps({"id": "1", "url": "", "title": "Chips", "source": "x"}))
    for line in ("status", "subscribe export-controls", "replay in.jsonl"):
        assert run(*line.split()).exit_code == 0, line
    for line in ("run", "feeds add https://news.example/feed", "doctor --offline"):
        said = run(*line.split())
        assert said.exit_code != 0
        assert "HTTPS_PROXY is no proxy" in f"{said.output} {said.exception}"


@pytest.mark.usefixtures("untraced")
@pytest.mark.parametrize(
    "line",
    [
        "status",
        "topics",
        "feeds list",
        "subscribe export-controls",
        "doctor --offline",
        "replay in.jsonl --db tocsin.db",
    ],
)
def test_an_older_database_is_upgraded_by_migrate_alone(run: Run, line: str) -> None:
    """The version that wrote it may be running: a look by the new one would take its database from under it."""
    an_older_database()
    Path("in.jsonl").touch()
    said = run(*line.split())
    assert said.exit_code != 0
    assert "tocsin migrate" in f"{said.output} {said.exception}"
    assert version_of("tocsin.db") == VERSION - 1
    assert run("migrate").exit_code == 0
    assert version_of("tocsin.db") == VERSION


def test_migrate_backup_and_restore(run: Run, tmp_path: Path) -> None:
    assert "up to date and sound" in run("migrate").output
    run("subscribe", "export-controls")
    assert "MB" in run("backup", "copy.db").output
    assert isinstance(run("backup", "copy.db").exception, ConfigError)
    run("unsubscribe", "export-controls")
    restored = run("restore", "copy.db").output
    assert "is now the same as copy.db. What was there before is kept as " in restored
    assert (tmp_path / restored.split()[-1].rstrip(".")).exists()
    held = run("subscriptions").output
    assert "Chip export controls" in held
    assert "Edit" not in held  # a terminal has no buttons


@pytest.mark.usefixtures("untraced")
def test_doctor_says_what_is_well_and_what_to_do(run: Run) -> None:
    result = run("doctor", "--offline")
    assert result.exit_code == 0, result.output
    assert "✓ database" in result.output
    assert "TOCSIN_FETCH_CONTACT" in result.output
    found = lines(run("doctor", "--offline", "--json").output)
    assert {"configuration", "topics", "database"} <= {str(row["about"]) for row in found}


@pytest.mark.usefixtures("untraced")
def test_doctor_is_folded_between_words_on_a_terminal(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = run("doctor", "--offline").output
    for name, value in {"FORCE_COLOR": "1", "NO_COLOR": "1", "TERM": "dumb", "COLUMNS": "60", "LINES": "24"}.items():
        monkeypatch.setenv(name, value)
    shown = re.sub(r"\x1b\[[0-9;]*m", "", run("doctor", "--offline").output)
    assert max(map(len, whole.splitlines())) > 60 >= max(map(len, shown.splitlines()))
    assert shown.split() == whole.split()


@pytest.mark.usefixtures("untraced")
def test_doctor_checks_the_network(run: Run, feeds: str) -> None:
    run("feeds", "add", f"{feeds}/edgar.atom", "--yes")
    result = run("doctor")
    assert "✓ network" in result.output, result.output
    assert "no token is set" in result.output


def test_doctor_names_a_host_that_can_not_be_reached(run: Run, tmp_path: Path) -> None:
    (tmp_path / "feeds.opml").write_text(
        '<opml version="2.0"><body><outline type="rss" text="x" xmlUrl="http://127.0.0.1:9/feed"/></body></opml>'
    )
    run("feeds", "import", "feeds.opml")
    result = run("doctor")
    assert result.exit_code == 1
    assert "✗ network" in result.output


def test_doctor_names_a_wrong_setting_and_a_foreign_database(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "tocsin.db").write_bytes(b"this is no database" * 99)
    assert "✗ database" in run("doctor", "--offline").output
    monkeypatch.setenv("TOCSIN_POLL_FLOR_S", "3")
    result = run("doctor", "--offline")
    assert result.exit_code == 1
    assert "did you mean TOCSIN_POLL_FLOOR_S?" in result.output


def test_failures_are_one_line_and_a_code(fails: Callable[..., tuple[int, str]], tmp_path: Path) -> None:
    (tmp_path / "tocsin.db").write_bytes(b"this is no database" * 99)
    code, said = fails("latest")
    assert code == 4
    assert said.startswith("tocsin: ")
    assert "Traceback" not in said
    assert len(said.strip().splitlines()) == 1
    code, said = fails("dance")
    assert code == 2


def test_a_channel_is_paused_and_resumed_on_the_terminal(run: Run) -> None:
    run("subscribe", "chipmaking")
    assert "paused" in run("pause").output.lower()
    assert run("resume").exit_code == 0
    assert run("template", "chipmaking", "--try", "*{title}* [({outlets})]").exit_code == 0


def test_the_terminal_has_every_command_that_is_not_chats_alone() -> None:
    assert {command.name for command in COMMANDS} - set(cli.commands) == {"test", "help"}


def test_keywords_get_a_name_that_later_runs_know(run: Run) -> None:
    done = run("subscribe", "smic OR 中芯", "--name", "Our foundry")
    assert "now gets alerts about Our foundry" in done.output, done.output
    listed = json.loads(run("topics", "--json").output)["items"][0]
    assert (listed["title"], listed["detail"]) == ("Our foundry", "Named here: smic OR 中芯")
    assert "is already subscribed to Our foundry" in run("subscribe", "our", "FOUNDRY").output
    again = run("subscribe", "gallium", "--name", "Our foundry")
    assert "1 channel follows" in again.output, again.output
    refused = run("subscribe", "gallium", "--name", "export-controls")
    assert (refused.exit_code, "already has this name" in refused.output) == (2, True)
    ended = run("unsubscribe", "Our foundry", "--forget").output
    assert ("is no longer a name here" in ended, ended.count("To undo")) == (True, 1), ended


def test_a_number_at_the_end_is_a_count_as_in_chat(run: Run) -> None:
    said = run("latest", "export-controls", "5")
    assert said.output == "No stories yet for export-controls.\n"
    assert "in 30 days" in run("trend", "export-controls", "30").output
    assert "“n” must be a number from" in run("latest", "4711").output
    assert run("latest", "gpt 5").output == "No stories yet for gpt 5.\n"  # one word of the shell's


@pytest.mark.usefixtures("untraced")
@pytest.mark.parametrize("name", ["latest", "subscribe", "unsubscribe", "trend", "search", "why"])
def test_bytes_that_are_no_text_are_no_crash(run: Run, name: str) -> None:
    said = run(name, "caf\udce9")
    assert isinstance(said.exception, SystemExit | None), said.exception
    assert "caf" in said.output


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("demo --db empty.jsonl/none/x.db", "empty.jsonl/none: Not a directory; --db names another place"),
        ("demo --db tocsin.db", "tocsin.db is in use, but not by a demo; --db names another file"),
        ("preview absent.toml", "absent.toml: can't be read: No such file or directory"),
        ("stories tune empty.jsonl", "empty.jsonl holds no pairs"),
        ("migrate --to=", "--to names no database"),
    ],
)
def test_what_can_not_be_done_is_said_in_one_line(run: Run, line: str, told: str) -> None:
    Path("empty.jsonl").touch()
    run("subscribe", "export-controls")
    said = run(*line.split(" "))
    assert isinstance(said.exception, ConfigError), said.output
    assert str(said.exception).startswith(told)


def test_what_undoes_a_subscription_and_its_end_can_be_typed_as_it_is_told(run: Run) -> None:
    told = run("subscribe", '"data centre" OR datacenter', "mode=daily 09:00").output
    program, *undo = shlex.split(told.partition("To undo: ")[2].splitlines()[0].removesuffix("."))
    ended = run(*undo).output
    assert (program, "no longer gets alerts" in ended) == ("tocsin", True)
    program, *undo = shlex.split(ended.partition("To undo: ")[2].splitlines()[0].removesuffix("."))
    run(*undo)
    held = json.loads(run("subscriptions", "--json").output)["items"]
    assert [item["title"] for item in held] == ['"data centre" OR datacenter']
    assert "at 09:00" in held[0]["detail"]


def test_what_is_told_to_type_is_told_as_the_program_was_called(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a new clone only `.venv/bin/tocsin` works."""
    assert "type for example: tocsin edit" not in run("subscriptions").output
    here = ".venv/bin/tocsin"
    monkeypatch.setattr("sys.argv", [here])
    assert f"To undo: {here} unsubscribe" in run("subscribe", "export-controls").output
    assert f"To start the bot: {here} run" in run("status").output
    assert f"No feeds yet: {here} run adds" in run("feeds", "list").output
    assert f"Example: {here} edit export-controls" in run("edit", "--help").output
    assert f"Example: {here} feeds add" in run("feeds", "add", "--help").output
    assert f"Add one: {here} webhook add" in run("webhook", "list").output


def test_refusals_tell_it_too(run: Run, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    for line, said in (
        ("feeds remove https://example.com/", "; .venv/bin/tocsin feeds list shows them"),
        ("subscribe --chanel=x chips", "Try '.venv/bin/tocsin subscribe --help'"),
    ):
        monkeypatch.setattr("sys.argv", [".venv/bin/tocsin", *line.split()])
        with pytest.raises(SystemExit):
            main()
        assert said in capsys.readouterr().err
