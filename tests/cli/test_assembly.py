"""What a start makes fit in the store before anything runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.cli.assembly import live_parts
from bot.configure import load_settings
from bot.parts import ROLES
from bot.ports import Retry
from bot.store import open_store
from handlers.discord.ways import REFUSED
from tests.store.build import MINUTE, T0, Clock, leased, queued

pytestmark = pytest.mark.usefixtures("untraced")


async def test_what_the_feed_list_says_holds_from_the_next_start(tmp_path: Path) -> None:
    store, listed = open_store(str(tmp_path / "t.db"), clock=Clock()), tmp_path / "feeds.toml"
    (topics := tmp_path / "topics").mkdir()

    async def start(kind: str) -> None:
        listed.write_text(f'[[feed]]\nurl = "https://a.example/feed"\n{kind}\n', "utf-8")
        env = {"TOCSIN_FEEDS_FILE": str(listed), "TOCSIN_TOPICS_DIR": str(topics)}
        async with live_parts(load_settings(env), store, ROLES):
            pass

    await start('tier = "wire"')
    await start('kind = "hkex"\ndrop = ["Proxy Form"]')
    (feed,) = await store.feeds()
    assert (feed.kind, feed.tier, feed.options) == ("hkex", "trade", {"drop": ["Proxy Form"]})
    await store.close()


@pytest.mark.parametrize(
    ("token", "why", "served"),
    [("another.token", "whatever", 1), ("the.token", REFUSED, 1), ("the.token", "Discord's rate limit", 0)],
)
async def test_channels_that_wait_for_a_token_are_served_at_the_next_start(
    tmp_path: Path, token: str, why: str, served: int
) -> None:
    """Discord refuses a token: its channels rest for minutes. A start tries it anew; what Discord asked for holds."""
    store, clock = open_store(str(tmp_path / "t.db"), clock=Clock()), T0

    async def start(token: str) -> None:
        env = {"DISCORD_TOKEN": token, "TOCSIN_FEEDS_FILE": "", "TOCSIN_TOPICS_DIR": str(tmp_path)}
        async with live_parts(load_settings(env), store, ROLES):
            pass

    await start("the.token")
    channel = await store.channel("discord", "1", "2", "news")
    await queued(store, channel)
    (lease,) = await leased(store, clock, platform="discord")
    (delivery,) = await store.next_deliveries(lease, 20, clock)
    assert await store.begin(lease, delivery, clock)
    assert await store.settle(lease, delivery, Retry(900, why), clock)
    await store.release(lease)
    assert await leased(store, clock + MINUTE, platform="discord") == []
    await start(token)
    assert len(await leased(store, clock + MINUTE, platform="discord")) == served
    await store.close()


async def test_alerts_call_topics_as_their_files_do_from_the_next_start(tmp_path: Path) -> None:
    """A title is kept with each subscription: what was subscribed to before it changed had the old one for ever."""
    store, topics = open_store(str(tmp_path / "t.db"), clock=Clock()), tmp_path / "topics"
    topics.mkdir()
    english = await store.channel("discord", "1", "2", "news")
    chinese = await store.configure(await store.channel("discord", "1", "3"), {"language": "zh-CN"})
    for channel in (english, chinese):
        await store.subscribe(channel, "topic:chips", "Chip", {"severity": "notable"}, T0)
    await store.subscribe(english, "topic:gone", "Gone", {}, T0)

    async def start(title: str) -> list[str]:
        file = f'[[topic]]\nid = "chips"\ndescription = "Chips."\ntitle = {{ {title} }}\nany = ["chip"]\n'
        (topics / "t.toml").write_text(file, "utf-8")
        env = {"TOCSIN_FEEDS_FILE": "", "TOCSIN_TOPICS_DIR": str(topics)}
        async with live_parts(load_settings(env), store, ROLES):
            return [one.label for _, one in await store.subscriptions()]

    assert await start('en = "Chips"') == ["Chips", "Gone", "Chips"]
    assert await start('en = "Chipmaking", zh-CN = "芯片制造"') == ["Chipmaking", "Gone", "芯片制造"]
    kept = [one.options for _, one in await store.subscriptions(chinese)]
    assert kept == [{"severity": "notable"}]
    await store.close()
