"""What is learnt of channels and people is remembered, within bounds."""

from __future__ import annotations

import gc
import weakref
from typing import Any

from bot.core.model import Channel
from handlers.discord.channelkinds import Places
from handlers.discord.guard import Guard
from handlers.discord.rights import Rights
from tests.handlers.discord.helpers import Clock


class FewAnswers:
    """As `Rest` for two questions: what a channel is, and where the direct messages with a person are."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def call(self, method: str, path: str, *, json: Any = None, once: bool = True) -> dict[str, Any]:
        self.asked.append(json["recipient_id"] if json else path)
        return {"id": f"9{json['recipient_id']}"} if json else {"id": path.rpartition("/")[2], "type": 0}


async def test_people_are_looked_up_once_and_the_first_is_forgotten_for_one_too_many() -> None:
    rest = FewAnswers()
    places = Places(rest, size=2)  # type: ignore[arg-type]
    assert [await places.direct(user) for user in "121331"] == ["91", "92", "91", "93", "93", "91"]
    assert rest.asked == ["1", "2", "3", "1"]


async def test_channels_likewise_and_a_second_look_takes_no_other_ones_place() -> None:
    places = Places(FewAnswers(), size=2)  # type: ignore[arg-type]
    for ref in ("1", "2", "2"):
        await places.look(ref)
    assert places.known("1") is not None
    await places.look("3")
    assert [ref for ref in ("1", "2", "3") if places.known(ref)] == ["2", "3"]


class Server(dict[str, Any]):
    """A server's object, of which can be told whether anybody still has it."""


class ManyServers:
    """As `Rest` for what rights go by: every channel is in the server that has its number."""

    me = "9"

    def __init__(self) -> None:
        self.given: list[weakref.ref[Server]] = []

    async def call(self, method: str, path: str) -> dict[str, Any]:
        _, kind, ref, *more = path.split("/")
        if kind == "channels":
            return {"type": 0, "guild_id": ref}
        made = Server({"user": {"id": "9"}} if more else {"id": ref, "roles": []})
        self.given.append(weakref.ref(made))
        return made


async def test_servers_that_were_looked_at_are_forgotten_after_a_minute() -> None:
    rest, clock = ManyServers(), Clock()
    rights = Rights(rest, Guard(clock), clock)  # type: ignore[arg-type]
    for ref in map(str, range(20)):
        assert "lacks" in await rights.check(Channel(1, "discord", ref, ref))
        clock.now += 30.0
    gc.collect()
    assert sum(one() is not None for one in rest.given) <= 2 * 3, "a server and its member, of a minute"
