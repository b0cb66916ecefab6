"""Users at the fake server: what they type and press, and what they get to see."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.discord.world import ALL, BOT, FakeChannel, Refused, World, bot_user

Json = dict[str, Any]

MANAGE_GUILD = 1 << 5
EPHEMERAL = 1 << 6


@dataclass
class Exchange:
    """One interaction and every answer to it."""

    id: str
    token: str
    kind: int
    source: Json | None = None
    late: bool = False
    expired: bool = False
    callback: Json | None = None
    original: Json | None = None
    deleted: bool = False
    followups: list[Json] = field(default_factory=list)
    done: asyncio.Event = field(default_factory=asyncio.Event)

    async def answered(self) -> Json:
        """The first whole answer: a message, or suggestions."""
        async with asyncio.timeout(60):
            await self.done.wait()
        found = self.original or next(iter(self.followups), None) or self.callback
        assert found is not None
        return found

    @property
    def private(self) -> bool:
        """Was it acknowledged for the asker's eyes only?"""
        data = (self.callback or {}).get("data") or {}
        return bool((data.get("flags") or 0) & EPHEMERAL)


def option(name: str, value: Any, *, focused: bool = False) -> Json:
    """An argument as Discord sends it."""
    kind = 5 if isinstance(value, bool) else 4 if isinstance(value, int) else 3
    return {"name": name, "type": kind, "value": value, **({"focused": True} if focused else {})}


def _filled(one: Json, values: Mapping[str, str]) -> Json:
    """An input of a form as Discord sends it back."""
    name = one["custom_id"]
    if one["type"] == 6:
        held = next((role["id"] for role in one.get("default_values") or ()), "")
        chosen = values.get(name, held)
        return {"type": 6, "id": 2, "custom_id": name, "values": [chosen] if chosen else []}
    if one["type"] == 3:
        held = next((option["value"] for option in one["options"] if option.get("default")), "")
        chosen = values.get(name, held)
        return {"type": 3, "id": 2, "custom_id": name, "values": [chosen] if chosen else []}
    return {"type": 4, "id": 2, "custom_id": name, "value": values.get(name, one.get("value", ""))}


class Users:
    """Builds interactions and takes their answers."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.open: dict[str, Exchange] = {}

    def typed(
        self,
        channel: FakeChannel,
        name: str,
        args: Mapping[str, Any],
        *,
        root: str = "tocsin",
        focused: str = "",
        foreign: str = "",
        hidden: str = "",
        **who: Any,
    ) -> tuple[Exchange, Json]:
        """A slash command, or one being typed when `focused` names an argument. `hidden` is a channel that they can't
        see.
        """
        options = [option(key, value, focused=key == focused) for key, value in args.items()]
        channels = {
            str(value): self._world.channels[str(value)].data()
            | {"permissions": "0" if str(value) == hidden else str(ALL)}
            for value in args.values()
            if str(value) in self._world.channels and str(value) != foreign
        }
        data = {
            "id": "7",
            "name": root,
            "type": 1,
            "options": [{"name": name, "type": 1, "options": options}],
            "resolved": {"channels": channels},
        }
        return self._made(4 if focused else 2, channel, data, **who)

    def pointed(
        self, channel: FakeChannel, message: Json, *, menu: str = "Find this story", **who: Any
    ) -> tuple[Exchange, Json]:
        """A command of a message's menu."""
        number = message["id"]
        data = {"id": "8", "name": menu, "type": 3, "target_id": number}
        return self._made(2, channel, data | {"resolved": {"messages": {number: message}}}, **who)

    def pressed(self, channel: FakeChannel, message: Json, custom_id: str, **who: Any) -> tuple[Exchange, Json]:
        """A button on a message."""
        data = {"custom_id": custom_id, "component_type": 2}
        return self._made(3, channel, data, message=message, **who)

    def sent(
        self, channel: FakeChannel, form: Json, values: Mapping[str, str], message: Json | None = None, **who: Any
    ) -> tuple[Exchange, Json]:
        """A form (a modal's data) sent with `values` in place of what stood in it."""
        rows = [{"type": 18, "id": 1, "component": _filled(row["component"], values)} for row in form["components"]]
        data = {"custom_id": form["custom_id"], "components": rows}
        return self._made(5, channel, data, message=message, **who)

    def _made(
        self,
        kind: int,
        channel: FakeChannel,
        data: Json,
        *,
        user: str = "42",
        locale: str = "en-US",
        permissions: int = MANAGE_GUILD,
        installed: bool = True,
        message: Json | None = None,
    ) -> tuple[Exchange, Json]:
        number = self._world.snowflake()
        exchange = Exchange(number, f"token-{number}", kind, message)
        self.open[exchange.token] = exchange
        person = {"id": user, "username": f"user{user}", "discriminator": "0", "avatar": None, "global_name": None}
        owners = {"0": channel.guild} if channel.guild and installed else {"1": user}
        event: Json = {
            "id": number,
            "application_id": BOT,
            "type": kind,
            "token": exchange.token,
            "version": 1,
            "data": data,
            "channel_id": channel.id,
            "channel": channel.data(),
            "locale": locale,
            "app_permissions": str(channel.rights),
            "authorizing_integration_owners": owners,
            "entitlements": [],
            "attachment_size_limit": 1,
            "context": 0 if channel.guild else (1 if channel.kind == 1 else 2),
        }
        if channel.guild:
            member = {"user": person, "roles": [], "joined_at": "2026-01-01T00:00:00+00:00", "deaf": False}
            event |= {"guild_id": channel.guild, "guild": {"id": channel.guild, "locale": "en-US", "features": []}}
            event["member"] = member | {"mute": False, "flags": 0, "permissions": str(permissions)}
        else:
            event["user"] = person
        if message is not None:
            event["message"] = message
        return exchange, event

    def acknowledge(self, number: str, token: str, body: Json) -> Json:
        """The first answer to an interaction."""
        exchange = self.open.get(token)
        if exchange is None or exchange.id != number or exchange.late:
            raise Refused(404, 10062, "Unknown interaction")
        if exchange.callback is not None:
            raise Refused(400, 40060, "Interaction has already been acknowledged.")
        exchange.callback = body
        if body["type"] in (4, 7, 8, 9):
            exchange.done.set()
        return {"interaction": {"id": number, "type": exchange.kind, "activity_instance_id": None}}

    def edit_original(self, token: str, body: Json) -> Json:
        """The answer to a deferred interaction."""
        exchange = self._answerable(token)
        deferred = EPHEMERAL if exchange.private else 0
        exchange.original = dict(body) | {"flags": (body.get("flags") or 0) | deferred}
        exchange.done.set()
        return {"id": exchange.id, "author": bot_user()} | exchange.original

    def follow(self, token: str, body: Json) -> Json:
        """A further message."""
        exchange = self._answerable(token)
        exchange.followups.append(body)
        if exchange.deleted:
            exchange.done.set()
        return {"id": self._world.snowflake(), "author": bot_user()} | body

    def delete_original(self, token: str) -> None:
        """Take the deferred answer away."""
        exchange = self._answerable(token)
        exchange.deleted, exchange.original = True, None

    def _answerable(self, token: str) -> Exchange:
        exchange = self.open.get(token)
        if exchange is None or exchange.callback is None:
            raise Refused(404, 10015, "Unknown Webhook")
        if exchange.expired:
            raise Refused(401, 50027, "Invalid Webhook Token")
        return exchange
