"""Settings: files, environment, limits, and one line for each thing that is wrong."""

from __future__ import annotations

import re
import tomllib
from dataclasses import fields
from pathlib import Path
from typing import get_type_hints

import pytest

from bot.configure import config_dir, load_settings, resolve
from bot.core.errors import ConfigError
from bot.settings import Secrets, Settings

DEFAULT = Path(__file__).parents[2] / "config" / "default.toml"


def test_the_defaults_are_right_as_shipped() -> None:
    settings = load_settings({}, dotenv=None)
    assert settings.poll.floor_s < settings.poll.ceiling_s
    assert settings.web.host == "127.0.0.1"


def test_every_key_is_a_setting_and_is_explained() -> None:
    table = tomllib.loads(DEFAULT.read_text(encoding="utf-8"))
    hints = get_type_hints(Settings)
    for section, body in table.items():
        assert set(body) == {field.name for field in fields(hints[section])}, section
    sections = {name for name in hints if name not in ("secrets", "endpoints", "proxies")}
    assert sections == set(table)
    for line in DEFAULT.read_text(encoding="utf-8").splitlines():
        if re.match(r"\w+ = ", line):
            assert "#" in line, f"{line} has no comment"


def test_the_environment_wins_over_a_file_over_the_defaults(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text('[poll]\nfloor_s = 10\nceiling_s = 500\n[fetch]\nallow_private = ["10.0.0.0/8"]\n')
    env = {"TOCSIN_CONFIG": str(own), "TOCSIN_POLL_FLOOR_S": "20", "TOCSIN_FETCH_ALLOW_PORTS": "8080, 8443"}
    settings = load_settings(env, dotenv=None)
    assert (settings.poll.floor_s, settings.poll.ceiling_s) == (20, 500)
    assert settings.fetch.allow_private == ("10.0.0.0/8",)
    assert settings.fetch.allow_ports == ("8080", "8443")


def test_a_dotenv_file_gives_way_to_the_environment(tmp_path: Path) -> None:
    dotenv = tmp_path / ".env"
    dotenv.write_text("DISCORD_TOKEN=from-file\nTOCSIN_WEB_PORT=1\n")
    settings = load_settings({"TOCSIN_WEB_PORT": "0"}, dotenv=str(dotenv))
    assert settings.secrets.discord_token == "from-file"
    assert settings.web.port == 0


def test_a_dotenv_file_may_begin_with_a_mark_and_must_be_utf_8(tmp_path: Path) -> None:
    dotenv = tmp_path / ".env"
    dotenv.write_bytes(b"\xef\xbb\xbfDISCORD_TOKEN=from-file\n")
    assert load_settings({}, dotenv=str(dotenv)).secrets.discord_token == "from-file"
    dotenv.write_bytes("DISCORD_TOKEN=x".encode("utf-16"))
    with pytest.raises(ConfigError, match=r"\.env: not UTF-8 \(invalid start byte at byte 1\); save it as UTF-8"):
        load_settings({}, dotenv=str(dotenv))


@pytest.mark.parametrize(
    ("env", "said"),
    [
        ({"TOCSIN_POLL_FLOR_S": "1"}, "did you mean TOCSIN_POLL_FLOOR_S?"),
        ({"TOCSIN_STORE_PATH": " "}, "store.path (TOCSIN_STORE_PATH) is empty; name a file, such as tocsin.db"),
        ({"DATABASE_URL": "sqlite://"}, "store.path (TOCSIN_STORE_PATH) is empty; name a file, such as tocsin.db"),
        ({"DATABASE_URL": "s3cr3t.db"}, "DATABASE_URL is no address; write postgresql://"),
        ({"TOCSIN_NONSENSE": "1"}, "is not a setting"),
        ({"TOCSIN_POLL_FLOOR_S": "often"}, "poll.floor_s must be a whole number"),
        ({"TOCSIN_POLL_FLOOR_S": "0"}, "poll.floor_s must lie between 1 and 86400"),
        ({"TOCSIN_POLL_FLOOR_S": "4000"}, "above poll.ceiling_s"),
        ({"TOCSIN_POLL_LEASE_S": "25"}, "fetch.deadline_s must be shorter than poll.lease_s"),
        ({"TOCSIN_LANES_LEASE_S": "15"}, "send_deadline_s must be shorter than lanes.lease_s"),
        ({"TOCSIN_LOG_LEVEL": "loud"}, "log.level must be one of"),
        ({"TOCSIN_LANES_SEND_DEADLINE_S": "300"}, "must be shorter than"),
        ({"DISCORD_API_BASE": "localhost:8000"}, "DISCORD_API_BASE is no address of a server; write https://host"),
        ({"SLACK_API_BASE": "http://[::1"}, "SLACK_API_BASE is no address of a server"),
        ({"DISCORD_GATEWAY_URL": "https://x.example"}, "DISCORD_GATEWAY_URL is no address of a server; write wss://"),
        ({"WEB_TOKEN": "too short"}, "WEB_TOKEN must have 16 characters"),
        ({"TOCSIN_CONFIG": "/nowhere.toml"}, "no such file"),
        ({"TOCSIN_CONFIG": "/"}, "/: can't be read: Is a directory"),
    ],
)
def test_what_is_wrong_is_named_with_what_would_be_right(env: dict[str, str], said: str) -> None:
    with pytest.raises(ConfigError, match=re.escape(said)):
        load_settings(env, dotenv=None)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[pol]\nfloor_s = 1\n", "did you mean poll?"),
        ("[poll]\nfloor = 1\n", "did you mean floor_s?"),
        ("poll = 3\n", "is not a section"),
        ('[poll]\nfloor_s = "x"\n', "whole number"),
        ("[poll]\nfloor_s = true\n", "whole number"),
        ("[store]\npath = 3\n", "must be text in quotes"),
        ("[fetch]\nallow_ports = 3\n", "must be a list"),
        ("not toml", "not valid TOML"),
        ("a = " + "[" * 5000, "not valid TOML: brackets within brackets"),
        ("a = " + "1" * 5000, "not valid TOML"),
    ],
)
def test_a_wrong_file_stops_the_start(tmp_path: Path, text: str, said: str) -> None:
    own = tmp_path / "own.toml"
    own.write_text(text)
    with pytest.raises(ConfigError, match=re.escape(said)):
        load_settings({"TOCSIN_CONFIG": str(own)}, dotenv=None)


