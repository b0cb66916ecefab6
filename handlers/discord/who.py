"""Who asks and from where, and what can be suggested to them, from discord.py's objects. No I/O."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import discord
from discord import app_commands

from bot.commands import Choice
from bot.core.message import Reply
from bot.ports import Asker
from handlers.discord.asking import DIRECT
from handlers.text import clean, truncate

Interaction = discord.Interaction[Any]


def quick_asker(interaction: Interaction) -> Asker:
    """Who asks, without a request to Discord; `channel` is "" if the bot is not in the server."""
    user, locale = str(interaction.user.id), interaction.locale.value
    if interaction.guild_id and interaction.is_guild_integration():
        name = getattr(interaction.channel, "name", "") or ""
        manages = interaction.permissions.manage_guild or interaction.permissions.administrator
        shown, parent = f"#{name}" if name else "", getattr(interaction.channel, "parent_id", None)
        place = str(interaction.guild_id), str(interaction.channel_id)
        return Asker("discord", *place, user, shown, manages, locale, False, str(parent or ""), dark=True)
    mine = not interaction.guild_id and interaction.context.dm_channel
    return Asker(
        "discord", DIRECT, str(interaction.channel_id) if mine else "", user, "", True, locale, True, dark=True
    )


def seen(interaction: Interaction, ref: str) -> str:
    """The channel named in a command being typed, if the server's permissions show that the asker can see it; else "".
    Discord itself tells permissions only with a command that was sent.
    """
    user, guild = interaction.user, interaction.guild
    channel = guild.get_channel(int(ref)) if guild and ref.isdecimal() else None
    sees = channel is not None and isinstance(user, discord.Member) and channel.permissions_for(user).view_channel
    return ref if sees or ref == str(interaction.channel_id) else ""


def about(interaction: Interaction) -> dict[str, object]:
    """The context of log lines: server, channel and the interaction itself."""
    scope = str(interaction.guild_id or DIRECT)
    return {"scope": scope, "place": str(interaction.channel_id or ""), "interaction": interaction.id}


def own_message(interaction: Interaction) -> bool:
    """Whether the button's message was an answer to this very person, so that it may be replaced."""
    message = interaction.message
    if message is None:
        return False
    if message.flags.ephemeral:
        return True
    asked = message.interaction_metadata
    return asked is not None and asked.user.id == interaction.user.id


def roles_of(interaction: Interaction) -> dict[str, str]:
    """Id → name of the server's roles, as far as known; never @everyone."""
    guild = interaction.guild
    return {str(role.id): role.name for role in guild.roles if not role.is_default()} if guild else {}


def with_roles(reply: Reply, roles: Mapping[str, str]) -> Reply:
    """An answer with the names of roles in place of their ids, which are all that is stored. It mentions nobody."""
    if not roles:
        return reply
    ids = re.compile(rf"(?<!\d)(?:{'|'.join(roles)})(?!\d)")

    def said(text: str) -> str:
        return ids.sub(lambda found: f"@{roles[found[0]]}", text)

    items = tuple(replace(item, detail=said(item.detail)) for item in reply.items)
    return replace(reply, text=said(reply.text), lines=tuple(map(said, reply.lines)), items=items)


def suggested_roles(roles: Mapping[str, str], typed: str) -> list[Choice]:
    """`none`, and the roles whose names hold what is typed."""
    wanted = typed.casefold().lstrip("@")
    named = [Choice(f"@{name}", ref) for ref, name in roles.items() if wanted in name.casefold()]
    return [Choice("none", "none"), *named]


def choices(found: list[Choice]) -> list[app_commands.Choice[str]]:
    """Suggestions within Discord's 25 of 100 characters; a value that does not fit can't be offered."""
    fitting = [choice for choice in found if choice.value and len(choice.value) <= 100][:25]
    return [app_commands.Choice(name=truncate(clean(c.label), 100) or "…", value=c.value) for c in fitting]
