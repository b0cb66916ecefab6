"""What a sentence tells to type is what was typed."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.called import pip, program


@pytest.fixture
def typed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An environment in the working directory, beside which no search path leads anywhere; its folder of programs."""
    folder = tmp_path / ".venv" / "bin"
    folder.mkdir(parents=True)
    for name in ("tocsin", "pip", "python"):
        (folder / name).touch(mode=0o755)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("sys.executable", str(folder / "python"))
    monkeypatch.setattr("sys.argv", [".venv/bin/tocsin", "demo"])
    return folder


def test_in_a_checkout_it_is_named_with_its_folder(typed: Path) -> None:
    assert (program(), pip()) == (".venv/bin/tocsin", ".venv/bin/pip")


def test_where_a_search_path_leads_to_it_its_name_is_enough(typed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(typed))
    monkeypatch.setattr("sys.argv", [str(typed / "tocsin")])
    assert (program(), pip()) == ("tocsin", "pip")


def test_elsewhere_it_is_named_whole(typed: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "else where").mkdir()
    monkeypatch.chdir(tmp_path / "else where")
    monkeypatch.setattr("sys.argv", [str(typed / "tocsin")])
    assert program() == str(typed / "tocsin")


def test_as_a_module_it_is_named_so(typed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["/anywhere/bot/__main__.py"])
    assert program() == ".venv/bin/python -m bot"
