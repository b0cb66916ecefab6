"""The command line starts with what is asked of it, and no more."""

from __future__ import annotations

import os
import pkgutil
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
from click.shell_completion import ShellComplete
from click.testing import CliRunner

import bot.cli
from bot.cli import cli
from bot.cli.lazy import PLACES, SECTIONS, LazyGroup, load
from tests.cli.conftest import new_database

ROOT = Path(__file__).parents[2]
FAMILIES = {
    name: module.COMMANDS
    for _, name, _ in pkgutil.iter_modules(bot.cli.__path__)
    if hasattr(module := import_module(f"bot.cli.{name}"), "COMMANDS")
}
LIBRARIES = ("discord", "slack_bolt", "slack_sdk", "aiohttp", "lxml", "feedparser", "jinja2", "cryptography", "PIL")
OURS = ("bot.sources", "bot.pipeline", "bot.runtime", "handlers.discord", "handlers.slack", "handlers.web")


def test_every_command_stands_where_the_list_says() -> None:
    assert {family: tuple(names) for family, names in PLACES.items()} == {
        family: tuple(command.name for command in commands) for family, commands in FAMILIES.items()
    }
    for commands in FAMILIES.values():
        for command in commands:
            loaded = load(cli.commands[str(command.name)])
            assert (loaded.callback, loaded.params) == (command.callback, command.params)


@pytest.mark.parametrize("width", [45, 60, 78, 81, 200])
def test_every_sentence_is_the_one_of_the_command(width: int) -> None:
    for commands in FAMILIES.values():
        for command in commands:
            assert cli.commands[str(command.name)].get_short_help_str(width) == command.get_short_help_str(width)


