"""Routes interactions to `bot.commands` and their answers back. Acknowledges first; handles every interaction once."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any

import discord

from bot.commands import Commands
from bot.commands.presses import pressed
from bot.core.commands.spec import BY_NAME
from bot.core.errors import StoreError
from bot.core.latest import Latest
from bot.core.message import Reply
from bot.fading import DAYS
from bot.ports import Asker, Say, Voice
from handlers.discord import ids
from handlers.discord.answer import Answers
from handlers.discord.asking import DIRECT, Ask, channel_named, pointed_message, pointed_story, read_ask, with_own_role
from handlers.discord.buttons import Buttons
from handlers.discord.channelkinds import Places
from handlers.discord.commands import PUBLISH
from handlers.discord.layout import Asked
from handlers.discord.modals import FILLED, FORM, filled, modal, read_form
from handlers.discord.payloads import checked
from handlers.discord.publish import Publisher
from handlers.discord.rest import FAILURES, said
from handlers.discord.who import about, choices, own_message, quick_asker, roles_of, seen, suggested_roles, with_roles

log = logging.getLogger(__name__)

_REMEMBERED = 4096
_ACKNOWLEDGED = 40060
Interaction = discord.Interaction[Any]


class Interactions:
    """What users do on Discord: slash commands, buttons, forms, autocomplete."""

    def __init__(
        self, commands: Commands, answers: Answers, publisher: Publisher, places: Places, buttons: Buttons, say: Say
    ) -> None:
        self._commands = commands
        self._publisher = publisher
        self._places = places
        self._answers = answers
        self._buttons = buttons
        self._say = say
        self._seen: Latest[int, None] = Latest(_REMEMBERED)

    async def asked(self, interaction: Interaction) -> None:
        """A slash command, a message command, an autocomplete request, or a submitted form."""
        if interaction.type is discord.InteractionType.autocomplete:
            await self._suggest(interaction)
        elif interaction.type is discord.InteractionType.application_command and self._first(interaction):
            data = checked(interaction.data)
            await self._asks(data)(interaction, data)
        elif interaction.type is discord.InteractionType.modal_submit and self._first(interaction):
            await self._sent(interaction, checked(interaction.data))

    async def pressed(self, interaction: Interaction, custom_id: str) -> None:
        """A button, on any message that Tocsin ever posted."""
        press = ids.decode(custom_id)
        if press is None or not self._first(interaction):
            return
        if press.action == FORM and await self._opened(interaction, press.value):
            return
        own = own_message(interaction)
        if not await self._acknowledge(interaction, thinking=not own, private=True):
            return
        asker = await self._asker(interaction)
        try:
            kept = await self._buttons.of(press.stash) if press.stash else None
        except StoreError as error:
            log.warning("what a button stands for can't be read: %s", error, extra=about(interaction))
            await self._answer(interaction, self._refused(asker, "broken"), Asked(), asker, private=True)
            return
        press = ids.unstash(kept) if kept else press
        forgotten = self._refused(asker, "button.forgotten", days=DAYS) if press.stash else None
        work = forgotten or self._press(asker, press)
        await self._answer(interaction, work, _asked_by(press, asker), asker, private=True)

    async def _opened(self, interaction: Interaction, value: str) -> bool:
        """Open the form that a button stands for; False if it stands for none, so that the press is answered."""
        asker = quick_asker(interaction)
        name, _, target = read_form(value)
        try:
            held = await self._commands.filled(asker, name, target) if target and asker.may_configure else {}
        except StoreError as error:
            log.warning("what a form shows can't be read: %s", error, extra=about(interaction))
            return False
        if not held:
            return False
        form = modal(value, held, Voice(self._say, asker.locale), roles=bool(interaction.guild_id))
        return await self._answers.form(interaction, form)

    async def _sent(self, interaction: Interaction, data: Mapping[str, Any]) -> None:
        """A submitted form."""
        press = ids.decode(str(data.get("custom_id", "")))
        if press is None or not await self._acknowledge(
            interaction, thinking=not own_message(interaction), private=True
        ):
            return
        asker = await self._asker(interaction)
        name, _, target = read_form(press.value)
        if press.version != ids.VERSION or press.action != FILLED or not target:
            await self._answer(
                interaction, lambda: self._commands.press(asker, "stale", ""), Asked(), asker, private=True
            )
            return
        ask = with_own_role(
            Ask(name, filled(press.value, data)), str(interaction.guild_id or ""), roles_of(interaction)
        )
        asked = Asked(channels=(asker.channel, asker.parent, ask.args.get("channel", "")))
        await self._answer(interaction, lambda: self._run(asker, ask), asked, asker, private=True)

    def _asks(self, data: Mapping[str, Any]) -> Callable[[Interaction, Mapping[str, Any]], Awaitable[None]]:
        if data.get("type") != 3:
            return self._command
        return self._publish if data.get("name") == PUBLISH else self._find

    def _refused(self, asker: Asker, key: str, /, **values: object) -> Callable[[], Awaitable[Reply]]:
        """The answer to a button whose payload can't be read."""

        async def said() -> Reply:
            return Reply(self._say(asker.locale, key, **values), ok=False)

        return said

    def _press(self, asker: Asker, press: ids.Pressed) -> Callable[[], Awaitable[Reply]]:
        if press.version != ids.VERSION:
            return lambda: self._commands.press(asker, "stale", "")
        if press.action == ids.PAGE:
            name, args = ids.read_page(press.value)
            return lambda: self._commands.run(asker, name, args)
        return lambda: self._commands.press(asker, press.action, press.value)

    async def _command(self, interaction: Interaction, data: Mapping[str, Any]) -> None:
        guild = str(interaction.guild_id or "")
        ask = read_ask(data, guild, roles_of(interaction))
        if not await self._acknowledge(interaction, thinking=True, private=not ask.shared):
            await self._late(interaction, ask)
            return
        asker = await self._asker(interaction)
        ref = ask.args.get("channel", "")
        asker = replace(asker, named=channel_named(data, ref))
        asked = Asked(ask.name, _repeatable(ask.args), (asker.channel, asker.parent, ref))
        await self._answer(interaction, lambda: self._run(asker, ask), asked, asker, private=not ask.shared)

    async def _run(self, asker: Asker, ask: Ask) -> Reply:
        if ask.problem:
            return Reply(self._say(asker.locale, ask.problem), ok=False)
        return await self._commands.run(asker, ask.name, ask.args)

    async def _find(self, interaction: Interaction, data: Mapping[str, Any]) -> None:
        if not await self._acknowledge(interaction, thinking=True, private=True):
            return
        asker = await self._asker(interaction)
        story = pointed_story(data, str(interaction.application_id))
        ask = Ask("story", {"story": story}, problem="" if story else "no.link")
        await self._answer(interaction, lambda: self._run(asker, ask), Asked("story", ask.args), asker, private=True)

    async def _publish(self, interaction: Interaction, data: Mapping[str, Any]) -> None:
        if not await self._acknowledge(interaction, thinking=True, private=True):
            return
        asker = await self._asker(interaction)

        async def work() -> Reply:
            if not interaction.permissions.manage_messages:
                return Reply(self._say(asker.locale, "publish.right"), ok=False)
            key = await self._publisher.publish(str(interaction.channel_id), pointed_message(data))
            return Reply(self._say(asker.locale, key), ok=key == "publish.done")

        await self._answer(interaction, work, Asked(), asker, private=True)

    async def _suggest(self, interaction: Interaction) -> None:
        data = checked(interaction.data)
        ask = read_ask(data, str(interaction.guild_id or ""))
        typed = ask.args.get(ask.focused, "")
        command = BY_NAME.get(ask.name)
        spec = command.arg(ask.focused) if command else None
        if spec is not None and spec.kind == "role":
            found = suggested_roles(roles_of(interaction), typed)
        else:
            asker = quick_asker(interaction)
            channel = "" if asker.private else seen(interaction, ask.args.get("channel", ""))
            found = await self._commands.complete(asker, ask.name, ask.focused, typed, channel)
        try:
            await interaction.response.autocomplete(choices(found))
        except FAILURES as error:
            log.info("suggestions came too late: %s", said(error), extra=about(interaction))

    async def _answer(
        self,
        interaction: Interaction,
        work: Callable[[], Awaitable[Reply]],
        asked: Asked,
        asker: Asker,
        *,
        private: bool,
    ) -> None:
        """Run the work and show its reply; a defect is told to the asker and raised to the log.

        Nothing is done for an asker who has no channel (see `_asker`).
        """
        reply = Reply(self._say(asker.locale, "broken"), ok=False)
        try:
            reply = with_roles(await work(), roles_of(interaction)) if asker.channel else reply
        finally:
            await self._answers.answer(interaction, reply, asked, asker, private=private)

    async def _late(self, interaction: Interaction, ask: Ask) -> None:
        """Discord accepted no answer in time: run the command all the same, and send its reply as a message."""
        asker = await self._asker(interaction)
        if asker.channel:
            await self._answers.message(asker, await self._run(asker, ask))

    async def _acknowledge(self, interaction: Interaction, *, thinking: bool, private: bool) -> bool:
        """Defer. False if Discord no longer accepts it; if its answer was lost, it may have."""
        try:
            await interaction.response.defer(ephemeral=private, thinking=thinking)
        except FAILURES as error:
            if isinstance(error, discord.HTTPException) and error.code == _ACKNOWLEDGED:
                raise
            log.warning("an interaction could not be acknowledged: %s", said(error), extra=about(interaction))
            return not isinstance(error, discord.HTTPException) or error.status >= 500
        return True

    def _first(self, interaction: Interaction) -> bool:
        """False for an interaction that came before (a replay after a resume)."""
        if interaction.id in self._seen:
            return False
        self._seen[interaction.id] = None
        return True

    async def _asker(self, interaction: Interaction) -> Asker:
        """Who asks. If the bot is not in the server, the person's direct messages take the channel's place: "" if they
        can't be opened now.
        """
        quick = quick_asker(interaction)
        if quick.channel:
            return quick
        try:
            direct = await self._places.direct(quick.user)
        except FAILURES as error:
            log.warning("direct messages could not be opened: %s", error, extra=about(interaction))
            direct = ""
        return Asker("discord", DIRECT, direct, quick.user, "", True, quick.locale, True)


def _asked_by(press: ids.Pressed, asker: Asker) -> Asked:
    paged = press.action == ids.PAGE
    name, args = ids.read_page(press.value) if paged else pressed(press.action, press.value) or ("", {})
    channels = (asker.channel, asker.parent, args.get("channel", ""))
    asks = paged or press.action in BY_NAME  # a page of what another press did can't be had again
    return Asked(name if asks else "", _repeatable(args) if asks else {}, channels)


def _repeatable(args: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in args.items() if name not in ("page", "share")}
