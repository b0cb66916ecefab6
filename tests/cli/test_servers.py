"""What becomes of a Discord server's channels when the bot is removed and added again."""

from __future__ import annotations

from typing import cast

import pytest

from bot.cli.platforms import REMOVED
from bot.core.model import BY_HAND
from bot.delivery.departures import Departures
from bot.ports import Store
from bot.store import open_store


@pytest.mark.case_id(138)
async def test_case_138_a_server_that_removed_the_bot_rests_and_is_kept_for_a_while() -> None:
    store = open_store("memory:", clock=lambda: 1)
    servers = Departures("discord", REMOVED, store, store, store.now)
    for scope, reason in (("1", ""), ("1", "paused by hand"), ("2", "")):
        channel = await store.channel("discord", scope, reason or "c")
        await store.subscribe(channel, "topic:chips", "Chips", {}, 1)
        await store.pause(channel, reason)

    async def paused() -> list[str]:
        return [subscription.paused for _, subscription in await store.subscriptions()]

    await servers.left("1")
    assert await paused() == [REMOVED, "paused by hand", ""]
    (first,) = (await store.recall_all("left:")).items()
    assert first[0] == "left:discord:1"
    await servers.left("1")
    assert (await store.recall_all("left:")).items() == {first}
    await servers.back("1")
    assert await paused() == ["", "paused by hand", ""]
    assert await store.recall_all("left:") == {}
    await store.close()


async def test_what_somebody_paused_stays_so_when_the_bot_is_back() -> None:
    store = open_store("memory:", clock=lambda: 1)
    servers = Departures("discord", REMOVED, store, store, store.now)
    channel = await store.channel("discord", "1", "c")
    await store.subscribe(channel, "topic:chips", "Chips", {}, 1)
    await store.pause(channel, BY_HAND)
    paused = []
    for step in (servers.left, servers.back):
        await step("1")
        paused += [kept.paused for _, kept in await store.subscriptions()]
    assert paused == [BY_HAND, BY_HAND]
    await store.close()


async def test_who_removed_the_bot_while_it_was_not_running_has_left() -> None:
    store = open_store("memory:", clock=lambda: 1)
    for scope in ("1", "2", "3", "@me"):
        await store.subscribe(await store.channel("discord", scope, "c"), "topic:chips", "Chips", {}, 1)
    await Departures("discord", REMOVED, store, store, store.now).only({"1"}, {"1", "2"}.__contains__)
    paused = {channel.scope: kept.paused for channel, kept in await store.subscriptions()}
    assert paused == {"1": "", "2": REMOVED, "3": "", "@me": ""}
    assert [*await store.recall_all("left:")] == ["left:discord:2"]
    await store.close()


async def test_what_other_servers_subscribe_to_is_not_read_when_one_is_left_or_joined() -> None:
    """A gateway's start tells of every server: all subscriptions for each of them would be a product of the two."""
    store = open_store("memory:", clock=lambda: 1)
    for scope in ("1", "2"):
        await store.subscribe(await store.channel("discord", scope, "c"), "topic:chips", "Chips", {}, 1)
    read: list[str] = []

    class Counting:
        def __getattr__(self, name: str) -> object:
            read.append(name)
            return getattr(store, name)

    counting = cast("Store", Counting())
    servers = Departures("discord", REMOVED, counting, counting, store.now)
    await servers.left("1")
    await servers.back("1")
    assert "subscriptions" not in read
    await store.close()
