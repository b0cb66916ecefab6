"""Composition root: builds the running program from settings. The one place that knows every source and platform."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial

from bot import chart, logs, presence
from bot.cli.common import load_lexicon, load_rules, vault_of, words
from bot.cli.desks import PLATFORM_OF_TERMINAL, transcript
from bot.cli.from_settings import lane_options, llm_options, pipeline_options, poll_options
from bot.cli.owner import is_dead
from bot.cli.platforms import FADING, KEYBOARDS, MENTIONS, PLATFORMS, Wiring, hooks_of, webhooks
from bot.commands.api import Commands
from bot.commands.desk import Desk
from bot.commands.run import CommandDesk
from bot.configure import resolve
from bot.core.units import DAY_MS, HOUR_MS
from bot.llm import Summariser
from bot.parts import ROLES, Parts
from bot.ports import ChatPlatform, Platform, Source, Store
from bot.rules.reload import TopicFiles
from bot.rules.rulebook import Rulebook
from bot.rules.titles import retitle
from bot.settings import Settings
from bot.sources.feed import Parser
from bot.sources.feed_source import FeedSource
from bot.sources.feedlist import load_feeds, watchable
from bot.sources.fetching.turn import shared_turn
from bot.sources.http import Fetcher
from bot.sources.kinds import build
from bot.sources.kit.tools import Tools
from bot.translations import Words
from handlers.console import ConsolePlatform

log = logging.getLogger(__name__)


def log_setup(settings: Settings) -> None:
    """Set up logging as the settings say, with secrets removed."""
    secrets = (*settings.secrets.values(), *settings.proxies.secrets())
    chat = [name for platform in PLATFORMS.values() for name in platform.loggers]
    logs.setup(settings.log.level, settings.log.format, secrets, chat)


@asynccontextmanager
async def opened_sources(settings: Settings, store: Store) -> AsyncIterator[tuple[Fetcher, Mapping[str, Source]]]:
    """The fetcher and one source of each kind. Raises `ConfigError` for an invalid proxy."""
    fetcher = Fetcher(settings.fetch, vault=vault_of(settings), proxies=settings.proxies.checked())
    async with fetcher as fetch, Parser() as parser:
        feed = FeedSource(fetch, parser.parse)
        turn = partial(shared_turn, store.reserve, store.now)
        yield fetch, build(Tools(fetch, feed, parser.parse, settings.fetch.contact, turn))


@asynccontextmanager
async def live_parts(settings: Settings, store: Store, roles: Collection[str] = ROLES) -> AsyncIterator[Parts]:
    """Everything that `run` runs: feeds added, rules loaded, platforms made (not started). `said`: present problems."""
    rules = await asyncio.to_thread(load_rules, settings)
    await rules.learn(store)
    await rules.load_queries(store)
    await _ready(settings, store)
    await retitle(store, rules)
    async with opened_sources(settings, store) as (fetch, sources):
        platforms: dict[str, Platform] = {}
        said: dict[str, str] = {}

        say = replace(words(), keyboards=KEYBOARDS)
        desk = Desk(
            store,
            rules,
            say,
            store.now,
            platforms,
            partial(_health, said, platforms),
            draw=chart.draw if chart.available() else None,
            hooks=hooks_of(settings, store),
            mentions=MENTIONS,
        )
        platforms.update(make_platforms(settings, store, CommandDesk(desk), say, hears="gateway" in roles))
        yield Parts(
            store=store,
            rules=rules,
            sources=sources,
            platforms=platforms,
            clock=store.now,
            poller=poll_options(settings),
            pipeline=replace(pipeline_options(settings), leave="ingest" not in roles),
            roles=roles,
            lanes=lane_options(settings),
            lexicon=load_lexicon(settings),
            topic_files=topic_files(settings, rules),
            manners=fetch,
            said=said,
            model=language_model(settings, store),
            words=say,
            notice_after_ms=settings.alerts.notice_after_h * HOUR_MS,
            keep_ms=settings.store.keep_days * DAY_MS,
            seen_ms=settings.store.seen_days * DAY_MS,
            fading=FADING,
        )


def _health(said: Mapping[str, str], platforms: Mapping[str, Platform]) -> Mapping[str, str]:
    """The present problems of the program and its chat platforms, one line each, by name."""
    chats = {name: platform for name, platform in platforms.items() if isinstance(platform, ChatPlatform)}
    return {**said, **{name: chat.trouble for name, chat in chats.items() if chat.trouble}}


async def _ready(settings: Settings, store: Store) -> None:
    """Prepare the store for a start: remove the leases of dead programs and their reports that they run, repair times
    of a wrong clock, end waits for a token, add all listed feeds.
    """
    await store.evict(is_dead)
    await presence.forget(store, is_dead)
    for name, chat in PLATFORMS.items():
        await _try_again(store, name, chat.token(settings.secrets), chat.refused)
    if brought := await store.rewind(store.now()):
        said_so = "the clock was put back: %d feeds are asked within five minutes, not when it said"
        log.warning(said_so, brought, extra={"feeds": brought})
    if settings.feeds.file:
        specs, left_out = watchable(load_feeds(resolve(settings.feeds.file)), settings.fetch.contact)
        await store.add_feeds(specs, store.now())
        if changed := await store.heed_feeds(specs):
            log.info("%d feeds are read as the feed list says now", changed, extra={"feeds": changed})
        if left_out:
            log.warning("%s", left_out, extra={"file": settings.feeds.file})


async def _try_again(store: Store, platform: str, token: str, refused: str) -> None:
    """End the waits of channels whose token was `refused`: a start tries the token again, or has another one."""
    mark = hashlib.blake2s(token.encode(), digest_size=8).hexdigest()
    if token and await store.recall(f"token:{platform}") != mark:
        await store.rouse(platform)
        await store.keep(f"token:{platform}", mark)
    elif token and refused:
        await store.rouse(platform, refused)


def topic_files(settings: Settings, rules: Rulebook) -> TopicFiles:
    """The files that are reloaded when they change."""
    tables = settings.topics
    return TopicFiles(rules, resolve(tables.dir), resolve(tables.entities), resolve(tables.glossary))


def language_model(settings: Settings, store: Store) -> Summariser | None:
    """The language model that rewrites summaries, if SUMMARY_LLM_URL and SUMMARY_LLM_MODEL name one."""
    ends = settings.endpoints
    if not (ends.summary_llm_url and ends.summary_llm_model):
        return None
    return Summariser(llm_options(settings), store, store.now)


def make_platforms(
    settings: Settings, store: Store, commands: Commands, say: Words, *, hears: bool
) -> dict[str, Platform]:
    """Every platform that has its token; the terminal and webhooks always. With `hears`, commands are received too."""
    made: dict[str, Platform] = {
        PLATFORM_OF_TERMINAL: ConsolePlatform(transcript(settings)),
        "webhook": webhooks(settings, store, say),
    }
    wiring = Wiring(settings, store, commands, say, hears)
    chats = {name: chat.make(wiring) for name, chat in PLATFORMS.items()}
    return made | {name: platform for name, platform in chats.items() if platform is not None}
