"""Tokens at rest: sealed with a key, readable after the key changed, useless without it."""

from __future__ import annotations

import base64
import json

import pytest
from slack_sdk.oauth.installation_store import Installation

from bot.core.errors import ConfigError
from handlers.seal import Seal
from handlers.slack.installs import Installations
from tests.fakes.memory import Forgetful

OLD, NEW = (base64.b64encode(bytes([255 - fill]) * 32).decode() for fill in (0, 4))


def installation() -> Installation:
    return Installation(team_id="T1", user_id="U1", bot_token="xoxb-secret", bot_scopes="chat:write")


async def find(store: Installations) -> Installation | None:
    return await store.async_find_installation(enterprise_id=None, team_id="T1")


async def test_sealed_and_opened() -> None:
    memory = Forgetful()
    await Installations(memory, Seal(OLD)).async_save(installation())
    kept = await memory.recall("slack.install.T1")
    assert "xoxb" not in kept
    found = await find(Installations(memory, Seal(OLD)))
    assert found is not None
    assert (found.bot_token, found.bot_scopes, found.team_id) == ("xoxb-secret", ["chat:write"], "T1")


async def test_keys_change_without_a_new_install() -> None:
    memory = Forgetful()
    await Installations(memory, Seal(OLD)).async_save(installation())
    assert await find(Installations(memory, Seal(f"{NEW}, {OLD}"))) is not None
    assert await find(Installations(memory, Seal(NEW))) is not None  # sealed anew when it was read


async def test_without_the_key_the_token_is_lost_and_said(caplog: pytest.LogCaptureFixture) -> None:
    memory = Forgetful()
    await Installations(memory, Seal(OLD)).async_save(installation())
    assert await find(Installations(memory, Seal(NEW))) is None
    assert await find(Installations(memory, Seal())) is None
    assert caplog.text.count("TOCSIN_ENCRYPTION_KEY") == 2
    assert {record.__dict__["record"] for record in caplog.records} == {"slack.install.T1"}
    assert "xoxb" not in caplog.text


async def test_what_was_kept_in_the_open_is_sealed_once_there_is_a_key() -> None:
    memory = Forgetful()
    await Installations(memory, Seal()).async_save(installation())
    assert "xoxb" in await memory.recall("slack.install.T1")
    assert await find(Installations(memory, Seal(OLD))) is not None
    assert "xoxb" not in await memory.recall("slack.install.T1")


@pytest.mark.parametrize("key", ["short", "x" * 44, "é" * 44])
def test_a_key_that_is_none(key: str) -> None:
    with pytest.raises(ConfigError, match="openssl rand"):
        Seal(key)


async def test_nothing_without_a_workspace() -> None:
    store = Installations(Forgetful(), Seal())
    assert await store.async_find_installation(enterprise_id="E1", team_id=None) is None
    assert await find(store) is None


async def test_only_what_is_needed_is_kept() -> None:
    memory = Forgetful()
    full = installation()
    full.user_token = "xoxp-person"
    await Installations(memory, Seal()).async_save(full)
    kept = json.loads((await memory.recall("slack.install.T1")).removeprefix("plain:"))
    assert "user_token" not in kept
