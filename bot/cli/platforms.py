"""The chat platforms by name, made from settings. A new one is one folder in `handlers` and one line here.

The library of a platform is imported where the platform is made: a program without its token pays nothing for it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple, Protocol, runtime_checkable

import aiohttp
from aiohttp import web

from bot.cli.owner import owner
from bot.commands.api import Commands
from bot.core.commands.mention import Mentions
from bot.delivery.departures import Departures
from bot.ports import ChatPlatform, Keyboard, Store
from bot.settings import Secrets, Settings
from bot.sources.fetching.address import MARK, AddressGate
from bot.sources.fetching.sessions import Sessions
from bot.translations import Words
from handlers.discord import ways as discord_ways
from handlers.discord.buttons import BUTTON
from handlers.seal import Seal
from handlers.slack import ways as slack_ways
from handlers.webhook.hooks import Hooks
from handlers.webhook.send import WebhookPlatform

REMOVED = "Tocsin was removed from the server"
FADING = (BUTTON,)
"""The prefixes of the store's keys for texts that expire (`bot.fading`)."""


@runtime_checkable
class Mounted(Protocol):
    """A platform that receives HTTP requests, served by the page's own server."""

    def routes(self) -> list[web.RouteDef]:
        """What to mount there, after its start."""


@dataclass(frozen=True, slots=True)
class Wiring:
    """What a platform is built from."""

    settings: Settings
    store: Store
    commands: Commands
    words: Words
    hears: bool = True


def discord(wiring: Wiring) -> ChatPlatform | None:
    """Discord, when DISCORD_TOKEN is set."""
    settings = wiring.settings
    if not settings.secrets.discord_token:
        return None
    from handlers.discord.run import DISCORD, DiscordOptions, DiscordPlatform
    from handlers.discord.shared import Sharding

    given, ends, store = settings.discord, settings.endpoints, wiring.store
    return DiscordPlatform(
        settings.secrets.discord_token,
        commands=wiring.commands,
        words=wiring.words,
        memory=store,
        servers=Departures("discord", REMOVED, store, store, store.now),
        sharding=Sharding(store, owner(), store.shared, given.shards, given.shard_block, given.lease_s),
        options=DiscordOptions(
            send_timeout_s=_send_timeout_s(settings),
            proxy=settings.proxies.of(ends.discord_api_base or DISCORD),
            api_base=ends.discord_api_base,
            gateway_url=ends.discord_gateway_url,
            hears=wiring.hears,
        ),
    )


def slack(wiring: Wiring) -> ChatPlatform | None:
    """Slack, when a bot token or a client id is set."""
    secrets = wiring.settings.secrets
    if not (secrets.slack_bot_token or secrets.slack_client_id):
        return None
    from handlers.slack.run import SlackOptions, SlackPlatform

    http = bool(secrets.slack_client_id or (secrets.slack_signing_secret and not secrets.slack_app_token))
    web = wiring.settings.web
    options = SlackOptions(
        bot_token=secrets.slack_bot_token,
        app_token=secrets.slack_app_token,
        signing_secret=secrets.slack_signing_secret,
        client_id=secrets.slack_client_id,
        client_secret=secrets.slack_client_secret,
        keys=secrets.encryption_key,
        api_base=wiring.settings.endpoints.slack_api_base,
        proxies=wiring.settings.proxies,
        listen=(web.host, web.port) if http and not web.enabled else None,
        hears=wiring.hears,
        policy="admins" if wiring.settings.slack.policy == "admins" else "members",
    )
    return SlackPlatform(options, wiring.commands, wiring.words, wiring.store, wiring.store, wiring.store.now)


def hooks_of(settings: Settings, store: Store) -> Hooks:
    """The webhooks, sealed with the key that is set. Raises `ConfigError` for an invalid key."""
    return Hooks(store, Seal(settings.secrets.encryption_key))


def webhooks(settings: Settings, store: Store, say: Words) -> WebhookPlatform:
    """Webhooks; their addresses are checked as those of feeds."""
    gate, proxies = AddressGate(settings.fetch.allow_private, settings.fetch.allow_ports), settings.proxies.checked()

    def connect() -> Sessions:
        agent = {"User-Agent": settings.fetch.user_agent}
        return Sessions(gate, proxies, agent, resolver=aiohttp.ThreadedResolver())

    return WebhookPlatform(hooks_of(settings, store), connect, MARK, say, _send_timeout_s(settings))


def _send_timeout_s(settings: Settings) -> float:
    """The timeout of one request: three seconds less than a send's, which may also look and wait."""
    return max(1.0, settings.lanes.send_deadline_s - 3.0)


class Chat(NamedTuple):
    """A chat platform: the function that makes it (or None, without a token), and how to set it up then, for `doctor`.

    `keyboard` says how commands are typed there, None for plain lines; `mentions` whom alerts can mention, None for
    nobody. A change of `token` ends the waits of channels that refused the old one; `refused` is the reason of these
    waits. `loggers` are those of its libraries.
    """

    make: Callable[[Wiring], ChatPlatform | None]
    steps: str
    keyboard: Keyboard | None = None
    mentions: Mentions | None = None
    token: Callable[[Secrets], str] = lambda secrets: ""
    refused: str = ""
    loggers: tuple[str, ...] = ()


PLATFORMS: dict[str, Chat] = {
    "discord": Chat(
        discord,
        "discord.com/developers/applications → New Application → Bot → Reset Token → DISCORD_TOKEN; no privileged "
        "intent is needed; then tocsin doctor prints the link that adds it to a server (docs/discord.md)",
        discord_ways.typed,
        discord_ways.MENTIONS,
        lambda secrets: secrets.discord_token,
        discord_ways.REFUSED,
        ("discord",),
    ),
    "slack": Chat(
        slack,
        "api.slack.com/apps → Create New App → From a manifest → paste manifest.yaml → Install to Workspace; "
        "SLACK_BOT_TOKEN is under OAuth & Permissions, SLACK_APP_TOKEN under Basic Information → App-Level Tokens with "
        "connections:write (docs/slack.md)",
        slack_ways.typed,
        slack_ways.MENTIONS,
        lambda secrets: secrets.slack_bot_token,
        loggers=("slack_bolt", "slack_sdk"),
    ),
}
NO_CHAT = (
    "No chat token is set, so alerts come here. To add one, put DISCORD_TOKEN or SLACK_BOT_TOKEN and SLACK_APP_TOKEN "
    "into .env (see .env.example)."
)
KEYBOARDS = {name: chat.keyboard for name, chat in PLATFORMS.items() if chat.keyboard}
MENTIONS = {name: chat.mentions for name, chat in PLATFORMS.items() if chat.mentions}
"""How commands are typed and whom alerts can mention, by platform, whether it has a token or not."""