@pytest.mark.parametrize("columns", ["80", "100"])
def test_the_help_is_that_of_a_group_that_has_all_at_hand(columns: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    whole = LazyGroup(
        "cli",
        commands=[command for commands in FAMILIES.values() for command in commands],
        help=cli.help,
        epilog=cli.epilog,
        params=cli.params,
        context_settings=cli.context_settings,
    )
    said = CliRunner().invoke(cli, ["--help"], prog_name="tocsin")
    assert said.output == CliRunner().invoke(whole, ["--help"], prog_name="tocsin").output
    assert "subscriptions" in said.output


@pytest.mark.parametrize("group", [[], ["feeds"], ["stories"], ["webhook"]])
def test_no_sentence_of_a_command_is_cut_off(group: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    said = CliRunner().invoke(cli, [*group, "--help"]).output
    assert "..." not in said.partition("Options:")[2]
    assert max(map(len, said.splitlines())) <= 80


def test_every_command_stands_under_one_heading() -> None:
    listed_once = [name for names in SECTIONS.values() for name in names]
    assert sorted(listed_once) == sorted(cli.commands)
    said = CliRunner().invoke(cli, ["--help"]).output
    assert said.index("Run it:\n  run ") < said.index("Subscribe:\n  topics ") < said.index("Measure and script:")


@pytest.mark.parametrize("command", [[], ["subscribe"], ["feeds"], ["feeds", "add"]])
def test_help_is_what_the_option_prints(command: list[str]) -> None:
    said = CliRunner().invoke(cli, [*command, "--help"], prog_name="tocsin")
    assert CliRunner().invoke(cli, ["help", *command], prog_name="tocsin").output == said.output
    assert CliRunner().invoke(cli, ["help", "help", *command], prog_name="tocsin").output == said.output
    assert said.output.startswith("Usage: " + " ".join(["tocsin", *command]))


def test_help_within_a_group_and_of_no_command() -> None:
    assert (
        CliRunner().invoke(cli, ["feeds", "help", "add"]).output
        == CliRunner().invoke(cli, ["feeds", "add", "-h"]).output
    )
    said = CliRunner().invoke(cli, ["help", "nonsense"])
    assert (said.exit_code, "No such command 'nonsense'" in said.output) == (2, True)


def completed(args: list[str], incomplete: str) -> dict[str, str | None]:
    found = ShellComplete(cli, {}, "tocsin", "_TOCSIN_COMPLETE").get_completions(args, incomplete)
    return {item.value: item.help for item in found}


def test_names_sentences_options_and_choices_are_completed() -> None:
    assert completed([], "subscr") == {
        "subscribe": load(cli.commands["subscribe"]).get_short_help_str(),
        "subscriptions": load(cli.commands["subscriptions"]).get_short_help_str(),
    }
    assert {"--version", "--help"} <= completed([], "--").keys()
    assert {"--json", "--dark"} <= completed(["trend"], "--").keys()
    assert {"list", "add"} <= completed(["feeds"], "").keys()
    assert {"poll", "web"} <= completed(["run"], "").keys()


def test_a_command_that_is_not_there_is_told_with_what_is_near() -> None:
    said = CliRunner().invoke(cli, ["subscripions"])
    assert said.exit_code == 2
    assert "subscriptions" in said.output


def imported(folder: Path, *args: str, **env: str) -> set[str]:
    """What the program has imported at its end, every package and module of it."""
    code = (
        "import sys\nfrom bot.cli import main\n"
        "try:\n    main()\nfinally:\n    print(*sys.modules, file=sys.stderr, sep=chr(10))"
    )
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}
    done = subprocess.run(
        [sys.executable, "-c", code, *args],
        cwd=folder,
        env={**environment, "PYTHONPATH": str(ROOT), **env},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return set(done.stderr.split())


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_what_only_lists_the_commands_imports_none(tmp_path: Path, option: str) -> None:
    there = imported(tmp_path, option)
    assert there.isdisjoint((*LIBRARIES, *OURS, "rich", "sqlite_utils", "sqlite3", "asyncio", "bot.store"))
    assert {f"bot.cli.{family}" for family in FAMILIES}.isdisjoint(there)


@pytest.mark.parametrize("args", [("subscriptions",), ("latest",), ("feeds", "list"), ("search", "chip")], ids=" ".join)
def test_a_light_command_imports_no_source_and_no_platform(
    tmp_path: Path, some_topics: Path, args: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    new_database()
    there = imported(tmp_path, *args, TOCSIN_TOPICS_DIR=str(some_topics))
    assert there.isdisjoint((*LIBRARIES, *OURS))
    assert "bot.store" in there


def test_what_reads_a_file_imports_only_what_it_runs_it_through(tmp_path: Path, some_topics: Path) -> None:
    (tmp_path / "in.jsonl").write_text('{"id": "1", "title": "A chip"}\n')
    (tmp_path / "queries.jsonl").write_text('{"id": "1", "query": "chip"}\n')
    matching = imported(tmp_path, "match", "--queries", "queries.jsonl", "in.jsonl")
    assert matching.isdisjoint(
        (*LIBRARIES, "asyncio", "bot.core.stories.cluster", "bot.rules.rulebook", "bot.store", "sqlite_utils")
    )
    placing = imported(tmp_path, "replay", "in.jsonl", "--topics", str(some_topics))
    assert placing.isdisjoint(LIBRARIES)
    assert {"bot.core.stories.cluster", "bot.pipeline", "bot.store"} <= placing


def test_numpy_has_one_thread_although_the_store_imports_it_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "numpy.py").write_text(
        "import os, sys\nprint('threads', os.environ.get('OPENBLAS_NUM_THREADS'), file=sys.stderr)\nraise ImportError\n"
    )
    environment = {name: value for name, value in os.environ.items() if name != "OPENBLAS_NUM_THREADS"}
    new_database()
    done = subprocess.run(
        [sys.executable, "-m", "bot", "subscriptions"],
        cwd=tmp_path,
        env={**environment, "PYTHONPATH": f"{tmp_path}:{ROOT}"},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert done.stderr.splitlines()[:1] == ["threads 1"]
