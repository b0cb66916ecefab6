"""The manifest asks for what the code uses, and names what the code listens to."""

from __future__ import annotations

from pathlib import Path

from handlers.slack.app import FIND, SEARCH
from handlers.slack.events import ACCESS, HANDLED
from handlers.slack.ways import COMMAND
from handlers.slack.workspaces import SCOPES

MANIFEST = Path(__file__).parents[3] / "manifest.yaml"


def listed(indent: int, key: str) -> list[str]:
    """The items of one list of the manifest, without a YAML reader."""
    lines = iter(MANIFEST.read_text(encoding="utf-8").splitlines())
    next(line for line in lines if line == " " * indent + f"{key}:")
    found: list[str] = []
    for line in lines:
        if not line.startswith(" " * (indent + 2) + "- "):
            break
        found.append(line.strip().removeprefix("- "))
    return found


def test_scopes() -> None:
    assert tuple(listed(4, "bot")) == SCOPES


def test_events() -> None:
    others = {"app_home_opened", "app_uninstalled", "tokens_revoked", "member_joined_channel", "member_left_channel"}
    assert set(listed(4, "bot_events")) == {*HANDLED, *others}


def test_what_organisations_need_stands_ready() -> None:
    lines = MANIFEST.read_text(encoding="utf-8").splitlines()
    assert [line.split()[2] for line in lines if "# - team_access" in line] == list(ACCESS)
    assert any(line.startswith("  org_deploy_enabled: false") for line in lines)


def test_commands_and_shortcuts() -> None:
    text = MANIFEST.read_text(encoding="utf-8")
    assert f"command: {COMMAND}" in text
    assert "should_escape: true" in text
    for callback in (FIND, SEARCH):
        assert f"callback_id: {callback}" in text


def test_slacks_limits() -> None:
    text = MANIFEST.read_text(encoding="utf-8")
    limits = {"  name": 35, "  description": 140, "      description": 150, "    - name": 24, "      usage_hint": 1000}
    for key, limit in limits.items():
        found = [line.partition(": ")[2] for line in text.splitlines() if line.startswith(f"{key}: ")]
        assert found
        assert max(map(len, found)) <= limit
