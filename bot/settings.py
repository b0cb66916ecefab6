"""Settings as types: one frozen dataclass a section of `config/default.toml`, limits in the annotations.

The defaults live in the TOML file alone; `bot.configure` reads it, lays other files and the environment over it,
and checks every value against these types.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, NamedTuple

from bot.proxies import Proxies


class Between(NamedTuple):
    """An inclusive range for a number."""

    low: int
    high: int


class OneOf(NamedTuple):
    """The words that a key may take."""

    words: tuple[str, ...]


def sqlite_file(address: str) -> str:
    """The file that `sqlite:///file` names, or `sqlite:////folder/file`, or `sqlite:file`."""
    rest = address.removeprefix("sqlite:")
    return rest[3:] if rest.startswith("///") else rest.removeprefix("//")


@dataclass(frozen=True, slots=True)
class StoreSettings:
    path: str
    keep_days: Annotated[int, Between(1, 3650)]
    seen_days: Annotated[int, Between(1, 3650)]


@dataclass(frozen=True, slots=True)
class FeedsSettings:
    file: str


@dataclass(frozen=True, slots=True)
class TopicsSettings:
    dir: str
    entities: str
    glossary: str


@dataclass(frozen=True, slots=True)
class StoriesSettings:
    vectors: Annotated[str, OneOf(("auto", "on", "off"))]
    strictness: Annotated[int, Between(20, 300)]


@dataclass(frozen=True, slots=True)
class FetchSettings:
    user_agent: str
    contact: str
    deadline_s: Annotated[int, Between(1, 300)]
    body_limit_kb: Annotated[int, Between(16, 262_144)]
    workers: Annotated[int, Between(1, 256)]
    host_interval_ms: Annotated[int, Between(0, 600_000)]
    allow_private: tuple[str, ...]
    allow_ports: tuple[str, ...]
    allow_unverified: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PollSettings:
    floor_s: Annotated[int, Between(1, 86_400)]
    ceiling_s: Annotated[int, Between(1, 604_800)]
    lease_s: Annotated[int, Between(5, 3600)]


@dataclass(frozen=True, slots=True)
class AlertsSettings:
    max_age_h: Annotated[int, Between(1, 8760)]
    update_after_s: Annotated[int, Between(0, 86_400)]
    burst: Annotated[int, Between(0, 1000)]
    notice_after_h: Annotated[int, Between(0, 720)]


@dataclass(frozen=True, slots=True)
class LanesSettings:
    workers: Annotated[int, Between(1, 256)]
    lease_s: Annotated[int, Between(10, 3600)]
    send_deadline_s: Annotated[int, Between(1, 300)]


@dataclass(frozen=True, slots=True)
class WebSettings:
    enabled: bool
    hosts: tuple[str, ...]
    proxies: tuple[str, ...]
    open_metrics: bool
    host: str
    port: Annotated[int, Between(0, 65_535)]


@dataclass(frozen=True, slots=True)
class DiscordSettings:
    shards: Annotated[int, Between(0, 100_000)]
    shard_block: Annotated[int, Between(1, 100_000)]
    lease_s: Annotated[int, Between(2, 3600)]


@dataclass(frozen=True, slots=True)
class SlackSettings:
    policy: Annotated[str, OneOf(("members", "admins"))]


@dataclass(frozen=True, slots=True)
class LlmSettings:
    deadline_s: Annotated[int, Between(1, 300)]
    at_once: Annotated[int, Between(1, 64)]
    tokens_a_day: Annotated[int, Between(0, 1_000_000_000)]


@dataclass(frozen=True, slots=True)
class LogSettings:
    level: Annotated[str, OneOf(("debug", "info", "warning", "error"))]
    format: Annotated[str, OneOf(("auto", "text", "json"))]


@dataclass(frozen=True, slots=True)
class Secrets:
    """Tokens from the environment. `repr` never shows them; an absent one is ""."""

    discord_token: str = field(default="", repr=False)
    slack_bot_token: str = field(default="", repr=False)
    slack_app_token: str = field(default="", repr=False)
    slack_signing_secret: str = field(default="", repr=False)
    slack_client_id: str = field(default="", repr=False)
    slack_client_secret: str = field(default="", repr=False)
    encryption_key: str = field(default="", repr=False)
    summary_llm_key: str = field(default="", repr=False)
    database_url: str = field(default="", repr=False)
    web_token: str = field(default="", repr=False)

    def values(self) -> tuple[str, ...]:
        """Every secret that is set, for the log filter."""
        every = (getattr(self, name) for name in self.__slots__)
        return tuple(value for value in every if value)


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Other servers for the platform clients (tests, proxies; "": the platform's own), and the language model's."""

    discord_api_base: str = ""
    discord_gateway_url: str = ""
    slack_api_base: str = ""
    summary_llm_url: str = ""
    summary_llm_model: str = ""


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings. Sections are named as in `config/default.toml`."""

    store: StoreSettings
    feeds: FeedsSettings
    topics: TopicsSettings
    stories: StoriesSettings
    fetch: FetchSettings
    poll: PollSettings
    alerts: AlertsSettings
    lanes: LanesSettings
    web: WebSettings
    discord: DiscordSettings
    slack: SlackSettings
    llm: LlmSettings
    log: LogSettings
    secrets: Secrets
    endpoints: Endpoints
    proxies: Proxies

    @property
    def database(self) -> str:
        """The store's address: DATABASE_URL, else the SQLite file."""
        return self.secrets.database_url or self.store.path