def test_a_file_may_begin_with_the_mark_that_some_editors_write(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_bytes(b"\xef\xbb\xbf[poll]\r\nfloor_s = 7\r\n")
    assert load_settings({"TOCSIN_CONFIG": str(tmp_path / "own.toml")}, dotenv=None).poll.floor_s == 7


def test_a_default_file_that_lacks_a_key_is_named(tmp_path: Path) -> None:
    lacking = DEFAULT.read_text(encoding="utf-8").replace("floor_s", "# floor_s", 1)
    (tmp_path / "default.toml").write_text(lacking, encoding="utf-8")
    with pytest.raises(ConfigError, match="floor_s is missing"):
        load_settings({"TOCSIN_CONFIG_DIR": str(tmp_path)}, dotenv=None)


def test_shipped_data_is_found_from_anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert resolve("config/feeds.toml", {}) == DEFAULT.parent / "feeds.toml"
    assert resolve("own.toml", {}) == Path("own.toml")
    assert config_dir({"TOCSIN_CONFIG_DIR": "/x"}) == Path("/x")


def test_secrets_are_never_shown() -> None:
    secrets = Secrets(discord_token="abc-secret", slack_client_secret="other-secret")
    assert "secret" not in repr(secrets).replace("Secrets", "")
    assert set(secrets.values()) == {"abc-secret", "other-secret"}


@pytest.mark.parametrize(
    ("url", "file"), [("sqlite:///a/b.db", "a/b.db"), ("sqlite:////a/b.db", "/a/b.db"), ("sqlite:b.db", "b.db")]
)
def test_an_address_of_sqlite_is_another_way_to_name_the_file(url: str, file: str) -> None:
    settings = load_settings({"DATABASE_URL": url}, dotenv=None)
    assert (settings.store.path, settings.secrets.database_url, settings.database) == (file, "", file)
