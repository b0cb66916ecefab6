"""docs/operation.md, docs/metrics.md and the files that run the program: what they name exists, what they run runs."""

from __future__ import annotations

import configparser
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bot.cli import cli
from bot.configure import load_settings
from bot.vitals import Vitals
from handlers.web.metrics import GAUGES, exposition, gauges_text

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "operation.md").read_text(encoding="utf-8")
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
COMPOSE = (ROOT / "compose.yaml").read_text(encoding="utf-8")
UNIT = ROOT / "deploy" / "tocsin.service"
METRIC = re.compile(r"tocsin_[a-z_]+")


def unit() -> configparser.ConfigParser:
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(UNIT, encoding="utf-8")
    return parser


def code_of(*folders: str) -> str:
    return "\n".join(path.read_text(encoding="utf-8") for folder in folders for path in (ROOT / folder).rglob("*.py"))


def test_every_command_of_the_page_exists() -> None:
    named = set(re.findall(r"`(?:tocsin|docker compose exec tocsin python -m bot) ([a-z]+)", PAGE))
    named |= set(re.findall(r"(?:/bin/tocsin|--rm tocsin) ([a-z]+)", PAGE))
    assert {"backup", "restore", "migrate", "doctor", "run", "status"} <= named
    assert named <= set(cli.commands)


def test_every_file_of_the_page_exists() -> None:
    named = re.findall(r"`(Procfile|Dockerfile|compose\.yaml|deploy/[\w.]+|\.env\.example)`", PAGE)
    assert named
    assert all((ROOT / name).is_file() for name in named)


def test_every_log_line_of_the_page_is_logged() -> None:
    lines = re.findall(r"^\| `(.+?)` \|", PAGE.partition("## What the log says")[2], re.MULTILINE)
    code = code_of("bot") + code_of("handlers")
    assert len(lines) > 10
    assert [line for line in lines if line not in code] == []


def test_every_metric_of_the_page_is_one() -> None:
    named = set(METRIC.findall(PAGE))
    assert {"tocsin_backlog_oldest_seconds", "tocsin_store_bytes"} <= named
    assert named <= set(METRIC.findall((ROOT / "docs" / "metrics.md").read_text(encoding="utf-8")))


def test_every_variable_is_a_setting(tmp_path: Path) -> None:
    """An unknown TOCSIN_ variable stops the start: none may stand in the files."""
    unit_text = UNIT.read_text(encoding="utf-8")
    sets = dict(re.findall(r"(TOCSIN_[A-Z_]+)=([^\s`]+)", DOCKERFILE + unit_text + PAGE))
    assert {"TOCSIN_STORE_PATH", "TOCSIN_WEB_HOST"} <= sets.keys()
    assert load_settings(sets, dotenv=None).store.path.endswith(".db")
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    file = tmp_path / ".env"
    file.write_text(re.sub(r"^#(TOCSIN_\w+=)", r"\1", example, flags=re.MULTILINE), encoding="utf-8")
    assert load_settings({}, dotenv=str(file))


def test_procfile_runs_the_bot() -> None:
    lines = (ROOT / "Procfile").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if not line.startswith("#")] == ["worker: tocsin run"]


def test_bytecode_is_made_where_none_can_be_written_later() -> None:
    """A confined service and a container without it compile the program anew at every start and command."""
    made = "compileall -q bot handlers"
    assert made in (ROOT / "Makefile").read_text(encoding="utf-8")
    assert max(DOCKERFILE.index(f"COPY {package}") for package in ("bot", "handlers")) < DOCKERFILE.index(made)


def test_the_container_holds_what_the_program_needs(tmp_path: Path) -> None:
    """Its COPY and ENTRYPOINT, done here: the program starts from these folders alone and finds its data."""
    for source, target in re.findall(r"^COPY (\S+) (\S+)$", DOCKERFILE, re.MULTILINE):
        found, place = ROOT / source, tmp_path / "app" / target
        place.parent.mkdir(parents=True, exist_ok=True)
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(found, place, ignore=ignored) if found.is_dir() else shutil.copy(found, place)
    entry = json.loads(re.findall(r"^ENTRYPOINT (.+)$", DOCKERFILE, re.MULTILINE)[0])
    env = {name: value for name, value in os.environ.items() if not name.startswith("TOCSIN_")}
    database = tmp_path / "data" / "tocsin.db"
    database.parent.mkdir()
    done = subprocess.run(
        [sys.executable, *entry[1:], "migrate"],
        cwd=tmp_path / "app",
        env=env | {"TOCSIN_STORE_PATH": str(database)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert database.is_file()


def test_the_container_is_not_root_and_its_requirements_are_hashed() -> None:
    assert re.search(r"^USER 10001$", DOCKERFILE, re.MULTILINE)
    assert "--require-hashes --requirement requirements/run.txt" in DOCKERFILE
    assert json.loads(re.findall(r"^CMD (.+)$", DOCKERFILE, re.MULTILINE)[0]) == ["run"]
    kept = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    assert all(f"!{source}" in kept for source in re.findall(r"^COPY (\S+)", DOCKERFILE, re.MULTILINE))


@pytest.mark.parametrize(
    "line", ["read_only: true", "restart: unless-stopped", "- data:/data", "env_file: .env", "driver: local"]
)
def test_compose_says(line: str) -> None:
    assert line in COMPOSE.replace("      ", "").replace("    ", "").splitlines()


def test_the_unit_is_confined_and_runs_a_command_that_exists() -> None:
    service = unit()["Service"]
    assert (service["Restart"], service["RestartPreventExitStatus"]) == ("always", "2")  # but for a wrong setting
    assert service["ExecStart"].split()[1] in cli.commands
    assert service["DynamicUser"] == "yes"
    assert service["ProtectSystem"] == "strict"
    assert service["StateDirectory"] in service["WorkingDirectory"]


def test_systemd_takes_the_unit(tmp_path: Path) -> None:
    if not (tool := shutil.which("systemd-analyze")):
        pytest.skip("systemd-analyze is not installed")
    copy = tmp_path / "tocsin.service"
    copy.write_text(re.sub(r"/opt/tocsin\S+", "/bin/true", UNIT.read_text(encoding="utf-8")), encoding="utf-8")
    done = subprocess.run([tool, "verify", str(copy)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "tocsin.service" not in done.stderr


def shown() -> set[str]:
    board = json.loads((ROOT / "deploy" / "grafana.json").read_text(encoding="utf-8"))
    asked = " ".join(target["expr"] for panel in board["panels"] for target in panel["targets"])
    return {name.removesuffix("_bucket") for name in METRIC.findall(asked)}


def test_the_dashboard_shows_the_documented_metrics() -> None:
    page = (ROOT / "docs" / "metrics.md").read_text(encoding="utf-8")
    assert shown() == set(re.findall(r"^\| `(tocsin_[a-z_]+)`", page, re.MULTILINE))


def test_the_dashboards_metrics_are_exported() -> None:
    text = exposition({}, {}, {}, Vitals()) + gauges_text(dict.fromkeys(GAUGES, 0))
    assert shown() == set(re.findall(r"^# TYPE (\S+)", text, re.MULTILINE))
