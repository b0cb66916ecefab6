"""Reads settings: `config/default.toml`, then your file, then `.env`, then the environment. The last one wins."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from dotenv import dotenv_values

from bot.core.errors import ConfigError
from bot.core.tables import perhaps, tables
from bot.proxies import names_server, proxies_of
from bot.settings import Between, Endpoints, OneOf, Secrets, Settings, sqlite_file

_PLAIN = ("secrets", "endpoints", "proxies")
_TOKEN = 16  # characters of a token for the page: shorter ones can be guessed
_NOT_KEYS = ("TOCSIN_CONFIG", "TOCSIN_CONFIG_DIR", "TOCSIN_ENCRYPTION_KEY", "TOCSIN_SHARED", "TOCSIN_FAULT")
_ENDPOINTS = {
    "DISCORD_API_BASE": ("https", "http"),
    "DISCORD_GATEWAY_URL": ("wss", "ws"),
    "SLACK_API_BASE": ("https", "http"),
    "SUMMARY_LLM_URL": ("https", "http"),
}


def load_settings(environ: Mapping[str, str] | None = None, dotenv: str | None = ".env") -> Settings:
    """Settings from files and environment. Raises `ConfigError`: one line with the file, the key and what is right."""
    env = _environment(os.environ if environ is None else environ, dotenv)
    default = config_dir(env) / "default.toml"
    layers = [(str(default), _read(default))]
    if own := env.get("TOCSIN_CONFIG"):
        layers.append((own, _read(Path(own))))
    layers.append(("the environment", _from_environment(env)))
    return _build(layers, env)


def config_dir(env: Mapping[str, str]) -> Path:
    """Where the shipped data lies: TOCSIN_CONFIG_DIR, the checkout, or the installed share directory."""
    if chosen := env.get("TOCSIN_CONFIG_DIR"):
        return Path(chosen)
    checkout = Path(__file__).parent.parent / "config"
    return checkout if checkout.is_dir() else Path(sys.prefix) / "share" / "tocsin" / "config"


def resolve(path: str, environ: Mapping[str, str] | None = None) -> Path:
    """A path from settings: as given if it exists, else a `config/…` path looked up beside the shipped data."""
    given = Path(path).expanduser()
    if given.exists() or not path.startswith("config/"):
        return given
    return config_dir(os.environ if environ is None else environ) / path.removeprefix("config/")


def _environment(environ: Mapping[str, str], dotenv: str | None) -> dict[str, str]:
    from_file: dict[str, str | None] = {}
    if dotenv and Path(dotenv).is_file():
        try:
            from_file = dotenv_values(dotenv, encoding="utf-8-sig")  # some editors begin a file with a byte order mark
        except UnicodeDecodeError as error:
            raise ConfigError(
                f"{dotenv}: not UTF-8 ({error.reason} at byte {error.start + 1}); save it as UTF-8"
            ) from None
        except OSError as error:
            raise ConfigError(f"{dotenv}: can't be read: {error.strerror}") from None
    return {key: value for key, value in from_file.items() if value is not None} | dict(environ)


def _read(path: Path) -> dict[str, Any]:
    try:
        return tables(path.read_bytes(), f"{path}")
    except FileNotFoundError:
        raise ConfigError(
            f"{path}: no such file; TOCSIN_CONFIG names your own file, TOCSIN_CONFIG_DIR the folder of default.toml"
        ) from None
    except OSError as error:
        raise ConfigError(f"{path}: can't be read: {error.strerror}") from None


def _sections() -> dict[str, type]:
    hints = get_type_hints(Settings)
    return {name: hint for name, hint in hints.items() if name not in _PLAIN}


def _from_environment(env: Mapping[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in env.items():
        if name.startswith("TOCSIN_") and name not in _NOT_KEYS:
            section, key = _locate(name)
            found.setdefault(section, {})[key] = value
    return found


def _locate(name: str) -> tuple[str, str]:
    section, _, key = name.removeprefix("TOCSIN_").lower().partition("_")
    known = {f"TOCSIN_{s}_{f.name}".upper() for s, kind in _sections().items() for f in fields(kind)}
    if name not in known:
        raise ConfigError(f"environment: {name} is not a setting{_perhaps(name, known)}")
    return section, key


def _perhaps(word: str, known: Iterable[str]) -> str:
    return perhaps(word, known) or "; config/default.toml lists them all"


def _build(layers: list[tuple[str, dict[str, Any]]], env: Mapping[str, str]) -> Settings:
    sections = _sections()
    hints = {name: get_type_hints(kind, include_extras=True) for name, kind in sections.items()}
    values: dict[str, dict[str, Any]] = {name: {} for name in sections}
    for origin, layer in layers:
        for section, key, value in _items(origin, layer, sections):
            values[section][key] = _checked(value, hints[section][key], origin, f"{section}.{key}")
    built = {name: _section(name, kind, values[name]) for name, kind in sections.items()}
    secrets, endpoints = _plain(Secrets, env), _plain(Endpoints, env)
    settings = _on_file(Settings(**built, secrets=secrets, endpoints=endpoints, proxies=proxies_of(env)))
    _check_together(settings)
    return settings


def _on_file(settings: Settings) -> Settings:
    """Treat `DATABASE_URL=sqlite:…` as `store.path`, so that files kept beside the database are there in both cases."""
    url = settings.secrets.database_url
    if not url.startswith("sqlite:"):
        return settings
    return replace(
        settings,
        store=replace(settings.store, path=sqlite_file(url)),
        secrets=replace(settings.secrets, database_url=""),
    )


def _items(origin: str, layer: dict[str, Any], sections: Mapping[str, type]) -> Iterator[tuple[str, str, Any]]:
    for section, body in layer.items():
        if section not in sections or not isinstance(body, dict):
            raise ConfigError(f"{origin}: [{section}] is not a section{_perhaps(section, sections)}")
        known = {f.name for f in fields(sections[section])}
        for key, value in body.items():
            if key not in known:
                raise ConfigError(f"{origin}: {section}.{key} is not a key{_perhaps(key, known)}")
            yield section, key, value


def _section(name: str, kind: type, values: dict[str, Any]) -> Any:
    missing = [f.name for f in fields(kind) if f.name not in values]
    if missing:
        raise ConfigError(f"default.toml: {name}.{missing[0]} is missing; restore the shipped file")
    return kind(**values)


def _plain(kind: type, env: Mapping[str, str]) -> Any:
    names = {f.name: f.name.upper() for f in fields(kind)} | {"encryption_key": "TOCSIN_ENCRYPTION_KEY"}
    return kind(**{f.name: env.get(names[f.name], "").strip() for f in fields(kind)})


def _checked(value: Any, hint: Any, origin: str, name: str) -> Any:
    plain, *limits = get_args(hint) if get_origin(hint) is Annotated else (hint,)
    typed = _typed(value, plain, origin, name)
    for limit in limits:
        _within(typed, limit, origin, name)
    return typed


def _typed(value: Any, kind: Any, origin: str, name: str) -> Any:
    if kind is bool:
        return _yes(value, origin, name)
    if kind is int:
        return _integer(value, origin, name)
    if kind is str:
        if isinstance(value, str):
            return value
        raise ConfigError(f'{origin}: {name} must be text in quotes, such as "{value}"')
    items = [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value
    if isinstance(items, list):
        return tuple(str(item) for item in items)
    raise ConfigError(f'{origin}: {name} must be a list, such as ["10.0.0.0/8"]')


def _yes(value: Any, origin: str, name: str) -> bool:
    said = str(value).strip().lower()
    if said in ("true", "yes", "1", "on", "false", "no", "0", "off"):
        return said in ("true", "yes", "1", "on")
    raise ConfigError(f"{origin}: {name} must be true or false, not {value!r}")


def _integer(value: Any, origin: str, name: str) -> int:
    if isinstance(value, str) and value.strip().lstrip("-").isdecimal():
        return int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise ConfigError(f"{origin}: {name} must be a whole number, not {value!r}")


def _within(value: Any, limit: Between | OneOf, origin: str, name: str) -> None:
    if isinstance(limit, Between) and not limit.low <= value <= limit.high:
        raise ConfigError(f"{origin}: {name} must lie between {limit.low} and {limit.high}, not {value}")
    if isinstance(limit, OneOf) and value not in limit.words:
        raise ConfigError(f"{origin}: {name} must be one of {', '.join(limit.words)}, not {value!r}")


def _check_together(settings: Settings) -> None:
    if settings.poll.floor_s > settings.poll.ceiling_s:
        raise ConfigError(
            f"poll.floor_s ({settings.poll.floor_s}) is above poll.ceiling_s ({settings.poll.ceiling_s}); "
            "lower the first or raise the second"
        )
    if not settings.store.path.strip():
        raise ConfigError("store.path (TOCSIN_STORE_PATH) is empty; name a file, such as tocsin.db")
    scheme, colon, _ = settings.secrets.database_url.partition(":")
    if scheme and not (colon and len(scheme) > 1 and scheme.isalpha()):
        raise ConfigError(
            "DATABASE_URL is no address; write postgresql://user:password@host:5432/database, "
            "and name a SQLite file by TOCSIN_STORE_PATH"
        )
    if 0 < len(settings.secrets.web_token) < _TOKEN:
        raise ConfigError(f"WEB_TOKEN must have {_TOKEN} characters or more; make one with: openssl rand -base64 24")
    if settings.fetch.deadline_s >= settings.poll.lease_s:
        raise ConfigError("fetch.deadline_s must be shorter than poll.lease_s, or a poll could outlive its claim")
    if settings.lanes.send_deadline_s >= settings.lanes.lease_s:
        raise ConfigError("lanes.send_deadline_s must be shorter than lanes.lease_s, or a send could outlive its claim")
    for name, schemes in _ENDPOINTS.items():
        url = getattr(settings.endpoints, name.lower())
        if url and not names_server(url, schemes):
            raise ConfigError(f"environment: {name} is no address of a server; write {schemes[0]}://host:port/path")
