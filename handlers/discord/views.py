"""Persistent button handlers: they work on every message ever posted, by whichever process."""

from __future__ import annotations

import re
from typing import Any, Protocol, runtime_checkable

import discord
from discord.ui import Button, DynamicItem, View

from handlers.discord.ids import TEMPLATE


@runtime_checkable
class Hears(Protocol):
    """A client that handles presses of buttons."""

    async def pressed(self, interaction: discord.Interaction[Any], custom_id: str) -> None:
        """A button with this custom id was pressed."""


class Press(DynamicItem[Button[View]], template=TEMPLATE):
    """Any button with one of our custom ids, of any version: what to do with an old one is not decided here."""

    @classmethod
    async def from_custom_id(cls, interaction: discord.Interaction[Any], item: Any, match: re.Match[str], /) -> Press:
        """Rebuild the button from the message that it stands on."""
        return cls(item)

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Hand the press over."""
        client = interaction.client
        if isinstance(client, Hears):
            await client.pressed(interaction, self.custom_id)
